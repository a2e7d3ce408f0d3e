"""The summary of ratings: per group and score value n, Σw and Σw².

Such counts add up across groups, days and machines, and every metric follows from them. Only answered ratings
count; states without a value ("not applicable", blank, never used) are in no histogram, they are in the
balance. Unit: score values on the question's own scale. Source: docs/methods/mean.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.domain.fact import AnswerState, Direction, FeedbackKind
from safar.errors import InputError

RATING_KINDS = (FeedbackKind.NPS, FeedbackKind.CSAT, FeedbackKind.CES, FeedbackKind.RATING)
"""Kinds of feedback that carry a value on a scale."""

ABOUT = ("question", "kind", "scale_min", "scale_max", "scale_best")
"""The columns that say what a score value means."""


class UnequalHistograms(InputError):
    """Summaries of different questions, kinds or scales were to be added up."""

    code = "histogram.unequal"
    next_step = "Add up answers to one question on one scale; combine questions as an experience index."


@dataclass(frozen=True, slots=True)
class Scale:
    """From `minimum` to `maximum`; `best` says which end is good."""

    minimum: float
    maximum: float
    best: Direction = Direction.HIGH

    @property
    def width(self) -> float:
        """Maximum less minimum."""
        return self.maximum - self.minimum

    def index(self, value: float) -> float:
        """0 at the bad end, 100 at the good end."""
        part = (value - self.minimum) / self.width * 100
        return part if self.best is Direction.HIGH else 100 - part

    def __str__(self) -> str:
        return (
            f"{self.minimum:g}-{self.maximum:g}, best {self.minimum if self.best is Direction.LOW else self.maximum:g}"
        )


@dataclass(frozen=True, slots=True)
class Bin:
    """All answers with one score `value`: their number, Σw and Σw²."""

    value: float
    n: int
    w: float
    w2: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """The answers to one question on one scale (None: the source does not say), bins by rising value."""

    question: str
    kind: str
    scale: Scale | None
    bins: tuple[Bin, ...]

    @classmethod
    def of(
        cls, counts: Mapping[float, int], *, kind: str, scale: Scale | None, question: str = "question"
    ) -> Histogram:
        """A histogram of unweighted answers: value → number."""
        bins = tuple(Bin(float(v), n, float(n), float(n)) for v, n in sorted(counts.items()) if n)
        return cls(question, kind, scale, bins)

    @property
    def n(self) -> int:
        """Number of answers."""
        return sum(b.n for b in self.bins)

    @property
    def w(self) -> float:
        """Sum of weights."""
        return sum(b.w for b in self.bins)

    @property
    def w2(self) -> float:
        """Sum of squared weights."""
        return sum(b.w2 for b in self.bins)

    @property
    def n_effective(self) -> float:
        """Kish's effective number of answers, (Σw)²/Σw²; 0 without weight."""
        return self.w**2 / self.w2 if self.w2 > 0 else 0.0

    def __add__(self, other: Histogram) -> Histogram:
        """All answers of both. Raises: UnequalHistograms."""
        if (self.question, self.kind, self.scale) != (other.question, other.kind, other.scale):
            raise UnequalHistograms(
                f"{self.question!r} ({self.kind}, {self.scale}) and {other.question!r} ({other.kind}, "
                f"{other.scale}) do not add up."
            )
        return Histogram(self.question, self.kind, self.scale, _merged((*self.bins, *other.bins)))

    def reversed(self) -> Histogram:
        """The same answers told on the mirrored scale: the experience that they tell stays the same."""
        if self.scale is None:
            return self
        total = self.scale.minimum + self.scale.maximum
        best = Direction.LOW if self.scale.best is Direction.HIGH else Direction.HIGH
        bins = tuple(sorted((Bin(total - b.value, b.n, b.w, b.w2) for b in self.bins), key=lambda b: b.value))
        return Histogram(self.question, self.kind, Scale(self.scale.minimum, self.scale.maximum, best), bins)


