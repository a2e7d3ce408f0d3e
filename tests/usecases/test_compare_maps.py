"""Comparing two groups of a workspace: the map's own values, signs, zeros, people in both, other formulas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from scipy import stats

from safar.analysis.compare_maps import NotCompared
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.map_comparison import MapComparison
from safar.domain.calendars import Calendar
from safar.usecases.compare_maps import compare_maps
from safar.usecases.customer_timeline import NoSuchCustomer, read_timeline
from safar.usecases.demo import create_demo
from safar.usecases.journey_lines import BadLines, read_lines
from safar.usecases.journey_map import open_prepared, read_journey_map
from safar.usecases.touchpoint_story import story_view
from safar.usecases.trends import trends_view
from safar.usecases.views import read_view
from safar.usecases.voice import read_voice
from safar.usecases.workspace import Workspace

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
EARLIER, LATER = (Filters(until=datetime(2025, 7, 1, tzinfo=UTC)), Filters(since=datetime(2025, 7, 1, tzinfo=UTC)))
APP, CALL = Filters(channels=("app",)), Filters(channels=("email",))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("compare") / "demo"
    create_demo(path=folder, now=NOW, facts=12_000)
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def channels(company: Workspace) -> MapComparison:
    return compare_maps(company, a=APP, b=CALL, now=NOW)


def test_both_values_are_those_of_the_maps(company: Workspace, channels: MapComparison) -> None:
    for name, filters in (("a", APP), ("b", CALL)):
        told = read_journey_map(company, filters=filters, now=NOW)
        assert getattr(channels, name).passages == told.passages
        assert getattr(channels, name).moves == told.moves
        for step in told.steps:
            place = channels.at("step", step.id)
            assert place is not None
            remaining, wait = place.of("remaining"), place.of("wait")
            assert remaining is not None
            assert wait is not None
            assert getattr(remaining, name) == pytest.approx(step.remaining_share)
            assert getattr(wait, f"n_{name}") == step.time_since_previous_step.n
            if getattr(wait, name) is not None:
                assert getattr(wait, name) == pytest.approx(step.time_since_previous_step.median_s)


def test_swapping_the_groups_flips_every_sign(company: Workspace, channels: MapComparison) -> None:
    back = compare_maps(company, a=CALL, b=APP, now=NOW)
    tested = 0
    for one, other in zip(channels.places, back.places, strict=True):
        for d, r in zip(one.differences, other.differences, strict=True):
            assert (d.measure, d.state, d.a, d.b) == (r.measure, r.state, r.b, r.a)
            if d.difference is not None and r.difference is not None:
                assert d.difference == pytest.approx(-r.difference)
                assert d.p_adjusted == pytest.approx(r.p_adjusted)
                tested += 1
            if d.low is not None and r.high is not None:
                assert d.low == pytest.approx(-r.high)
    assert tested > 20


def test_a_group_does_not_differ_from_itself(company: Workspace) -> None:
    found = compare_maps(company, a=APP, b=APP, now=NOW)
    assert found.shared_customers == found.a.customers
    for place in found.places:
        for one in place.differences:
            if one.difference is not None:
                assert (one.difference, one.low, one.high, one.p_value, one.holds) == (0.0, 0.0, 0.0, 1.0, False)


def test_people_in_both_groups_make_the_interval_of_a_part_and_its_whole_narrower(company: Workspace) -> None:
    """A part of a group differs less from the whole by chance than a group of others would."""
    found = compare_maps(company, a=LATER, b=NO_FILTERS, now=NOW)
    assert found.shared_customers == found.a.customers
    narrower = 0
    whole = read_journey_map(company, now=NOW)
    part = read_journey_map(company, filters=LATER, now=NOW)
    for step, mine in zip(whole.steps, part.steps, strict=True):
        place = found.at("step", step.id)
        assert place is not None
        one = place.of("experience")
        assert one is not None
        if one.low is None or one.high is None or mine.experience.low is None or mine.experience.high is None:
            continue
        assert step.experience.low is not None
        assert step.experience.high is not None
        apart = sum((e.high - e.low) ** 2 for e in (step.experience, mine.experience) if e.low and e.high) ** 0.5
        narrower += one.high - one.low <= apart * 1.02
    assert narrower >= 2


def test_one_question_is_welch_s_test_by_scipy(company: Workspace) -> None:
    """Two groups that share nobody, at a touchpoint with one question: SciPy's test of the same answers."""
    groups = [Filters(attributes={"segment": (name,)}, touchpoints=("bill",)) for name in ("consumer", "family")]
    found = compare_maps(company, a=groups[0], b=groups[1], now=NOW).at("touchpoint", "bill")
    assert found is not None
    one = found.of("experience")
    assert one is not None
    samples = []
    for filters in groups:
        story = read_view(company, story_view(company, touchpoint="bill", filters=filters), now=NOW)
        bins = next(q for q in story.answers).bins
        samples.append([(b.value - 1) * 25 for b in bins for _ in range(b.n)])
    assert [len(one_) for one_ in samples] == [one.n_a, one.n_b]
    expected = stats.ttest_ind(*samples, equal_var=False)
    assert one.difference == pytest.approx(sum(samples[0]) / len(samples[0]) - sum(samples[1]) / len(samples[1]))
    if one.method == "Welch":
        assert one.p_value == pytest.approx(expected.pvalue, rel=1e-6)


