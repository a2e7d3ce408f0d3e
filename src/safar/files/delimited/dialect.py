"""How a delimited file separates and quotes its values: told, or found from its first lines."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from safar.files.reading_errors import BadReadOption
from safar.files.records import ReadOptions

_DELIMITERS = (",", ";", "\t", "|")
_OTHER_HEADER = 0.25
"""What is left of a sign's score where the first line is not as wide as the others: a header without decimals, over
rows whose decimals stand behind a comma, has no commas."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Bytes of the (UTF-8) dialect. An empty quote: nothing is quoted. No escape: quotes are doubled."""

    delimiter: bytes
    quote: bytes
    escape: bytes

    @property
    def plain(self) -> bool:
        """Whether the vectorized scan understands it: single bytes, doubled quotes."""
        return len(self.delimiter) == 1 and not self.escape


def find_dialect(sample: str, *, options: ReadOptions, path: Path) -> Dialect:
    """The told dialect, with what was not told found in the sample (some first whole lines).

    Raises: BadReadOption for a delimiter, quote or escape that cannot be one.
    """
    quote = options.quote
    if quote is None:
        quote = _find_quote(sample)
    delimiter = options.delimiter
    if delimiter is None:
        delimiter = _find_delimiter(sample, quote=quote, escape=options.escape)
    escape = options.escape or ""
    if escape == quote:
        escape = ""
    if not delimiter or any(sign in delimiter for sign in ("\n", "\r", "\0")):
        raise BadReadOption(f"{path}: {delimiter!r} cannot be a delimiter.")
    if len(delimiter.encode()) > 4:
        raise BadReadOption(f"{path}: the delimiter {delimiter!r} is longer than 4 bytes.")
    for what, sign in (("quote", quote), ("escape", escape)):
        if sign and (len(sign) != 1 or not sign.isascii() or sign in "\n\r\0" or sign in delimiter):
            raise BadReadOption(f"{path}: {sign!r} cannot be the {what}.")
    return Dialect(delimiter.encode(), quote.encode(), escape.encode())


def _find_quote(sample: str) -> str:
    """A double quote, unless only single quotes stand where quotes stand."""
    if '"' in sample or "'" not in sample:
        return '"'
    lines = [line for line in sample.splitlines() if line]
    opened = sum(line.startswith("'") and line.endswith("'") and len(line) > 1 for line in lines)
    return "'" if opened * 2 > len(lines) else '"'


def _find_delimiter(sample: str, *, quote: str, escape: str | None) -> str:
    """The sign that splits the first lines into the most columns, the same number in most of them."""
    best, found = 0.0, ","
    lines = sample.splitlines(keepends=True)
    for sign in _DELIMITERS:
        widths: Counter[int] = Counter()
        first = 0
        try:
            rows = csv.reader(
                lines,
                delimiter=sign,
                quotechar=quote or None,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
                escapechar=escape or None,
            )
            for row in rows:
                if row:
                    first = first or len(row)
                    widths[len(row)] += 1
        except csv.Error:
            pass  # what was counted before the strange place still tells
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = (times / widths.total()) ** 2 * min(width - 1, 50) * (1.0 if first == width else _OTHER_HEADER)
        if width > 1 and score > best * 1.0001:
            best, found = score, sign
    return found
