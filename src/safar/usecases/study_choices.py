"""What may be chosen for a further analysis of a study: checked before it is put in line, and kept with its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from safar.analysis.path_model.importance import BadScale
from safar.domain.choice_bounds import COUNTS, on_page
from safar.domain.study import StudyRun
from safar.files.path_model import SavedRun
from safar.usecases.path_model_choices import BadChoice, checked
from safar.usecases.study_access import BadStudy
from safar.usecases.study_analyses import ESTIMATE, IMPORTANCE, RIVALS, Analysis

LONGEST = 200
"""Of a column's or a construct's name."""
_YES, _NO = "yes", "no"


def check_choices(wanted: Analysis, told: Mapping[str, Any], *, saved: SavedRun, study: UUID) -> dict[str, Any]:
    """The choices of an analysis, those that were made, each as its type. told: any more are left out.

    Raises: BadChoice, BadStudy; BadScale, where the map of importance has no scale.
    """
    chosen = checked(**{name: told[name] for name in wanted.choices if told.get(name) not in (None, "")})
    for name, value in chosen.items():
        if name in COUNTS and not value <= on_page(name)[1]:
            raise BadChoice(
                f"{name}: on pages at most {on_page(name)[1]:,}.",
                next_step="Choose a smaller number, or download the model and use the command.",
            )
    if wanted.grouped:
        chosen["by"] = str(chosen.get("by", "")).strip()[:LONGEST]
        if not chosen["by"]:
            raise BadStudy("No column of groups was named.", next_step="Name the column that holds each row's group.")
    if chosen.get("show", 0) > chosen.get("most", COUNTS["most"][1]):
        raise BadChoice("No more segments can be shown than are tried.", next_step="Try more segments, or show fewer.")
    if wanted.name == IMPORTANCE:
        _check_importance(chosen, saved)
    if wanted.name == RIVALS:
        chosen["runs"] = tuple(one.number for _, one in rival_runs(study, chosen.get("runs", ())))
        least, most = COUNTS["models"]
        if not least <= len(chosen["runs"]) <= most:
            raise BadStudy(
                f"Choose {least} to {most} runs that are done.", next_step="Run each model first, then compare."
            )
    return chosen


def _check_importance(chosen: Mapping[str, Any], saved: SavedRun) -> None:
    if saved.run.scale is None:
        raise BadScale(
            "The importance-performance map needs the ends of the answers' scale.",
            next_step="Say the least and the greatest answer on the study's data page.",
        )
    if "target" in chosen and chosen["target"] not in saved.model.endogenous:
        raise BadStudy(
            f"{str(chosen['target'])[:LONGEST]!r} cannot be the target: nothing acts on it.",
            next_step="Choose a construct that others act on.",
        )


def kept_choices(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Choices as a run keeps them."""
    return {name: _kept(value) for name, value in chosen.items()}


def read_choices(kept: Mapping[str, str]) -> dict[str, Any]:
    """Kept choices as an analysis takes them."""
    told: dict[str, Any] = {}
    for name, value in kept.items():
        if name in COUNTS:
            told[name] = int(value)
        elif name == "confirmatory":
            told[name] = value == _YES
        else:
            told[name] = tuple(map(int, value.split())) if name == "runs" else value
    return checked(**told)


def rival_runs(study: UUID, numbers: Sequence[int]) -> list[tuple[str, StudyRun]]:
    """The estimates of these numbers that are done, in their order, each with its name."""
    from safar.store import studies

    found = {one.number: one for one in studies.list_runs(study) if one.kind == ESTIMATE and one.is_done}
    return [(rival_name(number), found[number]) for number in dict.fromkeys(numbers) if number in found]


def rival_name(number: int) -> str:
    """What a run is called in a comparison of predictions."""
    return f"run {number}"


def _kept(value: Any) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
