"""A journey: an ordered path of steps, the touchpoints in them, and what counts as one passage.

A journey is data (see `files.journey` for its TOML form) and is published under its content's hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from safar.domain.fact import Actor
from safar.domain.label import Label
from safar.errors import InputError


class BadJourney(InputError):
    """A journey contradicts itself."""

    code = "journey.invalid"
    next_step = "Correct the journey file; docs/reference/journey-file.md describes every field."


class Moment(StrEnum):
    """Where a touchpoint lies in the relationship."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class PassageKind(StrEnum):
    """How a customer's interactions are cut into passages."""

    LINK = "link"
    ANCHOR = "anchor"
    INACTIVITY = "inactivity"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRule:
    """What one run through the journey is.

    link: facts that share `link` (the part after `link_`) are one passage; facts without it belong to none.
    anchor: a passage starts at each interaction with one of the touchpoints `anchors` (and at the first one).
    inactivity: a passage ends when `inactivity_s` seconds pass without an interaction.
    """

    kind: PassageKind
    link: str | None = None
    anchors: tuple[str, ...] = ()
    inactivity_s: int | None = None

    def __post_init__(self) -> None:
        needed = {
            PassageKind.LINK: self.link,
            PassageKind.ANCHOR: self.anchors,
            PassageKind.INACTIVITY: self.inactivity_s,
        }[self.kind]
        if not needed:
            raise BadJourney(f"A passage by {self.kind} must say its {self.kind}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What the journey's author believes where nobody was asked yet: an experience index 0-100, who says so, when."""

    index: float
    by: str
    on: date

    def __post_init__(self) -> None:
        if not 0 <= self.index <= 100:
            raise BadJourney(f"An assumed experience index lies from 0 to 100; {self.index:g} does not.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `phase`: the band above it; `assumed`: what its author believes until there is data."""

    id: str
    label: Label
    phase: str | None = None
    assumed: Assumption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """A place of contact within a step."""

    id: str
    step: str
    label: Label
    moment: Moment | None = None
    actor: Actor | None = None
    channels: tuple[str, ...] = ()
    owner: str | None = None
    moment_of_truth: bool = False
    standard: str | None = None
    assumed: Assumption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputWays:
    """The three ways out of the output step, told by touchpoints, within `window_s` after reaching it.

    repeat: bought again. complaint: complained; then `recovered` (a touchpoint of `recovery` or a repeat
    followed) or lost. silence: neither, and the window has closed.
    """

    step: str
    repeat: tuple[str, ...]
    complaint: tuple[str, ...]
    recovery: tuple[str, ...]
    window_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """An ordered path of steps with its touchpoints and its passage rule.

    `horizon_s`: a passage that has not reached a touchpoint of `goals` is lost when so long has passed since
    its last interaction, and open before. `goals` empty: reaching the last step completes it.
    """

    id: str
    label: Label
    steps: tuple[Step, ...]
    touchpoints: tuple[Touchpoint, ...]
    passage: PassageRule
    horizon_s: int
    goals: tuple[str, ...] = ()
    output: OutputWays | None = None
    framework: str | None = None
    _step_index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_step_index", {step.id: i for i, step in enumerate(self.steps)})
        if not self.steps:
            raise BadJourney(f"Journey {self.id!r} has no steps.")
        if len(self._step_index) != len(self.steps):
            raise BadJourney(f"Journey {self.id!r} names a step twice.")
        names = {touchpoint.id for touchpoint in self.touchpoints}
        if len(names) != len(self.touchpoints):
            raise BadJourney(f"Journey {self.id!r} names a touchpoint twice.")
        for touchpoint in self.touchpoints:
            if touchpoint.step not in self._step_index:
                raise BadJourney(
                    f"Touchpoint {touchpoint.id!r} belongs to step {touchpoint.step!r}, which does not exist."
                )
        told = [*self.goals, *self.passage.anchors]
        if self.output is not None:
            if self.output.step not in self._step_index:
                raise BadJourney(f"The output step {self.output.step!r} does not exist.")
            told += [*self.output.repeat, *self.output.complaint, *self.output.recovery]
        for name in told:
            if name not in names:
                raise BadJourney(f"Journey {self.id!r} speaks of touchpoint {name!r}, which does not exist.")
        if self.horizon_s <= 0:
            raise BadJourney(f"Journey {self.id!r}: the horizon must be positive.")

    def step_of(self, touchpoint: str) -> str:
        """The step that a touchpoint belongs to. Raises KeyError for an unknown touchpoint."""
        return next(t.step for t in self.touchpoints if t.id == touchpoint)

    def position(self, step: str) -> int:
        """Zero-based position of a step."""
        return self._step_index[step]
