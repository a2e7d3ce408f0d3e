"""A model and its answers looked over before anything is estimated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.answers import Treatment, stray_codes
from safar.analysis.path_model.measurement_doubts import FEW_ITEMS
from safar.analysis.path_model.naming import called_with_key, labels_of
from safar.analysis.path_model.screening import LEAST_TURNED, component_loadings
from safar.analysis.path_model.speaking import number
from safar.analysis.path_model.verdicts import SMALL_PATH, least_sample
from safar.analysis.result import Frozen, Result
from safar.analysis.telling import Telling
from safar.domain.path_model import Measured, Mode, PathModel
from safar.domain.wording import counted
from safar.errors import InputError

MOST_ALIKE = 0.95
"""Share of one answer from which an item hardly varies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCheck(Frozen):
    """An item as it came, before rows are left out. share: of its most frequent answer. None: the data lack it."""

    construct: str
    item: str
    answers: int | None
    missing: int | None
    distinct: int | None
    least: float | None
    greatest: float | None
    mean: float | None
    deviation: float | None
    share: float | None


_TYPES = columns("text: construct item whole: answers missing distinct number: least greatest mean deviation share")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck(Result):
    """What was found. problem, code, next_step: why it cannot be estimated; None where it can. notes: to look at."""

    model: PathModel
    items: tuple[ItemCheck, ...]
    rows_given: int | None
    treatment: Treatment | None
    notes: tuple[str, ...]
    problem: str | None = None
    code: str | None = None
    next_step: str | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be estimated."""
        return self.problem is None

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row an item."""
        return [{name: getattr(one, name) for name in ItemCheck.__slots__} for one in self.items]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES

    def told(self) -> Telling:
        """The items, what to look at, and what stands in the way."""
        model, labels = self.model, labels_of(self.model)
        above = (
            f"{counted(len(model.constructs) + len(model.higher_orders), 'construct')}, "
            f"{counted(len(model.items), 'item')}, {counted(len(model.paths), 'path')}"
        )
        if self.treatment is not None:
            above += f". {self.treatment}"
        rows = [
            {
                "construct": called_with_key(one.construct, labels),
                "item": one.item,
                "answers": "–" if one.answers is None else f"{one.answers:,}",
                "missing": "–" if one.missing is None else f"{one.missing:,}",
                "codes": "–" if one.distinct is None else f"{one.distinct:,}",
                "range": "–" if one.least is None else f"{_end(one.least)} to {_end(one.greatest)}",
                "mean": number(one.mean, 2),
                "sd": number(one.deviation, 2),
            }
            for one in self.items
        ]
        ends = (f"Cannot be estimated: {self.problem}", f"Next: {self.next_step}") if self.problem else ("Ready.",)
        return Telling(title=f"Path model {model.name}", simulated=False, above=(above,), rows=tuple(rows),
                       notes=(*self.notes, *ends))  # fmt: skip


def _end(value: float | None) -> str:
    """An end of the answers: whole as they mostly are, else not rounded to what nobody gave."""
    return number(value, 0 if value is None or value == round(value) else 2)


def look_over(
    model: PathModel,
    columns: Mapping[str, NDArray[Any]] | None,
    *,
    codes: Sequence[float] = (),
    treatment: Treatment | None = None,
    effective: float | None = None,
    problem: InputError | None = None,
    confidence: float = 0.95,
) -> ModelCheck:
    """The check of a model, with its answers where there are any. columns: as they came; codes: that mean no answer.

    effective: as how many rows of one weight weighted ones are worth. confidence: of the intervals that will judge it.
    """
    items = [
        _item(one.name, item, None if columns is None else columns.get(item), codes)
        for one in model.constructs
        for item in one.items
    ]
    given = None if not columns else max(len(values) for values in columns.values())
    seen = [] if columns is None else [*_strays(model, columns, codes), *_turned(model, columns, codes)]
    return ModelCheck(
        model=model,
        items=tuple(items),
        rows_given=given,
        treatment=treatment,
        notes=(
            *seen,
            *_notes(model, items, given if treatment is None else treatment.kept, effective, 1 - confidence),
        ),
        problem=None if problem is None else problem.message,
        code=None if problem is None else problem.code,
        next_step=None if problem is None else problem.next_step,
    )


