"""The map of a workspace, end to end over a log: counts told by hand, balance, filters, memory, old rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.journey_map import JourneyMap
from safar.analysis.thaw import thaw
from safar.usecases import journey_map as verb
from safar.usecases.forget import forget_person
from safar.usecases.journey_map import open_prepared, read_journey_map, remembered_map
from safar.usecases.workspace import Workspace
from tests.usecases.prepared_log import NOW, START, commit, fact, row_id

JOURNEY = """
id = "shop"
label = { en = "Shop", fa = "فروشگاه" }
horizon_days = 2
goals = ["delivery"]

[passage]
kind = "inactivity"
inactivity_days = 5

[output]
step = "output"
repeat = ["order"]
complaint = ["complaint"]
recovery = ["call"]
window_days = 1

[[steps]]
id = "purchase"
label = "Purchase"

[[steps]]
id = "output"
label = "Output"

[[touchpoints]]
id = "order"
step = "purchase"
label = "Order"

[[touchpoints]]
id = "call"
step = "purchase"
label = "Call centre"

[[touchpoints]]
id = "delivery"
step = "output"
label = "Delivery"

[[touchpoints]]
id = "complaint"
step = "output"
label = "Complaint"
"""
RULES = """
journey = "shop"

[[rule]]
match = { event = "health_check" }
ignore = "machine"

[[rule]]
match = { event = ["order", "order_*"] }
touchpoint = "order"

[[rule]]
match = { event = "call" }
touchpoint = "call"

[[rule]]
match = { event = "delivery" }
touchpoint = "delivery"

[[rule]]
match = { event = "complaint" }
touchpoint = "complaint"
"""


def rating(key: int, hour: int, event: str, person: str, value: float | None, **more: Any) -> Mapping[str, Any]:
    """A rating from 1 to 5 said in the submission of row `key`."""
    return {
        **fact(key, hour, event, person),
        "slot": more.pop("slot", "q"),
        "submission": row_id(key),
        "speaker": "customer",
        "view": "experienced",
        "question": "satisfied",
        "kind": "csat",
        "state": "answered",
        "value": value,
        "weight": 1.0,
        "scale_min": 1.0,
        "scale_max": 5.0,
        "scale_best": "high",
        **more,
    }


def words(key: int, hour: int, event: str, person: str, text: str) -> Mapping[str, Any]:
    """Words said in the submission of row `key`."""
    return rating(key, hour, event, person, None, slot="w", question="why", kind="text", text=text)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Ann completes, bob is lost after a call, cy complains and is helped, di is known to be there still."""
    made = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    made.publish_journey(JOURNEY, now=NOW)
    made.publish_rules(RULES, now=NOW)
    contacts = [
        fact(1, 0, "order", "ann"),
        fact(2, 10, "delivery", "ann"),
        fact(3, 0, "order", "bob"),
        fact(4, 2, "call", "bob", channel="call"),
        fact(5, 0, "order_app", "cy", channel="app"),
        fact(6, 4, "complaint", "cy"),
        fact(7, 6, "call", "cy", channel="call"),
        fact(8, 99, "order", "di"),
        fact(9, 5, "health_check", None),
        fact(10, 6, "fax", "ann"),
        fact(11, 7, "order", None),
    ]
    answers = [rating(100 + n, 11, "delivery", f"p{n}", 5.0) for n in range(6)]
    answers += [rating(200 + n, 12, "call", f"p{n}", 1.0 + n % 2) for n in range(6)]
    answers += [words(200 + n, 12, "call", f"p{n}", f"I waited {n} hours") for n in range(5)]
    answers.append(rating(300, 12, "fax", "ann", 3.0))
    commit(made.log, contacts, feedback=answers)
    return made


