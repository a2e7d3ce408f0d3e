"""Polychoric correlations: those of the normal variables that ordered answers are cut from (Olsson 1979, two steps).

Thresholds come from each item's own answers; then each pair's correlation is the most likely one. All pairs of a stack
of resamples are worked on at once. Source: docs/methods/ordinal-answers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, owens_t

from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.errors import InputError

Values = NDArray[np.float64]
MOST_CODES = 20
_FAR = 38.0  # a normal variable never gets there: the threshold below the first and above the last code
_TINY = 1e-300  # thresholds nearer to zero stand for it: nothing may be divided by less
_LEAST = 1e-300  # no cell's chance is less, so that its logarithm and slope stay numbers
_MOST = 1 - 1e-8
_WEAK = 0.925
_NODES = np.polynomial.legendre.leggauss(20)
_ROUNDS = 100
_DONE = 1e-11
_AT_ONCE = 4_000  # tables


class TooManyCodes(InputError):
    """An item that is taken as ordered holds too many different answers."""

    code = "path-model.too-many-codes"
    next_step = "Take the items as numbers, or group the answers."


@dataclass(frozen=True)
class OrdinalSample(Sample):
    """A sample whose answers are ordered codes: its correlations are polychoric, in every resample.

    Raises: TooManyCodes. Gaps are not allowed; ValueError.
    """

    def __post_init__(self) -> None:
        if self.has_gaps:
            raise ValueError("polychoric correlations need complete rows")
        for place, codes in enumerate(self._codes):
            if len(codes) > MOST_CODES:
                raise TooManyCodes(f"Column {place + 1} has {len(codes)} different answers; at most {MOST_CODES}.")

    @cached_property
    def _codes(self) -> list[Values]:
        return [np.unique(column) for column in self.rows.T]

    @cached_property
    def _marks(self) -> Values:
        """[n, p K]: 1 where a row has an item's k-th code."""
        marks = np.zeros((*self.rows.shape, self._widest))
        for place, codes in enumerate(self._codes):
            marks[np.arange(self.n), place, np.searchsorted(codes, self.rows[:, place])] = 1.0
        return marks.reshape(self.n, -1)

    def correlations_of(self, counts: NDArray[np.float64]) -> Stack:
        """Polychoric correlations [B, p, p] of B resamples; counts: [B, n]."""
        p = self.rows.shape[1]
        first, second = np.triu_indices(p, 1)
        found = np.empty((len(counts), p, p))
        found[:, np.arange(p), np.arange(p)] = 1.0
        step = max(1, _AT_ONCE // max(len(first), 1))
        for begin in range(0, len(counts), step):
            some = slice(begin, begin + step)
            weighted = (counts[some] * self.case_weights)[:, :, None] * self._marks
            tables = np.matmul(weighted.transpose(0, 2, 1), self._marks).reshape(-1, p, self._widest, p, self._widest)
            pairs = tables.transpose(0, 1, 3, 2, 4)[:, first, second]
            values = polychoric(pairs.reshape(-1, self._widest, self._widest)).reshape(-1, len(first))
            found[some, first, second] = found[some, second, first] = values
        return found

    @property
    def _widest(self) -> int:
        return max(len(codes) for codes in self._codes)


def polychoric(tables: Values) -> Values:
    """The correlation of each two-way table of counts [m, K, L] → [m], in the order of its codes.

    Codes that nobody has do not matter. Where all counts stand in one row or column it is not a number; a table without
    any reversal goes towards one, up to 1 - 1e-8.
    """
    total = tables.sum(axis=(1, 2))
    lower, upper = _thresholds(tables.sum(axis=2), total), _thresholds(tables.sum(axis=1), total)
    rho = _start(tables, total)
    low, high = np.full(len(tables), -_MOST), np.full(len(tables), _MOST)
    open_ = np.flatnonzero(np.isfinite(rho))
    for _ in range(_ROUNDS):
        if not len(open_):
            break
        now = rho[open_]
        slope, information = _slope(tables[open_], lower[open_], upper[open_], now)
        # The likelihood's slope tells on which side the maximum lies: a step that leaves the bracket is halved.
        low[open_] = np.where(slope > 0, now, low[open_])
        high[open_] = np.where(slope < 0, now, high[open_])
        with np.errstate(divide="ignore", invalid="ignore"):
            fresh = now + slope / information
        inside = (fresh > low[open_]) & (fresh < high[open_])
        fresh = np.where(inside, fresh, (low[open_] + high[open_]) / 2)
        rho[open_] = fresh
        open_ = open_[np.abs(fresh - now) >= _DONE]
    return rho


def thresholds(counts: Values) -> Values:
    """Where a normal variable is cut so that its parts are as likely as these counts [K] → [K - 1]."""
    return np.asarray(ndtri(np.cumsum(counts)[:-1] / counts.sum()))


def bivariate_normal(first: Values, second: Values, rho: Values) -> Values:
    """The chance that two standard normal variables with correlation rho lie below `first` and `second`.

    Exact to about 1e-15. All of one shape.
    """
    found = np.empty(first.shape)
    weak = np.abs(rho) < _WEAK
    found[weak] = _integrated(first[weak], second[weak], rho[weak])
    found[~weak] = _by_triangles(first[~weak], second[~weak], rho[~weak])
    return found


def _integrated(a: Values, b: Values, rho: Values) -> Values:
    """The density's integral over the correlation, from none (Drezner and Wesolowsky 1990; nodes as Genz 2004)."""
    angle = np.arcsin(rho)
    product, squares = a * b, (a * a + b * b) / 2
    total = np.zeros_like(angle)
    for node, weight in zip(*_NODES, strict=True):
        sine = np.sin(angle * ((node + 1) / 2))
        total += weight * np.exp((product * sine - squares) / (1 - sine * sine))
    return np.asarray(ndtr(a) * ndtr(b) + total * angle / (4 * np.pi))


def _by_triangles(first: Values, second: Values, rho: Values) -> Values:
    """By Owen's function of triangles (1956), which no strong correlation spoils; it is slower."""
    h = np.where(np.abs(first) < _TINY, _TINY, first)
    k = np.where(np.abs(second) < _TINY, _TINY, second)
    root = np.sqrt((1 - rho) * (1 + rho))
    opposed = np.where((h > 0) != (k > 0), 0.5, 0.0)
    ends = (ndtr(h) + ndtr(k)) / 2
    return np.asarray(ends - owens_t(h, (k / h - rho) / root) - owens_t(k, (h / k - rho) / root) - opposed)


def _thresholds(margins: Values, total: Values) -> Values:
    """[m, K + 1], from far below to far above."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.cumsum(margins, axis=1) / total[:, None]
    cuts = np.clip(ndtri(np.clip(shares[:, :-1], 0.0, 1.0)), -_FAR, _FAR)
    edge = np.full((len(margins), 1), _FAR)
    return np.concatenate([-edge, cuts, edge], axis=1)


def _start(tables: Values, total: Values) -> Values:
    """The correlation of the codes' places."""
    rows, columns = np.arange(tables.shape[1]), np.arange(tables.shape[2])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = tables / total[:, None, None]
        x, y = shares.sum(axis=2), shares.sum(axis=1)
        mean_x, mean_y = x @ rows, y @ columns
        both = np.einsum("mkl,k,l->m", shares, rows.astype(float), columns.astype(float)) - mean_x * mean_y
        found = both / np.sqrt((x @ rows**2 - mean_x**2) * (y @ columns**2 - mean_y**2))
    several = ((tables.sum(axis=2) > 0).sum(axis=1) > 1) & ((tables.sum(axis=1) > 0).sum(axis=1) > 1)
    return np.where(several, np.clip(found, -0.95, 0.95), np.nan)


def _slope(tables: Values, first: Values, second: Values, rho: Values) -> tuple[Values, Values]:
    """The log-likelihood's slope in rho, and the information of all answers, [m] each."""
    below = np.zeros((len(rho), first.shape[1], second.shape[1]))
    density = np.zeros_like(below)
    below[:, -1, :], below[:, :, -1] = ndtr(second), ndtr(first)
    a, b, r = np.broadcast_arrays(first[:, 1:-1, None], second[:, None, 1:-1], rho[:, None, None])
    rest = (1 - r) * (1 + r)
    below[:, 1:-1, 1:-1] = bivariate_normal(a, b, r)
    density[:, 1:-1, 1:-1] = np.exp(-(a * a - 2 * r * a * b + b * b) / (2 * rest)) / (2 * np.pi * np.sqrt(rest))
    chance = np.diff(np.diff(below, axis=1), axis=2)
    change = np.diff(np.diff(density, axis=1), axis=2)
    chance = np.maximum(chance, _LEAST)
    held = tables > 0
    slope = np.where(held, tables * change / chance, 0.0).sum(axis=(1, 2))
    # Cells that are next to impossible would make the information endless.
    likely = chance > np.finfo(float).eps
    expected = np.where(likely, change**2 / chance, 0.0).sum(axis=(1, 2))
    return slope, tables.sum(axis=(1, 2)) * expected
