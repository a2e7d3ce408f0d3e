"""Why rows are set aside is said in Persian on Persian pages: every reason that the layers below can compose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

SOURCE = Path(__file__).resolve().parents[2] / "src" / "safar"
COMPOSING = (
    *sorted((SOURCE / "usecases" / "importing").glob("*.py")),
    SOURCE / "files" / "delimited" / "repair.py",
    SOURCE / "files" / "jsonl.py",
    SOURCE / "files" / "xlsx" / "guard.py",
    SOURCE / "files" / "xlsx" / "reader.py",
)
NAMED = {"reason", "trouble", "message", "told", "few", "many"}
"""What a reason is called where it is composed."""
CALLS = {"Split", "BadCell", "Reject"}
VALUE = "7"
_ISOLATED = re.compile("[\u2066\u2067\u2068][^\u2066-\u2069]*\u2069")
_WORDS = re.compile(r"[A-Za-z]{2,}")
ACRONYMS = {"JSON", "NUL", "UTC"}


def _text(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else VALUE for one in node.values)
    return None


def _texts(node: ast.expr | None) -> Iterator[str]:
    """Every text that an expression may be."""
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.Tuple):
        yield from (text for one in node.elts for text in _texts(one))
    elif (text := _text(node)) is not None:
        yield text


def composed() -> dict[str, str]:
    """Text → where it is composed; variable parts are 7."""
    found: dict[str, str] = {}
    for file in COMPOSING:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            values: list[ast.expr | None] = []
            if isinstance(node, ast.Assign):
                # Several are told apart in one assignment: `values, reason = None, "…"`.
                names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
                is_constant = any(name.isupper() and not name.startswith("_") for name in names)
                values = (
                    [node.value] if names & NAMED or (is_constant and file.name in ("problems.py", "repair.py")) else []
                )
            elif isinstance(node, ast.Call):
                values = [one.value for one in node.keywords if one.arg == "reason"]
                if isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    values += node.args[2:]
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                values = list(node.value.elts[1:]) if file.name in ("jsonl.py", "repair.py") else []
            for value in values:
                for text in _texts(value):
                    # A sentence with its full stop is the message of an error about the whole file; the others are SQL.
                    if (" " in text.strip() and not text.endswith((".", ")"))) or text.endswith("right)"):
                        found.setdefault(text, f"{file.name}:{value.lineno if value else 0}")
    return found


REASONS = composed()


def test_the_sources_are_read() -> None:
    assert len(REASONS) > 35
    assert {"not a number", "outside the scale 7 to 7", "nested too deep", "7 has no such row"} <= set(REASONS)


def _plain(told: str) -> set[str]:
    return set(_WORDS.findall(_ISOLATED.sub("", told))) - ACRONYMS


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_is_said_in_persian(served: Path, reason: str) -> None:
    from safar.web.reason_words import reason_told

    with translation.override("fa"):
        told = reason_told(f"not valid JSON: {reason}") if _is_of_json(reason) else reason_told(reason)
    assert not _plain(told), f"{REASONS[reason]}: {told}"
    with translation.override("en"):
        assert reason_told(reason) == reason


def _is_of_json(reason: str) -> bool:
    return any(word in reason for word in ("two values for", "different fields", "appears twice", "is no JSON number"))


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("outside the scale 1 to 5", "بیرون از مقیاس ۱ تا ۵"),
        ("none of contact, invitation, submission", "\u2068contact, invitation, submission\u2069"),
        ("not in the map of question.value", "\u2068question.value\u2069"),
        ("not a time as iso or %d/%m/%Y, by the calendar jalali", "\u2066iso یا %d/%m/%Y\u2069"),
        ("same key as an earlier row, with other content", "سطری پیش‌تر"),
        ("too few values: 3 instead of 12", "۳ به جای ۱۲"),
        ("not valid JSON: Expecting value: line 1 column 5 (char 4)", "در نویسهٔ ۴"),
        ("key of sale is empty", "کلید \u2068sale\u2069"),
        ("weight is empty or negative", "وزن خالی یا منفی است"),
    ],
)
def test_values_stand_in_the_persian_reason(served: Path, reason: str, says: str) -> None:
    from safar.web.reason_words import reason_told

    with translation.override("fa"):
        told = reason_told(reason)
    assert says in told
    assert not _plain(told)


def test_what_an_author_wrote_stays(served: Path) -> None:
    from safar.web.reason_words import reason_told

    with translation.override("fa"):
        assert reason_told("test orders of our own staff") == "test orders of our own staff"


def test_what_an_import_warns_of_is_said_in_persian(served: Path) -> None:
    from safar.web.reason_words import WARNINGS, warning_told

    with translation.override("fa"):
        for text in WARNINGS:
            told = warning_told(re.sub(r"%\(\w+\)s", VALUE, text))
            assert not _plain(told), told
