"""The journey editor's forms: from a journey's parts to fields, and back."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from safar.domain.fact import Actor
from safar.domain.journey import (
    Journey,
    Moment,
    OutputWays,
    PassageKind,
    PassageRule,
    Step,
    Touchpoint,
)
from safar.domain.journey_edits import change_frame
from safar.domain.label import Label
from safar.usecases.propose_journey import safe_ids
from safar.web.typed import Typed

MOST_CHANNELS = 20
_SEPARATOR = re.compile(r"[,،;\n]+")
_LINK = re.compile(r"[a-z0-9_]{1,60}")


def step_form(journey: Journey, old: Step | None) -> Typed:
    """The fields of a step; a new one goes last."""
    if old is None:
        return Typed({"position": str(len(journey.steps))})
    place = journey.position(old.id)
    return Typed(_names(old.label) | {"id": old.id, "phase": old.phase or "", "position": str(place)})


def step_of_form(typed: Typed, journey: Journey, old: Step | None) -> Step | None:
    """The step that the fields say, or None with what is wrong."""
    label = typed.label(None if old is None else old.label)
    phase = typed.text("phase") or None
    identifier = old.id if old is not None else _new_id(typed, label, [step.id for step in journey.steps])
    return Step(id=identifier, label=label, phase=phase) if typed.fits else None


def touchpoint_form(journey: Journey, begin: Touchpoint | None, *, step: str, known: bool) -> Typed:
    """The fields of a touchpoint; `begin`: what it is, or what is suggested. known: it is in the journey already."""
    if begin is None:
        return Typed({"step": step if step in {one.id for one in journey.steps} else journey.steps[0].id})
    siblings = [one.id for one in journey.touchpoints if one.step == begin.step]
    return Typed(
        _names(begin.label)
        | {
            "id": begin.id,
            "step": begin.step,
            "position": str(siblings.index(begin.id)) if known else "",
            "moment": begin.moment or "",
            "actor": begin.actor or "",
            "channels": ", ".join(begin.channels),
            "owner": begin.owner or "",
            "standard": begin.standard or "",
            "moment_of_truth": "on" if begin.moment_of_truth else "",
        }
    )


def touchpoint_of_form(typed: Typed, journey: Journey, old: Touchpoint | None) -> Touchpoint | None:
    """The touchpoint that the fields say, or None with what is wrong."""
    label = typed.label(None if old is None else old.label)
    step = typed.one_of("step", [one.id for one in journey.steps], required=True)
    moment = typed.one_of("moment", tuple(Moment))
    actor = typed.one_of("actor", tuple(Actor))
    channels = tuple(
        dict.fromkeys(part for one in _SEPARATOR.split(typed.text("channels", most=1_000)) if (part := one.strip()))
    )
    if len(channels) > MOST_CHANNELS or any(len(channel) > 60 for channel in channels):
        typed.wrong["channels"] = _("At most 20 channels of 60 letters.")
    owner, standard = typed.text("owner") or None, typed.text("standard", most=500) or None
    identifier = old.id if old is not None else _new_id(typed, label, [one.id for one in journey.touchpoints])
    if not typed.fits:
        return None
    return Touchpoint(
        id=identifier,
        step=step,
        label=label,
        moment=Moment(moment) if moment else None,
        actor=Actor(actor) if actor else None,
        channels=channels,
        owner=owner,
        moment_of_truth=bool(typed.values.get("moment_of_truth")),
        standard=standard,
    )


def frame_form(journey: Journey) -> Typed:
    """The fields of the journey as a whole."""
    passage, output = journey.passage, journey.output
    values = _names(journey.label) | {
        "passage": str(passage.kind),
        "link": passage.link or "",
        "inactivity_days": _days(passage.inactivity_s),
        "horizon_days": _days(journey.horizon_s),
        "output_step": "" if output is None else output.step,
        "window_days": "" if output is None else _days(output.window_s),
    }
    lists = {"anchors": passage.anchors, "goals": journey.goals}
    if output is not None:
        lists |= {"repeat": output.repeat, "complaint": output.complaint, "recovery": output.recovery}
    return Typed(values, lists)


def frame_of_form(typed: Typed, journey: Journey) -> Journey | None:
    """The journey with what the fields say of it as a whole, or None with what is wrong. Raises: BadJourney."""
    label = typed.label(journey.label)
    names = [one.id for one in journey.touchpoints]
    kind = typed.one_of("passage", tuple(PassageKind), required=True)
    passage = _passage(typed, kind, names) if kind and "passage" not in typed.wrong else None
    horizon_s = typed.days("horizon_days")
    goals = typed.many("goals", names)
    output = None
    if step := typed.one_of("output_step", [one.id for one in journey.steps]):
        window_s = typed.days("window_days")
        parts = [typed.many(name, names) for name in ("repeat", "complaint", "recovery")]
        if typed.fits and window_s is not None:
            output = OutputWays(step=step, repeat=parts[0], complaint=parts[1], recovery=parts[2], window_s=window_s)
    if not typed.fits or passage is None or horizon_s is None:
        return None
    return change_frame(journey, label=label, passage=passage, horizon_s=horizon_s, goals=goals, output=output)


def _passage(typed: Typed, kind: str, names: list[str]) -> PassageRule | None:
    match PassageKind(kind):
        case PassageKind.LINK:
            link = typed.text("link", required=True, most=60)
            if link and not _LINK.fullmatch(link):
                typed.wrong["link"] = _("A link's name has small letters, digits and underscores.")
            return PassageRule(kind=PassageKind.LINK, link=link) if typed.fits else None
        case PassageKind.ANCHOR:
            anchors = typed.many("anchors", names)
            if not anchors:
                typed.wrong.setdefault("anchors", _("Tick the touchpoints at which a passage begins."))
            return PassageRule(kind=PassageKind.ANCHOR, anchors=anchors) if typed.fits else None
    inactivity_s = typed.days("inactivity_days")
    return PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=inactivity_s) if typed.fits else None


def _new_id(typed: Typed, label: Label, taken: list[str]) -> str:
    """The id that was typed, else one made from the name; neither is in use."""
    wanted = typed.text("id", most=60)
    if wanted:
        if safe_ids([wanted])[0] != wanted.replace("_", "-"):
            typed.wrong["id"] = _("An id has small letters, digits, hyphens and underscores.")
        elif wanted in taken:
            typed.wrong["id"] = _("This id is in use.")
        return wanted
    made = safe_ids([label.text("en")])[0]
    number = 1
    found = made
    while found in taken:
        number += 1
        found = f"{made}-{number}"
    return found


def _names(label: Label) -> dict[str, str]:
    return {f"label_{tag}": label.texts.get(tag, "") for tag in ("en", "fa")}


def _days(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 86_400:.6f}".rstrip("0").rstrip(".")
