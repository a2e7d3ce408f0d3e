"""Which of several models predicts rows better that it has not seen: CVPAT between models, on the same rows and folds.

Sources: Liengaard and others (2021); docs/methods/model-selection.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import ClassVar

import numpy as np

from safar.analysis.frames import Types, columns
from safar.analysis.holm import holm
from safar.analysis.path_model.answers import check_whole
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.prediction import BadFolds, LossTest, Prediction, cvpat, predict
from safar.analysis.path_model.speaking import count, is_or_below, name, number, probability, seed_of
from safar.analysis.result import Frozen
from safar.domain.path_model import PathModel

OVERALL = "overall"
LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalLoss(Frozen):
    """A model's mean squared error over the items that all models predict, and the mean's of the other rows.

    better: than the mean, beyond chance.
    """

    model: str
    loss: float
    loss_mean: float
    better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalTest(Frozen):
    """CVPAT of two models: the first's mean squared loss less the second's. p: two-sided; p_holm: over all pairs.

    p and p_holm are None where both predict the same.
    """

    first: str
    second: str
    difference: float
    t: float | None
    p: float | None
    p_holm: float | None

    @property
    def better(self) -> str:
        """The model that predicts better beyond chance; "" where none does."""
        if self.p_holm is None or self.p_holm > LEVEL:
            return ""
        return self.first if self.difference < 0 else self.second


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalPrediction(FurtherResult):
    """How models predict the same rows. names: of the models; items: that every one of them predicts."""

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "cvpat": columns("text: first second better"),
        "losses": columns("text: model truth: better"),
    }

    names: tuple[str, ...]
    items: tuple[str, ...]
    folds: int
    repeats: int
    seed: int
    losses: tuple[RivalLoss, ...]
    tests: tuple[RivalTest, ...]

    @property
    def title(self) -> str:
        """What it is."""
        language = self.language
        models = ("، " if language.startswith("fa") else ", ").join(name(one, language) for one in self.names)
        return say("rivals-title", language, models=models)

    def renamed(self, names: Mapping[str, str]) -> RivalPrediction:
        """The same with other names of models."""

        def new(one: str) -> str:
            return names.get(one, one)

        return replace(
            self,
            names=tuple(map(new, self.names)),
            model_name=", ".join(map(new, self.names)),
            losses=tuple(replace(one, model=new(one.model)) for one in self.losses),
            tests=tuple(replace(one, first=new(one.first), second=new(one.second)) for one in self.tests),
        ).in_language(self.language)

    @property
    def parts(self) -> Mapping[str, Rows]:
        """cvpat: a row a pair of models. losses: a row a model."""
        return {
            "cvpat": [
                {field: getattr(one, field) for field in RivalTest.__slots__} | {"better": one.better}
                for one in self.tests
            ],
            "losses": [{field: getattr(one, field) for field in RivalLoss.__slots__} for one in self.losses],
        }

    def tables(self) -> tuple[PaperTable, ...]:
        """Pairs, then models."""
        language = self.language
        head = [word(one, language) for one in ("First", "Second", "Difference of losses", "t", "p Holm")]
        return (
            paper_table(
                "cvpat",
                say("rivals-tests", language),
                head,
                (
                    (one.first, one.second, number(one.difference, 4, language), number(one.t, 2, language),
                     probability(one.p_holm, language))
                    for one in self.tests
                ),
                words=2,
                notes=[say("rivals-note", language), self._rows(language)],
            ),
            paper_table(
                "losses",
                say("rivals-losses", language),
                [word(one, language) for one in ("Model", "Loss", "Loss of the mean")],
                (
                    (one.model, number(one.loss, 4, language), number(one.loss_mean, 4, language))
                    for one in self.losses
                ),
                notes=[say("rivals-mean-note", language)],
            ),
        )  # fmt: skip

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        return say("method-rivals", language, how=self._how(language))

    def _how(self, language: str) -> str:
        key = "prediction-one-out" if self.folds == self.n else "prediction-parts"
        folds, repeats = count(self.folds, language), count(self.repeats, language)
        return say(key, language, folds=folds, repeats=repeats, seed=seed_of(self.seed, language))

    def _rows(self, language: str) -> str:
        items = count(len(self.items), language)
        return say("rivals-rows", language, n=count(self.n, language), how=self._how(language), items=items)

    def spoken(self, language: str) -> Iterator[str]:
        """Who predicts better than whom, and who not better than the mean."""
        for one in self.tests:
            p = is_or_below(one.p_holm, language)
            if one.p_holm is None:
                key, better, worse = "rivals-alike", one.first, one.second
            elif one.better:
                key, better = "rivals-better", one.better
                worse = one.second if better == one.first else one.first
            else:
                key, better, worse = "rivals-same", one.first, one.second
            yield say(key, language, better=name(better, language), worse=name(worse, language), p=p)
        for loss in self.losses:
            if not loss.better:
                yield say("rivals-below-mean", language, model=name(loss.model, language))


def find_rival_prediction(
    rivals: Sequence[tuple[str, PathModel, Sample, Options]],
    *,
    folds: int = 10,
    repeats: int = 10,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> RivalPrediction:
    """CVPAT of models two by two. rivals: each one's name, model, its items' answers in the same rows, and options.

    folds: 0 leaves one row out at a time. Raises: AnswersMissing, BadFolds.
    """
    n = rivals[0][2].n
    parts = folds or n
    made = [_predicted(one, folds=parts, repeats=repeats, seed=seed) for one in _counted(rivals, progress)]
    items = [item for item in made[0].items if all(item in one.items for one in made[1:])]
    if not items:
        raise BadFolds(
            "There is no item that all of the models predict.",
            next_step="Compare models in which something acts on the same construct.",
        )
    among = [_of_items(one, items) for one in made]
    names = [one[0] for one in rivals]
    tests = [(names[i], names[j], _overall(among[i], among[j].model)) for i, j in combinations(range(len(rivals)), 2)]
    p_values = [one.p if np.isfinite(one.p) else None for *_, one in tests]
    by_mean = [_overall(one, one.mean) for one in among]
    return RivalPrediction(
        model_name=", ".join(names),
        n=n,
        names=tuple(names),
        items=tuple(items),
        folds=parts,
        repeats=1 if parts == n else repeats,
        seed=seed,
        losses=tuple(
            RivalLoss(
                model=told,
                loss=float(((one.model - one.actual) ** 2).mean()),
                loss_mean=float(((one.mean - one.actual) ** 2).mean()),
                better=bool(test.p <= LEVEL and test.difference < 0),
            )
            for told, one, test in zip(names, among, by_mean, strict=True)
        ),
        tests=tuple(
            RivalTest(
                first=first,
                second=second,
                difference=one.difference,
                t=one.t if p is not None else None,
                p=p,
                p_holm=adjusted,
            )
            for (first, second, one), p, adjusted in zip(tests, p_values, holm(p_values), strict=True)
        ),
        simulated=simulated,
    ).in_language("en")


def _counted(
    rivals: Sequence[tuple[str, PathModel, Sample, Options]], progress: Progress | None
) -> Iterator[tuple[str, PathModel, Sample, Options]]:
    for done, one in enumerate(rivals):
        if progress is not None:
            progress(done, len(rivals))
        yield one
    if progress is not None:
        progress(len(rivals), len(rivals))


def _predicted(rival: tuple[str, PathModel, Sample, Options], *, folds: int, repeats: int, seed: int) -> Prediction:
    called, model, sample, options = rival
    check_whole(model, sample, "Prediction")
    with np.errstate(invalid="ignore", divide="ignore"):  # a fold that cannot be fitted is said below
        found = predict(model, sample, options, folds=folds, repeats=repeats, seed=seed)
    if not np.isfinite(found.model).all():
        raise BadFolds(
            f"{called}: with {folds} folds some item does not vary in some part of the rows, so that nothing is "
            "predicted there.",
            next_step="Ask for fewer folds, or take out the item that hardly varies (safar model screen).",
        )
    return found


def _of_items(found: Prediction, items: Sequence[str]) -> Prediction:
    """The same predictions of some items, in their order."""
    places = [found.items.index(item) for item in items]
    return replace(
        found,
        items=tuple(items),
        owner=tuple(found.owner[k] for k in places),
        actual=found.actual[:, places],
        model=found.model[:, :, places],
        linear=found.linear[:, :, places],
        mean=found.mean[:, :, places],
    )


def _overall(found: Prediction, against: np.ndarray) -> LossTest:
    return next(one for one in cvpat(found, against=against) if one.construct == OVERALL)
