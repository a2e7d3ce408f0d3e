"""From columns of answers to a sample: what cannot be estimated is an error that names construct and item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import least_eigenvalue
from safar.domain.path_model import Mode, PathModel
from safar.domain.wording import counted
from safar.errors import InputError

LEAST_ROWS = 10
"""Fewer complete rows than these say nothing at all of a model."""
_RANK = 1e-10
_NAMED = 3
"""So many values or rows are named in an error."""

Column = NDArray[np.float64]


class ItemMissing(InputError):
    """The data have no column for an item of the model."""

    code = "path-model.item-missing"
    next_step = "Name the item in the model as the data do, or add its column; `safar model check` lists both."


class ItemConstant(InputError):
    """An item has the same answer in every complete row: it can measure nothing."""

    code = "path-model.item-constant"
    next_step = "Take the item out of its construct, or look whether the column was read as it should be."


class ItemsEqual(InputError):
    """Two items hold the same answers in every row: one of them is a copy."""

    code = "path-model.items-equal"
    next_step = "Take one of the two out of the model, or correct the column that was copied."


class TooFewRows(InputError):
    """Too few complete rows are left for the model."""

    code = "path-model.too-few-rows"
    next_step = "Collect more answers, make the model smaller, or look which item is missing most: `safar model check`."


class AnswerOutOfRange(InputError):
    """An answer lies outside the scale that was given."""

    code = "path-model.out-of-range"
    next_step = "Say which codes mean no answer (--missing 99), correct the data, or give the real scale (--scale 1-7)."


class Unidentified(InputError):
    """Weights of a construct are not determined by the data."""

    code = "path-model.unidentified"
    next_step = "Take out the item that the others determine, or weigh the construct in mode A."


class Missing(StrEnum):
    """What becomes of rows with a missing answer: left out, or filled with the item's mean."""

    CASEWISE = "casewise"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The least and the greatest answer that there can be."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:g}-{self.high:g}"


@dataclass(frozen=True)
class Taken:
    """A sample, and what became of the rows: offered = used + left_out.

    absent: missing answers by item, in the model's order. digest: of what was used, names, answers and weights.
    """

    sample: Sample
    offered: int
    absent: tuple[int, ...]
    digest: str

    @property
    def left_out(self) -> int:
        """Rows without all answers (casewise), or without any weight."""
        return self.offered - self.sample.n


def take_answers(
    model: PathModel,
    columns: Mapping[str, Column],
    *,
    missing: Missing = Missing.CASEWISE,
    codes: Sequence[float] = (),
    scale: Scale | None = None,
    weights: Column | None = None,
) -> Taken:
    """The rows of the model's items, in its order of items.

    columns: item → answers [n]; what is not finite is missing, and so are `codes`. scale: every other answer must lie
    on it. weights: [n], case weights, positive; they are brought to mean one.
    Raises: ItemMissing, AnswerOutOfRange, TooFewRows, ItemConstant, ItemsEqual, Unidentified.
    """
    for one in model.constructs:
        if absent := [item for item in one.items if item not in columns]:
            there = ", ".join(list(columns)[:12]) + (" …" if len(columns) > 12 else "")
            raise ItemMissing(f"Construct {one.name!r}: the data have no column {absent[0]!r}; they have {there}.")
    rows = np.column_stack([np.asarray(columns[item], dtype=np.float64) for item in model.items])
    rows[~np.isfinite(rows) | np.isin(rows, list(codes))] = np.nan
    if scale is not None:
        _check_scale(model, rows, scale)
    gaps = np.isnan(rows)
    weight = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=np.float64)
    kept = np.isfinite(weight) & (weight > 0)
    kept &= ~gaps.any(axis=1) if missing is Missing.CASEWISE else ~gaps.all(axis=1)
    used, weight = rows[kept], weight[kept]
    _check_count(model, len(used), offered=len(rows), gaps=gaps)
    if missing is Missing.MEAN:
        used = _filled(used, weight)
    sample = Sample(used, weight / weight.mean())
    _check_items(model, used)
    _check_identified(model, sample)
    return Taken(sample, len(rows), tuple(int(n) for n in gaps.sum(axis=0)), _digest(model, sample))


