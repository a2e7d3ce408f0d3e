"""A path model's workbook: whole in the language of its run, numbers as numbers."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pytest

import safar
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.sheet_names import SHEETS, sheet_name
from safar.files.path_model.workbook import path_workbook
from tests.analysis.path_model.simulated_rows import CHAIN, simulated

_HEAD = 3
"""The row of the heads, from 1."""
_NAMES = {
    # What has one name in every language: measures, tests, and what the model itself calls its parts.
    "AVE", "HTMT", "HTMT2", "VIF", "SRMR", "NFI", "GoF", "CVPAT", "RMSE", "MAE", "KMO", "CFI", "TLI", "RMSEA", "AIC",
    "AICc", "AIC3", "AIC4", "BIC", "CAIC", "HQ", "MDL5", "EN", "MICOM", "FIMIX", "REBUS", "PLS", "PLSc", "VAF", "BCa",
    "PLSpredict", "C", "d_ULS", "d_G", "d_L", "SD", "R", "p", "t", "c", "f", "K-S", "ln", "L", "Q", "predict", "A", "B",
    "chain", "Care", "Trust", "Loyalty", "region", "north", "south", "H1", "H2", "H3",
}  # fmt: skip
_ITEM = re.compile(r"(care|trust|loyal)\d")


@cache
def found() -> tuple[PathResult, tuple[FurtherResult, ...]]:
    columns: dict[str, Any] = {
        name: np.clip(np.round(4 + 1.3 * values), 1, 7) for name, values in simulated(150).items()
    }
    columns["region"] = ["north", "south"] * 75
    rows = pl.DataFrame(columns)
    model = safar.PathModel(CHAIN)
    further: tuple[FurtherResult, ...] = (
        model.screen(rows, scale=(1, 7)),
        model.predict(rows, repeats=1),
        model.groups(rows, "region", resamples=99),
        model.segments(rows, most=2),
        model.importance(rows, "Loyalty", scale=(1, 7)),
        model.sample(0.3),
    )
    return model.bootstrap(rows, resamples=60, seed=1), further


@cache
def book(language: str) -> openpyxl.Workbook:
    result, further = found()
    told = path_workbook(
        result.in_language(language), further=[one.in_language(language) for one in further], version="9.9"
    )
    return openpyxl.load_workbook(io.BytesIO(told))


def texts(sheet: Any) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_every_sheet_of_a_persian_run_is_persian_and_goes_from_right_to_left() -> None:
    for sheet in book("fa").worksheets:
        assert sheet.sheet_view.rightToLeft, sheet.title
        for text in (sheet.title, *texts(sheet)):
            if re.fullmatch(r"[0-9a-f]{64}", text):
                continue
            for word in re.findall(r"[A-Za-z][A-Za-z0-9_-]*", text):
                known = word in _NAMES or _ITEM.fullmatch(word)
                assert known, (sheet.title, word, text)
            assert not re.search(r"(?<![A-Za-z_])\d(?<![۰-۹])", text.replace("²", "")), (sheet.title, text)


def test_a_workbook_has_a_sheet_a_table_with_caption_notes_and_frozen_head() -> None:
    result, further = found()
    for language in ("en", "fa"):
        spoken = [one.in_language(language) for one in further]
        tables = [
            *paper_tables(result.in_language(language), whole=True),
            *(table for one in spoken for table in one.tables()),
        ]
        sheets = book(language).worksheets[1:]
        assert [sheet.title for sheet in sheets] == [sheet_name(table, language) for table in tables]
        for sheet, table in zip(sheets, tables, strict=True):
            assert sheet["A1"].value == table.title
            assert {*table.notes} <= {*texts(sheet)}
            assert table.notes or table.name == "verdicts", f"{table.name} does not say what was computed"
            assert str(sheet.freeze_panes).endswith(str(_HEAD + 1))
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert not sheet.sheet_view.rightToLeft or language == "fa"
        assert {table.name for table in tables} <= {*SHEETS}


def test_the_first_sheet_says_what_was_run_and_leads_to_the_tables() -> None:
    result, _ = found()
    for language, head in (("en", "About"), ("fa", "درباره")):
        about = book(language).worksheets[0]
        assert about.title == head
        told = texts(about)
        assert result.model_digest in told
        assert result.data_digest in told
        assert {one.says for one in result.in_language(language).verdicts} <= {*told}
        linked = [cell.hyperlink.location for row in about.iter_rows() for cell in row if cell.hyperlink]
        assert len(linked) == len(book(language).worksheets) - 1
    assert "Safar 9.9" in " ".join(texts(book("en").worksheets[0]))


@pytest.mark.parametrize("language", ["en", "fa"])
def test_numbers_are_numbers_with_stars_and_bounds_of_p_in_their_format(language: str) -> None:
    result, _ = found()
    sheets = {sheet.title: sheet for sheet in book(language).worksheets}
    names = {key: told[language == "fa"] for key, told in SHEETS.items()}
    items = sheets[names["items"]]
    first = result.items[0].loading
    row = [cell.value for cell in items[_HEAD + 1]][2:8]
    wanted = [first.estimate, first.standard_error, first.t, first.p, first.low, first.high]
    assert row == [pytest.approx(one) for one in wanted]
    assert '"*"' in items.cell(_HEAD + 1, 3).number_format
    p = sheets[names["cvpat"]].cell(_HEAD + 1, 5).number_format
    assert p == ('[<0.001]"کمتر از ۰٫۰۰۱";[$-3000429]0.000' if language == "fa" else '[<0.001]"< .001";.000')
    share = sheets[names["screening"]].cell(_HEAD + 1, 3)
    assert isinstance(share.value, int | float)
    assert share.number_format.endswith("0%")
    # No figure is left as text: what is not a number is a name, a word, or the dash of what there is none of.
    for sheet in book(language).worksheets[1:]:
        for cells in sheet.iter_rows(min_row=_HEAD + 1):
            for cell in cells:
                if isinstance(cell.value, str):
                    assert not re.fullmatch(r"[\s\d۰-۹.,٫٬−\[\]*\u2066\u2069<≤]+", cell.value), (
                        sheet.title,
                        cell.value,
                    )


def test_columns_are_as_wide_as_what_they_hold() -> None:
    for language in ("en", "fa"):
        for sheet in book(language).worksheets[1:]:
            for cell in sheet[_HEAD]:
                if cell.value:
                    width = sheet.column_dimensions[cell.column_letter].width
                    assert width >= max(len(word) for word in cell.value.split()), (sheet.title, cell.value)


def test_names_of_sheets_are_short_unlike_and_allowed() -> None:
    for k in (0, 1):
        told = [names[k] for names in SHEETS.values()]
        assert len({one.lower() for one in told}) == len(told)
        assert all(0 < len(one) <= 31 and not {*one} & {*"[]:*?/\\'"} for one in told)
