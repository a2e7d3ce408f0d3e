"""Changes of a journey, each a function from a valid journey to a valid one.

Ids never change: facts and rules are told by them. What a removal leaves dangling (goals, anchors, ways out) is taken
out with it; where that would leave the journey without meaning, the removal is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safar.domain.journey import BadJourney, Journey, OutputWays, PassageRule, Step, Touchpoint
from safar.domain.label import Label

MOST_STEPS = 24
MOST_TOUCHPOINTS = 300


def put_step(journey: Journey, step: Step, *, position: int | None = None) -> Journey:
    """Add a step, or change the one of that id. position: from 0; None: where it was, or last."""
    others = [one for one in journey.steps if one.id != step.id]
    if len(others) >= MOST_STEPS:
        raise BadJourney(f"A journey has {MOST_STEPS} steps at most.", next_step="Put steps together.")
    was = next((i for i, one in enumerate(journey.steps) if one.id == step.id), len(others))
    others.insert(_bounded(was if position is None else position, len(others)), step)
    return replace(journey, steps=tuple(others))


def remove_step(journey: Journey, step: str, *, touchpoints_to: str | None = None) -> Journey:
    """Take a step away; its touchpoints go to another step, or away with it. Raises: BadJourney for the last one."""
    if len(journey.steps) == 1:
        raise BadJourney("A journey needs a step.", next_step="Add another step first.")
    found = journey
    for touchpoint in [one for one in journey.touchpoints if one.step == step]:
        if touchpoints_to is None:
            found = remove_touchpoint(found, touchpoint.id)
        else:
            found = put_touchpoint(found, replace(touchpoint, step=touchpoints_to))
    output = None if found.output is not None and found.output.step == step else found.output
    return replace(found, steps=tuple(one for one in found.steps if one.id != step), output=output)


def put_touchpoint(journey: Journey, touchpoint: Touchpoint, *, position: int | None = None) -> Journey:
    """Add a touchpoint, or change the one of that id. position: among those of its step, from 0; None: where it was
    within the same step, or last."""
    before = next((one for one in journey.touchpoints if one.id == touchpoint.id), None)
    if before is None and len(journey.touchpoints) >= MOST_TOUCHPOINTS:
        raise BadJourney(f"A journey has {MOST_TOUCHPOINTS} touchpoints at most.", next_step="Put some together.")
    siblings = [one for one in journey.touchpoints if one.step == touchpoint.step and one.id != touchpoint.id]
    if position is None and before is not None and before.step == touchpoint.step:
        position = [one.id for one in journey.touchpoints if one.step == before.step].index(before.id)
    siblings.insert(_bounded(len(siblings) if position is None else position, len(siblings)), touchpoint)
    ordered: list[Touchpoint] = []
    for step in journey.steps:
        own = [one for one in journey.touchpoints if one.step == step.id and one.id != touchpoint.id]
        ordered += siblings if step.id == touchpoint.step else own
    return replace(journey, touchpoints=tuple(ordered))


def remove_touchpoint(journey: Journey, touchpoint: str) -> Journey:
    """Take a touchpoint away, also from goals, anchors and ways out. Raises: BadJourney for the only anchor."""

    def without(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name != touchpoint)

    passage, output = journey.passage, journey.output
    if passage.anchors == (touchpoint,):
        raise BadJourney(
            f"Passages begin at {touchpoint!r} and nowhere else.",
            next_step="Change first how passages are told apart.",
        )
    if output is not None:
        output = replace(
            output,
            repeat=without(output.repeat),
            complaint=without(output.complaint),
            recovery=without(output.recovery),
        )
    return replace(
        journey,
        touchpoints=tuple(one for one in journey.touchpoints if one.id != touchpoint),
        goals=without(journey.goals),
        passage=replace(passage, anchors=without(passage.anchors)),
        output=output,
    )


def change_frame(
    journey: Journey,
    *,
    label: Label,
    passage: PassageRule,
    horizon_s: int,
    goals: Sequence[str],
    output: OutputWays | None,
) -> Journey:
    """Change what the journey as a whole is. Raises: BadJourney."""
    return replace(journey, label=label, passage=passage, horizon_s=horizon_s, goals=tuple(goals), output=output)


def renamed(journey: Journey, *, identifier: str, label: Label) -> Journey:
    """A copy under another id."""
    return replace(journey, id=identifier, label=label)


def _bounded(position: int, most: int) -> int:
    return max(0, min(position, most))