def test_open_passages_change_no_share_of_the_map(workspace: Workspace) -> None:
    before = read_journey_map(workspace)
    moment = before.origin.as_of
    assert moment is not None
    # Ed and fay come lately; fay is complete at once, and her window is open all the same.
    commit(workspace.log, [fact(12, 90, "order", "ed"), fact(13, 91, "order", "fay"), fact(14, 92, "delivery", "fay")])
    after = read_journey_map(workspace, as_of=moment)
    assert (after.passages, after.complete, after.open) == (before.passages + 2, before.complete + 1, before.open + 1)
    assert (after.closed, after.running) == (before.closed, before.running + 2)
    assert (after.completion_share, after.largest_loss) == (before.completion_share, before.largest_loss)
    assert [step.remaining_share for step in after.steps] == [step.remaining_share for step in before.steps]
    assert [after.loss_share(step) for step in after.steps] == [before.loss_share(step) for step in before.steps]
    assert after.steps[1].remaining == before.steps[1].remaining + 1


def test_every_number_of_a_small_log(workspace: Workspace) -> None:
    found = read_journey_map(workspace)
    assert found.origin.as_of == (START + timedelta(hours=99)).replace(tzinfo=UTC)
    assert (found.passages, found.customers, found.moves, found.outside_passages) == (4, 4, 8, 1)
    assert (found.complete, found.lost, found.open) == (1, 2, 1)
    assert (found.closed, found.running) == (3, 1)
    assert found.completion_share == pytest.approx(1 / 3)
    purchase, output = found.steps
    assert (purchase.volume, purchase.passages, purchase.entries, purchase.exits, purchase.lost) == (6, 4, 4, 2, 2)
    assert (purchase.remaining, purchase.dropped, purchase.open, purchase.completed) == (4, 1, 1, 0)
    assert (output.remaining, output.remaining_share, output.dropped, output.completed) == (2, 2 / 3, 1, 1)
    assert purchase.returns == 1
    assert (output.time_since_previous_step.n, output.time_since_previous_step.median_s) == (2, 7 * 3600)
    assert (purchase.dwell.n, purchase.dwell.median_s) == (4, 0.0)
    assert found.largest_loss is not None
    assert (found.largest_loss.step, found.largest_loss.dropped) == ("purchase", 1)
    assert found.largest_loss.points == pytest.approx(100 / 3)
    assert [(c.channel, c.volume) for c in purchase.channels] == [("web", 3), ("call", 2), ("app", 1)]
    ways = found.ways_out
    assert ways is not None
    assert (ways.reached, ways.repeat, ways.recovered) == (2, 0, 1)
    assert (ways.complaint_lost, ways.silence, ways.open) == (0, 1, 0)
    assert {b.table: (b.facts, b.mapped, b.ignored, b.unmapped) for b in found.balance} == {
        "interactions": (11, 9, 1, 1),
        "feedback": (18, 17, 0, 1),
    }
    assert [(u.table, u.event, u.facts) for u in found.unmapped] == [("feedback", "fax", 1), ("interactions", "fax", 1)]
    delivery = next(cell for cell in output.touchpoints if cell.id == "delivery")
    assert (delivery.experience.index, delivery.experience.n, delivery.experience.pleased) == (100.0, 6, 6)
    assert purchase.experience.index == pytest.approx(12.5)
    assert (purchase.experience.displeased, purchase.experience.promoters) == (6, None)
    assert next(cell for cell in output.touchpoints if cell.id == "complaint").experience.state == "none"
    (pain,) = found.pains
    assert pain.touchpoint == "call"
    # The lowest rating first; then the newest, then by fact: p0, p2 and p4 said 1 of 5, at the same time.
    assert {quote.text for quote in pain.quotes} == {"I waited 0 hours", "I waited 2 hours", "I waited 4 hours"}
    assert [quote.index for quote in pain.quotes] == [0.0, 0.0, 0.0]
    assert len(found.rows()) == 6


