"""Metrics from histograms: by hand, against scipy, and by what must always hold."""

from __future__ import annotations

from dataclasses import fields
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from safar.analysis.composite import BadWeights, experience_index
from safar.analysis.histogram import Bin, Histogram, Scale, UnequalHistograms, add_up
from safar.analysis.metric import (
    METRICS,
    MetricValue,
    Standards,
    State,
    UnknownMetric,
    ces,
    compute,
    csat,
    mean,
    metric_named,
    nps,
    top_box,
)
from safar.domain.fact import Direction, FeedbackKind

NPS_SCALE = Scale(0, 10)
counts = st.dictionaries(st.integers(1, 7).map(float), st.integers(0, 60), min_size=1, max_size=7)
weights = st.lists(st.tuples(st.integers(1, 7), st.floats(0.1, 10)), min_size=5, max_size=40)


def rating(of: dict[float, int], best: Direction = Direction.HIGH, question: str = "q") -> Histogram:
    return Histogram.of(of, kind="rating", scale=Scale(1, 7, best), question=question)


def weighted(answers: list[tuple[int, float]], kind: str = "rating") -> Histogram:
    bins = {
        v: Bin(float(v), len(w), sum(w), sum(x * x for x in w))
        for v in sorted({v for v, _ in answers})
        if (w := [x for u, x in answers if u == v])
    }
    return Histogram("q", kind, Scale(1, 7), tuple(bins.values()))


def test_nps_by_hand() -> None:
    found = nps(Histogram.of({10: 40, 9: 20, 8: 15, 7: 5, 6: 10, 0: 10}, kind="nps", scale=NPS_SCALE))
    assert (found.value, found.promoters, found.passives, found.detractors) == pytest.approx((40, 60, 20, 20))
    assert (found.n, found.state) == (100, State.OK)
    assert found.index == pytest.approx(79.5)


@pytest.mark.parametrize(
    ("kind", "scale"),
    [("nps", Scale(1, 10)), ("nps", Scale(0, 10, Direction.LOW)), ("nps", None), ("rating", NPS_SCALE)],
)
def test_nps_only_of_a_recommendation_question(kind: str, scale: Scale | None) -> None:
    found = nps(Histogram.of({10: 100}, kind=kind, scale=scale))
    assert found.state is State.WRONG_SCALE
    assert found.value is None
    assert "needs a recommendation question" in str(found.reason)


def test_csat_takes_the_best_two_points() -> None:
    answers = {1.0: 10, 2.0: 20, 3.0: 30, 4.0: 25, 5.0: 15}
    high = csat(Histogram.of(answers, kind="csat", scale=Scale(1, 5)))
    low = csat(Histogram.of(answers, kind="csat", scale=Scale(1, 5, Direction.LOW)))
    expected = stats.binomtest(40, 100).proportion_ci(method="wilson")
    assert (high.value, low.value) == pytest.approx((40, 30))
    assert (high.low, high.high) == pytest.approx((100 * expected.low, 100 * expected.high))


@pytest.mark.parametrize("scale", [Scale(0, 1), Scale(1, 3), Scale(0, 100), None])
def test_csat_refuses_scales_without_a_top_two(scale: Scale | None) -> None:
    assert csat(Histogram.of({1: 50}, kind="csat", scale=scale)).state is State.WRONG_SCALE


def test_ces_puts_every_scale_onto_seven_points() -> None:
    seven = ces(Histogram.of({7: 10, 4: 10}, kind="ces", scale=Scale(1, 7)))
    effort = ces(Histogram.of({1: 10, 3: 10}, kind="ces", scale=Scale(1, 5, Direction.LOW)))
    assert (seven.value, effort.value) == pytest.approx((5.5, 5.5))
    assert seven.index == pytest.approx(75)


def test_mean_has_student_s_interval() -> None:
    values = [1] * 4 + [2] * 7 + [3] * 12 + [4] * 20 + [5] * 9
    found = mean(Histogram.of({float(v): values.count(v) for v in set(values)}, kind="rating", scale=Scale(1, 5)))
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert (found.value, found.low, found.high) == pytest.approx((np.mean(values), low, high))


def test_equal_answers_still_have_an_interval() -> None:
    found = mean(rating({7.0: 20}))
    assert (found.value, found.high) == (7, 7)
    assert found.low is not None
    assert 5.5 < found.low < 7


