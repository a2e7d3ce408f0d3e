"""The examples of README and tutorial run, in order, and print what they say they print.

A block fenced as `console` holds commands (`$ …`) and, below each, what it prints; a line `…` stands for any lines.
A block fenced as `python` is run by itself, as one would run it who typed commands since the last one.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "tutorial").glob("*.md"))]
FENCE = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "80")
    blocks = FENCE.findall(page.read_text(encoding="utf-8"))
    assert blocks, f"{page.name} has no example"
    for kind, text in blocks:
        if kind == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, str(page), "exec"), {})  # noqa: S102  # our own documentation
        else:
            _run_console(text)


def _run_console(text: str) -> None:
    for command, expected in re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        if command.startswith(("make ", "git ")):
            continue  # what they run stands in the Makefile's own tests
        done = subprocess.run(  # noqa: S602  # the documentation's own commands
            command, shell=True, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if expected.strip():
            pattern = r"[\s\S]*".join(re.escape(part.strip()) for part in re.split(r"^…$", _even(expected), flags=re.M))
            assert re.search(pattern, _even(done.stdout)), f"{command} printed:\n{done.stdout}\nexpected:\n{expected}"


def _even(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
