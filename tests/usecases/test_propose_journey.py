"""Proposing a journey: order, bounds, passages, names, and what publishing it does to what was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.domain.journey import PassageKind
from safar.files.journey import read_journey
from safar.files.rules import read_rules
from safar.frameworks.journey_files import journey_text
from safar.log.published import NotPublished
from safar.usecases.journey_map import read_journey_map
from safar.usecases.journeys import JourneyPutAway, make_usual, put_away
from safar.usecases.propose_journey import (
    MOST_TOUCHPOINTS,
    NothingToPropose,
    propose_journey,
    publish_proposal,
    safe_ids,
)
from safar.usecases.versions import restore
from safar.usecases.workspace import NoRules, Workspace
from tests.usecases.prepared_log import NOW, commit, fact


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """With the journey that every new workspace has, and no rules."""
    made = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    made.publish_journey(journey_text("nine-steps"), now=NOW)
    return made


def test_events_come_in_the_order_of_their_place_in_passages(workspace: Workspace) -> None:
    told = [("Pay [card]", 2), ("Order *placed*", 1), ("Deliver?", 9)]
    facts = [fact(n * 10 + i, at, name, None, f"o{n}") for n in range(3) for i, (name, at) in enumerate(told)]
    commit(workspace.log, facts)
    proposal = propose_journey(workspace)
    assert [(t.id, t.label.text(), t.step) for t in proposal.journey.touchpoints] == [
        ("order-placed", "Order *placed*", "order-placed"),
        ("pay-card", "Pay [card]", "pay-card"),
        ("deliver", "Deliver?", "deliver"),
    ]
    assert (proposal.journey.id, proposal.journey.passage.link) == ("crm", "order")
    assert read_journey(proposal.journey_text) == proposal.journey
    assert read_rules(proposal.rules_text) == proposal.rules
    # Patterns take the event as it stands, and nothing that merely looks like it.
    assert proposal.rules.decide({"event": "Order *placed*"}) is not None
    assert proposal.rules.decide({"event": "Order was placed"}) is None
    publish_proposal(workspace, proposal, now=NOW)
    found = read_journey_map(workspace)
    assert (found.journey, found.passages, found.complete, found.moves) == ("crm", 3, 3, 9)


def test_many_events_are_grouped_and_the_rarest_left_out(workspace: Workspace) -> None:
    names = [f"event {n:03d}" for n in range(MOST_TOUCHPOINTS + 5)]
    twice = [fact(n, n, name, "ann") for n, name in enumerate(names[:MOST_TOUCHPOINTS])]
    commit(workspace.log, [*twice, *(fact(1_000 + n, n, name, "bob") for n, name in enumerate(names))])
    proposal = propose_journey(workspace)
    assert len(proposal.journey.touchpoints) == MOST_TOUCHPOINTS
    assert (proposal.left_out, proposal.unmapped, proposal.kinds) == (5, 5, MOST_TOUCHPOINTS + 5)
    assert [step.id for step in proposal.journey.steps] == ["beginning", "middle", "end"]
    assert proposal.journey.passage.kind is PassageKind.INACTIVITY
    publish_proposal(workspace, proposal, now=NOW)
    assert read_journey_map(workspace).balance[0].unmapped == 5


def test_a_link_must_cover_and_tie(workspace: Workspace) -> None:
    linked = [fact(n, n, "a", "ann", f"o{n // 2}") for n in range(2)]
    free = [fact(10 + n, n, "b", "bob") for n in range(3)]
    commit(workspace.log, [*linked, *free])
    assert propose_journey(workspace).journey.passage.kind is PassageKind.INACTIVITY
    commit(workspace.log, [fact(20 + n, n, "c", None, "o0") for n in range(4)])
    proposal = propose_journey(workspace)
    assert proposal.journey.passage.link == "order"
    assert proposal.outside == 3


def test_nothing_to_follow_is_said(workspace: Workspace) -> None:
    with pytest.raises(NothingToPropose, match="no interactions"):
        propose_journey(workspace)
    commit(workspace.log, [fact(n, n, "a", None, f"o{n}") for n in range(3)])
    with pytest.raises(NothingToPropose, match="no link ties them together"):
        propose_journey(workspace)


def test_a_proposal_never_takes_the_place_of_another_journey(workspace: Workspace) -> None:
    commit(workspace.log, [fact(1, 1, "a", "ann"), fact(2, 2, "b", "ann")])
    first = propose_journey(workspace)
    publish_proposal(workspace, first, now=NOW)
    assert propose_journey(workspace) == first
    commit(workspace.log, [fact(3, 3, "c", "ann")])
    second = propose_journey(workspace)
    assert (second.journey.id, propose_journey(workspace, name="crm").journey.id) == ("crm-2", "crm")
    named = propose_journey(workspace, name=" Our Shop ").journey
    assert (named.id, named.label.text()) == ("our-shop", "Our Shop")
    publish_proposal(workspace, second, now=NOW)
    assert workspace.journey()[0].id == "crm", "who chose none is not moved"
    make_usual(workspace, name="crm-2", now=NOW)
    assert workspace.journey()[0].id == "crm-2"
    old = next(entry for entry in workspace.published.history(kind="journey") if entry.name == "crm")
    restore(workspace, kind="journey", version=old.hash[:12], now=NOW)
    assert workspace.journey()[0].id == "crm-2"
    with pytest.raises(NoRules):
        make_usual(workspace, name="nine-steps", now=NOW)
    put_away(workspace, name="crm-2", now=NOW, by="")
    with pytest.raises(JourneyPutAway):
        make_usual(workspace, name="crm-2", now=NOW)
    assert workspace.journey()[0].id == "crm"
    assert workspace.rules()[0].journey == "crm"


def test_a_journey_without_rules_says_what_to_do(workspace: Workspace) -> None:
    with pytest.raises(NotPublished, match="Journey 'nine-steps' has no rules yet") as raised:
        read_journey_map(workspace)
    assert "safar journey propose --publish" in raised.value.next_step


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), unique=True, max_size=20))
def test_ids_are_safe_and_different(names: list[str]) -> None:
    found = safe_ids(names)
    assert len(set(found)) == len(names)
    for identifier in found:
        assert identifier
        assert len(identifier) <= 70
        assert all(letter.isalnum() or letter == "-" or not letter.isascii() for letter in identifier)
