"""The reference page's examples give what they say; its tables name every field."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples_of_the_page_give_what_it_says() -> None:
    done = subprocess.run(
        [sys.executable, "tools/recipe_examples.py"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_field_of_the_grammar_is_on_the_page() -> None:
    from safar.files.recipe import model

    page = (ROOT / "docs" / "reference" / "recipe-file.md").read_text(encoding="utf-8")
    words = [*model.Change, *model.Unknown, *model.Test, *model.Total]
    assert [word for word in words if str(word) not in page] == []
