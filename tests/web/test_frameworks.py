"""The framework browser: what the papers say, what covers it, and the company's own framework with its versions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar import frameworks
from safar.domain.framework import ElementKind
from safar.usecases.frameworks import tallies
from safar.usecases.workspace import Workspace
from safar.web.framework_diagram import diagrams
from tests.web.page_text import Page
from tests.web.web_cast import Cast

MOST_BYTES = 300_000
PAPERS = frameworks.names()
EDITORS = (
    "/frameworks/own/start/",
    "/frameworks/own/edit/",
    "/frameworks/own/versions/",
)
START = {"label_en": "Our view", "label_fa": "نگاه ما", "papers": ["stepwise", "b2b"], "depth": "all"}


def _get(cast: Cast, name: str, address: str) -> Page:
    answer = cast.client(name).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return Page(answer.content)


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize(
    "address",
    [
        "/frameworks/",
        "/frameworks/?q=waiting",
        *(f"/frameworks/{name}/" for name in PAPERS),
        "/frameworks/automotive/?covered=no",
        "/frameworks/stepwise/elements/output.complaint.churn/",
        "/frameworks/automotive/elements/causal/",
        "/frameworks/compare/?left=stepwise&right=automotive",
        "/frameworks/compare/?left=automotive&right=b2b",
    ],
)
def test_pages_are_light_and_ask_the_store_little(cast: Cast, address: str, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("vera")
    sign = "&" if "?" in address else "?"
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{address}{sign}lang={language}")
    assert answer.status_code == 200
    assert len(answer.content) < MOST_BYTES
    # Session and account: frameworks are files.
    assert len(asked) <= 2, [one["sql"] for one in asked]


@pytest.mark.parametrize("name", PAPERS)
def test_every_element_stands_on_its_frameworks_page(cast: Cast, name: str) -> None:
    page = _get(cast, "vera", f"/frameworks/{name}/")
    links = {address for address, _ in page.links}
    framework = frameworks.load(name)
    missing = [one.id for one in framework.elements if f"/frameworks/{name}/elements/{one.id}/" not in links]
    assert missing == []
    for matter in framework.contradictions:
        assert all(reading.says in page.text for reading in matter.readings)


def test_the_list_counts_what_the_command_counts(cast: Cast) -> None:
    page = _get(cast, "vera", "/frameworks/")
    for name in PAPERS:
        framework = frameworks.load(name)
        said = sum(one.kind is not ElementKind.STRUCTURE for one in framework.elements)
        assert f"{said - len(frameworks.gaps(framework))} of {said}" in page.text
        assert str(framework.paper) in page.text


def test_an_element_says_where_it_is_printed_and_what_covers_it(cast: Cast) -> None:
    page = _get(cast, "vera", "/frameworks/stepwise/elements/usage.ease-of-use/")
    addresses = [address for address, _ in page.links]
    assert "Customer effort score" in page.text
    assert "table 2" in page.text
    assert "It stands only there" in page.text
    step = _get(cast, "vera", "/frameworks/stepwise/elements/output/")
    assert "/journey/steps/output/" in [address for address, _ in step.links]
    gap = frameworks.gaps(frameworks.load("automotive"))[0]
    assert "Nothing yet." in _get(cast, "vera", f"/frameworks/automotive/elements/{gap.id}/").text
    assert any(address.startswith(("/journey/", "/measure/")) for address in addresses)


def test_the_diagram_counts_what_the_list_counts(cast: Cast) -> None:
    framework = frameworks.load("relief")
    counted = tallies(framework)
    assert tallies(framework)["measured.relief-support"].to_assess == 1  # by which the place is measured
    drawn = diagrams(framework).roles
    for role, name in (("intervening", "relief-support"), ("central", "experience"), ("strategy", "strategy")):
        assert drawn[role].tally == counted[name]
    page = _get(cast, "vera", "/frameworks/relief/").text
    assert page.count("4 of 4") == 2  # in the diagram and in the list


def test_both_readings_stand_where_a_paper_contradicts_itself(cast: Cast) -> None:
    read = [(name, one) for name in PAPERS for one in [e for e in frameworks.load(name).elements if e.readings][:4]]
    assert read
    for name, one in read:
        page = _get(cast, "vera", f"/frameworks/{name}/elements/{one.id}/")
        assert all(reading.says in page.text and reading.where in page.text for reading in one.readings)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("role=consequence", lambda e: e.role == "consequence"),
        ("step=output&actor=customer", lambda e: e.step == "output" and e.actor == "customer"),
        ("covered=yes", lambda e: e.kind != "structure" and e.measured_by),
        ("kind=condition&covered=no", lambda e: e.kind == "condition" and not e.measured_by),
    ],
)
def test_the_tree_is_narrowed(cast: Cast, query: str, wanted: object) -> None:
    page = _get(cast, "vera", f"/frameworks/stepwise/?{query}")
    elements = frameworks.load("stepwise").elements
    asked = [one for one in elements if wanted(one)]  # type: ignore[operator]
    assert f"{len(asked)} of {len(elements)} elements" in page.text
    shown = {told["id"] for tag, told in page.elements if tag == "li" and (told.get("id") or "").startswith("e-")}
    above = {".".join(one.id.split(".")[: i + 1]) for one in asked for i in range(one.depth + 1)}
    assert shown == {f"e-{name}" for name in above}


def test_nonsense_in_an_address_narrows_nothing(cast: Cast) -> None:
    page = _get(cast, "vera", "/frameworks/stepwise/?role=<script>&step=nowhere&kind=x&covered=maybe")
    assert "elements, each with what stands above it" not in page.text
    assert "<script>" not in page.text
    assert cast.client("vera").get("/frameworks/nothing/").status_code == 404
    assert cast.client("vera").get("/frameworks/stepwise/elements/no.such/").status_code == 404
    assert cast.client("vera").get("/frameworks/own/").status_code == 404


def test_search_finds_in_both_languages(cast: Cast) -> None:
    for words in ("waiting time", "زمان انتظار"):
        page = _get(cast, "vera", f"/frameworks/?q={words}")
        assert "/frameworks/stepwise/elements/outcomes.processes.waiting-time/" in [a for a, _ in page.links]


@pytest.mark.parametrize("address", EDITORS)
def test_only_those_who_may_change_get_in(cast: Cast, address: str) -> None:
    for name, statuses in (("alice", (200, 302)), ("bob", (200, 302)), ("vera", (403,)), ("uma", (403,))):
        assert cast.client(name).get(address).status_code in statuses, name
    assert cast.client("charlie").get(address).status_code == 403


@pytest.mark.parametrize(
    "address", ["/frameworks/own/start/", "/frameworks/own/edit/arrange/", "/frameworks/own/edit/take/"]
)
def test_viewers_change_nothing_by_post(cast: Cast, address: str) -> None:
    for name in ("vera", "uma", "charlie"):
        assert cast.client(name).post(address, {"do": "drop:awareness"}).status_code == 403


def test_a_framework_of_our_own_from_two_papers_to_its_versions(cast: Cast, own: Path) -> None:
    wrong = cast.client("bob").post("/frameworks/own/start/", {"label_en": "Our view"})
    assert wrong.status_code == 400
    assert "Choose a paper at least." in wrong.content.decode()
    assert 'value="Our view"' in wrong.content.decode()
    page = cast.post("bob", "/frameworks/own/start/", START)
    total = len(frameworks.load("stepwise").elements) + len(frameworks.load("b2b").elements)
    assert f"{total} elements" in page.text
    # Nobody else sees a draft.
    assert cast.client("alice").get("/frameworks/own/").status_code == 404
    cast.post("bob", "/frameworks/own/edit/publish/", {"note": "first"})
    assert "Our view" in _get(cast, "vera", "/frameworks/").text

    element = {"label_en": "Solved at once", "label_fa": "", "level": "code", "kind": "indicator"}
    bad = cast.client("bob").post(
        "/frameworks/own/edit/element/?under=output.complaint", element | {"links": "question:nonsense"}
    )
    assert bad.status_code == 400
    form = cast.client("bob").get("/frameworks/own/edit/element/?under=output.complaint").content.decode()
    question = re.findall(r'name="links" value="(question:[^"]+)"', form)[0]
    cast.post(
        "bob",
        "/frameworks/own/edit/element/?under=output.complaint",
        element | {"links": [question, "touchpoint:bill"], "more_tag": "de", "more_text": "Sofort gelöst"},
    )
    cast.post(
        "bob",
        "/frameworks/own/edit/element/?id=output.silence",
        {
            "label_en": "Silence",
            "label_fa": "سکوت",
            "level": "category",
            "kind": "structure",
        },
    )
    cast.post("bob", "/frameworks/own/edit/arrange/", {"do": "drop:background"})
    cast.post("bob", "/frameworks/own/edit/arrange/", {"do": "up:output.silence"})
    told = _get(cast, "bob", "/frameworks/own/edit/publish/").text
    for words in ("Solved at once", "added", "Silence", "changed", "removed"):
        assert words in told
    cast.post("bob", "/frameworks/own/edit/publish/", {"note": "second"})

    _is_known_to_search_and_commands(cast, own)
    page = _get(cast, "vera", "/frameworks/own/elements/output.complaint.solved-at-once/")
    assert "linked by you" in page.text
    assert "Your own: no paper has it." in page.text
    links = [address for address, _ in page.links]
    assert "/journey/touchpoints/bill/" in links
    assert any(address.startswith("/facts/answers/?question=") for address in links)
    taken = _get(cast, "vera", "/frameworks/own/elements/output.complaint.churn/")
    assert "A Stepwise Model" in taken.text
    assert "Exit at a step" in taken.text
    paper = _get(cast, "vera", "/frameworks/stepwise/elements/output.complaint.churn/")
    assert "taken from it into your own framework" in paper.text
    both = _get(cast, "vera", "/frameworks/compare/?left=stepwise&right=own").text
    assert "renamed" in both

    versions = _get(cast, "alice", "/frameworks/own/versions/")
    assert "Bob" in versions.text
    history = Workspace.open(own).published.history(kind="framework", name="own")
    assert [entry.note for entry in history] == ["first", "second"]
    compared = _get(cast, "alice", f"/frameworks/own/versions/?from={history[0].hash}&to={history[1].hash}")
    assert "Solved at once" in compared.text
    cast.post("alice", f"/frameworks/own/versions/{history[0].hash}/restore/")
    assert "/frameworks/own/elements/background/" in [a for a, _ in _get(cast, "vera", "/frameworks/own/").links]


def _is_known_to_search_and_commands(cast: Cast, own: Path) -> None:
    from typer.testing import CliRunner

    from safar.cli import app

    found = _get(cast, "vera", "/search/?q=solved+at+once")
    assert "/frameworks/own/elements/output.complaint.solved-at-once/" in [address for address, _ in found.links]

    def out(*words: str, status: int = 0) -> str:
        done = CliRunner().invoke(app, ["frameworks", *words], env={"COLUMNS": "80", "SAFAR_WORKSPACE": ""})
        assert done.exit_code == status, done.output
        return done.output if not status else str(done.exception)

    place = ("-w", str(own))
    assert "Our view" in out("list", *place)
    assert "Our view" not in out("list")
    assert "Solved at once" in out("show", "own", "--step", "output", *place)
    assert "Sofort gelöst" in out("show", "own", "-e", "output.complaint.solved-at-once", *place)
    assert "solved-at-once" in out("search", "solved at once", "--json", *place)
    assert "solved-at-once" not in out("search", "solved at once", "--json")
    compared = out("compare", "stepwise", "own", *place)
    assert "only own" in compared
    assert "kept in a workspace" in out("show", "own", status=1)


def test_a_change_can_be_taken_back_and_the_draft_discarded(cast: Cast, own: Path) -> None:
    cast.post("bob", "/frameworks/own/start/", START | {"papers": ["relief"], "depth": "groups"})
    cast.post("bob", "/frameworks/own/edit/arrange/", {"do": "drop:trust"})
    assert "without" in _get(cast, "bob", "/frameworks/own/edit/").text
    cast.post("bob", "/frameworks/own/edit/undo/")
    assert "e-trust" in {told.get("id") for _tag, told in _get(cast, "bob", "/frameworks/own/edit/").elements}
    cast.post("bob", "/frameworks/own/edit/take/", {"source": "platform:supports"})
    assert "e-supports" in {told.get("id") for _tag, told in _get(cast, "bob", "/frameworks/own/edit/").elements}
    cast.post("bob", "/frameworks/own/edit/discard/")
    assert "Start your own framework" in _get(cast, "bob", "/frameworks/own/start/").text


def test_two_people_at_once_are_merged(cast: Cast, own: Path) -> None:
    cast.post("alice", "/frameworks/own/start/", START | {"papers": ["relief"]})
    cast.post("alice", "/frameworks/own/edit/publish/")
    cast.post("bob", "/frameworks/own/edit/arrange/", {"do": "drop:trust"})
    cast.post("alice", "/frameworks/own/edit/arrange/", {"do": "drop:loyalty"})
    cast.post("alice", "/frameworks/own/edit/publish/")
    answer = cast.client("bob").get("/frameworks/own/edit/publish/")
    assert answer.status_code == 409
    cast.post("bob", "/frameworks/own/edit/merge/")
    cast.post("bob", "/frameworks/own/edit/publish/")
    ids = {told.get("id") for _tag, told in _get(cast, "vera", "/frameworks/own/").elements}
    assert not ids & {"e-trust", "e-loyalty"}
    assert "e-satisfaction" in ids


def test_the_editor_asks_the_store_little(cast: Cast, own: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast.post("bob", "/frameworks/own/start/", START)
    for address in ("", "element/?id=output.silence", "name/", "publish/"):
        client = cast.client("bob")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/frameworks/own/edit/{address}").status_code == 200
        # Session and account; the draft's last change, how many there are, and who else has one.
        assert len(asked) <= 5, [one["sql"] for one in asked]


def test_the_largest_framework_of_our_own_is_still_light(cast: Cast, own: Path) -> None:
    cast.post("alice", "/frameworks/own/start/", START | {"papers": list(PAPERS)})
    cast.post("alice", "/frameworks/own/edit/publish/")
    for address in ("/frameworks/own/", "/frameworks/own/edit/", "/frameworks/compare/?left=own&right=b2b"):
        answer = cast.client("alice").get(f"{address}?lang=fa" if "?" not in address else f"{address}&lang=fa")
        assert answer.status_code == 200
        assert len(answer.content) < MOST_BYTES, (address, len(answer.content))
