"""Prediction as one frozen result: PLSpredict's figures, CVPAT's tests, a verdict (docs/methods/prediction.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.answers import check_whole
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.naming import labels_of
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.prediction import Antecedents, BadFolds, Benchmark, cvpat, predict
from safar.analysis.path_model.speaking import is_or_below, name, names, number, probability, seed_of
from safar.analysis.result import Frozen
from safar.domain.path_model import PathModel

OVERALL = "overall"
FEW_ROWS = 100
LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPrediction(Frozen):
    """An item's errors out of sample, in the units of its answers: by the model, by regression, by the mean."""

    construct: str
    item: str
    q2: float
    rmse: float
    rmse_linear: float
    rmse_mean: float
    mae: float
    mae_linear: float
    mae_mean: float

    @property
    def predicted(self) -> bool:
        """Whether the model predicts it better than its mean (Q²predict above zero) and better than regression."""
        return self.q2 > 0 and self.rmse < self.rmse_linear


@dataclass(frozen=True, slots=True, kw_only=True)
class LossFigure(Frozen):
    """CVPAT of a construct's items, or of all ("overall"): mean squared loss less the benchmark's. p: two-sided."""

    construct: str
    against: str
    difference: float
    t: float
    p: float

    @property
    def better(self) -> bool:
        """Whether the model predicts better than the benchmark, beyond chance."""
        return self.p <= LEVEL and self.difference < 0

    @property
    def worse(self) -> bool:
        """Whether it predicts worse, beyond chance."""
        return self.p <= LEVEL and self.difference > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionResult(FurtherResult):
    """How well a model predicts rows that it has not seen.

    power: of all items, "high" (each is predicted better than by regression and by its mean), "medium" (half or more),
    "low" (some) or "none" (Shmueli and others 2019). losses: against "mean" and "linear".
    """

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "items": columns("text: construct item"),
        "cvpat": columns("text: construct against truth: better worse"),
        "power": columns("text: power antecedents benchmark whole: items folds repeats seed"),
    }

    folds: int
    repeats: int
    seed: int
    antecedents: str
    benchmark: str
    items: tuple[ItemPrediction, ...]
    losses: tuple[LossFigure, ...]

    @property
    def title(self) -> str:
        """What it is."""
        return say("prediction-title", self.language, model=name(self.model_name, self.language))

    @property
    def power(self) -> str:
        """Of all items together."""
        return power_of(self.items)

    def loss(self, construct: str, against: str) -> LossFigure:
        """One test. Raises: KeyError."""
        for one in self.losses:
            if (one.construct, one.against) == (construct, against):
                return one
        raise KeyError(f"There is no test of {construct!r} against {against!r}.")

    @property
    def parts(self) -> Mapping[str, Rows]:
        """items: a row an item. cvpat: a row a test. power: one row."""
        return {
            "items": [{field: getattr(one, field) for field in ItemPrediction.__slots__} for one in self.items],
            "cvpat": [
                {field: getattr(one, field) for field in LossFigure.__slots__}
                | {"better": one.better, "worse": one.worse}
                for one in self.losses
            ],
            "power": [
                {"power": self.power, "items": len(self.items), "folds": self.folds, "repeats": self.repeats,
                 "seed": self.seed, "antecedents": self.antecedents, "benchmark": self.benchmark}
            ],
        }  # fmt: skip

    def tables(self) -> tuple[PaperTable, ...]:
        """Items, then tests."""
        language = self.language

        def told(value: float, digits: int = 3) -> str:
            return number(value, digits, language)

        return (
            paper_table(
                "prediction",
                self.title,
                [
                    *(word(one, language) for one in ("Construct", "Item", "Q²predict", "RMSE", "RMSE linear")),
                    *(word(one, language) for one in ("RMSE mean", "MAE", "MAE linear")),
                ],
                (
                    (
                        self.called_with_key(one.construct), one.item, told(one.q2), told(one.rmse),
                        told(one.rmse_linear), told(one.rmse_mean), told(one.mae), told(one.mae_linear),
                    )
                    for one in self.items
                ),
                words=2,
                notes=[say("prediction-note", language, **self._done(language))],
            ),
            paper_table(
                "cvpat",
                say("cvpat-title", language),
                [word(one, language) for one in ("Construct", "Against", "Difference of losses", "t", "p")],
                (
                    (
                        word(OVERALL, language) if one.construct == OVERALL else self.called_with_key(one.construct),
                        word(one.against, language), told(one.difference), told(one.t, 2),
                        probability(one.p, language),
                    )
                    for one in self.losses
                ),
                words=2,
                notes=[say("cvpat-note", language)],
            ),
        )  # fmt: skip

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        return say("method-prediction", language, **self._done(language))

    def _done(self, language: str) -> dict[str, str]:
        folds, repeats = number(self.folds, 0, language), number(self.repeats, 0, language)
        key = "prediction-one-out" if self.folds == self.n else "prediction-parts"
        return {
            "how": say(key, language, folds=folds, repeats=repeats, seed=seed_of(self.seed, language)),
            "start": say(f"start-{self.antecedents}", language),
            "regressors": say(f"regressors-{self.benchmark}", language),
        }

    def spoken(self, language: str) -> Iterator[str]:
        """Whether it predicts at all, better than regression, and which constructs and items it does not."""
        better = sum(one.predicted for one in self.items)
        yield say(
            f"power-{self.power}",
            language,
            better=number(better, 0, language),
            all=number(len(self.items), 0, language),
        )
        mean, linear = self.loss(OVERALL, "mean"), self.loss(OVERALL, "linear")
        key = "cvpat-mean-better" if mean.better else "cvpat-mean-worse" if mean.worse else "cvpat-mean-not"
        yield say(key, language, p=is_or_below(mean.p, language))
        key = "cvpat-linear-better" if linear.better else "cvpat-linear-worse" if linear.worse else "cvpat-linear-same"
        yield say(key, language, p=is_or_below(linear.p, language))
        single: list[str] = []
        for construct in dict.fromkeys(one.construct for one in self.items):
            own = [one for one in self.items if one.construct == construct]
            beaten = [one.item for one in own if not one.q2 > 0]
            if len(beaten) == len(own):
                yield say("q2-none", language, construct=self.called(construct, language))
            else:
                single += beaten
        if single:
            yield say("q2-items", language, items=names(single, language))
        if self.n < FEW_ROWS and self.folds < self.n:
            yield say("prediction-few", language, n=number(self.n, 0, language))


