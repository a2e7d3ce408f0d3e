"""Measured moments of truth: at which touchpoints a better experience goes with a better outcome.

One joint linear model: the outcome on the latest experience at every touchpoint (centered, 0 where there is none) and
on whether there was a visit. Below `JOINT_FROM` observations each touchpoint is fitted with the customer's mood at the
*other* touchpoints beside it. Errors are robust, by customer. It is association, not cause, and it is not ranked by who
visited. Source: docs/methods/moments-of-truth.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safar.analysis import interval
from safar.analysis.frames import Types, columns
from safar.analysis.holm import holm
from safar.analysis.result import Origin, Result
from safar.domain.label import Label

Floats = NDArray[np.float64]
JOINT_FROM = 1_000
LEAST_SCORED = 30
"""Observations with a rating there that a touchpoint must have to be told about."""
STEP_OF_INDEX = 10.0
"""Effects are told for so many points of the experience index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentEffect:
    """One touchpoint.

    effect: how far the outcome rises with 10 points of the experience index there, with its interval; p_adjusted: after
    Holm's correction over all touchpoints. reach: share of observations with a visit there before. n: observations
    with a rating there. state: 'ok' or 'too_few' (figures are None). holds: the effect is above zero beyond chance: a
    measured moment of truth. marked: the journey's author calls it one.
    """

    touchpoint: str
    label: Label
    state: str
    n: int
    reach: float | None
    marked: bool
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p_adjusted: float | None = None
    holds: bool = False


_TYPES = columns(
    "text: touchpoint label number: effect low high p_adjusted truth: holds whole: reach ratings truth: "
    "marked text: state"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments(Result):
    """Every touchpoint's effect on the outcome.

    outcome: the question whose answer is explained (unit: its points), or 'completion' (unit: percentage points of
    passages that reach a goal). n: observations of `customers`. method: 'joint', 'mood' or 'none' (too few).
    """

    journey: str
    outcome: str
    unit: str
    n: int
    customers: int
    method: str
    confidence: float
    filters: Mapping[str, str]
    touchpoints: tuple[MomentEffect, ...]
    origin: Origin

    def at(self, touchpoint: str) -> MomentEffect | None:
        """One touchpoint."""
        return next((one for one in self.touchpoints if one.touchpoint == touchpoint), None)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a touchpoint."""
        return [
            {
                "touchpoint": one.touchpoint, "label": one.label.text(), "effect": one.effect, "low": one.low,
                "high": one.high, "p_adjusted": one.p_adjusted, "holds": one.holds, "reach": one.reach,
                "ratings": one.n, "marked": one.marked, "state": one.state,
            }
            for one in self.touchpoints
        ]  # fmt: skip

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


class Effect(NamedTuple):
    """A coefficient with its interval and two-sided p value."""

    value: float
    low: float
    high: float
    p_value: float


def fit_moments(
    outcome: Floats, index: Floats, visited: NDArray[np.bool_], person: NDArray[np.int64], *, confidence: float
) -> tuple[list[Effect | None], str]:
    """The effect of 10 index points at each touchpoint, None where it cannot be told, and by which method.

    outcome: one value an observation; index: observations by touchpoints, NaN where there is no rating; visited: the
    same shape; person: who each observation is of.
    """
    scored = ~np.isnan(index)
    able = [int(t) for t in np.flatnonzero(scored.sum(axis=0) >= LEAST_SCORED) if _spread(index[:, t])]
    effects: list[Effect | None] = [None] * index.shape[1]
    if not able or len(np.unique(person)) <= len(able) + 2 or np.ptp(outcome) == 0:
        return effects, "none"
    centered = np.where(scored, index - _means(index), 0.0) / STEP_OF_INDEX
    flags = _flags(visited)
    joint = len(outcome) >= JOINT_FROM
    if joint:
        found = _fitted(np.column_stack([centered[:, able], flags]), outcome, person, confidence, wanted=len(able))
        for t, effect in zip(able, found, strict=True):
            effects[t] = effect
        return effects, "joint"
    for t in able:
        others = [other for other in able if other != t]
        counts = scored[:, others].sum(axis=1)
        mood = np.divide(centered[:, others].sum(axis=1), counts, out=np.zeros(len(outcome)), where=counts > 0)
        columns = np.column_stack([centered[:, t], mood, counts > 0, _flags(visited[:, [t]])])
        effects[t] = _fitted(columns, outcome, person, confidence, wanted=1)[0]
    return effects, "mood"


def told(
    effects: Sequence[Effect | None],
    *,
    names: Sequence[tuple[str, Label, bool]],
    scored: Sequence[int],
    reach: Sequence[float],
    confidence: float,
) -> tuple[MomentEffect, ...]:
    """The effects with their names (touchpoint, label, marked), bases and Holm's correction."""
    adjusted = holm([None if one is None else one.p_value for one in effects])
    found = []
    for one, p, (name, label, marked), n, share in zip(effects, adjusted, names, scored, reach, strict=True):
        base = {"touchpoint": name, "label": label, "n": int(n), "reach": float(share), "marked": marked}
        if one is None or p is None:
            found.append(MomentEffect(state="too_few", **base))  # type: ignore[arg-type]
            continue
        holds = p < 1 - confidence and one.value > 0
        found.append(
            MomentEffect(
                state="ok", effect=one.value, low=one.low, high=one.high, p_adjusted=p, holds=holds, **base  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return tuple(found)


def _spread(column: Floats) -> bool:
    return bool(np.nanmax(column) > np.nanmin(column))


def _means(index: Floats) -> Floats:
    counts = (~np.isnan(index)).sum(axis=0)
    return np.asarray(np.nansum(index, axis=0) / np.maximum(counts, 1), dtype=np.float64)


def _flags(visited: NDArray[np.bool_]) -> Floats:
    """Visit flags that vary."""
    share = visited.mean(axis=0)
    return visited[:, (share > 0) & (share < 1)].astype(np.float64)


def _fitted(
    columns: Floats, outcome: Floats, person: NDArray[np.int64], confidence: float, *, wanted: int
) -> list[Effect | None]:
    """The first `wanted` coefficients of a linear fit with an intercept, with errors robust by person (CR1)."""
    x = np.column_stack([columns, np.ones(len(outcome))])
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ (x.T @ outcome)
    scores = x * (outcome - x @ beta)[:, None]
    _, who = np.unique(person, return_inverse=True)
    groups = int(who.max()) + 1
    sums = np.column_stack([np.bincount(who, weights=scores[:, k], minlength=groups) for k in range(x.shape[1])])
    n, k = x.shape
    growth = groups / (groups - 1) * (n - 1) / max(n - k, 1)
    error = np.sqrt(np.maximum(np.diag(inverse @ (sums.T @ sums) @ inverse), 0.0) * growth)
    found: list[Effect | None] = []
    for i in range(wanted):
        if error[i] <= 0:
            found.append(None)
            continue
        low, high, _ = interval.mean_t(float(beta[i]), float(error[i]), groups - 1, confidence)
        found.append(Effect(float(beta[i]), low, high, interval.t_p_value(float(beta[i] / error[i]), groups - 1)))
    return found
