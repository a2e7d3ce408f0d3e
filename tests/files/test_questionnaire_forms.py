"""Whatever a questionnaire says survives every form that can hold it, and every program's answers are read back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from safar.domain.questionnaire import BadQuestionnaire, ItemKind, Questionnaire
from safar.files.questionnaire import (
    AnswerShape,
    as_html,
    as_markdown,
    questionnaire_workbook,
    read_answers_file,
    read_lss,
    read_sss,
    read_table,
    read_toml,
    read_workbook,
    write_answers,
    write_lss,
    write_questionnaire,
    write_recipe,
    write_sss,
)
from safar.files.questionnaire.naming import headings, match_columns, short_codes
from safar.files.recipe import read_recipe
from safar.study.simulate import simulate
from tests.files.questionnaire_kit import questionnaires, small

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(questionnaires())
def test_toml_is_canonical_and_reads_back(asked: Questionnaire) -> None:
    text = write_questionnaire(asked)
    assert read_toml(text) == asked
    assert write_questionnaire(read_toml(text)) == text


@FEW
@given(questionnaires())
def test_limesurvey_reads_back_with_everything(asked: Questionnaire) -> None:
    read = read_lss(write_lss(asked))
    assert read.notes == ()
    used = {item.scale for item in asked.items}
    found = read.questionnaire
    assert [(page.title, page.intro) for page in found.pages] == [(page.title, page.intro) for page in asked.pages]
    for item in asked.items:
        # Two scales that differ in their name alone are one to LimeSurvey.
        assert replace(found.item(item.id), scale=item.scale, required=item.required) == item
        if item.scale is not None:
            one, other = found.scale_of(found.item(item.id)), asked.scale_of(item)
            assert (one.least, one.greatest, one.not_applicable) == (other.least, other.greatest, other.not_applicable)
            assert {value: one.text(value, asked.languages[0]) for value in one.values} == {
                value: other.text(value, asked.languages[0]) for value in other.values
            }
    assert len(found.scales) <= max(len(used), 1) + len(asked.items)


@FEW
@given(questionnaires())
def test_triple_s_reads_back_what_it_can_hold(asked: Questionnaire) -> None:
    for fixed in (False, True):
        read, layout = read_sss(write_sss(asked, fixed=fixed))
        assert layout.csv is not fixed
        assert len(read.questionnaire.items) == len(asked.items)
        for item, found in zip(asked.items, read.questionnaire.items, strict=True):
            assert found.kind is item.kind
            assert found.wording.text(asked.languages[0]) == item.wording.text(asked.languages[0])
            if item.scale is not None:
                scale, own = read.questionnaire.scale_of(found), asked.scale_of(item)
                assert (scale.least, scale.greatest) == (own.least, own.greatest)
                assert scale.not_applicable == own.not_applicable
                assert found.reversed is (item.reversed and own.least >= 0)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_a_workbook_reads_back(asked: Questionnaire) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entry.xlsx"
        path.write_bytes(questionnaire_workbook(asked))
        found = read_workbook(path)
    for item in asked.items:
        if any(text[:1] in "=+-@＝＋－＠" for text in (*item.wording.texts.values(), item.source)):
            continue  # made harmless for spreadsheets
        if not any(text[:1] in "=+-@＝＋－＠" for option in item.options for text in option.label.texts.values()):
            assert found.item(item.id) == item
    assert [scale.values for scale in found.scales] == [scale.values for scale in asked.scales]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_every_program_gives_the_same_answers(asked: Questionnaire) -> None:
    made_up = simulate(asked, 12, seed=3, first_day=date(2026, 3, 1), gaps=0.2)
    with tempfile.TemporaryDirectory() as folder:
        first = None
        for shape in AnswerShape:
            path = Path(folder) / f"{shape}.{'xlsx' if shape is AnswerShape.XLSX else 'csv'}"
            path.write_bytes(write_answers(asked, made_up, shape, language=asked.languages[-1]))
            if shape in (AnswerShape.TRIPLE_S, AnswerShape.TRIPLE_S_FIXED):
                path = path.with_suffix(".sss")
                path.write_bytes(write_sss(asked, fixed=shape is AnswerShape.TRIPLE_S_FIXED))
            found = read_answers_file(asked, read_table(path))
            assert found.simulated
            assert found.unused == ()
            first = first or found
            assert dict(found.choices) == dict(first.choices), shape
            for name in first.columns:
                assert np.array_equal(found[name], first[name], equal_nan=True), (shape, name)
                item = asked.item(name)
                if item.scale is not None:
                    scale = asked.scale_of(item)
                    away = (None, scale.not_applicable and scale.not_applicable.code)
                    told = [None if value in away else float(value or 0) for value in made_up.values[name]]
                    turned = [np.nan if v is None else scale.turned(v) if item.reversed else v for v in told]
                    assert np.array_equal(found[name], turned, equal_nan=True)


@FEW
@given(questionnaires())
def test_the_recipe_is_one(asked: Questionnaire) -> None:
    recipe = read_recipe(write_recipe(asked))
    rated = {question for block in recipe.feedback for question, _column in block.questions}
    kept = len(recipe.interactions[0].props) - 1  # one says that the answers are simulated
    apart = {item.id for item in asked.items if item.kind is ItemKind.NUMBER and item.construct is None}
    assert rated == {item.id for item in asked.items} - apart
    assert kept == len(apart)


@FEW
@given(questionnaires())
def test_codes_for_limesurvey_are_allowed_there_and_told_apart(asked: Questionnaire) -> None:
    codes = short_codes(asked)
    assert set(codes) == {item.id for item in asked.items}
    assert all(code.isascii() and code.isalnum() and code[0].isalpha() and len(code) <= 20 for code in codes.values())
    assert len({code.casefold() for code in codes.values()}) == len(codes)


@FEW
@given(questionnaires())
def test_paper_says_every_word_and_no_markup_of_its_own(asked: Questionnaire) -> None:
    from html.parser import HTMLParser

    class Words(HTMLParser):
        said = ""

        def handle_data(self, data: str) -> None:
            self.said += data

    for tag in asked.languages:
        page = as_html(asked, language=tag)
        reader = Words()
        reader.feed(page)
        for item in asked.items:
            assert item.wording.text(tag) in reader.said
        assert "<b>" not in page
        assert as_markdown(asked, language=tag).count("☐") == page.count('class="box"')


def test_headings_of_limesurvey_in_all_their_ways() -> None:
    asked = small()
    ways = {
        "code": ["id", "submitdate", "A1[trust1]", "A1[trust2]", "A1[loyal1]", "A1[loyal2]", "region"],
        "code for programs": ["id", "A1_trust1", "A1_trust2", "A1_loyal1", "A1_loyal2", "region"],
        "code and words": [
            "id. Response ID", "A1[trust1]. Is it so? [trust1 is good]", "A1[trust2]. Is it so? [trust2 is good]",
            "A1[loyal1]. Is it so? [loyal1 is good]", "A1[loyal2]. Is it so? [loyal2 is good]",
            "region. Where do you live?",
        ],
        "words": [
            "Response ID", "Is it so? [trust1 is good]", "Is it so? [trust2 is good]", "Is it so? [loyal1 is good]",
            "Is it so? [loyal2 is good]", "Where do you live?",
        ],
        "another array": ["id", "Q7[trust1]", "Q7[trust2]", "Q8[loyal1]", "Q8[loyal2]", "region"],
        "upper case": ["ID", "TRUST1", "TRUST2", "LOYAL1", "LOYAL2", "REGION"],
    }  # fmt: skip
    for way, columns in ways.items():
        found = match_columns(asked, columns)
        assert list(found.values()) == columns[-5:], way


def test_two_columns_for_one_item_are_refused() -> None:
    from safar.files.questionnaire.naming import ColumnsClash

    with pytest.raises(ColumnsClash, match=r"'A1\[trust1\]' and 'B2\[trust1\]' both answer item 'trust1'"):
        match_columns(small(), ["A1[trust1]", "B2[trust1]"])


def test_same_words_of_two_items_stand_for_neither() -> None:
    asked = small()
    first, second, *rest = asked.pages[0].items
    alike = replace(
        asked, pages=(replace(asked.pages[0], items=(first, replace(second, wording=first.wording), *rest)),)
    )
    assert all(first.wording.text() not in headings(alike)[one.id] for one in (first, second))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('least = "one"', r"scales\[1\].least: must be a whole number"),
        ("least = 5", "least value 5 must be below"),
        ("least = 1\nmiddle = 3", r"scales\[1\].middle: is not known here"),
        ('least = 1\nlabels.x = "No"', r"scales\[1\].labels.x: is no whole number"),
        ('least = 1\nlabels."9" = "No"', "names the value 9"),
        ("least = 1\nnot_applicable.code = 3\nnot_applicable.label = 'No'", "code 3 of not applicable"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_by_its_place(wrong: str, told: str) -> None:
    text = f"""
name = "one"
title = "One"
[[scales]]
id = "agree"
greatest = 5
{wrong}
[[pages]]
[[pages.items]]
id = "q1"
asks = "Good?"
scale = "agree"
"""
    with pytest.raises(BadQuestionnaire, match=told):
        read_toml(text)
