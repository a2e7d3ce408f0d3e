"""What can be computed from the simulated facts agrees with the truth that they were made by.

Bounds: a share or mean of n answers is compared within 3.5 standard errors plus a stated allowance for rounding to
whole points and for the ends of the scale. 300,000 facts of seed 1.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from safar.datasets import telecom
from safar.datasets.telecom.calendar import make_calendar
from tests.datasets.simulated_company import Company, staged_company

STEPS = ("awareness", "attention", "evaluation", "decision", "purchase", "usage", "output", "loyalty", "advocacy")


@pytest.fixture
def company() -> Company:
    return staged_company()


def _near_share(found: float, truth: float, n: float, allowance: float = 0.0) -> None:
    assert abs(found - truth) <= 3.5 * np.sqrt(truth * (1 - truth) / n) + allowance, (found, truth, n)


def _fit(outcome: npt.NDArray[np.float64], *columns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Least squares with an intercept; its coefficient is left out."""
    design = np.column_stack([np.ones(len(outcome)), *columns]).astype(np.float64)
    return np.asarray(np.linalg.lstsq(design, outcome, rcond=None)[0][1:], np.float64)


def test_each_step_loses_whom_the_truth_says(company: Company) -> None:
    """Steps reached early enough for the next to be seen; segment as it held when the step was reached."""
    company.con.execute(
        """CREATE OR REPLACE TEMP VIEW reached AS
        WITH s AS (SELECT link_opportunity l, any_value(customer_ext) customer, step, min(ts) ts FROM contacts
                   WHERE step IS NOT NULL AND link_opportunity IS NOT NULL GROUP BY 1, 3),
             a AS (SELECT subject_ext customer, value segment, valid_from ts FROM attributes WHERE name = 'segment')
        SELECT s.*, a.segment FROM s ASOF JOIN a ON s.customer = a.customer AND s.ts >= a.ts"""
    )
    for step, following in pairwise(STEPS[:6]):
        for segment in company.truth.segments:
            row = company.columns(
                f"""SELECT count(*) n, count(b.l) k FROM reached a LEFT JOIN
                (SELECT l FROM reached WHERE step = '{following}') b USING (l)
                WHERE a.step = '{step}' AND a.segment = '{segment}' AND a.ts < {company.day(640)}"""
            )
            truth = company.truth.passing(step)[company.truth.segments.index(segment)]
            assert row["n"][0] > 100
            _near_share(row["k"][0] / row["n"][0], truth, row["n"][0])


def test_business_is_lost_at_evaluation_and_students_at_decision(company: Company) -> None:
    passing = {step: company.truth.passing(step) for step in STEPS[:5]}
    segment = company.truth.segments.index
    assert min(passing, key=lambda step: passing[step][segment("business")]) == "evaluation"
    assert min(passing, key=lambda step: passing[step][segment("student")]) == "decision"


def test_three_ways_out_of_the_output_step(company: Company) -> None:
    table = company.truth.table["output"]
    shares = {
        "unhappy": 0.30854,
        "neutral": 0.38292,
        "happy": 0.30854,
    }  # standard normal beyond -0.5, within, beyond 0.5
    row = company.columns(
        f"""WITH o AS (SELECT link_opportunity l, min(ts) ts FROM contacts WHERE touchpoint = 'service_review'
                       GROUP BY 1 HAVING min(ts) < {company.day(730 - 121)})
        SELECT count(*) n, count(*) FILTER (r) k, count(*) FILTER (c) c, count(*) FILTER (c AND f) f FROM (SELECT
            EXISTS (FROM contacts x WHERE x.link_opportunity = l AND touchpoint = 'renewal') r,
            EXISTS (FROM contacts x WHERE x.link_opportunity = l AND touchpoint = 'complaint') c,
            EXISTS (FROM contacts x WHERE x.link_opportunity = l AND touchpoint = 'complaint_resolution') f FROM o)"""
    )
    n, repeat, complaint, recovered = (row[name][0] for name in ("n", "k", "c", "f"))
    _near_share(repeat / n, sum(shares[mood] * table[mood]["repeat"] for mood in shares), n)
    _near_share(complaint / n, sum(shares[mood] * table[mood]["complaint"] for mood in shares), n)
    _near_share(recovered / complaint, table["recovered"], complaint)
    gap = (
        "SELECT max(date_diff('hour', a.ts, b.ts)) / 24 FROM contacts a JOIN contacts b USING (link_opportunity) WHERE"
    )
    for way in ("renewal", "complaint", "complaint_resolution"):
        days = company.one(f"{gap} a.touchpoint = 'service_review' AND b.touchpoint = '{way}'")
        assert days < table["window_days"]


