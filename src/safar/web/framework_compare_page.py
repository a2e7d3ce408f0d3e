"""Two frameworks side by side, laid out: what both have, and what only one has."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.domain.framework import Element, ElementKind, Framework, Level, Role, Side
from safar.frameworks import Comparison
from safar.usecases.frameworks import tallies
from safar.web.framework_words import kind_names, likeness_names, path_words, role_names, side_names


@dataclass(frozen=True, slots=True)
class Named:
    """An element with its page."""

    element: Element
    address: str
    path: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two elements that correspond."""

    left: Named
    right: Named
    likeness: str
    score: float
    same: bool


@dataclass(frozen=True, slots=True)
class CountLine:
    """How many elements of a kind, side or role either has, as shares of the larger for the bars."""

    what: str
    title: str
    left: int
    right: int
    left_width: float
    right_width: float


@dataclass(frozen=True, slots=True)
class OnlyGroup:
    """What only one framework has, under one of its top elements. `more`: those that are not listed."""

    top: Named
    elements: tuple[Named, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """The page."""

    left: Framework
    right: Framework
    by_id: bool
    pairs: tuple[PairLine, ...]
    counts: tuple[CountLine, ...]
    only_left: tuple[OnlyGroup, ...]
    only_right: tuple[OnlyGroup, ...]
    lefts: int
    rights: int


_MOST_PAIRS = 400
_MOST_IN_GROUP = 40


def compare_page(found: Comparison) -> ComparePage:
    """Two frameworks side by side."""
    words = likeness_names()
    pairs = tuple(
        PairLine(
            left=_named(found.left, pair.left),
            right=_named(found.right, pair.right),
            likeness=words[pair.likeness],
            score=pair.score,
            same=pair.likeness == "same",
        )
        for pair in found.pairs
        if not (found.by_id and pair.likeness == "same")
    )
    return ComparePage(
        left=found.left,
        right=found.right,
        by_id=found.by_id,
        pairs=pairs[:_MOST_PAIRS],
        counts=_counts(found),
        only_left=_only(found.left, found.only_left),
        only_right=_only(found.right, found.only_right),
        lefts=len(found.only_left),
        rights=len(found.only_right),
    )


def _named(framework: Framework, element: Element) -> Named:
    address = reverse("framework-element", args=[framework.name, element.id])
    return Named(element, address, path_words(framework, element))


def _only(framework: Framework, elements: tuple[Element, ...]) -> tuple[OnlyGroup, ...]:
    """By top element, highest levels first: a group that is missing says more than its codes."""
    tops: dict[str, list[Element]] = {}
    for element in elements:
        tops.setdefault(element.id.partition(".")[0], []).append(element)
    order = list(Level)
    found = []
    for top, own in tops.items():
        ranked = sorted((one for one in own if one.id != top), key=lambda one: order.index(one.level))
        listed = tuple(_named(framework, one) for one in ranked[:_MOST_IN_GROUP])
        found.append(OnlyGroup(_named(framework, framework.element(top)), listed, len(ranked) - len(listed)))
    return tuple(found)


def _counts(found: Comparison) -> tuple[CountLine, ...]:
    titles: dict[str, dict[str, str]] = {
        "kind": {str(k): v for k, v in kind_names().items() if k is not ElementKind.STRUCTURE},
        "actor": {str(k): v for k, v in side_names().items()},
        "role": {str(k): v for k, v in role_names().items()},
    }
    whats = {"kind": _("Kind"), "actor": _("Who acts"), "role": _("Role")}
    order = {str(one): i for i, one in enumerate((*ElementKind, *Side, *Role))}
    rows = sorted(
        found.counts(), key=lambda row: (list(whats).index(str(row["what"])), order.get(str(row["value"]), 99))
    )
    lines = []
    lefts, rights = (tallies(one)[""] for one in (found.left, found.right))
    sums: list[tuple[str, str, int, int]] = [
        ("", _("elements to assess"), lefts.to_assess, rights.to_assess),
        ("", _("measured or managed"), lefts.covered, rights.covered),
    ]
    sums += [
        (
            whats[str(row["what"])],
            titles[str(row["what"])].get(str(row["value"]), _("not said")),
            int(row["left"]),
            int(row["right"]),
        )
        for row in rows
    ]
    most = max([1, *(max(row[2], row[3]) for row in sums)])
    for what, title, left, right in sums:
        lines.append(CountLine(what, title, left, right, 100 * left / most, 100 * right / most))
    return tuple(lines)
