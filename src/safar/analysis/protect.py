"""Answers of employees and managers are never shown for fewer than five people.

A cell of too few people is withheld, with its base. It must not come back as the difference of what is still
shown: wherever cells add up to something visible, what is withheld among them covers at least two cells and
five people, else the smallest visible cell is withheld too, or the total. Source: docs/methods/too-few.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from safar.analysis.metric import MetricValue, State
from safar.domain.fact import Speaker

LEAST_PEOPLE = 5
"""A promise to employees; a workspace's `too_few` can raise it, never lower it."""
PROTECTED = frozenset({Speaker.EMPLOYEE.value, Speaker.MANAGER.value})

Dims = tuple[str | None, ...]


def withheld(value: MetricValue, *, for_others: bool = False) -> MetricValue:
    """The value without anything that tells of the answers, base included."""
    why = "withheld so that another group cannot be worked out" if for_others else "fewer people than may be shown"
    return MetricValue(metric=value.metric, state=State.TOO_FEW, n=None, reason=why)


def protect(
    cells: Sequence[tuple[Dims, MetricValue]], total: MetricValue | None, *, least: int = LEAST_PEOPLE
) -> tuple[list[MetricValue], MetricValue | None]:
    """The cells' values and the total, as far as they may be shown. `least`: people; below 5 it counts as 5.

    Where a value does not carry `persons`, its answers are taken for people. Groups that share all but some
    dimensions add up to what another question with fewer dimensions would show, so each of these sums is
    protected.
    """
    least = max(least, LEAST_PEOPLE)
    people = [_people(value) for _, value in cells]
    hidden = {i for i, count in enumerate(people) if 0 < count < least}
    first = set(hidden)
    width = len(cells[0][0]) if cells else 0
    subsets = [kept for size in range(width) for kept in combinations(range(width), size)]
    changed = True
    while changed:
        changed = False
        for kept in subsets:
            groups: dict[Dims, list[int]] = {}
            for i, (dims, _) in enumerate(cells):
                groups.setdefault(tuple(dims[k] for k in kept), []).append(i)
            for members in groups.values():
                mine = [i for i in members if i in hidden]
                if not mine or (len(mine) > 1 and sum(people[i] for i in mine) >= least):
                    continue
                others = [i for i in members if i not in hidden and people[i] > 0]
                if others:
                    hidden.add(min(others, key=lambda i: (people[i], i)))
                    changed = True
    shown = [withheld(value, for_others=i not in first) if i in hidden else value for i, (_, value) in enumerate(cells)]
    if total is None:
        return shown, None
    lone = len(hidden) == 1 or 0 < sum(people[i] for i in hidden) < least
    if 0 < _people(total) < least:
        return shown, withheld(total)
    return shown, withheld(total, for_others=True) if lone else total


def _people(value: MetricValue) -> int:
    return value.persons if value.persons is not None else value.n or 0
