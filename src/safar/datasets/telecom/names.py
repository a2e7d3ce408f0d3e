"""What the simulated company's own words are called (`names.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from safar.domain.label import Label


@cache
def company_names() -> Mapping[str, Mapping[str, Label]]:
    """Kind (as `domain.names.NameKind`) → key → name; words that stand for themselves have no English name."""
    table = tomllib.loads((resources.files(__package__) / "names.toml").read_text(encoding="utf-8"))
    return {kind: {key: Label(texts) for key, texts in names.items()} for kind, names in table.items()}
