"""Path models as text: TOML in one canonical form, and lavaan's syntax (docs/reference/path-model-file.md)."""

from __future__ import annotations

import re

from safar.domain.path_model import PathModel
from safar.files.path_model.lavaan import read_lavaan, write_lavaan
from safar.files.path_model.level_lines import read_level_lines, write_level_lines
from safar.files.path_model.run_form import SavedRun, read_run, write_result_run, write_run
from safar.files.path_model.sketch_form import fault_line, read_sketch, without_run
from safar.files.path_model.toml_form import read_toml, write_path_model

__all__ = [
    "SavedRun",
    "fault_line",
    "is_lavaan",
    "read_lavaan",
    "read_level_lines",
    "read_path_model",
    "read_run",
    "read_sketch",
    "read_toml",
    "without_run",
    "write_lavaan",
    "write_level_lines",
    "write_path_model",
    "write_result_run",
    "write_run",
]

_LAVAAN = re.compile(r"^[^\S\n]*[^\W\d][\w.]*[^\S\n]*(=~|<~|~)", re.MULTILINE)


def read_path_model(text: str, *, name: str = "model") -> PathModel:
    """The model that a text describes, whichever form it is in. name: for a form that says none.

    Raises: BadPathModel, naming the place in the text.
    """
    return read_lavaan(text, name=name) if is_lavaan(text) else read_toml(text)


def is_lavaan(text: str) -> bool:
    """Whether a text is in lavaan's syntax rather than TOML."""
    return _LAVAAN.search(text) is not None
