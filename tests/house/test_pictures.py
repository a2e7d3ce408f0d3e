"""Pictures of the documentation: each is made by the command, shown somewhere, and every page is on one."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit

import pytest

from tools.pictures import PICTURES, Picture

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MOST_BYTES = 300_000

SMALL_FORMS = {
    *("new-import", "saved-view-save", "saved-view-change", "board-change", "board-chart", "board-save", "note-write"),
    *("note", "journey-frame", "journey-step", "own-frame", "person-link-shown", "study-new", "study-change"),
}
QUESTIONS = {"undo-import", "journey-remove-step", "person-delete", "study-data-remove", "board-letter-stop"}
"""They ask once whether something shall be lost."""
LIKE_ANOTHER = {
    "measure-answers": "facts",
    "rules-facts": "facts",
    "journey-discard": "journey-publish",
    "rules-discard": "journey-publish",
    "rules-publish": "journey-publish",
    "framework-discard": "journey-publish",
    "framework-publish": "journey-publish",
    "journey-versions": "rules-versions",
    "framework-versions": "rules-versions",
    "study-versions": "rules-versions",
    "study-questionnaire-order": "study-questionnaire-edit",
}
NOT_PICTURED = SMALL_FORMS | QUESTIONS | set(LIKE_ANOTHER)
"""Pages below those of the navigation that a sentence tells enough of."""


def _shown_in(pages: list[Path]) -> set[str]:
    texts = (page.read_text(encoding="utf-8") for page in pages)
    return {
        name for text in texts for name in re.findall(r"!\[[^\]]+\]\([./]*(?:docs/)?pictures/([\w-]+)\.png\)", text)
    }


def _page_of(picture: Picture) -> str:
    """The name of its address; what a demo fills in is any number or key."""
    from django.urls import Resolver404, resolve

    path = urlsplit(picture.address).path
    names = [name for _text, name, _spec, _conversion in Formatter().parse(path) if name]
    for anything in ("1", "00000000-0000-4000-8000-000000000000"):
        try:
            return resolve(path.format(**dict.fromkeys(names, anything))).url_name or ""
        except Resolver404:
            continue
    raise AssertionError(f"{picture.name}: {picture.address} is no address of the product")


def test_pictures_are_those_that_the_command_takes() -> None:
    names = [picture.name for picture in PICTURES]
    assert len(set(names)) == len(names)
    assert {file.stem for file in (DOCS / "pictures").iterdir()} == set(names)


def test_every_picture_is_shown() -> None:
    shown = _shown_in([*DOCS.rglob("*.md"), ROOT / "README.md"])
    assert shown == {picture.name for picture in PICTURES}


@pytest.mark.usefixtures("served")
def test_every_page_of_the_navigation_is_shown_in_a_how_to() -> None:
    from safar.web.navigation import AREAS

    used = _shown_in(list((DOCS / "how-to").glob("*.md")))
    shown = {_page_of(picture) for picture in PICTURES if picture.name in used}
    entries = [entry for area in AREAS for entry in area.entries]
    assert {entry.page for entry in entries} - shown == set()
    below = {page for entry in entries for page in entry.covers}
    assert below - shown - NOT_PICTURED == set(), "pages below those of the navigation that no how-to shows"
    assert shown >= {"search", "profile", *LIKE_ANOTHER.values()}
    assert shown & NOT_PICTURED == set(), "pages that are shown after all"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_pictures_load_quickly(picture: Picture) -> None:
    assert (DOCS / "pictures" / f"{picture.name}.png").stat().st_size <= MOST_BYTES
