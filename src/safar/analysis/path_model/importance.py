"""Where improvement pays: how much constructs matter to a target, and how well they do (docs/methods/importance.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.structure import total_effects
from safar.domain.path_model import BadPathModel, PathModel

Values = NDArray[np.float64]


class BadScale(BadPathModel):
    """An item has no scale, or answers outside it."""

    code = "path-model.scale"
    next_step = "Give each item the lowest and the highest answer that was possible."


class Weighing(StrEnum):
    """What brings items to a score on 0 to 100: weights for answers (w / deviation), or for standardized answers."""

    ANSWERS = "answers"
    STANDARDIZED = "standardized"


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """An item in the map. importance: points of the target that one point of the item moves. performance: 0 to 100."""

    item: str
    importance: float
    performance: float


@dataclass(frozen=True, slots=True)
class Place:
    """A construct in the map.

    importance: total effect on the target, unstandardized: points of the target, on 0 to 100, that one point of it
    moves. importance_standardized: in deviations. performance: mean score on 0 to 100. negative: items whose weight is
    below zero, with which a score may leave 0 to 100.
    """

    construct: str
    importance: float
    importance_standardized: float
    performance: float
    items: tuple[ItemPlace, ...]
    negative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportanceMap:
    """All that acts on a target, and how the target does. left_out: interactions, which have no performance."""

    target: str
    performance: float
    places: tuple[Place, ...]
    left_out: tuple[str, ...]


def importance_map(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    target: str,
    scales: Mapping[str, tuple[float, float]],
    weighing: Weighing = Weighing.ANSWERS,
) -> ImportanceMap:
    """The map of a target. scales: by item, its lowest and highest possible answer.

    A higher-order construct is scored from its parts' items. Raises: BadScale, BadPathModel.
    """
    _check(model, sample, target, scales)
    low, high = (np.array([scales[item][side] for item in model.items]) for side in (0, 1))
    rescaled = (sample.rows - low) / (high - low) * 100
    fits = estimate(model, sample, np.ones((1, sample.n)), options)
    names = fits.layout.constructs
    made = [one.name for one in model.interactions]
    weights = {name: _item_weights(model, sample, fits, name, weighing) for name in names if name not in made}
    share = sample.case_weights / sample.case_weights.sum()
    means, deviations = {}, {}
    for name, own in weights.items():
        score = rescaled @ own
        means[name] = float(share @ score)
        deviations[name] = float(np.sqrt(share @ (score - means[name]) ** 2))
    place = names.index(target)
    effects = total_effects(fits.structure.paths)[0, :, place]
    places = []
    for name, own in weights.items():
        standardized = float(effects[names.index(name)])
        if name == target or standardized == 0.0:
            continue
        importance = standardized * deviations[target] / deviations[name]
        here = np.flatnonzero(own)
        items = tuple(
            ItemPlace(model.items[k], float(importance * own[k]), float(share @ rescaled[:, k])) for k in here
        )
        negative = tuple(model.items[k] for k in here if own[k] < 0)
        places.append(Place(name, importance, standardized, means[name], items, negative))
    return ImportanceMap(target, means[target], tuple(places), tuple(made))


def check_target(model: PathModel, target: str) -> None:
    """Refuse what the model does not hold, or what nothing acts on. Raises: BadPathModel, naming what could be."""
    if target in model.endogenous:
        return
    step = f"Name one of {', '.join(model.endogenous)} (--target)."
    if target not in model.names:
        raise BadPathModel(
            f"{target!r} cannot be the target: the model has no such construct in its paths.", next_step=step
        )
    raise BadPathModel(f"{target!r} cannot be the target: nothing acts on it.", next_step=step)


def _item_weights(model: PathModel, sample: Sample, fits: Fits, name: str, weighing: Weighing) -> Values:
    """What each item of the model weighs in a construct's score, [p]; they add up to one."""
    own = np.zeros(len(model.items))
    block = fits.layout.block(fits.layout.constructs.index(name))
    for item, weight in zip(fits.layout.items[block], fits.weights.weights[0, block], strict=True):
        if item in model.items:
            own[model.items.index(item)] = weight
        else:
            below = fits.first
            while below is not None and item not in below.layout.constructs:
                below = below.first
            assert below is not None  # noqa: S101 - a part is a construct of the first stage
            first = below.layout.block(below.layout.constructs.index(item))
            for lower, part in zip(below.layout.items[first], below.weights.weights[0, first], strict=True):
                own[model.items.index(lower)] = weight * part
    if weighing is Weighing.ANSWERS:
        own = own / sample.deviations
    return np.asarray(own / own.sum())


def _check(model: PathModel, sample: Sample, target: str, scales: Mapping[str, tuple[float, float]]) -> None:
    check_target(model, target)
    for k, item in enumerate(model.items):
        if item not in scales:
            raise BadScale(f"Item {item!r} has no scale.")
        low, high = scales[item]
        least, most = sample.rows[:, k].min(), sample.rows[:, k].max()
        if not low < high or least < low - 1e-9 or most > high + 1e-9:
            raise BadScale(f"Item {item!r} has answers from {least:g} to {most:g} on a scale from {low:g} to {high:g}.")
