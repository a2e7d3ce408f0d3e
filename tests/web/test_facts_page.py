"""The facts behind a number: as many as the number says, each once, and never more than one may see."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.journey_map import JourneyMap
from safar.analysis.output import WAYS
from safar.files.spreadsheet_cell import harmless
from safar.usecases import read_facts as verbs
from safar.usecases.facts_place import Place
from safar.usecases.read_facts import FactsPage, read_facts, stream_facts
from safar.usecases.workspace import Workspace
from tests.web.page_text import Page, whole_number
from tests.web.web_cast import NOW, Cast

KINDS = ("moves", "answers", "passages", "customers", "arrivals", "interactions", "feedback")


def _total(body: bytes) -> int:
    found = re.search(rb'id="total">([^<]*)<', body)
    return whole_number(found.group(1).decode()) if found else 0


def test_every_number_of_the_map_leads_to_so_many_facts(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("bob")
    page = Page(client.get("/journey/").content)
    step = max(the_map.steps, key=lambda s: s.experience.n)
    cell = max(step.touchpoints, key=lambda c: c.volume)
    event = the_map.unmapped[0]
    expected = {
        "/facts/moves/": the_map.moves,
        "/facts/passages/": the_map.passages,
        "/facts/customers/": the_map.customers,
        f"/facts/customers/?at_step={step.id}": step.customers,
        f"/facts/moves/?at_step={step.id}": step.volume,
        f"/facts/answers/?at_step={step.id}": step.experience.n,
        f"/facts/moves/?at_touchpoint={cell.id}": cell.volume,
        **{f"/facts/passages/?at_step={s.id}&state=lost": s.dropped for s in the_map.steps if s.dropped},
        f"/facts/passages/?at_step={step.id}&state=reached": step.remaining,
        **{
            f"/facts/interactions/?mapped={m}": getattr(the_map.balance[0], m)
            for m in ("mapped", "ignored", "unmapped")
        },
        f"/facts/{event.table}/?channel={event.channel or ''}&mapped=unmapped&event={event.event}": event.facts,
    }
    linked = {address for address, _ in page.links}
    for address, number in expected.items():
        assert address in linked, address
        assert _total(client.get(address).content) == number, address


@pytest.mark.parametrize("channel", [None, pytest.param("app", marks=pytest.mark.slow)])
def test_every_state_lists_what_the_map_counts(served: str, channel: str | None) -> None:
    from safar.usecases.journey_map import read_journey_map

    opened = Workspace.open(served)
    filters = Filters(channels=(channel,)) if channel else NO_FILTERS
    found = read_journey_map(opened, filters=filters, now=NOW)
    step = next(s for s in found.steps if s.id == "usage")
    cell = max(step.touchpoints, key=lambda c: c.exits)
    assert found.ways_out
    expected = [
        *(("arrivals", Place(state=way), getattr(found.ways_out, way)) for way in WAYS),
        ("customers", Place(), found.customers),
        ("customers", Place(step=step.id), step.customers),
        ("customers", Place(touchpoint=cell.id), cell.customers),
        ("passages", Place(step=step.id, state="present"), step.passages),
        ("passages", Place(touchpoint=cell.id, state="present"), cell.passages),
        ("arrivals", Place(), found.ways_out.reached),
        ("moves", Place(step=step.id, state="began"), step.entries),
        ("moves", Place(step=step.id, state="ended"), step.exits),
        ("moves", Place(step=step.id, state="returned"), step.returns),
        ("moves", Place(touchpoint=cell.id, state="ended"), cell.exits),
        ("moves", Place(touchpoint=cell.id, state="lost"), cell.lost),
        ("answers", Place(touchpoint=cell.id), cell.experience.n),
        ("passages", Place(step=step.id, state="open"), step.open),
        ("passages", Place(state="closed"), found.closed),
        ("passages", Place(state="running"), found.running),
        ("passages", Place(step=step.id, state="reached_closed"), step.closed_remaining),
        ("moves", Place(step=step.id, state="arrived"), step.time_since_previous_step.n),
        ("moves", Place(step=step.id, state="left"), step.dwell.n),
        ("moves", Place(touchpoint=cell.id, state="followed"), cell.since_previous.n),
        ("interactions", Place(state="outside"), found.outside_passages),
        *((row.table, Place(state="filtered_out"), row.filtered_out) for row in found.balance),
        *((row.table, Place(mapped=m), getattr(row, m)) for row in found.balance for m in ("mapped", "unmapped")),
        *(
            ("answers", Place(step=place.id, question=part.question), part.n)
            for place in found.steps
            for part in place.experience.mix
        ),
        *(
            ("answers", Place(step=place.id, state=score.metric), score.n)
            for place in found.steps
            for score in place.experience.scores
        ),
        *(
            ("answers", Place(step=place.id, state=name), count)
            for place in found.steps
            for name in ("promoters", "passives", "detractors", "pleased", "displeased")
            if (count := getattr(place.experience, name)) is not None
        ),
    ]
    assert {place.state for kind, place, _ in expected if kind == "answers"} >= {"nps", "csat", "ces"} or channel
    for kind, place, number in expected:
        page = read_facts(opened, kind=kind, filters=filters, place=place, now=NOW, identifiers=False, limit=1)
        assert page.total == number, (kind, place)


def test_step_and_touchpoint_pages_open_what_they_count(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("bob")
    step = next(s for s in the_map.steps if s.id == "usage")
    cell = max(step.touchpoints, key=lambda c: c.volume)
    for place, name, shown in (("steps", "step", step), ("touchpoints", "touchpoint", cell)):
        linked = Page(client.get(f"/journey/{place}/{shown.id}/").content).links
        for address, number in (
            (f"/facts/customers/?at_{name}={shown.id}", shown.customers),
            (f"/facts/passages/?at_{name}={shown.id}&state=present", shown.passages),
        ):
            # The share of all passages that it is opens the same list.
            told = [whole_number(text) for found, text in linked if found == address and "%" not in text]
            assert told == [number], address
            assert _total(client.get(address).content) == number, address


def test_quotes_lead_to_all_words_of_their_touchpoint(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("bob")
    pain = next(pain for pain in the_map.pains if pain.quotes)
    address = f"/facts/feedback/?at_touchpoint={pain.touchpoint}&state=words"
    for place in ("/journey/", f"/journey/steps/{pain.step}/", f"/journey/touchpoints/{pain.touchpoint}/"):
        assert address in {found for found, _ in Page(client.get(place).content).links}, place
    words = Page(client.get(address).content)
    assert _total(client.get(address).content) >= len(pain.quotes)
    assert all(quote.text in words.text for quote in pain.quotes) or _total(client.get(address).content) > 20


def test_filters_narrow_the_facts_as_they_narrow_the_map(cast: Cast, served: str) -> None:
    from safar.usecases.journey_map import read_journey_map

    filters = Filters(channels=("web",))
    found = read_journey_map(Workspace.open(served), filters=filters, now=NOW)
    client = cast.client("alice")
    assert _total(client.get("/facts/moves/?channel=web").content) == found.moves
    assert _total(client.get("/facts/passages/?channel=web").content) == found.passages
    step = found.steps[0]
    assert _total(client.get(f"/facts/passages/?channel=web&at_step={step.id}&state=reached").content) == step.remaining


@pytest.mark.parametrize("kind", KINDS)
def test_pages_hold_every_fact_once_newest_first(served: str, kind: str) -> None:
    opened = Workspace.open(served)
    filters = Filters(channels=("shop",)) if kind not in ("passages", "arrivals") else NO_FILTERS
    seen: list[tuple[object, ...]] = []
    times = []
    after = None
    first = read_facts(opened, kind=kind, filters=filters, place=Place(), now=NOW, identifiers=True, limit=1)
    some = first.total // 5 + 1
    for _ in range(6):
        page = read_facts(
            opened, kind=kind, filters=filters, place=Place(), now=NOW, identifiers=True, after=after, limit=some
        )
        seen += [tuple(row.values()) for row in page.rows]
        times += [row.get("ts") or row["last_ts"] for row in page.rows]
        after = page.after
        if after is None:
            break
    assert len(seen) == page.total > 5
    assert times == sorted(times, reverse=True)
    assert len(set(seen)) > 0.99 * len(seen)


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_holds_what_the_pages_hold(cast: Cast, served: str, kind: str) -> None:
    channel = "email" if kind == "arrivals" else "call"
    answer = cast.client("bob").get(f"/facts/{kind}.csv?channel={channel}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))
    page = read_facts(
        Workspace.open(served),
        kind=kind,
        filters=Filters(channels=(channel,)),
        place=Place(),
        now=NOW,
        identifiers=False,
        limit=5,
    )
    assert tuple(rows[0]) == page.columns
    assert len(rows) - 1 == page.total
    times = [i for i, name in enumerate(rows[0]) if name in ("ts", "last_ts")][:1]
    assert rows[1][times[0]] == page.rows[0][rows[0][times[0]]].isoformat()


@pytest.mark.parametrize("kind", ["moves", "passages", "interactions", "feedback"])
def test_long_lists_are_read_in_parts_that_are_the_whole(
    served: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found by time alone, for a page or a file, is what sorting everything finds."""
    told: dict[str, Any] = {
        "kind": kind, "filters": NO_FILTERS, "place": Place(), "now": NOW, "identifiers": False,
    }  # fmt: skip
    opened = Workspace.open(served)

    def pages() -> list[FactsPage]:
        first = read_facts(opened, **told, limit=40)
        return [first, read_facts(opened, **told, limit=40, after=first.after)]

    def file(limit: int) -> list[dict[str, Any]]:
        return [row for part in stream_facts(opened, **told, limit=limit)[1] for row in part.to_pylist()]

    plain, whole, some = pages(), file(10**6), file(700)
    monkeypatch.setattr(verbs, "MANY", 1)
    monkeypatch.setattr(verbs, "_FIRST_PART", 50)
    monkeypatch.setattr(verbs, "_NEXT_PARTS", 600)
    assert pages() == plain
    assert file(10**6) == whole
    assert (file(700), len(some)) == (some, min(700, len(whole)))
    assert plain[0].total == len(whole)
    assert whole[:700] == some


