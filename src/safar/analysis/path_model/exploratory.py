"""Exploratory factor analysis: how many factors, which items go together, without a model.

Minimum residual extraction (Harman and Jones 1966), oblimin rotation (Jennrich 2002), parallel analysis (Horn 1965).
Source: docs/methods/exploratory-factors.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from safar.errors import InputError

Values = NDArray[np.float64]
_LEAST = 1e-6  # unique variance; below that an item would be nothing but its factors
_LEAST_LIKELY = 0.005
_ROUNDS = 2_000
_DONE = 1e-10
_STILL = 1e-6  # a turn that is steeper nowhere
_TURNS = 1_000


class Extraction(StrEnum):
    """What factors are made to leave least of: residual correlations, or unlikelihood (of normal answers)."""

    MINIMUM_RESIDUAL = "minimum-residual"
    MAXIMUM_LIKELIHOOD = "maximum-likelihood"


class TooManyFactors(InputError):
    """More factors were asked for than the items can tell apart."""

    code = "path-model.too-many-factors"
    next_step = "Ask for fewer factors; parallel analysis proposes a number."


@dataclass(frozen=True)
class Factors:
    """k factors of p items. loadings: [p, k] (regression weights of items on factors). correlations: [k, k].

    communalities: [p], the share of each item that the factors carry. residuals: [p, p], what they leave of the
    correlations, zero on the diagonal.
    """

    loadings: Values
    correlations: Values
    communalities: Values
    residuals: Values

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        p, k = self.loadings.shape
        return int((p - k) ** 2 - p - k) // 2

    @property
    def rmsr(self) -> float:
        """Root mean square of the residuals."""
        p = len(self.residuals)
        return float(np.sqrt((self.residuals**2).sum() / (p * (p - 1))))

    def chi_square(self, n: int) -> float:
        """Of the residuals of n rows (Harman's): n times the sum of their squares."""
        return float(n * (self.residuals**2).sum())

    def rmsea(self, n: int) -> float:
        """From the likelihood's discrepancy with Bartlett's correction; not a number where df is not above zero."""
        p, k = self.loadings.shape
        if self.df <= 0:
            return float("nan")
        implied = self.loadings @ self.correlations @ self.loadings.T
        np.fill_diagonal(implied, 1.0)
        data = implied + self.residuals
        discrepancy = np.trace(np.linalg.solve(implied, data)) - p
        discrepancy += np.linalg.slogdet(implied)[1] - np.linalg.slogdet(data)[1]
        statistic = (n - 1 - (2 * p + 5) / 6 - 2 * k / 3) * discrepancy
        return float(np.sqrt(max(statistic / (self.df * n) - 1 / (n - 1), 0.0)))


def extract(correlations: Values, count: int, *, by: Extraction = Extraction.MINIMUM_RESIDUAL) -> Factors:
    """Unrotated factors of correlations [p, p]. Raises: TooManyFactors."""
    p = len(correlations)
    if count < 1 or (p - count) ** 2 < p + count:
        raise TooManyFactors(f"{count} factors of {p} items cannot be determined.")
    start = np.clip(1 / np.diag(np.linalg.pinv(correlations)), 0.05, 0.95)
    likely = by is Extraction.MAXIMUM_LIKELIHOOD
    found = minimize(
        _unlikely if likely else _unexplained,
        start,
        args=(correlations, count),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST_LIKELY if likely else _LEAST, 1.0)] * p,
        options={"maxiter": _ROUNDS, "ftol": 1e-15, "gtol": _DONE},
    )
    loadings = (_likely_loadings if likely else _loadings)(correlations, found.x, count)
    loadings *= np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    common = loadings @ loadings.T
    left = correlations - common
    np.fill_diagonal(left, 0.0)
    return Factors(loadings, np.eye(count), np.diag(common).copy(), left)


