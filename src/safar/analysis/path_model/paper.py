"""A result's tables as a paper prints them: cells of text, which `paper_form` and
`paper_latex` write."""

from __future__ import annotations

import re
from dataclasses import replace

from safar.analysis.path_model.measurement_tables import measurement_tables
from safar.analysis.path_model.numeral import Bounds, Numeral
from safar.analysis.path_model.paper_form import as_html, as_markdown
from safar.analysis.path_model.paper_latex import as_latex, latex_text
from safar.analysis.path_model.paper_table import PaperTable
from safar.analysis.path_model.phrases import word
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import bracketed, in_letters_of, is_persian, number
from safar.analysis.path_model.structure_tables import structure_tables
from safar.domain.speech import PERSIAN_DIGITS

__all__ = ["PaperTable", "as_html", "as_latex", "as_markdown", "latex_text", "paper_tables"]
_LIMIT = re.compile(r"< (\d\.\d\d)")


def paper_tables(result: PathResult, *, whole: bool = False) -> tuple[PaperTable, ...]:
    """The tables in the order in which a paper has them: measurement, validity, structure, effects, verdicts; in the
    language of the result's sentences.

    whole: with what no paper has room for, as workbooks hold it: every way of mediation, and of every figure its
    standard error, t and p.
    """
    tables = (*measurement_tables(result, whole=whole), *structure_tables(result, whole=whole))
    return tuple(_in_language(table, result.language) for table in tables if table.rows)


def _in_language(table: PaperTable, language: str) -> PaperTable:
    """Heads and words of a table told in English, and its figures; sentences are in their language already."""
    if not is_persian(language):
        return table
    return replace(
        table,
        title=word(table.title, language),
        head=tuple(_persian_head(one, language) for one in table.head),
        rows=tuple(
            tuple(cell if k < table.words else _persian(cell, language) for k, cell in enumerate(row))
            for row in table.rows
        ),
    )


def _persian_head(head: str, language: str) -> str:
    """A head in Persian; a limit and the number of a construct have Persian digits."""
    told = word(head, language)
    limit = _LIMIT.fullmatch(told)
    if limit is not None:
        return f"{word('below', language)} {number(float(limit[1]), 2, language)}"
    return told.translate(PERSIAN_DIGITS) if told.isdecimal() else told


def _persian(cell: str, language: str) -> str:
    """A figure, an interval or a word in Persian."""
    match cell:
        case Numeral():
            return in_letters_of(cell, language)
        case Bounds():
            return bracketed(cell.low, cell.high, cell.digits, language)
    return word(cell.strip(), language)
