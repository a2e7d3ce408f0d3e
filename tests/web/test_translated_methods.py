"""The method pages in Persian say what the English ones say: a figure that changes in one changes in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar.domain.speech import Speech
from safar.web.methods import method_names, read_method

DOCS = Path(__file__).resolve().parents[2] / "docs" / "methods"


def _page(name: str, language: str) -> str:
    return (DOCS / ("fa" if language == "fa" else "") / f"{name}.md").read_text(encoding="utf-8")


def _skeleton(text: str) -> dict[str, list[object]]:
    """What a translation keeps: levels of headings, cells of each table's rows, addresses, numbers."""
    return {
        "headings": [len(level) for level in re.findall(r"^(#+) ", text, re.MULTILINE)],
        "cells": [line.replace(r"\|", "").count("|") for line in text.splitlines() if line.startswith("|")],
        "aligned": re.findall(r"^\|[-:| ]+\|$", text, re.MULTILINE),
        # A translation lies one folder deeper.
        "addresses": sorted(re.findall(r"\]\((?:\.\./)*([^)]*)\)", text)),
        "numbers": sorted(re.findall(r"\d+(?:[.,]\d+)*", text)),
    }


@pytest.mark.parametrize("name", method_names())
def test_a_translation_keeps_every_heading_table_link_and_number(name: str) -> None:
    english, persian = (_skeleton(_page(name, language)) for language in ("en", "fa"))
    for part, told in english.items():
        assert persian[part] == told, part


@pytest.mark.usefixtures("cast")  # links need the addresses
@pytest.mark.parametrize("name", method_names())
def test_a_translation_is_persian(name: str) -> None:
    shown = re.sub(r"<code.*?</code>|<[^>]*>", " ", read_method(name, "fa").html, flags=re.DOTALL)
    letters = len(re.findall("[آ-ی]", shown))
    assert letters > 2 * len(re.findall("[A-Za-z]", shown)), "most of it is not Persian"
    assert not re.search("[كيٱ٠-٩]", shown), "Arabic letters or digits"
    words = [word for word in shown.split() if not re.search("[A-Za-z]", word)]
    assert [word for word in words if re.search("[0-9]", word)] == []


def test_numbers_among_words_are_said_in_persian() -> None:
    say = Speech(language="fa").prose
    assert say("از 1,200 پاسخ، 65.0 درصد.") == "از ۱٬۲۰۰ پاسخ، ۶۵٫۰ درصد."
    assert say("0-100 (n = 12) 95%") == "۰-۱۰۰ (n = ۱۲) ۹۵%"
    assert say("بالای .70، -1.5 تا 2") == "بالای ۰٫۷۰، \u2066-۱٫۵\u2069 تا ۲"
    assert say("یعنی −0.3") == "یعنی \u2066−۰٫۳\u2069"
    assert say("10.1007/s11747 R2") == "10.1007/s11747 R2"
    assert Speech().prose("12 of 30") == "12 of 30"


def test_names_stand_in_the_order_of_their_alphabet() -> None:
    names = ["یزد", "پارس", "گیلان", "تهران", "کرج", "ژاله", "بابل", "مشهد", "Zahra"]
    assert sorted(names, key=Speech(language="fa").alphabetical) == [
        "Zahra", "بابل", "پارس", "تهران", "ژاله", "کرج", "گیلان", "مشهد", "یزد",
    ]  # fmt: skip
    assert sorted(["b", "A", "c"], key=Speech().alphabetical) == ["A", "b", "c"]
