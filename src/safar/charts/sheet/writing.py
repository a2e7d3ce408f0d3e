"""How wide a text is, and where its lines break, without a font at hand: a little too wide rather than too narrow."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_REGULAR = (
    278, 278, 408, 646, 572, 889, 732, 225, 333, 333, 551, 584, 278, 333, 278, 372, 572, 572, 572, 572, 572, 572, 572,
    572, 572, 572, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 730, 667, 611, 778, 741, 339, 500, 667, 556, 907,
    760, 781, 667, 781, 722, 667, 611, 731, 667, 944, 667, 667, 611, 329, 372, 329, 572, 556, 333, 561, 615, 500, 615,
    564, 344, 615, 618, 258, 258, 534, 258, 935, 618, 605, 615, 615, 413, 500, 361, 618, 508, 786, 529, 510, 500, 380,
    551, 380, 584,
)  # fmt: skip
"""Of printable ASCII, in thousandths of the size: the wider of Noto Sans and of Arial's metrics."""
_BOLD = (
    278, 333, 474, 646, 572, 901, 750, 266, 339, 339, 545, 584, 285, 333, 285, 413, 572, 572, 572, 572, 572, 572, 572,
    572, 572, 572, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 740, 667, 611, 778, 765, 389, 556, 722, 611, 943,
    813, 796, 667, 796, 722, 667, 611, 756, 667, 967, 667, 667, 611, 333, 413, 333, 584, 556, 362, 604, 633, 556, 633,
    591, 387, 633, 657, 305, 305, 620, 305, 982, 657, 619, 633, 633, 454, 556, 434, 657, 569, 856, 578, 569, 500, 394,
    551, 394, 584,
)  # fmt: skip
_PERSIAN = {
    **dict.fromkeys("اآأإل،؛٬٫۱", 340), **dict.fromkeys("رزژذدء۰۶", 540), **dict.fromkeys("ؤوةهم؟٪", 570),
    **dict.fromkeys("۲۳۴۵۷۸۹«»عغ", 640), **dict.fromkeys("نقجچحخیيئى", 780), **dict.fromkeys("کگكطظ", 930),
    **dict.fromkeys("بپتثف", 930), **dict.fromkeys("سشصض", 1350),
}  # fmt: skip
"""Of Noto Sans Arabic, bold: as wide as a letter stands alone or at the end of a word (it is narrower inside)."""
_OTHER, _WIDE, _SLACK = 700, 1000, 1.03
_WIDER = 1.12
"""Latin letters beside Persian ones."""
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _FIRST_STRONG, _POP = "\u2066", "\u2067", "\u2068", "\u2069"
_OPENERS = (_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _FIRST_STRONG)
_MARKS = ("Mn", "Me", "Cf", "Cc")
_PARTS = re.compile(r"\S+(?: %\S*)?\s*")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one style. `kind` names it: plain, strong, muted, name, above, below, loss, quote …"""

    text: str
    kind: str = "plain"


Line = tuple[Run, ...]


def is_bold(kind: str) -> bool:
    """Whether a kind of run is written bold."""
    return kind in ("strong", "name", "above", "below", "title", "step", "lane")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at most, in the unit of `size`."""
    table = _BOLD if bold else _REGULAR
    total = 0
    for sign in text:
        code = ord(sign)
        if 32 <= code < 127:
            total += table[code - 32]
        elif sign in _PERSIAN:
            total += _PERSIAN[sign]
        elif unicodedata.category(sign) in _MARKS:
            continue
        else:
            total += _WIDE if unicodedata.east_asian_width(sign) in "WF" or code > 0xFFFF else _OTHER
    return total * size * _SLACK / 1000


def is_persian(sign: str) -> bool:
    """Whether it is a letter, digit or mark of Persian or Arabic."""
    return "\u0600" <= sign <= "\u06ff" or "\ufb50" <= sign <= "\ufefc"


def is_mixed(line: Line) -> bool:
    """Whether a line has Persian letters: then its Latin ones are drawn in a wider font."""
    return any(is_persian(sign) for run in line for sign in run.text)


