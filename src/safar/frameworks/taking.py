"""Elements taken from papers into a company's own framework: each says where it was taken from.

What a paper prints of an element (places, figures, readings) stays with the paper and is looked up there; so does what
the product covers it by. Names, role, step, actor, kind and level are the company's to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from safar.domain.framework import BadFramework, Element, Framework, Level, Paper
from safar.domain.framework_edits import add_elements
from safar.domain.label import Label


def started_from(papers: Iterable[Framework], *, name: str, label: Label, codes: bool = True) -> Framework:
    """A company's own framework that begins with what these papers have; without codes only what groups them.

    Where two papers use the same id at the top, the later one's begins with the paper's name. Raises: BadFramework.
    """
    elements: dict[str, Element] = {}
    steps: dict[str, None] = {}
    for paper in papers:
        steps.update(dict.fromkeys(paper.steps))
        taken = {one.id.partition(".")[0] for one in elements.values()}
        for element in paper.elements:
            if codes or element.level is not Level.CODE or not element.parent:
                found = _taken(paper, element, _own_id(paper, element.id, taken))
                elements[found.id] = found
    if not elements:
        raise BadFramework("It would have no element.", next_step="Choose a paper at least.")
    empty = Framework(name=name, label=label, paper=Paper(title=label.text()), elements=(), steps=tuple(steps))
    return add_elements(empty, list(elements.values()))


def take_in(own: Framework, paper: Framework, element: str) -> tuple[Framework, Element]:
    """Take an element of a paper with all below it: under what stands above it where that was taken too, else at the
    top. What is there already stays as it is. Raises: UnknownElement, BadFramework.
    """
    top = paper.element(element)
    there = {one.source: one for one in own.elements if one.source}
    already = there.get(f"{paper.name}:{element}")
    if already is not None:
        return own, already
    above = there.get(f"{paper.name}:{top.parent}") if top.parent else None
    begin = top.id.rpartition(".")[2]
    wanted = f"{above.id}.{begin}" if above is not None else begin
    if wanted in own:
        wanted = f"{above.id}.{paper.name}-{begin}" if above is not None else f"{paper.name}-{begin}"
    if wanted in own:
        raise BadFramework(
            f"Your framework has an element {wanted!r} already.", next_step="Open it, or drop it before you take this."
        )
    new = [
        _taken(paper, one, wanted + one.id[len(top.id) :])
        for one in (top, *paper.below(element))
        if f"{paper.name}:{one.id}" not in there
    ]
    known = {own_one.id for own_one in own.elements} | {one.id for one in new}
    new = [one for one in new if one.id == wanted or one.parent in known]
    steps = tuple(dict.fromkeys((*own.steps, *_steps_of(new, paper))))
    return add_elements(replace(own, steps=steps), new), new[0]


def _taken(paper: Framework, element: Element, own_id: str) -> Element:
    return Element(
        id=own_id,
        parent=own_id.rpartition(".")[0],
        label=element.label,
        level=element.level,
        role=element.role,
        step=element.step,
        actor=element.actor,
        kind=element.kind,
        source=f"{paper.name}:{element.id}",
    )


def _own_id(paper: Framework, element: str, taken: set[str]) -> str:
    top = element.partition(".")[0]
    return f"{paper.name}-{element}" if top in taken else element


def _steps_of(elements: Iterable[Element], paper: Framework) -> Iterator[str]:
    used = {one.step for one in elements}
    return (step for step in paper.steps if step in used)
