"""A list of facts in words: columns with titles, cells as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.domain.journey import Journey
from safar.domain.label import Label
from safar.usecases.facts_place import PATH_SIGN
from safar.usecases.read_facts import FactsKind, FactsPage
from safar.usecases.search import words_of
from safar.web import names, numerals
from safar.web.page_language import page_language
from safar.web.ways import ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column. `kind`: when, words, number or text; decides how it is set."""

    name: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell as text; empty where the fact says nothing."""

    text: str
    kind: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsView:
    """The page."""

    found: FactsPage
    title: str
    explanation: str
    where: tuple[str, ...]
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


_DURATIONS = {"duration_s", "since_previous_s"}
_NUMBERS = {
    "value",
    "scale_min",
    "scale_max",
    "weight",
    "amount",
    "moves",
    "passages",
    "move_no",
    "run",
    "row_no",
    "import_no",
}
_WHEN = {"ts", "start_ts", "last_ts", "goal_ts", "first_repeat_ts", "first_complaint_ts", "first_fix_ts"}
_STEPS = {"step", "previous_step", "furthest_step", "last_step"}
_TOUCHPOINTS = {"touchpoint", "previous_touchpoint", "first_touchpoint", "last_touchpoint"}


def facts_view(found: FactsPage, journey: Journey | None) -> FactsView:
    """The page of one list."""
    title, explanation = _described(found.kind)
    titles = _titles()
    steps = {step.id: step.label for step in journey.steps} if journey else {}
    touchpoints = {touchpoint.id: touchpoint.label for touchpoint in journey.touchpoints} if journey else {}
    heads = tuple(Head(name=name, title=_title(name, titles), kind=_kind(name)) for name in found.columns)
    return FactsView(
        found=found,
        title=title,
        explanation=explanation,
        where=_where(found, steps, touchpoints),
        heads=heads,
        rows=tuple(
            tuple(
                Cell(
                    text=_text(row, head.name, steps=steps, touchpoints=touchpoints),
                    kind=head.kind,
                    address=_person(row, head.name),
                )
                for head in heads
            )
            for row in found.rows
        ),
    )


def _title(name: str, titles: Mapping[str, str]) -> str:
    kind, _sep, key = name.partition("_")
    if name in titles or not key or kind not in ("link", "prop"):
        return titles.get(name, name)
    told = names.told("link" if kind == "link" else "property", key)
    return _("%(name)s (link)") % {"name": told} if kind == "link" else told


def _kind(name: str) -> str:
    if name in _WHEN:
        return "when"
    if name == "text":
        return "words"
    return "n" if name in _NUMBERS or name in _DURATIONS else "text"


def _text(row: Mapping[str, Any], name: str, *, steps: Mapping[str, Label], touchpoints: Mapping[str, Label]) -> str:
    value = row[name]
    if value is None:
        return ""
    if name in _DURATIONS:
        return numerals.duration(value)
    if name == "way":
        return ways()[value]
    if name in ("state", "kind", "actor", "scale_best", "view"):
        return _words().get(name, {}).get(value, str(value))
    if name in ("question", "channel", "option"):
        return names.told(name, str(value))
    if name in _STEPS | _TOUCHPOINTS:
        label = (steps if name in _STEPS else touchpoints).get(value)
        return label.text(page_language()) if label else str(value)
    match value:
        case datetime():
            return numerals.moment(value)
        case bool():
            return _("yes") if value else _("no")
        case float() | Decimal():
            return numerals.number(float(value), 0 if value == int(value) else 2)
        case int():
            return numerals.plain_digits(value)
        case bytes():
            return value.hex()
    return str(value)


def _person(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    return reverse("customer", args=[value]) if name == "customer" and value is not None else ""


def _where(found: FactsPage, steps: Mapping[str, Label], touchpoints: Mapping[str, Label]) -> tuple[str, ...]:
    language = page_language()
    place = found.place
    told: list[str] = []
    if place.step is not None:
        told.append(f"{_('Step')}: {steps[place.step].text(language)}")
    if place.touchpoint is not None:
        told.append(f"{_('Touchpoint')}: {touchpoints[place.touchpoint].text(language)}")
    if place.mapped is not None:
        told.append({"mapped": _("mapped"), "ignored": _("ignored"), "unmapped": _("unmapped")}[place.mapped])
    if place.state is not None:
        told.append(_states(found.kind)[place.state])
    if place.event is not None:
        told.append(f"{_('Event')}: {place.event}")
    if place.question is not None:
        told.append(f"{_('Question')}: {names.told('question', place.question)}")
    if place.questions is not None:
        told.append(f"{_('Questions')}: {_(', ').join(names.told('question', one) for one in place.questions)}")
    if place.previous is not None:
        told.append(_("directly after: %(name)s") % {"name": touchpoints[place.previous].text(language)})
    if place.value is not None:
        told.append(f"{_('Answer')}: {numerals.number(place.value, 0 if place.value == int(place.value) else 1)}")
    if place.waited is not None:
        low, _dash, high = place.waited.partition("-")
        told.append(f"{_('Waiting')}: {wait_name(int(low), int(high) if high else None)}")
    if place.path is not None:
        path = [touchpoints[name].text(language) for name in place.path.split(PATH_SIGN)]
        told.append(f"{_('Path')}: {' › '.join(path)}")
    if place.words is not None:
        told.append(_("holding the words: %(words)s") % {"words": " ".join(words_of(place.words))})
    if place.import_no is not None:
        told.append(f"{_('Import')}: {numerals.plain_digits(place.import_no)}")
    return tuple(told)


def wait_name(low_s: int, high_s: int | None) -> str:
    """A span of waiting in words."""
    if high_s is None:
        return _("%(low)s and longer") % {"low": numerals.duration(low_s)}
    if not low_s:
        return _("under %(high)s") % {"high": numerals.duration(high_s)}
    return _("%(low)s to %(high)s") % {"low": numerals.duration(low_s), "high": numerals.duration(high_s)}


def _states(kind: FactsKind) -> dict[str, str]:
    if kind is FactsKind.ARRIVALS:
        return ways()
    if kind is FactsKind.ANSWERS:
        return {
            "nps": _("answers that make the NPS"),
            "csat": _("answers that make the CSAT"),
            "ces": _("answers that make the CES"),
            "promoters": _("promoters"),
            "passives": _("passives"),
            "detractors": _("detractors"),
            "pleased": _("pleased"),
            "displeased": _("displeased"),
        }
    if kind is FactsKind.INTERACTIONS:
        return {"outside": _("on the map, but in no passage"), "filtered_out": _("filtered out")}
    if kind is FactsKind.FEEDBACK:
        return {
            "words": _("with customers' words"),
            "words_pleased": _("words of those who were pleased"),
            "words_displeased": _("words of those who were displeased"),
            "filtered_out": _("filtered out"),
        }
    if kind is FactsKind.MOVES:
        return {
            "began": _("passages that began here"),
            "ended": _("passages that ended here"),
            "lost": _("lost passages that ended here"),
            "returned": _("came back here from a later step"),
            "arrived": _("came here from another step"),
            "left": _("last contact of a stay in the step"),
            "followed": _("with a contact before"),
            "complete": _("complete passages that ended here"),
            "open": _("open passages whose last contact is here"),
        }
    return {
        "lost": _("lost, and got no further"),
        "open": _("open, and got no further"),
        "complete": _("complete, and got no further"),
        "reached": _("reached this step or a later one"),
        "reached_closed": _("reached this step or a later one, window closed"),
        "closed": _("window closed"),
        "running": _("window still open"),
        "present": _("with a contact here"),
    }


def _described(kind: FactsKind) -> tuple[str, str]:
    return {
        FactsKind.MOVES: (
            _("Contacts on the map"),
            _("Interactions that the rules lead to a touchpoint, within a passage."),
        ),
        FactsKind.ANSWERS: (_("Answers"), _("Customers' ratings of what they experienced.")),
        FactsKind.PASSAGES: (_("Passages"), _("Runs of one customer through the journey, as of now.")),
        FactsKind.CUSTOMERS: (
            _("Customers"),
            _("Known customers, with how many contacts and passages they have here."),
        ),
        FactsKind.ARRIVALS: (
            _("Arrivals at the output step"),
            _("Passages that reached it, and what their customers did from there on."),
        ),
        FactsKind.INTERACTIONS: (_("Interactions"), _("Everything that happened, on the map or not.")),
        FactsKind.FEEDBACK: (_("Feedback"), _("Everything that customers said, on the map or not.")),
    }[kind]


def _words() -> dict[str, dict[str, str]]:
    """What the columns with words of our own hold, by column."""
    return {
        "state": {
            "open": _("open"),
            "complete": _("complete"),
            "lost": _("lost"),
            "answered": _("answered"),
            "not_applicable": _("not applicable"),
            "blank": _("left blank"),
            "never_used": _("never used"),
        },
        "kind": {
            "contact": _("contact"),
            "invitation": _("invitation"),
            "submission": _("answering"),
            "nps": "NPS",
            "csat": "CSAT",
            "ces": "CES",
            "rating": _("rating"),
            "choice": _("choice"),
            "text": _("words"),
        },
        "actor": {"customer": _("customer"), "company": _("company")},
        "scale_best": {"high": _("the highest"), "low": _("the lowest")},
        "view": {
            "experienced": _("experienced"),
            "expected": _("expected"),
            "believed": _("believed"),
            "reported": _("reported"),
            "promised": _("promised"),
            "delivered": _("delivered"),
        },
    }


def _titles() -> dict[str, str]:
    return {
        "ts": _("When"),
        "touchpoint": _("Touchpoint"),
        "step": _("Step"),
        "event": _("Event"),
        "channel": _("Channel"),
        "unit": _("Unit"),
        "customer": _("Customer"),
        "subject": _("Passage of"),
        "run": _("Run"),
        "move_no": _("Contact no."),
        "since_previous_s": _("Since the contact before"),
        "previous_touchpoint": _("Touchpoint before"),
        "kind": _("Kind"),
        "actor": _("Who acts"),
        "status": _("Status"),
        "duration_s": _("Length"),
        "amount": _("Amount"),
        "currency": _("Currency"),
        "question": _("Question"),
        "state": _("State"),
        "value": _("Rating"),
        "scale_min": _("Scale from"),
        "scale_max": _("Scale to"),
        "scale_best": _("Good end"),
        "option": _("Option"),
        "text": _("Words"),
        "language": _("Language"),
        "weight": _("Weight"),
        "view": _("View"),
        "source": _("Source"),
        "row_no": _("Row"),
        "import_no": _("Import"),
        "moves": _("Contacts"),
        "passages": _("Passages"),
        "start_ts": _("Began"),
        "last_ts": _("Last contact"),
        "goal_ts": _("Goal reached"),
        "way": _("Way out"),
        "first_repeat_ts": _("Bought again"),
        "first_complaint_ts": _("Complained"),
        "first_fix_ts": _("Helped"),
        "first_touchpoint": _("First touchpoint"),
        "last_touchpoint": _("Last touchpoint"),
        "furthest_step": _("Furthest step"),
    }
