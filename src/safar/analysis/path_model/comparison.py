"""Several results of path models side by side: what became of each claim, what is explained, how each fits.

What cannot truly be compared is not: docs/methods/model-selection.md says what needs the same rows, items and ways of
estimating. No test is made of differences of paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, permutations
from math import log

from safar.analysis.frames import Types
from safar.analysis.path_model.comparison_parts import (
    CriterionRow,
    ExplainedRow,
    FitRow,
    ModelSize,
    Nesting,
    PathRow,
    by_name,
)
from safar.analysis.path_model.model_result import ModelResult, Rows
from safar.analysis.path_model.naming import called, labels_of
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.result import FitFigures, PathResult, Stand
from safar.analysis.path_model.rival_prediction import RivalPrediction
from safar.analysis.path_model.rivals import akaike_weights
from safar.analysis.path_model.speaking import arrow, count, name, names, number
from safar.analysis.telling import Telling
from safar.domain.label import Label
from safar.domain.path_model import PathModel

CLEAR = 0.9
"""A weight below it leaves another model in question (Burnham and Anderson 2002)."""

_MARKS = {str(Stand.SUPPORTED): "✓", str(Stand.NOT_SUPPORTED): "✗", str(Stand.WRONG_SIGN): "±"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison(ModelResult):
    """Results beside each other; figures of each row stand in the order of `names`.

    same_rows: all rest on the same rows; same_items: the models have the same items. unlike: in what the ways of
    estimating differ ("consistent", "ordered"). elsewhere: constructs of one name that are measured differently.
    criteria: of constructs that two models or more explain, told where rows and ways are the same. prediction: how
    the models predict, where that was asked.
    """

    names: tuple[str, ...]
    models: tuple[ModelSize, ...]
    same_rows: bool
    same_items: bool
    unlike: tuple[str, ...]
    elsewhere: tuple[str, ...]
    nested: tuple[Nesting, ...]
    paths: tuple[PathRow, ...]
    explained: tuple[ExplainedRow, ...]
    criteria: tuple[CriterionRow, ...]
    fit: tuple[FitRow, ...]
    prediction: RivalPrediction | None = None
    labels: Mapping[str, Label] = field(default_factory=dict)
    simulated: bool = False
    says: tuple[str, ...] = ()
    language: str = "en"

    @property
    def title(self) -> str:
        """What it is."""
        return say("comparison-title", self.language, count=count(len(self.names), self.language))

    @property
    def sentences(self) -> Sequence[str]:
        """What can be compared, and what comes of it."""
        return self.says

    def called(self, construct: str, language: str) -> str:
        """A construct by its label, where a model has one: that of the first that has."""
        return called(construct, self.labels, language)

    def arrow(self, path: PathRow) -> str:
        """A path as tables name it."""
        return arrow(self.called(path.source, self.language), self.called(path.target, self.language), self.language)

    @property
    def changed(self) -> tuple[PathRow, ...]:
        """Paths whose verdicts differ."""
        return tuple(one for one in self.paths if one.changed)

    @property
    def parts(self) -> Mapping[str, Rows]:
        """Every table as flat rows."""
        told = self.names
        found: dict[str, Rows] = {
            "paths": [
                {"source": one.source, "target": one.target}
                | by_name("estimate", told, [figure and figure.estimate for figure in one.figures])
                | by_name("verdict", told, one.verdicts)
                | {"changed": one.changed}
                for one in self.paths
            ],
            "explained": [
                {"construct": one.construct} | by_name("R²", told, one.r2) | by_name("adjusted R²", told, one.adjusted)
                for one in self.explained
            ],
            "criteria": [
                {"construct": one.construct, "model": model, "bic": one.bic[k], "bic_weight": one.bic_weights[k],
                 "gm": one.gm[k], "gm_weight": one.gm_weights[k], "best": one.best == k}
                for one in self.criteria for k, model in enumerate(told) if one.bic[k] is not None
            ],
            "fit": [{"measure": one.measure} | by_name("value", told, one.values) for one in self.fit],
            "models": [{one: getattr(size, one) for one in ModelSize.__slots__} for size in self.models],
            "nested": [
                {"smaller": told[one.smaller], "larger": told[one.larger], "alike": one.alike} for one in self.nested
            ],
        }  # fmt: skip
        return found if self.prediction is None else {**found, **self.prediction.parts}

    def column_types(self, part: str | None = None) -> Types:
        """The type of each column."""
        if self.prediction is not None and part in self.prediction.parts:
            return self.prediction.column_types(part)
        rows = self.part(part)
        words = {"source", "target", "construct", "model", "name", "smaller", "larger", "measure"}
        truths = {"changed", "best", "alike", "consistent", "ordered"}
        wholes = {"rows", "constructs", "items", "paths"}

        def kind(column: str) -> str:
            if column in words or column.startswith("verdict "):
                return "text"
            return "truth" if column in truths else "whole" if column in wholes else "number"

        return {column: kind(column) for column in (rows[0] if rows else ())}

    def in_language(self, language: str) -> ModelComparison:
        """The same with its sentences in a language."""
        there = None if self.prediction is None else self.prediction.in_language(language)
        told = replace(self, language=language, prediction=there)
        return replace(told, says=tuple(told.spoken()))

    def spoken(self) -> Iterator[str]:
        """What can be compared, and what comes of it."""
        language = self.language
        if self.same_rows:
            yield say("comparison-same-rows", language, n=count(self.models[0].rows, language))
        else:
            yield say("comparison-other-rows", language)
        yield say("comparison-same-items" if self.same_items else "comparison-other-items", language)
        if self.unlike:
            what = "، " if language.startswith("fa") else ", "
            told = what.join(say(f"way-{one}", language) for one in self.unlike)
            yield say("comparison-other-way", language, what=told)
        if self.elsewhere:
            told = names([self.called(one, language) for one in self.elsewhere], language)
            yield say("comparison-measured", language, constructs=told)
        for one in self.nested:
            smaller, larger = (name(self.names[k], language) for k in (one.smaller, one.larger))
            key = "comparison-alike" if one.alike else "comparison-nested"
            yield say(key, language, smaller=smaller, larger=larger)
        if not self.nested:
            yield say("comparison-not-nested", language)
        if self.changed:
            paths = ("؛ " if language.startswith("fa") else "; ").join(map(self.arrow, self.changed))
            yield say("comparison-verdicts", language, paths=paths)
        else:
            yield say("comparison-no-verdicts", language)
        yield say("comparison-no-test", language)
        yield from self._preferred()
        if self.prediction is not None:
            yield from self.prediction.says

    def _preferred(self) -> Iterator[str]:
        language, unsure = self.language, False
        for one in self.criteria:
            if one.best is None or not one.told_apart:
                continue
            weight = one.bic_weights[one.best] or 0.0
            unsure = unsure or weight < CLEAR
            told = {
                "construct": name(self.called(one.construct, language), language),
                "model": name(self.names[one.best], language),
                "weight": number(weight, 2, language),
            }
            if one.best_gm is None:
                yield say("comparison-best-bic", language, **told)
            elif one.best_gm == one.best:
                yield say("comparison-best", language, **told)
            else:
                yield say("comparison-divided", language, other=name(self.names[one.best_gm], language), **told)
        if unsure:
            yield say("comparison-unsure", language, limit=number(CLEAR, 1, language))

    def tables(self) -> tuple[PaperTable, ...]:
        """As a paper prints them: paths, what is explained, criteria, fit, predictions."""
        language, heads = self.language, self.names

        def told(value: float | None, digits: int = 3) -> str:
            return number(value, digits, language)

        def head(english: str) -> str:
            return word(english, language)

        def claim(one: PathRow, k: int) -> str:
            figure, mark = one.figures[k], _MARKS.get(one.verdicts[k], "")
            return told(figure.estimate if figure else None) + (f" {mark}" if figure and mark else "")

        marked = any(verdict in _MARKS for one in self.paths for verdict in one.verdicts)

        found = [
            paper_table(
                "paths", say("comparison-paths", language), [head("Path"), *heads],
                ((self.arrow(one), *(claim(one, k) for k in range(len(heads)))) for one in self.paths),
                notes=[say("comparison-marks", language)] if marked else (),
            ),
            paper_table(
                "explained", say("comparison-explained", language),
                [head("Construct"), *(f"R² {one}" for one in heads)],
                ((self.called(one.construct, language), *map(told, one.r2)) for one in self.explained),
            ),
            paper_table(
                "criteria", say("comparison-criteria", language),
                [head("Construct"), head("Model"), "BIC", head("Weight"), "GM", head("Weight (GM)")],
                (
                    (self.called(one.construct, language), heads[k], told(one.bic[k], 1), told(one.bic_weights[k], 2),
                     told(one.gm[k], 1), told(one.gm_weights[k], 2))
                    for one in self.criteria for k in range(len(heads)) if one.bic[k] is not None
                ),
                words=2, notes=[say("comparison-criteria-note", language)],
            ),
            paper_table(
                "fit", say("comparison-fit", language), [head("Measure"), *heads],
                ((one.called, *(told(value, one.digits) for value in one.values)) for one in self.fit),
            ),
        ]  # fmt: skip
        more = () if self.prediction is None else self.prediction.tables()
        return tuple(one for one in (*found, *more) if one.rows)

    def told(self) -> Telling:
        """The paths in all of them."""
        return Telling(
            title=self.title, simulated=self.simulated, rows=self.tables()[0].cells(), notes=tuple(self.says)
        )


def find_comparison(
    results: Sequence[PathResult], *, called_so: Sequence[str], prediction: RivalPrediction | None = None
) -> ModelComparison:
    """Results, path by path. Paths are joined by the names of their constructs. called_so: each result's own name."""
    models = [one.model for one in results]
    rows, unlike = _same_rows(results), _unlike(results)
    elsewhere = _elsewhere(models)
    arrows = list(dict.fromkeys((one.source, one.target) for result in results for one in result.paths))
    figures = [{(one.source, one.target): one.figure for one in result.paths} for result in results]
    stands = [{(one.source, one.target): str(one.stand) for one in result.verdicts} for result in results]
    constructs = [{one.construct: one for one in result.constructs if one.r2} for result in results]
    explained = list(dict.fromkeys(name for one in constructs for name in one))
    labels: dict[str, Label] = {}
    for model in reversed(models):
        labels |= labels_of(model)
    return ModelComparison(
        names=tuple(called_so),
        models=tuple(
            ModelSize(
                name=told, rows=one.n, constructs=len(one.model.constructs) + len(one.model.higher_orders),
                items=len(one.model.items), paths=len(one.model.paths), consistent=one.run.options.consistent,
                ordered=one.run.ordered,
            )
            for told, one in zip(called_so, results, strict=True)
        ),
        same_rows=rows,
        same_items=len({frozenset(one.items) for one in models}) == 1,
        unlike=unlike,
        elsewhere=elsewhere,
        nested=_nested(models),
        paths=tuple(
            PathRow(
                source=source, target=target,
                figures=tuple(one.get((source, target)) for one in figures),
                verdicts=tuple(one.get((source, target), "") for one in stands),
            )
            for source, target in arrows
        ),
        explained=tuple(
            ExplainedRow(
                construct=construct,
                r2=tuple(found.r2.estimate if (found := one.get(construct)) and found.r2 else None
                         for one in constructs),
                adjusted=tuple(found.r2_adjusted if (found := one.get(construct)) else None for one in constructs),
            )
            for construct in explained
        ),
        criteria=tuple(
            row for construct in explained
            if rows and not unlike and construct not in elsewhere and (row := _criteria(results, construct)) is not None
        ),
        fit=tuple(
            FitRow(measure=one, values=tuple(getattr(result.fit, one) for result in results))
            for one in FitFigures.__slots__
        ),
        prediction=prediction,
        labels=labels,
        simulated=any(one.simulated for one in results),
    ).in_language("en")  # fmt: skip


