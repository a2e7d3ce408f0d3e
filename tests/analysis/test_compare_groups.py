"""Differences of two groups: medians, shares, several tests at once, moments of truth; checked by other formulas."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from safar.analysis import compare_medians
from safar.analysis.compare_medians import Median, read_medians
from safar.analysis.compare_shares import Share, SharePair, difference
from safar.analysis.filters import BadFilter, Filters, read_versus, versus_query
from safar.analysis.holm import holm
from safar.analysis.moments import fit_moments
from safar.domain.calendars import Calendar, Span, next_period, start_of_period

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "compare.md"
Times = st.lists(st.floats(0, 1e6), min_size=5, max_size=60)


def medians_of(*samples: list[float]) -> list[Median]:
    """The medians of samples of seconds, as the engine reads them."""
    rows = [(place, second * 1e6) for place, sample in enumerate(samples) for second in sample]
    columns: dict[str, list[Any]] = {"place": [place for place, _ in rows], "length": [length for _, length in rows]}
    times = ibis.memtable(pa.table(columns))
    found = read_medians(times, "place", lambda table: table["length"])
    return [found[place] for place in range(len(samples))]


def worked() -> list[list[str]]:
    part = PAGE.read_text(encoding="utf-8").split("## Worked table", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@pytest.mark.parametrize("row", worked(), ids=lambda row: row[0][:12])
def test_the_worked_table(row: list[str]) -> None:
    a, b = medians_of(*([float(value) for value in text.split()] for text in row[:2]))
    found, low, high, p = compare_medians.difference(a, b, 0.95)
    told = [f"{found:.1f}", *("–" if one is None else f"{one:.1f}" for one in (low, high))]
    assert [*told, "–" if p is None else f"{p:.3f}"] == row[2:]


def test_medians_by_the_published_formula() -> None:
    """Price and Bonett (2002), written out with SciPy's binomial distribution."""
    values = np.random.default_rng(7).lognormal(8, 1.5, 83)
    n, c = 83, round(84 / 2 - sqrt(83))
    z = stats.norm.isf(stats.binom.cdf(c - 1, n, 0.5))
    ranked = np.sort(values)
    (found,) = medians_of(values.tolist())
    assert found.value == pytest.approx(np.median(values))
    assert found.standard_error == pytest.approx((ranked[n - c] - ranked[c - 1]) / (2 * z))


def test_intervals_of_medians_hold_the_truth() -> None:
    """Of 400 differences between two samples of one skewed distribution, about 95 % hold zero."""
    random = np.random.default_rng(11)
    held = 0
    found = medians_of(*(random.lognormal(3, 1, size).tolist() for _ in range(400) for size in (25, 40)))
    for a, b in zip(found[::2], found[1::2], strict=True):
        _, low, high, _ = compare_medians.difference(a, b, 0.95)
        assert low is not None
        assert high is not None
        held += low <= 0 <= high
    assert 0.92 <= held / 400 <= 0.995


@settings(max_examples=20, deadline=None)
@given(Times, Times)
def test_swapping_medians_flips_signs(a: list[float], b: list[float]) -> None:
    first, second = medians_of(a, b)
    one = compare_medians.difference(first, second, 0.95)
    other = compare_medians.difference(second, first, 0.95)
    assert one[0] == -other[0]
    if one[1] is not None and other[2] is not None:
        assert one[1] == pytest.approx(-other[2])
        assert one[3] == pytest.approx(other[3])


def _share(yes: int, n: int) -> Share:
    p = yes / n
    return Share(value=p, n=n, persons=n, variance=p * (1 - p) / (n - 1))


