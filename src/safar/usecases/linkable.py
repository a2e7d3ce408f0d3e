"""What a company may link the elements of its framework to: its touchpoints and the questions that it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safar.domain.journey import Touchpoint
from safar.usecases.combinations import read_combinations

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_QUESTIONS = 300


def linkable_touchpoints(workspace: Workspace) -> tuple[Touchpoint, ...]:
    """The touchpoints of the journey in force; none where no journey is."""
    journey = workspace.journey_in_force()
    return () if journey is None else journey.touchpoints


def linkable_questions(workspace: Workspace) -> tuple[str, ...]:
    """The questions that feedback in the log answers, most answered first, `MOST_QUESTIONS` at most."""
    _contacts, feedback = read_combinations(workspace, ("question",))
    if "question" not in feedback.columns:
        return ()
    at = feedback.columns.index("question")
    counts: dict[str, int] = {}
    for row in feedback.rows:
        question = row.values[at]
        if question:
            counts[question] = counts.get(question, 0) + row.facts
    return tuple(sorted(counts, key=lambda name: (-counts[name], name))[:MOST_QUESTIONS])
