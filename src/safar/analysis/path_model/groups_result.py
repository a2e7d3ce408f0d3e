"""Groups compared in one frozen result: invariance first, then paths, with a verdict on what may be compared.

Source: docs/methods/groups-of-a-path-model.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.group_paths import GroupTest
from safar.analysis.path_model.invariance import Invariance
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.naming import called
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.speaking import (
    bracketed,
    count,
    is_or_below,
    is_persian,
    name,
    names,
    number,
    probability,
    seed_of,
)
from safar.analysis.result import Frozen

LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize(Frozen):
    """A group, by the value that its rows share."""

    group: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceFigure(Frozen):
    """A first group's figure less a second one's, the bounds of chance, and whether it is beyond them."""

    value: float
    low: float
    high: float
    p: float
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvarianceFigure(Frozen):
    """MICOM of one construct in two groups. doubts: of step 1, items. correlation to same: step 2. Then step 3."""

    first: str
    second: str
    construct: str
    doubts: tuple[str, ...]
    correlation: float
    least: float
    p: float
    same: bool
    mean: DifferenceFigure
    variance: DifferenceFigure
    invariance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDifference(Frozen):
    """A path in two groups. p and adjusted (after Holm): two-sided, by test.

    comparable: whether all its constructs mean the same in both groups (MICOM, step 2): without that a difference says
    nothing.
    """

    first: str
    second: str
    source: str
    target: str
    first_path: float
    second_path: float
    first_error: float
    second_error: float
    p: Mapping[str, float]
    adjusted: Mapping[str, float]
    comparable: bool

    @property
    def difference(self) -> float:
        """The first group's path less the second's."""
        return self.first_path - self.second_path

    @property
    def there(self) -> bool:
        """Whether the two paths differ beyond chance, by permutation after Holm's adjustment."""
        return self.adjusted[GroupTest.PERMUTATION] <= LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDistance(Frozen):
    """How far two groups' models are apart over all items, with permutation p-values."""

    first: str
    second: str
    d_l: float
    d_l_p: float
    d_g: float
    d_g_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsResult(FurtherResult):
    """Groups of people within one model.

    by: what they are grouped by. ungrouped: rows without a value, left out. failed: resamples and permutations that
    could not be estimated.
    """

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "paths": columns("text: first second source target truth: comparable differs"),
        "invariance": columns("text: first second construct doubts invariance truth: same"),
        "distances": columns("text: first second"),
        "groups": columns("text: group whole: rows"),
    }

    by: str
    groups: tuple[GroupSize, ...]
    ungrouped: int
    resamples: int
    seed: int
    failed: int
    invariance: tuple[InvarianceFigure, ...]
    differences: tuple[GroupDifference, ...]
    distances: tuple[GroupDistance, ...]

    @property
    def title(self) -> str:
        """What it is."""
        language = self.language
        return say("groups-title", language, model=name(self.model_name, language), by=name(self.by, language))

    @property
    def parts(self) -> Mapping[str, Rows]:
        """paths: a row a path and pair of groups. invariance: a row a construct and pair. distances, groups."""
        return {
            "paths": [
                {
                    "first": one.first, "second": one.second, "source": one.source, "target": one.target,
                    "first_path": one.first_path, "second_path": one.second_path, "difference": one.difference,
                    "first_error": one.first_error, "second_error": one.second_error,
                    **{f"p_{test}": p for test, p in one.p.items()},
                    **{f"holm_{test}": p for test, p in one.adjusted.items()},
                    "comparable": one.comparable, "differs": one.there,
                }
                for one in self.differences
            ],
            "invariance": [
                {
                    "first": one.first, "second": one.second, "construct": one.construct,
                    "doubts": ", ".join(one.doubts), "correlation": one.correlation, "least": one.least, "p": one.p,
                    "same": one.same, **_flat("mean", one.mean), **_flat("variance", one.variance),
                    "invariance": one.invariance,
                }
                for one in self.invariance
            ],
            "distances": [{field: getattr(one, field) for field in GroupDistance.__slots__} for one in self.distances],
            "groups": [{"group": one.group, "rows": one.rows} for one in self.groups],
        }  # fmt: skip

    def tables(self) -> tuple[PaperTable, ...]:
        """Paths, then invariance, then whole models."""
        return (_path_table(self), _invariance_table(self), _distance_table(self))

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        comma = "، " if is_persian(language) else ", "
        return say(
            "method-groups",
            language,
            by=name(self.by, language),
            sizes=comma.join(f"{name(one.group, language)} {count(one.rows, language)}" for one in self.groups),
            resamples=count(self.resamples, language),
            seed=seed_of(self.seed, language),
        )

    def spoken(self, language: str) -> Iterator[str]:
        """What may be compared, and what differs."""
        sizes = ("؛ " if is_persian(language) else "; ").join(
            f"{name(one.group, language)} {count(one.rows, language)}" for one in self.groups
        )
        yield say("groups-sizes", language, sizes=sizes)
        for pair in dict.fromkeys((one.first, one.second) for one in self.invariance):
            yield from self._of_pair(pair, language)
        if self.ungrouped:
            yield say("groups-ungrouped", language, count=count(self.ungrouped, language), by=name(self.by, language))

    def _of_pair(self, pair: tuple[str, str], language: str) -> Iterator[str]:
        first, second = (name(one, language) for one in pair)
        checked = [one for one in self.invariance if (one.first, one.second) == pair]
        broken = [one.construct for one in checked if one.invariance == Invariance.NONE]
        if broken:
            told = names([called(one, self.labels, language) for one in broken], language)
            yield say("groups-not-allowed", language, first=first, second=second, constructs=told)
        elif all(one.invariance == Invariance.FULL for one in checked):
            yield say("groups-full", language, first=first, second=second)
        else:
            yield say("groups-partial", language, first=first, second=second)
        paths = [one for one in self.differences if (one.first, one.second) == pair and one.comparable]
        there = [one for one in paths if one.there]
        for one in there:
            yield say(
                "groups-differ",
                language,
                path=self.arrow(one.source, one.target, language),
                first=first,
                second=second,
                a=number(one.first_path, 2, language),
                b=number(one.second_path, 2, language),
                p=is_or_below(one.adjusted[GroupTest.PERMUTATION], language),
            )
        if paths and not there:
            yield say("groups-alike", language, first=first, second=second)


