"""Counts, lengths of time and commands as commands, messages and charts say them. (Pages have translations.)"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

WITHOUT_WORKSPACE = frozenset({"init", "demo", "frameworks", "model", "questionnaire", "restore"})
"""Commands that need to be told nothing of a workspace; frameworks and path models may be in one."""
WHOLE_DAYS_FROM = 56
"""Days from which hours tell nothing more: pages and commands then both say whole days."""
_COMMAND = re.compile(r"`safar ([a-z]+)([^`]*)`")


DOCUMENT = re.compile(r"docs/([a-z-]+/[a-z0-9-]+)\.md")
"""How errors name a page of the documentation: by its file."""
DOCUMENT_TITLES = {
    "how-to/measure": "Measure",
    "methods/missing-answers": "Missing answers and case weights",
    "reference/file-formats": "File formats",
    "reference/frameworks": "Frameworks",
    "reference/journey-file": "The journey file",
    "reference/log-layout": "Layout of the experience log",
    "reference/path-model-file": "The path model file",
    "reference/questionnaire-file": "The questionnaire file",
    "reference/recipe-file": "The recipe file",
    "reference/rules-file": "The rules file",
    "reference/settings": "Settings",
}
"""What the pages are called that errors name; a test compares them with the pages."""


def name_documents(text: str, *, phrase: str = "the page “%(title)s”") -> str:
    """A text that names pages of the documentation by their titles: readers have pages, not the files they are of."""
    return DOCUMENT.sub(
        lambda found: phrase % {"title": DOCUMENT_TITLES[found[1]]} if found[1] in DOCUMENT_TITLES else found[0], text
    )


def counted(n: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 passage", "2,450 passages"; `many` where the plural is not `one` with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def span(seconds: float | None) -> str:
    """A length of time in its largest unit: "2.5 d", "120 d"; "–" where there is none."""
    if seconds is None:
        return "–"
    if seconds >= WHOLE_DAYS_FROM * 86_400:
        return f"{round(seconds / 86_400):,} d"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def place_option(workspace: Path) -> str:
    """What a printed command needs to find the same workspace: nothing for this folder."""
    return "" if workspace == Path() else f" -w {shlex.quote(str(workspace))}"


def complete_commands(text: str, workspace: Path) -> str:
    """A text whose `safar …` commands, in backticks, can be copied as they stand: they name the workspace."""

    def named(found: re.Match[str]) -> str:
        command, rest = found.groups()
        told = {"-w", "--workspace", "--help"} & set(rest.split())
        return found.group() if told or command in WITHOUT_WORKSPACE else f"`safar {command}{rest}{place}`"

    place = place_option(workspace)
    return _COMMAND.sub(named, text)


def can_be_shown(text: str) -> bool:
    """Whether every letter can be shown. Persian is written with joiners that are not seen themselves."""
    return all(letter.isprintable() or letter in "\u200c\u200d" for letter in text)
