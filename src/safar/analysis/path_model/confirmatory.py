"""Confirmatory factor analysis of a path model's constructs, all of them free to correlate: the measurement alone.

By maximum likelihood with `semopy`, an optional library. Source: docs/methods/confirmatory-factors.md.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from safar.domain.path_model import PathModel
from safar.errors import SafarError

Values = NDArray[np.float64]
_ROUNDING = 1e-6


class NoFactorAnalysis(SafarError):
    """Confirmatory factor analysis needs a library that is not installed."""

    code = "path-model.cfa-not-installed"
    next_step = 'Install it: pip install "safar[cfa]".'


class FactorsNotFound(SafarError):
    """A confirmatory factor analysis did not come to an end, or to one that cannot be right."""

    code = "path-model.cfa-failed"
    next_step = "Look at the items' correlations: a construct may have too few items, or two constructs may be one."


@dataclass(frozen=True)
class Confirmatory:
    """Standardized estimates. loadings: [p]. correlations: [J, J], of the constructs in the model's order.

    chi_square: n times the discrepancy, with df and p-value. cfi, tli: against a model without correlations. srmr: with
    the diagonal, which is zero. admissible: no loading beyond 1, constructs' correlations that data can have.
    """

    loadings: Values
    correlations: Values
    chi_square: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    srmr: float
    admissible: bool


def confirm(model: PathModel, correlations: Values, n: int) -> Confirmatory:
    """Of correlations [p, p] in the order of the model's items (plain, weighted or polychoric), from n rows.

    A construct with one item is that item. Higher orders and interactions are left out: all constructs correlate.
    Raises: NoFactorAnalysis, FactorsNotFound.
    """
    names = [one.name for one in model.constructs]
    table = _solved(model, correlations, n)
    owner = np.repeat(np.arange(len(names)), [len(one.items) for one in model.constructs])
    loadings, among = np.ones(len(owner)), np.eye(len(names))
    for left, op, right, value in table:
        if op == "~":
            loadings[int(left[1:])] = value
        elif left.startswith("f"):
            i, j = int(left[1:]), int(right[1:])
            among[i, j] = among[j, i] = value if i != j else 1.0
    sign = np.where(np.bincount(owner, loadings) < 0, -1.0, 1.0)
    loadings, among = loadings * sign[owner], among * np.outer(sign, sign)
    if not (np.isfinite(loadings).all() and np.isfinite(among).all()):
        raise FactorsNotFound("The factor analysis gave no numbers.")
    return _judged(correlations, loadings, among, owner, n)


def _solved(model: PathModel, correlations: Values, n: int) -> list[tuple[str, str, str, float]]:
    """Standardized estimates by left side, operator and right side; items are x0, x1 …, constructs f0, f1 …"""
    try:
        import pandas as pd
        import semopy
    except ImportError:
        raise NoFactorAnalysis("Confirmatory factor analysis needs the library semopy.") from None
    items = [f"x{place}" for place in range(len(correlations))]
    lines, begin = [], 0
    for j, construct in enumerate(model.constructs):
        own = items[begin : begin + len(construct.items)]
        lines.append(f"f{j} =~ {' + '.join(own)}")
        if len(own) == 1:
            lines.append(f"{own[0]} ~~ 0*{own[0]}")
        lines += [f"f{i} ~~ f{j}" for i in range(j)]
        begin += len(own)
    given = pd.DataFrame(correlations, index=items, columns=items)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted: Any = semopy.Model("\n".join(lines))
            result: Any = fitted.fit(cov=given, n_samples=n)
            found: Any = fitted.inspect(std_est=True)
    except (np.linalg.LinAlgError, ValueError, ZeroDivisionError) as cause:
        raise FactorsNotFound(f"The factor analysis failed: {cause}.") from cause
    if not result.success:
        raise FactorsNotFound(f"The factor analysis did not end: {result.message}.")
    columns = ("lval", "op", "rval", "Est. Std")
    return [(str(a), str(b), str(c), float(d)) for a, b, c, d in zip(*(found[name] for name in columns), strict=True)]


def _judged(data: Values, loadings: Values, among: Values, owner: NDArray[np.intp], n: int) -> Confirmatory:
    p, count = len(data), len(among)
    implied = np.outer(loadings, loadings) * among[np.ix_(owner, owner)]
    np.fill_diagonal(implied, 1.0)
    sizes = np.bincount(owner)
    df = p * (p - 1) // 2 - int(sizes[sizes > 1].sum()) - count * (count - 1) // 2
    logarithm = np.linalg.slogdet(data)[1]
    discrepancy = np.linalg.slogdet(implied)[1] - logarithm + np.trace(np.linalg.solve(implied, data)) - p
    chi_square, nothing, df0 = max(float(n * discrepancy), 0.0), float(-n * logarithm), p * (p - 1) / 2
    worse = max(chi_square - df, 0.0)
    base = max(nothing - df0, worse)
    lower = np.tril_indices(p)
    return Confirmatory(
        loadings=loadings,
        correlations=among,
        chi_square=chi_square,
        df=df,
        p_value=float(chi2.sf(chi_square, df)) if df > 0 else float("nan"),
        cfi=1 - worse / base if base > 0 else 1.0,
        tli=(nothing / df0 - chi_square / df) / (nothing / df0 - 1) if df > 0 else float("nan"),
        rmsea=float(np.sqrt(worse / (df * n))) if df > 0 else float("nan"),
        srmr=float(np.sqrt(((data - implied)[lower] ** 2).mean())),
        admissible=bool((np.abs(loadings) <= 1 + _ROUNDING).all() and np.linalg.eigvalsh(among)[0] >= -_ROUNDING),
    )