def test_independent_shares_are_newcombe_s() -> None:
    """56 of 70 and 48 of 80: .0524 to .3339 (Newcombe 1998, table II a, method 10)."""
    one = Share(value=0.8, n=70, persons=70, variance=0.8 * 0.2 / 70)
    other = Share(value=0.6, n=80, persons=80, variance=0.6 * 0.4 / 80)
    found, low, high, p = difference(SharePair(a=one, b=other), 0.95)
    assert (found, low, high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert p < 0.05


@given(st.integers(1, 200), st.integers(1, 200), st.floats(-1, 1))
def test_swapping_shares_flips_signs(yes_a: int, yes_b: int, correlation: float) -> None:
    a, b = _share(yes_a, 201), _share(yes_b, 201)
    covariance = correlation * sqrt(a.variance * b.variance)
    found, low, high, p = difference(SharePair(a=a, b=b, covariance=covariance), 0.95)
    back = difference(SharePair(a=b, b=a, covariance=covariance), 0.95)
    assert (found, low, high, p) == pytest.approx((-back[0], -back[2], -back[1], back[3]), abs=1e-9)


def test_the_same_passages_twice_do_not_differ() -> None:
    share = _share(40, 100)
    assert difference(SharePair(a=share, b=share, covariance=share.variance), 0.95) == (0.0, 0.0, 0.0, 1.0)


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=12))
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values: list[float]) -> None:
    """Holm (1979): from the smallest p on, while p is below the level over the tests that are left."""
    adjusted = holm([*p_values, None])
    assert adjusted[-1] is None
    for level in (0.01, 0.05, 0.2, 0.5):
        rejected = set()
        for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
            if p_values[i] * (len(p_values) - rank) > level:
                break
            rejected.add(i)
        assert {i for i, p in enumerate(adjusted) if p is not None and p <= level} == rejected


def test_moments_by_an_independent_fit() -> None:
    """Least squares by QR, the sandwich written out person by person (Cameron and Miller 2015, CR1)."""
    random = np.random.default_rng(3)
    n, k = 3_000, 4
    person = random.integers(0, 1_500, n)
    mood = random.normal(size=1_500)[person]
    visited = random.random((n, k)) < 0.7
    index = np.clip(60 + 12 * mood[:, None] + random.normal(0, 15, (n, k)), 0, 100)
    index[~visited] = np.nan
    seen = np.where(np.isnan(index), 0, index - np.nanmean(index, axis=0)) / 10
    outcome = 6 + 0.8 * seen[:, 1] + 0.5 * mood + random.normal(size=n)
    found, method = fit_moments(outcome, index, visited, person, confidence=0.95)
    x = np.column_stack([seen, visited.astype(float), np.ones(n)])
    beta, *_ = np.linalg.lstsq(x, outcome, rcond=None)
    residual = outcome - x @ beta
    bread = np.linalg.inv(x.T @ x)
    people = np.unique(person)
    meat = sum(np.outer(s, s) for s in (x[person == one].T @ residual[person == one] for one in people))
    m, columns = len(people), x.shape[1]
    errors = np.sqrt(np.diag(bread @ meat @ bread) * m / (m - 1) * (n - 1) / (n - columns))
    assert method == "joint"
    for t in range(k):
        effect = found[t]
        assert effect is not None
        assert effect.value == pytest.approx(beta[t])
        half = stats.t.ppf(0.975, m - 1) * errors[t]
        assert (effect.low, effect.high) == pytest.approx((beta[t] - half, beta[t] + half))
    assert max(range(k), key=lambda t: found[t].value if found[t] else 0) == 1  # type: ignore[union-attr]


def test_few_observations_have_no_moments() -> None:
    found, method = fit_moments(
        np.ones(5), np.full((5, 2), 50.0), np.ones((5, 2), dtype=np.bool_), np.arange(5), confidence=0.95
    )
    assert (found, method) == ([None, None], "none")


Words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.lists(Words, max_size=3), st.dictionaries(Words.filter(bool), st.lists(Words, max_size=2), max_size=2))
def test_the_second_group_comes_back_from_its_address(channels: list[str], held: dict[str, list[str]]) -> None:
    other = Filters(channels=tuple(channels), attributes={name: tuple(values) for name, values in held.items()})
    own = Filters(channels=("web",))
    pairs = [*own.as_query(), *versus_query(other), ("lanes", "flow")]
    rest, found = read_versus(pairs)
    assert found == other
    assert rest == [("channel", "web"), ("lanes", "flow")]


def test_no_second_group_and_a_bad_one() -> None:
    assert read_versus([("channel", "web"), ("vs.since", "")]) == ([("channel", "web")], None)
    assert read_versus([("vs", "all")]) == ([], Filters())
    for bad in (("vs", "me"), ("vs.nonsense", "x")):
        with pytest.raises(BadFilter):
            read_versus([bad])


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1)))
def test_periods_follow_each_other(day: date) -> None:
    for calendar in Calendar:
        for span in Span:
            first = start_of_period(day, span, calendar)
            after = next_period(first, span, calendar)
            assert first <= day < after
            assert start_of_period(after, span, calendar) == after
            assert start_of_period(after - timedelta(days=1), span, calendar) == first