def rotate(factors: Factors, *, gamma: float = 0.0) -> Factors:
    """Oblimin: oblique factors that each item loads on as few of as can be; gamma 0 is quartimin."""
    loadings = factors.loadings
    p, k = loadings.shape
    if k == 1:
        return factors
    shift = np.eye(p) - gamma / p
    away = np.ones((k, k)) - np.eye(k)

    def criterion(pattern: Values) -> tuple[float, Values]:
        squares = pattern**2
        weighed = shift @ squares @ away
        return float((squares * weighed).sum() / 4), pattern * weighed

    turn = np.eye(k)
    inverted = np.linalg.inv(turn)
    pattern = loadings @ inverted.T
    value, slope = criterion(pattern)
    gradient = -(pattern.T @ slope @ inverted).T
    step = 1.0
    for _ in range(_TURNS):
        projected = gradient - turn * (turn * gradient).sum(axis=0)
        size = float(np.sqrt((projected**2).sum()))
        if size < _STILL:
            break
        step *= 2
        for _ in range(40):
            tried = turn - step * projected
            tried /= np.sqrt((tried**2).sum(axis=0))
            inverted = np.linalg.inv(tried)
            pattern = loadings @ inverted.T
            fresh, slope = criterion(pattern)
            if fresh < value - 0.5 * size**2 * step:
                break
            step /= 2
        turn, value = tried, fresh
        gradient = -(pattern.T @ slope @ inverted).T
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    order = np.argsort(-(pattern**2).sum(axis=0), kind="stable")
    among = (turn.T @ turn) * np.outer(sign, sign)
    return replace(factors, loadings=(pattern * sign)[:, order], correlations=among[np.ix_(order, order)])


def parallel_analysis(
    correlations: Values, n: int, *, seed: int, draws: int = 200, share: float = 0.95
) -> tuple[int, Values, Values]:
    """How many factors: eigenvalues that are above those of rows without any, one after the other from the first.

    → the number, the eigenvalues [p], and the `share` quantiles [p] of those of `draws` sets of n rows of independent
    normal answers. The same seed gives the same.
    """
    p = len(correlations)
    chance = np.random.default_rng(seed)
    random = np.empty((draws, p))
    for draw in range(draws):
        random[draw] = np.linalg.eigvalsh(np.corrcoef(chance.normal(size=(n, p)).T))[::-1]
    values = np.linalg.eigvalsh(correlations)[::-1].astype(np.float64)
    limits = np.quantile(random, share, axis=0)
    above = values > limits
    return int(p if above.all() else np.argmin(above)), values, np.asarray(limits, dtype=np.float64)


def _loadings(correlations: Values, unique: Values, count: int) -> Values:
    values, vectors = np.linalg.eigh(correlations - np.diag(unique))
    return np.asarray((vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0)))[:, :count])


def _unexplained(unique: Values, correlations: Values, count: int) -> tuple[float, Values]:
    """Squares that the best loadings leave, and their slope in the unique variances."""
    loadings = _loadings(correlations, unique, count)
    left = correlations - np.diag(unique) - loadings @ loadings.T
    return float((left**2).sum()), -2 * np.diag(left)


def _unlikely(unique: Values, correlations: Values, count: int) -> tuple[float, Values]:
    """The likelihood's discrepancy with the best loadings, and its slope (Joreskog 1967)."""
    root = np.sqrt(unique)
    values = np.linalg.eigvalsh(correlations / np.outer(root, root))[: len(unique) - count]
    loadings = _likely_loadings(correlations, unique, count)
    own = (loadings**2).sum(axis=1) + unique - np.diag(correlations)
    return float((values - np.log(values) - 1).sum()), own / unique**2


def _likely_loadings(correlations: Values, unique: Values, count: int) -> Values:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    found = vectors[:, ::-1][:, :count] * np.sqrt(np.maximum(values[::-1][:count] - 1, 0))
    return np.asarray(root[:, None] * found)
