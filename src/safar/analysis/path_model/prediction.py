"""Predicting the answers of people the model has not seen: PLSpredict and CVPAT (docs/methods/prediction.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Fits, Options, estimate_scores
from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.analysis.path_model.structure import total_effects
from safar.domain.path_model import BadPathModel, PathModel

AT_ONCE = 32
"""Folds at once: each holds scores of every row."""

Values = NDArray[np.float64]


class BadFolds(BadPathModel):
    """Rows cannot be split into that many parts."""

    code = "path-model.folds"
    next_step = "Ask for 2 folds or more, and for no more than there are rows."


class Antecedents(StrEnum):
    """Where a prediction starts: at what acts on a construct directly, or at the exogenous constructs."""

    DIRECT = "direct"
    EARLIEST = "earliest"


class Benchmark(StrEnum):
    """Which items a linear regression predicts an item from: those of exogenous constructs, or of all other ones."""

    EXOGENOUS = "exogenous"
    OTHERS = "others"


@dataclass(frozen=True)
class Prediction:
    """Out-of-sample predictions of k items of endogenous constructs, in the units of the answers.

    actual: [n, k]. model, linear, mean: [R, n, k], by the path model, by regression, and by the other rows' mean, for
    each of R repeats. owner: each item's construct.
    """

    items: tuple[str, ...]
    owner: tuple[str, ...]
    actual: Values
    model: Stack
    linear: Stack
    mean: Stack

    def rmse(self, of: Stack) -> Values:
        """Root mean squared errors of predictions [R, n, k] over rows and repeats: [k]."""
        return np.asarray(np.sqrt(((of - self.actual) ** 2).mean(axis=(0, 1))))

    def mae(self, of: Stack) -> Values:
        """Mean absolute errors: [k]."""
        return np.asarray(np.abs(of - self.actual).mean(axis=(0, 1)))

    @property
    def q2(self) -> Values:
        """Q²predict [k]: 1 - squared errors over those of the mean. Not above 0: the mean predicts as well."""
        return np.asarray(1 - (self.rmse(self.model) / self.rmse(self.mean)) ** 2)


@dataclass(frozen=True, slots=True)
class LossTest:
    """Mean loss of a model less that of a benchmark: below zero, the model predicts better. p: two-sided."""

    construct: str
    difference: float
    t: float
    p: float


def predict(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    folds: int = 10,
    repeats: int = 10,
    seed: int,
    antecedents: Antecedents = Antecedents.DIRECT,
    benchmark: Benchmark = Benchmark.EXOGENOUS,
    progress: Progress | None = None,
) -> Prediction:
    """Predictions of each row by fits of the folds that it is not in; as many folds as rows leave one out.

    An interaction's score is that of the row, also with earliest antecedents. Items of higher-order constructs' parts
    are not predicted. Raises: BadFolds.
    """
    if not 2 <= folds <= sample.n:
        raise BadFolds(f"{folds} cannot be the number of folds: with {sample.n} rows, 2 to {sample.n} are possible.")
    if repeats < 1:
        raise BadFolds(f"{repeats} cannot be the number of repeats: 1 at least.", next_step="Ask for 1 repeat or more.")
    if folds == sample.n:
        repeats = 1
    masks, places = _folds(sample.n, folds, repeats, seed)
    predicted: list[Stack] = []
    layout: Layout | None = None
    for begin in range(0, len(masks), AT_ONCE):
        train = masks[begin : begin + AT_ONCE]
        fits, scores = estimate_scores(model, sample, train, options)
        layout = fits.layout
        predicted.append(_predicted(fits, scores, sample, items=model.items, train=train, antecedents=antecedents))
        if progress is not None:
            progress(begin + len(train), len(masks))
    assert layout is not None  # noqa: S101 - there are two folds at least
    targets = _targets(layout, model.items)
    columns = [model.items.index(layout.items[k]) for k in targets]
    linear, mean = _benchmarks(sample, masks, model, columns, benchmark)
    rows = np.arange(sample.n)
    by_model, by_linear, by_mean = (
        values[places, rows] for values in (np.concatenate(predicted), linear, mean)
    )  # [R, n, k]: each row from the fold it is left out of
    return Prediction(
        items=tuple(layout.items[k] for k in targets),
        owner=tuple(layout.constructs[layout.owner[k]] for k in targets),
        actual=sample.rows[:, columns],
        model=by_model,
        linear=by_linear,
        mean=by_mean,
    )


def _folds(n: int, folds: int, repeats: int, seed: int) -> tuple[Stack, NDArray[np.intp]]:
    """Training rows of every fold [R * F, n], and where each row is left out [R, n]."""
    chance = np.random.default_rng(seed)
    own = np.stack([chance.permutation(np.arange(n) % folds) for _ in range(repeats)])
    places = own + folds * np.arange(repeats)[:, None]
    masks = np.ones((repeats * folds, n))
    masks[places, np.arange(n)] = 0.0
    return masks, places


def _targets(layout: Layout, items: tuple[str, ...]) -> list[int]:
    """Items of endogenous constructs that are the sample's."""
    own = set(items)
    return [k for k in range(layout.n_items) if layout.owner[k] in layout.sources and layout.items[k] in own]


