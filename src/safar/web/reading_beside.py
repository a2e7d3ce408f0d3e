"""Ask the verbs for everything that a map shows beside its own numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.analysis.journey_lines import JourneyLines
from safar.analysis.journey_map import JourneyMap
from safar.analysis.map_comparison import MapComparison
from safar.analysis.map_parts import MapParts
from safar.analysis.moments import Moments
from safar.analysis.trends import Trends
from safar.analysis.voice import Voice
from safar.domain.journey import Journey
from safar.usecases.compare_maps import comparison_view
from safar.usecases.filter_choices import FilterChoices
from safar.usecases.journey_lines import lines_view
from safar.usecases.moments import moments_view
from safar.usecases.trends import trends_view
from safar.usecases.voice import voice_view
from safar.usecases.workspace import Workspace
from safar.web.beside_map import BesideMap, LineChoice, draw_lines, places_beside
from safar.web.comparing import lay_out_comparison, propose
from safar.web.filter_form import filter_form, title_of
from safar.web.links import Links
from safar.web.map_view import MapView
from safar.web.preferences import Preferences, calendar_of
from safar.web.reading import Patience, read_beside, read_map, read_shown
from safar.web.scrubber import lay_out_scrubber
from safar.web.waiting import Waiting

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideResults:
    """The results that stand beside a map; each may be missing. `other`: the map of the group to compare with."""

    view: MapView
    trends: Trends | None = None
    voice: Voice | None = None
    moments: Moments | None = None
    lines: JourneyLines | None = None
    comparison: MapComparison | None = None
    other: JourneyMap | None = None

    @property
    def parts(self) -> tuple[object, ...]:
        """All of them, in order."""
        return (self.trends, self.voice, self.moments, self.lines, self.comparison, self.other)

    @property
    def counting(self) -> bool:
        """Whether some are still being made."""
        missing = self.trends is None or (self.voice is None and self.view.shows("voice"))
        return missing or (self.moments is None and self.view.shows("touchpoints"))


def read_beside_map(
    workspace: Workspace, *, view: MapView, preferences: Preferences, patience: Patience
) -> BesideResults | Waiting:
    """Comparison and lines are what the address asks for: the page waits for them, within its patience. The rest comes
    when it is ready.
    """
    filters = view.filters
    comparison = other = lines = None
    if view.other is not None:
        second = read_map(workspace, filters=view.other, patience=patience)
        if isinstance(second, Waiting):
            return second
        other = second
        compared = read_shown(workspace, comparison_view(workspace, a=filters, b=view.other), patience=patience)
        if isinstance(compared, Waiting):
            return compared
        comparison = compared
    if view.lines is not None:
        drawn = read_shown(workspace, lines_view(workspace, by=view.lines, filters=filters), patience=patience)
        if isinstance(drawn, Waiting):
            return drawn
        lines = drawn
    return BesideResults(
        view=view,
        trends=read_beside(workspace, trends_view(workspace, filters=filters, calendar=calendar_of(preferences))),
        # A touchpoint that has words and no ratings says so, whether the lane of words is on or not.
        voice=read_beside(workspace, voice_view(workspace, filters=filters))
        if view.shows("voice") or view.shows("touchpoints")
        else None,
        moments=read_beside(workspace, moments_view(workspace, filters=filters)) if view.shows("touchpoints") else None,
        lines=lines,
        comparison=comparison,
        other=other,
    )


def lay_out_beside(
    results: BesideResults,
    found: JourneyMap,
    *,
    choices: FilterChoices,
    mirrored: bool,
    journey: Journey | None = None,
) -> BesideMap:
    """The results laid out for the page of the map. journey: whose touchpoints a comparison can be narrowed to."""
    view, trends, lines = results.view, results.trends, results.lines
    comparison = None if results.comparison is None else lay_out_comparison(results.comparison, view)
    steps, touchpoints = places_beside(
        found,
        view=view,
        trends=trends,
        voice=results.voice,
        moments=results.moments,
        lines=lines,
        comparison=comparison,
        mirrored=mirrored,
    )
    own = [pair for pair in view.pairs() if not pair[0].startswith("vs")]
    return BesideMap(
        view=view,
        steps=steps,
        touchpoints=touchpoints,
        scrubber=lay_out_scrubber(trends, view) if trends is not None and trends.periods else None,
        comparison=comparison,
        compare_form=filter_form(
            action=reverse("journey"),
            links=Links(view.other or replace(view.filters), view.time_zone),
            choices=choices,
            kept=own,
            prefix="vs.",
            journey=journey,
        ),
        proposals=propose(view, trends),
        lines=lines,
        line_choices=_line_choices(view, choices),
        moments=results.moments,
        voice=results.voice,
        series=draw_lines(lines=lines, other=results.other, other_name=_("B"), mirrored=mirrored),
        counting=results.counting,
    )


def _line_choices(view: MapView, choices: FilterChoices) -> tuple[LineChoice, ...]:
    found = [LineChoice(title=_("none"), on=view.lines is None, address=replace(view, lines=None).address)]
    for group in choices:
        title, by = title_of(group), group.name
        found.append(LineChoice(title=title, on=view.lines == by, address=replace(view, lines=by).address))
    return tuple(found)


def read_map_parts(workspace: Workspace, *, view: MapView) -> MapParts | Waiting:
    """The map of a view with everything that a file of it holds: nothing is left out, so all of it is waited for."""
    filters, patience = view.filters, Patience()
    found = read_map(workspace, filters=filters, patience=patience)
    if isinstance(found, Waiting):
        return found
    other = comparison = lines = voice = moments = None
    if view.other is not None:
        other = read_map(workspace, filters=view.other, patience=patience)
        comparison = read_shown(workspace, comparison_view(workspace, a=filters, b=view.other), patience=patience)
    if view.lines is not None:
        lines = read_shown(workspace, lines_view(workspace, by=view.lines, filters=filters), patience=patience)
    if view.shows("voice") or view.shows("touchpoints"):
        voice = read_shown(workspace, voice_view(workspace, filters=filters), patience=patience)
    if view.shows("touchpoints"):
        moments = read_shown(workspace, moments_view(workspace, filters=filters), patience=patience)
    for one in (other, comparison, lines, voice, moments):
        if isinstance(one, Waiting):
            return one
    return MapParts(
        map=found,
        other=_there(other),
        comparison=_there(comparison),
        lines=_there(lines),
        voice=_there(voice),
        moments=_there(moments),
    )


def _there(found: R | Waiting | None) -> R | None:
    return None if isinstance(found, Waiting) else found
