"""What a map page shows besides its filters: which lanes, lines by what, compared with whom. Its address says all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from safar.analysis.filters import BadFilter, Filters, read_versus, versus_query
from safar.domain.person import Person
from safar.web.access import person_of
from safar.web.filter_form import within_units
from safar.web.links import OWN_NAMES, with_query

LANES: dict[str, str | Promise] = {
    "flow": _("Flow"),
    "felt": _("Experience"),
    "touchpoints": _("Touchpoints"),
    "numbers": _("Numbers"),
    "waiting": _("Waiting"),
    "voice": _("Voice"),
    "pains": _("Pains"),
    "owner": _("Owner"),
    "standard": _("Standard"),
}
"""Every lane by its name in the address, from top to bottom."""
_COOKIE = "safar_lanes"
_REMEMBER_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Switch:
    """A lane with the address that shows it, or hides it."""

    name: str
    title: str | Promise
    on: bool
    address: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file of the view: its format, what it is good for, its address."""

    format: str
    told: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """One view of the map. `lanes`: None for all; `lines`: by what; `other`: the group to compare with."""

    filters: Filters
    time_zone: str
    lanes: tuple[str, ...] | None = None
    lines: str | None = None
    other: Filters | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """The view as the pairs of an address."""
        found = [*self.filters.as_query(self.time_zone)]
        if self.other is not None:
            found += versus_query(self.other, self.time_zone)
        if self.lines is not None:
            found.append(("lines", self.lines))
        if self.lanes is not None:
            found.append(("lanes", ",".join(self.lanes)))
        return found

    @property
    def whole_pairs(self) -> list[tuple[str, str]]:
        """The same with every lane named, so that it is the same view for everybody, whatever is remembered."""
        return [*self.pairs(), *([("lanes", "all")] if self.lanes is None else [])]

    @property
    def address(self) -> str:
        """Where this view is."""
        return self.address_with(())

    def address_with(self, more: Sequence[tuple[str, str]]) -> str:
        """The same with more pairs."""
        return with_query(reverse("journey"), [*self.pairs(), *more])

    def files(self) -> tuple[FileLink, ...]:
        """The view as a file, in every format."""
        told = {
            "pptx": gettext("slides to edit"),
            "pdf": gettext("a page for A3"),
            "png": gettext("a picture"),
            "svg": gettext("a drawing to scale and edit"),
            "xlsx": gettext("a workbook with a sheet a lane"),
            "csv": gettext("a row a figure"),
        }
        pairs = self.pairs()
        return tuple(
            FileLink(one.upper(), text, with_query(reverse("map-file", args=[one]), pairs))
            for one, text in told.items()
        )

    def shows(self, lane: str) -> bool:
        """Whether a lane is on."""
        return self.lanes is None or lane in self.lanes

    def switches(self) -> tuple[Switch, ...]:
        """Every lane; the last one that is on cannot be hidden."""
        shown = [lane for lane in LANES if self.shows(lane)]
        found = []
        for lane, title in LANES.items():
            on = lane in shown
            after = [one for one in LANES if (one in shown) != (one == lane)] or [lane]
            view = replace(self, lanes=None if len(after) == len(LANES) else tuple(after))
            address = view.address
            if view.lanes is None:  # said aloud, or what is remembered would come back
                address += ("&" if "?" in address else "?") + "lanes=all"
            found.append(Switch(lane, title, on, address))
        return tuple(found)


def read_view(request: HttpRequest, *, filters: Filters, time_zone: str) -> MapView:
    """The view that the address asks for; lanes as remembered where it names none.

    Raises: BadFilter, PermissionDenied (the second group is another unit than the person may see).
    """
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    _own, other = read_versus(pairs, time_zone=time_zone)
    return MapView(
        filters=filters,
        time_zone=time_zone,
        lanes=_lanes(request),
        lines=request.GET.get("lines") or None,
        other=None if other is None else within_units(other, person_of(request)),
    )


def view_of(pairs: Sequence[tuple[str, str]], *, person: Person, time_zone: str) -> MapView:
    """The view that the pairs of an address ask for, within what a person may see, whoever's request it is.

    Raises: BadFilter, PermissionDenied (it is about other units than the person may see).
    """
    own, other = read_versus(pairs, time_zone=time_zone)
    filters = Filters.from_query(own, time_zone=time_zone, also=OWN_NAMES)
    return MapView(
        filters=within_units(filters, person),
        time_zone=time_zone,
        lanes=_chosen([value for name, value in own if name == "lanes"]),
        lines=next((value for name, value in own if name == "lines" and value), None),
        other=None if other is None else within_units(other, person),
    )


def remember(request: HttpRequest, response: HttpResponse, view: MapView) -> HttpResponse:
    """Keep the lanes that the address named for the next time."""
    if "lanes" in request.GET:
        response.set_cookie(
            _COOKIE,
            ".".join(view.lanes or ("all",)),
            max_age=_REMEMBER_S,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    return response


def _lanes(request: HttpRequest) -> tuple[str, ...] | None:
    asked = request.GET.getlist("lanes")
    for name in (name for text in asked for name in text.split(",")):
        if name not in ("", "all", *LANES):
            raise BadFilter(
                gettext("There is no lane %(name)s.") % {"name": repr(name[:40])},
                next_step=gettext("Lanes are %(names)s.") % {"names": gettext(", ").join(LANES)},
            )
    return _chosen(asked or request.COOKIES.get(_COOKIE, "").split("."))


def _chosen(asked: Sequence[str]) -> tuple[str, ...] | None:
    named = {name for text in asked for name in text.split(",")}
    lanes = tuple(lane for lane in LANES if lane in named)
    return lanes if lanes and len(lanes) < len(LANES) else None
