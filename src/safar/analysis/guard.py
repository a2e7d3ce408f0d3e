"""What stands where employees' and managers' answers are not shown. Which are counted at all: `analysis.bundles`.

Source: docs/methods/too-few.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from safar.analysis.answers import Answers
from safar.analysis.bundles import LEAST_PEOPLE, PROTECTED
from safar.analysis.metric import MetricValue, State
from safar.analysis.repeats import Group

NOT_SHOWN = "nobody, or fewer people than may be shown"


def withheld(metric: str) -> MetricValue:
    """What stands where no bundle of answers lies: not even whether somebody answered is told."""
    return MetricValue(metric=metric, state=State.TOO_FEW, n=None, reason=NOT_SHOWN)


def protected(
    answers: Answers, cells: Sequence[tuple[Group, MetricValue]], total: MetricValue | None
) -> tuple[list[MetricValue], MetricValue | None]:
    """The values of the cells, in order, and the total: those of employees and managers as they may be shown."""
    where = next((i for i, one in enumerate(answers.by) if one.name == "speaker"), None)
    everybody = answers.speakers or ()

    def shown(value: MetricValue, speakers: Sequence[object]) -> MetricValue:
        people = value.persons if value.persons is not None else value.n or 0
        is_told = people >= LEAST_PEOPLE or not PROTECTED & set(speakers)
        return value if is_told else withheld(value.metric)

    told = [shown(value, everybody if where is None else (group[where],)) for group, value in cells]
    return told, None if total is None else shown(total, everybody)