def line_width(line: Line, size: float) -> float:
    """How wide a line is at most."""
    widened = _WIDER if is_mixed(line) else 1.0
    return sum(width_of(run.text, size, bold=is_bold(run.kind)) for run in line) * widened


def wrap(line: Line, size: float, most: float, *, lines: int | None = None) -> list[Line]:
    """The line in pieces of at most that width; a word that is wider is cut. Beyond `lines` an ellipsis says so.

    What keeps its own direction in the line keeps it in every piece: each is drawn alone, so an isolate that goes over
    its end is closed there, and opened again where the next begins.
    """
    line = directed(line)
    done: list[Line] = []
    current: list[Run] = []
    used = 0.0
    most /= _WIDER if is_mixed(line) else 1.0
    for word in _words(line, size, most):
        bold = is_bold(word.kind)
        if current and used + width_of(word.text.rstrip(), size, bold=bold) > most:
            done.append(_closed(current))
            current, used = [], 0.0
        if not current:
            word = replace(word, text=word.text.lstrip())  # noqa: PLW2901
        if word.text:
            current.append(word)
            used += width_of(word.text, size, bold=bold)
    if current:
        done.append(_closed(current))
    if lines is not None and len(done) > lines:
        done = [*done[: lines - 1], _cut(done[lines - 1], size, most)]
    return _isolated_alone(done)


def directed(line: Line) -> Line:
    """The line with isolates that say their direction, where they left it to what is in them."""
    text, found, at = "".join(run.text for run in line), [], 0
    for run in line:
        signs = [_direction_of(text, at + i) if sign == _FIRST_STRONG else sign for i, sign in enumerate(run.text)]
        found.append(replace(run, text="".join(signs)))
        at += len(run.text)
    return tuple(found)


def _direction_of(text: str, start: int) -> str:
    """The isolate that opens at `start` as its first strong sign has it."""
    depth = 0
    for sign in text[start + 1 :]:
        if sign in _OPENERS:
            depth += 1
        elif sign == _POP:
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and unicodedata.bidirectional(sign) in ("L", "R", "AL"):
            return _LEFT_TO_RIGHT if unicodedata.bidirectional(sign) == "L" else _RIGHT_TO_LEFT
    return _LEFT_TO_RIGHT


def _isolated_alone(lines: Sequence[Line]) -> list[Line]:
    open_: list[str] = []
    done = []
    for line in lines:
        before = "".join(open_)
        for sign in "".join(run.text for run in line):
            if sign in _OPENERS:
                open_.append(sign)
            elif sign == _POP and open_:
                open_.pop()
        first, last = replace(line[0], text=before + line[0].text), _POP * len(open_)
        ends = (first, *line[1:])
        done.append((*ends[:-1], replace(ends[-1], text=ends[-1].text + last)))
    return done


def _words(line: Sequence[Run], size: float, most: float) -> Iterator[Run]:
    for run in line:
        lead = len(run.text) - len(run.text.lstrip())
        if lead:
            yield replace(run, text=run.text[:lead])
        for found in _PARTS.finditer(run.text):
            yield from _pieces(replace(run, text=found.group()), size, most)


def _pieces(word: Run, size: float, most: float) -> Iterator[Run]:
    bold = is_bold(word.kind)
    start = 0
    while width_of(word.text[start:].rstrip(), size, bold=bold) > most:
        end = start + 1
        while end < len(word.text) and width_of(word.text[start : end + 1], size, bold=bold) <= most:
            end += 1
        yield replace(word, text=word.text[start:end])
        start = end
    yield replace(word, text=word.text[start:])


def _closed(runs: Sequence[Run]) -> Line:
    """Neighbors of one kind as one run, without the space at the end."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].kind == run.kind:
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def _cut(line: Line, size: float, most: float) -> Line:
    last = line[-1]
    while last.text and line_width((*line[:-1], replace(last, text=f"{last.text}…")), size) > most:
        last = replace(last, text=last.text[:-1].rstrip())
    return (*line[:-1], replace(last, text=f"{last.text}…"))


def one_line(text: str, most: int = 600) -> str:
    """A text from the data on one line, without signs that no file may hold, cut where it is endless."""
    plain = " ".join("".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
