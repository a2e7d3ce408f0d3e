"""Two frameworks side by side: what they share, and what only one of them has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

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


def compare(left: Framework, right: Framework) -> Comparison:
    """Compare by ids where one derives from the other (or both from the same), else by the words of the names."""
    lineage = {left.name, left.base} & {right.name, right.base} - {""}
    pairs = _by_id(left, right) if lineage else _by_words(left, right)
    lefts, rights = {pair.left.id for pair in pairs}, {pair.right.id for pair in pairs}
    return Comparison(
        left=left,
        right=right,
        by_id=bool(lineage),
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
    plain = "".join(c if c.isalnum() else " " for c in folded(element.label.text("en")))
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
