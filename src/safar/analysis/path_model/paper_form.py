"""A paper's tables as Markdown and HTML (as LaTeX: `paper_latex`)."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from safar.analysis.path_model.paper_table import PaperTable


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
