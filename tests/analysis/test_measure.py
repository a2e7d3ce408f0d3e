"""Measuring from facts: against plain loops over the same rows, and that everything balances."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.answers import BadMeasure
from safar.analysis.dimension import DimensionKind, TooManyDimensions, UnknownDimension, dimensions
from safar.analysis.filters import Filters
from safar.analysis.measure import measure
from safar.analysis.measurement import COLUMNS, Measurement, UnknownCell
from safar.analysis.metric import State
from safar.domain.journey import Journey, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet
from safar.settings import Settings
from tests.analysis.measured_facts import START, days, tables

Row = dict[str, Any]
EVERY_CELL = Settings(too_few=2, few=2)
CSAT = {"kind": "csat", "question": "satisfied", "scale_min": 1.0, "scale_max": 5.0}
JOURNEY = Journey(
    id="small",
    label=Label({"en": "Small"}),
    steps=tuple(Step(id=name, label=Label({"en": name})) for name in ("look", "buy", "use")),
    touchpoints=tuple(
        Touchpoint(id=name, step=step, label=Label({"en": name}))
        for name, step in (("shop", "look"), ("till", "buy"), ("help", "use"), ("app", "use"))
    ),
    passage=PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=86_400),
    horizon_s=86_400,
)
RULES = RuleSet(
    journey="small",
    rules=(
        Rule(match={"event": ("shop*",)}, touchpoint="shop"),
        Rule(match={"event": ("till",)}, touchpoint="till"),
        Rule(match={"event": ("help",)}, touchpoint="help"),
        Rule(match={"event": ("test",)}, touchpoint=None, reason="tests of the survey"),
    ),
)

answers = st.lists(
    st.fixed_dictionaries(
        {
            "customer": st.none() | st.integers(1, 6),
            "value": st.integers(0, 10).map(float),
            "channel": st.sampled_from(["web", "app", None]),
            "ts": st.integers(0, 70).map(lambda n: START + days(n)),
            "weight": st.sampled_from([0.5, 1.0, 3.0]),
            "state": st.sampled_from(["answered", "answered", "answered", "blank", "not_applicable", "never_used"]),
            "event": st.sampled_from(["shop visit", "till", "help", "test", "who knows"]),
            "speaker": st.sampled_from(["customer", "customer", "customer", "employee"]),
            "view": st.sampled_from(["experienced", "experienced", "expected"]),
        }
    ),
    max_size=40,
).map(lambda rows: [row if row["state"] == "answered" else {**row, "value": None} for row in rows])


def used(rows: list[Row]) -> list[Row]:
    kept = [{**row, "no": i} for i, row in enumerate(rows)]
    told = [r for r in kept if r["state"] == "answered"]
    return [r for r in told if r["speaker"] == "customer" and r["view"] == "experienced"]


def latest(rows: list[Row], cell: Callable[[Row], Any]) -> list[Row]:
    found: dict[Any, Row] = {}
    for row in rows:
        person = row["no"] if row["customer"] is None else f"c{row['customer']}"
        place = (cell(row), person)
        if place not in found or (row["ts"], row["no"]) > (found[place]["ts"], found[place]["no"]):
            found[place] = row
    return list(found.values())


def net(rows: list[Row]) -> float:
    weight = sum(float(r["weight"]) for r in rows)
    return 100 * sum(float(r["weight"]) * float((r["value"] >= 9) - (r["value"] <= 6)) for r in rows) / weight


@settings(deadline=None, max_examples=15)
@given(rows=answers, repeats=st.sampled_from(["latest", "all"]))
def test_nps_by_channel_and_month_equals_a_plain_loop(rows: list[Row], repeats: str) -> None:
    found = measure(tables(rows), metric="nps", by=["channel", "month"], repeats=repeats, settings=EVERY_CELL)

    def cell(row: Row) -> Any:
        return row["channel"], f"{row['ts']:%Y-%m}"

    kept = latest(used(rows), cell) if repeats == "latest" else used(rows)
    groups = defaultdict(list)
    for row in kept:
        groups[cell(row)].append(row)
    told = {one.dims: one.value for one in found.cells if one.value.n}
    assert set(told) == set(groups)
    for dims, members in groups.items():
        value, people = told[dims], {r["no"] if r["customer"] is None else f"c{r['customer']}" for r in members}
        assert (value.n, value.persons) == (len(members), len(people))
        if len(people) > 1:
            assert value.value == pytest.approx(net(members))
        else:
            assert (value.state, value.value) == (State.TOO_FEW, None)
    assert found.balance.holds
    assert found.balance.total == len(rows)
    assert found.balance.used == len(kept)
    everyone = latest(used(rows), lambda _: 0) if repeats == "latest" else used(rows)
    assert found.total is not None
    assert found.total.n == len(everyone)


@settings(deadline=None, max_examples=8)
@given(rows=answers, seed=st.randoms(use_true_random=False))
def test_order_of_storage_changes_nothing(rows: list[Row], seed: Random) -> None:
    numbered = [{**row, "row_no": i, "submission": i, "row_id": bytes([i] * 12)} for i, row in enumerate(rows)]
    shuffled = list(numbered)
    seed.shuffle(shuffled)
    one, other = (measure(tables(r), metric="nps", by=["channel"], repeats="latest") for r in (numbered, shuffled))
    assert one.balance == other.balance
    for a, b in zip(one.cells, other.cells, strict=True):
        assert (a.dims, a.value.n, a.value.state) == (b.dims, b.value.n, b.value.state)
        assert a.value.value == pytest.approx(b.value.value)


@settings(deadline=None, max_examples=8)
@given(rows=answers)
def test_steps_show_all_and_balance(rows: list[Row]) -> None:
    found = measure(tables(rows), metric="nps", by=["step"], journey=JOURNEY, rules=RULES)
    assert [cell.dims for cell in found.cells] == [("look",), ("buy",), ("use",)]
    assert found.balance.holds
    events = [row["event"] for row in rows if row["speaker"] == "customer" and row["view"] == "experienced"]
    assert found.balance.unmapped == events.count("who knows")
    assert found.balance.ignored == events.count("test")


def test_clustered_variance_equals_direct_computation() -> None:
    random = Random(3)  # noqa: S311
    rows = [
        {"customer": random.randrange(40), "value": float(random.randint(0, 10)), "weight": random.choice([1.0, 2.5])}
        for _ in range(300)
    ]
    found = measure(tables(rows), metric="mean", repeats="all").cells[0].value
    w, x = np.array([r["weight"] for r in rows]), np.array([r["value"] for r in rows])
    center = np.average(x, weights=w)
    sums: dict[float, float] = defaultdict(float)
    for row in rows:
        sums[row["customer"]] += row["weight"] * (row["value"] - center) / w.sum()
    m = len(sums)
    assert found.estimate is not None
    assert found.estimate.standard_error == pytest.approx((sum(s * s for s in sums.values()) * m / (m - 1)) ** 0.5)
    assert (found.persons, found.method) == (m, "t, clustered by person")


@pytest.mark.slow
def test_clustered_interval_covers_where_the_plain_one_does_not() -> None:
    # 30 people answer 10 times each and differ from each other: the true mean is 5.
    random = np.random.default_rng(7)
    held = {"all": 0, "plain": 0}
    for _ in range(60):
        mood = random.normal(5, 1.5, 30)
        rows = [
            {"customer": i, "value": float(np.clip(round(mood[i] + random.normal(0, 1)), 0, 10))}
            for i in range(30)
            for _ in range(10)
        ]
        log = tables(rows)
        clustered = measure(log, metric="mean", repeats="all").cells[0].value
        plain = measure(tables([{**r, "customer": None} for r in rows]), metric="mean").cells[0].value
        for name, value in (("all", clustered), ("plain", plain)):
            assert value.low is not None
            assert value.high is not None
            held[name] += value.low <= 5 <= value.high
    assert held["all"] >= 52
    assert held["plain"] <= 40


def test_composite_counts_people_not_answers() -> None:
    random = Random(5)  # noqa: S311
    rows: list[Row] = []
    for i in range(60):
        mood = random.randint(1, 5)
        rows += [
            {**CSAT, "kind": "rating", "question": q, "customer": i, "value": float(mood), "submission": i}
            for q in ("speed", "staff", "price")
        ]
    found = measure(tables(rows), metric="experience_index").cells[0].value
    single = measure(tables(rows), metric="experience_index", question="speed").cells[0].value
    assert (found.n, found.persons, single.n) == (180, 60, 60)
    # Three equal answers of one person tell no more than one: the interval stays as wide.
    assert (found.low, found.high) == pytest.approx((single.low, single.high), abs=1e-9)
    assert [part.weight for part in found.mix] == pytest.approx([1 / 3] * 3)


def test_anonymous_answers_of_one_submission_are_one_person() -> None:
    rows = [
        {**CSAT, "question": q, "customer": None, "value": 5.0, "submission": i} for i in range(4) for q in ("a", "b")
    ]
    found = measure(tables(rows), metric="csat").cells[0].value
    assert (found.state, found.n, found.persons, found.reason) == (State.TOO_FEW, 8, 4, "fewer than 5 people")


def test_filters_do_not_change_which_questions_an_index_is_made_of() -> None:
    def asked(question: str, channel: str, value: float, n: int) -> list[Row]:
        rating = {**CSAT, "kind": "rating", "question": question, "value": value, "channel": channel}
        return [dict(rating) for _ in range(n)]

    log = tables(asked("speed", "web", 5, 40) + asked("speed", "shop", 5, 40) + asked("staff", "shop", 1, 40))
    shop = measure(log, metric="experience_index", filters=Filters(channels=("shop",))).cells[0].value
    assert shop.value == pytest.approx(50)
    assert (shop.state, shop.reason) == (State.OK, None)
    web = measure(log, metric="experience_index", filters=Filters(channels=("web",))).cells[0].value
    assert web.value == pytest.approx(100)
    assert (web.state, web.n) == (State.FEW, 40)
    assert web.reason == "left out, without answers: staff"
    assert [(part.question, part.weight, part.n) for part in web.mix] == [("speed", 1.0, 40), ("staff", 0.0, 0)]
    # A breakdown has the questions of each of its groups.
    by = measure(log, metric="experience_index", by=["channel"])
    assert [cell.value.state for cell in by.cells] == [State.OK, State.OK]


def test_a_trend_of_an_index_keeps_its_mix() -> None:
    def asked(question: str, day: int, value: float) -> list[Row]:
        rating = {**CSAT, "kind": "rating", "question": question, "value": value, "ts": START + days(day)}
        return [dict(rating) for _ in range(20)]

    rows = asked("old", 0, 4) + asked("old", 40, 4) + asked("new", 40, 1)
    found = measure(tables(rows), metric="experience_index", by=["month"])
    assert [cell.value.value for cell in found.cells] == pytest.approx([75, 75])
    assert found.balance.outside_mix == 20
    given = measure(tables(rows), metric="experience_index", by=["month"], weights={"old": 1, "new": 1})
    assert [cell.value.state for cell in given.cells] == [State.TOO_FEW, State.FEW]
    assert given.cell("2026-02").value == pytest.approx(37.5)


def test_attribute_is_judged_as_it_held() -> None:
    rows = [{"customer": i, "value": 10.0, "ts": START + days(d)} for i in range(10) for d in (0, 10)]
    known = [{"subject": i, "name": "segment", "value": "new", "valid_from": START} for i in range(10)]
    known += [{"subject": i, "name": "segment", "value": "old", "valid_from": START + days(5)} for i in range(7)]
    log = tables(rows, known)
    for name in ("segment", "attribute:segment"):
        found = measure(log, metric="nps", by=[name, "day"])
        counts = {cell.dims: cell.value.n for cell in found.cells if cell.value.n}
        assert counts == {("new", "2026-01-01"): 10, ("new", "2026-01-11"): 3, ("old", "2026-01-11"): 7}


@pytest.mark.parametrize("marked", [False, True])
def test_days_are_those_of_the_reporting_zone(marked: bool) -> None:
    rows = [{"value": 10.0, "ts": datetime(2026, 1, 1, hour, tzinfo=UTC)} for hour in (19, 20, 21, 22)]
    found = measure(tables(rows, marked=marked), metric="nps", by=["day"], settings=Settings(time_zone="Asia/Tehran"))
    assert [(cell.dims[0], cell.value.n) for cell in found.cells] == [("2026-01-01", 2), ("2026-01-02", 2)]


def test_periods_without_answers_stay_visible() -> None:
    rows = [{"value": 10.0, "ts": START + days(d)} for d in (0, 1, 70) for _ in range(6)]
    found = measure(tables(rows), metric="nps", by=["month"])
    assert [(cell.dims[0], cell.value.state) for cell in found.cells] == [
        ("2026-01", State.FEW), ("2026-02", State.NO_DATA), ("2026-03", State.FEW)
    ]  # fmt: skip


def test_as_of_forgets_what_came_later() -> None:
    rows = [{"value": 10.0, "ts": START + days(d)} for d in range(10)]
    found = measure(tables(rows), metric="nps", as_of=START + days(6))
    assert (found.balance.total, found.cells[0].value.n) == (7, 7)
    assert found.origin.as_of == START + days(6)


def test_weights_can_be_left_aside() -> None:
    rows = [{"value": 10.0, "weight": 9.0}] * 10 + [{"value": 0.0, "weight": 1.0}] * 10
    log = tables(rows)
    assert measure(log, metric="nps").cells[0].value.value == pytest.approx(80)
    assert measure(log, metric="nps", weighted=False).cells[0].value.value == pytest.approx(0)


def test_answers_on_the_wrong_scale_are_counted_apart() -> None:
    rows = [{"value": 10.0}] * 6 + [{"value": 5.0, "scale_min": 1.0, "scale_max": 5.0, "question": "five"}] * 4
    found = measure(tables(rows), metric="nps", by=["question"])
    assert found.balance.wrong_scale == 4
    assert [(cell.dims[0], cell.value.state) for cell in found.cells] == [
        ("five", State.WRONG_SCALE), ("recommend", State.FEW)
    ]  # fmt: skip
    assert found.total is not None
    assert found.total.n == 6
    assert found.total.value == pytest.approx(100)


def test_a_value_off_its_scale_is_unusable() -> None:
    found = measure(tables([{"value": 10.0}] * 5 + [{"value": 11.0}, {"value": None}]), metric="nps")
    assert (found.balance.unusable, found.balance.used, found.balance.holds) == (2, 5, True)


def test_answers_without_a_scale_have_a_mean_only() -> None:
    rows = [{"kind": "rating", "value": float(v), "scale_min": None, "scale_max": None} for v in range(8)]
    log = tables(rows)
    assert measure(log, metric="mean").cells[0].value.value == pytest.approx(3.5)
    assert measure(log, metric="mean", repeats="all").cells[0].value.persons == 8
    assert measure(log, metric="experience_index").cells[0].value.state is State.WRONG_SCALE


def test_one_question_of_another_kind_may_be_asked_for() -> None:
    rows = [{**CSAT, "kind": "rating", "value": v} for v in (5.0, 4.0, 4.0, 1.0, 2.0)]
    log = tables(rows)
    assert measure(log, metric="csat").cells[0].value.state is State.NO_DATA
    assert measure(log, metric="csat", question="satisfied").cells[0].value.value == pytest.approx(60)


def test_filters_and_what_they_leave_out() -> None:
    rows = [{"value": 10.0, "channel": c, "event": "till"} for c in ("web", "web", "web", "web", "web", "app")]
    found = measure(
        tables([*rows, {"value": 1.0, "event": "help"}]), metric="nps", journey=JOURNEY, rules=RULES,
        filters=Filters(channels=("web",), steps=("buy",)),
    )  # fmt: skip
    assert (found.balance.used, found.balance.filtered_out, found.balance.holds) == (5, 2, True)
    assert found.filters == (("channel", "web"), ("step", "buy"))


def test_touchpoints_keep_the_journey_s_order_and_filters() -> None:
    rows = [{"value": 10.0, "event": "help"}] * 5
    found = measure(
        tables(rows), metric="nps", by=["touchpoint"], journey=JOURNEY, rules=RULES, filters=Filters(steps=("use",))
    )
    assert [(c.dims[0], c.value.state) for c in found.cells] == [("help", State.FEW), ("app", State.NO_DATA)]
    both = measure(tables(rows), metric="nps", by=["step", "touchpoint"], journey=JOURNEY, rules=RULES)
    assert [c.dims for c in both.cells] == [("look", "shop"), ("buy", "till"), ("use", "help"), ("use", "app")]


def test_groups_compare() -> None:
    rows = [{"value": 10.0 if i % 3 else 0.0, "channel": "web" if i % 2 else "app"} for i in range(90)]
    found = measure(tables(rows), metric="nps", by=["channel"])
    assert found.compare(["web"], ["app"]).p_value is not None
    with pytest.raises(UnknownCell):
        found.cell("branch")


@pytest.mark.parametrize(
    ("by", "error"),
    [
        (["segmnt"], UnknownDimension),
        (["attribute:none"], UnknownDimension),
        (["prop:none"], UnknownDimension),
        (["channel", "channel"], TooManyDimensions),
        (["month", "week"], TooManyDimensions),
        (["step"], BadMeasure),
    ],
)
def test_what_cannot_be_broken_down(by: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        measure(tables([{"value": 9.0}]), metric="nps", by=by)


def test_a_kind_and_its_name_may_have_a_dot_between_them_as_in_filters() -> None:
    facts, attributes = (
        ibis.memtable(pa.table({name: [value]})) for name, value in (("prop_wave", "a"), ("name", "town"))
    )
    for name in ("prop.wave", "attribute.town"):
        assert dimensions([name], facts, attributes) == dimensions([name.replace(".", ":")], facts, attributes)
    beside = ibis.memtable(pa.table({"name": ["prop.wave"]}))
    assert dimensions(["prop.wave"], facts, beside)[0].kind is DimensionKind.ATTRIBUTE


def test_a_mistyped_attribute_is_no_empty_result() -> None:
    log = tables([{"value": 9.0}], [{"subject": 1, "name": "segment", "value": "a"}])
    with pytest.raises(UnknownDimension, match="segment"):
        measure(log, metric="nps", filters=Filters(attributes={"segmnt": ("a",)}))


@pytest.mark.parametrize("of", [Filters(speakers=("customer", "employee")), Filters(views=("believed", "experienced"))])
def test_sides_are_not_mixed(of: Filters) -> None:
    with pytest.raises(BadMeasure, match="not put together"):
        measure(tables([{"value": 9.0}]), metric="nps", filters=of)


def test_an_empty_log_measures_nothing() -> None:
    found = measure(tables(), metric="nps", by=["channel"])
    assert (found.cells, found.balance.total) == ((), 0)
    assert measure(tables(), metric="nps").cells[0].value.state is State.NO_DATA
    assert measure(tables(), metric="nps", by=["week"], settings=Settings(time_zone="Europe/Berlin")).cells == ()


def test_result_turns_into_tables_and_json() -> None:
    found: Measurement = measure(tables([{"value": 9.0, "channel": "web"}] * 6), metric="nps", by=["channel"])
    assert found.to_polars().height == 1
    assert found.rows()[0]["promoters"] == pytest.approx(100)
    told = json.loads(found.to_json())
    assert told["cells"][0]["value"]["state"] == "few"
    assert told["balance"]["used"] == 6
    assert "few" in found._repr_html_()


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_group_named_like_a_column_of_figures_loses_neither(name: str) -> None:
    known = [{"subject": 1, "name": name, "value": "north", "valid_from": START - days(1)}]
    found = measure(tables([{"customer": 1, "value": 9.0}], known), metric="nps", by=[name], settings=EVERY_CELL)
    row = dict(found.rows()[0])
    assert found.by == (f"attribute:{name}",)
    assert (row[f"attribute:{name}"], row["state"], row["n"]) == ("north", "too_few", 1)
