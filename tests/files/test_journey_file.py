"""Journey files: reading, the canonical form, and errors that name their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.fact import Actor
from safar.domain.journey import BadJourney, Journey, Moment, OutputWays, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.files.journey import read_journey, write_journey

EXAMPLE = """
id = "shop"
label = { en = "Buying in the shop", fa = "خرید" }
framework = "stepwise"
horizon_days = 90
goals = ["delivered"]

[passage]
kind = "link"
link = "order"

[output]
step = "output"
repeat = ["order"]
complaint = "complaint"
recovery = []
window_days = 30.5

[[steps]]
id = "purchase"
label = "Purchase"
phase = "during"

[[steps]]
id = "output"
label = { en = "Output" }

[[touchpoints]]
id = "order"
step = "purchase"
label = "Order"
moment = "during"
actor = "customer"
channels = ["web", "app"]
owner = "sales"
moment_of_truth = true
standard = "confirmed within 2 minutes"

[[touchpoints]]
id = "delivered"
step = "output"
label = "Delivery"

[[touchpoints]]
id = "complaint"
step = "output"
label = "Complaint"
"""


def test_reads_every_field() -> None:
    journey = read_journey(EXAMPLE)
    assert journey.label.text("fa") == "خرید"
    assert journey.steps == (
        Step(id="purchase", label=Label({"en": "Purchase"}), phase="during"),
        Step(id="output", label=Label({"en": "Output"})),
    )
    assert journey.touchpoints[0] == Touchpoint(
        id="order",
        step="purchase",
        label=Label({"en": "Order"}),
        moment=Moment.DURING,
        actor=Actor.CUSTOMER,
        channels=("web", "app"),
        owner="sales",
        moment_of_truth=True,
        standard="confirmed within 2 minutes",
    )
    assert journey.passage == PassageRule(kind=PassageKind.LINK, link="order")
    assert (journey.horizon_s, journey.goals, journey.framework) == (90 * 86_400, ("delivered",), "stepwise")
    assert journey.output == OutputWays(
        step="output", repeat=("order",), complaint=("complaint",), recovery=(), window_s=30 * 86_400 + 43_200
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('moment = "during"', 'moment = "once"', "touchpoints[1].moment: must be one of before, during, after"),
        ('id = "complaint"\n', "", "touchpoints[3].id: is missing"),
        ("horizon_days = 90", "horizon_days = 0", "horizon_days: must be a number of days above 0"),
        ('link = "order"', 'links = "order"', "passage.link: is missing"),
        ('kind = "link"\nlink = "order"', 'kind = "inactivity"', "passage.inactivity_days: is missing"),
        ("moment_of_truth = true", "moment_of_truth = 1", "touchpoints[1].moment_of_truth: must be true or false"),
        ('owner = "sales"', 'ownr = "sales"', "touchpoints[1].ownr: is not known here"),
        ("window_days = 30.5", "window_days = 30.5\nwindow = 3", "output.window: is not known here"),
        ('step = "purchase"', 'step = "nowhere"', "'nowhere', which does not exist"),
        ('goals = ["delivered"]', 'goals = ["gone"]', "'gone', which does not exist"),
        ('label = "Purchase"', "label = {}", "steps[1].label: must name at least one language"),
        ("[passage]", "[passage", "This is not TOML"),
    ],
)
def test_errors_name_the_place(old: str, new: str, place: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(BadJourney) as caught:
        read_journey(EXAMPLE.replace(old, new, 1))
    assert place in caught.value.message
    assert "docs/reference/journey-file.md" in caught.value.next_step


_names = st.text(min_size=1, max_size=8).filter(lambda text: bool(text.strip()))
_labels = st.dictionaries(st.sampled_from(["en", "fa", "pt-BR", "zh"]), _names, min_size=1).map(Label)
_seconds = st.integers(1, 400 * 86_400)


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """Any journey, however odd its names."""
    steps = draw(st.lists(_names, min_size=1, max_size=4, unique=True))
    names = draw(st.lists(_names, min_size=1, max_size=5, unique=True))
    some = st.lists(st.sampled_from(names), max_size=2).map(tuple)
    passage = draw(
        st.one_of(
            st.builds(PassageRule, kind=st.just(PassageKind.LINK), link=_names),
            st.builds(
                PassageRule,
                kind=st.just(PassageKind.ANCHOR),
                anchors=st.lists(st.sampled_from(names), min_size=1).map(tuple),
            ),
            st.builds(PassageRule, kind=st.just(PassageKind.INACTIVITY), inactivity_s=_seconds),
        )
    )
    return Journey(
        id=draw(_names),
        label=draw(_labels),
        steps=tuple(Step(id=name, label=draw(_labels), phase=draw(st.none() | _names)) for name in steps),
        touchpoints=tuple(
            Touchpoint(
                id=name,
                step=draw(st.sampled_from(steps)),
                label=draw(_labels),
                moment=draw(st.none() | st.sampled_from(Moment)),
                actor=draw(st.none() | st.sampled_from(Actor)),
                channels=draw(st.lists(_names, max_size=2).map(tuple)),
                owner=draw(st.none() | _names),
                moment_of_truth=draw(st.booleans()),
                standard=draw(st.none() | _names),
            )
            for name in names
        ),
        passage=passage,
        horizon_s=draw(_seconds),
        goals=draw(some),
        output=draw(
            st.none()
            | st.builds(
                OutputWays,
                step=st.sampled_from(steps),
                repeat=some,
                complaint=some,
                recovery=some,
                window_s=_seconds,
            )
        ),
        framework=draw(st.none() | _names),
    )


@given(journeys())
def test_round_trip(journey: Journey) -> None:
    text = write_journey(journey)
    assert read_journey(text) == journey
    assert write_journey(read_journey(text)) == text
