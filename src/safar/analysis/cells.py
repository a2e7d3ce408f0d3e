"""Which groups a measurement shows, in which order: also those where nobody answered, because gaps are findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from safar.analysis.dimension import Dimension, DimensionKind
from safar.analysis.filters import Filters
from safar.analysis.local_time import following
from safar.analysis.repeats import Group
from safar.domain.journey import Journey

MOST_PERIODS = 1000
"""Beyond so many periods those without answers are not filled in."""


def every_group(
    by: Sequence[Dimension], found: Sequence[Group], *, journey: Journey | None, filters: Filters
) -> list[Group]:
    """The groups with answers, the steps or touchpoints and the periods between without; in order.

    Steps and touchpoints come in the journey's order, periods by time, other values by name, unknown last.
    """
    if not by:
        return [()]
    time = next((i for i, one in enumerate(by) if one.kind is DimensionKind.TIME), None)
    others = {tuple(v for i, v in enumerate(group) if i != time) for group in found}
    mapped = [one for one in by if one.kind is DimensionKind.MAPPED]
    if journey is not None and mapped and len(mapped) == len(by) - (time is not None):
        others |= _places([one.name for one in mapped], journey, filters)
    groups = set(found)
    if time is None:
        groups |= others
    else:
        periods = _periods(by[time], [group[time] for group in found])
        groups |= {(*rest[:time], period, *rest[time:]) for rest in others for period in periods}
    return sorted(groups, key=lambda group: _rank(by, group, journey))


def _places(names: Sequence[str], journey: Journey, filters: Filters) -> set[Group]:
    found = set()
    if list(names) == ["step"] and not filters.touchpoints:
        return {(step.id,) for step in journey.steps if not filters.steps or step.id in filters.steps}
    for touchpoint in journey.touchpoints:
        inside = not filters.steps or touchpoint.step in filters.steps
        if inside and (not filters.touchpoints or touchpoint.id in filters.touchpoints):
            value = {"step": touchpoint.step, "touchpoint": touchpoint.id}
            found.add(tuple(value[name] for name in names))
    return found


def _periods(period: Dimension, days: Sequence[date | datetime]) -> list[date]:
    known = sorted({_day(day) for day in days})
    if not known:
        return []
    filled = [known[0]]
    while filled[-1] < known[-1] and len(filled) <= MOST_PERIODS:
        filled.append(following(period.name, filled[-1], period.calendar))
    return filled if len(filled) <= MOST_PERIODS else known


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _rank(by: Sequence[Dimension], group: Group, journey: Journey | None) -> tuple[Any, ...]:
    return tuple(_one_rank(one, value, journey) for one, value in zip(by, group, strict=True))


def _one_rank(one: Dimension, value: object, journey: Journey | None) -> tuple[bool, int, str]:
    if value is None:
        return True, 0, ""
    if journey is not None and one.kind is DimensionKind.MAPPED:
        names = [s.id for s in journey.steps] if one.name == "step" else [t.id for t in journey.touchpoints]
        return False, names.index(str(value)) if value in names else len(names), str(value)
    return False, 0, str(value)