def test_drivers_of_recommendation_stand_in_their_order(company: Company) -> None:
    """Joint regression on centered ratings with visit flags, within the relationship survey."""
    rated = company.truth.table["surveys"]["rated"]
    columns = ", ".join(f"max(value) FILTER (question = '{name}') {name}" for name in rated)
    data = company.columns(
        f"""SELECT max(value) FILTER (question = 'recommendation') nps, {columns} FROM feedback
        WHERE event = 'survey.relationship' GROUP BY submission HAVING nps IS NOT NULL"""
    )
    scores = [np.nan_to_num(data[name] - np.nanmean(data[name])) for name in rated]
    flags = [np.isnan(data[name]).astype(float) for name in rated]
    effects = dict(zip(rated, _fit(data["nps"], *scores, *flags)[: len(rated)].tolist(), strict=True))
    truth = {name: company.truth.table["touchpoints"][name].get("effect", 0.0) for name in rated}
    strong = sorted((name for name in rated if truth[name] >= 0.3), key=lambda name: -truth[name])
    assert strong[0] == "activation"
    assert sorted(effects, key=lambda name: -effects[name])[: len(strong)] == strong
    assert max(effects, key=lambda name: effects[name]) == "activation"
    assert effects["activation"] == pytest.approx(truth["activation"], abs=0.35)
    # The shop is rated best and moves nothing: what shows is the customer's mood, which colors every rating.
    assert effects["shop_visit"] < 0.5 * effects["activation"]


@pytest.mark.parametrize("name", ["guided_activation", "new_call_menu"])
def test_improvements_by_difference_in_differences(company: Company, name: str) -> None:
    row = company.truth.table["improvements"][name]
    units = ", ".join(f"'{unit}'" for unit in row["units"])
    touchpoint = row["touchpoint"]
    data = company.columns(
        f"""SELECT value, (unit IN ({units}))::INT treated, (ts >= {company.day(row["day"])})::INT late FROM feedback
        WHERE event = 'survey.{touchpoint}' AND question = '{touchpoint}' AND value IS NOT NULL"""
    )
    treated, late = data["treated"], data["late"]
    effect = _fit(data["value"], treated, late, treated * late)[2]
    cells = [np.sum((treated == a) & (late == b)) for a in (0, 1) for b in (0, 1)]
    error = data["value"].std() * np.sqrt(sum(1 / n for n in cells))
    assert abs(effect - row["effect"]) < 2.5 * error + 0.12 * row["effect"], (effect, error)
    assert (effect > 3 * error) == (row["effect"] > 0)


def test_managers_believe_too_well_and_employees_do_not(company: Company) -> None:
    table = company.truth.table["beliefs"]
    for question in ("activation", "bill", "support_call", "delivery"):
        means = dict(company.rows(f"SELECT speaker, avg(value) FROM feedback WHERE question = '{question}' GROUP BY 1"))
        # Customers' own mean is too good already (silence), and the top of the scale cuts the managers' off.
        assert means["manager"] - means["customer"] == pytest.approx(table["manager_bias"], abs=0.32)
        assert means["employee"] - means["customer"] == pytest.approx(table["employee_bias"], abs=0.32)
        assert means["manager"] - means["employee"] == pytest.approx(
            table["manager_bias"] - table["employee_bias"], abs=0.15
        )


def test_promises_are_kept_as_often_as_stated(company: Company) -> None:
    table = company.truth.table["promise"]
    for region in company.truth.regions:
        row = company.columns(
            f"SELECT count(*) n, count(*) FILTER (status = 'on_time') k FROM contacts "
            f"WHERE touchpoint = 'delivery' AND unit LIKE '{region}-%'"
        )
        _near_share(row["k"][0] / row["n"][0], table["kept_by_region"].get(region, table["kept"]), row["n"][0])
    assert company.none(
        "contacts WHERE touchpoint = 'delivery' "
        "AND (prop_days_taken::INT > prop_promised_days::INT) <> (status = 'late')"
    )
    both = "SELECT pair FROM feedback WHERE question = 'delivery_days' GROUP BY 1 HAVING count(DISTINCT view) <> 2"
    assert company.none(f"({both})")


