"""Verbs of further analyses of a path model: each takes a saved run and rows, and gives one frozen result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.category_answers import check_metric
from safar.analysis.path_model.determined import estimate_whole
from safar.analysis.path_model.group_comparison import find_groups
from safar.analysis.path_model.groups import BadGroups
from safar.analysis.path_model.groups_result import GroupsResult
from safar.analysis.path_model.importance import Weighing
from safar.analysis.path_model.importance_result import ElementLink, ImportanceResult, find_importance
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.prediction import Antecedents, Benchmark
from safar.analysis.path_model.prediction_result import PredictionResult, find_prediction
from safar.analysis.path_model.sample_result import SampleResult, find_sample
from safar.analysis.path_model.screen_answers import find_screening
from safar.analysis.path_model.screening_result import ScreeningResult
from safar.analysis.path_model.segments_result import SegmentsResult, find_segments
from safar.domain.path_model import PathModel
from safar.files.path_model import SavedRun
from safar.usecases.path_model_rows import Columns, Labels
from safar.usecases.path_models import sample_of, with_other_data

if TYPE_CHECKING:
    from safar.domain.framework import Framework
    from safar.domain.journey import Journey


def predict_model(
    saved: SavedRun,
    columns: Columns,
    *,
    folds: int = 10,
    repeats: int = 10,
    seed: int = 1,
    antecedents: Antecedents = Antecedents.DIRECT,
    benchmark: Benchmark = Benchmark.EXOGENOUS,
    simulated: bool = False,
    progress: Progress | None = None,
) -> PredictionResult:
    """Predictions of rows that the model has not seen. folds: 0 leaves one row out at a time.

    Raises: an InputError of `path_model.answers`, BadFolds.
    """
    _check_numbers(saved, "Prediction")
    sample, _, _ = sample_of(saved, columns)
    _check_determined(saved, sample)
    found = find_prediction(
        saved.model,
        sample,
        saved.run.options,
        folds=folds or sample.n,
        repeats=repeats,
        seed=seed,
        antecedents=antecedents,
        benchmark=benchmark,
        simulated=simulated,
        progress=progress,
    )
    return with_other_data(found, saved, columns)


def compare_model_groups(
    saved: SavedRun,
    columns: Columns,
    *,
    by: str,
    labels: Labels,
    resamples: int = 1_000,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> GroupsResult:
    """Invariance of the constructs and differences of paths between groups.

    labels: a value a row of `columns`. Raises: an InputError of `path_model.answers`, BadGroups.
    """
    rows = max((len(values) for values in columns.values()), default=0)
    if len(labels) != rows:
        raise BadGroups(
            f"There are {len(labels):,} values of {by!r} for {rows:,} rows of answers.",
            next_step="Take both from one table with a row a person.",
        )
    _check_numbers(saved, "Comparing groups")
    sample, _, places = sample_of(saved, columns)
    _check_determined(saved, sample)
    found = find_groups(
        saved.model,
        sample,
        saved.run.options,
        by=by,
        labels=[labels[place] for place in places],
        resamples=resamples,
        seed=seed,
        simulated=simulated,
        progress=progress,
    )
    return with_other_data(found, saved, columns)


def segment_model(
    saved: SavedRun,
    columns: Columns,
    *,
    most: int = 4,
    chosen: int | None = None,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> SegmentsResult:
    """Segments that nobody knew, 1 to `most`; chosen: how many are shown (None: as the criteria say).

    Raises: an InputError of `path_model.answers`, BadSegments.
    """
    _check_numbers(saved, "Finding segments")
    sample, _, places = sample_of(saved, columns)
    _check_determined(saved, sample)
    found = find_segments(
        saved.model,
        sample,
        saved.run.options,
        most=most,
        chosen=chosen,
        seed=seed,
        rows_of=[int(place) + 1 for place in places],
        simulated=simulated,
        progress=progress,
    )
    return with_other_data(found, saved, columns)


def map_importance(
    saved: SavedRun,
    columns: Columns,
    *,
    target: str | None = None,
    weighing: Weighing = Weighing.ANSWERS,
    frameworks: Sequence[Framework] = (),
    journey: Journey | None = None,
    simulated: bool = False,
) -> ImportanceResult:
    """The importance-performance map of a target (None: the last construct). The run says the answers' scale.

    frameworks: a company's own, which are asked before the packaged ones what a construct stands for. journey: knows
    what touchpoints are called.
    Raises: an InputError of `path_model.answers`, BadScale, BadPathModel.
    """
    _check_numbers(saved, "The importance-performance map")
    sample, _, _ = sample_of(saved, columns)
    _check_determined(saved, sample)
    found = find_importance(
        saved.model,
        sample,
        saved.run.options,
        target=target,
        scale=saved.run.scale,
        weighing=weighing,
        links=element_links(saved.model, frameworks, journey),
        simulated=simulated,
    )
    return with_other_data(found, saved, columns)


def _check_numbers(saved: SavedRun, what: str) -> None:
    """Ordinal items are no obstacle where answers are ordered codes. Raises: LevelsRefused."""
    if not saved.run.ordered:
        check_metric(saved.model, what)


def _check_determined(saved: SavedRun, sample: Sample) -> None:
    """Refuse what the data do not determine before anything is made of it; of gaps each analysis says what it can."""
    if not sample.has_gaps:
        estimate_whole(saved.model, sample, saved.run.options)


def element_links(
    model: PathModel, own: Sequence[Framework] = (), journey: Journey | None = None
) -> dict[str, ElementLink]:
    """By construct, the framework element that it names ("relief:some-id"), with the touchpoints linked to it.

    A framework or element that is not known leaves the name alone.
    """
    from safar import frameworks

    known = {one.name: one for one in own}
    names = {} if journey is None else {one.id: one.label for one in journey.touchpoints}
    found: dict[str, ElementLink] = {}
    for construct in model.constructs:
        if construct.element is None:
            continue
        shelf, _, element = construct.element.partition(":")
        if shelf not in known and shelf in frameworks.names():
            known[shelf] = frameworks.load(shelf)
        told = next((one for one in known[shelf].elements if one.id == element), None) if shelf in known else None
        linked = () if told is None else told.measured_by
        # What a company took from a paper's element, and links, is linked to that element too.
        linked += tuple(
            link for one in own for taken in one.elements if taken.source == construct.element
            for link in taken.measured_by
        )  # fmt: skip
        touchpoints = tuple(dict.fromkeys(one.partition(":")[2] for one in linked if one.startswith("touchpoint:")))
        found[construct.name] = ElementLink(
            element=construct.element,
            label=None if told is None else told.label,
            touchpoints=touchpoints,
            names={one: names[one] for one in touchpoints if one in names},
        )
    return found


def needed_sample(
    saved: SavedRun | None = None,
    *,
    paths: Sequence[float],
    level: float = 0.05,
    power: float = 0.8,
    sizes: Sequence[int] = (),
    loading: float = 0.7,
    data_sets: int = 200,
    seed: int = 1,
    progress: Progress | None = None,
) -> SampleResult:
    """How many rows paths of these sizes need. saved, sizes: also the power that a simulation of the model finds.

    Raises: BadPower, BadPopulation.
    """
    if saved is not None and sizes:
        check_metric(saved.model, "Simulated power")
    return find_sample(
        paths=paths,
        model=None if saved is None else saved.model,
        level=level,
        power=power,
        sizes=sizes,
        loading=loading,
        data_sets=data_sets,
        seed=seed,
        progress=progress,
    )


def screen_model(
    saved: SavedRun,
    columns: Columns,
    *,
    factors: int | None = None,
    explore: bool = True,
    confirmatory: bool = True,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> ScreeningResult:
    """Items and rows before any model. Factors rest on rows without gaps (or with filled ones, if the run fills them).

    Raises: an InputError of `path_model.answers`.
    """
    check_metric(saved.model, "Screening")
    run = saved.run
    whole = Missing.MEAN if run.missing is Missing.MEAN else Missing.CASEWISE
    sample, _, _ = sample_of(saved, columns, missing=whole)
    rows = np.stack([np.asarray(columns[item], dtype=np.float64) for item in saved.model.items], axis=1)
    rows = np.where(np.isin(rows, np.asarray(run.codes, dtype=np.float64)), np.nan, rows)
    found = find_screening(
        saved.model,
        rows,
        sample,
        scale=run.scale,
        factors=factors,
        explore=explore,
        confirmatory=confirmatory,
        seed=seed,
        simulated=simulated,
        progress=progress,
    )
    return with_other_data(found, saved, columns)
