"""What keys of the data are called on pages: see `domain.names`."""

from __future__ import annotations

from safar.domain.names import NameKind
from safar.usecases.names import read_names
from safar.web.page_language import page_language
from safar.web.workspaces import workspace


def told(kind: NameKind | str, key: str) -> str:
    """The name of a key in the reader's language."""
    return read_names(workspace()).text(kind, key, page_language())