def power_of(items: tuple[ItemPrediction, ...]) -> str:
    """By how many items are predicted better than by regression, of those that are not better told by their mean."""
    better = sum(one.predicted for one in items)
    if not better:
        return "none"
    return "high" if better == len(items) else "medium" if 2 * better >= len(items) else "low"


def find_prediction(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    folds: int = 10,
    repeats: int = 10,
    seed: int = 1,
    antecedents: Antecedents = Antecedents.DIRECT,
    benchmark: Benchmark = Benchmark.EXOGENOUS,
    simulated: bool = False,
    progress: Progress | None = None,
) -> PredictionResult:
    """PLSpredict and CVPAT. folds: as many as rows leave one out. Raises: AnswersMissing, BadFolds."""
    check_whole(model, sample, "Prediction")
    with np.errstate(invalid="ignore", divide="ignore"):  # a fold that cannot be fitted is said below
        found = predict(
            model, sample, options, folds=folds, repeats=repeats, seed=seed, antecedents=antecedents,
            benchmark=benchmark, progress=progress,
        )  # fmt: skip
    if not found.items:
        raise BadFolds(
            "The model predicts no item that was asked: everything acted on is a higher-order construct.",
            next_step="Predict a construct whose items were asked.",
        )
    if not np.isfinite(found.model).all():
        raise BadFolds(
            f"With {folds} folds some item does not vary in some part of the rows, so that nothing is predicted there.",
            next_step="Ask for fewer folds, or take out the item that hardly varies (safar model screen).",
        )
    errors = [(of, found.rmse(of), found.mae(of)) for of in (found.model, found.linear, found.mean)]
    q2 = found.q2
    items = tuple(
        ItemPrediction(
            construct=found.owner[k],
            item=item,
            q2=float(q2[k]),
            rmse=float(errors[0][1][k]),
            rmse_linear=float(errors[1][1][k]),
            rmse_mean=float(errors[2][1][k]),
            mae=float(errors[0][2][k]),
            mae_linear=float(errors[1][2][k]),
            mae_mean=float(errors[2][2][k]),
        )
        for k, item in enumerate(found.items)
    )
    losses = tuple(
        LossFigure(construct=one.construct, against=against, difference=one.difference, t=one.t, p=one.p)
        for against, of in (("mean", found.mean), ("linear", found.linear))
        for one in cvpat(found, against=of)
    )
    return PredictionResult(
        model_name=model.name,
        n=sample.n,
        folds=folds,
        repeats=1 if folds == sample.n else repeats,
        seed=seed,
        antecedents=str(antecedents),
        benchmark=str(benchmark),
        items=items,
        losses=losses,
        simulated=simulated,
        labels=labels_of(model),
    ).in_language("en")