def test_expected_against_experienced(company: Company) -> None:
    for name, row in company.truth.table["expectations"].items():
        data = company.columns(
            f"""SELECT b.value - a.value gap FROM feedback a JOIN feedback b USING (pair)
            WHERE a.question = 'expectation_{name}' AND a.view = 'expected' AND b.view = 'experienced'"""
        )
        error = data["gap"].std() / np.sqrt(len(data["gap"]))
        truth = row["experienced"] - row["expected"]
        # Allowance: who answers is happier (about half a mood's deviation × the half of the halo), ends of the scale.
        assert abs(data["gap"].mean() - truth) < 3.5 * error + 0.20, name


def _unsaid() -> dict[str, npt.NDArray[np.float64]]:
    parts = [batch.unsaid for batch in telecom.batches(facts=300_000)]
    return {
        name: np.concatenate([part.column(name).to_numpy(zero_copy_only=False) for part in parts])
        for name in ("survey", "channel", "segment", "experience", "answered")
    }


def test_the_unhappy_stay_silent() -> None:
    """Logistic regression of answering on the experience, channel and segment (Newton steps)."""
    truth, asked = telecom.read_truth(), _unsaid()
    quality = {f"survey.{name}": truth.quality[truth.touchpoint(name)] for name in truth.table["surveys"]["invited"]}
    usual = np.array([quality[name] for name in asked["survey"]])
    groups = [asked["channel"] == c for c in truth.channels if (asked["channel"] == c).sum() > 50]
    groups += [asked["segment"] == s for s in truth.segments[1:]]
    design = np.column_stack([asked["experience"] - usual, *groups]).astype(float)
    said, weights = asked["answered"].astype(float), np.zeros(design.shape[1])
    for _ in range(20):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (said - chance)
        weights += np.linalg.solve((design * (chance * (1 - chance))[:, None]).T @ design, slope)
    table = truth.table["surveys"]
    assert weights[0] == pytest.approx(table["silence"], abs=0.07)
    shifts = [truth.table["segments"][s]["response"] for s in truth.segments[1:]]
    assert weights[-3:] == pytest.approx(shifts, abs=0.15)
    bias = asked["experience"][asked["answered"].astype(bool)].mean() - asked["experience"].mean()
    assert 0.1 < bias < 0.4  # what comes in is better than what was felt


def test_response_rates_differ_by_segment(company: Company) -> None:
    rates = dict(
        company.rows(
            """WITH i AS (SELECT customer_ext customer, ts, kind FROM interactions
                          WHERE kind <> 'contact' AND event LIKE 'survey.%'),
                    a AS (SELECT subject_ext customer, value segment, valid_from ts FROM attributes
                          WHERE name = 'segment')
            SELECT a.segment, count(*) FILTER (kind = 'submission') / count(*) FILTER (kind = 'invitation')
            FROM i ASOF JOIN a ON i.customer = a.customer AND i.ts >= a.ts GROUP BY 1"""
        )
    )
    order = sorted(company.truth.segments, key=lambda s: company.truth.table["segments"][s]["response"])
    assert sorted(rates, key=lambda s: rates[s]) == order
    assert rates["family"] - rates["student"] > 0.15


def test_queue_waits_when_it_is_overloaded(company: Company) -> None:
    calendar = make_calendar(company.truth, date(2024, 1, 1))
    outage = company.truth.table["outage"]
    first = outage["day"] * 24
    busy = slice(first, first + outage["hours"])
    assert calendar.wait_min[busy].mean() > 3 * np.median(calendar.wait_min)
    idle = calendar.load < 0.8 * calendar.capacity
    assert calendar.wait_min[idle].mean() < calendar.wait_min[calendar.load > calendar.capacity].mean() / 2
    wait = "SELECT avg(prop_wait_s::INT) FROM contacts WHERE touchpoint = 'support_call' AND"
    during = (
        f"ts BETWEEN {company.day(outage['day'])} AND {company.day(outage['day'])} + INTERVAL {outage['hours']} HOUR"
    )
    assert company.one(f"{wait} {during}") > 2 * company.one(f"{wait} NOT ({during})")
    abandoned = "SELECT avg((status = 'abandoned')::INT) FROM contacts WHERE touchpoint = 'support_call' AND"
    assert company.one(f"{abandoned} {during}") > 2 * company.one(f"{abandoned} NOT ({during})")