def test_praise_at_a_pain_is_no_quote_of_it(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path, name="map", now=NOW)
    made.publish_journey(JOURNEY, now=NOW)
    made.publish_rules(RULES, now=NOW)
    answers = [rating(100 + n, 11, "delivery", f"p{n}", 5.0) for n in range(9)]
    answers += [rating(200 + n, 12, "call", f"p{n}", value) for n, value in enumerate((5.0, 4.0, 3.0, 2.0, 4.0, 4.0))]
    answers += [words(200 + n, 12, "call", f"p{n}", f"They said it {n} times") for n in range(6)]
    answers.append(words(300, 12, "call", "ann", "nobody knows how this felt"))
    commit(made.log, [], feedback=answers)
    pain, *_ = read_journey_map(made).pains
    assert pain.touchpoint == "call"
    assert [(quote.text, quote.index) for quote in pain.quotes] == [("They said it 3 times", 25.0)]


def test_the_experience_is_the_one_that_measuring_gives(workspace: Workspace) -> None:
    from safar.usecases.measure import measure

    found = read_journey_map(workspace)
    told = measure(workspace=workspace, metric="experience_index", by=["step"])
    for step in found.steps:
        value = told.cell(step.id)
        assert (step.experience.index, step.experience.low, step.experience.n) == (value.value, value.low, value.n)


def test_filters_select_moves_that_keep_their_place(workspace: Workspace) -> None:
    calls = read_journey_map(workspace, filters=Filters(channels=("call",)))
    assert (calls.passages, calls.moves, calls.lost) == (2, 2, 2)
    assert calls.steps[0].entries == 0
    assert calls.steps[0].exits == 2
    assert calls.filters == {"channel": "call"}
    by_step = read_journey_map(workspace, filters=Filters(steps=("output",)))
    assert (by_step.moves, by_step.steps[0].volume) == (2, 0)
    by_source = read_journey_map(workspace, filters=Filters(sources=("nowhere",)))
    assert (by_source.moves, by_source.passages, by_source.completion_share) == (0, 0, None)


def test_ways_out_are_of_the_passages_of_which_a_move_passes(workspace: Workspace) -> None:
    """Cy called, but arrived and complained otherwise; the flow and the ways out are of the same passages."""
    calls = read_journey_map(workspace, filters=Filters(channels=("call",)))
    assert calls.ways_out is not None
    assert calls.steps[1].remaining == 1
    assert (calls.ways_out.reached, calls.ways_out.recovered, calls.ways_out.silence) == (1, 1, 0)
    late = (START + timedelta(hours=6)).replace(tzinfo=UTC)
    since = read_journey_map(workspace, filters=Filters(since=late)).ways_out
    assert since is not None
    assert (since.reached, since.recovered, since.silence) == (2, 1, 1)
    by_words = read_journey_map(workspace, filters=Filters(speakers=("employee",))).ways_out
    assert by_words is not None
    assert by_words.reached == 2


