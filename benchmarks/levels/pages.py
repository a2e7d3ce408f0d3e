"""The tables of simulated levels in the method pages: written by the simulation, read by its test.

A table stands below the line that names its command; what stands between that line and the table, and after it, is
the page's own.
"""

from __future__ import annotations

import re

from benchmarks.frame import ROOT
from benchmarks.levels.work import Cell, Shares, Work

METHODS = ROOT / "docs" / "methods"
Printed = dict[Cell, tuple[float, float]]
"""By row and column: the printed share, and the largest error of its row."""
_ERROR = "±"


def command(name: str) -> str:
    """The words that name a table's simulation."""
    return f"`python -m benchmarks.levels {name}`"


def write(name: str, work: Work, found: Shares) -> None:
    """Put a table in the place of the one that the page has, and its figures in the translated page's.

    Raises: ValueError where a page has no place for it, or the translation no row for one.
    """
    lines = table(work, found)
    for path in (METHODS / f"{work.page}.md", *METHODS.glob(f"*/{work.page}.md")):
        text = path.read_text(encoding="utf-8")
        begin, end = _place(text, name)
        there = lines if path.parent == METHODS else _translated(text[begin:end], lines, named=len(work.heads))
        path.write_text(text[:begin] + there + text[end:], encoding="utf-8")


def _translated(old: str, new: str, *, named: int) -> str:
    """The rows of `new` with the words of `old`: its head, and the first `named` cells of each row."""
    pairs = [(_cells(was), _cells(now)) for was, now in zip(old.splitlines(), new.splitlines(), strict=True)]
    words, _, *rows = pairs
    return (
        "\n".join([_line(words[0]), new.splitlines()[1], *(_line([*was[:named], *now[named:]]) for was, now in rows)])
        + "\n"
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table(work: Work, found: Shares) -> str:
    """Markdown: a row for each first cells, a column for each figure, and a row's largest error."""
    columns = list(dict.fromkeys(column for _, column in found))
    rows = list(dict.fromkeys(cells for cells, _ in found))
    lines = [_line([*work.heads, *columns, _ERROR]), f"|{'---|' * len(work.heads)}{'--:|' * (len(columns) + 1)}"]
    for cells in rows:
        shares = [found.get((cells, column)) for column in columns]
        error = max(share.error for share in shares if share is not None)
        lines.append(
            _line([*cells, *("–" if share is None else f"{share.value:.3f}" for share in shares), f"{error:.3f}"])
        )
    return "\n".join(lines) + "\n"


def read(name: str, work: Work) -> Printed:
    """What the page prints."""
    text = (METHODS / f"{work.page}.md").read_text(encoding="utf-8")
    begin, end = _place(text, name)
    lines = [_cells(line) for line in text[begin:end].splitlines()]
    (head, _, *body), named = lines, len(work.heads)
    return {
        (tuple(cells[:named]), column): (float(value), float(cells[-1]))
        for cells in body
        for column, value in zip(head[named:-1], cells[named:-1], strict=True)
        if value != "–"
    }


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _place(text: str, name: str) -> tuple[int, int]:
    """Where the table below the line with the command begins and ends."""
    named = text.find(command(name))
    found = re.compile(r"^\|.*\n(?:^\|.*\n?)*", re.MULTILINE).search(text, max(named, 0))
    if named < 0 or found is None:
        raise ValueError(f"The page has no table below {command(name)}.")
    return found.start(), found.end()
