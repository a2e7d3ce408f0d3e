"""Path models as text: TOML in one canonical form, and lavaan's syntax (docs/reference/path-model-file.md)."""

from __future__ import annotations

import re

from safar.domain.path_model import PathModel
from safar.files.path_model.lavaan import read_lavaan, write_lavaan
from safar.files.path_model.toml_form import read_toml, write_path_model

__all__ = ["read_lavaan", "read_path_model", "read_toml", "write_lavaan", "write_path_model"]

_LAVAAN = re.compile(r"^[^\S\n]*[^\W\d][\w.]*[^\S\n]*(=~|<~|~)", re.MULTILINE)


def read_path_model(text: str, *, name: str = "model") -> PathModel:
    """The model that a text describes, whichever form it is in. name: for a form that says none.

    Raises: BadPathModel, naming the place in the text.
    """
    return read_lavaan(text, name=name) if _LAVAAN.search(text) else read_toml(text)
