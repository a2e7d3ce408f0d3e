"""Cells that remember their numbers, and which ways of mediation a table tells."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.numeral import Bounds, Form, Numeral
from safar.analysis.path_model.paper import PaperTable, paper_tables
from safar.analysis.path_model.parts import Figure, MediationFigure, WayFigure
from safar.analysis.path_model.result import PathResult, Resampling, Run
from safar.analysis.path_model.speaking import bracketed, in_letters_of, number, percent, probability, starred
from safar.analysis.path_model.telling_ways import MOST_TOLD, told_ways, ways_notes
from tests.analysis.path_model.simulated_rows import MODEL, simulated


def way(k: int, estimate: float, *, there: bool | None) -> WayFigure:
    """A way whose interval leaves zero out, holds it, or is not known."""
    half = None if there is None else 0.5 * abs(estimate) if there else 2 * abs(estimate)
    low, high = (None, None) if half is None else (estimate - half, estimate + half)
    return WayFigure(constructs=("A", f"M{k}", "B"), effect=Figure(estimate=estimate, low=low, high=high, p=0.5))


def mediation(ways: list[WayFigure]) -> MediationFigure:
    total = Figure(estimate=0.5)
    return MediationFigure(
        source="A", target="B", direct=None, indirect=total, total=total, ways=tuple(ways), kind=None, share=None
    )


@cache
def chain() -> PathResult:
    run = Run(resampling=Resampling(resamples=60, seed=3))
    return analyze(MODEL, read_answers(MODEL, simulated(120))[0], run)


def tables(result: PathResult, *, whole: bool = False) -> dict[str, PaperTable]:
    return {one.name: one for one in paper_tables(result, whole=whole)}


def test_few_ways_are_all_told() -> None:
    told = told_ways([mediation([way(k, 0.1, there=False) for k in range(MOST_TOLD)])])
    assert len(told.shown) == told.total == MOST_TOLD
    assert ways_notes(told, "en") == ()


def test_of_many_ways_those_of_substance_are_told_in_the_order_of_the_pairs() -> None:
    ways = [way(k, 0.01 * (k + 1), there=k % 2 == 0) for k in range(100)]
    told = told_ways([mediation(ways[:50]), mediation(ways[50:])])
    # 50 are found; the largest 30 of them are those from the 41st way on.
    assert [one.constructs[1] for one in told.shown] == [f"M{k}" for k in range(40, 100, 2)]
    (note,) = ways_notes(told, "en")
    assert "Shown are 30 of 100 ways: the largest of the 50 whose interval leaves zero out." in note
    assert "70 are left out here" in note
    for place in (".xlsx", ".json", "CSV"):
        assert place in note
    (persian,) = ways_notes(told, "fa")
    assert "از ۱۰۰ راه ۳۰ راه" in persian
    assert not {*persian} & {*"0123456789"}


def test_ways_found_are_told_alone_where_a_page_holds_them() -> None:
    told = told_ways([mediation([way(k, 0.1, there=k < 7) for k in range(100)])])
    assert [one.constructs[1] for one in told.shown] == [f"M{k}" for k in range(7)]
    assert "those whose interval leaves zero out" in ways_notes(told, "en")[0]


def test_without_resamples_or_findings_the_largest_ways_are_told() -> None:
    for there, rule in ((None, "the largest by size."), (False, "as no interval leaves zero out.")):
        told = told_ways([mediation([way(k, (-1) ** k * 0.01 * k, there=there) for k in range(1, 61)])])
        assert [one.constructs[1] for one in told.shown] == [f"M{k}" for k in range(31, 61)]
        assert rule in ways_notes(told, "en")[0]


def test_the_whole_has_every_way() -> None:
    ways = [way(k, 0.1, there=True) for k in range(500)]
    assert len(told_ways([mediation(ways)], whole=True).shown) == 500
    result = replace(chain(), mediations=(mediation(ways),))
    short, whole = tables(result)["ways"], tables(result, whole=True)["ways"]
    assert (len(short.rows), len(whole.rows)) == (MOST_TOLD, 500)
    assert not any("left out here" in note for note in whole.notes)


def test_pairs_are_told_once_with_total_direct_and_indirect() -> None:
    result = chain()
    (pair,) = result.mediations
    mediation = tables(result)["mediation"]
    row = dict(zip(mediation.head, mediation.rows[0], strict=True))
    assert row["From → to"] == "Care → Loyalty"
    assert pair.direct is not None
    for head, figure in (("Total", pair.total), ("Direct", pair.direct), ("Indirect", pair.indirect)):
        cell = row[head]
        assert isinstance(cell, Numeral)
        assert cell.value == figure.estimate
    assert (row["Ways"], row["Kind"]) == ("1", str(pair.kind))
    assert tables(result)["ways"].rows[0][0] == "Care → Trust → Loyalty"


def test_the_whole_has_the_error_of_every_figure() -> None:
    assert "criteria" not in tables(chain())
    whole = tables(chain(), whole=True)
    assert whole["items"].head[2:7] == ("Loading", "Std. error", "t", "p", "Interval")
    assert whole["constructs"].head[9] == "Interval"
    assert whole["criteria"].rows[0][0] == "Trust"
    for one in whole.values():
        assert len(set(one.head)) == len(one.head)
        assert {len(row) for row in one.rows} == {len(one.head)}


@given(st.floats(-10, 10), st.sampled_from([None, 0.2, 0.04, 0.002, 0.0001]))
def test_a_figure_keeps_its_number_in_both_languages(value: float, p: float | None) -> None:
    told = starred(value, p)
    persian = in_letters_of(told, "fa")
    assert (persian.value, persian.marks) == (told.value, told.marks) == (value, told.marks)
    assert persian.count("*") == told.count("*")
    assert not {*persian} & {*"0123456789."}


def test_cells_remember_what_they_tell() -> None:
    assert (percent(0.25).value, percent(0.25).form) == (0.25, Form.SHARE)
    assert percent(None) == number(None) == "–"
    assert number(None).value is None
    for cell, persian in (
        (probability(0.0002), "کمتر از ۰٫۰۰۱"),
        (probability(0.008, least=0.008), "حداکثر ۰٫۰۰۸"),
        (probability(0.042), "۰٫۰۴۲"),
        (percent(0.25), "۲۵٪"),
    ):
        assert in_letters_of(cell, "fa") == persian
    # From left to right also in a line that goes the other way.
    assert bracketed(-0.1, 0.25, 2, "fa") == "\u2066[−۰٫۱۰، ۰٫۲۵]\u2069"
    assert in_letters_of(starred(-0.5, 0.004), "fa") == "\u2066−۰٫۵۰۰**\u2069"
    assert bracketed(None, 0.2) == "–"


def test_cells_can_be_kept_and_copied() -> None:
    for cell in (starred(0.5, 0.004), probability(0.0002), percent(0.25), bracketed(-0.1, 0.25)):
        for again in (pickle.loads(pickle.dumps(cell)), copy.deepcopy(cell)):  # noqa: S301
            assert type(again) is type(cell)
            assert again == cell
            assert [getattr(again, name) for name in again.__slots__] == [
                getattr(cell, name) for name in cell.__slots__
            ]


@pytest.mark.parametrize("language", ["en", "fa"])
def test_columns_of_figures_hold_no_bare_text(language: str) -> None:
    """Or a spreadsheet would get letters for a number."""
    words = {"yes", "no", "بله", "نه", "–", ""}
    for table in paper_tables(chain().in_language(language), whole=True):
        for row in table.rows:
            for cell in row[table.words :]:
                bare = not isinstance(cell, Numeral | Bounds) and any(sign.isdigit() for sign in cell)
                assert not bare or cell in words, (table.name, cell)


def test_many_long_names_of_columns_become_numbers() -> None:
    result = chain()
    names = tuple(f"a_construct_of_a_long_name_{k}" for k in range(12))
    square = tuple(tuple(0.5 for _ in names) for _ in names)
    wide = replace(result, names=names, correlations=square)
    for language, digits in (("en", "12"), ("fa", "۱۲")):
        table = tables(wide.in_language(language))["correlations"]
        assert table.head[-1] == digits
        assert table.rows[-1][0].startswith(f"{digits}. ")
        assert len(table.notes) == 2
    assert tables(result)["correlations"].head[1:] == result.names