def test_who_is_not_the_owner_sees_no_identifiers(cast: Cast, served: str) -> None:
    opened = Workspace.open(served)
    for kind in KINDS:
        shown = {
            allowed: read_facts(
                opened, kind=kind, filters=NO_FILTERS, place=Place(), now=NOW, identifiers=allowed, limit=1
            ).columns
            for allowed in (False, True)
        }
        hidden = set(shown[True]) - set(shown[False])
        assert all(name.startswith("link_") or name == "subject" for name in hidden)
        assert not any(name.startswith("link_") or name == "subject" for name in shown[False])
    assert "(link)" in Page(cast.client("alice").get("/facts/interactions/").content).text
    assert "(link)" not in Page(cast.client("bob").get("/facts/interactions/").content).text


@pytest.mark.parametrize("kind", ["feedback", "answers"])
@pytest.mark.parametrize("asked", ["employee", "manager"])
def test_answers_of_staff_are_never_listed(cast: Cast, kind: str, asked: str) -> None:
    for query in (f"speaker={asked}", f"speaker={asked}&channel=web", f"speaker={asked}&view=believed"):
        answer = cast.client("alice").get(f"/facts/{kind}/?{query}")
        assert answer.status_code in (200, 400)
        assert _total(answer.content) == 0


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/facts/secrets/", 404),
        ("/facts/moves/?at_step=nowhere", 404),
        ("/facts/moves/?at_touchpoint=nowhere", 404),
        ("/facts/passages/?state=maybe", 404),
        ("/facts/interactions/?mapped=perhaps", 404),
        ("/facts/moves/?after=1", 400),
        ("/facts/moves/?after=x~y~z~w", 400),
        ("/facts/moves/?after=99999999999999999999999~1~1~00", 400),
        ("/facts/moves/?after=1~99999999999999999999999~1~00", 400),
        ("/facts/moves/?after=1~1~1~zz", 400),
        ("/facts/moves/?after=1~1~1~00", 200),
        ("/facts/moves/?event='%20OR%201=1", 200),
        ("/facts/interactions/?event='%3B%20DROP%20TABLE%20x", 200),
        ("/facts/moves.csv?chanel=web", 400),
        ("/facts/nothing.csv", 404),
    ],
)
def test_hostile_addresses(cast: Cast, address: str, status: int) -> None:
    answer = cast.client("bob").get(address)
    assert answer.status_code == status
    if status != 200:
        assert "Next:" in Page(answer.content).text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_formulas_are_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["plain", "a=b", "", 3, -3.5, None])
def test_other_cells_stay(value: object) -> None:
    assert harmless(value) == value


def test_nothing_fits(cast: Cast) -> None:
    text = Page(cast.client("alice").get("/facts/moves/?channel=carrier-pigeon").content).text
    assert "No facts here" in text
