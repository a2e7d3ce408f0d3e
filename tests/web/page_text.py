"""Reading pages in tests."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """The words of a page, its links, and every attribute of every element."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._link: str | None = None
        self._text: list[str] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        told = dict(attrs)
        self.elements.append((tag, told))
        if tag == "a":
            self._link, self._text = told.get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        """Close a link."""
        if tag == "a" and self._link is not None:
            self.links.append((self._link, " ".join("".join(self._text).split())))
            self._link = None

    def handle_data(self, data: str) -> None:
        """Collect."""
        self.words.append(data)
        self._text.append(data)

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def count_in_link(self, wanted: str) -> int:
        """The first number in the text of the first link to exactly this address."""
        return whole_number(next(text for address, text in self.links if address == wanted))


def whole_number(text: str) -> int:
    """The first whole number in a text, thousands separated by commas."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found.group().replace(",", ""))
