"""Made-up respondents: answers that follow a path model, to try everything before anybody is asked.

They say that they are simulated, and nothing about anybody follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from safar.analysis.result import Frozen
from safar.domain.path_model import PathModel
from safar.domain.questionnaire import AnswerScale, Item, ItemKind, Questionnaire
from safar.errors import InputError
from safar.study.answers import SIMULATED

MOST_RESPONDENTS = 100_000
EXPLAINED = 0.5
"""Share of a construct's variance that its causes explain together."""
LOADING = 0.8
"""Correlation of an item with its construct, before it is rounded to a value of the scale."""
_DAYS = 30
Given = int | float | str | None


class TooManyRespondents(InputError):
    """More respondents, or fewer than one, were to be simulated than is allowed."""

    code = "questionnaire.respondents"
    next_step = f"Ask for 1 to {MOST_RESPONDENTS:,} respondents."


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswers(Frozen):
    """Answers as they were given, a respondent at each place. values: by item; ratings not turned, the scale's code for
    "not applicable", options by code, None where nothing was answered.
    """

    respondents: tuple[str, ...]
    answered_on: tuple[date, ...]
    values: Mapping[str, tuple[Given, ...]]


def simulate(
    questionnaire: Questionnaire,
    n: int,
    *,
    seed: int,
    first_day: date,
    model: PathModel | None = None,
    gaps: float = 0.02,
) -> GivenAnswers:
    """Answers of n made-up respondents over a month. The same seed gives the same answers.

    model: whose paths the constructs follow, each cause alike and in the direction that is expected; without one the
    constructs that the items name know nothing of each other. gaps: share of ratings without an answer.
    Raises: TooManyRespondents.
    """
    if not 1 <= n <= MOST_RESPONDENTS:
        raise TooManyRespondents(f"{n:,} respondents cannot be simulated.")
    chance = np.random.default_rng(seed)
    scores = {} if model is None else _constructs(model, n, chance)
    owners = {} if model is None else {item: one.name for one in model.constructs for item in one.items}
    values: dict[str, tuple[Given, ...]] = {}
    for item in questionnaire.items:
        name = owners.get(item.id, item.construct or item.id)
        if name not in scores:
            scores[name] = chance.standard_normal(n)
        values[item.id] = _answers(questionnaire, item, scores[name], chance, gaps)
    days = np.sort(chance.integers(0, _DAYS, n))
    return GivenAnswers(
        respondents=tuple(f"{SIMULATED}-{number:05d}" for number in range(1, n + 1)),
        answered_on=tuple(first_day + timedelta(days=int(day)) for day in days),
        values=values,
    )


def _constructs(model: PathModel, n: int, chance: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """A score of variance one for every construct, causes before what they act on."""
    scores: dict[str, NDArray[np.float64]] = {}
    products = {one.name: one for one in model.interactions}
    signs = {(path.source, path.target): path.sign or 1 for path in model.paths}
    for name in model.order:
        if name in products:
            scores[name] = _standard(np.prod([scores[factor] for factor in products[name].factors], axis=0))
            continue
        own = chance.standard_normal(n)
        sources = model.sources(name)
        if not sources:
            scores[name] = own
            continue
        # An interaction moves its target less than the constructs themselves do.
        acting = sum(signs[one, name] * scores[one] * (0.3 if one in products else 1.0) for one in sources)
        scores[name] = np.sqrt(EXPLAINED) * _standard(np.asarray(acting)) + np.sqrt(1 - EXPLAINED) * own
    for higher in model.higher_orders:
        for part in higher.parts:
            scores[part] = LOADING * scores[higher.name] + np.sqrt(1 - LOADING**2) * chance.standard_normal(n)
    return scores


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std()
    found: NDArray[np.float64] = (values - values.mean()) / (spread if spread > 0 else 1.0)
    return found


def _answers(
    questionnaire: Questionnaire, item: Item, score: NDArray[np.float64], chance: np.random.Generator, gaps: float
) -> tuple[Given, ...]:
    n = len(score)
    if item.kind is ItemKind.CHOICE:
        return tuple(item.options[int(place)].code for place in chance.integers(0, len(item.options), n))
    if item.kind is ItemKind.NUMBER:
        return tuple(int(value) for value in chance.integers(18, 80, n))
    if item.kind is ItemKind.TEXT:
        said = chance.random(n) < 0.3
        return tuple(f"Simulated answer {place}" if told else None for place, told in enumerate(said, start=1))
    scale = questionnaire.scale_of(item)
    values = _on_scale(LOADING * score + np.sqrt(1 - LOADING**2) * chance.standard_normal(n), scale)
    if item.reversed:
        values = scale.least + scale.greatest - values
    lost, way_out = chance.random(n) < gaps, scale.not_applicable
    blank: Given = way_out.code if way_out is not None else None
    if item.required and way_out is None:
        lost = np.zeros(n, dtype=bool)
    return tuple(blank if gone else int(value) for value, gone in zip(values, lost, strict=True))


def _on_scale(latent: NDArray[np.float64], scale: AnswerScale) -> NDArray[np.int64]:
    """Scores cut into values: about a fifth of the scale above its middle, as satisfied customers answer."""
    middle = (scale.least + scale.greatest) / 2 + 0.1 * (scale.points - 1)
    return np.clip(np.rint(middle + latent * (scale.points - 1) / 4), scale.least, scale.greatest).astype(np.int64)
