"""Two frameworks side by side: what they share, and what only one of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from safar.domain.framework import Element, ElementKind, Framework
from safar.domain.matching import folded

# Words that tell nothing of what an element is about: grammar, the customer (who is everywhere), and which way
# a thing should move, since one paper writes "market share" and another "increasing market share".
_FILLER_TEXT = """
    a an and at by for from in of on or the to with s customer customers better creating enhancing expanding fewer
    greater higher improved improvement improving increase increased increasing less lower lowering more reduced
    reducing shorter
"""
_FILLER = frozenset(_FILLER_TEXT.split())
_ALIKE = 0.6


class Likeness(StrEnum):
    """How two elements correspond. `alike` is a guess from their English names, for people to judge."""

    SAME = "same"
    RENAMED = "renamed"
    CHANGED = "changed"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An element of the left framework with its counterpart; `score` is 1 where the ids decide."""

    left: Element
    right: Element
    likeness: Likeness
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Left and right. `by_id` says that one derives from the other, so that ids decide and not words."""

    left: Framework
    right: Framework
    by_id: bool
    pairs: tuple[Pair, ...]
    only_left: tuple[Element, ...]
    only_right: tuple[Element, ...]

    def counts(self) -> list[dict[str, str | int]]:
        """Elements, groupings aside, of each kind, actor and role on either side."""
        rows: list[dict[str, str | int]] = []
        for what in ("kind", "actor", "role"):
            left, right = (_count(framework, what) for framework in (self.left, self.right))
            rows.extend(
                {"what": what, "value": value, "left": left[value], "right": right[value]}
                for value in sorted(set(left) | set(right))
            )
        return rows


def alike(element: Element, others: Iterable[Framework]) -> tuple[tuple[Framework, Pair], ...]:
    """Elements of other frameworks whose English names share most of their words with this one's, closest first."""
    words, name = _words(element), folded(element.label.text("en"))
    found: list[tuple[float, bool, int, Framework, Pair]] = []
    for other in others:
        for candidate in other.elements:
            there = _words(candidate)
            shared = len(words & there)
            score = shared / (len(words) + len(there) - shared) if shared else 0.0
            if score >= _ALIKE:
                same = folded(candidate.label.text("en")) == name
                pair = Pair(left=element, right=candidate, likeness=Likeness.ALIKE, score=round(score, 2))
                found.append((-score, not same, len(found), other, pair))
    return tuple((other, pair) for *_order, other, pair in sorted(found, key=lambda row: row[:3]))


def compare(left: Framework, right: Framework) -> Comparison:
    """Compare by ids where one derives from the other (or both from the same), else by the words of the names."""
    lineage = {left.name, left.base} & {right.name, right.base} - {""}
    sources = _by_source(left, right) or [_turned(pair) for pair in _by_source(right, left)]
    pairs = _by_id(left, right) if lineage else sources or _by_words(left, right)
    lefts, rights = {pair.left.id for pair in pairs}, {pair.right.id for pair in pairs}
    return Comparison(
        left=left,
        right=right,
        by_id=bool(lineage or sources),
        pairs=tuple(pairs),
        only_left=tuple(element for element in left.elements if element.id not in lefts),
        only_right=tuple(element for element in right.elements if element.id not in rights),
    )


def _by_id(left: Framework, right: Framework) -> list[Pair]:
    pairs = []
    for element in left.elements:
        if element.id not in right:
            continue
        other = right.element(element.id)
        if element.label != other.label:
            likeness = Likeness.RENAMED
        else:
            likeness = Likeness.SAME if element == other else Likeness.CHANGED
        pairs.append(Pair(left=element, right=other, likeness=likeness, score=1.0))
    return pairs


def _by_source(left: Framework, right: Framework) -> list[Pair]:
    """Elements of the right that were taken from the left, in the left's order."""
    taken: dict[str, Element] = {}
    for element in right.elements:
        framework, _sep, source = element.source.partition(":")
        if framework == left.name:
            taken.setdefault(source, element)
    pairs = []
    for element in left.elements:
        other = taken.get(element.id)
        if other is None:
            continue
        if element.label != other.label:
            likeness = Likeness.RENAMED
        else:
            fields = ("level", "role", "step", "actor", "kind")
            same = all(getattr(element, field) == getattr(other, field) for field in fields)
            likeness = Likeness.SAME if same else Likeness.CHANGED
        pairs.append(Pair(left=element, right=other, likeness=likeness, score=1.0))
    return pairs


def _turned(pair: Pair) -> Pair:
    return Pair(left=pair.right, right=pair.left, likeness=pair.likeness, score=pair.score)


def _by_words(left: Framework, right: Framework) -> list[Pair]:
    """Each element of the left with the best one of the right, if they share most of their words."""
    others = [(element, _words(element)) for element in right.elements]
    pairs = []
    for element in left.elements:
        words = _words(element)
        score, best = 0.0, None
        name = folded(element.label.text("en"))
        for other, other_words in others:
            shared = len(words & other_words)
            likeness = shared / (len(words) + len(other_words) - shared) if shared else 0.0
            if likeness > score or (likeness == score > 0 and folded(other.label.text("en")) == name):
                score, best = likeness, other
        if best is not None and score >= _ALIKE:
            pairs.append(Pair(left=element, right=best, likeness=Likeness.ALIKE, score=round(score, 2)))
    return pairs


def _words(element: Element) -> frozenset[str]:
    return _words_of(element.label.text("en"))


@lru_cache(maxsize=4096)
def _words_of(name: str) -> frozenset[str]:
    plain = "".join(c if c.isalnum() else " " for c in folded(name))
    return frozenset(_stem(word) for word in plain.split() if word not in _FILLER)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "es", "ed", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _count(framework: Framework, what: str) -> Counter[str]:
    return Counter(
        str(getattr(element, what) or "not said")
        for element in framework.elements
        if element.kind is not ElementKind.STRUCTURE
    )
