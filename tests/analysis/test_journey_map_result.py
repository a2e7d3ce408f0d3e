"""The frozen map turns into rows, JSON and frames."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from safar.analysis.journey_map import Experience, JourneyMap, Spell, StepColumn
from safar.analysis.result import Origin
from safar.domain.label import Label

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY = Experience(state="none", n=0)


def a_map() -> JourneyMap:
    """A map of one step without any fact."""
    step = StepColumn(
        id="purchase",
        label=Label({"en": "Purchase", "fa": "خرید"}),
        number=1,
        phase=None,
        touchpoints=(),
        channels=(),
        volume=0,
        customers=0,
        passages=0,
        entries=0,
        exits=0,
        lost=0,
        remaining=0,
        closed_remaining=0,
        remaining_share=None,
        dropped=0,
        open=0,
        completed=0,
        returns=0,
        time_since_previous_step=Spell(n=0),
        dwell=Spell(n=0),
        experience=NOBODY,
        last_ts=None,
    )
    return JourneyMap(
        journey="shop",
        label=Label({"en": "Shop"}),
        steps=(step,),
        experience=NOBODY,
        passages=0,
        customers=0,
        complete=0,
        lost=0,
        open=0,
        closed=0,
        completion_share=None,
        moves=0,
        outside_passages=0,
        largest_loss=None,
        ways_out=None,
        pains=(),
        unmapped=(),
        balance=(),
        filters={},
        first_ts=None,
        last_ts=None,
        origin=Origin(log_version=1, as_of=NOW),
    )


def test_json_is_nested_and_keeps_languages() -> None:
    told = json.loads(a_map().to_json())
    assert told["steps"][0]["label"]["texts"]["fa"] == "خرید"
    assert told["origin"]["as_of"] == "2026-01-01T00:00:00+00:00"


def test_rows_share_their_keys() -> None:
    frame = a_map().to_polars()
    assert frame["step"].to_list() == ["purchase"]
    assert "<td>Purchase</td>" in a_map()._repr_html_()
