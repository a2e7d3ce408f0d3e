"""A paper's tables as Markdown, HTML and LaTeX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from safar.analysis.path_model.paper_table import PaperTable

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "→": r"$\rightarrow$", "−": r"$-$", "–": "--",
    "<": r"$<$", ">": r"$>$", "²": r"\textsuperscript{2}", "α": r"$\alpha$", "ρ": r"$\rho$", "≤": r"$\le$",
}  # fmt: skip


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
