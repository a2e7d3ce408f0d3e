"""Notes on the map: written, read, changed, removed and brought back, by those who may."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from safar.domain.note import NoteCell, NoteLevel
from safar.usecases import notes
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, Cast

AT = "/journey/notes/?step=usage&lane=felt"
WRITE = "/journey/notes/write/?step=usage&lane=felt"
CELL = NoteCell(NoteLevel.STEP, "usage", "felt")


def _note(cast: Cast, served, text: str = "Ask billing first.", name: str = "bob", cell: NoteCell = CELL):  # type: ignore[no-untyped-def]
    journey = Workspace.open(served).journey()[0]
    return notes.write_note(journey, cell=cell, text=text, person=cast.person(name), now=NOW)


def test_a_note_appears_on_the_map_and_leads_to_its_words(cast: Cast) -> None:
    client = cast.client("bob")
    answer = client.post(WRITE, {"text": "Ask billing first.\n<b>Then</b> decide.", "next": "/journey/?channel=app"})
    assert answer["Location"] == "/journey/?channel=app"
    page = cast.client("vera").get("/journey/").content.decode()
    mark = re.search(r'class="note-mark" id="([^"]+)" href="([^"]+)"', page)
    assert mark
    assert mark.group(1) == "notes-step-usage-felt"
    own = cast.client("vera").get(mark.group(2).replace("&amp;", "&")).content.decode()
    assert "Ask billing first.<br>&lt;b&gt;Then&lt;/b&gt; decide." in own
    assert "Bob" in own
    assert 'name="text"' not in own  # a viewer reads
    assert 'id="the-notes"' in page  # under the map, and its footnotes on paper
    assert "Ask billing first." in page[page.index('id="the-notes"') :]


def test_every_cell_offers_a_note_to_who_may_write(cast: Cast) -> None:
    page = cast.client("bob").get("/journey/?notes=write&lanes=felt,touchpoints").content.decode()
    assert 'href="/journey/notes/write/?step=usage&amp;lane=felt"' in page
    assert 'href="/journey/notes/write/?touchpoint=bill"' in page
    assert "note-add" not in cast.client("bob").get("/journey/").content.decode()
    assert "note-add" not in cast.client("vera").get("/journey/?notes=write").content.decode()


def test_who_may_do_what(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    made = _note(cast, served)
    one = f"/journey/notes/{made.id}/"
    for name in ("vera", "uma"):
        client = cast.client(name)
        assert client.get(WRITE).status_code == 403
        assert client.post(WRITE, {"text": "x"}).status_code == 403
        for address in (one, f"{one}remove/", f"{one}restore/"):
            assert client.post(address, {"text": "x"}).status_code == 403, address
    # Notes are about the whole company's map.
    uma = cast.client("uma")
    assert uma.get("/journey/notes/").status_code == 403
    assert uma.get(AT).status_code == 403
    assert "Ask billing" not in uma.get("/journey/").content.decode()
    assert "note" not in re.findall(r'class="(note-mark|note-add)"', uma.get("/journey/").content.decode())
    # The owner removes anybody's, and changes nobody's words.
    alice = cast.client("alice")
    assert alice.get(one).status_code == 403
    assert alice.post(one, {"text": "other words"}).status_code == 403
    assert alice.post(f"{one}remove/").status_code == 302
    assert cast.client("bob").post(f"{one}restore/").status_code == 403  # not by who did not remove it
    assert alice.post(f"{one}restore/").status_code == 302
    assert notes.read_note(made.id, person=cast.person("bob")).text == "Ask billing first."
    theirs = _note(cast, served, "Alice's", name="alice")
    assert cast.client("bob").post(f"/journey/notes/{theirs.id}/remove/").status_code == 403


def test_changing_removing_and_undo(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    made, client = _note(cast, served), cast.client("bob")
    one = f"/journey/notes/{made.id}/"
    assert "Ask billing first." in client.get(one).content.decode()
    wrong = client.post(one, {"text": " "})
    assert wrong.status_code == 200
    assert b"aria-invalid" in wrong.content
    assert client.post(one, {"text": "x" * 501}).status_code == 200
    assert client.post(one, {"text": "Other words"})["Location"] == "/journey/notes/"
    assert "changed" in client.get(AT).content.decode()
    client.post(f"{one}remove/", {"next": AT})
    page = client.get(AT).content.decode()
    assert "Other words" not in page
    undo = re.search(r'action="(/journey/notes/[^"]*/restore/)"', page)
    assert undo
    client.post(undo.group(1))
    assert "Other words" in client.get(AT).content.decode()
    assert client.get("/journey/notes/00000000-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    "query", ["step=nowhere&lane=felt", "step=usage&lane=nothing", "step=usage", "step=a&touchpoint=b"]
)
def test_places_that_are_not_on_the_map_are_refused(cast: Cast, query: str) -> None:
    client = cast.client("bob")
    assert client.get(f"/journey/notes/?{query}").status_code == 400
    assert client.post(f"/journey/notes/write/?{query}", {"text": "x"}).status_code == 400


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/journey/", "//elsewhere.example/journey/", "/people/", "javascript:x"]
)
def test_the_way_back_leads_nowhere_else(cast: Cast, elsewhere: str) -> None:
    answer = cast.client("bob").post(WRITE, {"text": "x", "next": elsewhere})
    assert answer["Location"] == AT


def test_numbers_of_people_are_taken_out(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    made = _note(cast, served, "Ann (ann@example.org, 0912 345 6789, 4111 1111 1111 1111) said so; 12 of 30.")
    assert made.text == "Ann ([e-mail], [phone], [card]) said so; 12 of 30."


def test_notes_survive_a_new_version_or_are_listed_apart(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    _note(cast, served, "stays")
    _note(cast, served, "its place goes", cell=NoteCell(NoteLevel.TOUCHPOINT, "bill"))
    journey = Workspace.open(served).journey()[0]
    newer = replace(journey, touchpoints=tuple(one for one in journey.touchpoints if one.id != "bill"))
    found = notes.read_notes(newer, person=cast.person("vera"))
    assert [one.text for one in found.at(CELL)] == ["stays"]
    assert [one.text for one in found.elsewhere] == ["its place goes"]
    from safar.web.notes_page import lay_out_notes

    laid = lay_out_notes(found, newer, person=cast.person("vera"))
    assert [note.number for note in (*laid.all, *laid.elsewhere)] == [1, 2]
    assert laid.elsewhere[0].place == "bill"


def test_who_left_is_not_named(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    _note(cast, served)
    cast.bob.delete()
    assert "someone who left" in cast.client("vera").get(AT).content.decode()


def test_bounds(cast: Cast, served, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(notes, "MOST_IN_CELL", 1)
    _note(cast, served)
    full = cast.client("bob").post(WRITE, {"text": "one more"})
    assert full.status_code == 200
    assert b"A place holds 1 notes" in full.content
    for text in ("\x07bell", "a\u202eb"):
        with pytest.raises(notes.BadNote):
            notes.checked_words(text)


def test_query_counts_are_fixed(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for i in range(5):
        _note(cast, served, f"note {i}")
    client = cast.client("bob")
    for address in ("/journey/notes/", AT):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) == 3, (address, [one["sql"] for one in queries])


def test_who_is_forgotten_is_forgotten_in_notes(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    made = _note(cast, served, "Like crm-4711 (not crm-47110): call CRM-4711 back; 4711 others.")
    assert notes.forget_in_notes(Workspace.open(served), identifiers=("crm-4711",)) == 1
    words = notes.read_note(made.id, person=cast.person("bob")).text
    assert words == "Like [forgotten] (not crm-47110): call [forgotten] back; 4711 others."
    assert notes.forget_in_notes(Workspace.open(served), identifiers=("crm-4711",)) == 0
