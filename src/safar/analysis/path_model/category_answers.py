"""From answers that are categories to codes, and what such items cannot be used for.

Source: docs/methods/nonmetric-items.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from safar.analysis.path_model.polychoric import TooManyCodes
from safar.analysis.path_model.scaled_sample import Scale
from safar.domain.item_level import MOST_CATEGORIES, ItemLevel, Level
from safar.domain.path_model import Measured, Mode, PathModel
from safar.errors import InputError

Values = NDArray[np.float64]
ROWS_A_WEIGHT = 5
"""Rows for each number that mode B has to find of an item with categories."""
_NOTHING = ("", "na", "nan", "n/a", "null", "none", ".", "-", "nat", "<na>")
_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٠١٢٣٤٥٦٧٨٩", "0123456789.0123456789")


class NoOrder(InputError):
    """An item was called ordinal, and its answers are texts whose order nobody has said."""

    code = "path-model.no-order"
    next_step = 'Name its answers from the least to the greatest: levels = { speed = ["slow", "fair", "fast"] }.'


class UnknownCategory(InputError):
    """An ordinal item holds an answer that the order of its answers does not name."""

    code = "path-model.unknown-category"
    next_step = "Add the answer to the order in the model, correct it in the data, or declare it as missing."


class LevelsRefused(InputError):
    """A model with ordinal or nominal items was asked for something that needs numbers."""

    code = "path-model.levels"
    next_step = "Take the item out of `levels` where its answers are numbers, or leave it out of the model."


class TooManyCategories(InputError):
    """Mode B was to weigh items with more categories than the rows can tell apart."""

    code = "path-model.too-many-categories"
    next_step = "Group the categories, weigh the construct in mode A, or collect more answers."


def check_levels(model: PathModel, *, consistent: bool, ordered: bool, whole: bool) -> None:
    """That items which are not numeric can be used as a run wants. whole: rows with gaps are left out.

    Raises: LevelsRefused, naming construct and item.
    """
    for construct in model.constructs:
        for one in construct.levels:
            if not whole:
                raise LevelsRefused(
                    f"Item {one.item} of {construct.name} is no number: a gap in it has no mean, and no slope.",
                    next_step="Leave rows with gaps out (--gaps casewise).",
                )
            if ordered and one.level is Level.NOMINAL:
                raise LevelsRefused(
                    f"Item {one.item} of {construct.name} is nominal: names have no order that polychoric correlations "
                    "could rest on.",
                    next_step="Estimate without --ordered, or leave the item out.",
                )
            corrected = construct.measured is Measured.FACTOR and len(construct.items) > 1
            if consistent and not ordered and corrected:
                raise LevelsRefused(
                    f"Item {one.item} of {construct.name} is no number, and what is fitted to a construct's neighbors "
                    "cannot be corrected for error as a common factor's items are.",
                    next_step=f'Say measured = "composite" for {construct.name}, use plain estimates (--plain), or, of '
                    "ordinal items, polychoric correlations (--ordered).",
                )


def check_metric(model: PathModel, what: str) -> None:
    """That all items are numeric. what: the analysis that needs it, as a sentence begins. Raises: LevelsRefused."""
    for construct in model.constructs:
        for one in construct.levels:
            raise LevelsRefused(f"{what} needs numbers: item {one.item} of {construct.name} is none.")


def category(value: Any) -> str | None:
    """An answer as the name of its category: numbers as they are written shortest; None where nothing was answered."""
    if value is None:
        return None
    told = f"{value:.15g}" if isinstance(value, float | np.floating) else str(value).strip()
    if told.lower() in _NOTHING:
        return None
    number = _number(told)
    return told if number is None else f"{number + 0.0:.15g}"  # minus zero is zero


def coded(
    construct: str, one: ItemLevel, answers: ArrayLike, *, missing_codes: Sequence[float]
) -> tuple[Values, tuple[str, ...]]:
    """The answers to an item as codes [n], places in the order of its categories, and those; not numbers in gaps.

    Categories that are numbers stand in their order, names by the alphabet. Raises: NoOrder, UnknownCategory.
    """
    missing = {f"{code:.15g}" for code in missing_codes}
    told = [category(value) for value in np.asarray(answers, dtype=object).ravel()]
    told = [None if one in missing else one for one in told]
    different = {one for one in told if one is not None}
    order = tuple(category(name) or name for name in one.order) or _in_order(construct, one, different)
    if strange := sorted(different - set(order)):
        raise UnknownCategory(
            f"Item {one.item} of {construct} holds the answer {strange[0]!r}, which its order does not name: "
            f"{', '.join(order[:12])}."
        )
    places = {name: float(k) for k, name in enumerate(order)}
    return np.array([np.nan if one is None else places[one] for one in told], dtype=np.float64), order


def coded_columns(
    model: PathModel, columns: Mapping[str, ArrayLike], *, missing_codes: Sequence[float]
) -> tuple[dict[str, Values], dict[str, tuple[str, ...]]]:
    """Of the items with categories that the columns have: codes in place of answers, and the categories."""
    codes: dict[str, Values] = {}
    orders: dict[str, tuple[str, ...]] = {}
    for construct in model.constructs:
        for one in construct.levels:
            if one.item in columns:
                codes[one.item], orders[one.item] = coded(
                    construct.name, one, columns[one.item], missing_codes=missing_codes
                )
    return codes, orders


def scales_of(model: PathModel, rows: Values, orders: dict[str, tuple[str, ...]]) -> tuple[Values, tuple[Scale, ...]]:
    """Rows whose codes leave no category out that no row has, and the scales of their columns.

    Raises: TooManyCodes, TooManyCategories.
    """
    rows, found, levels = rows.copy(), [], model.levels
    for construct in model.constructs:
        for item in construct.items:
            if item not in levels:
                continue
            column, level = model.items.index(item), levels[item].level
            held, codes = np.unique(rows[:, column], return_inverse=True)
            if len(held) > MOST_CATEGORIES:
                raise TooManyCodes(
                    f"Item {item} of {construct.name} has {len(held)} different answers; at most {MOST_CATEGORIES}.",
                    next_step="Group its answers, or take it as numeric.",
                )
            rows[:, column] = codes
            found.append(Scale(column, item, level, tuple(orders[item][int(code)] for code in held)))
        if construct.mode is Mode.B:
            own = [one for one in found if one.item in construct.items]
            free = sum(len(one.categories) - 1 for one in own)
            if own and len(rows) < ROWS_A_WEIGHT * free:
                raise TooManyCategories(
                    f"Construct {construct.name!r}: mode B would find {free} numbers for the categories of "
                    f"{', '.join(one.item for one in own)} from {len(rows)} rows; {ROWS_A_WEIGHT * free} are needed."
                )
    return rows, tuple(found)


def _in_order(construct: str, one: ItemLevel, different: Collection[str]) -> tuple[str, ...]:
    numbers = {name: number for name in different if (number := _number(name)) is not None}
    if len(numbers) == len(different):
        return tuple(sorted(different, key=numbers.__getitem__))
    if one.level is Level.ORDINAL:
        name = min(set(different) - set(numbers))
        raise NoOrder(f"Item {one.item} of {construct} is ordinal, and nothing says where its answer {name!r} stands.")
    return tuple(sorted(different))


def _number(told: str) -> float | None:
    try:
        number = float(told.translate(_LATIN))
    except ValueError:
        return None
    return number if np.isfinite(number) and "_" not in told else None
