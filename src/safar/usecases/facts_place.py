"""Which facts a list is narrowed to, besides the filters of the page that led to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from safar.analysis.journey_map import SCORES
from safar.analysis.mapping import MappedState
from safar.analysis.output import WAYS
from safar.domain.journey import Journey
from safar.errors import NotFound
from safar.usecases.search import words_of

PATH_SIGN = ">"
"""Between the touchpoints of a path in `Place.path`."""
_WAITED = re.compile(r"\d{1,9}-(\d{1,9})?")
STATES = {
    "moves": ("began", "ended", "lost", "returned", "arrived", "left", "followed", "complete", "open"),
    "passages": ("reached", "reached_closed", "lost", "open", "complete", "closed", "running", "present"),
    "arrivals": WAYS,
    "answers": (*SCORES, "promoters", "passives", "detractors", "pleased", "displeased"),
    "interactions": ("outside", "filtered_out"),
    "feedback": ("words", "words_pleased", "words_displeased", "filtered_out"),
}
"""What a list can be narrowed to by `Place.state`, each as the map counts it."""


class NoSuchFactsPlace(NotFound):
    """The address of a list names a step, a touchpoint or a state that does not exist."""

    code = "facts.no-such-place"
    next_step = "Follow a number's link from the journey map."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the list is narrowed to, besides the filters of the page that led here.

    previous: of moves, the touchpoint directly before; waited: seconds since then, as "60-3600" or "60-" ; value: of
    answers; questions: of answers, those of a
    mix; path: of passages, their touchpoints from first to last, as "call>visit"; import_no: of interactions and
    feedback, the import that brought or corrected them last; words: of feedback, what customers wrote that holds them.
    """

    step: str | None = None
    touchpoint: str | None = None
    mapped: str | None = None
    event: str | None = None
    question: str | None = None
    questions: Sequence[str] | None = None
    state: str | None = None
    previous: str | None = None
    value: float | None = None
    waited: str | None = None
    path: str | None = None
    import_no: int | None = None
    words: str | None = None


def check_place(place: Place, journey: Journey, *, kind: str) -> None:
    """Raise NoSuchFactsPlace where a list of this kind cannot be narrowed so."""
    if place.step is not None and place.step not in {step.id for step in journey.steps}:
        raise NoSuchFactsPlace(f"The journey has no step {place.step[:60]!r}.")
    if place.touchpoint is not None and place.touchpoint not in {t.id for t in journey.touchpoints}:
        raise NoSuchFactsPlace(f"The journey has no touchpoint {place.touchpoint[:60]!r}.")
    if place.state is not None and place.state not in STATES.get(kind, ()):
        raise NoSuchFactsPlace(f"There is no state {place.state[:60]!r}.")
    if place.words is not None and (kind != "feedback" or not words_of(place.words)):
        raise NoSuchFactsPlace("Words are looked for in feedback, two letters at least.")
    if place.previous is not None and place.previous not in {t.id for t in journey.touchpoints}:
        raise NoSuchFactsPlace(f"The journey has no touchpoint {place.previous[:60]!r}.")
    if place.waited is not None and not _WAITED.fullmatch(place.waited):
        raise NoSuchFactsPlace(f"{place.waited[:60]!r} is no span of seconds, as 60-3600.")
    if place.path is not None and not {*place.path.split(PATH_SIGN)} <= {t.id for t in journey.touchpoints}:
        raise NoSuchFactsPlace(f"The journey has no path {place.path[:60]!r}.")
    if place.mapped is not None and place.mapped not in {state.value for state in MappedState}:
        raise NoSuchFactsPlace(f"Facts are mapped, ignored or unmapped, never {place.mapped[:60]!r}.")
