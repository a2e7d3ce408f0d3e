"""The journey map page: it says what the verb says, in every state, language and theme."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from safar.analysis.filters import NO_FILTERS
from safar.analysis.journey_map import JourneyMap
from safar.analysis.voice import PlaceVoice, Voice
from safar.web.map_view import MapView
from safar.web.reading_beside import BesideResults
from safar.web.static_files import HTMX_ADDRESS
from tests.web.page_text import Page
from tests.web.sample_map import felt, sample_map
from tests.web.web_cast import FACTS, NOW, Cast

MOST_BYTES = 300_000
_PARTS = ("mapped", "ignored", "unmapped")


def _sample_page(
    cast: Cast,
    query: str = "",
    *,
    found: JourneyMap | None = None,
    beside: BesideResults | None = None,
    again: bool = False,
) -> Page:
    from django.test import RequestFactory
    from django.utils import translation

    from safar.usecases.filter_choices import FilterChoices
    from safar.usecases.sign_in import person_behind
    from safar.web.preferences import Preferences
    from safar.web.views.journey import map_response

    headers = {"HX-Request": "true"} if again else {}
    request = RequestFactory(SERVER_NAME="localhost", headers=headers).get(f"/journey/{query}")
    language = "fa" if "fa" in query else "en"
    request.person = person_behind(cast.alice)  # type: ignore[attr-defined]
    request.preferences = Preferences(language, "auto")  # type: ignore[attr-defined]
    with translation.override(language):
        answer = map_response(
            request, found or sample_map(), filters=NO_FILTERS, choices=FilterChoices(), beside=beside
        )
        return Page(answer.content)


def test_the_numbers_are_those_of_the_verb(cast: Cast, the_map: JourneyMap) -> None:
    answer = cast.client("alice").get("/journey/")
    assert answer.status_code == 200
    page = Page(answer.content)
    assert the_map.passages > 100
    for number in (the_map.passages, the_map.customers, the_map.moves):
        assert f"{number:,}" in page.text
    for step in the_map.steps:
        assert page.count_in_link(f"/facts/moves/?at_step={step.id}") == step.volume
        assert f"{step.remaining:,} passage" in page.text
        if step.dropped:
            told = [text for found, text in page.links if found == f"/facts/passages/?at_step={step.id}&state=lost"]
            assert any(f" {step.dropped:,} lost here" in text for text in told)
        if step.experience.index is not None:
            assert f"{step.experience.index:.1f}" in page.text
            assert f"{step.experience.n:,} answer" in page.text
        for cell in step.touchpoints:
            assert cell.label.text() in page.text
            if cell.experience.index is not None:
                felt = f"/facts/answers/?at_touchpoint={cell.id}"
                assert f"{cell.experience.index:.1f}" in next(text for address, text in page.links if address == felt)
            if cell.volume:
                assert page.count_in_link(f"/facts/moves/?at_touchpoint={cell.id}") == cell.volume
    for row in the_map.balance:
        assert page.count_in_link(f"/facts/{row.table}/?mapped=unmapped") == row.unmapped
    assert "It balances." in page.text


def test_scores_stand_where_such_questions_were_asked(cast: Cast, the_map: JourneyMap) -> None:
    page = Page(cast.client("alice").get("/journey/").content)
    shown = {(step.id, score.metric) for step in the_map.steps for score in step.experience.scores}
    assert {metric for _, metric in shown} == {"nps", "csat", "ces"}
    for step in the_map.steps:
        for score in step.experience.scores:
            address = f"/facts/answers/?at_step={step.id}&state={score.metric}"
            told = [text for found, text in page.links if found == address]
            assert told[0] == f"{score.n:,} answer" + "s" * (score.n != 1)
            assert len(told) == 1 + (score.value is not None)


def test_answers_are_data_where_nobody_was_seen(cast: Cast) -> None:
    found = sample_map()
    step = next(one for one in found.steps if any(not cell.volume for cell in one.touchpoints))
    asked = tuple(one if one.volume else replace(one, experience=felt(68.5, 1_334)) for one in step.touchpoints)
    steps = tuple(replace(step, touchpoints=asked) if one is step else one for one in found.steps)
    assert "no contacts" not in _sample_page(cast).text
    assert "no contacts" in _sample_page(cast, found=replace(found, steps=steps)).text


def test_few_says_why(cast: Cast) -> None:
    text = _sample_page(cast).text
    assert "left out, with too few answers: Waiting room" in text
    assert "only 12 answers to Parking" in text
    persian = _sample_page(cast, "?lang=fa").text
    assert "تنها ۱۲ پاسخ به Parking" in persian


def test_it_says_where_it_comes_from_and_that_it_is_simulated(cast: Cast, the_map: JourneyMap) -> None:
    text = Page(cast.client("bob").get("/journey/").content).text
    assert "Simulated data" in text
    assert f"log version {the_map.origin.log_version}" in text
    assert (the_map.origin.journey or "?")[:10] in text
    assert (the_map.origin.rules or "?")[:10] in text


def test_it_is_a_table_with_drawings_that_are_told(cast: Cast) -> None:
    page = Page(cast.client("alice").get("/journey/").content)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("desc") == 2
    heads = [told for tag, told in page.elements if tag == "th"]
    assert sum(told.get("scope") == "col" for told in heads) >= 10
    assert {told.get("scope") for told in heads} >= {"col", "row", "rowgroup"}


@pytest.mark.parametrize("query", ["", "?lang=fa", "?theme=dark"])
@pytest.mark.parametrize("place", ["/journey/", "/journey/steps/usage/", "/facts/answers/", "/sign-in/"])
def test_nothing_inline_nothing_from_elsewhere(cast: Cast, place: str, query: str) -> None:
    body = cast.client("alice").get(place + query).content
    page = Page(body)
    assert len(body) < MOST_BYTES
    for tag, told in page.elements:
        if tag == "script":
            assert told["src"] == HTMX_ADDRESS
        assert tag != "style"
        for name, value in told.items():
            assert name != "style"
            assert not name.startswith("on")
            if name in ("href", "src", "action"):
                assert value is not None
                assert value.startswith(("/", "?", "#")), value
                assert not value.startswith("//")


def test_every_state_of_a_cell(cast: Cast) -> None:
    text = _sample_page(cast).text
    for words in (
        "few",
        "too few answers",
        "no data since 1 Feb 2026",
        "no data yet",
        "moment of truth",
        "customer acts",
        "company acts",
        "Largest loss: “Evaluation”, 18.3 % of closed passages.",
        "640 came back",
        "321 contacts belong to no passage",
        "Three ways out of “Output”",
        "complained, and was won back",
        "chatbot_opened",
        "3 quotes",
    ):
        assert words in text, words


def test_customers_words_cannot_become_markup(cast: Cast) -> None:
    page = _sample_page(cast)
    assert "<script>alert(1)</script>" in page.text
    assert [told.get("src") for tag, told in page.elements if tag == "script"] == [HTMX_ADDRESS]


def test_persian(cast: Cast) -> None:
    page = _sample_page(cast, "?lang=fa")
    html = next(told for tag, told in page.elements if tag == "html")
    assert (html["lang"], html["dir"]) == ("fa", "rtl")
    for words in ("سفر مشتری تلفن همراه", "آگاهی", "۱۲٬۰۰۰", "۶۸٫۴", "نقاط تماس", "تا پیش از"):
        assert words in page.text, words
    # What stays Latin is data: names of events, channels and people.
    data = {
        "chatbot_opened",
        "forum_post",
        "web",
        "app",
        "call",
        "Safar",
        "Alice",
        "English",
        "script",
        "alert",
        "so",
        "on",
    }
    data |= {"fa", "Forty", "minutes", "of", "music", "then", "the", "line", "went", "dead", "telecom", "simulated"}
    left = set(re.findall(r"[A-Za-z]{2,}", page.text)) - data
    assert not {word for word in left if word.islower() and word not in {"aaaaaaaaaaaa", "bbbbbbbbbbbb"}} & {
        "answers", "passages", "contacts", "customers", "lost", "open", "index", "mean", "the", "step", "filters",
    }  # fmt: skip


def test_the_drawing_is_mirrored_not_the_text(cast: Cast) -> None:
    def dots(page: Page) -> list[float]:
        return [
            float((told["cx"] or "")[:-1])
            for tag, told in page.elements
            if tag == "circle" and "cx" in told and "%" in (told["cx"] or "")
        ]

    left, right = dots(_sample_page(cast)), dots(_sample_page(cast, "?lang=fa"))
    assert left
    assert [round(100 - x, 3) for x in left] == right


def test_filters_stay_in_every_address(cast: Cast) -> None:
    page = Page(cast.client("alice").get("/journey/?channel=web&since=2025-01-01").content)
    inner = [a for a, _ in page.links if a.startswith(("/journey/steps", "/journey/touchpoints", "/facts/"))]
    assert len(inner) > 20
    whole = {"/facts/interactions/", "/facts/feedback/"}  # the balance begins with all facts, whatever the filters
    assert whole <= set(inner)
    for address in set(inner) - whole:
        assert "channel=web" in address
        assert "since=2025-01-01" in address
    assert "Channel: web" in page.text
    ticked = [told for tag, told in page.elements if tag == "input" and "checked" in told]
    # The second form names the group to compare with; it starts from the same filters.
    assert {(told["name"], told["value"]) for told in ticked} == {("channel", "web"), ("vs.channel", "web")}


def test_the_balance_tells_what_is_filtered_out(cast: Cast, served: Path) -> None:
    from safar.analysis.filters import Filters
    from safar.usecases.journey_map import read_journey_map
    from safar.usecases.workspace import Workspace

    client = cast.client("alice")
    assert "filtered out" not in Page(client.get("/journey/").content).text
    page = Page(client.get("/journey/?channel=web").content)
    found = read_journey_map(Workspace.open(served), filters=Filters(channels=("web",)), now=NOW)
    for row in found.balance:
        assert row.filtered_out
        all_of_it = page.count_in_link(f"/facts/{row.table}/")
        parts = [page.count_in_link(f"/facts/{row.table}/?channel=web&mapped={part}") for part in _PARTS]
        out = page.count_in_link(f"/facts/{row.table}/?channel=web&state=filtered_out")
        assert (out, all_of_it) == (row.filtered_out, sum(parts) + out)
    assert "filtered out" in page.text
    assert "کنارگذاشته با پالایه" in Page(client.get("/journey/?channel=web&lang=fa").content).text


def test_unit_of_the_contact_is_not_that_of_its_customer(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("alice")
    page = Page(client.get("/journey/").content)
    named = [told["name"] for tag, told in page.elements if tag == "input" and told.get("type") == "checkbox"]
    assert {"unit", "attribute.unit"} <= set(named)
    own, _, _other = client.get("/journey/").content.decode().partition('id="scrubber"')
    titles = re.findall(r"<legend>([^<]+)<span class=\"base\">([^<]+)</span>", own)
    titles = [(title.strip(), counted) for title, counted in titles]
    assert ("Unit", "· number of interactions") in titles
    assert ("Unit of the customer", "· number of customers") in titles
    assert ("Segment", "· number of customers") in titles
    assert len({title.lower() for title, _ in titles}) == len(titles)
    chips = Page(client.get("/journey/?unit=north-1&attribute.unit=north-2").content).text
    assert "Unit: north-1" in chips
    assert "Unit of the customer: north-2" in chips
    assert "شعبه (ویژگی مشتری)" in Page(client.get("/journey/?lang=fa").content).text


def test_a_form_keeps_the_filters_that_it_has_no_boxes_for(cast: Cast) -> None:
    page = Page(cast.client("alice").get("/journey/?channel=web&step=usage").content)
    hidden = [(told["name"], told["value"]) for tag, told in page.elements if told.get("type") == "hidden"]
    own = hidden[: hidden.index(("vs", "all"))]  # what comes after it is the form of the group to compare with
    assert ("step", "usage") in own
    assert "channel" not in {name for name, _ in own}
    assert {("step", "usage"), ("channel", "web"), ("vs.step", "usage")} <= set(hidden)


class _LooseNumbers(HTMLParser):
    """Numbers in the cells of the map that open nothing."""

    _ASIDE = ("a", "svg", "blockquote", "summary")

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "img", "input", "col", "br", "rect", "circle", "path", "line"):
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        classes = {name for _, told in self._open for name in told.split()}
        if "td" not in tags or "map" not in classes or set(tags) & set(self._ASIDE) or classes & {"range", "axis"}:
            return
        if re.search(r"\d", data):
            self.found.append(data.strip())


@pytest.mark.parametrize("query", ["", "?channel=app"])
def test_every_number_in_the_lanes_opens_what_stands_behind_it(cast: Cast, query: str) -> None:
    assert not [
        text
        for text in _LooseNumbers(cast.client("bob").get(f"/journey/{query}").content).found
        if not text.startswith("no data since")
    ]


def test_channel_shares_open_their_contacts(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("bob")
    step = max(the_map.steps, key=lambda s: s.volume)
    cell = max(step.touchpoints, key=lambda c: c.volume)
    for place, narrowed, channels in (
        (f"/journey/steps/{step.id}/", f"at_step={step.id}", step.channels),
        (f"/journey/touchpoints/{cell.id}/", f"at_touchpoint={cell.id}", cell.channels),
    ):
        links = dict(Page(client.get(place).content).links)
        for one in channels:
            address = f"/facts/moves/?channel={one.channel or ''}&{narrowed}"
            assert f"{100 * one.share:.0f} %" in links[address]
            assert f'id="total">{one.volume:,}<' in client.get(address).content.decode()
    shown = {address for address, _ in Page(client.get("/journey/").content).links}
    assert f"/facts/moves/?channel={cell.channels[0].channel or ''}&at_touchpoint={cell.id}" in shown


def test_an_empty_form_field_means_any_time(cast: Cast, the_map: JourneyMap) -> None:
    page = Page(cast.client("alice").get("/journey/?since=&until=").content)
    assert f"{the_map.passages:,}" in page.text
    assert "none: everything is shown" in page.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?chanel=web", "There is no filter 'chanel'."),
        ("?since=yesterday", "is no date"),
        ("?since=2026-01-02&until=2026-01-01", "before it starts"),
        ("?since=2026-01-01&since=2026-02-01", "stands twice"),
        ("?channel=%00", "must be text"),
        ("?" + "&".join(f"channel={i}" for i in range(200)), "too many"),
        ("?attribute.=x", "cannot be the name"),
        ("?prop.nothing=x", "to filter by"),
    ],
)
def test_a_bad_filter_is_told_with_the_next_step(cast: Cast, query: str, words: str) -> None:
    answer = cast.client("alice").get(f"/journey/{query}")
    assert answer.status_code == 400
    text = Page(answer.content).text
    assert words in text
    assert "Next:" in text
    assert "filter.invalid" in text


def test_filters_that_nothing_fits(cast: Cast) -> None:
    answer = cast.client("alice").get("/journey/?channel=carrier-pigeon")
    assert answer.status_code == 200
    assert "No passage fits these filters." in Page(answer.content).text


def test_a_workspace_without_facts_says_how_to_import(cast: Cast, empty: Path) -> None:
    for address in ("/journey/", "/journey/steps/usage/", "/facts/moves/"):
        answer = cast.client("alice").get(address)
        assert answer.status_code == 200, address
        text = Page(answer.content).text
        assert "safar import" in text
        assert "Simulated data" not in text
        told = Page(cast.client("vera").get(address).content).text
        assert "Ask a member or the owner" in told
        assert "safar import" not in told, "no step that she may not take"


def test_a_workspace_without_a_journey_says_how_to_begin_one(cast: Cast, empty: Path, served: Path) -> None:
    from datetime import UTC, datetime

    from safar.datasets import telecom
    from safar.log import StagedImport
    from safar.usecases.workspace import Workspace

    opened = Workspace.open(empty)
    with opened.log.connect() as connection:
        staged = telecom.stage(connection, facts=FACTS, seed=1)
        opened.log.commit(
            connection,
            StagedImport(
                source=staged.source,
                interactions=staged.interactions,
                feedback=staged.feedback,
                attributes=staged.attributes,
            ),
            now=datetime(2026, 1, 1, tzinfo=UTC),
        )
    page = Page(cast.client("bob").get("/journey/").content)
    assert ("/journeys/", "Begin a journey") in page.links
    page = Page(cast.client("vera").get("/journey/").content)
    assert "Ask a member or the owner" in page.text
    assert "/journeys/" not in dict(page.links)


def test_a_step_and_a_touchpoint(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("bob")
    for i, step in enumerate(the_map.steps):
        page = Page(client.get(f"/journey/steps/{step.id}/").content)
        assert page.count_in_link(f"/facts/moves/?at_step={step.id}") == step.volume
        for kind, state, number in (
            ("passages", "reached", step.remaining),
            ("passages", "lost", step.dropped),
            ("passages", "open", step.open),
            ("passages", "complete", step.completed),
            ("moves", "began", step.entries),
            ("moves", "ended", step.exits),
            ("moves", "returned", step.returns),
        ):
            assert page.count_in_link(f"/facts/{kind}/?at_step={step.id}&state={state}") == number
        relations = {told.get("rel") for tag, told in page.elements if tag == "a"}
        assert ("prev" in relations) == (i > 0)
        assert ("next" in relations) == (i + 1 < len(the_map.steps))
    cell = next(c for s in the_map.steps for c in s.touchpoints if c.volume)
    page = Page(client.get(f"/journey/touchpoints/{cell.id}/").content)
    assert page.count_in_link(f"/facts/moves/?at_touchpoint={cell.id}") == cell.volume
    for address in ("/journey/steps/no-such/", "/journey/touchpoints/no-such/"):
        assert client.get(address).status_code == 404


def test_a_map_asks_the_accounts_twice_and_for_notes_and_views_once(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("alice")
    client.get("/journey/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/journey/")
    assert len(queries) == 4, [query["sql"] for query in queries]


def _unseen() -> tuple[JourneyMap, str]:
    """A map and a touchpoint of it that nobody has been seen at."""
    found = sample_map()
    return found, next(
        one.id
        for step in found.steps
        for one in step.touchpoints
        if not one.volume and one.experience.state == "none" and one.last_ts is None
    )


def _words(place: str) -> BesideResults:
    here = PlaceVoice(level="touchpoint", id=place, comments=1_234, pleased=0, displeased=0)
    origin = sample_map().origin
    voice = Voice(journey="j", filters={}, places=(here,), origin=origin)
    return BesideResults(view=MapView(filters=NO_FILTERS, time_zone="UTC"), voice=voice)


def test_a_touchpoint_with_words_and_no_ratings_says_so(cast: Cast) -> None:
    found, place = _unseen()
    before, page = _sample_page(cast, found=found), _sample_page(cast, found=found, beside=_words(place))
    assert page.text.count("no data yet") == before.text.count("no data yet") - 1
    assert "words, but no ratings" in page.text
    assert page.count_in_link(f"/facts/feedback/?at_touchpoint={place}&state=words") == 1_234
    assert "۱٬۲۳۴" in _sample_page(cast, "?lang=fa", found=found, beside=_words(place)).text


def test_the_page_of_a_touchpoint_knows_of_its_words(cast: Cast) -> None:
    body = cast.client("alice").get("/journey/touchpoints/bill/").content.decode()
    assert "words, but no ratings" not in body


def _renews(page: Page) -> bool:
    return any(told.get("id") == "scrubber" and "hx-get" in told for _tag, told in page.elements)


def test_the_strip_of_time_renews_itself_once(cast: Cast) -> None:
    _found, place = _unseen()
    assert _renews(_sample_page(cast, beside=_words(place)))
    page = _sample_page(cast, beside=_words(place), again=True)
    assert not _renews(page)
    assert "Trends are being counted." in page.text


def test_filters_that_only_facts_without_a_passage_fit_say_so(cast: Cast) -> None:
    answer = cast.client("alice").get("/journey/?unit=")
    assert answer.status_code == 200
    page = Page(answer.content)
    assert "No passage fits these filters." in page.text
    assert "belong to no passage: nobody is known, or the link is missing." in page.text
    assert not [told for _tag, told in page.elements if told.get("id") == "the-map"]
    outside = next(address for address, text in page.links if "belong to no passage" in text)
    assert "unit=" in outside
    listed = Page(cast.client("alice").get(outside).content)
    told = next(text for address, text in page.links if address == outside)
    assert f"{int(told.split()[0].replace(',', '')):,}" in listed.text
