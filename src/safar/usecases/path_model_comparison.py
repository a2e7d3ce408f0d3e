"""Estimated path models side by side: of runs on pages, of result files, or of results at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.category_answers import check_metric
from safar.analysis.path_model.comparison import ModelComparison, find_comparison
from safar.analysis.path_model.digest import digest_of
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.rival_prediction import RivalPrediction, find_rival_prediction
from safar.analysis.thaw import thaw
from safar.domain.choice_bounds import COUNTS
from safar.errors import InputError
from safar.files.path_model import SavedRun
from safar.usecases.path_model_choices import checked
from safar.usecases.path_model_rows import Columns, Data, answers_of, columns_of
from safar.usecases.path_models import sample_of, wanted_columns

_MOST_BYTES = 200_000_000


class BadResultFile(InputError):
    """A file holds no estimates of a path model, or cannot be read."""

    code = "path-model.bad-result"
    next_step = "Write one by `safar model report MODEL --data ANSWERS --out result.json`."


class BadComparison(InputError):
    """These results cannot stand side by side: too few, too many, or called alike."""

    code = "path-model.bad-comparison"
    next_step = f"Compare {COUNTS['models'][0]} to {COUNTS['models'][1]} models, each with a name of its own."


def compare_models(
    *models: PathResult | Path | str,
    names: Sequence[str] | None = None,
    data: Data | None = None,
    folds: int = 10,
    repeats: int = 10,
    seed: int = 1,
) -> ModelComparison:
    """What became of each claim, what is explained, which explains best with least, how each fits. Paths are joined by
    names of constructs.

    models: two to six results, or the JSON files of them. names: what they are called (None: files by their names,
    results by those of their models). data: the answers that all were estimated with (a file, a frame, a mapping or a
    workspace); then it is also tested which predicts better (CVPAT), by so many folds (0: one row out at a time) and
    repeats. Criteria are told where all stand on the same rows. Raises: BadResultFile, BadComparison, BadChoice, and
    what `predict` raises.
    """
    results = [one if isinstance(one, PathResult) else read_result(Path(one)) for one in models]
    if names is None:
        told = [
            result.model.name if isinstance(one, PathResult) else Path(one).stem
            for one, result in zip(models, results, strict=True)
        ]
        names = _distinct(told)
    check_names(names, count=len(results))
    prediction = None
    if data is not None:
        choices = checked(folds=folds, repeats=repeats, seed=seed)
        runs = [SavedRun(model=one.model, run=one.run, data_digest=one.data_digest) for one in results]
        wanted = tuple(dict.fromkeys(column for run in runs for column in wanted_columns(run)))
        columns = _columns(data, wanted)
        simulated = any(one.simulated for one in results)
        prediction = compare_predictions(list(zip(names, runs, strict=True)), columns, simulated=simulated, **choices)
    return find_comparison(results, called_so=names, prediction=prediction)


def _columns(data: Data, wanted: Sequence[str]) -> Columns:
    from safar.usecases.workspace import Workspace

    return answers_of(data, wanted) if isinstance(data, Workspace) else columns_of(data, wanted)


def check_names(names: Sequence[str], *, count: int) -> None:
    """That there are as many as can stand side by side, and no two of them alike. Raises: BadComparison."""
    least, most = COUNTS["models"]
    if not least <= count <= most:
        raise BadComparison(f"{count} cannot stand side by side: {least} to {most} models can.")
    if len(names) != count or len({*names}) != count:
        raise BadComparison(f"The names of {count} models must be {count} different ones, not {', '.join(names)}.")


def compare_predictions(
    runs: Sequence[tuple[str, SavedRun]],
    columns: Columns,
    *,
    folds: int = 10,
    repeats: int = 10,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> RivalPrediction:
    """Which of several models predicts better, in the rows that all of them can use. runs: with their names.

    A run that names the digest of its rows is told to stand on other ones where it does.
    Raises: an InputError of `path_model.answers`, BadFolds.
    """
    places, other = np.arange(max((len(values) for values in columns.values()), default=0)), None
    for _, saved in runs:
        if not saved.run.ordered:
            check_metric(saved.model, "Prediction")
        sample, _, kept = sample_of(saved, columns)
        places = np.intersect1d(places, kept)
        if saved.data_digest not in (None, digest_of(saved.model, sample)):
            other = saved.data_digest
    rows = {name: np.asarray(values)[places] for name, values in columns.items()}
    rivals = [(name, saved.model, sample_of(saved, rows)[0], saved.run.options) for name, saved in runs]
    found = find_rival_prediction(
        rivals, folds=folds, repeats=repeats, seed=seed, simulated=simulated, progress=progress
    )
    return found if other is None else replace(found, other_data=other).in_language(found.language)


def read_result(path: Path) -> PathResult:
    """The estimates that a JSON file holds, alone or beside further analyses. Raises: BadResultFile."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadResultFile(f"{path} is larger than any result ({_MOST_BYTES:,} bytes).")
        told = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told, dict) and isinstance(told.get("model"), dict) and "paths" not in told:
            told = told["model"]  # a report with further analyses
        return thaw(PathResult, json.dumps(told))
    except OSError as cause:
        raise BadResultFile(f"{path} cannot be read: {cause.strerror}.") from cause
    except (KeyError, TypeError, ValueError, StopIteration, AttributeError) as cause:
        raise BadResultFile(f"{path} holds no estimates of a path model.") from cause


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, those that come again with a number."""
    told: list[str] = []
    for name in names:
        again = 2
        shown = name
        while shown in told:
            shown, again = f"{name} ({again})", again + 1
        told.append(shown)
    return tuple(told)
