"""Tables and sentences for a paper: from what was run, escaped for each format."""

from __future__ import annotations

import re

import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import Missing, read_answers
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.paper import PaperTable, as_html, as_latex, as_markdown, latex_text, paper_tables
from safar.analysis.path_model.paper_latex import latex_excerpt
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.result import PathResult, Resampling, Run
from safar.analysis.path_model.speaking import bounds, number, probability, stars
from tests.analysis.path_model.simulated_rows import MODEL, simulated

RUN = Run(options=Options(consistent=True), resampling=Resampling(resamples=120, seed=9))


@pytest.fixture(scope="module")
def result() -> PathResult:
    return analyze(MODEL, read_answers(MODEL, simulated(200))[0], RUN)


def test_every_row_has_the_cells_of_its_head(result: PathResult) -> None:
    tables = paper_tables(result)
    assert [table.name for table in tables] == [
        "items", "constructs", "cross-loadings", "correlations", "htmt", "paths", "effects", "mediation", "ways",
        "fit", "verdicts",
    ]  # fmt: skip
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.head)}
    paths = next(table for table in tables if table.name == "paths")
    assert paths.rows[0][:2] == ("H1", "Care → Trust")
    first = result.paths[0].figure
    assert paths.rows[0][2] == number(first.estimate) + stars(first.p)
    assert "120 resamples" in paths.notes[1]


def test_each_format_escapes_what_it_must() -> None:
    table = PaperTable(name="t", title="A & B", head=("a|b", "c"), rows=(("<x>", "50%_$\\"),), notes=("* p < .05",))
    assert "&lt;x&gt;" in as_html([table])
    assert "A &amp; B" in as_html([table])
    assert r"a\|b" in as_markdown([table])
    assert r"\* p < .05" in as_markdown([table])
    assert r"50\%\_\$\textbackslash{}" in as_latex([table])
    assert r"A \& B" in as_latex([table])
    assert latex_text("a → b²") == r"a $\rightarrow$ b\textsuperscript{2}"


def test_latex_holds_only_what_pdflatex_prints(result: PathResult) -> None:
    told = as_latex(paper_tables(result)) + latex_text(methods_paragraph(result, version="9.9"))
    told += latex_text("α … ω χ² ≥ ≠ × – — “as it is” it’s ½ … ← \u2067→\u2069")
    assert told.isascii(), {sign for sign in told if not sign.isascii()}
    assert "XeLaTeX" not in latex_excerpt(told)
    assert "XeLaTeX" in latex_excerpt(latex_text("تجربه"))


def test_tables_longer_than_a_page_go_on_in_latex() -> None:
    def written(rows: int) -> str:
        return as_latex([PaperTable(name="t", title="T", head=("a",), rows=(("x",),) * rows, notes=("n",))])

    assert "longtable" not in written(40)
    long = written(41)
    assert long.count(r"\toprule") == 2  # on the first page, and on those that follow
    for part in (r"\begin{longtable}{l}", r"\endhead", r"\endfoot", r"\end{longtable}"):
        assert part in long
    assert "table}[htbp]" not in long
    assert r"\usepackage{longtable}" in latex_excerpt(long)


def test_formats_hold_every_table(result: PathResult) -> None:
    tables = paper_tables(result)
    assert as_html(tables).count("<table>") == as_latex(tables).count(r"\toprule") == len(tables)
    assert as_markdown(tables).count("### ") == len(tables)


def test_paragraph_says_what_was_run(result: PathResult) -> None:
    told = methods_paragraph(result, version="9.9")
    for part in ("3 constructs, 9 items and 3 paths", "PLSc", "path weighting scheme", "in Safar 9.9", "seed 9",
                 "120 bootstrap resamples", "Of 200 rows 200 were used", "percentile 95% intervals"):  # fmt: skip
        assert part in told
    columns = simulated(200)
    columns["care1"][:5] = float("nan")
    sample, treatment = read_answers(MODEL, columns, missing=Missing.MEAN)
    plain = analyze(MODEL, sample, Run(missing=Missing.MEAN), treatment=treatment)
    told = methods_paragraph(plain)
    assert "No resamples were drawn" in told
    assert "5 missing answers were replaced by their item's mean" in told
    assert "PLSc" not in told


def test_paragraph_in_persian_has_persian_digits_and_no_others(result: PathResult) -> None:
    told = methods_paragraph(result, "fa")
    assert "۳ سازه، ۹ گویه و ۳ مسیر" in told
    assert not re.search(r"[0-9]", told)


def test_numbers_as_printed() -> None:
    assert (number(-0.0004), number(None), number(float("nan")), number(-1.5, 2)) == ("0.000", "–", "–", "−1.50")
    assert (probability(0.0002), probability(0.0421), probability(None)) == ("< .001", ".042", "–")
    assert [stars(p) for p in (0.0005, 0.005, 0.04, 0.06, None)] == ["***", "**", "*", "", ""]
    assert bounds(-0.1, 0.2, 2) == "[−0.10, 0.20]"


def test_latex_takes_a_name_for_no_command_and_sets_wide_tables_small() -> None:
    def written(*rows: tuple[str, ...]) -> str:
        return as_latex([PaperTable(name="t", title="T", head=("a",) * len(rows[0]), rows=rows)])

    # pdfLaTeX: "Missing number, treated as zero", where a row begins with a bracket.
    assert r"{}[A] Care & 1 \\" in written(("[A] Care", "1"))
    assert "\n{}* & 1" in written(("*", "1"))
    assert r"\scriptsize\setlength{\tabcolsep}{3pt}" in written(("Care (care)", *["0.812"] * 12))
    assert r"\scriptsize" not in written(("Care (care)", *["0.812"] * 6))
    assert r"{\scriptsize" in written(*[("Care (care)", *["0.812"] * 12)] * 41)
    assert "fontenc" in latex_excerpt("Señal")
    assert r"\TeXXeTstate=1" in latex_excerpt("تجربه")
    assert latex_excerpt("plain").count("%") == 1