def test_outage_and_price_change_leave_their_marks(company: Company) -> None:
    outage, price = company.truth.table["outage"], company.truth.table["price_change"]
    struck = " OR ".join(f"unit LIKE '{region}-%'" for region in outage["regions"])
    calls = f"SELECT count(*) FROM contacts WHERE touchpoint = 'support_call' AND ({struck}) AND ts >="
    begin = company.day(outage["day"])
    assert company.one(f"{calls} {begin} AND ts < {begin} + INTERVAL 3 DAY") > 3 * company.one(
        f"{calls} {begin} - INTERVAL 7 DAY AND ts < {begin} - INTERVAL 4 DAY"
    )
    data = company.columns(
        f"""WITH a AS (SELECT subject_ext customer_ext, value plan, valid_from ts FROM attributes WHERE name = 'plan'),
                 f AS (SELECT * FROM feedback WHERE event = 'survey.bill' AND question = 'bill' AND value IS NOT NULL)
        SELECT f.value, (a.plan <> 'unlimited')::INT dear, (f.ts >= {company.day(price["day"])})::INT late
        FROM f ASOF JOIN a ON f.customer_ext = a.customer_ext AND f.ts >= a.ts"""
    )
    effect = _fit(data["value"], data["dear"], data["late"], data["dear"] * data["late"])[2]
    assert effect == pytest.approx(price["bill"], abs=0.3)


def test_weights_undo_the_unequal_chances_of_segments() -> None:
    """Weighted, those who answered about a call have the segments' shares of all who called."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    telecom.stage(con, facts=200_000, weighted=True)
    con.execute(
        """CREATE TEMP VIEW segments AS SELECT subject_ext customer_ext, value segment, valid_from ts
        FROM attributes WHERE name = 'segment'"""
    )
    callers = dict(
        con.execute(
            """SELECT segment, count(*) / sum(count(*)) OVER () FROM interactions i ASOF JOIN segments a
            ON i.customer_ext = a.customer_ext AND i.ts >= a.ts
            WHERE event = 'support.contact' AND channel = 'call' AND status = 'answered' GROUP BY 1"""
        ).fetchall()
    )
    answers = con.execute(
        """SELECT segment, count(*) / sum(count(*)) OVER (), sum(weight) / sum(sum(weight)) OVER (), min(weight)
        FROM feedback f ASOF JOIN segments a ON f.customer_ext = a.customer_ext AND f.ts >= a.ts
        WHERE event = 'survey.support_call' AND question = 'support_call' GROUP BY 1"""
    ).fetchall()
    for segment, _, weighted, least in answers:
        assert weighted == pytest.approx(callers[segment], abs=0.045), segment
        assert least > 0
    plain = {segment: share for segment, share, _, _ in answers}
    assert plain["student"] < 0.65 * callers["student"]
    assert plain["business"] < 0.65 * callers["business"]


def test_weights_are_one_unless_asked_for() -> None:
    """Weights change nothing else."""
    weighted = next(telecom.batches(facts=20_000, weighted=True, batch_facts=60_000))
    plain = next(telecom.batches(facts=20_000, batch_facts=60_000))
    assert set(plain.feedback.column("weight").to_pylist()) == {1.0}
    assert plain.feedback.drop(["weight"]).equals(weighted.feedback.drop(["weight"]))
    assert plain.interactions.equals(weighted.interactions)


def test_seasons_and_hours(company: Company) -> None:
    calendar = make_calendar(company.truth, date(2024, 1, 1))
    hours = company.columns(
        """SELECT hour(ts + INTERVAL 210 MINUTE) h, count(*) n FROM contacts
        WHERE touchpoint IN ('advert', 'plan_comparison', 'self_service') GROUP BY 1 ORDER BY 1"""
    )
    expected = calendar.clock.to_active(np.linspace(0.0, 86_400.0, 25))
    assert np.corrcoef(hours["n"], np.diff(expected))[0, 1] > 0.97
    days = company.columns(
        """SELECT isodow(ts + INTERVAL 210 MINUTE) d, count(*) n FROM contacts
        WHERE touchpoint = 'self_service' GROUP BY 1 ORDER BY 1"""
    )
    assert days["n"].argmin() == 4  # Friday
