"""The journey editor laid out: steps with their touchpoints, and what can be done with each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.domain.journey import Journey, PassageKind, Step, Touchpoint
from safar.usecases.workspace import Workspace
from safar.web.differences_page import label_of
from safar.web.inventory_page import moment_names
from safar.web.numerals import duration
from safar.web.page_language import page_language
from safar.web.reading import choices_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointRow:
    """A touchpoint of a step."""

    touchpoint: Touchpoint
    moment: str
    edit: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBox:
    """A step with its touchpoints."""

    step: Step
    number: int
    rows: tuple[TouchpointRow, ...]
    edit: str
    add: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorPage:
    """The editor's page."""

    journey: Journey
    steps: tuple[StepBox, ...]
    add_step: str


def editor_page(journey: Journey) -> EditorPage:
    """The page of one draft."""
    boxes = []
    for number, step in enumerate(journey.steps, start=1):
        own = [one for one in journey.touchpoints if one.step == step.id]
        moments = moment_names()
        boxes.append(
            StepBox(
                step=step,
                number=number,
                rows=tuple(
                    TouchpointRow(
                        touchpoint=one,
                        moment=moments[one.moment] if one.moment else "",
                        edit=f"{reverse('journey-touchpoint')}?{urlencode({'id': one.id})}",
                        first=i == 0,
                        last=i == len(own) - 1,
                    )
                    for i, one in enumerate(own)
                ),
                edit=f"{reverse('journey-step')}?{urlencode({'id': step.id})}",
                add=f"{reverse('journey-touchpoint')}?{urlencode({'step': step.id})}",
                first=number == 1,
                last=number == len(journey.steps),
            )
        )
    return EditorPage(journey=journey, steps=tuple(boxes), add_step=reverse("journey-step"))


def passage_words(journey: Journey) -> list[tuple[str, str]]:
    """What the journey as a whole is: (what, how) pairs."""
    passage, language = journey.passage, page_language()

    def names(listed: tuple[str, ...]) -> str:
        return _(", ").join(label_of(journey, name).text(language) for name in listed) or "–"

    match passage.kind:
        case PassageKind.LINK:
            told = _("contacts that share the link %(link)s") % {"link": passage.link}
        case PassageKind.ANCHOR:
            told = _("begins at: %(touchpoints)s") % {"touchpoints": names(passage.anchors)}
        case _:
            told = _("ends after %(time)s without a contact") % {"time": duration(passage.inactivity_s)}
    found = [
        (_("A passage"), told),
        (_("Lost after"), duration(journey.horizon_s)),
        (_("Goals"), names(journey.goals) if journey.goals else _("the last step is reached")),
    ]
    if journey.output is not None:
        step = next(one.label for one in journey.steps if one.id == journey.output.step)
        found += [
            (_("Ways out of"), step.text(language)),
            (_("repeat purchase"), names(journey.output.repeat)),
            (_("complaint"), names(journey.output.complaint)),
            (_("recovery"), names(journey.output.recovery)),
            (_("silence after"), duration(journey.output.window_s)),
        ]
    return found


def known_channels(workspace: Workspace, journey: Journey) -> list[str]:
    """Channels that the log or the journey names already."""
    groups = [group for group in choices_of(workspace, units=None) if group.name == "channel"]
    seen = [choice.value for group in groups for choice in group.choices if choice.value]
    return list(dict.fromkeys([*seen, *(channel for one in journey.touchpoints for channel in one.channels)]))
