"""From a table of answers to the sample a model is estimated from: what cannot be used is said by name.

Source: docs/methods/missing-answers.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from safar.analysis.path_model.category_answers import coded_columns, scales_of
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.polychoric import MOST_CODES, OrdinalSample, TooManyCodes
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.domain.path_model import Mode, PathModel
from safar.errors import InputError

Values = NDArray[np.float64]
USUAL_CODES = (-1, -7, -8, -9, -77, -88, -98, -99, -888, -999, -9999, 88, 98, 99, 888, 998, 999, 8888, 9999, 99999)
"""What programs keep for answers that were not given."""
_SAME = 1e-10
_GREATEST = 1e100
_SHORT = 4
"""Names of so few letters are alike by chance: q1 and q2."""
_SPARE = 2
"""Rows beyond the parameters of a regression, so that something is left to err in."""


class MissingItem(InputError):
    """The answers have no column for an item of the path model."""

    code = "path-model.item-missing"
    next_step = "Give the column the item's name, or correct the item in the model."


class ItemNotNumeric(InputError):
    """An item of a path model holds something that is no number."""

    code = "path-model.item-not-numeric"
    next_step = "Code the answers as numbers, and leave missing ones empty."


class ConstantItem(InputError):
    """An item of a path model has the same answer in every row, or no answers at all."""

    code = "path-model.item-constant"
    next_step = "Take the item out of the model: what does not vary explains nothing."


class RepeatedItem(InputError):
    """Two items of a path model hold the same answers, up to a scale."""

    code = "path-model.item-repeated"
    next_step = "Keep one of the two, or look in the data for a column that was copied."


class OutOfRange(InputError):
    """An item of a path model holds a code outside its scale."""

    code = "path-model.out-of-range"
    next_step = "Declare the code as missing, correct the answers, or correct the scale."


class TooFewRows(InputError):
    """There are fewer rows of answers than a path model needs to be estimated at all."""

    code = "path-model.too-few-rows"
    next_step = "Collect more answers, or use a smaller model; docs/methods/missing-answers.md keeps rows with gaps."


class AnswersMissing(InputError):
    """Answers are missing where an analysis needs every row to be whole."""

    code = "path-model.answers-missing"
    next_step = "Leave rows with gaps out (--gaps casewise), or fill them with the item's mean (--gaps mean)."


class OrderedGaps(InputError):
    """Answers were to be taken as ordered codes while gaps are filled or worked around."""

    code = "path-model.ordered-gaps"
    next_step = "Leave rows with gaps out (casewise), or take the answers as numbers."


class BadCaseWeights(InputError):
    """The case weights of a path model are not positive numbers, one a row."""

    code = "path-model.case-weights"
    next_step = "Give each row a weight above zero, or leave the weights out."


class NamedColumns(dict[str, Values]):
    """Columns that were read, and the names of all that there were, so that a slip of the pen can be told."""

    def __init__(self, columns: Mapping[str, Values], *, names: Iterable[str]) -> None:
        super().__init__(columns)
        self.names = tuple(map(str, names))


class Missing(StrEnum):
    """What becomes of rows with gaps.

    casewise: they are left out. mean: a gap is the item's mean. nipals: a row counts for what it holds.
    """

    CASEWISE = "casewise"
    MEAN = "mean"
    NIPALS = "nipals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What became of the rows that came: without_weight (none, or zero) went first; of the others some have gaps, and
    some were left out for them. gaps: by item, where there are any (of the rows that are kept, or of all that have a
    weight where those with gaps are left out). strays: by item, a code as programs keep for no answer, far from all
    other answers, that nobody declared."""

    missing: Missing
    rows: int
    with_gaps: int
    left_out: int
    gaps: Mapping[str, int]
    without_weight: int = 0
    strays: Mapping[str, float] = field(default_factory=dict)

    @property
    def weighted(self) -> int:
        """Rows that have a weight; all of them where nothing weighs them."""
        return self.rows - self.without_weight

    @property
    def kept(self) -> int:
        """Rows that are estimated from."""
        return self.weighted - self.left_out

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was done: about weights where a row has none, then about gaps."""
        if not self.without_weight:
            return (self._of_gaps,)
        return f"{self.without_weight} of {self.rows} rows have no weight and are left out.", self._of_gaps

    def __str__(self) -> str:
        return " ".join(self.sentences)

    @property
    def _of_gaps(self) -> str:
        if not self.with_gaps:
            return f"{self.weighted} rows, none with gaps."
        done = {
            Missing.CASEWISE: f"{self.left_out} left out",
            Missing.MEAN: f"{sum(self.gaps.values())} gaps filled with the item's mean",
            Missing.NIPALS: "each used for what it holds (NIPALS)",
        }[self.missing]
        empty = f"; {self.left_out} without any answer left out" if self._dropped_empty else ""
        return f"{self.weighted} rows, {self.with_gaps} with gaps: {done}{empty}."

    @property
    def _dropped_empty(self) -> bool:
        return self.missing is not Missing.CASEWISE and self.left_out > 0


def read_answers(
    model: PathModel,
    columns: Mapping[str, ArrayLike],
    *,
    missing: Missing = Missing.CASEWISE,
    missing_codes: Sequence[float] = (),
    case_weights: ArrayLike | None = None,
    scales: Mapping[str, tuple[float, float]] | None = None,
    ordered: bool = False,
) -> tuple[Sample, Treatment]:
    """The sample of a model, its columns in the order of the model's items, and what was done about gaps.

    columns: by item, of equal length; NaN and None are gaps, and so are the `missing_codes`. scales: least and greatest
    code by item. ordered: the codes are ordered and no more, so that correlations are polychoric. Rows without any
    answer are always left out; so are, first of all, rows whose weight is zero.
    Answers to ordinal and nominal items may be texts; unless `ordered`, the sample is a `ScaledSample` then.
    Raises: an InputError of this module or of `category_answers`, naming the construct and the item.
    """
    sample, treatment, _ = read_rows(
        model,
        columns,
        missing=missing,
        missing_codes=missing_codes,
        case_weights=case_weights,
        scales=scales,
        ordered=ordered,
    )
    return sample, treatment


def read_rows(
    model: PathModel,
    columns: Mapping[str, ArrayLike],
    *,
    missing: Missing = Missing.CASEWISE,
    missing_codes: Sequence[float] = (),
    case_weights: ArrayLike | None = None,
    scales: Mapping[str, tuple[float, float]] | None = None,
    ordered: bool = False,
) -> tuple[Sample, Treatment, NDArray[np.intp]]:
    """As `read_answers`, and which of the given rows are in the sample: positions [n], from 0."""
    if ordered and missing is not Missing.CASEWISE:
        raise OrderedGaps(f"A gap among ordered answers has no {missing}.")
    places_of, orders = coded_columns(model, columns, missing_codes=missing_codes)
    numbers: Mapping[str, Any] = {**columns, **places_of}
    if isinstance(columns, NamedColumns):
        numbers = NamedColumns(numbers, names=columns.names)
    rows = _table(model, numbers)
    no_codes = np.array([item not in orders for item in model.items])
    rows = np.where(no_codes & np.isin(rows, np.asarray(missing_codes, dtype=np.float64)), np.nan, rows)
    weights = _weights(case_weights, len(rows))
    _check_ranges(model, rows, {item: ends for item, ends in (scales or {}).items() if item not in orders})
    counted = weights > 0
    places, given = np.flatnonzero(counted), len(rows)
    rows, weights = rows[counted], weights[counted]
    gaps = np.isnan(rows)
    for place, (construct, item) in enumerate(_owners(model)):
        if len(rows) and gaps[:, place].all():
            raise ConstantItem(f"Item {item} of {construct} has no answers at all.")
    holed = gaps.any(axis=1)
    keep = ~holed if missing is Missing.CASEWISE else ~gaps.all(axis=1)
    counted = gaps if missing is Missing.CASEWISE else gaps[keep]
    treatment = Treatment(
        missing=missing,
        rows=given,
        without_weight=given - len(rows),
        with_gaps=int(holed.sum()),
        left_out=int((~keep).sum()),
        gaps={item: int(n) for item, n in zip(model.items, counted.sum(axis=0), strict=True) if n},
        strays={
            item: found[0] for item, values in zip(model.items, rows.T, strict=True) if (found := stray_codes(values))
        },
    )
    rows, weights, places = rows[keep], weights[keep], places[keep]
    _check_count(model, rows, treatment)
    weights = weights / weights.mean()
    if missing is Missing.MEAN:
        there = ~np.isnan(rows)
        means = (np.where(there, rows, 0.0) * weights[:, None]).sum(axis=0) / (there * weights[:, None]).sum(axis=0)
        rows = np.where(there, rows, means)
    _check_variation(model, rows)
    if orders and not ordered:
        rows, scaled = scales_of(model, rows, orders)
        return ScaledSample(rows, weights, scaled), treatment, places
    if ordered:
        for place, (construct, item) in enumerate(_owners(model)):
            if (codes := len(np.unique(rows[:, place]))) > MOST_CODES:
                raise TooManyCodes(f"Item {item} of {construct} has {codes} different answers; at most {MOST_CODES}.")
        return OrdinalSample(rows, weights), treatment, places
    return Sample(rows, weights), treatment, places


def stray_codes(values: Values) -> tuple[float, ...]:
    """Codes that programs keep for no answer, further from all other answers than these are from each other."""
    values = values[np.isfinite(values)]
    usual = np.isin(values, USUAL_CODES)
    rest = values[~usual]
    if not usual.any() or len(rest) < 2:
        return ()
    least, greatest = float(rest.min()), float(rest.max())
    codes = map(float, np.unique(values[usual]))
    return tuple(code for code in codes if max(least - code, code - greatest) > greatest - least)


def check_whole(model: PathModel, sample: Sample, what: str) -> None:
    """That no answer is missing. what: the analysis that needs it, as a sentence begins. Raises: AnswersMissing."""
    if not sample.has_gaps:
        return
    gaps = np.isnan(sample.rows).sum(axis=0)
    place = int(gaps.argmax())
    construct, item = _owners(model)[place]
    raise AnswersMissing(
        f"{what} needs rows without gaps: item {item} of {construct} lacks {int(gaps[place]):,} of {sample.n:,} "
        "answers."
    )


def _owners(model: PathModel) -> list[tuple[str, str]]:
    return [(construct.name, item) for construct in model.constructs for item in construct.items]


def _table(model: PathModel, columns: Mapping[str, ArrayLike]) -> Values:
    found: list[Values] = []
    for construct, item in _owners(model):
        if item not in columns:
            raise _missing(item, construct, columns)
        try:
            values = np.asarray(columns[item], dtype=np.float64)
        except (TypeError, ValueError):
            raise ItemNotNumeric(f"Item {item} of {construct} holds something that is no number.") from None
        if values.ndim != 1 or (found and len(values) != len(found[0])):
            raise ItemNotNumeric(f"Item {item} of {construct} has another number of rows than the items before it.")
        if np.isinf(values).any():
            raise ItemNotNumeric(f"Item {item} of {construct} holds an infinite number.")
        greatest = float(np.nanmax(np.abs(values), initial=0.0))
        if greatest > _GREATEST or 0 < greatest < 1 / _GREATEST:
            raise ItemNotNumeric(
                f"Item {item} of {construct} holds numbers as far from one as {greatest:g}: their squares are lost.",
                next_step="Take other units, in which answers are near one.",
            )
        found.append(values)
    return np.stack(found, axis=1)


def _missing(item: str, construct: str, columns: Mapping[str, ArrayLike]) -> MissingItem:
    from difflib import get_close_matches

    names = columns.names if isinstance(columns, NamedColumns) else tuple(columns)
    # Columns that are other items are no slip, and neither is another number: trust2 and trust4.
    free = [one for one in names if not (isinstance(columns, NamedColumns) and one in columns)]
    alike = {one.casefold(): one for one in free if re.findall(r"\d+", one) == re.findall(r"\d+", item)}
    near = get_close_matches(item.casefold(), alike, n=1, cutoff=0.75)
    if near and (near[0] == item.casefold() or len(item) > _SHORT):
        return MissingItem(
            f"The answers have no column {item!r}, an item of {construct}; did you mean {alike[near[0]]!r}?"
        )
    return MissingItem(f"The answers have no column {item!r}, an item of {construct}.")


def _weights(given: ArrayLike | None, n: int) -> Values:
    if given is None:
        return np.ones(n)
    try:
        weights = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadCaseWeights("A case weight is no number.") from None
    if weights.shape != (n,):
        raise BadCaseWeights(f"There are {weights.size} case weights for {n} rows.")
    if np.isfinite(weights).all() and not weights.any():
        raise BadCaseWeights("No row has a weight: every one is empty or zero.")
    if not np.isfinite(weights).all() or (weights < 0).any():
        place = int(np.argmax(~(np.isfinite(weights) & (weights >= 0))))
        raise BadCaseWeights(f"Row {place + 1} has the case weight {weights[place]}.")
    return weights


def _check_ranges(model: PathModel, rows: Values, scales: Mapping[str, tuple[float, float]]) -> None:
    for place, (construct, item) in enumerate(_owners(model)):
        if item not in scales:
            continue
        low, high = scales[item]
        with np.errstate(invalid="ignore"):
            outside = (rows[:, place] < low) | (rows[:, place] > high)
        if outside.any():
            codes = ", ".join(f"{code:g}" for code in np.unique(rows[outside, place])[:5])
            if (many := int(outside.sum())) == 1:
                raise OutOfRange(
                    f"Item {item} of {construct} has 1 answer outside its scale of {low:g} to {high:g}: {codes}."
                )
            raise OutOfRange(
                f"Item {item} of {construct} has {many} answers outside its scale of {low:g} to {high:g}: {codes}."
            )


def _check_count(model: PathModel, rows: Values, treatment: Treatment) -> None:
    lost, why = treatment.rows - treatment.kept, "their gaps"
    if treatment.without_weight:
        why += " or for want of a weight"
    told = f" ({lost} of {treatment.rows} left out for {why})" if lost else ""
    if len(rows) <= len(model.items):
        raise TooFewRows(
            f"{len(rows)} rows{told} for {len(model.items)} items: their correlations cannot be told apart."
        )
    for construct in model.constructs:
        if construct.mode is Mode.B and len(rows) < len(construct.items) + _SPARE:
            raise TooFewRows(f"{len(rows)} rows{told} for the {len(construct.items)} weights of {construct.name}.")
    for target in model.endogenous:
        if len(rows) < len(model.sources(target)) + _SPARE:
            raise TooFewRows(f"{len(rows)} rows{told} for the {len(model.sources(target))} paths to {target}.")


def _check_variation(model: PathModel, rows: Values) -> None:
    owners = _owners(model)
    low, high = np.nanmin(rows, axis=0), np.nanmax(rows, axis=0)
    for place, (construct, item) in enumerate(owners):
        if low[place] == high[place]:
            told = "the same" if item in model.levels else f"{low[place]:g}"
            raise ConstantItem(f"Item {item} of {construct} is {told} in every row.")
    filled = np.where(np.isnan(rows), np.nanmean(rows, axis=0), rows)
    alike = np.corrcoef(filled.T)
    first, second = np.nonzero(np.triu(np.abs(alike) > 1 - _SAME, 1))
    if len(first):
        one, other = owners[first[0]], owners[second[0]]
        if alike[first[0], second[0]] < 0:
            raise RepeatedItem(
                f"Items {one[1]} of {one[0]} and {other[1]} of {other[0]} hold opposite answers "
                "(their correlation is −1)."
            )
        raise RepeatedItem(
            f"Items {one[1]} of {one[0]} and {other[1]} of {other[0]} hold the same answers (their correlation is one)."
        )
