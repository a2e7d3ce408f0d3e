"""Shares of options: against plain loops, SciPy and published intervals; what must hold whatever the answers are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from safar.analysis.answers import BadMeasure
from safar.analysis.comparison import UnlikeMetrics
from safar.analysis.crossing import SeveralAnswers, UnknownOption
from safar.analysis.filters import Filters
from safar.analysis.measure import measure
from safar.analysis.metric import State
from safar.analysis.share import TooManyOptions
from safar.domain.journey import Journey, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet
from safar.settings import Settings
from tests.analysis.measured_facts import START, days, tables

Row = dict[str, Any]
EVERY_CELL = Settings(too_few=1, few=1)
CHOICE: Row = {
    "kind": "choice", "question": "why", "value": None, "scale_min": None, "scale_max": None, "scale_best": None,
}  # fmt: skip
OPTIONS = ("price", "staff", "wait")


def said(case: Row, no: int) -> list[Row]:
    """The facts of one submission: one for each option, or one that says why there is none."""
    about = CHOICE | {name: case[name] for name in ("customer", "channel", "ts", "weight")} | {"submission": no}
    if case["state"] != "answered":
        return [about | {"state": case["state"], "option": None}]
    return [about | {"option": one, "slot": f"why:{one}", "slot_no": i} for i, one in enumerate(case["options"])]


def facts(cases: Iterable[Row]) -> list[Row]:
    """The facts of several submissions; rows are numbered by submission."""
    return [fact | {"row_no": i} for i, case in enumerate(cases) for fact in said(case, i)]


def case(*options: str, customer: int | None = None, channel: str = "web", state: str = "answered", **more: Any) -> Row:
    """One submission that chose these options."""
    return {
        "options": options, "customer": customer, "channel": channel, "ts": START, "weight": 1.0, "state": state, **more
    }  # fmt: skip


def cases_of(options: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Row]]:
    """Submissions of known and unknown people with weights and states."""
    one = st.fixed_dictionaries(
        {
            "options": options,
            "customer": st.none() | st.integers(1, 6),
            "channel": st.sampled_from(["web", "app", None]),
            "ts": st.integers(0, 20).map(lambda n: START + days(n)),
            "weight": st.sampled_from([0.5, 1.0, 3.0]),
            "state": st.sampled_from(["answered", "answered", "answered", "blank", "not_applicable", "never_used"]),
        }
    )
    return st.lists(one, max_size=25)


several = cases_of(st.sets(st.sampled_from(OPTIONS), min_size=1).map(sorted))
single = cases_of(st.sampled_from(OPTIONS).map(lambda one: [one]))


def latest(rows: list[Row], cell: Callable[[Row], Any]) -> list[Row]:
    found: dict[Any, Row] = {}
    for row in rows:
        place = (cell(row), row["no"] if row["customer"] is None else f"c{row['customer']}")
        if place not in found or (row["ts"], row["no"]) > (found[place]["ts"], found[place]["no"]):
            found[place] = row
    return list(found.values())


@settings(deadline=None, max_examples=15)
@given(cases=several, repeats=st.sampled_from(["latest", "all"]))
def test_shares_by_channel_equal_a_plain_loop(cases: list[Row], repeats: str) -> None:
    answered = [{**one, "no": i} for i, one in enumerate(cases) if one["state"] == "answered"]
    if not cases:
        return
    found = measure(tables(facts(cases)), metric="share", by=["channel"], repeats=repeats, settings=EVERY_CELL)
    kept = latest(answered, lambda one: one["channel"]) if repeats == "latest" else answered
    groups: dict[Any, list[Row]] = defaultdict(list)
    for one in kept:
        groups[one["channel"]].append(one)
    seen = {option for one in answered for option in one["options"]}
    assert {cell.dims for cell in found.cells} == {(channel, option) for channel in groups for option in seen}
    for cell in found.cells:
        members = groups[cell.dims[0]]
        chose = [one for one in members if cell.dims[1] in one["options"]]
        weight, everything = (sum(one["weight"] for one in which) for which in (chose, members))
        assert (cell.value.n, cell.value.chosen) == (len(members), len(chose))
        assert cell.value.value == pytest.approx(100 * weight / everything)
        responses = sum(one["weight"] * len(one["options"]) for one in members)
        assert cell.value.of_responses == pytest.approx(100 * weight / responses)
        people = {one["no"] if one["customer"] is None else f"c{one['customer']}" for one in members}
        assert cell.value.persons == len(people)
    assert found.balance.holds
    assert (found.balance.total, found.balance.used) == (len(cases), len(kept))
    for state in ("blank", "not_applicable", "never_used"):
        assert getattr(found.balance, state) == sum(one["state"] == state for one in cases)


@settings(deadline=None, max_examples=10)
@given(cases=single, repeats=st.sampled_from(["latest", "all"]), weighted=st.booleans())
def test_shares_of_a_single_choice_add_up_to_all(cases: list[Row], repeats: str, weighted: bool) -> None:
    if not any(one["state"] == "answered" for one in cases):
        return
    log = tables(facts(cases))
    found = measure(log, metric="share", repeats=repeats, weighted=weighted, settings=EVERY_CELL)
    assert sum(cell.value.value or 0.0 for cell in found.cells) == pytest.approx(100)
    for cell in found.cells:
        assert cell.value.of_responses == pytest.approx(cell.value.value)


@settings(deadline=None, max_examples=8)
@given(cases=several, weight=st.sampled_from([0.25, 1.0, 7.0]), repeats=st.sampled_from(["latest", "all"]))
def test_equal_weights_are_no_weights(cases: list[Row], weight: float, repeats: str) -> None:
    if not cases:
        return
    log = tables(facts({**one, "weight": weight} for one in cases))
    one, other = (
        measure(log, metric="share", repeats=repeats, weighted=weighted, settings=EVERY_CELL)
        for weighted in (True, False)
    )
    for a, b in zip(one.cells, other.cells, strict=True):
        assert (a.dims, a.value.state, a.value.n, a.value.chosen) == (b.dims, b.value.state, b.value.n, b.value.chosen)
        assert (a.value.value, a.value.low, a.value.high) == pytest.approx((b.value.value, b.value.low, b.value.high))


@settings(deadline=None, max_examples=8)
@given(cases=several, seed=st.randoms(use_true_random=False), repeats=st.sampled_from(["latest", "all"]))
def test_order_of_storage_changes_nothing(cases: list[Row], seed: Random, repeats: str) -> None:
    if not cases:
        return
    rows = facts(cases)
    shuffled = list(rows)
    seed.shuffle(shuffled)
    one, other = (measure(tables(r), metric="share", by=["channel"], repeats=repeats) for r in (rows, shuffled))
    assert one.balance == other.balance
    for a, b in zip(one.cells, other.cells, strict=True):
        assert (a.dims, a.value.n, a.value.chosen, a.value.state) == (b.dims, b.value.n, b.value.chosen, b.value.state)
        assert (a.value.value, a.value.low) == pytest.approx((b.value.value, b.value.low))


@pytest.mark.parametrize(("chosen", "n"), [(0, 20), (1, 29), (15, 148), (81, 263), (60, 60)])
def test_intervals_equal_scipy(chosen: int, n: int) -> None:
    log = tables(facts([case("wait" if i < chosen else "other") for i in range(n)] + [case("wait", channel="app")]))
    found = measure(log, metric="share", option="wait", filters=Filters(channels=("web",))).cells[0].value
    expected = binomtest(chosen, n).proportion_ci(0.95, method="wilson")  # SciPy's own implementation
    assert (found.n, found.chosen) == (n, chosen)
    assert (found.low, found.high) == pytest.approx((100 * expected.low, 100 * expected.high), abs=1e-9)


def test_published_intervals() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3 (score): 81/263, 15/148.
    for chosen, n, low, high in ((81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05)):
        log = tables(facts(case("wait") if i < chosen else case("other") for i in range(n)))
        found = measure(log, metric="share", option="wait").cells[0].value
        assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)


def test_clustered_and_weighted_variance_equals_direct_computation() -> None:
    random = Random(3)  # noqa: S311
    cases = [
        case(
            *sorted(random.sample(OPTIONS, random.randint(1, 3))),
            customer=random.randrange(40),
            weight=random.choice([1.0, 2.5]),
        )
        for _ in range(300)
    ]
    found = measure(tables(facts(cases)), metric="share", repeats="all", option="wait").cells[0].value
    w = np.array([one["weight"] for one in cases])
    x = np.array([100.0 * ("wait" in one["options"]) for one in cases])
    center = np.average(x, weights=w)
    sums: dict[int, float] = defaultdict(float)
    for one, weight, value in zip(cases, w, x, strict=True):
        sums[one["customer"]] += weight * (value - center) / w.sum()
    variance = sum(s * s for s in sums.values()) * len(sums) / (len(sums) - 1)
    assert found.estimate is not None
    assert found.value == pytest.approx(center)
    assert found.estimate.standard_error == pytest.approx(variance**0.5)
    effective = min(center * (100 - center) / variance, w.sum() ** 2 / (w * w).sum())
    assert found.n_effective == pytest.approx(effective)
    low, high = found.estimate.interval(0.95)[:2]
    assert (found.low, found.high, found.method) == (low, high, "Wilson, clustered by person")


def test_unclustered_weights_count_by_kish() -> None:
    cases = [case("wait", weight=3.0)] * 10 + [case("staff", weight=1.0)] * 30
    found = measure(tables(facts(cases)), metric="share").cell("wait")
    assert (found.value, found.n, found.chosen) == (50.0, 40, 10)
    assert found.n_effective == pytest.approx(60**2 / (10 * 9 + 30))


def test_too_few_and_few() -> None:
    log = tables(facts([*[case("wait", "price")] * 4, *[case("wait", channel="app")] * 5]))
    found = measure(log, metric="share", by=["channel"])
    few, web = found.cell("app", "wait"), found.cell("web", "wait")
    assert (few.state, few.value, few.chosen) == (State.FEW, 100.0, 5)
    assert (web.state, web.value, web.chosen, web.of_responses) == (State.TOO_FEW, None, None, None)
    # An option that nobody of a group chose is 0 %, not absent.
    assert found.cell("app", "price").value == 0.0


def test_an_option_told_twice_in_a_submission_counts_once() -> None:
    rows = facts([case("wait")] * 6)
    rows += [{**row, "slot": "why:again", "slot_no": 9} for row in rows]
    found = measure(tables(rows), metric="share").cell("wait")
    assert (found.n, found.chosen, found.value, found.of_responses) == (6, 6, 100.0, 100.0)


def test_a_blank_code_beside_an_option_is_no_second_answer() -> None:
    rows = facts([case("wait")] * 6)
    rows += [{**row, "slot": "why:R2", "slot_no": 1, "state": "blank", "option": None} for row in rows]
    found = measure(tables(rows), metric="share")
    assert found.cell("wait").n == 6
    assert str(found.balance) == "6 answers = 6 used"


def test_one_option_has_a_total_and_several_have_none() -> None:
    log = tables(facts([case("wait")] * 10 + [case("price", channel="app")] * 30))
    one = measure(log, metric="share", by=["channel"], option="wait")
    assert one.by == ("channel",)
    assert one.title == "Share who chose the option wait"
    assert one.total is not None
    assert (one.total.value, one.total.n) == (25.0, 40)
    assert one.compare(["web"], ["app"]).difference == 100.0
    both = measure(log, metric="share", by=["channel", "option"], option=["price", "wait"])
    assert both.by == ("channel", "option")
    assert [cell.dims[1] for cell in both.cells] == ["price", "wait"] * 2
    assert both.total is None
    assert both.compare(["web", "wait"], ["app", "wait"]).difference == 100.0
    with pytest.raises(UnlikeMetrics, match="same people"):
        both.compare(["web", "wait"], ["web", "price"])


def test_base_of_all_counts_who_chose_nothing() -> None:
    rating = {"kind": "csat", "question": "ok", "value": 5.0, "scale_min": 1.0, "scale_max": 5.0}
    rows = facts([case("wait")] * 10 + [case(state="blank")] * 2)
    rows += [{**rating, "submission": i, "row_no": i, "slot": "ok", "slot_no": 5} for i in range(40)]
    rows += [{**rating, "submission": f"else{i}", "source": "elsewhere"} for i in range(9)]
    answered = measure(tables(rows), metric="share").cell("wait")
    assert (answered.n, answered.value) == (10, 100.0)
    all_of_it = measure(tables(rows), metric="share", base="all")
    assert (all_of_it.cell("wait").n, all_of_it.cell("wait").chosen) == (38, 10)
    assert str(all_of_it.balance) == "40 answers = 38 used + 2 blank"
    assert all_of_it.base == "all"
    with pytest.raises(BadMeasure, match="no step or touchpoint"):
        measure(tables(rows), metric="share", base="all", by=["step"], journey=JOURNEY, rules=RULES)
    with pytest.raises(BadMeasure, match="employees"):
        measure(tables(rows), metric="share", base="all", filters=Filters(speakers=("employee",)))


JOURNEY = Journey(
    id="small",
    label=Label({"en": "Small"}),
    steps=tuple(Step(id=name, label=Label({"en": name})) for name in ("buy", "use")),
    touchpoints=tuple(
        Touchpoint(id=name, step=step, label=Label({"en": name}))
        for name, step in (("till", "buy"), ("help", "use"), ("app", "use"))
    ),
    passage=PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=86_400),
    horizon_s=86_400,
)
RULES = RuleSet(
    journey="small",
    rules=(
        Rule(match={"option": ("price",)}, touchpoint="till"),
        Rule(match={"option": ("staff", "wait")}, touchpoint="help"),
    ),
)


def test_by_touchpoint_the_base_is_who_spoke_of_it() -> None:
    log = tables(facts([case("price", "wait")] * 10 + [case("staff")] * 30 + [case("wait", "odd")] * 5))
    found = measure(log, metric="share", by=["touchpoint"], journey=JOURNEY, rules=RULES)
    assert [cell.dims for cell in found.cells] == [("till", "price"), ("help", "staff"), ("help", "wait")]
    assert (found.cell("till", "price").n, found.cell("till", "price").value) == (10, 100.0)
    assert found.cell("help", "wait").n == 45
    assert found.cell("help", "wait").value == pytest.approx(100 * 15 / 45)
    assert str(found.balance) == "60 answers = 55 used + 5 unmapped"


def test_one_question_by_another() -> None:
    def both(first: str, *options: str, score: float) -> list[Row]:
        no = next(numbers)
        rating = {"kind": "rating", "question": "mood", "value": score, "scale_min": 1.0, "scale_max": 5.0}
        single_choice = {**CHOICE, "question": "plan", "option": first}
        return [{**row, "submission": no} for row in (*facts([case(*options)]), rating, single_choice)]

    numbers = iter(range(1000))
    rows = [row for _ in range(10) for row in both("basic", "wait", "price", score=1)]
    rows += [row for _ in range(30) for row in both("gold", "staff", score=5)]
    log = tables(rows)
    by_mood = measure(log, metric="share", question="why", by=["answer:mood"])
    assert [(cell.dims, cell.value.value) for cell in by_mood.cells if cell.value.value] == [
        (("1", "price"), 100.0),
        (("1", "wait"), 100.0),
        (("5", "staff"), 100.0),
    ]
    by_plan = measure(log, metric="share", question="why", option="wait", by=["answer:plan"])
    assert [(cell.dims, cell.value.n, cell.value.value) for cell in by_plan.cells] == [
        (("basic",), 10, 100.0),
        (("gold",), 30, 0.0),
    ]
    mood = measure(log, metric="mean", question="mood", by=["answer:why=wait"])
    assert [(cell.dims, cell.value.value) for cell in mood.cells] == [(("no",), 5.0), (("yes",), 1.0)]
    with pytest.raises(SeveralAnswers, match="'why' has several answers in 10 submissions"):
        measure(log, metric="mean", question="mood", by=["answer:why"])
    with pytest.raises(UnknownOption, match="no option 'wai'; there are wait"):
        measure(log, metric="mean", question="mood", by=["answer:why=wai"])


def test_whom_a_submission_did_not_tell_is_unknown() -> None:
    rows = facts([case("wait")] * 10)
    rows += [{**CHOICE, "question": "plan", "option": "gold", "submission": i, "slot": "p"} for i in range(5)]
    found = measure(tables(rows), metric="share", question="why", by=["answer:plan"])
    assert [(cell.dims[0], cell.value.n) for cell in found.cells] == [("gold", 5), (None, 5)]


def test_few_employees_cannot_be_worked_out() -> None:
    rows = facts([case("wait", "price")] * 3 + [case("staff", channel="app")] * 6 + [case("wait", channel="shop")] * 20)
    log = tables([{**row, "speaker": "employee"} for row in rows])
    found = measure(log, metric="share", by=["channel"], filters=Filters(speakers=("employee",)))
    # Three people are in no figure, for all options.
    shown = {cell.dims[0] for cell in found.cells if cell.value.n is not None}
    assert shown == {"app", "shop"}
    total = measure(log, metric="share", by=["channel"], option="staff", filters=Filters(speakers=("employee",)))
    assert {cell.dims[0] for cell in total.cells if cell.value.value is not None} == {"app", "shop"}
    part = measure(log, metric="share", filters=Filters(speakers=("employee",), channels=("app", "shop")))
    assert part.cells == measure(log, metric="share", filters=Filters(speakers=("employee",))).cells


def test_what_a_share_cannot_be_of() -> None:
    plan = [{**CHOICE, "question": "plan", "option": "gold", "submission": f"p{i}"} for i in range(5)]
    log = tables([*facts([case("wait")] * 8), *plan, {"value": 9.0}])
    with pytest.raises(BadMeasure, match="none is named of why, plan"):
        measure(log, metric="share")
    with pytest.raises(BadMeasure, match="recommend is answered by nps"):
        measure(log, metric="share", question="recommend")
    with pytest.raises(BadMeasure, match="not of why, plan together"):
        measure(log, metric="share", question=["why", "plan"])
    with pytest.raises(BadMeasure, match="there is none yet"):
        measure(tables([{"value": 9.0}]), metric="share")
    with pytest.raises(UnknownOption, match="no option 'wat'; there are wait"):
        measure(log, metric="share", question="why", option="wat")
    with pytest.raises(BadMeasure, match="not to nps"):
        measure(log, metric="nps", option="wait")
    with pytest.raises(TooManyOptions, match=r"more than 1,000 options"):
        measure(tables(facts(case(f"o{i}") for i in range(1001))), metric="share")
