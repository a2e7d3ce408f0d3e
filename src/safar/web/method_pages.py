"""The method pages of the documentation, shown by the server itself: no request leaves the machine."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from safar.errors import NotFound

_PACKED = Path(__file__).parent / "methods"
_CHECKOUT = Path(__file__).resolve().parents[3] / "docs" / "methods"
_LINK = re.compile(r'href="([a-z0-9-]+)\.md(#[a-z0-9-]*)?"')
_ELSEWHERE = re.compile(r'<a href="[^"]*\.md(?:#[^"]*)?">(.*?)</a>', re.DOTALL)


class NoSuchMethod(NotFound):
    """There is no method page of that name."""

    code = "method.not-found"
    next_step = "Follow a number's link to its method."


@lru_cache(maxsize=64)
def method_page(name: str) -> tuple[str, str]:
    """A page's title, and its body as HTML (made from our own text; raw HTML in it is shown as text).

    Raises: NoSuchMethod.
    """
    from markdown_it import MarkdownIt

    folder = _PACKED if _PACKED.is_dir() else _CHECKOUT
    known = {file.stem: file for file in folder.glob("*.md")}
    if name not in known:
        raise NoSuchMethod(f"There is no method page {name[:60]!r}.")
    text = known[name].read_text(encoding="utf-8")
    title, _, rest = text.partition("\n")
    body: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(rest)
    body = body.replace(' style="text-align:right"', "").replace(' style="text-align:left"', "")
    # Other method pages are ours to show; the rest of the documentation is not served here.
    body = _LINK.sub(lambda found: f'href="../{found[1]}/{found[2] or ""}"' if found[1] in known else found[0], body)
    return title.removeprefix("# ").strip(), _ELSEWHERE.sub(r"\1", body)
