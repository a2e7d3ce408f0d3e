"""What measures or manages an element, each with the page where one sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from safar.analysis.filters import NO_FILTERS
from safar.domain.framework import Element, Framework
from safar.domain.journey import Journey
from safar.frameworks import Does, known_capabilities, mapping
from safar.web.links import Links
from safar.web.names import told
from safar.web.numerals import plain_digits
from safar.web.page_language import page_language

_METRICS = {"nps": "nps", "csat": "csat", "ces": "ces", "mean-rating": "mean", "experience-index": "experience_index"}
_PAGES = {
    "record": ("facts", ("moves",), ""),
    "invitations": ("facts", ("moves",), ""),
    "volume": ("touchpoints", (), "?sort=contacts&down=1"),
    "journey-file": ("touchpoints", (), ""),
    "import": ("imports", (), ""),
    "by-attribute": ("measure", (), ""),
    "trend": ("measure", (), ""),
}
_OF_STEPS = frozenset({"journey-map", "experience-index", "exit", "dwell", "waiting"})
"""Capabilities that the page of a step shows for that step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverLine:
    """One thing that covers an element. `address`: its page, "" where there is only a command (`how`)."""

    title: str
    measures: bool
    address: str
    where: str
    how: str = ""
    own: bool = False


def cover_lines(framework: Framework, element: Element, journey: Journey | None) -> tuple[CoverLine, ...]:
    """What covers the element, the company's own links first."""
    steps = _steps_of(framework, element, journey)
    lines = [line for key in element.measured_by for line in _lines(key, steps, journey)]
    return tuple(sorted(lines, key=lambda line: not line.own))


def _lines(key: str, steps: Iterable[str], journey: Journey | None) -> list[CoverLine]:
    what, sep, name = key.partition(":")
    if sep:
        return [_own_line(what, name, journey)]
    able = known_capabilities()[key]
    title = able.label.text(page_language())
    measures = able.does is Does.MEASURES
    if key in _OF_STEPS and journey is not None:
        names = {step.id: step.label.text(page_language()) for step in journey.steps}
        found = [
            CoverLine(
                title=title,
                measures=measures,
                address=reverse("step", args=[step]),
                where=_("step %(number)s, %(name)s")
                % {"number": plain_digits(list(names).index(step) + 1), "name": names[step]},
            )
            for step in steps
        ]
        if found:
            return found
    address, where = _page_of(key)
    return [CoverLine(title=title, measures=measures, address=address, where=where, how="" if address else able.how)]


def _page_of(key: str) -> tuple[str, str]:
    """The page of a capability and what it is called; ("", "") where there is none."""
    names = {
        "facts": _("the facts"),
        "touchpoints": _("the touchpoints"),
        "imports": _("the imports"),
        "measure": _("the measure page"),
    }
    if key in _METRICS:
        address = _reversed("measure", (), f"?metric={_METRICS[key]}")
        return (address, names["measure"]) if address else (reverse("journey"), _("the journey map"))
    if key in _PAGES:
        page, arguments, query = _PAGES[key]
        address = _reversed(page, arguments, query)
        if address or key == "import":
            return address, names[page] if address else ""
    if key in ("forget", "attributes"):
        return "", ""
    return reverse("journey"), _("the journey map")


def _reversed(page: str, arguments: tuple[str, ...], query: str) -> str:
    try:
        return reverse(page, args=arguments) + query
    except NoReverseMatch:  # a page that this release does not have
        return ""


def _own_line(what: str, name: str, journey: Journey | None) -> CoverLine:
    if what == "question":
        address = Links(NO_FILTERS, "UTC").facts("answers", question=name)
        return CoverLine(
            title=told("question", name), measures=True, address=address, where=_("question, its answers"), own=True
        )
    found = None if journey is None else next((one for one in journey.touchpoints if one.id == name), None)
    if found is None:
        return CoverLine(
            title=name, measures=False, address="", where=_("touchpoint that this journey does not have"), own=True
        )
    title = found.label.text(page_language())
    address = reverse("touchpoint", args=[name])
    return CoverLine(title=title, measures=False, address=address, where=_("touchpoint"), own=True)


def _steps_of(framework: Framework, element: Element, journey: Journey | None) -> tuple[str, ...]:
    """Steps of the journey in force that the element's step stands for: by its own name, or by the stated table."""
    if element.step is None or journey is None:
        return ()
    known = {step.id for step in journey.steps}
    if set(framework.steps) <= known:
        return (element.step,)
    table = mapping()
    others = table.targets(element.step) if framework.name == table.source else ()
    return others if set(others) <= known else ()