def _predicted(
    fits: Fits, scores: Stack, sample: Sample, *, items: tuple[str, ...], train: Stack, antecedents: Antecedents
) -> Stack:
    """Predicted answers of all rows by each fold's fit, [F, n, k]."""
    layout, paths = fits.layout, fits.structure.paths
    if antecedents is Antecedents.DIRECT:
        constructs = np.matmul(scores, paths)
    else:
        endogenous = np.array(sorted(layout.sources), dtype=np.intp)
        known = scores.copy()
        known[:, :, endogenous] = 0.0
        constructs = np.matmul(known, total_effects(paths))
    targets = _targets(layout, items)
    columns = [items.index(layout.items[k]) for k in targets]
    means, deviations = _moments(sample, train, columns)
    standardized = constructs[:, :, layout.owner[targets]] * fits.structure.loadings[:, None, targets]
    return np.asarray(standardized * deviations[:, None, :] + means[:, None, :])


def _moments(sample: Sample, train: Stack, columns: list[int]) -> tuple[Stack, Stack]:
    """Means and deviations (of n - 1) of items in training rows, [F, k] each."""
    shares = train * sample.case_weights
    total = shares.sum(axis=1, keepdims=True)
    z = sample.standardized[:, columns]
    means = shares @ z / total
    variances = (shares @ z**2 - total * means**2) / (total - 1)
    deviations = sample.deviations[columns]
    return means * deviations + sample.means[columns], np.sqrt(variances) * deviations


def _benchmarks(
    sample: Sample, masks: Stack, model: PathModel, columns: list[int], benchmark: Benchmark
) -> tuple[Stack, Stack]:
    """Predictions of all rows by regression and by the mean, from the training rows of each fold: [F, n, k] each."""
    means, _ = _moments(sample, masks, columns)
    mean = np.broadcast_to(means[:, None, :], (len(masks), sample.n, len(columns)))
    owner = {item: construct.name for construct in model.constructs for item in construct.items}
    for higher in model.higher_orders:
        owner |= {item: higher.name for part in higher.parts for item in model.construct(part).items}
    endogenous = set(model.endogenous)
    linear = np.empty(mean.shape)
    for construct in dict.fromkeys(owner[model.items[column]] for column in columns):
        here = [k for k, column in enumerate(columns) if owner[model.items[column]] == construct]
        others = [
            k
            for k, item in enumerate(model.items)
            if (owner[item] != construct if benchmark is Benchmark.OTHERS else owner[item] not in endogenous)
        ]
        linear[:, :, here] = _regressed(sample, masks, others, [columns[k] for k in here])
    return linear, mean


def _regressed(sample: Sample, masks: Stack, predictors: list[int], targets: list[int]) -> Stack:
    x = np.column_stack([np.ones(sample.n), sample.standardized[:, predictors]])
    y = sample.standardized[:, targets]
    shares = masks * sample.case_weights
    gram = np.stack([(x * share[:, None]).T @ x for share in shares])
    right = np.stack([(x * share[:, None]).T @ y for share in shares])
    # Items that repeat one another leave the regression without one solution; the shortest predicts as well.
    slopes = np.matmul(np.linalg.pinv(gram, rcond=1e-12, hermitian=True), right)
    found: Stack = np.matmul(x, slopes) * sample.deviations[targets] + sample.means[targets]
    return found


def cvpat(prediction: Prediction, *, against: Stack) -> tuple[LossTest, ...]:
    """Tests of each construct's mean squared loss, then of all items' ("overall"), against other predictions.

    Liengaard and others (2021), Sharma and others (2023). against: [R, n, k]: `prediction.mean`, `prediction.linear`,
    or another model's predictions of the same items in the same folds. Losses of a row are averaged over repeats.
    """
    losses = ((prediction.model - prediction.actual) ** 2 - (against - prediction.actual) ** 2).mean(axis=0)
    names = list(dict.fromkeys(prediction.owner))
    columns = [[k for k, owner in enumerate(prediction.owner) if owner == name] for name in names]
    parts = [*((name, losses[:, one].mean(axis=1)) for name, one in zip(names, columns, strict=True))]
    return tuple(_loss_test(name, loss) for name, loss in [*parts, ("overall", losses.mean(axis=1))])


def _loss_test(name: str, losses: Values) -> LossTest:
    n = len(losses)
    difference, error = losses.mean(), losses.std(ddof=1) / np.sqrt(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = difference / error
    return LossTest(name, float(difference), float(t), float(2 * stdtr(n - 1, -abs(t))))