def test_mean_of_two_scales_is_no_number() -> None:
    other = Histogram.of({3: 50}, kind="rating", scale=Scale(1, 5), question="other")
    assert mean([rating({3.0: 50}), other]).state is State.WRONG_SCALE


def test_top_box() -> None:
    assert top_box(rating({7.0: 25, 6.0: 75})).value == pytest.approx(25)


@pytest.mark.parametrize(("n", "state"), [(0, State.NO_DATA), (4, State.TOO_FEW), (5, State.FEW), (30, State.OK)])
def test_states_by_base(n: int, state: State) -> None:
    found = nps(Histogram.of({10: n}, kind="nps", scale=NPS_SCALE))
    assert found.state is state
    assert (found.value is None) == (state in (State.NO_DATA, State.TOO_FEW))


def test_standards_are_settings() -> None:
    found = nps(Histogram.of({10: 40, 0: 40}, kind="nps", scale=NPS_SCALE), Standards(100, 200, 0.9))
    assert (found.state, found.reason) == (State.TOO_FEW, "fewer than 100 answers")


def test_a_state_without_a_number_has_no_number_anywhere() -> None:
    found = csat(Histogram.of({5: 3}, kind="csat", scale=Scale(1, 5)))
    shown = {f.name: getattr(found, f.name) for f in fields(MetricValue)}
    assert {name for name, value in shown.items() if value not in (None, ())} == {"metric", "state", "n", "reason"}


def test_unknown_metric_names_those_there_are() -> None:
    with pytest.raises(UnknownMetric, match="experience-index"):
        metric_named("happiness")
    assert metric_named("Top-Box").name == "top_box"


@given(answers=weights)
def test_weighted_mean_equals_direct_computation(answers: list[tuple[int, float]]) -> None:
    found = mean(weighted(answers))
    x, w = np.array([v for v, _ in answers], float), np.array([w for _, w in answers])
    center = np.average(x, weights=w)
    variance = (w**2 * (x - center) ** 2).sum() / w.sum() ** 2 * len(x) / (len(x) - 1)
    assert found.value == pytest.approx(center)
    assert found.n_effective == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert found.estimate is not None
    assert found.estimate.standard_error == pytest.approx(variance**0.5, abs=1e-9)


@given(answers=weights, factor=st.floats(0.01, 100))
def test_weights_matter_only_in_proportion(answers: list[tuple[int, float]], factor: float) -> None:
    one = mean(weighted(answers))
    other = mean(weighted([(v, w * factor) for v, w in answers]))
    assert (other.value, other.n_effective) == pytest.approx((one.value, one.n_effective))


