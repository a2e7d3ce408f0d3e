"""Finding every number on a page: the formatting itself is marked, so that none can be forgotten.

While `marked` holds, each number that `safar.web.numerals` writes carries invisible marks around it. A page read
then tells of each number what it stands in, whoever wrote the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from safar.web import numerals

COUNT, STATISTIC, END = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"([{COUNT}{STATISTIC}])([^{END}]*){END}")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SILENT = {"svg", "title", "script", "option", "select", "textarea", "button", "noscript"}


def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mark every number from here on. Statistics: shares, times, differences and all with decimal places."""

    def wrap(name: str, kind: Callable[..., str]) -> None:
        plain = getattr(numerals, name)

        def told(value: float | None, *places: int) -> str:
            text = re.sub(f"[{COUNT}{STATISTIC}{END}]", "", plain(value, *places))
            # Nothing, and a dash for nothing, have nothing behind them.
            return text if value is None or not re.search("[1-9]", text) else f"{kind(*places)}{text}{END}"

        monkeypatch.setattr(numerals, name, told)

    wrap("number", lambda places=0: STATISTIC if places else COUNT)
    for name in ("share", "duration", "signed", "signed_duration"):
        wrap(name, lambda *_: STATISTIC)


@dataclass(eq=False)
class Element:
    """An element with those around it."""

    tag: str
    attributes: dict[str, str | None]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def around(self) -> list[Element]:
        """The element itself, then what it stands in, outwards."""
        return [self] if self.parent is None else [self, *self.parent.around]

    def inside(self) -> list[Element]:
        """Everything in it."""
        return [one for child in self.children for one in (child, *child.inside())]

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return (self.attributes.get("class") or "").split()


@dataclass(frozen=True)
class Number:
    """A number of a page as it is written, and the element that it is written in."""

    text: str
    is_statistic: bool
    at: Element

    @property
    def address(self) -> str | None:
        """Where it leads to."""
        return next((one.attributes.get("href") for one in self.at.around if one.tag == "a"), None)

    @property
    def why_alone(self) -> str | None:
        """Why nothing stands behind it, where its author says so."""
        for one in self.at.around:
            if said := one.attributes.get("data-number"):
                return said
            if "range" in one.classes:
                return "bound"
        return None

    @property
    def help(self) -> list[str]:
        """The method pages that are linked from the block that it stands in."""
        return [
            one.attributes.get("href") or ""
            for block in self._blocks()
            for one in block.inside()
            if one.tag == "a" and "help" in one.classes
        ]

    def _blocks(self) -> list[Element]:
        """A tile, a lane of the map, a card, or else the head of the page."""
        for one in self.at.around:
            if one.tag in ("section", "caption") or "head" in one.classes or "comparison" in one.classes:
                return [one]
            if one.tag == "div" and one.parent and "tiles" in one.parent.classes:
                return [one, *(above for above in one.around if "head" in above.classes)]
            if one.tag == "tr" and any("map" in above.classes for above in one.around if above.tag == "table"):
                return _lane(one)
        return []

    @property
    def where(self) -> str:
        """For messages."""
        names = [f"{one.tag}.{'.'.join(one.classes)}" for one in self.at.around[:5]]
        return f"{self.text!r} in {' < '.join(names)}"


def _lane(row: Element) -> list[Element]:
    rows = row.parent.children if row.parent else [row]
    here = rows.index(row)
    # A lane of two rows has its name in the first of them.
    return next(
        (
            [one]
            for back in range(here, -1, -1)
            for one in rows[back].children
            if one.attributes.get("scope") in ("row", "rowgroup") or "steps" in rows[back].classes
        ),
        [],
    )


class MarkedPage(HTMLParser):
    """The numbers of a page."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.root = self._here = Element("html", {}, None)
        self.numbers: list[Number] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go in."""
        made = Element(tag, dict(attrs), self._here)
        self._here.children.append(made)
        if tag not in _VOID:
            self._here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """In and out."""
        self._here.children.append(Element(tag, dict(attrs), self._here))

    def handle_endtag(self, tag: str) -> None:
        """Go out."""
        for one in self._here.around:
            if one.tag == tag:
                self._here = one.parent or self.root
                return

    def handle_data(self, data: str) -> None:
        """Collect what is written for everybody to see."""
        if any(one.tag in _SILENT or one.attributes.get("aria-hidden") == "true" for one in self._here.around):
            return
        self._here.text += data
        self.numbers += [Number(text, kind == STATISTIC, self._here) for kind, text in _MARKED.findall(data)]
