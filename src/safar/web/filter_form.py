"""The filters of a page: read from its address, shown as a form, kept in every link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from safar.analysis.filters import Filters, read_versus
from safar.domain.journey import Journey
from safar.domain.person import Person
from safar.usecases.filter_choices import About, FilterChoices, FilterGroup
from safar.web import numerals
from safar.web.access import person_of
from safar.web.links import OWN_NAMES, Links
from safar.web.measure_words import attribute_title
from safar.web.names import told
from safar.web.page_language import page_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One box to tick."""

    value: str
    title: str
    on: bool
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The boxes of one filter. `counted`: what the numbers beside its boxes count."""

    name: str
    title: str
    counted: str
    choices: tuple[Option, ...]
    left_off: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter in force, in words."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterForm:
    """What the form shows. `kept`: pairs of the address that it shows no box for, but that belong to the page.

    `notes`: what is wrong with the filters in force, such as a value that nothing has.
    """

    action: str
    since: str
    until: str
    groups: tuple[Group, ...]
    chips: tuple[Chip, ...]
    kept: tuple[tuple[str, str], ...] = ()
    open: bool = False
    prefix: str = ""
    notes: tuple[str, ...] = ()


def read_filters(request: HttpRequest, *, time_zone: str, also: Sequence[str] = ()) -> Filters:
    """The filters of the address, within the units that the person may see. Raises: BadFilter, PermissionDenied.

    A form sends empty times for "any time". also: names of the page's own in the address.
    """
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if not (name in ("since", "until") and value == "")
    ]
    own, _other = read_versus(pairs, time_zone=time_zone)
    return within_units(Filters.from_query(own, time_zone=time_zone, also=(*OWN_NAMES, *also)), person_of(request))


def within_units(filters: Filters, person: Person) -> Filters:
    """The filters narrowed to what the person may see. Raises: PermissionDenied for other units only."""
    if person.units is None:
        return filters
    units = [unit for unit in person.units if unit in filters.units] if filters.units else list(person.units)
    if not units:
        raise PermissionDenied
    return replace(filters, units=tuple(units))


def filter_form(
    *,
    action: str,
    links: Links,
    choices: FilterChoices,
    kept: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
    prefix: str = "",
    journey: Journey | None = None,
    notes: tuple[str, ...] = (),
) -> FilterForm:
    """The form for the filters in force and what there is to choose from. `prefix`: before the names of its fields.

    journey: whose touchpoints are offered, where the page can be narrowed to some. notes: `filter_notes.notes_of`.
    """
    filters = links.filters
    query = filters.as_query(links.time_zone)
    times = dict(pair for pair in query if pair[0] in ("since", "until"))
    # A comparison is of groups or times: its form does not list the touchpoints a second time.
    places = _places(journey, filters, prefix) if journey is not None and not prefix else ()
    offered = {"since", "until", *(group.name for group in choices), *(["touchpoint"] if places else [])}
    return FilterForm(
        action=action,
        since=times.get("since", "")[:10],
        until=times.get("until", "")[:10],
        groups=(*(_group(group, filters, prefix) for group in choices), *places),
        chips=chips_of(filters),
        kept=(
            *(kept.items() if isinstance(kept, Mapping) else kept or ()),
            *((f"{prefix}{name}", value) for name, value in query if name not in offered),
        ),
        prefix=prefix,
        notes=notes,
    )


def _places(journey: Journey, filters: Filters, prefix: str) -> tuple[Group, ...]:
    language = page_language()
    options = [
        Option(value=one.id, title=one.label.text(language), on=one.id in filters.touchpoints, count=None)
        for step in journey.steps
        for one in journey.touchpoints
        if one.step == step.id
    ]
    known = {one.value for one in options}
    options += [
        Option(value=name, title=name, on=True, count=None) for name in filters.touchpoints if name not in known
    ]
    group = Group(name=f"{prefix}touchpoint", title=_("Touchpoint"), counted="", choices=tuple(options))
    return (group,) if options else ()


def _group(group: FilterGroup, filters: Filters, prefix: str) -> Group:
    chosen = [value for name, value in filters.as_query() if name == group.name]
    listed = {choice.value for choice in group.choices}
    kind = group.name if group.name == "channel" else ""
    values = [(choice.value, choice.count) for choice in group.choices]
    options = [
        Option(value=value, title=told(kind, value) if kind and value else value, on=value in chosen, count=count)
        for value, count in [*values, *((value, None) for value in chosen if value not in listed)]
    ]
    # Of the whole log, on the map or not: the map's word for those on it is "contacts".
    counted = _("interactions") if group.about is About.CONTACT else _("customers")
    return Group(name=f"{prefix}{group.name}", title=title_of(group), counted=counted, choices=tuple(options))


def title_of(group: FilterGroup) -> str:
    """What a filter is called on pages."""
    if group.about is About.CONTACT:
        return {"channel": _("Channel"), "unit": _("Unit")}[group.title]
    return attribute_title(group.title)


def name_of(name: str) -> str:
    """What a filter is called that an address names so: `channel`, `attribute.segment`, `prop.amount`, `link.order`."""
    kind, _dot, rest = name.partition(".")
    if kind == "attribute":
        return attribute_title(rest)
    own = {
        "channel": _("Channel"), "unit": _("Unit"), "step": _("Step"), "touchpoint": _("Touchpoint"),
        "source": _("Source"), "speaker": _("Speaker"), "view": _("View"),
    }  # fmt: skip
    return own[kind] if kind in own else told("property", rest) if kind == "prop" else rest


def chips_of(filters: Filters) -> tuple[Chip, ...]:
    """The filters in words."""
    chips = []
    if filters.since:
        chips.append(_("from %(day)s") % {"day": numerals.day(filters.since)})
    if filters.until:
        chips.append(_("until before %(day)s") % {"day": numerals.day(filters.until)})
    named: list[tuple[str, Sequence[str]]] = [
        ("channel", [value and told("channel", value) for value in filters.channels]),
        ("unit", filters.units),
        ("step", [told("step", value) for value in filters.steps]),
        ("touchpoint", [told("touchpoint", value) for value in filters.touchpoints]),
        ("source", filters.sources),
        ("speaker", filters.speakers),
        ("view", filters.views),
        *((f"attribute.{name}", values) for name, values in filters.attributes.items()),
        *((f"prop.{name}", values) for name, values in filters.props.items()),
        *((f"link.{name}", values) for name, values in filters.links.items()),
    ]
    chips += [
        f"{name_of(name)}: {_(', ').join(value or _('unknown') for value in values)}"
        for name, values in named
        if values
    ]
    return tuple(Chip(text=text) for text in chips)
