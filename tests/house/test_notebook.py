"""The tutorial's notebook runs from top to bottom."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "journey-map.ipynb"


@pytest.mark.slow
@pytest.mark.filterwarnings("default::DeprecationWarning")  # of the kernel's own libraries
def test_the_notebook_runs(tmp_path: Path) -> None:
    notebook = nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "commit the notebook without its outputs"
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in shown if output.output_type == "error"]
    assert any(kind == "image/svg+xml" for output in shown for kind in output.get("data", {}))
