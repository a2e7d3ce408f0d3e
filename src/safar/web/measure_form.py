"""The choices of the measure page: what may be picked given what has been picked already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.analysis.local_time import PERIODS
from safar.analysis.metric import METRICS, SHARE
from safar.domain.calendars import Calendar
from safar.domain.period import RelativePeriod
from safar.usecases.measure_ask import MeasureAsk
from safar.usecases.measure_choices import MeasureChoices
from safar.web.measure_words import (
    attribute_title,
    calendar_title,
    dimension_title,
    metric_title,
    over_title,
    period_title,
)
from safar.web.names import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One choice of a list."""

    value: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picks:
    """Choices under one heading; an empty heading: none."""

    title: str
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureForm:
    """What the form shows. kept: the filters, which have a form of their own. by: for each of the two lists."""

    action: str
    metrics: tuple[Pick, ...]
    questions: tuple[Pick, ...]
    first: tuple[Picks, ...]
    second: tuple[Picks, ...]
    over: tuple[Pick, ...]
    periods: tuple[Pick, ...]
    options: tuple[Pick, ...]
    is_share: bool
    base_all: bool
    all_answers: bool
    unweighted: bool
    calendars: tuple[Pick, ...]
    kept: tuple[tuple[str, str], ...]


def measure_form(ask: MeasureAsk, choices: MeasureChoices, *, time_zone: str) -> MeasureForm:
    """The form for an ask that has a metric."""
    metric = METRICS[ask.metric]
    questions = [one.name for one in choices.questions_of(metric)]
    asked = ask.questions[0] if ask.questions else ""
    every = list(dict.fromkeys([*questions, *ask.questions]))
    usual = [] if ask.metric == SHARE else [Pick(value="", title=_("all that fit"), on=not ask.questions)]
    spans = [Pick(value="", title=_("any time, or by the filters"), on=ask.period is None)]
    return MeasureForm(
        action=reverse("measure"),
        metrics=tuple(
            Pick(value=one.name.replace("_", "-"), title=metric_title(one.name), on=one.name == ask.metric)
            for one in METRICS.values()
            if one in choices.metrics() or one.name == ask.metric
        ),
        questions=(*usual, *_plain(every, asked)),
        first=_dimensions(choices, ask.by[0] if ask.by else ""),
        second=_dimensions(choices, ask.by[1] if len(ask.by) > 1 else ""),
        over=(
            Pick(value="", title=_("not over time"), on=not ask.over),
            *(Pick(value=one, title=over_title(one), on=one == ask.over) for one in PERIODS),
        ),
        periods=(*spans, *(Pick(value=p.value, title=period_title(p), on=p is ask.period) for p in RelativePeriod)),
        options=tuple(
            Pick(value=one, title=told("option", one), on=one in ask.options)
            for one in dict.fromkeys([*(choices.options_of(asked) if ask.metric == SHARE else ()), *ask.options])
        ),
        is_share=ask.metric == SHARE,
        base_all=ask.base == "all",
        all_answers=ask.repeats == "all",
        unweighted=not ask.weighted,
        calendars=tuple(Pick(value=one.value, title=calendar_title(one), on=one is ask.calendar) for one in Calendar),
        kept=ask.filters.as_query(time_zone),
    )


def _plain(values: Iterable[str], on: str) -> list[Pick]:
    return [Pick(value=one, title=told("question", one), on=one == on) for one in values]


def _short(dimension: str) -> str:
    """A dimension's name below the heading that says what it is of."""
    kind, colon, name = dimension.partition(":")
    kinds = {"prop": "property", "answer": "question"}
    if kind == "attribute":
        return attribute_title(name)
    return (told(kinds[kind], name) if kind in kinds else name) if colon else dimension_title(dimension)


def _dimensions(choices: MeasureChoices, on: str) -> tuple[Picks, ...]:
    groups: list[tuple[str, Sequence[str]]] = [
        (_("Journey"), ("step", "touchpoint") if choices.mapped else ()),
        (_("Contact"), choices.columns),
        (_("Customer"), [f"attribute:{name}" for name in choices.attributes]),
        (_("Further fields"), [f"prop:{name}" for name in choices.properties]),
        (_("Other answers"), [f"answer:{one.name}" for one in choices.questions if one.kind == "choice"]),
    ]
    known = {name for _title, names in groups for name in names}
    if on and on not in known:
        groups.append((_("From the address"), (on,)))
    found = [Picks(title="", picks=(Pick(value="", title=_("nothing"), on=not on),))]
    found += [
        Picks(
            title=title,
            picks=tuple(Pick(value=one, title=_short(one), on=one == on) for one in names),
        )
        for title, names in groups
        if names
    ]
    return tuple(found)
