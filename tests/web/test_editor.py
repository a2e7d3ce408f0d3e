"""Journey and rules editors, inventory and journeys: who may, what is kept, what is published, two people at once."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from safar.usecases.workspace import Workspace
from tests.web.page_text import Page, whole_number
from tests.web.web_cast import NOW, UNIT, Cast

EDITORS = (
    "/journey/edit/",
    "/journey/edit/frame/",
    "/journey/edit/step/",
    "/journey/edit/touchpoint/",
    "/journey/versions/",
    "/rules/",
    "/rules/edit/",
    "/rules/versions/",
    "/journeys/",
)
MOST_BYTES = 300_000
STEP = {"label_en": "Second thoughts", "label_fa": "تردید", "phase": "", "position": "4"}
TOUCHPOINT = {"label_en": "Thank-you letter", "label_fa": "", "step": "loyalty", "position": "", "owner": "Post"}


def _total(page: Page) -> int:
    found = re.search(r"Facts ([\d,]+)", page.text)
    assert found
    return whole_number(found.group(1))


@pytest.mark.parametrize("address", EDITORS)
def test_only_those_who_may_change_get_in(cast: Cast, address: str) -> None:
    for name, status in (("alice", 200), ("bob", 200), ("vera", 403), ("uma", 403), ("charlie", 403)):
        assert cast.client(name).get(address).status_code == status, name


@pytest.mark.parametrize(
    "address", ["/journey/edit/arrange/", "/rules/arrange/", "/rules/preview/", "/rules/undo/", "/journeys/archive/"]
)
def test_viewers_change_nothing_by_post(cast: Cast, address: str) -> None:
    for name in ("vera", "uma", "charlie"):
        assert cast.client(name).post(address, {"do": "remove:0"}).status_code == 403


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("address", [*EDITORS, "/touchpoints/"])
def test_pages_are_light_and_ask_the_store_little(cast: Cast, address: str, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("alice")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{address}?lang={language}")
    assert answer.status_code == 200
    assert len(answer.content) < MOST_BYTES
    # Session and account; on a draft's page the draft's last change and who else has one.
    assert len(asked) <= 4, [one["sql"] for one in asked]


def test_the_inventory_counts_what_the_lists_show(cast: Cast, served: Path) -> None:
    client = cast.client("alice")
    page = Page(client.get("/touchpoints/").content)
    journey, _ = Workspace.open(served).journey()
    for touchpoint in journey.touchpoints:
        assert touchpoint.label.text() in page.text
    for kind in ("interactions", "feedback"):
        address = f"/facts/{kind}/?at_touchpoint=bill"
        listed = Page(client.get(address).content)
        assert _total(listed) == page.count_in_link(address) > 0


def test_the_inventory_keeps_to_units(cast: Cast) -> None:
    whole, own = (Page(cast.client(name).get("/touchpoints/").content) for name in ("vera", "uma"))
    address = "/facts/interactions/?at_touchpoint=bill"
    asked = Page(cast.client("uma").get(address).content)
    assert _total(asked) == own.count_in_link(address) < whole.count_in_link(address)
    assert UNIT not in whole.text


def test_the_inventory_is_narrowed_and_ordered_by_links(cast: Cast) -> None:
    client = cast.client("vera")
    rows = list(csv.DictReader(io.StringIO(client.get("/touchpoints.csv?sort=contacts&down=1").content.decode())))
    counts = [int(row["contacts"]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert len(rows) == 32
    truths = list(csv.DictReader(io.StringIO(client.get("/touchpoints.csv?truth=1").content.decode())))
    assert [row["touchpoint"] for row in truths] == [
        row["touchpoint"]
        for row in csv.DictReader(io.StringIO(client.get("/touchpoints.csv").content.decode()))
        if row["moment_of_truth"]
    ]
    page = Page(client.get("/touchpoints/?truth=1&sort=nonsense&moment=never").content)
    assert all(row["name_en"] in page.text for row in truths)
    for other in rows:
        if other not in truths:
            assert f"/journey/touchpoints/{other['touchpoint']}/" not in [address for address, _ in page.links]


def test_what_firms_forget_is_suggested_and_accepted(cast: Cast, own: Path) -> None:
    page = Page(cast.client("bob").get("/touchpoints/").content)
    # The simulated company has bills, but thanks nobody.
    assert "Thank-you letters" in page.text
    assert "table 2, row 3.2" in page.text
    address = next(a for a, _ in page.links if "touchpoints.after.thank-you" in a)
    form = cast.client("bob").get(address).content.decode()
    assert 'value="Thank-you letter"' in form
    assert 'value="نامهٔ سپاسگزاری"' in form
    assert '<option value="loyalty" selected>' in form
    cast.post("bob", address, TOUCHPOINT | {"channels": "email, letter"})
    cast.post("bob", "/journey/edit/publish/")
    assert "Often forgotten" not in Page(cast.client("bob").get("/touchpoints/").content).text


def test_a_draft_is_ones_own_and_can_be_taken_back_and_discarded(cast: Cast, own: Path) -> None:
    page = cast.post("alice", "/journey/edit/step/", STEP)
    assert "Second thoughts" in page.text
    assert "1 change" in page.text
    assert "Second thoughts" not in Page(cast.client("bob").get("/journey/edit/").content).text
    assert "Also being changed by: Alice" in Page(cast.client("bob").get("/journey/edit/").content).text
    cast.post("alice", "/journey/edit/arrange/", {"do": "up:step:second-thoughts"})
    steps = [step.id for step in Workspace.open(own).journey()[0].steps]
    page = cast.post("alice", "/journey/edit/undo/")
    assert "Taken back: order of the steps: Second thoughts" in page.text
    confirm = Page(cast.client("alice").get("/journey/edit/discard/").content)
    assert "Second thoughts" in confirm.text
    page = cast.post("alice", "/journey/edit/discard/")
    assert "Second thoughts" not in page.text
    assert [step.id for step in Workspace.open(own).journey()[0].steps] == steps


def test_publishing_shows_what_changes_and_who_did_it(cast: Cast, own: Path) -> None:
    cast.post("alice", "/journey/edit/step/", STEP)
    cast.post("alice", "/journey/edit/touchpoint/?id=bill", TOUCHPOINT | {"label_en": "Bill", "step": "usage"})
    page = Page(cast.client("alice").get("/journey/edit/publish/").content)
    assert "Second thoughts added" in page.text
    assert re.search(r"Bill\s+changed", page.text)
    assert "Post" in page.text
    cast.post("alice", "/journey/edit/publish/", {"note": "people hesitate"})
    opened = Workspace.open(own)
    entry = opened.journey()[1]
    assert (entry.by, entry.note) == ("Alice", "people hesitate")
    assert opened.journey()[0].steps[4].id == "second-thoughts"
    versions = Page(cast.client("bob").get("/journey/versions/").content)
    assert "Alice" in versions.text
    assert "people hesitate" in versions.text
    old, new = (one.hash for one in opened.published.history(kind="journey"))
    compared = Page(cast.client("bob").get(f"/journey/versions/?from={old}&to={new}").content)
    assert "Second thoughts added" in compared.text
    cast.post("bob", f"/journey/versions/{old}/restore/")
    assert Workspace.open(own).journey()[1].hash == old
    assert Workspace.open(own).journey()[1].by == "Bob"


def test_rules_of_what_is_taken_away_are_asked_about(cast: Cast, own: Path) -> None:
    opened = Workspace.open(own)
    journey, rules = opened.journey()[1], opened.rules()[0].rules
    expected = sum(rule.touchpoint in ("bill", "payment") for rule in rules)
    cast.post("alice", "/journey/edit/arrange/", {"do": "remove:touchpoint:bill"})
    page = Page(cast.client("alice").get("/journey/edit/publish/").content)
    assert "Rules lead to what you take away" in page.text
    refused = cast.client("alice").post("/journey/edit/publish/", {"note": ""})
    assert refused.status_code == 400
    assert opened.journey()[1] == journey
    cast.post("alice", "/journey/edit/publish/", {"instead.bill": "payment"})
    rules = Workspace.open(own).rules()[0].rules
    assert not any(rule.touchpoint == "bill" for rule in rules)
    assert sum(rule.touchpoint == "payment" for rule in rules) == expected


def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(cast: Cast) -> None:
    client = cast.client("bob")
    for address, data, said in (
        ("/journey/edit/step/", {"label_en": "", "phase": "Kept"}, "Give a name in English or in Persian."),
        ("/journey/edit/touchpoint/", TOUCHPOINT | {"owner": "Kept", "step": "nowhere"}, "Choose one of the list."),
        ("/journey/edit/touchpoint/", TOUCHPOINT | {"id": "bill", "owner": "Kept"}, "This id is in use."),
        (
            "/journey/edit/frame/",
            {"label_en": "Kept", "passage": "inactivity", "inactivity_days": "no", "horizon_days": "-3"},
            "Write a number of days above 0.",
        ),
        ("/rules/edit/", {"column.0": "event", "patterns.0": "Kept", "touchpoint": "-"}, "Say why these are left out."),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 400, address
        body = answer.content.decode()
        assert said in body
        assert "Kept" in body
        assert 'aria-invalid="true"' in body
    assert not Page(client.get("/journey/edit/").content).text.count("Taken back")


def test_names_are_escaped(cast: Cast, own: Path) -> None:
    cast.post("alice", "/journey/edit/step/", STEP | {"label_en": "<script>alert(1)</script>"})
    for address in ("/journey/edit/", "/journey/edit/publish/"):
        assert b"<script>alert(1)" not in cast.client("alice").get(address).content


def test_the_preview_tells_what_publishing_does(cast: Cast, own: Path) -> None:
    client = cast.client("alice")
    rule = {"column.0": "event", "patterns.0": "billing.*", "touchpoint": "payment", "position": "0"}
    said = Page(client.post("/rules/preview/", rule).content)
    moved = [whole_number(n) for n in re.findall(r"moves ([\d,]+) contacts from Bill to Payment", said.text)]
    assert len(moved) == 1
    by_button = Page(client.post("/rules/edit/", rule | {"preview": "1"}).content)
    assert f"moves {moved[0]:,} contacts from Bill to Payment" in by_button.text
    inventory = Page(client.get("/touchpoints/").content)
    links = {name: f"/facts/interactions/?at_touchpoint={name}" for name in ("bill", "payment")}
    before = {name: inventory.count_in_link(address) for name, address in links.items()}
    client.post("/rules/edit/", rule)
    page = Page(client.get("/rules/publish/").content)
    assert f"moves {moved[0]:,} contacts from Bill to Payment" in page.text
    cast.post("alice", "/rules/publish/")
    after = Page(client.get("/touchpoints/").content)
    assert after.count_in_link(links["payment"]) == before["payment"] + moved[0]
    listed = {name: Page(client.get(address).content) for name, address in links.items()}
    assert _total(listed["payment"]) == before["payment"] + moved[0]
    assert _total(listed["bill"]) == before["bill"] - moved[0]


def test_rules_are_moved_disabled_and_taken_away(cast: Cast, own: Path) -> None:
    first, second = Workspace.open(own).rules()[0].rules[:2]
    for done in ("down:0", "switch:0", "remove:1"):
        cast.post("bob", "/rules/arrange/", {"do": done})
    for wrong in ("up:9999", "remove:x", "switch:"):
        assert "There is no rule" in cast.post("bob", "/rules/arrange/", {"do": wrong}).text
    cast.post("bob", "/rules/publish/")
    rules = Workspace.open(own).rules()[0].rules
    assert rules[0].match == second.match
    assert rules[0].disabled
    assert first not in rules
    page = Page(cast.client("bob").get("/rules/").content)
    assert "disabled" in page.text
    assert "What no rule takes" in page.text
    assert any(address.startswith("/rules/edit/?event=") for address, _ in page.links)


def test_two_people_publish_and_the_second_is_told(cast: Cast, own: Path) -> None:
    for name, label in (("alice", "From Alice"), ("bob", "From Bob")):
        cast.post(name, "/journey/edit/step/", STEP | {"label_en": label})
    cast.post("alice", "/journey/edit/publish/")
    for answer in (
        cast.client("bob").get("/journey/edit/publish/"),
        cast.client("bob").post("/journey/edit/publish/", {"note": ""}),
    ):
        assert answer.status_code == 409
        page = Page(answer.content)
        assert "Alice published another version" in page.text
        assert "From Alice added" in page.text
        assert "From Bob added" in page.text
    page = cast.post("bob", "/journey/edit/merge/")
    assert "From Bob added" in page.text
    assert "From Alice added" not in page.text
    cast.post("bob", "/journey/edit/publish/")
    names = [step.label.text() for step in Workspace.open(own).journey()[0].steps]
    assert {"From Alice", "From Bob"} <= set(names)


def test_overwriting_is_done_knowingly_and_only_that_version(cast: Cast, own: Path) -> None:
    for name, label in (("alice", "From Alice"), ("bob", "From Bob")):
        cast.post(name, "/journey/edit/step/", STEP | {"label_en": label})
    cast.post("alice", "/journey/edit/publish/")
    seen = Workspace.open(own).journey()[1].hash
    cast.post("alice", "/journey/edit/step/", STEP | {"label_en": "Later"})
    cast.post("alice", "/journey/edit/publish/")
    assert cast.client("bob").post("/journey/edit/publish/", {"overwrite": seen}).status_code == 409
    now = Workspace.open(own).journey()[1].hash
    cast.post("bob", "/journey/edit/publish/", {"overwrite": now})
    names = [step.label.text() for step in Workspace.open(own).journey()[0].steps]
    assert "From Bob" in names
    assert not {"From Alice", "Later"} & set(names)


def test_taking_a_merge_back_does_not_hide_that_another_published(cast: Cast, own: Path) -> None:
    for name, label in (("alice", "From Alice"), ("bob", "From Bob")):
        cast.post(name, "/journey/edit/step/", STEP | {"label_en": label})
    cast.post("alice", "/journey/edit/publish/")
    cast.post("bob", "/journey/edit/merge/")
    cast.post("bob", "/journey/edit/undo/")
    assert cast.client("bob").get("/journey/edit/publish/").status_code == 409


def test_several_journeys_are_switched_renamed_and_put_away(cast: Cast, own: Path) -> None:
    client = cast.client("alice")
    assert b'class="switch"' not in client.get("/touchpoints/").content
    made = client.post(
        "/journeys/", {"label_en": "Business", "label_fa": "سازمانی", "source": "five-stages"}, follow=True
    )
    page = Page(made.content)
    assert "Business" in page.text
    assert "Consideration" in page.text
    # Nobody else is moved by it, and one without rules cannot be what everybody sees.
    assert "Bill" in Page(cast.client("bob").get("/touchpoints/").content).text
    assert cast.client("vera").get("/facts/feedback/").status_code == 200
    refused = client.post("/journeys/usual/", {"name": "business"}, follow=True)
    assert "No rules yet" in Page(refused.content).text
    assert Workspace.open(own).journey()[0].id == "telecom"
    # Who asks for it sees what it lacks: in words that fit whoever asks, and no command.
    told = cast.client("vera").get("/journey/?journey=business")
    assert told.status_code == 200
    assert "No rule leads any event to the touchpoints of the journey “Business” yet." in Page(told.content).text
    assert "Ask a member or the owner" in Page(told.content).text
    assert "safar journey propose" not in told.content.decode()
    assert "/rules/" in [address for address, _ in Page(client.get("/journey/").content).links]
    # What the log holds can be looked at before a rule leads it anywhere.
    whole = Page(cast.client("vera").get("/facts/interactions/?journey=business").content)
    assert "No rules yet" not in whole.text
    # The choice is remembered; the address decides.
    assert "Thank-you letter" in Page(client.get("/touchpoints/").content).text
    assert "Bill" in Page(client.get("/touchpoints/?journey=telecom").content).text
    assert "Bill" in Page(client.get("/touchpoints/").content).text
    assert client.get("/touchpoints/?journey=nonsense").status_code == 404
    assert client.get("/touchpoints/").status_code == 200
    assert b'class="switch"' in client.get("/touchpoints/").content
    copied = client.post("/journeys/", {"label_en": "Mine", "source": "copy:telecom"}, follow=True)
    assert copied.status_code == 200
    assert Workspace.open(own).journey()[0].id == "telecom"
    client.post("/journeys/usual/", {"name": "mine"})
    assert Workspace.open(own).journey()[0].id == "mine"
    assert len(Workspace.open(own).rules("mine")[0].rules) == len(Workspace.open(own).rules("telecom")[0].rules)
    assert client.get("/journey/?journey=mine").status_code == 200
    client.post("/journeys/rename/", {"name": "mine", "label_en": "Ours"})
    assert Workspace.open(own).journey("mine")[0].label.text() == "Ours"
    client.post("/journeys/archive/", {"name": "mine"})
    assert Workspace.open(own).published.archived()["mine"].by == "Alice"
    assert Workspace.open(own).journey()[0].id != "mine"
    client.post("/journeys/back/", {"name": "mine"})
    assert not Workspace.open(own).published.archived()
    again = client.post("/journeys/", {"label_en": "Mine", "source": "nine-steps"})
    assert again.status_code == 400
    assert "There is a journey" in Page(again.content).text
    for name in ("five", "business", "mine"):
        client.post("/journeys/archive/", {"name": name})
    last = client.post("/journeys/archive/", {"name": "telecom"}, follow=True)
    assert "only journey in use" in Page(last.content).text


def test_charts_of_boards_keep_their_journey(cast: Cast, own: Path) -> None:
    client = cast.client("alice")
    told = {"title": "By step", "address": "/measure/?metric=csat&by=step", "board": "new", "new_board": "Team"}
    board = client.post("/boards/save/", told)["Location"]
    before = Page(client.get(board).content).text
    assert "Usage" in before
    client.post("/journeys/", {"label_en": "Business", "source": "five-stages"}, follow=True)
    assert "Consideration" in Page(client.get("/touchpoints/").content).text, "she has chosen the new one"
    after = Page(client.get(board).content).text
    assert "Usage" in after
    # One that is about a journey without rules says what to do as its reader can.
    other = {"title": "None", "board": board.split("/")[2], "address": f"{told['address']}&journey=business"}
    client.post("/boards/save/", told | other)
    page = client.get(board).content.decode()
    assert "Say on the page of the rules which event is which touchpoint." in page
    assert "safar journey propose" not in page


def test_a_workspace_without_a_journey_leads_to_the_first(cast: Cast, empty: Path) -> None:
    client = cast.client("alice")
    answer = client.get("/touchpoints/")
    assert "/journeys/" in [address for address, _ in Page(answer.content).links]
    client.post("/journeys/", {"label_en": "First", "source": "nine-steps"})
    assert client.get("/touchpoints/").status_code == 200
    page = Page(client.get("/rules/").content)
    assert "No rules yet" in page.text
    assert Workspace.open(empty).journey()[1].at.year >= NOW.year
