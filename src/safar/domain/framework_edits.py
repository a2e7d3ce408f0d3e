"""Changes of a company's own framework, each a function from a valid framework to a valid one; what differs between
two versions; and three versions as one.

Ids never change: links and what is compared are told by them. Parents always stand before what is below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from safar.domain.differences import Difference, FieldChange, How, label_text, moved
from safar.domain.framework import BadFramework, Element, Framework
from safar.domain.merging import merge_things

MOST_ELEMENTS = 1_500
_FIELDS = ("label", "level", "role", "step", "actor", "kind", "measured_by")


def put_element(framework: Framework, element: Element) -> Framework:
    """Add an element as the last below its parent, or change the one of that id. Raises: BadFramework."""
    if element.id in framework:
        kept = (element if one.id == element.id else one for one in framework.elements)
        return replace(framework, elements=tuple(kept))
    return add_elements(framework, [element])


def add_elements(framework: Framework, elements: Sequence[Element]) -> Framework:
    """Add elements, parents first, each as the last below its parent. Raises: BadFramework."""
    if len(framework.elements) + len(elements) > MOST_ELEMENTS:
        raise BadFramework(
            f"A framework of your own has {MOST_ELEMENTS} elements at most.", next_step="Drop some, or take fewer."
        )
    return replace(framework, elements=parents_first([*framework.elements, *elements]))


def drop_element(framework: Framework, element: str) -> Framework:
    """Take an element away, with all below it and the arrows that touch it. Raises: BadFramework for the last one."""
    gone = {element, *(one.id for one in framework.below(element))}
    kept = tuple(one for one in framework.elements if one.id not in gone)
    if not kept:
        raise BadFramework("A framework needs an element.", next_step="Add another element first.")
    relations = tuple(one for one in framework.relations if not {one.source, one.target} & gone)
    return replace(framework, elements=kept, relations=relations)


def move_element(framework: Framework, element: str, *, by: int) -> Framework:
    """Move an element among those of its parent, with all below it; beyond the ends it stays at the end."""
    found = framework.element(element)
    siblings = [one.id for one in framework.children(found.parent)]
    at = siblings.index(element)
    siblings.insert(min(max(at + by, 0), len(siblings) - 1), siblings.pop(at))
    known = {one.id: one for one in framework.elements}
    places = iter(siblings)
    # Only the siblings change places; each brings along what is below it.
    ordered = (known[next(places)] if one.parent == found.parent else one for one in framework.elements)
    return replace(framework, elements=parents_first(ordered))


def parents_first(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements, each once, every one after its parent and in the order given among its siblings."""
    below: dict[str, list[Element]] = {}
    for element in {one.id: one for one in elements}.values():
        below.setdefault(element.parent, []).append(element)
    ordered: list[Element] = []
    waiting = list(reversed(below.get("", [])))
    while waiting:
        element = waiting.pop()
        ordered.append(element)
        waiting.extend(reversed(below.get(element.id, [])))
    return tuple(ordered)


def compare_frameworks(old: Framework | None, new: Framework | None) -> tuple[Difference, ...]:
    """What `new` has otherwise than `old`: the whole first, then its elements; None has no elements.

    Of what came or went with all below it, only the highest element is told.
    """
    before = {} if old is None else {one.id: one for one in old.elements}
    after = {} if new is None else {one.id: one for one in new.elements}
    found: list[Difference] = []
    if old is not None and new is not None and old.label != new.label:
        change = FieldChange("label", label_text(old.label), label_text(new.label))
        found.append(Difference(how=How.CHANGED, what="framework", id=new.name, label=new.label, fields=(change,)))
    elsewhere = moved([name for name in before if name in after], [name for name in after if name in before])
    for one in after.values():
        if one.id not in before:
            if not one.parent or one.parent in before:
                found.append(Difference(how=How.ADDED, what="element", id=one.id, label=one.label))
        elif changes := _changes(before[one.id], one):
            found.append(Difference(how=How.CHANGED, what="element", id=one.id, label=one.label, fields=changes))
        elif one.id in elsewhere and one.parent not in elsewhere:
            found.append(Difference(how=How.MOVED, what="element", id=one.id, label=one.label))
    gone = (one for one in before.values() if one.id not in after and (not one.parent or one.parent in after))
    return (*found, *(Difference(how=How.REMOVED, what="element", id=one.id, label=one.label) for one in gone))


def merge_frameworks(
    *, base: Framework | None, mine: Framework | None, theirs: Framework | None
) -> tuple[Framework, tuple[str, ...]]:
    """Three versions as one, and the ids of theirs that had to give way where both changed the same element.

    An element whose parent one side dropped brings that parent back.
    """
    whole = mine or theirs or base
    if whole is None:
        raise BadFramework("There is nothing to merge.", next_step="Start a framework first.")
    lost: list[str] = []
    was, my, their = (() if one is None else one.elements for one in (base, mine, theirs))
    merged = {one.id: one for one in merge_things(was, my, their, lost)}
    known = {one.id: one for side in (was, my, their) for one in side}
    for name in list(merged):
        while (name := name.rpartition(".")[0]) and name not in merged:
            merged[name] = known[name]
    steps = tuple(dict.fromkeys(step for one in (mine, theirs) if one is not None for step in one.steps))
    label = whole.label
    if theirs is not None and base is not None and whole.label == base.label:
        label = theirs.label
    elements = parents_first(merged.values()) or whole.elements
    ids = {one.id for one in elements}
    relations = tuple(one for one in whole.relations if {one.source, one.target} <= ids)
    return replace(whole, label=label, steps=steps, elements=elements, relations=relations), tuple(lost)


def _changes(before: Element, after: Element) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, _text(before, name), _text(after, name))
        for name in _FIELDS
        if getattr(before, name) != getattr(after, name)
    )


def _text(element: Element, name: str) -> str:
    if name == "label":
        return label_text(element.label)
    value = getattr(element, name)
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
