"""What holds for everything that people keep beside the facts: views, boards, notes and links."""

from __future__ import annotations

from datetime import timedelta

LONGEST_TITLE = 120
"""Characters of a title."""
LONGEST_QUERY = 4_000
"""Characters of the choices that a saved page is made of: names and values together."""
KEPT_FOR = timedelta(days=30)
"""How long what was removed, or is over, is kept, so that it can be brought back."""