@given(of=counts, metric=st.sampled_from(sorted({*METRICS} - {"share"})), level=st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_interval_holds_the_value_within_range(of: dict[float, int], metric: str, level: float) -> None:
    kind = {"nps": "nps", "csat": "csat", "ces": "ces"}.get(metric, "rating")
    scale = NPS_SCALE if metric == "nps" else Scale(1, 7)
    found = compute(metric, Histogram.of(of, kind=kind, scale=scale), Standards(confidence=level))
    if found.value is None or found.low is None or found.high is None:
        assert sum(of.values()) < 5
        return
    assert found.low <= found.value + 1e-9
    assert found.high >= found.value - 1e-9
    least, most = (METRICS[metric].low, METRICS[metric].high) if metric != "mean" else (1.0, 7.0)
    assert least is not None
    assert most is not None
    assert least <= found.low <= found.high <= most


@given(of=counts)
def test_mirrored_scale_mirrors_nothing_but_the_values(of: dict[float, int]) -> None:
    one, other = rating(of), rating(of).reversed()
    assert (
        experience_index(one).value == pytest.approx(experience_index(other).value)
        if sum(of.values()) >= 5
        else experience_index(one).state is experience_index(other).state
    )
    assert other.reversed() == one


@given(of=counts)
def test_the_other_direction_mirrors_the_index(of: dict[float, int]) -> None:
    high, low = experience_index(rating(of)), experience_index(rating(of, Direction.LOW))
    if high.value is None or low.value is None:
        assert high.state is low.state
        return
    assert high.value + low.value == pytest.approx(100)
    assert (high.low, high.high) == pytest.approx((100 - (low.high or 0), 100 - (low.low or 0)))


@given(parts=st.lists(counts, min_size=1, max_size=5), seed=st.randoms(use_true_random=False))
def test_histograms_add_up_in_any_order(parts: list[dict[float, int]], seed: Random) -> None:
    histograms = [rating(of) for of in parts]
    whole = add_up(histograms)
    seed.shuffle(histograms)
    assert add_up(histograms) == whole
    total: dict[float, int] = {}
    for of in parts:
        for value, n in of.items():
            total[value] = total.get(value, 0) + n
    assert whole == (rating(total),)
    assert sum(histograms[1:], start=histograms[0]) == rating(total)


def test_unlike_histograms_do_not_add_up() -> None:
    with pytest.raises(UnequalHistograms):
        rating({1.0: 1}) + rating({1.0: 1}, question="other")


def test_composite_does_not_move_with_the_number_of_answers() -> None:
    good, bad = rating({7.0: 10, 6.0: 10}, question="good"), rating({1.0: 10, 2.0: 10}, question="bad")
    more = rating({1.0: 1000, 2.0: 1000}, question="bad")
    one, other = experience_index([good, bad]), experience_index([good, more])
    assert one.value == other.value == pytest.approx(50)
    assert [(part.question, part.weight) for part in one.mix] == [("bad", 0.5), ("good", 0.5)]


def test_composite_uses_given_weights_and_leaves_out_the_rest() -> None:
    good, bad = rating({7.0: 20}, question="good"), rating({1.0: 20}, question="bad")
    found = experience_index([good, bad, rating({4.0: 9}, question="extra")], weights={"good": 3, "bad": 1})
    assert found.value == pytest.approx(75)
    assert found.n == 40


def test_composite_without_one_of_its_questions_is_too_few() -> None:
    found = experience_index([rating({7.0: 20}, question="good")], weights=["good", "bad"])
    assert (found.state, found.value, found.reason) == (State.TOO_FEW, None, "no answers to bad")
    nobody = experience_index([], weights=["good", "bad"])
    assert (nobody.state, nobody.n) == (State.NO_DATA, 0)
    asked = experience_index([rating({7.0: 2}, question="good")], asked=["good", "bad", "ugly"])
    assert (asked.state, asked.n) == (State.TOO_FEW, 2)
    assert asked.reason == "fewer than 5 answers to each of its questions"


def test_composite_leaves_a_thin_question_out_and_says_so() -> None:
    parts = [rating({7.0: 90}, question="good"), rating({1.0: 90}, question="bad")]
    found = experience_index([*parts, rating({7.0: 4}, question="thin")])
    assert found.value == pytest.approx(50)
    assert (found.state, found.n) == (State.FEW, 184)
    assert found.reason == "left out, with fewer than 5 answers: thin"
    assert [(part.question, part.weight, part.n, part.index) for part in found.mix] == [
        ("bad", 0.5, 90, 0.0),
        ("good", 0.5, 90, 100.0),
        ("thin", 0.0, 4, None),
    ]
    silent = experience_index(parts, asked=["good", "bad", "never answered"])
    assert (silent.state, silent.reason) == (State.FEW, "left out, without answers: never answered")
    many = experience_index([*parts, rating({7.0: 4}, question="thin")], asked=["good", "bad", "thin", "x", "y"])
    assert many.reason == "left out, with fewer than 5 answers: thin; left out, without answers: 2 questions"
    assert experience_index(parts).state is State.OK


def test_composite_with_thin_questions_only_is_too_few() -> None:
    found = experience_index([rating({7.0: 4}, question="one"), rating({7.0: 4}, question="other")])
    assert (found.state, found.value, found.n) == (State.TOO_FEW, None, 8)


def test_composite_of_given_weights_with_a_thin_question_is_too_few() -> None:
    found = experience_index(
        [rating({7.0: 20}, question="good"), rating({7.0: 4}, question="thin")], weights=["good", "thin"]
    )
    assert (found.state, found.value) == (State.TOO_FEW, None)


def test_a_few_answers_to_one_question_are_the_reason() -> None:
    found = experience_index([rating({7.0: 500, 6.0: 500}, question="good"), rating({7.0: 6, 5.0: 6}, question="rare")])
    assert (found.state, found.reason) == (State.FEW, "only 12 answers to rare")


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_bad_weights(weight: float) -> None:
    with pytest.raises(BadWeights):
        experience_index([rating({7.0: 20})], weights={"q": weight})


def test_every_metric_but_the_share_takes_kinds_of_ratings_only() -> None:
    for metric in METRICS.values():
        assert metric.kinds <= metric.asked_kinds
        choice = {FeedbackKind.CHOICE}
        assert metric.asked_kinds & {FeedbackKind.TEXT, *choice} == (choice if metric.name == "share" else set())
