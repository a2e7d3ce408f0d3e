"""What can be run on a study, each by its name: an analysis takes model, choices and answers, and gives one result.

A further analysis is entered here once; then pages offer it, jobs do it, its result is kept, read back and exported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.groups_result import GroupsResult
from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.model_result import ModelResult
from safar.analysis.path_model.prediction_result import PredictionResult
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.rival_prediction import RivalPrediction
from safar.analysis.path_model.screening_result import ScreeningResult
from safar.analysis.path_model.segments_result import SegmentsResult
from safar.analysis.thaw import thaw
from safar.domain.choice_bounds import USUAL
from safar.domain.framework import Framework
from safar.domain.journey import Journey
from safar.errors import NotFound
from safar.files.path_model import SavedRun
from safar.usecases.path_model_analyses import (
    compare_model_groups,
    map_importance,
    predict_model,
    screen_model,
    segment_model,
)
from safar.usecases.path_model_comparison import compare_predictions
from safar.usecases.path_model_rows import Columns, Labels
from safar.usecases.path_models import estimate_model

ESTIMATE = "estimate"
PREDICT, GROUPS, SEGMENTS, IMPORTANCE, SCREEN = "predict", "groups", "segments", "importance", "screen"
RIVALS = "rivals"


class UnknownAnalysis(NotFound):
    """A study knows no analysis of this name."""

    code = "study.unknown-analysis"
    next_step = "Start it from the study's run page."


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What an analysis works with. choices: as `checked` gives them. labels: each row's group, where it needs one.

    frameworks: a company's own, whose elements its constructs may stand for; journey: the one in force. rivals: the
    models that are compared, each with its name.
    """

    saved: SavedRun
    columns: Columns
    choices: Mapping[str, Any]
    labels: Labels | None
    simulated: bool
    progress: Progress
    frameworks: Sequence[Framework] = ()
    journey: Journey | None = None
    rivals: Sequence[tuple[str, SavedRun]] = ()

    def take(self, *names: str) -> dict[str, Any]:
        """The choices of these names that were made; the seed is the run's own where none was."""
        made = self.saved.run.resampling
        seed = {"seed": USUAL["seed"] if made is None else made.seed}
        return {name: value for name, value in {**seed, **self.choices}.items() if name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """result: what it gives, which must be readable from its JSON. choices: names of what may be chosen; grouped: it
    needs a column of groups (`by`).

    rows: names of the result's tables that tell of single rows. headline: a few figures for lists; JSON values.
    """

    name: str
    result: type[ModelResult]
    run: Callable[[Material], ModelResult]
    choices: tuple[str, ...] = ()
    grouped: bool = False
    rows: frozenset[str] = frozenset()
    headline: Callable[[Any], Mapping[str, Any]] = lambda result: {"rows": result.n, "simulated": result.simulated}


def analysis(name: str) -> Analysis:
    """The analysis of that name. Raises: UnknownAnalysis."""
    found = ANALYSES.get(name)
    if found is None:
        raise UnknownAnalysis(f"There is no analysis {name[:40]!r}.")
    return found


def read_back(name: str, text: str) -> ModelResult:
    """A result from its JSON. Raises: UnknownAnalysis, also for what another release wrote and this one cannot read."""
    try:
        analysis(name)
        return _read_back(name, text)
    except (KeyError, TypeError, ValueError) as cause:
        raise UnknownAnalysis("The result was written by another release and cannot be read.") from cause


# To build its objects takes as long as to draw the page.
@lru_cache(maxsize=16)
def _read_back(name: str, text: str) -> ModelResult:
    return thaw(ANALYSES[name].result, text)


def _estimate_headline(result: PathResult) -> Mapping[str, Any]:
    stands = [str(one.stand) for one in result.verdicts]
    made = result.run.resampling
    return {
        "rows": result.n,
        "data": result.data_digest,
        "model": result.model_digest,
        "srmr": result.fit.srmr,
        "resamples": 0 if made is None else made.resamples,
        "seed": None if made is None else made.seed,
        "consistent": result.run.options.consistent,
        "supported": stands.count("supported"),
        "claims": len(stands),
        "doubts": len(result.doubts),
        "simulated": result.simulated,
    }


def _groups(given: Material) -> ModelResult:
    told = given.take("permutations", "seed")
    return compare_model_groups(
        given.saved, given.columns, by=given.choices["by"], labels=given.labels or [],
        resamples=told.get("permutations", USUAL["permutations"]),
        seed=told["seed"],
        simulated=given.simulated, progress=given.progress,
    )  # fmt: skip


def _segments(given: Material) -> ModelResult:
    told = given.take("most", "seed")
    return segment_model(
        given.saved, given.columns, **told, chosen=given.choices.get("show"),
        simulated=given.simulated, progress=given.progress,
    )  # fmt: skip


ANALYSES: Mapping[str, Analysis] = {
    one.name: one
    for one in (
        Analysis(
            name=ESTIMATE,
            result=PathResult,
            run=lambda given: estimate_model(
                given.saved, given.columns, simulated=given.simulated, progress=given.progress
            ),
            headline=_estimate_headline,
        ),
        Analysis(
            name=SCREEN,
            result=ScreeningResult,
            choices=("factors", "confirmatory", "seed"),
            run=lambda given: screen_model(
                given.saved, given.columns, **given.take("factors", "confirmatory", "seed"),
                simulated=given.simulated, progress=given.progress,
            ),
            rows=frozenset({"rows"}),
        ),
        Analysis(
            name=PREDICT,
            result=PredictionResult,
            choices=("folds", "repeats", "antecedents", "benchmark", "seed"),
            run=lambda given: predict_model(
                given.saved, given.columns, **given.take("folds", "repeats", "antecedents", "benchmark", "seed"),
                simulated=given.simulated, progress=given.progress,
            ),
        ),
        Analysis(
            name=IMPORTANCE,
            result=ImportanceResult,
            choices=("target", "weighing"),
            run=lambda given: map_importance(
                given.saved,
                given.columns,
                **given.take("target", "weighing"),
                frameworks=given.frameworks,
                journey=given.journey,
                simulated=given.simulated,
            ),
        ),
        Analysis(
            name=GROUPS, result=GroupsResult, choices=("by", "permutations", "seed"), run=_groups, grouped=True
        ),
        Analysis(
            name=SEGMENTS,
            result=SegmentsResult,
            choices=("most", "show", "seed"),
            run=_segments,
            rows=frozenset({"members"}),
        ),
        Analysis(
            name=RIVALS,
            result=RivalPrediction,
            choices=("runs", "folds", "repeats", "seed"),
            run=lambda given: compare_predictions(
                given.rivals, given.columns, **given.take("folds", "repeats", "seed"),
                simulated=given.simulated, progress=given.progress,
            ),
        ),
    )
}  # fmt: skip
