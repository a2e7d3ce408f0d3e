"""Where the lists of facts come from: the log's tables, and the prepared moves and passages."""

from __future__ import annotations

HIDDEN = "_"
