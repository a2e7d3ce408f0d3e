"""Differences between two versions, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from safar.domain.differences import Difference, How
from safar.domain.journey import Journey
from safar.domain.label import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLine:
    """One difference. `sign`: + − ± ↕, so that color is never all that tells; changes: (field, before, after)."""

    how: str
    sign: str
    told: str
    what: str
    label: Label
    id: str
    changes: tuple[tuple[str, str, str], ...]


def difference_lines(found: Sequence[Difference]) -> tuple[DifferenceLine, ...]:
    """The differences as lines of a list."""
    hows: Mapping[How, tuple[str, str]] = {
        How.ADDED: ("+", _("added")),
        How.REMOVED: ("−", _("removed")),
        How.CHANGED: ("±", _("changed")),
        How.MOVED: ("↕", _("moved")),
    }
    whats = {"journey": _("Journey"), "step": _("Step"), "touchpoint": _("Touchpoint"), "rule": _("Rule")}
    whats |= {"framework": _("Framework"), "element": _("Element")}
    names = _fields()
    return tuple(
        DifferenceLine(
            how=str(one.how),
            sign=hows[one.how][0],
            told=hows[one.how][1],
            what=whats[one.what],
            label=one.label,
            id=one.id,
            changes=tuple((names.get(c.name, c.name), c.before or "–", c.after or "–") for c in one.fields),
        )
        for one in found
    )


def label_of(journey: Journey, touchpoint: str) -> Label:
    """What a touchpoint is called; its id where the journey does not know it."""
    return next((one.label for one in journey.touchpoints if one.id == touchpoint), Label({"en": touchpoint}))


def _fields() -> dict[str, str]:
    return {
        "label": _("name"),
        "passage": _("what a passage is"),
        "horizon_days": _("days until a passage is lost"),
        "goals": _("goals"),
        "output": _("ways out"),
        "window_days": _("days until silence"),
        "framework": _("framework"),
        "phase": _("phase"),
        "step": _("step"),
        "moment": _("moment"),
        "actor": _("who acts"),
        "channels": _("channels"),
        "owner": _("owner"),
        "moment_of_truth": _("moment of truth"),
        "standard": _("standard"),
        "rule": _("rule"),
        "level": _("level"),
        "role": _("role"),
        "kind": _("kind"),
        "measured_by": _("what measures or manages it"),
    }
