"""The touchpoint inventory laid out: narrowed and ordered by links, each number with the facts behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from safar.analysis.filters import NO_FILTERS
from safar.domain.fact import Actor
from safar.domain.framework import Place
from safar.domain.journey import Journey, Moment
from safar.usecases.inventory import Inventory, InventoryRow, Suggestion
from safar.web.links import Links, with_query
from safar.web.names import told
from safar.web.numerals import plain_digits, speech
from safar.web.page_language import page_language

_MOST_LETTERS = 200
ORDERS = ("step", "name", "moment", "owner", "actor", "contacts", "answers", "last")
GAPS = ("no-owner", "no-standard", "no-channel", "no-data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the address asks for. `gap`: only touchpoints that lack something; `truth`: only moments of truth."""

    sort: str = "step"
    down: bool = False
    step: str = ""
    moment: str = ""
    channel: str = ""
    owner: str = ""
    actor: str = ""
    truth: str = ""
    gap: str = ""

    def but(self, name: str, value: Any) -> Choice:
        """The same choice with something else."""
        return replace(self, **{name: value})

    def query(self, **changes: Any) -> str:
        """The address of the same choice with something else."""
        other = replace(self, **changes)
        pairs = [
            (field.name, "1" if value is True else value)
            for field in fields(other)
            if (value := getattr(other, field.name)) and (field.name, value) != ("sort", "step")
        ]
        return with_query(reverse("touchpoints"), pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One touchpoint with its addresses. unseen: declared channels that no contact came by."""

    row: InventoryRow
    moment: str
    address: str
    contacts: str
    answers: str
    edit: str
    unseen: tuple[str, ...]
    undeclared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's head. `order`: for `aria-sort`."""

    title: str
    address: str
    order: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One link of a filter."""

    title: str
    address: str
    on: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The links of one filter."""

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionBox:
    """A suggestion with the address of the form that it fills."""

    suggestion: Suggestion
    address: str
    places: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryPage:
    """The page."""

    journey: Journey
    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    chips: tuple[tuple[str, str], ...]
    total: int
    without_data: int
    truths: int
    forgotten: tuple[SuggestionBox, ...]
    others: tuple[SuggestionBox, ...]
    file: str
    all: str
    may_change: bool


def read_choice(query: QueryDict) -> Choice:
    """The choice of an address; what it does not know is as if it were not there."""
    told = {name: str(query.get(name, ""))[:_MOST_LETTERS] for name in ("step", "channel", "owner")}
    for name, known in (
        ("sort", ORDERS),
        ("moment", ("none", *Moment)),
        ("actor", tuple(Actor)),
        ("gap", GAPS),
        ("truth", ("1",)),
    ):
        value = str(query.get(name, ""))
        if value in known:
            told[name] = value
    return Choice(**{name: value for name, value in told.items() if value}, down=query.get("down") == "1")


def chosen_rows(found: Inventory, choice: Choice) -> list[InventoryRow]:
    """The rows that the choice leaves, in its order."""
    language, in_order = page_language(), speech().alphabetical
    rows = [row for row in found.rows if _fits(row, choice)]
    moments: list[str | None] = [*Moment, None]
    key: dict[str, Callable[[InventoryRow], Any]] = {
        "step": lambda row: row.step_no,
        "name": lambda row: in_order(row.touchpoint.label.text(language)),
        "moment": lambda row: moments.index(row.touchpoint.moment),
        "owner": lambda row: (row.touchpoint.owner is None, in_order(row.touchpoint.owner or "")),
        "actor": lambda row: row.touchpoint.actor or "~",
        "contacts": lambda row: row.contacts,
        "answers": lambda row: row.answers,
        "last": lambda row: (row.last_ts is not None, row.last_ts and row.last_ts.timestamp()),
    }
    return sorted(rows, key=key[choice.sort], reverse=choice.down)


def inventory_page(found: Inventory, *, choice: Choice, may_change: bool) -> InventoryPage:
    """The page of an inventory."""
    links = Links(NO_FILTERS, "UTC")
    groups = _groups(found, choice)
    rows = chosen_rows(found, choice)
    moments = moment_names()
    boxes = [
        SuggestionBox(
            suggestion=one,
            address=f"{reverse('journey-touchpoint')}?{urlencode({'suggested': one.element.id})}",
            places=place_words(one.element.places),
        )
        for one in found.suggestions
    ]
    return InventoryPage(
        journey=found.journey,
        rows=tuple(_row(row, links, moments) for row in rows),
        heads=_heads(choice),
        groups=groups,
        chips=_chips(groups),
        total=len(found.rows),
        without_data=sum(row.last_ts is None for row in found.rows),
        truths=sum(row.touchpoint.moment_of_truth for row in found.rows),
        forgotten=tuple(box for box in boxes if box.suggestion.forgotten),
        others=tuple(box for box in boxes if not box.suggestion.forgotten),
        file=choice.query().replace(reverse("touchpoints"), reverse("touchpoints-csv"), 1),
        all=reverse("touchpoints"),
        may_change=may_change,
    )


def file_rows(found: Inventory, *, choice: Choice) -> Iterator[list[str]]:
    """The rows of the file: ids and names in all languages, plain numbers, times in UTC."""
    yield [
        "step", "touchpoint", "name_en", "name_fa", "moment", "channels", "channels_seen", "owner", "actor", "standard",
        "moment_of_truth", "contacts", "answers", "last_seen",
    ]  # fmt: skip
    for row in chosen_rows(found, choice):
        one = row.touchpoint
        yield [
            row.step.id, one.id, one.label.texts.get("en", ""), one.label.texts.get("fa", ""), one.moment or "",
            " ".join(one.channels), " ".join(row.seen), one.owner or "", one.actor or "", one.standard or "",
            "yes" if one.moment_of_truth else "", str(row.contacts), str(row.answers),
            "" if row.last_ts is None else row.last_ts.isoformat(timespec="seconds"),
        ]  # fmt: skip


def moment_names() -> dict[str, str]:
    """What the moments are called; "" is none."""
    return {
        Moment.BEFORE: _("before"),
        Moment.DURING: _("during"),
        Moment.AFTER: _("after"),
        "": _("not said"),
    }


def actor_names() -> dict[str, str]:
    """Who acts, in words."""
    return {Actor.CUSTOMER: _("the customer acts"), Actor.COMPANY: _("the company acts"), "": _("not said")}


def place_words(places: Sequence[Place]) -> str:
    """Where a paper prints something: table and row."""
    told = []
    for place in places:
        number = {"table": plain_digits(place.table.lstrip("s")), "row": plain_digits(place.row)}
        if not place.table.isdigit():
            told.append(_("section %(table)s") % number)
        elif place.row:
            told.append(_("table %(table)s, row %(row)s") % number)
        else:
            told.append(_("table %(table)s") % number)
    return _(", ").join(told)


def _row(row: InventoryRow, links: Links, moments: dict[str, str]) -> Row:
    one = row.touchpoint
    return Row(
        row=row,
        moment=moments[one.moment or ""],
        address=links.page("touchpoint", one.id),
        contacts=links.facts("interactions", touchpoint=one.id),
        answers=links.facts("feedback", touchpoint=one.id),
        edit=f"{reverse('journey-touchpoint')}?{urlencode({'id': one.id})}",
        unseen=tuple(channel for channel in one.channels if row.seen and channel not in row.seen),
        undeclared=tuple(channel for channel in row.seen if one.channels and channel not in one.channels),
    )


def _fits(row: InventoryRow, choice: Choice) -> bool:
    one = row.touchpoint
    wanted = (
        (choice.step, row.step.id),
        (choice.moment, one.moment or "none"),
        (choice.owner, one.owner or ""),
        (choice.actor, one.actor or ""),
        (choice.truth, "1" if one.moment_of_truth else ""),
    )
    if any(asked and asked != has for asked, has in wanted):
        return False
    if choice.channel and choice.channel not in (*one.channels, *row.seen):
        return False
    return not choice.gap or _lacks(row, choice.gap)


def _lacks(row: InventoryRow, gap: str) -> bool:
    one = row.touchpoint
    return {
        "no-owner": not one.owner,
        "no-standard": not one.standard,
        "no-channel": not one.channels,
        "no-data": row.last_ts is None,
    }[gap]


def _gap_names() -> dict[str, str]:
    return {
        "no-owner": _("no owner"),
        "no-standard": _("no standard"),
        "no-channel": _("no channel"),
        "no-data": _("no data yet"),
    }


def _heads(choice: Choice) -> tuple[Head, ...]:
    titles = {
        "step": _("Step"),
        "name": _("Touchpoint"),
        "moment": _("Moment"),
        "channel": _("Channels"),
        "owner": _("Owned by"),
        "actor": _("Who acts"),
        "standard": _("Standard"),
        "contacts": _("Contacts"),
        "answers": _("Answers"),
        "last": _("Last seen"),
    }
    found = []
    for name, title in titles.items():
        here = choice.sort == name
        # Numbers are of interest from the largest on.
        down = not choice.down if here else name in ("contacts", "answers", "last")
        address = choice.query(sort=name, down=down) if name in ORDERS else ""
        order = ("descending" if choice.down else "ascending") if here else ""
        found.append(Head(title=title, address=address, order=order, number=name in ("contacts", "answers")))
    return tuple(found)


def _groups(found: Inventory, choice: Choice) -> tuple[Group, ...]:
    language = page_language()
    rows = found.rows
    channels = sorted({channel for row in rows for channel in (*row.touchpoint.channels, *row.seen)})
    owners = sorted({row.touchpoint.owner for row in rows if row.touchpoint.owner})
    moments, actors = moment_names(), actor_names()
    listed: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("step", _("Step"), [(step.id, step.label.text(language)) for step in found.journey.steps]),
        ("moment", _("Moment"), [(name, moments[name]) for name in Moment] + [("none", moments[""])]),
        ("channel", _("Channel"), [(name, told("channel", name)) for name in channels]),
        ("owner", _("Owned by"), [(name, name) for name in owners]),
        ("actor", _("Who acts"), [(name, actors[name]) for name in Actor]),
        ("truth", _("Moment of truth"), [("1", _("moment of truth"))]),
        ("gap", _("What is missing"), list(_gap_names().items())),
    ]
    groups = []
    for name, title, values in listed:
        options = tuple(
            Option(
                title=text,
                address=choice.query(**{name: "" if getattr(choice, name) == value else value}),
                on=getattr(choice, name) == value,
                count=sum(_fits(row, choice.but(name, value)) for row in rows),
            )
            for value, text in values
        )
        shown = tuple(option for option in options if option.count or option.on)
        if shown:
            groups.append(Group(title=title, options=shown))
    return tuple(groups)


def _chips(groups: Sequence[Group]) -> tuple[tuple[str, str], ...]:
    """What is in force, each with the address without it."""
    return tuple(
        (f"{group.title}: {option.title}", option.address) for group in groups for option in group.options if option.on
    )