def _same_rows(results: Sequence[PathResult]) -> bool:
    """By the digests of all answers, or of each item that two models share (at least one)."""
    if len({one.data_digest for one in results}) == 1:
        return True
    if len({one.n for one in results}) > 1:
        return False
    for one, other in combinations(results, 2):
        shared = one.item_digests.keys() & other.item_digests.keys()
        if not shared or any(one.item_digests[item] != other.item_digests[item] for item in shared):
            return False
    return True


def _unlike(results: Sequence[PathResult]) -> tuple[str, ...]:
    ways = {
        "consistent": {one.run.options.consistent for one in results},
        "ordered": {one.run.ordered for one in results},
    }
    return tuple(name for name, told in ways.items() if len(told) > 1)


def _measurement(model: PathModel) -> dict[str, object]:
    """By construct, what it is measured by, and how."""
    plain: dict[str, object] = {one.name: (frozenset(one.items), one.measured, one.mode) for one in model.constructs}
    higher = {
        one.name: (frozenset((part, plain[part]) for part in one.parts), one.measured, one.mode)
        for one in model.higher_orders
    }
    return plain | higher


def _elsewhere(models: Sequence[PathModel]) -> tuple[str, ...]:
    measured = [_measurement(one) for one in models]
    everything = dict.fromkeys(name for one in measured for name in one)
    return tuple(name for name in everything if len({one[name] for one in measured if name in one}) > 1)