def rated(feedback: ir.Table) -> ir.BooleanValue:
    """Which rows of feedback carry a usable rating: answered, a kind with a scale, within that scale."""
    inside = (feedback.value >= feedback.scale_min) & (feedback.value <= feedback.scale_max)
    unscaled = feedback.scale_min.isnull() | feedback.scale_max.isnull()
    return (
        feedback.kind.isin([kind.value for kind in RATING_KINDS])
        & (feedback.state == AnswerState.ANSWERED.value)
        & feedback.value.notnull()
        & (unscaled | inside).fill_null(False)
    )


def with_known_scale(feedback: ir.Table) -> ir.Table:
    """`feedback` with a scale that is whole or absent: both ends in order, the best end "high" unless said."""
    known = (feedback.scale_min < feedback.scale_max).fill_null(False)
    best = feedback.scale_best.fill_null(Direction.HIGH.value)
    columns = {"scale_min": feedback.scale_min, "scale_max": feedback.scale_max, "scale_best": best}
    return feedback.mutate(**{name: ibis.ifelse(known, c, ibis.null(c.type())) for name, c in columns.items()})


def summarize(feedback: ir.Table, by: Sequence[str] = (), *, weighted: bool = True) -> ir.Table:
    """Ratings as counts: one row for each group, question, scale and score value.

    Columns: `by`…, question, kind, scale_min, scale_max, scale_best, value, n, w, w2. Rows without a usable
    rating (see `rated`) are left out. `weighted` false: every answer counts as one.
    """
    used = feedback.filter(rated(feedback))
    keys = list(dict.fromkeys([*by, *ABOUT, "value"]))
    if not weighted:
        return used.group_by(keys).aggregate(n=used.count()).mutate(w=_n_as_float, w2=_n_as_float)
    return used.group_by(keys).aggregate(n=used.count(), w=used.weight.sum(), w2=(used.weight * used.weight).sum())


def _n_as_float(table: ir.Table) -> ir.Value:
    return table.n.cast("float64")


def read_histograms(
    rows: Iterable[Mapping[str, Any]], by: Sequence[str] = ()
) -> dict[tuple[Any, ...], tuple[Histogram, ...]]:
    """The rows of `summarize` as histograms: group → one histogram for each question, kind and scale."""
    found: dict[tuple[Any, ...], dict[tuple[str, str, Scale | None], list[Bin]]] = {}
    for row in rows:
        group = tuple(row[name] for name in by)
        about = (str(row["question"]), str(row["kind"]), _scale(row))
        one = Bin(float(row["value"]), int(row["n"]), float(row["w"]), float(row["w2"]))
        found.setdefault(group, {}).setdefault(about, []).append(one)
    return {
        group: tuple(
            Histogram(*about, _merged(bins)) for about, bins in sorted(parts.items(), key=lambda part: str(part[0]))
        )
        for group, parts in found.items()
    }


def add_up(histograms: Iterable[Histogram]) -> tuple[Histogram, ...]:
    """Histograms of several groups as one group's: those of the same question, kind and scale added up."""
    found: dict[tuple[str, str, Scale | None], list[Bin]] = {}
    for histogram in histograms:
        found.setdefault((histogram.question, histogram.kind, histogram.scale), []).extend(histogram.bins)
    parts = sorted(found.items(), key=lambda part: str(part[0]))
    return tuple(Histogram(*about, _merged(bins)) for about, bins in parts)


def _scale(row: Mapping[str, Any]) -> Scale | None:
    low, high, best = row["scale_min"], row["scale_max"], row["scale_best"]
    # NaN (a missing number of a data frame) is not below anything, so it ends here too.
    if low is None or high is None or not low < high:
        return None
    return Scale(float(low), float(high), Direction(best) if isinstance(best, str) else Direction.HIGH)


def _merged(bins: Iterable[Bin]) -> tuple[Bin, ...]:
    sums: dict[float, tuple[int, float, float]] = {}
    for one in bins:
        n, w, w2 = sums.get(one.value, (0, 0.0, 0.0))
        sums[one.value] = (n + one.n, w + one.w, w2 + one.w2)
    return tuple(Bin(value, *sums[value]) for value in sorted(sums))
