"""The touchpoints that a paper's inventory prints, and how a journey's own are known to be one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from safar.domain.framework import BadFramework, Element, Framework
from safar.domain.journey import Touchpoint
from safar.frameworks.reading import only, parse, table, text, texts
from safar.frameworks.shelf import load

_FILE = "inventory.toml"
SOURCE = "b2b"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTouchpoint:
    """One touchpoint of the paper's inventory. `like`: the id of a touchpoint in a packaged journey to begin from."""

    framework: str
    element: Element
    like: str
    words: tuple[str, ...]
    forgotten: bool

    def is_one_of(self, touchpoints: Iterable[Touchpoint]) -> bool:
        """Whether one of these touchpoints is it, as far as ids and names tell."""
        told = [
            " ".join([one.id.replace("-", " ").replace("_", " "), *one.label.texts.values()]).casefold()
            for one in touchpoints
        ]
        return any(word.casefold() in one for one in told for word in self.words)


def printed_touchpoints() -> tuple[PrintedTouchpoint, ...]:
    """All of them, those first that firms forget."""
    return _read()


@lru_cache(maxsize=1)
def _read() -> tuple[PrintedTouchpoint, ...]:
    framework: Framework = load(SOURCE)
    content = parse((files("safar.frameworks") / _FILE).read_text(encoding="utf-8"), where=_FILE)
    found = []
    for name, line in content.items():
        here = f"{_FILE}: {name!r}"
        only(table(line, here), {"forgotten", "like", "words"}, where=here)
        if name not in framework:
            raise BadFramework(f"{here}: {SOURCE} has no such element.")
        found.append(
            PrintedTouchpoint(
                framework=SOURCE,
                element=framework.element(name),
                like=text(line.get("like"), f"{here}: like"),
                words=tuple(texts(line.get("words"), f"{here}: words")),
                forgotten=line.get("forgotten") is True,
            )
        )
    return tuple(sorted(found, key=lambda one: not one.forgotten))