def owner_of(model: PathModel, item: str) -> str:
    """The construct that an item measures."""
    return next(one.name for one in model.constructs if item in one.items)


def _check_scale(model: PathModel, rows: Column, scale: Scale) -> None:
    outside = (rows < scale.low) | (rows > scale.high)
    for place, item in enumerate(model.items):
        if outside[:, place].any():
            found = np.unique(rows[outside[:, place], place])
            told = ", ".join(f"{value:g}" for value in found[:_NAMED]) + (" …" if len(found) > _NAMED else "")
            many = counted(int(outside[:, place].sum()), "answer")
            where = int(np.flatnonzero(outside[:, place])[0]) + 1
            raise AnswerOutOfRange(
                f"Construct {owner_of(model, item)!r}, item {item!r}: {many} outside the scale {scale} ({told}), "
                f"first in row {where}."
            )


def _check_count(model: PathModel, used: int, *, offered: int, gaps: NDArray[np.bool_]) -> None:
    largest = max((len(model.sources(target)), target) for target in (*model.endogenous,))
    wide = max((len(one.items), one.name) for one in model.constructs)
    need, why = max(
        (LEAST_ROWS, "whatever the model"),
        (largest[0] + 2, f"for what acts on {largest[1]!r}"),
        (wide[0] + 2, f"for the items of {wide[1]!r}"),
    )
    if used >= need:
        return
    lost = ""
    if offered > used and gaps.any():
        worst = int(gaps.sum(axis=0).argmax())
        item = model.items[worst]
        lost = (
            f" Most answers are missing for item {item!r} of construct {owner_of(model, item)!r}: "
            f"{int(gaps[:, worst].sum()):,}."
        )
    raise TooFewRows(f"{used:,} of {offered:,} rows can be used; at least {need} are needed ({why}).{lost}")


def _filled(rows: Column, weight: Column) -> Column:
    there = ~np.isnan(rows)
    shares = weight[:, None] * there
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(there, rows, 0.0).T @ weight / shares.sum(axis=0)
    return np.where(there, rows, means)


def _check_items(model: PathModel, rows: Column) -> None:
    for place, item in enumerate(model.items):
        if np.ptp(rows[:, place]) == 0 or not np.isfinite(rows[:, place]).all():
            value = rows[0, place]
            told = f"every answer is {value:g}" if np.isfinite(value) else "there is no answer at all"
            raise ItemConstant(f"Construct {owner_of(model, item)!r}, item {item!r}: {told} in {len(rows):,} rows.")
    seen: dict[bytes, str] = {}
    for place, item in enumerate(model.items):
        other = seen.setdefault(rows[:, place].tobytes(), item)
        if other != item:
            raise ItemsEqual(
                f"Item {item!r} of construct {owner_of(model, item)!r} holds the same answers as {other!r} of "
                f"{owner_of(model, other)!r} in all {len(rows):,} rows."
            )


def _check_identified(model: PathModel, sample: Sample) -> None:
    correlations = sample.correlations
    for one in model.constructs:
        if one.mode is Mode.B and len(one.items) > 1:
            places = [model.items.index(item) for item in one.items]
            least = least_eigenvalue(correlations[:, np.array(places)[:, None], places])[0]
            if not least > _RANK:
                raise Unidentified(
                    f"Construct {one.name!r}: its items {', '.join(one.items)} determine each other exactly, so that "
                    "mode B cannot weigh them."
                )


def _digest(model: PathModel, sample: Sample) -> str:
    told = sha256("\n".join(model.items).encode())
    told.update(np.ascontiguousarray(sample.rows, dtype="<f8").tobytes())
    told.update(np.ascontiguousarray(sample.case_weights, dtype="<f8").tobytes())
    return told.hexdigest()
