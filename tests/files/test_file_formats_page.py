"""The page about file formats: its example runs, and it says what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from safar.files.reading import FileFormat, Limits, ReadOptions
from safar.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = (_ROOT / "docs/reference/file-formats.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", _PAGE, flags=re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={"PYTHONPATH": str(_ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    assert "LoadReport(records=3, good=2, rejected=1, whole=True)" in done.stdout
    assert "too many values: 3 instead of 2" in done.stdout


def test_every_option_and_format_is_there() -> None:
    for name in (*(field.name for field in fields(ReadOptions)), *FileFormat):
        assert f"| `{name}` |" in _PAGE


def test_default_limits_are_those_of_the_settings() -> None:
    assert Limits() == Limits.from_settings(Settings())
