"""Two results of path models side by side: what became of each claim, what is explained, how each fits.

No test is made of differences: docs/methods/path-model-comparison.md says which one would answer which question.
Information criteria compare models of the same rows only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.naming import called, labels_of
from safar.analysis.path_model.result import Figure, FitFigures, PathResult
from safar.analysis.path_model.speaking import arrow, number
from safar.analysis.result import Frozen, Result
from safar.analysis.telling import Telling
from safar.domain.label import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPair(Frozen):
    """A path in both; None where a model has no such path. verdicts: as their results say them, "" where not there."""

    source: str
    target: str
    first: Figure | None
    second: Figure | None
    verdicts: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the verdicts differ, where both have the path."""
        return self.first is not None and self.second is not None and self.verdicts[0] != self.verdicts[1]

    @property
    def difference(self) -> float | None:
        """Second less first."""
        return None if self.first is None or self.second is None else self.second.estimate - self.first.estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPair(Frozen):
    """R² of a construct in both, and BIC where both stand on the same rows; the smaller one is the better model."""

    construct: str
    r2: tuple[float | None, ...]
    bic: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitPair(Frozen):
    """A measure of fit in both."""

    measure: str
    values: tuple[float | None, ...]


_TYPES = columns(
    "text: source target number: first second difference text: first_verdict second_verdict truth: changed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPair(Result):
    """Two results. same_data: they stand on the same rows and items, so that criteria can be compared."""

    names: tuple[str, ...]
    rows_used: tuple[int, ...]
    same_data: bool
    paths: tuple[PathPair, ...]
    explained: tuple[ExplainedPair, ...]
    fit: tuple[FitPair, ...]
    labels: Mapping[str, Label] = field(default_factory=dict)
    simulated: bool = False

    def called(self, construct: str, language: str) -> str:
        """A construct by its label, where a model has one: the first's, where they differ."""
        return called(construct, self.labels, language)

    @property
    def parts(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every table as flat rows."""
        return {
            "paths": self.rows(),
            "explained": [
                {"construct": one.construct, "first_r2": one.r2[0], "second_r2": one.r2[1],
                 "first_bic": one.bic[0], "second_bic": one.bic[1]}
                for one in self.explained
            ],
            "fit": [{"measure": one.measure, "first": one.values[0], "second": one.values[1]} for one in self.fit],
        }  # fmt: skip

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row a path."""
        return [
            {
                "source": one.source,
                "target": one.target,
                "first": one.first and one.first.estimate,
                "second": one.second and one.second.estimate,
                "difference": one.difference,
                "first_verdict": one.verdicts[0],
                "second_verdict": one.verdicts[1],
                "changed": one.changed,
            }
            for one in self.paths
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES

    def told(self) -> Telling:
        """The paths in both."""
        return Telling(
            title=" and ".join(self.names),
            simulated=self.simulated,
            above=("The same rows." if self.same_data else "Other rows: criteria are not compared.",),
            rows=tuple(
                {
                    "path": arrow(self.called(one.source, "en"), self.called(one.target, "en")),
                    "first": number(one.first.estimate) if one.first else "–",
                    "second": number(one.second.estimate) if one.second else "–",
                    "verdict": " → ".join(dict.fromkeys(told for told in one.verdicts if told)),
                }
                for one in self.paths
            ),
        )


def side_by_side(first: PathResult, second: PathResult, *, names: tuple[str, str]) -> ResultPair:
    """Two results, path by path. Paths are joined by the names of their constructs."""
    both = (first, second)
    same = first.data_digest == second.data_digest
    arrows = list(dict.fromkeys((one.source, one.target) for result in both for one in result.paths))
    figures = [{(one.source, one.target): one.figure for one in result.paths} for result in both]
    stands = [{(one.source, one.target): str(one.stand) for one in result.verdicts} for result in both]
    explained = [{one.construct: one.r2.estimate for one in result.constructs if one.r2} for result in both]
    return ResultPair(
        names=names,
        rows_used=(first.n, second.n),
        same_data=same,
        paths=tuple(
            PathPair(
                source=source,
                target=target,
                first=figures[0].get((source, target)),
                second=figures[1].get((source, target)),
                verdicts=tuple(stand.get((source, target), "") for stand in stands),
            )
            for source, target in arrows
        ),
        explained=tuple(
            ExplainedPair(
                construct=name,
                r2=tuple(one.get(name) for one in explained),
                bic=tuple(_bic(result, name) if same else None for result in both),
            )
            for name in dict.fromkeys(name for one in explained for name in one)
        ),
        fit=tuple(
            FitPair(measure=name, values=tuple(getattr(result.fit, name) for result in both))
            for name in FitFigures.__slots__
        ),
        labels=labels_of(second.model) | labels_of(first.model),
        simulated=first.simulated or second.simulated,
    )


def _bic(result: PathResult, construct: str) -> float | None:
    """As `rivals.criteria` has it, from what the result keeps: n log(SSE / n) + k log n."""
    r2 = next((one.r2.estimate for one in result.constructs if one.construct == construct and one.r2), None)
    if r2 is None or not r2 < 1:
        return None
    parameters = 1 + sum(one.target == construct for one in result.paths)
    n = result.n
    return n * log((n - 1) * (1 - r2) / n) + parameters * log(n)
