"""A result's tables as a paper prints them: cells of text, and the same as Markdown, HTML and LaTeX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safar.analysis.path_model.result import HTMT_LIMITS, PathResult
from safar.analysis.path_model.speaking import bounds, number, probability, stars

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "→": r"$\rightarrow$", "−": r"$-$", "–": "--",
    "<": r"$<$", ">": r"$>$", "²": r"\textsuperscript{2}", "α": r"$\alpha$", "ρ": r"$\rho$", "≤": r"$\le$",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table: its head, its rows of text (as many cells as the head), and what stands below it.

    words: how many columns from the left hold names; the others hold numbers.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    words: int = 1


def paper_tables(result: PathResult) -> tuple[PaperTable, ...]:
    """The tables in the order in which a paper has them: measurement, validity, structure, effects, verdicts."""
    return tuple(
        table
        for table in (
            _items(result),
            _constructs(result),
            _fornell_larcker(result),
            _htmt(result),
            _paths(result),
            _effects(result),
            _fit(result),
            _verdicts(result),
        )
        if table.rows
    )


def _resampled(result: PathResult) -> tuple[str, ...]:
    made = result.run.resampling
    if made is None:
        return ("No resamples were drawn.",)
    return (
        f"Intervals: {made.interval}, {made.confidence:.0%}, {made.resamples:,} resamples; {result.failed:,} failed, "
        f"{result.inadmissible:,} inadmissible.",
    )


def _items(result: PathResult) -> PaperTable:
    return PaperTable(
        name="items",
        title="Items: loadings and weights",
        head=("Construct", "Item", "Loading", "Interval", "Weight", "Interval ", "VIF"),
        rows=tuple(
            (
                one.construct,
                one.item,
                number(one.loading.estimate) + stars(one.loading.p),
                bounds(one.loading.low, one.loading.high, 2),
                number(one.weight.estimate) + stars(one.weight.p),
                bounds(one.weight.low, one.weight.high, 2),
                number(one.vif, 2),
            )
            for one in result.items
        ),
        notes=(*_resampled(result), "* p < .05, ** p < .01, *** p < .001."),
        words=2,
    )


def _constructs(result: PathResult) -> PaperTable:
    return PaperTable(
        name="constructs",
        title="Constructs: reliability, convergent validity and what is explained",
        head=("Construct", "Items", "α", "α std.", "ρA", "ρC", "AVE", "R²", "R² adj.", "VIF"),
        rows=tuple(
            (
                one.construct,
                str(one.items),
                number(one.alpha),
                number(one.alpha_standardized),
                number(one.rho_a),
                number(one.rho_c),
                number(one.ave),
                number(one.r2.estimate if one.r2 else None),
                number(one.r2_adjusted),
                number(one.full_vif, 2),
            )
            for one in result.constructs
        ),
        notes=("α: of the answers as they are; α std.: of standardized ones. VIF: by all other constructs.",),
    )


def _fornell_larcker(result: PathResult) -> PaperTable:
    return PaperTable(
        name="correlations",
        title="Correlations of constructs; on the diagonal the root of the AVE (Fornell-Larcker)",
        head=("Construct", *result.names),
        rows=tuple(
            (name, *(number(value) if k <= j else "" for k, value in enumerate(result.correlations[j])))
            for j, name in enumerate(result.names)
        ),
    )


def _htmt(result: PathResult) -> PaperTable:
    bound = "value" if result.run.resampling is None else "upper bound"
    return PaperTable(
        name="htmt",
        title="Discriminant validity: heterotrait-monotrait ratio (HTMT)",
        head=("Constructs", "HTMT", "Upper bound", *(f"< {limit:.2f}" for limit in HTMT_LIMITS)),
        rows=tuple(
            (
                f"{one.one} – {one.other}",
                number(one.value),
                number(one.upper),
                *("yes" if limit in one.below else "no" for limit in HTMT_LIMITS),
            )
            for one in result.htmt
        ),
        notes=(f"Absolute correlations. The one-sided {bound} is compared with each limit.",),
    )


def _paths(result: PathResult) -> PaperTable:
    return PaperTable(
        name="paths",
        title="Paths",
        head=("Hypothesis", "Path", "Estimate", "Std. error", "t", "p", "Interval", "f²", "VIF", "Verdict"),
        rows=tuple(
            (
                one.hypothesis or "–",
                f"{one.source} → {one.target}",
                number(one.figure.estimate) + stars(one.figure.p),
                number(one.figure.standard_error),
                number(one.figure.t, 2),
                probability(one.figure.p),
                bounds(one.figure.low, one.figure.high),
                number(one.f2),
                number(one.vif, 2),
                str(verdict.stand),
            )
            for one, verdict in zip(result.paths, result.verdicts, strict=True)
        ),
        notes=_resampled(result),
        words=2,
    )


def _effects(result: PathResult) -> PaperTable:
    return PaperTable(
        name="effects",
        title="Total and indirect effects",
        head=("From → to", "Total", "Interval", "p", "Indirect", "Interval ", "p "),
        rows=tuple(
            (
                f"{one.source} → {one.target}",
                number(one.total.estimate) + stars(one.total.p),
                bounds(one.total.low, one.total.high, 2),
                probability(one.total.p),
                *(
                    (
                        number(one.indirect.estimate) + stars(one.indirect.p),
                        bounds(one.indirect.low, one.indirect.high, 2),
                        probability(one.indirect.p),
                    )
                    if one.indirect.estimate
                    else ("–", "–", "–")
                ),
            )
            for one in result.effects
        ),
        notes=_resampled(result),
    )


def _fit(result: PathResult) -> PaperTable:
    fit = result.fit
    told = (
        ("SRMR, estimated model", number(fit.srmr)),
        ("SRMR, saturated model", number(fit.srmr_saturated)),
        ("d_ULS", number(fit.d_uls)),
        ("d_G", number(fit.d_g)),
        ("NFI", number(fit.nfi)),
        ("GoF", number(fit.gof)),
    )
    return PaperTable(
        name="fit",
        title="Fit",
        head=("Measure", "Value"),
        rows=told,
        notes=("GoF is printed for comparison with older papers; it does not fall when a model is wrong.",),
    )


def _verdicts(result: PathResult) -> PaperTable:
    return PaperTable(
        name="verdicts",
        title="Verdicts and reasons to doubt them",
        head=("Verdict", "Reasons to doubt it"),
        rows=tuple((one.says, " ".join(doubt.says for doubt in one.doubts) or "–") for one in result.verdicts),
        notes=tuple(doubt.says for doubt in result.doubts),
        words=2,
    )


def as_markdown(tables: Sequence[PaperTable]) -> str:
    """Tables of Markdown, each under its heading."""
    return "\n".join(line for table in tables for line in _markdown(table))


def _markdown(table: PaperTable) -> Iterator[str]:
    def row(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.strip().replace('|', chr(92) + '|') for cell in cells)} |"

    yield from (f"### {table.title}", "", row(table.head))
    yield row(["---" if k < table.words else "---:" for k in range(len(table.head))])
    yield from (row([cell.replace("*", r"\*") for cell in cells]) for cells in table.rows)
    yield ""
    for note in table.notes:
        yield from (note.replace("*", r"\*"), "")


def as_html(tables: Sequence[PaperTable]) -> str:
    """Tables of HTML with captions; every cell is escaped."""
    return "\n".join(_html(table) for table in tables)


def _html(table: PaperTable) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        more = ' scope="col"' if tag == "th" else ""
        return "".join(
            f"<{tag}{more}{'' if k < table.words else ' class=' + chr(34) + 'number' + chr(34)}>"
            f"{html.escape(cell.strip())}</{tag}>"
            for k, cell in enumerate(row)
        )

    body = "\n".join(f"<tr>{cells(row, 'td')}</tr>" for row in table.rows)
    notes = "".join(f"\n<p><small>{html.escape(note)}</small></p>" for note in table.notes)
    return (
        f"<table>\n<caption>{html.escape(table.title)}</caption>\n<thead><tr>{cells(table.head, 'th')}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>{notes}"
    )


def as_latex(tables: Sequence[PaperTable]) -> str:
    """Tables of LaTeX with booktabs' rules; every cell is escaped."""
    return "\n".join(_latex(table) for table in tables)


def _latex(table: PaperTable) -> str:
    def row(cells: Sequence[str]) -> str:
        return " & ".join(latex_text(cell.strip()) for cell in cells) + r" \\"

    # Sentences need a column that breaks lines.
    longest = [max((len(cells[k]) for cells in table.rows), default=0) for k in range(len(table.head))]
    columns = "".join(
        r"p{0.45\linewidth}" if long > 60 else "l" if k < table.words else "r" for k, long in enumerate(longest)
    )
    lines = [
        r"\begin{table}[htbp]",
        r"\centering",
        rf"\caption{{{latex_text(table.title)}}}",
        rf"\label{{tab:{table.name}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        row(table.head),
        r"\midrule",
        *(row(cells) for cells in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        *(rf"\par\footnotesize {latex_text(note)}" for note in table.notes),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def latex_text(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return re.sub("|".join(map(re.escape, _LATEX)), lambda found: _LATEX[found.group()], text)
