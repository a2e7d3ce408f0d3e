"""What differs between two versions of a journey or of rules, told by what people know: steps, touchpoints, rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from safar.domain.journey import Journey, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet


class How(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its values before and after, as texts; "" is nothing. `name`: as in the file."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs. `what`: journey, step, touchpoint, rule, framework or element; `id`: its id (of a rule
    its number)."""

    how: How
    what: str
    id: str
    label: Label
    fields: tuple[FieldChange, ...] = ()


def compare_journeys(old: Journey, new: Journey) -> tuple[Difference, ...]:
    """What `new` has otherwise than `old`: the whole first, then steps, then touchpoints, in the order of `new`."""
    whole = _changed(_frame(old), _frame(new))
    found = [Difference(how=How.CHANGED, what="journey", id=new.id, label=new.label, fields=whole)] if whole else []
    found += _compare("step", old.steps, new.steps)
    found += _compare("touchpoint", old.touchpoints, new.touchpoints)
    return tuple(found)


def compare_rules(old: RuleSet, new: RuleSet) -> tuple[Difference, ...]:
    """Rules that came or went, by their place in the order; a rule that stands elsewhere has moved."""
    before, after = [rule_text(rule) for rule in old.rules], [rule_text(rule) for rule in new.rules]
    found = []
    for how, a, a_end, b, b_end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if how == "replace" and a_end - a == b_end - b:
            for i, k in zip(range(a, a_end), range(b, b_end), strict=True):
                change = FieldChange("rule", before[i], after[k])
                found.append(_rule_difference(How.CHANGED, k, after[k], (change,)))
        elif how != "equal":
            gone = (_rule_difference(How.REMOVED, i, before[i]) for i in range(a, a_end) if before[i] not in after)
            came = (
                _rule_difference(How.MOVED if after[k] in before else How.ADDED, k, after[k]) for k in range(b, b_end)
            )
            found += [*gone, *came]
    return tuple(found)


def rule_text(rule: Rule) -> str:
    """A rule on one line: what it looks at and where it leads."""
    match = " & ".join(f"{column} = {' | '.join(patterns)}" for column, patterns in rule.match.items())
    reason = f" ({rule.reason})" if rule.reason else ""
    off = " [disabled]" if rule.disabled else ""
    return f"{match} → {rule.touchpoint or 'ignored'}{reason}{off}"


def label_text(label: Label) -> str:
    """All names of a label."""
    return " · ".join(label.texts[tag] for tag in sorted(label.texts))


def _rule_difference(how: How, place: int, text: str, changes: tuple[FieldChange, ...] = ()) -> Difference:
    return Difference(how=how, what="rule", id=str(place + 1), label=Label({"en": text}), fields=changes)


def _compare(
    what: str, old: Sequence[Step] | Sequence[Touchpoint], new: Sequence[Step] | Sequence[Touchpoint]
) -> list[Difference]:
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    elsewhere = moved([one.id for one in old if one.id in after], [one.id for one in new if one.id in before])
    found = []
    for one in new:
        if one.id not in before:
            found.append(Difference(how=How.ADDED, what=what, id=one.id, label=one.label))
        elif changes := _changed(_texts(before[one.id]), _texts(one)):
            found.append(Difference(how=How.CHANGED, what=what, id=one.id, label=one.label, fields=changes))
        elif one.id in elsewhere:
            found.append(Difference(how=How.MOVED, what=what, id=one.id, label=one.label))
    gone = (one for one in old if one.id not in after)
    return [*found, *(Difference(how=How.REMOVED, what=what, id=one.id, label=one.label) for one in gone)]


def moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest ids that must have been taken out and put elsewhere."""
    blocks = SequenceMatcher(a=before, b=after, autojunk=False).get_matching_blocks()
    stayed = {before[block.a + i] for block in blocks for i in range(block.size)}
    return set(after) - stayed


def _changed(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, was, becomes)
        for (name, was), (_, becomes) in zip(before, after, strict=True)
        if was != becomes
    )


def _frame(journey: Journey) -> list[tuple[str, str]]:
    passage, output = journey.passage, journey.output
    told = " ".join(
        [str(passage.kind), passage.link or "", ", ".join(passage.anchors), _days(passage.inactivity_s)]
    ).strip()
    parts = () if output is None else (output.repeat, output.complaint, output.recovery)
    ways = "" if output is None else f"{output.step}: {' / '.join(', '.join(part) for part in parts)}"
    return [
        ("label", label_text(journey.label)),
        ("passage", told),
        ("horizon_days", _days(journey.horizon_s)),
        ("goals", ", ".join(journey.goals)),
        ("output", ways),
        ("window_days", "" if output is None else _days(output.window_s)),
        ("framework", journey.framework or ""),
    ]


def _texts(one: Step | Touchpoint) -> list[tuple[str, str]]:
    found = []
    for field in fields(one):
        value = getattr(one, field.name)
        if isinstance(value, Label):
            value = label_text(value)
        elif isinstance(value, tuple):
            value = ", ".join(value)
        elif isinstance(value, bool):
            value = "true" if value else ""
        found.append((field.name, "" if value is None else str(value)))
    return found


def _days(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 86_400:g}"
