"""Where in a questionnaire's text a fault stands."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^[ \t]*(\[\[?)[ \t]*([\w.\" ]+?)[ \t]*\]\]?", re.MULTILINE)
_LINE = re.compile(r"\bline (\d+)", re.IGNORECASE)
_PLACE = re.compile(r"\b(scales|pages)\[(\d+)\](?:\.items\[(\d+)\])?(?:\.([\w-]+))?")
_PAGE = re.compile(r"^Page (\d+) ")
_NAMED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_TOP = re.compile(r"^([\w]+):")


def text_fault_line(text: str, message: str) -> int | None:
    """The line of a questionnaire's text that a message of ours is about, from 1; None where it cannot be told."""
    if told := _LINE.search(message):
        return int(told.group(1))
    if "at end of document" in message:  # as Python's reader says it
        return text.rstrip("\n").count("\n") + 1
    if place := _PLACE.search(message):
        return _line_of_place(text, place.group(1), int(place.group(2)), int(place.group(3) or 0), place.group(4))
    if page := _PAGE.search(message):
        return _line_of_place(text, "pages", int(page.group(1)), 0, None)
    for named in _NAMED.finditer(message):
        lines = _lines_of_id(text, named.group(1) or named.group(2))
        if lines:  # of two that are named alike, the second is one too many
            return lines[1] if message.startswith("Two ") and len(lines) > 1 else lines[0]
    if (top := _TOP.search(message)) and (found := re.search(rf"^[ \t]*{top.group(1)}[ \t]*=", text, re.MULTILINE)):
        return text.count("\n", 0, found.end()) + 1
    return None


def _lines_of_id(text: str, name: str) -> list[int]:
    head = re.compile(rf"^[ \t]*(id[ \t]*=[ \t]*[\"']{re.escape(name)}[\"'])", re.MULTILINE | re.IGNORECASE)
    return [text.count("\n", 0, found.start(1)) + 1 for found in head.finditer(text)]


def _line_of_place(text: str, kind: str, number: int, item: int, key: str | None) -> int | None:
    """The line of a key in the table of that number, else of the table's head; None where it is written otherwise."""
    pages = items = 0
    heads = list(_HEADER.finditer(text))
    for at, head in enumerate(heads):
        name = head.group(2)
        if name == kind:
            pages, items = pages + 1, 0
        elif name == "pages.items" and kind == "pages":
            items += 1
        else:
            continue
        if pages == number and items == item:
            end = heads[at + 1].start() if at + 1 < len(heads) else len(text)
            within = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*[.=]", re.MULTILINE) if key else None
            found = within.search(text, head.end(), end) if within else None
            return text.count("\n", 0, found.end() if found else head.start(1)) + 1
    return None
