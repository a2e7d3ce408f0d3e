"""A paper's tables as LaTeX: what pdfLaTeX takes, and in Persian what XeLaTeX takes, from right to left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
_LONG_NAME, _SENTENCE = 28, 60
"""A longer name breaks its line in a wide table, a sentence in every table."""
_SIZES = ((r"\scriptsize\setlength{\tabcolsep}{3pt}", 112), (r"\tiny\setlength{\tabcolsep}{2pt}", 132))
"""How a wide table is set, and letters of a line of it on A4: the second where the first leaves no room for names."""
_PERSIAN_LETTER_WIDTH = 0.8
"""Of a figure's."""
_SHRUNK = 1.2
_LEAST_SHARE, _MOST_SHARE = 0.14, 0.28
"""Of the line, for a column of long names."""
_RAGGED = r">{\raggedright\arraybackslash}"
_PACKAGES = ("array", "booktabs", "longtable", "graphicx")
_LOADED = [rf"\usepackage{{{one}}}" for one in _PACKAGES]
_NEEDS = f"% Needs: {' '.join(_LOADED)}\n"
_ACCENTS = "% Holds letters with accents: with pdfLaTeX also \\usepackage[T1]{fontenc}\n"
_OTHER_ENGINES = "% Holds letters that pdfLaTeX has not: compile with XeLaTeX or LuaLaTeX and a font that has them.\n"
_PERSIAN = "% Persian: compile with XeLaTeX and a Persian font. Columns stand in the order in which they are seen.\n"
_DIRECTIONS = r"""% From right to left by XeTeX's own means; where xepersian or bidi is loaded, by theirs.
\ifdefined\setLTR\else\newcommand{\setLTR}{}\fi
\ifdefined\TeXXeTstate\TeXXeTstate=1 \fi
\providecommand{\lrfont}{}
\providecommand{\lr}[1]{{\beginL\lrfont #1\endL}}
\newcommand{\lrfigure}[1]{{\beginL\lrfont #1\endL}}
\providecommand{\rl}[1]{\beginR #1\endR}
\providecommand{\rlpar}[1]{{\leftskip=0pt\rightskip=0pt\parfillskip=0pt
  \noindent\beginR #1\hskip 0pt plus 1fil\endR\par}}
\newcommand{\rlcell}[1]{\leftskip=0pt plus 1fil\parfillskip=0pt\noindent\beginR #1\endR}
"""
_FONTS = ("Vazirmatn", "XB Niloofar", "FreeSerif", "DejaVu Sans", "Times New Roman")
"""Those with Persian and Latin letters that a computer may have; the first that is there is taken."""
_PERSIAN_PREAMBLE = r"""\usepackage{fontspec}
% Write your own font here; it needs Persian and Latin letters.
\newcommand{\persianfont}[1]{\setmainfont[Script=Arabic,Ligatures=TeX]{#1}%
  \newfontfamily\lrfont[Script=Latin,Ligatures=TeX]{#1}}
@FONTS@
\makeatletter
\newcommand{\persiandigits}[1]{\expandafter\@persiandigits\number#1\relax}
\def\@persiandigits#1{\ifx#1\relax\else\ifcase#1 ۰\or ۱\or ۲\or ۳\or ۴\or ۵\or ۶\or ۷\or ۸\or ۹\fi
  \expandafter\@persiandigits\fi}
\renewcommand{\tablename}{جدول}
\renewcommand{\thetable}{\persiandigits{\value{table}}}
\renewcommand{\thepage}{\persiandigits{\value{page}}}
\long\def\@makecaption#1#2{\vskip\abovecaptionskip\rlpar{#1: #2}\vskip\belowcaptionskip}
\def\LT@makecaption#1#2#3{\LT@mcol\LT@cols c{\hbox to\z@{\hss\parbox[t]\LTcapwidth{%
  \rlpar{#1{#2: }#3}\vskip\baselineskip}\hss}}}
\makeatother
"""


def as_latex(tables: Sequence[PaperTable]) -> str:
    """Tables of LaTeX with booktabs' rules; every cell is escaped. Long ones go on over pages (longtable), wide ones
    are made as narrow as a line.

    What pdfLaTeX takes, unless names or sentences are in letters other than Latin and Greek ones.
    """
    return "\n".join(_latex(table) for table in tables)