def _nested(models: Sequence[PathModel]) -> tuple[Nesting, ...]:
    measured = [_measurement(one) for one in models]
    claims = [{(path.source, path.target) for path in one.paths} for one in models]
    found = []
    for i, j in permutations(range(len(models)), 2):
        if measured[i] == measured[j] and (claims[i] < claims[j] or (claims[i] == claims[j] and i < j)):
            found.append(Nesting(smaller=i, larger=j, alike=claims[i] == claims[j]))
    return tuple(found)


def _criteria(results: Sequence[PathResult], construct: str) -> CriterionRow | None:
    """BIC and GM of a construct that two results or more explain: as `rivals.criteria` has them, GM by one and the same
    fullest model, the one that leaves least unexplained.
    """
    told = [next((one for one in result.criteria if one.construct == construct), None) for result in results]
    r2 = [next((one.r2.estimate for one in result.constructs if one.construct == construct and one.r2), None)
          for result in results]  # fmt: skip
    bic = [one.bic if one else None for one in told]
    if sum(one is not None for one in bic) < 2:
        return None
    full = [one.fullest_r2 for one in told if one is not None and one.fullest_r2 is not None]
    n = results[0].n
    gm: list[float | None] = [None] * len(results)
    if full and max(full) < 1:
        for k, (result, value) in enumerate(zip(results, r2, strict=True)):
            if value is not None:
                parameters = 1 + sum(one.target == construct for one in result.paths)
                gm[k] = (n - 1) * (1 - value) / (1 - max(full)) + parameters * log(n)
    causes = [{one.source for one in result.paths if one.target == construct} for result in results]
    return CriterionRow(
        construct=construct,
        bic=tuple(bic),
        bic_weights=akaike_weights(bic),
        gm=tuple(gm),
        gm_weights=akaike_weights(gm),
        told_apart=any(one != causes[0] for one in causes[1:]),
    )
