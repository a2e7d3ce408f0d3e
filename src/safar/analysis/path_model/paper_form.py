"""A paper's tables as Markdown, HTML and LaTeX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from safar.analysis.path_model.paper_table import PaperTable

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "|": r"\textbar{}", "→": r"$\rightarrow$",
    "←": r"$\leftarrow$", "↔": r"$\leftrightarrow$", "−": r"$-$", "–": "--", "—": "---", "<": r"$<$", ">": r"$>$",
    "≤": r"$\le$", "≥": r"$\ge$", "≠": r"$\ne$", "≈": r"$\approx$", "×": r"$\times$", "±": r"$\pm$", "·": r"$\cdot$",
    "√": r"$\surd$", "∞": r"$\infty$", "Σ": r"$\Sigma$", "Δ": r"$\Delta$", "ς": r"$\varsigma$", "ο": "o",
    "…": r"\ldots{}", "“": "``", "”": "''", "‘": "`", "’": "'",
    "²": r"\textsuperscript{2}", "³": r"\textsuperscript{3}", "½": r"$1/2$", "°": r"\textdegree{}", "\u00a0": "~",
    "\u202f": r"\,",
    **dict.fromkeys("\u2066\u2067\u2068\u2069\u200e\u200f", ""),
    **{chr(code): rf"$\{name}$" for code, name in zip(
        [*range(0x3B1, 0x3BF), *range(0x3C0, 0x3C2), *range(0x3C3, 0x3CA)],
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
         "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"],
        strict=True,
    )},
}  # fmt: skip
_ONE_PAGE = 40
"""More rows than these are a table that goes on over pages."""
_ONE_LINE = 80
"""More letters than these beside each other are a table that is set small, in narrow columns."""
_FEW, _BROKEN = 4, 34
"""Columns of a table that is never set small; letters of a line in a column that breaks lines."""
_LONG_NAME = 28
"""A longer name breaks its line in a wide table."""
PACKAGES = "% Needs: \\usepackage{booktabs} \\usepackage{longtable}\n"
_ACCENTS = "% Holds letters with accents: with pdfLaTeX also \\usepackage[T1]{fontenc}\n"
_OTHER_ENGINES = "% Holds letters that pdfLaTeX has not: compile with XeLaTeX or LuaLaTeX and a font that has them.\n"
_PERSIAN = "% Persian: with XeLaTeX, \\usepackage{xepersian} as the last package sets it from right to left.\n"


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
    """Tables of LaTeX with booktabs' rules; every cell is escaped. Long ones go on over pages (longtable).

    What pdfLaTeX takes, unless names or sentences are in letters other than Latin and Greek ones.
    """
    return "\n".join(_latex(table) for table in tables)


def latex_document(told: str) -> str:
    """LaTeX with what it needs said above, as comments."""
    needs = [PACKAGES]
    if any(ord(sign) > 0x17F for sign in told):
        needs.append(_OTHER_ENGINES)
        needs += [_PERSIAN] if any("\u0600" <= sign <= "\u06ff" for sign in told) else []
    elif any(ord(sign) > 0x7F for sign in told):
        needs.append(_ACCENTS)
    return "".join(needs) + told


def _latex(table: PaperTable) -> str:
    def row(cells: Sequence[str]) -> str:
        told = " & ".join(latex_text(cell.strip()) for cell in cells) + r" \\"
        # What a row ends with, or a rule, would take these for its own.
        return f"{{}}{told}" if told.startswith(("[", "*")) else told

    # Sentences need a column that breaks lines.
    longest = [max(len(cells[k]) for cells in (table.head, *table.rows)) for k in range(len(table.head))]
    wide = len(longest) > _FEW and sum(min(long, _BROKEN) + 2 for long in longest) > _ONE_LINE
    columns = "".join(
        r"p{0.45\linewidth}" if long > 60
        else r"p{0.28\linewidth}" if wide and k < table.words and long > _LONG_NAME
        else "l" if k < table.words
        else "r"
        for k, long in enumerate(longest)
    )  # fmt: skip
    small = [r"\scriptsize\setlength{\tabcolsep}{3pt}"] if wide else []
    caption = rf"\caption{{{latex_text(table.title)}}}"
    label, head = rf"\label{{tab:{table.name}}}", [r"\toprule", row(table.head), r"\midrule"]
    rows, notes = [row(cells) for cells in table.rows], [latex_text(note) for note in table.notes]
    if len(rows) > _ONE_PAGE:
        lines = [
            *(["{" + small[0]] if small else []),
            rf"\begin{{longtable}}{{{columns}}}",
            rf"{caption}{label} \\",
            *head,
            r"\endfirsthead",
            *head,
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            *rows,
            r"\end{longtable}" + ("}" if small else ""),
            *(rf"{{\footnotesize\noindent {note}\par}}" for note in notes),
        ]
    else:
        lines = [
            r"\begin{table}[htbp]",
            r"\centering",
            caption,
            label,
            *small,
            rf"\begin{{tabular}}{{{columns}}}",
            *head,
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            *(rf"\par\footnotesize {note}" for note in notes),
            r"\end{table}",
        ]
    return "\n".join(lines) + "\n"


_SIGNS = re.compile("|".join(map(re.escape, _LATEX)))


def latex_text(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return _SIGNS.sub(lambda found: _LATEX[found.group()], text)
