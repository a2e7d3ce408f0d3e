"""Journeys as TOML: read, check, write in one canonical form (docs/reference/journey-file.md)."""

from __future__ import annotations

from safar.domain.fact import Actor
from safar.domain.journey import (
    Assumption,
    BadJourney,
    Journey,
    Moment,
    OutputWays,
    PassageKind,
    PassageRule,
    Step,
    Touchpoint,
)
from safar.files.toml_place import Table, parse_toml, toml_days, toml_label, toml_text, toml_texts


def read_journey(text: str) -> Journey:
    """The journey that a TOML text describes.

    Unknown keys are errors. Raises: BadJourney (code `journey.invalid`), naming the place in the file.
    """
    top = parse_toml(text, complain=BadJourney)
    journey = Journey(
        id=top.text("id"),
        label=top.label(),
        steps=tuple(_step(item) for item in top.tables("steps")),
        touchpoints=tuple(_touchpoint(item) for item in top.tables("touchpoints")),
        passage=_passage(top.table("passage")),
        horizon_s=top.days("horizon_days"),
        goals=top.texts("goals"),
        output=_output(top.table("output")) if top.has("output") else None,
        framework=top.optional_text("framework"),
    )
    top.finish()
    return journey


def write_journey(journey: Journey) -> str:
    """The canonical TOML of a journey: equal journeys give equal text, and reading it back gives the journey."""
    lines = [f"id = {toml_text(journey.id)}", f"label = {toml_label(journey.label)}"]
    if journey.framework is not None:
        lines.append(f"framework = {toml_text(journey.framework)}")
    lines.append(f"horizon_days = {toml_days(journey.horizon_s)}")
    if journey.goals:
        lines.append(f"goals = {toml_texts(journey.goals)}")
    lines += ["", "[passage]", f'kind = "{journey.passage.kind}"']
    if journey.passage.link is not None:
        lines.append(f"link = {toml_text(journey.passage.link)}")
    if journey.passage.anchors:
        lines.append(f"anchors = {toml_texts(journey.passage.anchors)}")
    if journey.passage.inactivity_s is not None:
        lines.append(f"inactivity_days = {toml_days(journey.passage.inactivity_s)}")
    if (output := journey.output) is not None:
        lines += [
            "",
            "[output]",
            f"step = {toml_text(output.step)}",
            f"repeat = {toml_texts(output.repeat)}",
            f"complaint = {toml_texts(output.complaint)}",
            f"recovery = {toml_texts(output.recovery)}",
            f"window_days = {toml_days(output.window_s)}",
        ]
    for step in journey.steps:
        lines += ["", "[[steps]]", f"id = {toml_text(step.id)}", f"label = {toml_label(step.label)}"]
        if step.phase is not None:
            lines.append(f"phase = {toml_text(step.phase)}")
        lines += _assumed_lines(step.assumed)
    for touchpoint in journey.touchpoints:
        lines += ["", "[[touchpoints]]", *_touchpoint_lines(touchpoint)]
    return "\n".join(lines) + "\n"


def _step(table: Table) -> Step:
    step = Step(id=table.text("id"), label=table.label(), phase=table.optional_text("phase"), assumed=_assumed(table))
    table.finish()
    return step


def _touchpoint(table: Table) -> Touchpoint:
    moment = table.one_of("moment", tuple(Moment), required=False)
    actor = table.one_of("actor", tuple(Actor), required=False)
    touchpoint = Touchpoint(
        id=table.text("id"),
        step=table.text("step"),
        label=table.label(),
        moment=None if moment is None else Moment(moment),
        actor=None if actor is None else Actor(actor),
        channels=table.texts("channels"),
        owner=table.optional_text("owner"),
        moment_of_truth=table.flag("moment_of_truth"),
        standard=table.optional_text("standard"),
        assumed=_assumed(table),
    )
    table.finish()
    return touchpoint


def _assumed(table: Table) -> Assumption | None:
    if not table.has("assumed"):
        return None
    told = table.table("assumed")
    found = Assumption(index=told.number("index", least=0, most=100), by=told.text("by"), on=told.day("on"))
    told.finish()
    return found


def _passage(table: Table) -> PassageRule:
    kind = PassageKind(table.text("kind")) if table.one_of("kind", tuple(PassageKind)) else PassageKind.LINK
    rule = PassageRule(
        kind=kind,
        link=table.text("link") if kind is PassageKind.LINK else None,
        anchors=table.texts("anchors", required=True) if kind is PassageKind.ANCHOR else (),
        inactivity_s=table.days("inactivity_days") if kind is PassageKind.INACTIVITY else None,
    )
    table.finish()
    return rule


def _output(table: Table) -> OutputWays:
    ways = OutputWays(
        step=table.text("step"),
        repeat=table.texts("repeat"),
        complaint=table.texts("complaint"),
        recovery=table.texts("recovery"),
        window_s=table.days("window_days"),
    )
    table.finish()
    return ways


def _touchpoint_lines(touchpoint: Touchpoint) -> list[str]:
    lines = [
        f"id = {toml_text(touchpoint.id)}",
        f"step = {toml_text(touchpoint.step)}",
        f"label = {toml_label(touchpoint.label)}",
    ]
    if touchpoint.moment is not None:
        lines.append(f'moment = "{touchpoint.moment}"')
    if touchpoint.actor is not None:
        lines.append(f'actor = "{touchpoint.actor}"')
    if touchpoint.channels:
        lines.append(f"channels = {toml_texts(touchpoint.channels)}")
    if touchpoint.owner is not None:
        lines.append(f"owner = {toml_text(touchpoint.owner)}")
    if touchpoint.moment_of_truth:
        lines.append("moment_of_truth = true")
    if touchpoint.standard is not None:
        lines.append(f"standard = {toml_text(touchpoint.standard)}")
    return [*lines, *_assumed_lines(touchpoint.assumed)]


def _assumed_lines(assumed: Assumption | None) -> list[str]:
    if assumed is None:
        return []
    index = repr(float(assumed.index)).removesuffix(".0")
    return [f"assumed = {{ index = {index}, by = {toml_text(assumed.by)}, on = {assumed.on.isoformat()} }}"]
