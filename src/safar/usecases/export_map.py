"""A journey map to take along: one file of what a view shows, in a reader's language.

The file says what the view says and nothing more: whoever may see the view may have the file.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.map_figures import BALANCE, COMPARISON, UNMAPPED, WAYS, WHOLE, figures_of
from safar.analysis.map_parts import LANES, TOUCHPOINTS, VOICE, MapParts
from safar.charts.sheet.around import AroundMap
from safar.charts.sheet.words import lane_names
from safar.domain.speech import Speech
from safar.errors import InputError
from safar.files.map_tables import MapWorkbookWords, map_csv, map_workbook
from safar.usecases.compare_maps import compare_maps
from safar.usecases.journey_lines import read_lines
from safar.usecases.journey_map import read_journey_map
from safar.usecases.moments import read_moments
from safar.usecases.voice import read_voice

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

FORMATS = ("svg", "png", "pdf", "pptx", "xlsx", "csv")
MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class UnknownMapFormat(InputError):
    """A map cannot be written in this format."""

    code = "map.unknown-format"
    next_step = "Ask for svg, png, pdf, pptx, xlsx or csv."


def export_map(parts: MapParts, *, format: str, speech: Speech | None = None, address: str = "") -> bytes:
    """The file of a map. speech: the reader's language, English without; address: of the same view as a page.

    Raises: UnknownMapFormat.
    """
    said = speech or Speech()
    match format:
        case "csv":
            return map_csv(figures_of(parts, language=said.language))
        case "xlsx":
            return map_workbook(figures_of(parts, language=said.language), _words(parts, said, address))
        case "pptx":
            from safar.charts.slides import draw_slides

            return draw_slides(parts, said, address=address)
        case "svg" | "png" | "pdf":
            from safar.charts.sheet.drawing import draw_sheet
            from safar.charts.sheet.paper import as_pdf, as_png

            drawn = draw_sheet(parts, said)
            return drawn.encode() if format == "svg" else as_png(drawn) if format == "png" else as_pdf(drawn)
    raise UnknownMapFormat(f"A map cannot be written as {format[:20]!r}.")


def read_map_parts(
    workspace: Workspace,
    *,
    filters: Filters = NO_FILTERS,
    other: Filters | None = None,
    lines: str | None = None,
    lanes: tuple[str, ...] = LANES,
    as_of: datetime | None = None,
    now: datetime | None = None,
    journey: str | None = None,
    rules_version: str | None = None,
) -> MapParts:
    """A map with everything that a page shows beside it, counted now. other: a group to compare with; lines: by what.

    Under older rules (`rules_version`) there are no voice and no measured moments of truth.

    Raises: as `read_journey_map`, `compare_maps` and `read_lines`.
    """
    found = read_journey_map(
        workspace, filters=filters, as_of=as_of, now=now, journey=journey, rules_version=rules_version
    )
    zone = workspace.settings.time_zone
    chosen = workspace.with_journey(journey) if journey else workspace
    in_force, second, comparison = rules_version is None, None, None
    if other is not None:
        second = read_journey_map(
            workspace, filters=other, as_of=as_of, now=now, journey=journey, rules_version=rules_version
        )
        comparison = compare_maps(
            workspace, a=filters, b=other, as_of=as_of, now=now, journey=journey, rules_version=rules_version
        )
    return MapParts(
        map=found,
        lanes=lanes,
        comparison=comparison,
        other=second,
        lines=None if lines is None else read_lines(chosen, by=lines, filters=filters, as_of=as_of, now=now),
        voice=read_voice(chosen, filters=filters, as_of=as_of, now=now)
        if {VOICE, TOUCHPOINTS} & set(lanes) and in_force
        else None,
        moments=read_moments(chosen, filters=filters, as_of=as_of, now=now)
        if TOUCHPOINTS in lanes and in_force
        else None,
        filters=tuple(f"{name} = {value}" for name, value in filters.told(zone).items()),
        other_filters=tuple(f"{name} = {value}" for name, value in other.told(zone).items()) if other else (),
    )


def _words(parts: MapParts, speech: Speech, address: str) -> MapWorkbookWords:
    _, around = speech.text, AroundMap(parts, speech)
    about = [(_("Journey"), around.title()), (_("What this is"), around.scope())]
    if around.simulated():
        about.insert(0, (around.simulated(), _("The people and numbers in it are made up.")))
    about += [(_("Filters"), text) for text in around.narrowed()]
    about += [(tile.name, f"{tile.figure} {tile.base}".strip()) for tile in around.tiles()]
    about += [(_("The balance"), text) for text in (*around.balance(), around.balances())]
    about += [
        (_("How to read it"), text)
        for text in (
            _("Each lane of the map has a sheet, with a row for each step and touchpoint."),
            _("Index from 0 (worst) to 100 (best) with its interval; the dotted line is the journey's mean."),
            _("Each figure stands with what it rests on; what rests on too few is not shown."),
            _("Times are hours, minutes and seconds."),
        )
    ]
    if address:
        about.append((_("This view as a page:"), address))
    lanes = lane_names(speech) | {
        WHOLE: _("Whole journey"),
        COMPARISON: _("Compare"),
        WAYS: _("Ways out"),
        UNMAPPED: _("Not on the map"),
        BALANCE: _("The balance"),
    }
    return MapWorkbookWords(
        lanes=lanes,
        figures=_figures(speech),
        states={"too_few": _("too few"), "none": _("no data"), "open": _("still open"), "few": _("few")},
        about=about,
        read_me=_("Read me"),
        step=_("Step"),
        touchpoint=_("Touchpoint"),
        low=_("low"),
        high=_("high"),
        base=_("rests on"),
        mirrored=speech.mirrored,
    )


def _figures(speech: Speech) -> dict[str, str]:
    """The names of figures where they are not their own."""
    _ = speech.text
    return {
        "experience": _("Experience"),
        "assumed": _("Assumption"),
        "completion_share": _("Reach the goal"),
        "passages": _("Passages"),
        "complete": _("complete"),
        "lost": _("lost"),
        "open": _("open"),
        "closed": _("window closed"),
        "customers": _("Customers"),
        "moves": _("Contacts"),
        "contacts": _("Contacts"),
        "remaining_share": _("Still on the way"),
        "remaining": _("Passages"),
        "dropped": _("Lost here"),
        "completed": _("complete"),
        "returns": _("Came back"),
        "promoters": _("promoters"),
        "passives": _("passives"),
        "detractors": _("detractors"),
        "pleased": _("pleased"),
        "displeased": _("displeased"),
        "since_previous_median": _("since the step before"),
        "since_previous_p90": _("since the step before, 9 of 10"),
        "inside_median": _("inside this step"),
        "inside_p90": _("inside this step, 9 of 10"),
        "comments": _("Comments"),
        "owner": _("Owner"),
        "standard": _("Standard"),
        "quote": _("Quote"),
        "channel_share": _("Channel"),
        "nps": "NPS",
        "csat": "CSAT",
        "ces": "CES",
    }
