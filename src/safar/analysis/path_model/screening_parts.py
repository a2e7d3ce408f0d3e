"""The parts of a screening's result: frozen figures, one kind a class, and the limits that they are held against."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.result import Frozen

LEAST_KMO = 0.60
MUCH_MISSING = 0.05
MUCH_AT_END = 0.50
LEAST_ITEM_REST = 0.30
MUCH_SKEW = 2.0
MUCH_KURTOSIS = 7.0
HALF = 0.50
LEVEL = 0.05
GOOD_CFI, GOOD_RMSEA, GOOD_SRMR = 0.90, 0.08, 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedItem(Frozen):
    """An item. None: not a number (no variation, a single item, too many rows for Shapiro and Wilk's test).

    missing, floor, ceiling: shares. item_rest: correlation with the mean of the construct's other items;
    alpha_without: raw alpha of these. kmo: sampling adequacy. factor: the extracted one that it loads on most, from 1.
    """

    construct: str
    item: str
    missing: float | None
    floor: float | None
    ceiling: float | None
    mean: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    item_rest: float | None
    alpha_without: float | None
    kolmogorov: float | None
    kolmogorov_p: float | None
    shapiro: float | None
    shapiro_p: float | None
    kmo: float | None
    factor: int | None
    factor_loadings: tuple[float, ...]
    cfa_loading: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedConstruct(Frozen):
    """Reliability of a construct's items before any model, raw and standardized; None for fewer items than it needs."""

    construct: str
    items: int
    alpha: float | None
    alpha_standardized: float | None
    omega: float | None
    omega_standardized: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eigenvalue(Frozen):
    """An eigenvalue of the items' correlations, and what random rows stay under (parallel analysis)."""

    number: int
    value: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Adequacy(Frozen):
    """Whether items have enough in common: KMO, Bartlett's test, and how much one factor of all carries (Harman)."""

    kmo: float
    bartlett: float
    bartlett_df: int
    bartlett_p: float
    component: float | None
    factor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFit(Frozen):
    """Of the confirmatory factor analysis, all constructs free to correlate."""

    chi_square: float
    df: int
    p: float | None
    cfi: float
    tli: float | None
    rmsea: float | None
    srmr: float
    admissible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningFindings(FurtherResult):
    """What to look at before any model. n: rows without gaps, on which all but screening and normality rest.

    given: rows that came. same: positions (from 1) of rows with one answer throughout; gappy: of rows with more than
    half of the answers missing. factors: how many parallel analysis proposes, None where nobody asked; rotated: how
    many were extracted and rotated. no_factors, no_cfa: why there are none.
    """

    given: int
    same: tuple[int, ...]
    gappy: tuple[int, ...]
    items: tuple[ScreenedItem, ...]
    constructs: tuple[ScreenedConstruct, ...]
    adequacy: Adequacy | None
    eigenvalues: tuple[Eigenvalue, ...]
    factors: int | None
    rotated: int
    factor_correlations: tuple[tuple[float, ...], ...]
    no_factors: str | None
    cfa: FactorFit | None
    cfa_correlations: tuple[tuple[float, ...], ...]
    no_cfa: str | None
    seed: int
