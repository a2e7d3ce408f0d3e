"""A customer's timeline in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from safar.domain.journey import Journey
from safar.usecases.customer_timeline import ANSWER, ATTRIBUTE, CONTACT, CustomerTimeline
from safar.web import numerals
from safar.web.names import told


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One fact. `style`: the class of its row; `place`, `step`: labels; `about`: channel, unit, value …"""

    style: str
    kind: str
    ts: datetime
    what: str
    place: str
    step: str
    about: tuple[str, ...]
    text: str
    language: str
    links: Mapping[str, str]


def lay_out_timeline(found: CustomerTimeline, journey: Journey, *, language: str) -> tuple[TimelineRow, ...]:
    """The rows of the page."""
    steps = {step.id: step.label.text(language) for step in journey.steps}
    places = {touchpoint.id: touchpoint.label.text(language) for touchpoint in journey.touchpoints}
    kinds = {CONTACT: _("contact"), ANSWER: _("answer"), ATTRIBUTE: _("from then on")}
    styles = {CONTACT: "met", ANSWER: "said", ATTRIBUTE: "held"}
    rows = []
    for one in found.facts:
        value = one.value or ""
        if one.kind == ANSWER and value and one.scale_max is not None:
            value = _("%(value)s of %(low)s to %(high)s") % {
                "value": numerals.plain_digits(value),
                "low": numerals.number(one.scale_min),
                "high": numerals.number(one.scale_max),
            }
        rows.append(
            TimelineRow(
                style=styles[one.kind],
                kind=kinds[one.kind],
                ts=one.ts,
                what=one.what,
                place=places.get(one.touchpoint or "", ""),
                step=steps.get(one.step or "", ""),
                about=tuple(part for part in (value, one.channel and told("channel", one.channel), one.unit) if part),
                text=one.text or "",
                language=one.language or "",
                links=one.links or {},
            )
        )
    return tuple(rows)
