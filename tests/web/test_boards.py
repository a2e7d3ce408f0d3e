"""Boards: kept, ordered, shared, undone, shown with the verb's numbers, and sent by mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from safar.domain.board import Board, ChartKind, next_letter
from safar.domain.period import Days, RelativePeriod, days_before, days_of
from safar.usecases import boards
from safar.usecases.measure import measure
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, UNIT, Cast

CHARTS = (
    ("Recommendation", "measure", "metric=nps&period=last-365-days&over=quarter"),
    ("By step", "measure", "metric=experience-index&by=step"),
    ("Whole journey", "map", ""),
)


def _board(cast: Cast, *, shared: bool = True, owner: str = "bob") -> Board:
    person = cast.person(owner)
    made = boards.create_board(title="Morning", shared=shared, person=person, now=NOW)
    for title, kind, query in CHARTS:
        boards.save_chart(made.id, kind=ChartKind(kind), title=title, query=parse_qsl(query), person=person, now=NOW)
    return boards.read_board(made.id, person=person)


def test_a_board_shows_the_numbers_of_the_verb(cast: Cast, served: Path) -> None:
    made = _board(cast)
    page = cast.client("vera").get(f"/boards/{made.id}/").content.decode()
    found = measure(workspace=Workspace.open(served), metric="experience_index", by=["step"])
    assert found.total
    assert f">{found.total.value:.1f}</a>" in page
    for cell in found.cells[:6]:
        if cell.value.value is not None:
            assert f">{cell.value.value:.1f}</a></td>" in page
    assert len(page) < 300_000
    assert "periods end with the last fact" in page


def test_the_figures_of_a_board_open_what_they_count(cast: Cast, served: Path) -> None:
    person = cast.person("bob")
    made = boards.create_board(title="Morning", shared=True, person=person, now=NOW)
    query = [("metric", "csat"), ("by", "touchpoint")]
    journey, _ = Workspace.open(served).journey()
    boards.save_chart(made.id, kind=ChartKind.MEASURE, title="By", query=query, person=person, now=NOW)
    boards.save_chart(
        made.id,
        kind=ChartKind.MAP,
        title="Compared",
        query=[("channel", "app"), ("vs.channel", "email"), ("journey", journey.id)],
        person=person,
        now=NOW,
    )
    client = cast.client("vera")
    page = client.get(f"/boards/{made.id}/").content.decode()
    found = measure(workspace=Workspace.open(served), metric="csat", by=["touchpoint"])
    assert found.total
    assert "takes each person&#x27;s latest answer once" in page or "takes each person's latest answer once" in page
    counted = re.findall(r'<a class="base" href="([^"]*)">([\d,]+) answers?</a>', page)
    assert len(counted) == 3  # of the measurement, and of both groups of the map
    for address, n in counted:
        listed = client.get(address.replace("&amp;", "&")).content.decode()
        total = re.search(r'id="total">([^<]*)<', listed)
        assert total
        assert total.group(1) == n, address
    assert all(f"journey={journey.id}" in address for address, _n in counted[1:])
    card = page[page.index("Compared") :]
    assert "Channel: app" in card
    assert "Channel: email" in card
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", card, re.DOTALL)
    assert all(row.count('<td class="n">') == 2 for row in rows)


def test_who_sees_some_units_sees_a_board_within_them(cast: Cast, served: Path) -> None:
    made = _board(cast)
    own = measure(workspace=Workspace.open(served), metric="experience_index", by=["step"], where={"unit": UNIT})
    page = cast.client("uma").get(f"/boards/{made.id}/").content.decode()
    assert own.total
    told = "too few answers" if own.total.value is None else f">{own.total.value:.1f}</a>"
    assert told in page
    whole = measure(workspace=Workspace.open(served), metric="experience_index", by=["step"])
    assert whole.total
    assert f">{whole.total.value:.1f}</a>" not in page
    elsewhere = boards.save_chart(
        made.id,
        kind=ChartKind.MEASURE,
        title="Elsewhere",
        query=[("metric", "nps"), ("unit", "elsewhere")],
        person=cast.person("bob"),
        now=NOW,
    )
    page = cast.client("uma").get(f"/boards/{made.id}/").content.decode()
    card = page[page.index(f"c-{elsewhere.id}") :]
    assert "units that are not yours" in card


def test_boards_that_are_not_shared_are_nobody_elses(cast: Cast) -> None:
    made = _board(cast, shared=False)
    chart = made.charts[0].id
    assert cast.client("bob").get(f"/boards/{made.id}/").status_code == 200
    for name in ("alice", "vera", "uma"):
        client = cast.client(name)
        assert client.get(f"/boards/{made.id}/").status_code == 404
        assert "Morning" not in client.get("/boards/").content.decode()
        for address in (f"/boards/{made.id}/remove/", f"/boards/charts/{chart}/remove/"):
            assert client.post(address).status_code == 404


def test_viewers_look_at_shared_boards_and_change_their_own(cast: Cast) -> None:
    made, client = _board(cast), cast.client("vera")
    chart = made.charts[0].id
    assert client.get(f"/boards/{made.id}/").status_code == 200
    for address in (
        f"/boards/{made.id}/remove/",
        f"/boards/{made.id}/restore/",
        f"/boards/charts/{chart}/remove/",
        f"/boards/charts/{chart}/move/",
        f"/boards/charts/{chart}/restore/",
    ):
        assert client.post(address).status_code == 403, address
    assert client.get(f"/boards/{made.id}/change/").status_code == 403
    answer = client.post("/boards/", {"title": "Mine", "shared": "on"})
    assert answer.status_code == 302
    (own,) = [one for one in boards.read_boards(person=cast.person("vera")) if one.title == "Mine"]
    assert not own.shared


def test_ordering_renaming_and_undo(cast: Cast) -> None:
    made, client = _board(cast), cast.client("alice")
    first, second, third = (one.id for one in made.charts)

    def order() -> list[UUID]:
        return [one.id for one in boards.read_board(made.id, person=cast.person("bob")).charts]

    client.post(f"/boards/charts/{third}/move/", {"to": "front"})
    assert order() == [first, third, second]
    client.post(f"/boards/charts/{first}/move/", {"to": "back"})
    assert order() == [third, first, second]
    client.post(f"/boards/charts/{first}/remove/")
    assert order() == [third, second]
    page = client.get(f"/boards/{made.id}/").content.decode()
    undo = re.search(r'action="(/boards/charts/[^"]*/restore/)"', page)
    assert undo
    client.post(undo.group(1))
    assert order() == [third, first, second]
    assert client.post(f"/boards/charts/{first}/", {"title": " New  na\u200cme "}).status_code == 302
    assert "New na\u200cme" in client.get(f"/boards/{made.id}/").content.decode()
    wrong = client.post(f"/boards/charts/{first}/", {"title": ""})
    assert wrong.status_code == 200
    assert b"aria-invalid" in wrong.content
    client.post(f"/boards/{made.id}/remove/")
    undo = re.search(r'action="(/boards/[^"]*/restore/)"', client.get("/boards/").content.decode())
    assert undo
    assert client.get(f"/boards/{made.id}/").status_code == 404
    client.post(undo.group(1))
    assert order() == [third, first, second]


def test_saving_a_chart_from_its_address(cast: Cast, served: Path) -> None:
    client = cast.client("vera")
    page = client.get("/measure/?metric=nps&by=channel").content.decode()
    link = re.search(r'href="(/boards/save/[^"]*)"', page)
    assert link
    form = client.get(link.group(1).replace("&amp;", "&")).content.decode()
    assert "/measure/?metric=nps&amp;by=channel" in form
    assert "(optional)" not in form  # with no board yet a new one must be named
    told = {"title": "NPS", "address": "/measure/?metric=nps&by=channel&lang=fa", "board": "new", "new_board": ""}
    answer = client.post("/boards/save/", told)
    assert answer.status_code == 200
    assert b"Name the new board" in answer.content
    answer = client.post("/boards/save/", told | {"new_board": "Vera's"})
    assert answer.status_code == 302
    (own,) = boards.read_boards(person=cast.person("vera"))
    found = boards.read_board(own.id, person=cast.person("vera"))
    journey = ("journey", Workspace.open(served).journey()[0].id)
    assert [one.query for one in found.charts] == [(("metric", "nps"), ("by", "channel"), journey)]
    for address in ("https://elsewhere.example/x", "/people/", "javascript:alert(1)", "//[", "/measure/" + "x" * 7000):
        wrong = client.post("/boards/save/", told | {"address": address, "new_board": "x"})
        assert wrong.status_code == 200, address
        assert b'class="wrong"' in wrong.content, address


def test_query_counts_are_fixed(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made, client = _board(cast), cast.client("vera")
    for address, most in (("/boards/", 3), (f"/boards/{made.id}/", 5)):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) == most, (address, [one["sql"] for one in queries])


@pytest.mark.parametrize(
    ("period", "days", "before"),
    [
        ("last-7-days", ("2026-03-09", "2026-03-16"), ("2026-03-02", "2026-03-09")),
        ("this-week", ("2026-03-09", "2026-03-16"), ("2026-03-02", "2026-03-09")),
        ("this-month", ("2026-03-01", "2026-03-16"), ("2026-02-01", "2026-02-16")),
        ("last-month", ("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-02-01")),
        ("this-quarter", ("2026-01-01", "2026-03-16"), ("2025-10-01", "2025-12-14")),
        ("last-quarter", ("2025-10-01", "2026-01-01"), ("2025-07-01", "2025-10-01")),
        ("last-year", ("2025-01-01", "2026-01-01"), ("2024-01-01", "2025-01-01")),
    ],
)
def test_relative_periods(period: str, days: tuple[str, str], before: tuple[str, str]) -> None:
    from datetime import date

    def told(pair: tuple[str, str]) -> Days:
        return Days(date.fromisoformat(pair[0]), date.fromisoformat(pair[1]))

    found = days_of(RelativePeriod(period), date(2026, 3, 15))
    assert found == told(days)
    assert days_before(found, RelativePeriod(period)) == told(before)


def test_the_next_letter_is_due_at_the_hour_of_the_zone() -> None:
    due = next_letter(weekday=0, hour=8, after=datetime(2026, 3, 23, 7, tzinfo=UTC), time_zone="Europe/Vienna")
    assert due == datetime(2026, 3, 30, 6, tzinfo=UTC)  # summer time began on the 29th
    again = next_letter(weekday=0, hour=8, after=due, time_zone="Europe/Vienna")
    assert again - due == timedelta(days=7)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_board_comes_by_mail_and_stops(
    cast: Cast, served: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safar.store import boards as store
    from safar.store.models import Job
    from safar.usecases.work import Worker
    from safar.web.board_mail import BOARD_LETTER, put_letters_in_line
    from tests.usecases.mail_sink import mail_sink

    made = _board(cast)
    cast.vera.email = "vera@example.org"
    cast.vera.save()
    with mail_sink() as sink:
        environ = {f"SAFAR_{name.upper()}": str(value) for name, value in sink.settings().items()}
        environ["SAFAR_PUBLIC_ADDRESS"] = "https://cx.example.org"
        opened = Workspace.open(served, environ=environ)
        wish = boards.wish_letter(
            made.id, weekday=0, hour=8, language=language, person=cast.person("vera"), workspace=opened, now=NOW
        )
        later = wish.next_at + timedelta(minutes=1)
        assert put_letters_in_line(opened, wish.next_at - timedelta(minutes=1)) == 0
        assert put_letters_in_line(opened, later) == 1
        assert put_letters_in_line(opened, later) == 0
        assert Job.objects.filter(kind="board-letter").count() == 1
        worker = Worker(
            name="w", open_workspace=lambda: opened, clock=lambda: later, kinds={BOARD_LETTER.name: BOARD_LETTER}
        )
        # The job runs on this thread, inside the test's transaction; what beats for it would wait for that to end.
        monkeypatch.setattr(worker, "_beating", _still)
        assert worker.work_once()
        (letter,) = sink.wait()
    assert Job.objects.get(kind="board-letter").state == "done"
    assert letter["To"] == "vera@example.org"
    plain, page = (letter.get_body([kind]) for kind in ("plain", "html"))
    assert plain
    assert page
    text = plain.get_content()
    found = measure(workspace=opened, metric="experience_index", by=["step"])
    assert found.total
    assert found.total.value
    number = f"{found.total.value:.1f}"
    if language == "fa":
        number = number.replace(".", "٫").translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        assert 'dir="rtl"' in page.get_content()
    assert number in text
    assert number in page.get_content()
    assert "<img" not in page.get_content()
    assert f"https://cx.example.org/boards/{made.id}/" in text
    stop = re.search(r"https://cx\.example\.org(/boards/letters/\S+)", text)
    assert stop
    stranger = cast.client(None)
    asked = stranger.get(stop.group(1))
    assert asked.status_code == 200
    assert made.title in asked.content.decode()
    assert store.find_letter(wish.id) is not None
    assert stranger.post(stop.group(1)).status_code == 200
    assert store.find_letter(wish.id) is None
    assert stranger.get("/boards/letters/made-up/").status_code == 403


def _still(*_arguments: object) -> object:
    from contextlib import nullcontext

    return nullcontext()


def test_who_takes_no_part_any_more_gets_no_letter(cast: Cast, served: Path) -> None:
    from safar.store import boards as store
    from safar.usecases.board_schedule import letter_to_send

    made = _board(cast)
    cast.vera.email = "vera@example.org"
    cast.vera.save()
    wish = boards.wish_letter(
        made.id,
        weekday=0,
        hour=8,
        language="en",
        person=cast.person("vera"),
        workspace=Workspace.open(served),
        now=NOW,
    )
    assert letter_to_send(wish.id) is not None
    cast.vera.role = ""
    cast.vera.save()
    assert letter_to_send(wish.id) is None
    assert store.find_letter(wish.id) is None


def test_cards_titles_and_letters_say_period_and_filters(cast: Cast, served: Path) -> None:
    from safar.usecases.boards import wish_letter
    from safar.web.board_letters import board_letter

    cast.vera.email = "vera@example.org"
    cast.vera.save()
    vera, client = cast.person("vera"), cast.client("vera")
    opened = Workspace.open(served)
    made = boards.create_board(title="Narrow", shared=False, person=vera, now=NOW)
    ranged = [("since", "2025-06-01"), ("until", "2026-01-01")]
    for kind, title, query in (
        (ChartKind.MEASURE, "Open", [("metric", "nps"), ("channel", "app"), ("since", "2025-06-01")]),
        (ChartKind.MEASURE, "Whole", [("metric", "nps")]),
        (ChartKind.MAP, "Map", [("channel", "app"), *ranged]),
        (ChartKind.MAP, "Two", [("channel", "app"), ("vs.channel", "email")]),
    ):
        boards.save_chart(made.id, kind=kind, title=title, query=query, person=vera, now=NOW)
    made = boards.read_board(made.id, person=vera)
    page = client.get(f"/boards/{made.id}/").content.decode()
    first, second, third, _fourth = (
        re.sub(r"<[^>]*>", "|", card) for card in page.split('<section class="card chart"')[1:]
    )
    assert "any time" not in first
    assert "from 1 Jun 2025" in first
    assert "Channel: app" in first
    assert "any time" in second
    assert "1 Jun 2025 – 31 Dec 2025" in third
    assert "Channel: app" in third

    wish = wish_letter(made.id, weekday=0, hour=8, language="en", person=vera, workspace=opened, now=NOW)
    letter = board_letter(made, wish, person=vera, workspace=opened, base="", now=NOW)
    told = {line.partition(" ")[0].strip(":"): line for line in letter.lines[1:]}
    assert told["Open"].startswith("Open (from 1 Jun 2025 · Channel: app): ")
    assert told["Map"].startswith("Map (1 Jun 2025 – 31 Dec 2025 · Channel: app): ")
    assert "A (Channel: app): " in told["Two"]
    assert "B (Channel: email): " in told["Two"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/measure/?metric=nps&channel=app&since=2025-06-01", "What · from 1 Jun 2025 · Channel: app"),
        ("/journey/?since=2025-12-01&until=2026-01-01", "What · 1 Dec 2025 – 31 Dec 2025"),
        ("/journey/?channel=app&vs.channel=email", "What · A: Channel: app · B: Channel: email"),
        ("/measure/?metric=nps&since=nonsense", "What"),
        ("/measure/?metric=nps&source=" + "x" * 130, "What"),
    ],
)
def test_the_title_that_is_proposed_tells_filters(cast: Cast, address: str, told: str) -> None:
    from urllib.parse import urlencode

    form = cast.client("vera").get("/boards/save/?" + urlencode({"address": address, "title": "What"})).content.decode()
    field = re.search(r'<input[^>]*name="title"[^>]*>', form)
    assert field
    assert f'value="{told}"' in field.group(0)
