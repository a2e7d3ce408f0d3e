"""The map as a file: what the page shows at the same address, to take to a meeting."""

from __future__ import annotations

import re
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.analysis.map_parts import LANES, MapParts
from safar.domain.person import Permission
from safar.usecases.export_map import FORMATS, MEDIA_TYPES, UnknownMapFormat
from safar.web.access import allowed, person_of
from safar.web.filter_form import chips_of, filter_form, read_filters
from safar.web.links import Links
from safar.web.map_view import MapView, read_view
from safar.web.preferences import preferences_of
from safar.web.reading import NO_CHOICES, make_map_file
from safar.web.reading_beside import read_map_parts
from safar.web.views.needs_facts import needs_facts
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


@allowed(Permission.SEE)
@require_GET
@needs_facts
def map_file(request: HttpRequest, format: str) -> HttpResponse:
    """The file, or how long it has been made. Raises: UnknownMapFormat, BadFilter."""
    if format not in FORMATS:
        raise UnknownMapFormat(f"A map cannot be written as {format[:20]!r}.")
    opened = workspace()
    zone = opened.settings.time_zone
    filters = read_filters(request, time_zone=zone)
    view = read_view(request, filters=filters, time_zone=zone)
    parts = read_map_parts(opened, view=view)
    body: bytes | Waiting | None = None
    if not isinstance(parts, Waiting):
        said = _said(request, parts, view)
        address = request.build_absolute_uri(view.address)
        language = preferences_of(request).language
        body = make_map_file(opened, said, format=format, language=language, address=address)
    if isinstance(parts, Waiting) or isinstance(body, Waiting):
        waiting = parts if isinstance(parts, Waiting) else body
        assert isinstance(waiting, Waiting)  # noqa: S101 - for the type checker
        form = filter_form(action=reverse("journey"), links=Links(filters, zone), choices=NO_CHOICES)
        return wait_response(request, waiting, form=form, other=view.other)
    answer = HttpResponse(body, content_type=MEDIA_TYPES[format])
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(parts, format)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _said(request: HttpRequest, parts: MapParts, view: MapView) -> MapParts:
    """The parts with the filters in the reader's words, and whether other units are kept from them."""
    return replace(
        parts,
        lanes=tuple(lane for lane in LANES if view.shows(lane)),
        filters=tuple(chip.text for chip in chips_of(view.filters)),
        other_filters=tuple(chip.text for chip in chips_of(view.other)) if view.other is not None else (),
        bounded=person_of(request).units is not None,
    )


def _file_name(parts: MapParts, format: str) -> str:
    journey = _UNSAFE.sub("-", parts.map.journey).strip("-")[:60] or "journey"
    day = f"-{parts.map.origin.as_of:%Y-%m-%d}" if parts.map.origin.as_of else ""
    return f"safar-map-{journey}{day}.{format}"
