"""Tables and reports as LaTeX: what is written, and, where a TeX is installed, that it compiles and fits the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.paper_latex import as_latex, latex_document, latex_excerpt, latex_paragraph
from safar.analysis.path_model.paper_table import PaperTable
from safar.analysis.path_model.result import PathResult, Resampling, Run
from safar.analysis.path_model.speaking import bracketed
from safar.files.path_model.report import as_latex_report
from tests.analysis.path_model.simulated_rows import MODEL, simulated

_PACKAGES = {"geometry", "array", "booktabs", "longtable", "graphicx", "float"}


@cache
def result() -> PathResult:
    run = Run(resampling=Resampling(resamples=60, seed=3))
    return analyze(MODEL, read_answers(MODEL, simulated(120))[0], run)


def report(language: str) -> str:
    return as_latex_report(result().in_language(language), language=language, version="9.9")


def compiled(told: str, folder: Path, *, engine: str) -> str:
    """The log of a run of TeX over a document."""
    program = shutil.which(engine)
    if program is None:
        pytest.skip(f"optional program: {engine} is not here; what is written is tested without it")
    (folder / "report.tex").write_text(told, encoding="utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "report.tex"],
        cwd=folder, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    log = (folder / "report.log").read_text(encoding="utf-8", errors="replace")
    if engine == "xelatex" and ("No Persian font was found" in log or "fontspec.sty' not found" in log):
        pytest.skip("optional program: this XeLaTeX lacks fontspec or a Persian font")
    assert done.returncode == 0, done.stdout[-2000:]
    return log


def test_a_report_is_a_document_with_the_packages_that_it_uses() -> None:
    told = report("en")
    assert told.startswith("% Compile with")
    assert {*re.findall(r"\\usepackage(?:\[[^]]*\])?\{(\w+)\}", told)} == _PACKAGES
    for one in (r"\begin{document}", r"\section*{Method}", r"\section*{What the model says}", r"\end{document}"):
        assert told.count(one) == 1
    # The verdicts are sentences, and stand in no table.
    assert r"\label{tab:verdicts}" not in told
    assert "is supported" in told
    persian = report("fa")
    assert {*re.findall(r"\\usepackage(?:\[[^]]*\])?\{(\w+)\}", persian)} == _PACKAGES | {"fontspec"}
    assert persian.startswith("% Compile with XeLaTeX")
    assert "روش" in persian


def test_persian_rows_stand_in_the_order_in_which_they_are_seen() -> None:
    table = PaperTable(
        name="t",
        title="گویه‌ها",
        head=("سازه", "بازه"),
        rows=(("Care x", bracketed(-0.1, 0.2, 2, "fa")), ("مراقبت", "–")),
    )
    told = as_latex([table])
    assert r"\begin{tabular}{rr}" in told
    assert r"\rl{بازه} & \rl{سازه} \\" in told
    assert r"\lrfigure{[$-$۰٫۱۰، ۰٫۲۰]} & \lr{Care x} \\" in told
    assert r"– & \rl{مراقبت} \\" in told
    assert r"\newcommand{\lrfigure}" in latex_excerpt(told)


def test_latin_words_in_a_persian_sentence_keep_their_order() -> None:
    told = latex_paragraph("به روش (partial least squares) و R² برابر ۰٫۵", persian=True)
    assert told == (r"\rlpar{به روش (\lr{partial least squares}) و \lr{R\textsuperscript{2}} برابر ۰٫۵}")


def test_long_keys_may_break_in_narrow_columns() -> None:
    name = "A construct of a long name (a_construct_of_a_long_name)"
    head = ("Construct", *(f"c{k}" for k in range(12)))
    told = as_latex([PaperTable(name="t", title="T", head=head, rows=((name, *["0.812"] * 12),))])
    assert r"\raggedright\arraybackslash}p{" in told
    assert r"a\_\allowbreak{}construct" in told


@pytest.mark.parametrize(("language", "engine"), [("en", "pdflatex"), ("fa", "xelatex")])
def test_a_report_compiles_and_fits_a_page(language: str, engine: str, tmp_path: Path) -> None:
    log = compiled(report(language), tmp_path, engine=engine)
    assert "Missing character" not in log
    assert not re.findall(r"Overfull \\hbox \((?:[5-9]|\d\d+)\.", log)


def test_tables_of_twelve_constructs_fit_a_page(tmp_path: Path) -> None:
    label, key = "Effort of customers", "effort_of_customers"
    names = [f"{k}. {label}" for k in range(1, 13)]
    square = ("Construct", *map(str, range(1, 13)))
    mediation = ("From → to", "Total", "Direct", "Indirect", "Interval", "p", "Ways", "Kind", "Share")
    cells = ("0.123***", "−0.045**", "0.078***", "[−0.03, 0.12]", "≤ .001", "773", "complementary", "100%")
    tables = [
        PaperTable(name="a", title="Square", head=square, rows=tuple((one, *["−0.123"] * 12) for one in names)),
        PaperTable(
            name="b",
            title="Long square",
            head=("Construct", "Item", *square[1:]),
            rows=tuple((one, "effort_1", *["−0.123"] * 12) for one in names * 4),
            words=2,
        ),
        *(
            PaperTable(
                name=f"c{n}", title="Mediation", head=mediation, rows=((f"{label} ({key}) → {label}", *cells),) * n
            )
            for n in (12, 60)
        ),
    ]  # fmt: skip
    log = compiled(latex_document(as_latex(tables)), tmp_path, engine="pdflatex")
    assert not re.findall(r"Overfull \\hbox \((?:[5-9]|\d\d+)\.", log)