def _item(construct: str, item: str, values: NDArray[Any] | None, codes: Sequence[float]) -> ItemCheck:
    nothing = ItemCheck(
        construct=construct, item=item, answers=None, missing=None, distinct=None,
        least=None, greatest=None, mean=None, deviation=None, share=None,
    )  # fmt: skip
    if values is None:
        return nothing
    if values.dtype == object:
        return _named(nothing, values, codes)
    there = values[np.isfinite(values) & ~np.isin(values, np.asarray(codes, dtype=np.float64))]
    if not len(there):
        return ItemCheck(
            construct=construct, item=item, answers=0, missing=len(values), distinct=0,
            least=None, greatest=None, mean=None, deviation=None, share=None,
        )  # fmt: skip
    different, times = np.unique(there, return_counts=True)
    return ItemCheck(
        construct=construct,
        item=item,
        answers=len(there),
        missing=len(values) - len(there),
        distinct=len(different),
        least=float(different[0]),
        greatest=float(different[-1]),
        mean=float(there.mean()),
        deviation=float(there.std(ddof=1)) if len(there) > 1 else None,
        share=float(times.max() / len(there)),
    )


def _named(nothing: ItemCheck, values: NDArray[Any], codes: Sequence[float]) -> ItemCheck:
    """An item whose answers are categories: they are counted, and have no range and no mean."""
    empty = {f"{code:.15g}" for code in codes}
    there = [one for one in values if one is not None and one not in empty]
    times = Counter(there)
    return replace(
        nothing,
        answers=len(there),
        missing=len(values) - len(there),
        distinct=len(times),
        share=max(times.values()) / len(there) if there else None,
    )


def _strays(model: PathModel, columns: Mapping[str, NDArray[Any]], codes: Sequence[float]) -> list[str]:
    """Codes as programs keep them for no answer, further from the answers than these are from each other."""
    found = []
    for one in model.constructs:
        for item in one.items:
            if item in model.levels:
                continue
            values = np.asarray(columns.get(item, []), dtype=np.float64)
            values = values[np.isfinite(values) & ~np.isin(values, np.asarray(codes, dtype=np.float64))]
            strays = stray_codes(values)
            rest = values[~np.isin(values, strays)]
            found += [
                f"{item} of {one.name}: {counted(int((values == code).sum()), 'answer')} of {code:g}, far from the "
                f"others ({_end(float(rest.min()))} to {_end(float(rest.max()))}); if it stands for none, say so "
                f"(--missing {code:g})."
                for code in strays
            ]
    return found


def _turned(model: PathModel, columns: Mapping[str, NDArray[Any]], codes: Sequence[float]) -> list[str]:
    """Items that run against the others of their construct: by its first component. Of mode B they need not agree."""
    found = []
    for one in model.constructs:
        if one.mode is Mode.B or len(one.items) < 2 or any(item not in columns for item in one.items):
            continue
        told = {level.item for level in one.levels}
        items = [item for item in one.items if item not in told]
        if len(items) < 2:
            continue
        rows = np.stack([np.asarray(columns[item], dtype=np.float64) for item in items], axis=1)
        rows = rows[(np.isfinite(rows) & ~np.isin(rows, np.asarray(codes, dtype=np.float64))).all(axis=1)]
        if len(rows) <= len(items) or not (rows.std(axis=0) > 0).all():
            continue
        loads = component_loadings(
            np.asarray(np.corrcoef(rows, rowvar=False), dtype=np.float64).reshape(len(items), -1)
        )
        found += [
            f"{item} of {one.name} runs against its other items: turn its answers round if it was asked in reverse."
            for item, load in zip(items, loads, strict=True)
            if load < -LEAST_TURNED
        ]
    return found


def _notes(
    model: PathModel, items: Sequence[ItemCheck], rows: int | None, effective: float | None, level: float
) -> list[str]:
    found = [
        f"{one.name} has {counted(len(one.items), 'item')}: a common factor wants {FEW_ITEMS} at least."
        for one in model.constructs
        if one.measured is Measured.FACTOR and 1 < len(one.items) < FEW_ITEMS
    ]
    found += [
        f"{one.item} of {one.construct}: {one.share:.0%} gave the same answer; it hardly varies."
        for one in items
        if one.share is not None and MOST_ALIKE <= one.share < 1
    ]
    need = least_sample(SMALL_PATH, level=level / 2) or 0  # verdicts are two-sided
    if rows is None:
        found.append(f"To find a path of {SMALL_PATH} four times of five, about {need:,} rows are needed.")
    elif (effective or rows) < need:
        told = f"{rows:,} rows"
        if effective is not None:
            told = f"{rows:,} weighted rows (as much as {effective:,.0f} of equal weight, Kish 1965)"
        found.append(f"{told}; to find a path of {SMALL_PATH} four times of five, about {need:,} are needed.")
    return found
