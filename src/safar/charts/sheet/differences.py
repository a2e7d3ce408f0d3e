"""A difference of two groups in words: the page, the drawing and the slides say it alike."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.map_comparison import COMPLETION, DROPPED, EXPERIENCE, REMAINING, SHARES, SPANS, Difference
from safar.domain.speech import Speech

_MORE_IS_BETTER = (EXPERIENCE, COMPLETION, REMAINING)
_LESS_IS_BETTER = (DROPPED, *SPANS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceWords:
    """Both figures, A less B with its interval, the unit, and where it goes: up, down or level.

    sense: whether it is 'better' or 'worse' in A; empty where it is level, or where neither end is the good one (how
    many reach a touchpoint)."""

    a: str
    b: str
    difference: str
    low: str
    high: str
    unit: str
    direction: str
    sense: str
    why_not: str


def difference_words(one: Difference, speech: Speech) -> DifferenceWords:
    """One difference, each figure in the unit of its measure."""
    _ = speech.text
    is_span, factor = one.measure in SPANS, 100.0 if one.measure in SHARES else 1.0

    def told(value: float | None) -> str:
        if one.measure in SHARES:
            return speech.share(value, 1)
        return speech.duration(value) if is_span else speech.number(value, 1)

    def differs(value: float | None) -> str:
        if is_span:
            return speech.signed_duration(value)
        return speech.signed(None if value is None else value * factor, 1)

    difference = one.difference or 0.0
    level = one.difference is None or abs(difference * factor) < 0.05
    up = difference > 0
    judged = not level and one.measure in (*_MORE_IS_BETTER, *_LESS_IS_BETTER)
    better = up == (one.measure in _MORE_IS_BETTER)
    why_not = {
        "too_few": _("too few to compare"),
        "none": _("nothing to compare"),
        "open": _("still open: too early to compare"),
    }
    return DifferenceWords(
        a=told(one.a),
        b=told(one.b),
        difference=differs(one.difference),
        low=differs(one.low),
        high=differs(one.high),
        unit="" if is_span else _("points"),
        direction="level" if level else "up" if up else "down",
        sense="" if not judged else "better" if better else "worse",
        why_not=why_not.get(one.state, ""),
    )