def test_an_earlier_moment_is_judged_as_it_was(workspace: Workspace) -> None:
    moment = (START + timedelta(hours=5)).replace(tzinfo=UTC)
    found = read_journey_map(workspace, as_of=moment)
    assert (found.passages, found.complete, found.lost, found.open) == (3, 0, 0, 3)
    assert found.ways_out is not None
    assert (found.ways_out.reached, found.ways_out.open) == (1, 1)
    with pytest.raises(verb.BadMoment):
        read_journey_map(workspace, as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_the_map_is_remembered_until_the_log_moves_on(workspace: Workspace) -> None:
    first = read_journey_map(workspace)
    kept = list((workspace.path / "prepared").glob("*/maps/*.json"))
    assert len(kept) == 1
    assert thaw(JourneyMap, kept[0].read_text(encoding="utf-8")) == first
    assert read_journey_map(workspace) == first
    commit(workspace.log, [fact(50, 100, "order", "ed")])
    second = read_journey_map(workspace)
    assert second.passages == 5
    assert len(list((workspace.path / "prepared").glob("*/maps/*.json"))) == 1


def test_views_under_filters_are_remembered_too_and_never_push_the_whole_out(workspace: Workspace) -> None:
    read_journey_map(workspace)
    now = NOW.replace(year=NOW.year + 5)
    web = Filters(channels=("web",))
    assert remembered_map(workspace, filters=web, now=now, newest=True) is None
    found = read_journey_map(workspace, filters=web)
    assert remembered_map(workspace, filters=web, now=now, newest=True) == found
    for i in range(30):
        read_journey_map(workspace, filters=Filters(channels=(f"no such channel {i}",)))
    kept = [file.stem for file in (workspace.path / "prepared").glob("*/maps/*.json")]
    assert 2 <= len([name for name in kept if name.endswith("-filtered")]) <= 20
    assert len([name for name in kept if not name.endswith("-filtered")]) == 1
    assert remembered_map(workspace, filters=NO_FILTERS, now=now, newest=True) is not None
    forget_person(workspace=workspace, external_id="p0", namespace="crm", now=NOW)
    assert not list((workspace.path / "prepared").glob("*/maps/*.json"))


def test_who_must_not_wait_sees_the_last_version_that_is_ready(workspace: Workspace) -> None:
    ready = read_journey_map(workspace)
    commit(workspace.log, [fact(50, 100, "order", "eve")])
    lagging = read_journey_map(workspace, newest=False)
    assert lagging == ready
    filtered = read_journey_map(workspace, filters=Filters(channels=("call",)), newest=False)
    assert filtered.origin.log_version == ready.origin.log_version
    newest = read_journey_map(workspace)
    assert newest.origin.log_version == workspace.log.head().number
    assert newest.moves == ready.moves + 1
    assert read_journey_map(workspace, newest=False) == newest


def test_nothing_older_is_shown_once_an_import_is_undone(workspace: Workspace) -> None:
    commit(workspace.log, [fact(50, 100, "order", "eve")])
    with_eve = read_journey_map(workspace)
    workspace.log.undo(workspace.log.head().import_no, now=NOW)
    for filters in (Filters(), Filters(channels=("call", ""))):
        found = read_journey_map(workspace, filters=filters, newest=False)
        assert found.origin.log_version == workspace.log.head().number
    assert read_journey_map(workspace, newest=False).moves == with_eve.moves - 1


def test_who_is_forgotten_is_no_longer_quoted(workspace: Workspace) -> None:
    read_journey_map(workspace)
    prepared = workspace.path / "prepared"

    def quoted() -> bool:
        return any(b"I waited 0 hours" in path.read_bytes() for path in prepared.rglob("*") if path.is_file())

    assert quoted()
    forget_person(workspace=workspace, external_id="p0", namespace="crm", now=NOW)
    assert not quoted()
    again = read_journey_map(workspace)
    assert not quoted()
    assert again.moves == 8


def test_a_fact_in_the_future_waits(workspace: Workspace) -> None:
    now = (START + timedelta(hours=50)).replace(tzinfo=UTC)
    assert read_journey_map(workspace).passages == 4
    found = read_journey_map(workspace, now=now)
    assert (found.passages, found.origin.as_of) == (3, now)


def test_old_rules_can_be_asked_for(workspace: Workspace) -> None:
    old = workspace.rules("shop")[1].hash
    before = read_journey_map(workspace)
    workspace.publish_rules(RULES.replace('"call" }', '["call", "fax"] }'), now=NOW)
    after = read_journey_map(workspace)
    assert (before.moves, after.moves) == (8, 9)
    assert read_journey_map(workspace, rules_version=old[:8]) == before
    with open_prepared(workspace) as prepared:
        assert prepared.moves.count().to_pyarrow().as_py() == 9
        assert prepared.origin == after.origin


def test_an_empty_workspace_has_an_empty_map(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "ws", name="Empty", now=NOW)
    made.publish_journey(JOURNEY, now=NOW)
    made.publish_rules(RULES, now=NOW)
    found = read_journey_map(made)
    assert (found.passages, found.moves, found.steps[0].remaining_share, found.largest_loss) == (0, 0, None, None)
