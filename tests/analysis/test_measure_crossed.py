"""Every metric by every kind of dimension under every kind of filter: each cell is that of its own answers alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from safar.analysis.filters import Filters
from safar.analysis.measure import METRICS, measure
from safar.analysis.measurement import Measurement
from safar.analysis.metric import MetricValue
from safar.analysis.tables import FactTables
from safar.settings import Settings
from tests.analysis.measured_facts import START, days, tables
from tests.analysis.test_measure import JOURNEY, RULES

Row = dict[str, Any]
EVERY_CELL = Settings(too_few=2, few=2)
PEOPLE = 12

DIMENSIONS: dict[str, str | None] = {
    # Dimension → the column of a row that tells its cells apart; None: it is not told by one column.
    "channel": "channel",
    "unit": "unit",
    "source": "source",
    "language": "language",
    "event": "event",
    "question": "question",
    "kind": "kind",
    "speaker": "speaker",
    "view": "view",
    "prop:shift": "prop_shift",
    "link:order": "link_order",
    "step": None,
    "touchpoint": None,
    "month": None,
    "attribute:town": None,
    "answer:reason": None,
    "answer:reason=price": None,
}
FILTERS = {
    "nothing": Filters(),
    "period": Filters(since=START + days(2), until=START + days(40)),
    "channel": Filters(channels=("web",)),
    "unknown channel": Filters(channels=("",)),
    "unit": Filters(units=("north",)),
    "source": Filters(sources=("survey",)),
    "step": Filters(steps=("use",)),
    "touchpoint": Filters(touchpoints=("help", "till")),
    "speaker": Filters(speakers=("customer",)),
    "view": Filters(views=("experienced",)),
    "attribute": Filters(attributes={"town": ("here",)}),
    "property": Filters(props={"shift": ("late",)}),
    "link": Filters(links={"order": ("o1", "o2")}),
}
_QUESTIONS: tuple[Row, ...] = (
    {"question": "recommend", "kind": "nps", "scale_min": 0.0, "scale_max": 10.0},
    {"question": "satisfied", "kind": "csat", "scale_min": 1.0, "scale_max": 5.0},
    {"question": "easy", "kind": "ces", "scale_min": 1.0, "scale_max": 7.0},
    {"question": "waited", "kind": "rating", "scale_min": 1.0, "scale_max": 5.0, "scale_best": "low"},
)


def _answers() -> Iterator[Row]:
    """Each person answers everything twice or so, in ever other circumstances."""
    for i, asked in product(range(3 * PEOPLE), _QUESTIONS):
        no = i * len(_QUESTIONS) + _QUESTIONS.index(asked)
        low, high = int(asked["scale_min"]), int(asked["scale_max"])
        yield {
            **asked,
            **_around(i),
            "value": float(low + (no * 7 + i) % (high - low + 1)),
            "weight": (0.5, 1.0, 2.0)[no % 3],
            "view": "expected" if no % 11 == 5 else "experienced",
        }
    for i in range(3 * PEOPLE):
        option = ("price", "speed", "people")[i % 3]
        choice = {"question": "reason", "kind": "choice", "scale_min": None, "scale_max": None, "scale_best": None}
        yield {**choice, **_around(i), "option": option, "value": None}


def _around(i: int) -> Row:
    return {
        "customer": None if i % PEOPLE == 7 else i % PEOPLE,
        "submission": f"s{i}",
        "ts": START + days(i * 2),
        "channel": ("web", "app", None)[i % 3],
        "unit": ("north", "south")[i % 2],
        "source": ("survey", "survey", "app")[i % 3],
        "language": ("en", "fa", "")[i % 3],
        "event": ("shop visit", "till", "help", "test", "who knows")[i % 5],
        "speaker": "customer",
        "prop_shift": ("early", "late")[(i // 2) % 2],
        "link_order": f"o{i % 3}",
    }


ANSWERS = tuple(_answers())
TOWNS = [
    {"subject": person, "name": "town", "value": ("here", "there")[person % 2], "valid_from": START - days(9)}
    for person in range(PEOPLE)
]


def log_of(rows: tuple[Row, ...]) -> FactTables:
    return tables(rows, TOWNS, extra=("prop_shift", "link_order"))


@pytest.fixture(scope="module")
def log() -> FactTables:
    return log_of(ANSWERS)


def asked(facts: FactTables, metric: str, filters: Filters, repeats: str, by: tuple[str, ...] = ()) -> Measurement:
    return measure(
        facts, metric=metric, by=by, filters=filters, repeats=repeats,
        journey=JOURNEY, rules=RULES, settings=EVERY_CELL,
    )  # fmt: skip


def every_other(metrics: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """Each metric by each dimension once, and each dimension under many filters: what the fast tests can afford."""
    names = list(FILTERS)
    return [
        (metric, by, names[(5 * m + d) % len(names)], ("latest", "all")[(m + d) % 2])
        for (m, metric), (d, by) in product(enumerate(metrics), enumerate(DIMENSIONS))
    ]


@pytest.mark.parametrize(("metric", "by", "name", "repeats"), every_other(("mean", "experience_index", "share")))
def test_a_cell_is_that_of_its_own_answers(metric: str, by: str, name: str, repeats: str, log: FactTables) -> None:
    check(metric, by, FILTERS[name], repeats, log)


@pytest.mark.parametrize("metric", sorted(METRICS))
@pytest.mark.parametrize("by", ["question", "kind"])
def test_what_an_answer_is_about_is_a_dimension_like_others(metric: str, by: str, log: FactTables) -> None:
    check(metric, by, FILTERS["channel"], "all", log)


@pytest.mark.slow
@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("metric", sorted(METRICS))
def test_every_metric_by_everything_under_filters(metric: str, by: str, log: FactTables) -> None:
    """A fifth of all crossings, chosen so that any two of metric, dimension, filter and repeats meet in one."""
    turn = 3 * sorted(METRICS).index(metric) + list(DIMENSIONS).index(by)
    for k, (filters, repeats) in enumerate(product(FILTERS.values(), ("latest", "all"))):
        if (k + turn) % 5 == 0:
            check(metric, by, filters, repeats, log)


def check(metric: str, by: str, filters: Filters, repeats: str, log: FactTables) -> None:
    found = asked(log, metric, filters, repeats, (by,))
    assert found.balance.holds
    assert found.balance.used == sum(each(found).values())
    column = DIMENSIONS[by]
    if column is None:
        return
    values = list(dict.fromkeys(cell.dims[0] for cell in found.cells))
    # One cell of each is enough: another one in each combination.
    value = values[len(metric + by + repeats + str(filters)) % len(values)]
    alone = asked(log_of(with_value(column, value)), metric, own_side(filters, by, value), repeats)
    for cell in alone.cells:
        assert_same(found.cell(value, *cell.dims), cell.value)


def each(found: Measurement) -> dict[str | None, int]:
    """The answers of each cell, once where options are told apart."""
    return {cell.dims[0]: cell.value.n or 0 for cell in found.cells}


def with_value(column: str, value: str | None) -> tuple[Row, ...]:
    return tuple(row for row in ANSWERS if ({**SAID, **row}.get(column) or None) == value)


SAID = {"view": "experienced"}


def own_side(filters: Filters, by: str, value: str | None) -> Filters:
    """Only one side is measured unless the question tells them apart."""
    return replace(filters, views=(str(value),)) if by == "view" else filters


def assert_same(one: MetricValue, other: MetricValue) -> None:
    assert (one.state, one.n, one.persons, one.chosen, one.reason) == (
        other.state, other.n, other.persons, other.chosen, other.reason,
    )  # fmt: skip
    for a, b in ((one.value, other.value), (one.low, other.low), (one.high, other.high), (one.index, other.index)):
        assert a == pytest.approx(b)
