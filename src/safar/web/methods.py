"""The method pages of the documentation inside the product: how each number is made, one link from the number.

A page stands in `docs/methods`, its translation in a folder of the language beside it (`docs/methods/fa`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from safar.domain.speech import Speech
from safar.errors import NotFound
from safar.web.card_rows import card_rows

_PACKAGED = Path(__file__).parent / "methods"
_SOURCE = Path(__file__).parents[3] / "docs" / "methods"
_NAME = re.compile(r"[a-z][a-z-]{0,40}")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_BESIDE = re.compile(r"([a-z-]+)\.md(#.*)?")


class NoSuchMethod(NotFound):
    """There is no method page of that name."""

    code = "help.not-found"
    next_step = "See the list of all methods."


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method page in one language. `html` holds no script, no style and no address of elsewhere."""

    name: str
    title: str
    html: SafeString


def method_names() -> tuple[str, ...]:
    """The names of all method pages."""
    return tuple(sorted(file.stem for file in _folder().glob("*.md") if file.stem != "index"))


@lru_cache(maxsize=256)
def read_method(name: str, language: str = "en") -> Method:
    """A method page. Raises: NoSuchMethod."""
    speech = Speech(language=language)
    file = _folder() / ("fa" if speech.mirrored else "") / f"{name}.md"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NoSuchMethod(f"There is no method page {name[:60]!r}.")
    heading, _, body = file.read_text(encoding="utf-8").partition("\n")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(body)
    _tame(tokens)
    for text in (child for token in tokens for child in token.children or [] if child.type == "text"):
        text.content = speech.prose(text.content)
    html = _TABLE.sub(lambda found: card_rows(found.group()), markdown.renderer.render(tokens, markdown.options, {}))
    title = speech.prose(heading.lstrip("# ").strip())
    # Our own pages, packaged with the product; what looks like HTML in them was escaped above.
    return Method(name=name, title=title, html=mark_safe(html))  # noqa: S308


def _folder() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _SOURCE


def _tame(tokens: Sequence[Token]) -> None:
    """Links lead to pages of the product or are no links, and nothing is styled in place: the policy forbids it."""
    for token in tokens:
        if token.attrs.pop("style", "") == "text-align:right":
            token.attrs["class"] = "n"
        children = token.children or []
        dead = False
        for child in children:
            if child.type == "link_open":
                beside = _BESIDE.fullmatch(str(child.attrs.get("href", "")))
                dead = beside is None
                if beside is not None:
                    child.attrs["href"] = reverse("help-method", args=[beside.group(1)])
            if dead and child.type in ("link_open", "link_close"):
                dead = child.type == "link_open"
                child.type, child.tag, child.attrs, child.content, child.nesting = "text", "", {}, "", 0
        if token.type == "table_open":
            token.attrs["class"] = "plain cards"
