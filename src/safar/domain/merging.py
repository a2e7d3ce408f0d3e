"""Merge what two people made of the same version: what only one changed is taken; where both changed the same thing,
mine stands and theirs is told."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

from safar.domain.differences import rule_text
from safar.domain.journey import Journey, OutputWays
from safar.domain.rules import Rule, RuleSet

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class MergedJourney:
    """The merged journey, and what of theirs had to give way (ids and names of fields)."""

    journey: Journey
    gave_way: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MergedRules:
    """The merged rules, and the rules of theirs that had to give way."""

    rules: RuleSet
    gave_way: tuple[str, ...]


def merge_journeys(*, base: Journey, mine: Journey, theirs: Journey) -> MergedJourney:
    """Steps and touchpoints one by one, the rest field by field. The result is a valid journey."""
    lost: list[str] = []
    steps = merge_things(base.steps, mine.steps, theirs.steps, lost)
    touchpoints = merge_things(base.touchpoints, mine.touchpoints, theirs.touchpoints, lost)
    known = {step.id for step in steps}
    # A step that one took away while the other used it for a touchpoint comes back.
    for source in (mine, theirs, base):
        for step in source.steps:
            if step.id not in known and any(one.step == step.id for one in touchpoints):
                steps.append(step)
                known.add(step.id)
    if not steps:
        steps = list(mine.steps)
    names = {one.id for one in touchpoints}
    whole: dict[str, Any] = {
        name: _three(name, getattr(base, name), getattr(mine, name), getattr(theirs, name), lost)
        for name in ("label", "passage", "horizon_s", "goals", "output", "framework")
    }
    whole["goals"] = tuple(goal for goal in whole["goals"] if goal in names)
    whole["output"] = _fitting(whole["output"], {step.id for step in steps}, names)
    anchors = tuple(one for one in whole["passage"].anchors if one in names)
    if whole["passage"].anchors and not anchors:  # then the touchpoints where passages begin must stay
        for source in (mine, theirs):
            touchpoints += [t for t in source.touchpoints if t.id in whole["passage"].anchors and t.step in known][:1]
        anchors = tuple(one.id for one in touchpoints if one.id in whole["passage"].anchors)
    passage = replace(whole.pop("passage"), anchors=anchors)
    journey = Journey(id=mine.id, steps=tuple(steps), touchpoints=tuple(touchpoints), passage=passage, **whole)
    return MergedJourney(journey, tuple(lost))


def merge_rules(*, base: RuleSet, mine: RuleSet, theirs: RuleSet) -> MergedRules:
    """Rules by their place in the order."""
    known = {_key(rule): rule for rules in (theirs, base, mine) for rule in rules.rules}
    merged, lost = merge_lists(
        base=[_key(rule) for rule in base.rules],
        mine=[_key(rule) for rule in mine.rules],
        theirs=[_key(rule) for rule in theirs.rules],
    )
    rules = RuleSet(journey=mine.journey, rules=tuple(known[key] for key in merged))
    return MergedRules(rules, tuple(rule_text(known[key]) for key in lost))


def merge_lists(*, base: Sequence[K], mine: Sequence[K], theirs: Sequence[K]) -> tuple[list[K], list[K]]:
    """Three versions of a list as one, and the items of theirs that had to give way.

    A place that only one changed is as that one has it; a place that both changed is as mine has it.
    """
    ours, others = _kept(base, mine), _kept(base, theirs)
    merged: list[K] = []
    gave_way: list[K] = []
    b = m = t = 0
    while True:
        # The next item of the base that all three still have ends the piece that may differ.
        end = next((i for i in range(b, len(base)) if ours.get(i, -1) >= m and others.get(i, -1) >= t), len(base))
        m_end, t_end = (ours[end], others[end]) if end < len(base) else (len(mine), len(theirs))
        was, my, their = list(base[b:end]), list(mine[m:m_end]), list(theirs[t:t_end])
        merged += their if my == was else my
        if my != was and their not in (was, my):
            gave_way += [item for item in their if item not in my and item not in was]
        if end == len(base):
            return merged, gave_way
        merged.append(base[end])
        b, m, t = end + 1, m_end + 1, t_end + 1


def merge_things(base: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any], lost: list[str]) -> list[Any]:
    """Three versions of a list of things with ids as one; `lost` takes the ids of theirs that had to give way."""
    was, my, their = ({one.id: one for one in side} for side in (base, mine, theirs))
    order, _ = merge_lists(base=list(was), mine=list(my), theirs=list(their))
    wanted: dict[str, Any] = {}
    for name in dict.fromkeys([*order, *my, *their]):
        found = _three(name, was.get(name), my.get(name), their.get(name), lost)
        if found is not None:
            wanted[name] = found
    return list(wanted.values())


def _three(name: str, base: Any, mine: Any, theirs: Any, lost: list[str]) -> Any:
    if mine == base:
        return theirs
    if theirs not in (base, mine):
        lost.append(name)
        if mine is None:  # I took away what they changed: what was worked on stays
            return theirs
    return mine


def _fitting(output: OutputWays | None, steps: set[str], names: set[str]) -> OutputWays | None:
    if output is None or output.step not in steps:
        return None

    def known(listed: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in listed if name in names)

    return replace(
        output, repeat=known(output.repeat), complaint=known(output.complaint), recovery=known(output.recovery)
    )


def _kept(base: Sequence[K], changed: Sequence[K]) -> dict[int, int]:
    """Where each item of the base that is still there stands in the changed list."""
    blocks = SequenceMatcher(a=base, b=changed, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def _key(rule: Rule) -> Hashable:
    match = tuple((column, tuple(patterns)) for column, patterns in rule.match.items())
    return match, rule.touchpoint, rule.reason, rule.disabled
