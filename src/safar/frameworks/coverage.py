"""What in the product measures or manages each element: `coverage.toml`, read and joined.

An element that the table does not name has nothing yet: that is an answer, and together these are the
project's own map of what remains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from safar.domain.framework import BadFramework, Element, ElementKind, Framework
from safar.domain.label import Label
from safar.frameworks.reading import only, parse, table, text, texts

_FILE = "coverage.toml"


class Does(StrEnum):
    """Whether a capability gives a number for the element or helps to keep it in hand."""

    MEASURES = "measures"
    MANAGES = "manages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something that the product can do. `how` is where to find it."""

    key: str
    label: Label
    does: Does
    how: str


@lru_cache(maxsize=1)
def _read() -> tuple[Mapping[str, Capability], Mapping[str, Mapping[str, tuple[str, ...]]]]:
    content = parse((files("safar.frameworks") / _FILE).read_text(encoding="utf-8"), where=_FILE)
    only(content, {"capabilities", "covers"}, where=_FILE)
    capabilities = {}
    for key, line in table(content.get("capabilities"), f"{_FILE}: [capabilities]").items():
        here = f"{_FILE}: capability {key!r}"
        only(table(line, here), {"en", "fa", "does", "how"}, where=here)
        capabilities[key] = Capability(
            key=key,
            label=Label({tag: text(line.get(tag), f"{here}: {tag}") for tag in ("en", "fa")}),
            does=Does(text(line.get("does"), f"{here}: does")),
            how=text(line.get("how"), f"{here}: how"),
        )
    covers: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name, lines in table(content.get("covers"), f"{_FILE}: [covers]").items():
        here = f"{_FILE}: [covers.{name}]"
        covers[name] = {element: tuple(texts(keys, f"{here}: {element!r}")) for element, keys in lines.items()}
        for element, keys in covers[name].items():
            for key in keys:
                if key not in capabilities:
                    raise BadFramework(f"{here}: {element!r} speaks of capability {key!r}, which does not exist.")
    return MappingProxyType(capabilities), MappingProxyType(covers)


def known_capabilities() -> Mapping[str, Capability]:
    """Every capability that an element may name in `measured_by`, by key."""
    return _read()[0]


def covered(framework: Framework) -> Framework:
    """The framework with `measured_by` filled from the table. Raises: BadFramework for an id that it lacks."""
    lines = _read()[1].get(framework.name, {})
    for name in lines:
        if name not in framework:
            raise BadFramework(f"{_FILE}: [covers.{framework.name}] speaks of {name!r}, which does not exist.")
    elements = tuple(
        replace(element, measured_by=lines[element.id]) if element.id in lines else element
        for element in framework.elements
    )
    return replace(framework, elements=elements)


def gaps(framework: Framework) -> tuple[Element, ...]:
    """The elements, groupings aside, that nothing in the product measures or manages yet."""
    return tuple(
        element
        for element in framework.elements
        if element.kind is not ElementKind.STRUCTURE and not element.measured_by
    )
