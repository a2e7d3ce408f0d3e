"""A touchpoint's page, laid out from the journey map."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.journey_map import JourneyMap, Pain, StepColumn
from safar.web.links import Links
from safar.web.map_page import Bar, TouchpointBox, bars


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointPage:
    """The page. `pain`: its entry among the pains, if it is one; `reach`: share of passages that came through."""

    map: JourneyMap
    step: StepColumn
    step_address: str
    box: TouchpointBox
    words: str
    reach: float | None
    all_passages: str
    bars: tuple[Bar, ...]
    pain: Pain | None
    declared: tuple[str, ...]


def touchpoint_page(found: JourneyMap, step: StepColumn, box: TouchpointBox, *, links: Links) -> TouchpointPage:
    """The page of one touchpoint."""
    cell = box.cell
    used = {share.channel for share in cell.channels}
    return TouchpointPage(
        map=found,
        step=step,
        step_address=links.page("step", step.id),
        box=box,
        words=links.facts("feedback", touchpoint=cell.id, state="words"),
        reach=found.reach(cell),
        all_passages=links.facts("passages"),
        bars=bars(cell.channels, links=links, touchpoint=cell.id),
        pain=next((pain for pain in found.pains if pain.touchpoint == cell.id), None),
        declared=tuple(channel for channel in cell.declared_channels if channel not in used),
    )