def test_between_periods_what_is_still_open_is_not_compared(company: Workspace) -> None:
    found = compare_maps(company, a=EARLIER, b=LATER, now=NOW).at("whole")
    assert found is not None
    one = found.of("completion")
    assert one is not None
    assert one.state == "open"
    assert one.difference is None


def test_what_the_map_does_not_tell_no_comparison_tells(company: Workspace) -> None:
    """The share that reaches the goal: the same figure as on the map, and none where no window has closed yet."""
    last = read_journey_map(company, now=NOW).origin.as_of
    assert last is not None
    lately = Filters(since=last - timedelta(days=2))
    for a, b in ((APP, CALL), (lately, EARLIER), (EARLIER, lately)):
        found = compare_maps(company, a=a, b=b, now=NOW).at("whole")
        assert found is not None
        one = found.of("completion")
        assert one is not None
        for value, filters in ((one.a, a), (one.b, b)):
            told = read_journey_map(company, filters=filters, now=NOW)
            assert value == (None if told.too_early else pytest.approx(told.completion_share))
            assert told.too_early <= (one.state == "open")


def test_employees_are_not_compared_here(company: Workspace) -> None:
    with pytest.raises(NotCompared):
        compare_maps(company, a=Filters(speakers=("employee",)), b=NO_FILTERS, now=NOW)


def test_trends_add_up_to_the_map(company: Workspace) -> None:
    told = read_journey_map(company, now=NOW)
    trends = trends_view(company, filters=NO_FILTERS, calendar=Calendar.GREGORIAN)
    found = read_view(company, trends, now=NOW)
    for step in told.steps:
        trend = found.at("step", step.id)
        assert trend is not None
        assert sum(point.volume for point in trend.points) == step.volume
    assert all(one.until == other.since for one, other in zip(found.periods, found.periods[1:], strict=False))


def test_lines_are_the_map_under_each_group(company: Workspace) -> None:
    found = read_lines(company, by="attribute.segment", now=NOW)
    assert 2 <= len(found.lines) <= 5
    first = found.lines[0]
    told = read_journey_map(company, filters=Filters(attributes={"segment": (first.value,)}), now=NOW)
    assert [felt.index for felt in first.steps] == [step.experience.index for step in told.steps]
    with pytest.raises(BadLines):
        read_lines(company, by="nonsense", now=NOW)


def test_the_story_of_a_touchpoint_balances(company: Workspace) -> None:
    told = read_journey_map(company, now=NOW)
    cell = next(cell for step in told.steps for cell in step.touchpoints if cell.id == "bill")
    found = read_view(company, story_view(company, touchpoint="bill", filters=NO_FILTERS), now=NOW)
    assert found.moves == cell.volume == found.began + sum(one.n for one in found.before)
    assert sum(one.n for one in found.waits) == cell.since_previous.n
    assert found.complete + found.lost == cell.exits
    assert sum(b.n for q in found.answers for b in q.bins) == cell.experience.n


def test_voice_counts_words_by_their_ratings(company: Workspace) -> None:
    found = read_voice(company, now=NOW)
    steps = [one for one in found.places if one.level == "step"]
    assert steps
    for one in steps:
        assert one.pleased + one.displeased <= one.comments
        touchpoints = {c.id for s in read_journey_map(company, now=NOW).steps if s.id == one.id for c in s.touchpoints}
        assert one.comments == sum(p.comments for p in found.places if p.id in touchpoints and p.level == "touchpoint")


def test_a_timeline_keeps_to_the_units_of_its_reader(company: Workspace) -> None:
    with open_prepared(company, now=NOW) as prepared:
        known = prepared.tables.interactions.filter(lambda t: t["unit"].notnull() & t["customer"].notnull())
        row = known.order_by("ts").limit(1).to_pyarrow().to_pylist()[0]
    key = int(row["customer"])
    everything = read_timeline(company, customer=key, units=None, identifiers=True, now=NOW)
    assert [one.ts for one in everything.facts] == sorted((one.ts for one in everything.facts), reverse=True)
    here = read_timeline(company, customer=key, units=[row["unit"]], identifiers=False, now=NOW)
    assert 0 < here.contacts <= everything.contacts
    assert all(one.links is None for one in here.facts)
    assert {one.unit for one in here.facts if one.kind != "attribute"} == {row["unit"]}
    with pytest.raises(NoSuchCustomer):
        read_timeline(company, customer=key, units=["elsewhere"], identifiers=False, now=NOW)