def latex_excerpt(told: str) -> str:
    """LaTeX for a document of one's own, with what it needs said above, as comments."""
    needs = [_NEEDS]
    if is_right_to_left(told):
        needs += [_PERSIAN, _DIRECTIONS]
    elif any(ord(sign) > 0x17F for sign in told):
        needs.append(_OTHER_ENGINES)
    elif any(ord(sign) > 0x7F for sign in told):
        needs.append(_ACCENTS)
    return "".join(needs) + told


def latex_document(told: str) -> str:
    """A whole document on A4, with the packages that it needs and no others; what stands in it can be cut out."""
    persian = is_right_to_left(told)
    lines = [
        f"% Compile with {'XeLaTeX' if persian else 'pdfLaTeX, XeLaTeX or LuaLaTeX'}, twice.",
        r"\documentclass[a4paper]{article}",
        r"\usepackage[margin=2.5cm]{geometry}",
        *_LOADED,
        *([r"\usepackage[T1]{fontenc}"] if not persian and not told.isascii() else []),
        *([_PERSIAN_PREAMBLE.replace("@FONTS@", _first_font()) + _DIRECTIONS.rstrip()] if persian else []),
        r"\setlength{\parindent}{0pt}",
        r"\setlength{\belowcaptionskip}{6pt}",
        r"\setlength{\parskip}{0.5em}",
        # Many tables with little between them: they stand where they are told.
        r"\usepackage{float}\floatplacement{table}{H}",
        r"\begin{document}",
        told.rstrip(),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _first_font() -> str:
    tried = "".join(rf"\IfFontExistsTF{{{one}}}{{\persianfont{{{one}}}}}{{" for one in _FONTS)
    return tried + r"\errmessage{No Persian font was found}" + "}" * len(_FONTS)


def is_right_to_left(told: str) -> bool:
    """Whether a text has Persian letters."""
    return _PERSIAN_LETTER.search(told) is not None


def latex_paragraph(text: str, *, persian: bool) -> str:
    """A paragraph of its own."""
    return rf"\rlpar{{{_directed(text)}}}" if persian else f"{latex_text(text)}\n"


def latex_heading(text: str, *, persian: bool) -> str:
    """A heading without a number."""
    if persian:
        return rf"\par\bigskip{{\large\bfseries\rlpar{{{_directed(text)}}}}}\nobreak\smallskip"
    return rf"\section*{{{latex_text(text)}}}"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a table is set: its columns, the size of its letters (none: the usual), whether it goes on over pages."""

    columns: tuple[str, ...]
    size: str
    is_long: bool


def _shape(table: PaperTable, *, persian: bool) -> _Shape:
    longest = [max(_width(cells[k].strip()) for cells in (table.head, *table.rows)) for k in range(len(table.head))]
    wide = len(longest) > _FEW and sum(min(long, _BROKEN) + 2 for long in longest) > _ONE_LINE
    names = [k for k, long in enumerate(longest) if wide and k < table.words and long > _LONG_NAME]
    is_long = len(table.rows) > _ONE_PAGE
    if not is_long and sum(long + 2 for long in longest) <= _SHRUNK * _SIZES[0][1]:
        names = []  # a little smaller reads better than names in pieces
    others = sum(long + 2 for k, long in enumerate(longest) if k not in names)
    fitting = (one for one in _SIZES if others + _LEAST_SHARE * one[1] * len(names) <= one[1])
    # A table on one page is shrunk as a whole where it would stick out; one that goes on is not.
    size, line = next(fitting, _SIZES[-1]) if is_long else _SIZES[0]
    share = min(max((line - others) / line / max(len(names), 1), _LEAST_SHARE), _MOST_SHARE)
    columns = [
        _broken(share, persian=persian) if k in names
        # Sentences need a column that breaks lines.
        else _broken(0.45, persian=persian) if long > _SENTENCE
        else "r" if persian or k >= table.words
        else "l"
        for k, long in enumerate(longest)
    ]  # fmt: skip
    return _Shape(columns=tuple(columns), size=size if wide else "", is_long=is_long)


def _latex(table: PaperTable) -> str:
    persian = any(is_right_to_left(one) for one in (table.title, *table.head))
    shape = _shape(table, persian=persian)

    def row(cells: Sequence[str]) -> str:
        told = [_cell(cell.strip(), one, persian=persian) for cell, one in zip(cells, shape.columns, strict=True)]
        joined = " & ".join(reversed(told) if persian else told) + r" \\"
        # What a row ends with, or a rule, would take these for its own.
        return f"{{}}{joined}" if joined.startswith(("[", "*")) else joined

    spec = "".join(reversed(shape.columns) if persian else shape.columns)
    small = [shape.size] if shape.size else []
    ordered = [r"\setLTR"] if persian else []
    caption = rf"\caption{{{_directed(table.title) if persian else latex_text(table.title)}}}"
    label, head = rf"\label{{tab:{table.name}}}", [r"\toprule", row(table.head), r"\midrule"]
    rows = [row(cells) for cells in table.rows]
    notes = [latex_paragraph(note, persian=persian).rstrip() for note in table.notes]
    if shape.is_long:
        lines = [
            "{" + "".join((*ordered, *small)),
            rf"\begin{{longtable}}{{{spec}}}",
            rf"{caption}{label} \\",
            *head,
            r"\endfirsthead",
            *head,
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            *rows,
            r"\end{longtable}}",
            *(rf"{{\footnotesize\noindent {note}\par}}" for note in notes),
        ]
    else:
        lines = [
            r"\begin{table}",
            r"\centering",
            caption + label,
            *ordered,
            *small,
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            rf"\begin{{tabular}}{{{spec}}}",
            *head,
            *rows,
            r"\bottomrule",
            r"\end{tabular}}\par\smallskip",
            *(rf"{{\raggedright\footnotesize\noindent {note}\par}}" for note in notes),
            r"\end{table}",
        ]
    return "\n".join(lines) + "\n"


def _width(cell: str) -> int:
    """How wide a cell is, in figures: without marks that nobody sees."""
    seen = re.sub("[\u200c\u2066-\u2069]", "", cell)
    return round(len(seen) - (1 - _PERSIAN_LETTER_WIDTH) * len(_PERSIAN_LETTER.findall(seen)))


def _broken(share: float, *, persian: bool) -> str:
    """A column that breaks lines, as a share of the line."""
    return rf"{'' if persian else _RAGGED}p{{{share:.2f}\linewidth}}"


def _cell(cell: str, column: str, *, persian: bool) -> str:
    told = _directed(cell) if persian else latex_text(cell)
    if "p{" in column:
        told = told.replace(r"\_", r"\_\allowbreak{}")
        return rf"\rlcell{{{told}}}" if persian else told
    return rf"\rl{{{told}}}" if persian and is_right_to_left(cell) else told


_PERSIAN_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff]")
_SIGNS = re.compile("|".join(map(re.escape, _LATEX)))
_LATIN = "A-Za-z\u00c0-\u024f\u0370-\u03ff"
_LEFT_TO_RIGHT = re.compile(
    "\u2066([^\u2066-\u2069]*)\u2069"
    rf"|([{_LATIN}][^\u0600-\u06ff\u2066-\u2069]*[{_LATIN}0-9²%]|[{_LATIN}])"
)
"""What reads from left to right in a Persian text: what is marked so, and Latin and Greek words."""


def _directed(text: str) -> str:
    """A Persian text whose words in other letters stand in their own order."""
    told, at = [], 0
    for found in _LEFT_TO_RIGHT.finditer(text):
        told += [_persian_text(text[at : found.start()]), _in_own_order(found)]
        at = found.end()
    return "".join((*told, _persian_text(text[at:])))


def _persian_text(text: str) -> str:
    """As it is, for XeLaTeX: dashes and quotation marks are letters to it."""
    return _SIGNS.sub(lambda found: found.group() if found.group() in "–—“”‘’" else _LATEX[found.group()], text)


def _in_own_order(found: re.Match[str]) -> str:
    """Figures that are marked so; Latin words."""
    figure, words = found.groups()
    return rf"\lrfigure{{{_persian_text(figure)}}}" if words is None else rf"\lr{{{_persian_text(words)}}}"


def latex_text(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return _SIGNS.sub(lambda found: _LATEX[found.group()], text)
