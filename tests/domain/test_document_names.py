"""Readers are told the titles of pages of the documentation, not the files they are written in."""

from __future__ import annotations

import ast
from pathlib import Path

from safar.domain.wording import DOCUMENT, DOCUMENT_TITLES, name_documents

ROOT = Path(__file__).resolve().parents[2]


def _next_steps() -> list[str]:
    """What errors say to do next, as far as it is written down."""
    found = []
    for file in sorted((ROOT / "src" / "safar").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            value = None
            if (
                isinstance(node, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == "next_step" for t in node.targets)
            ) or (isinstance(node, ast.keyword) and node.arg == "next_step"):
                value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.append(value.value)
    return found


def test_titles_are_those_of_the_pages() -> None:
    for path, title in DOCUMENT_TITLES.items():
        heading = (ROOT / "docs" / f"{path}.md").read_text(encoding="utf-8").splitlines()[0]
        assert heading == f"# {title}", path


def test_every_page_that_an_error_names_has_a_title_and_none_is_told_as_a_file() -> None:
    steps = _next_steps()
    named = {found for text in steps for found in DOCUMENT.findall(text)}
    assert len(named) > 5
    assert named <= set(DOCUMENT_TITLES)
    assert not [text for text in steps if "docs/" in name_documents(text)]


def test_a_sentence_with_a_page_can_be_read() -> None:
    told = name_documents("Correct the journey file; docs/reference/journey-file.md describes every field.")
    assert told == "Correct the journey file; the page “The journey file” describes every field."
    assert name_documents("See docs/reference/no-such.md.") == "See docs/reference/no-such.md."