def _flat(prefix: str, found: DifferenceFigure) -> dict[str, float]:
    return {
        f"{prefix}_difference": found.value,
        f"{prefix}_low": found.low,
        f"{prefix}_high": found.high,
        f"{prefix}_p": found.p,
    }


def _pair(first: str, second: str, language: str) -> str:
    return f"{name(first, language)} – {name(second, language)}"


def _path_table(result: GroupsResult) -> PaperTable:
    language = result.language
    head = ("Groups", "Path", "First", "Second", "Difference", "p", "p Holm", "p Welch", "May be compared")
    return paper_table(
        "group-paths",
        result.title,
        [word(one, language) for one in head],
        (
            (
                _pair(one.first, one.second, language),
                result.arrow(one.source, one.target, language),
                number(one.first_path, 2, language),
                number(one.second_path, 2, language),
                number(one.difference, 2, language),
                probability(one.p[GroupTest.PERMUTATION], language),
                probability(one.adjusted[GroupTest.PERMUTATION], language),
                probability(one.p[GroupTest.WELCH], language),
                word("yes" if one.comparable else "no", language),
            )
            for one in result.differences
        ),
        words=2,
        notes=[say("groups-note", language, resamples=count(result.resamples, language))],
    )


def _invariance_table(result: GroupsResult) -> PaperTable:
    language = result.language
    head = ("Groups", "Construct", "c", "least c", "p", "Means", "chance ", "Variances", "chance", "Invariance")
    return paper_table(
        "invariance",
        say("invariance-title", language),
        [word(one, language) for one in head],
        (
            (
                _pair(one.first, one.second, language),
                result.called_with_key(one.construct),
                number(one.correlation, 3, language),
                number(one.least, 3, language),
                probability(one.p, language),
                number(one.mean.value, 2, language),
                bracketed(one.mean.low, one.mean.high, 2, language),
                number(one.variance.value, 2, language),
                bracketed(one.variance.low, one.variance.high, 2, language),
                word(one.invariance, language),
            )
            for one in result.invariance
        ),
        words=2,
        notes=[say("invariance-note", language, resamples=count(result.resamples, language))],
    )


def _distance_table(result: GroupsResult) -> PaperTable:
    language = result.language
    return paper_table(
        "distances",
        say("distances-title", language),
        [word("Groups", language), "d_L", "p", "d_G", "p "],
        (
            (
                _pair(one.first, one.second, language),
                number(one.d_l, 3, language),
                probability(one.d_l_p, language),
                number(one.d_g, 3, language),
                probability(one.d_g_p, language),
            )
            for one in result.distances
        ),
        notes=[say("distances-note", language, resamples=count(result.resamples, language))],
    )
