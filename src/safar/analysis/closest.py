"""What somebody who mistyped a name may have meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def closest(name: str, known: Sequence[str], most: int = 10) -> list[str]:
    """Known names, the most alike first and then in their given order; "…" at the end where there are more."""
    folded = {one.casefold(): one for one in reversed(known)}
    alike = [folded[one] for one in get_close_matches(name.casefold(), list(folded), n=3)]
    ranked = list(dict.fromkeys([*alike, *known]))
    return ranked if len(ranked) <= most else [*ranked[:most], "…"]
