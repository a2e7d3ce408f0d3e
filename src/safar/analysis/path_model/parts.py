"""The parts of a path model's result: frozen figures, one kind a class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safar.analysis.path_model.mediation import Kind
from safar.analysis.path_model.numeral import Numeral
from safar.analysis.path_model.speaking import probability
from safar.analysis.result import Frozen

HTMT_LIMITS = (0.85, 0.90, 1.0)
"""Strict, usual, and the least that two constructs must differ by (Henseler, Ringle and Sarstedt 2015)."""
WATCHED_VIF = 3.3
"""Full collinearity above which one way of asking is suspected (Kock 2015)."""
COPULA_LEVEL = 0.01
"""Error of measurement makes a term look there twice as often as the level says (docs/methods/endogeneity.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Frozen):
    """An estimate with what the resamples say of it; those are None where there are none.

    t is the estimate over its standard error. p is two-sided, from the replicates' share on one side of zero; least_p:
    what it could at least be with so many of them.
    """

    estimate: float
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    t: float | None = None
    p: float | None = None
    least_p: float | None = None

    def told_p(self, language: str = "en") -> Numeral:
        """p as a table has it."""
        return probability(self.p, language, least=self.least_p)

    def flat(self, prefix: str = "") -> dict[str, float | None]:
        """As columns of a row."""
        names = ("standard_error", "low", "high", "t", "p")
        return {prefix or "estimate": self.estimate} | {
            f"{prefix}_{name}" if prefix else name: getattr(self, name) for name in names
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFigure(Frozen):
    """A path. f2: what of the target's unexplained variance it explains, scores kept as they are; f2_anew: the same
    with the model estimated without it (None where nothing is left to estimate, and in models of many paths, of ordered
    answers or with gaps). vif: of the source, by what acts beside it.
    """

    source: str
    target: str
    figure: Figure
    f2: float | None
    f2_anew: float | None
    vif: float | None
    hypothesis: str = ""
    sign: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectFigure(Frozen):
    """The effect of one construct on another along all ways (total) and along those with a stop between (indirect)."""

    source: str
    target: str
    total: Figure
    indirect: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigure(Frozen):
    """An item. vif: among the items of its construct; None where it follows from them exactly. redundancy: the share of
    its variance that the causes of its construct explain; None where it has none.
    """

    construct: str
    item: str
    loading: Figure
    weight: Figure
    vif: float | None
    redundancy: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFigure(Frozen):
    """What a category of an ordinal or nominal item is worth, in the item's standard deviations. count: rows that have
    it. absent: resamples that have none of it, which say nothing of its value (None without resamples).
    """

    construct: str
    item: str
    level: str
    category: str
    count: int
    value: Figure
    absent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructFigure(Frozen):
    """A construct: its reliability (None where it has none), AVE, and what is explained of it (None if exogenous).

    omega: of the answers' sum, by one common factor; of three items or more. first_eigenvalue, second_eigenvalue: the
    largest of the items' correlations, of two items or more: of one kind where only the first is above 1.
    full_vif: variance inflation by all other constructs; above 3.3 speaks for a common method.
    """

    construct: str
    items: int
    measured: str
    mode: str
    alpha: float | None
    alpha_standardized: float | None
    omega: float | None
    rho_a: float | None
    rho_c: float | None
    ave: float | None
    r2: Figure | None
    r2_adjusted: float | None
    full_vif: float | None
    first_eigenvalue: float | None = None
    second_eigenvalue: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmtFigure(Frozen):
    """How far two constructs are one; parts of higher-order constructs too, by the items that were asked.

    upper: one-sided, at the run's confidence; below: the limits that it is under.
    htmt2, htmt2_upper: the same by geometric means, for items that load differently. signed: HTMT of correlations as
    they are, not of absolute ones; None where that is no number.
    """

    one: str
    other: str
    value: float
    upper: float | None
    below: tuple[float, ...]
    htmt2: float
    htmt2_upper: float | None
    signed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossLoading(Frozen):
    """An item's correlations with the scores of all constructs, in the order of `names`.

    nearest: the construct with whose score it correlates most by size.
    """

    construct: str
    item: str
    names: tuple[str, ...]
    loadings: tuple[float, ...]
    nearest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayFigure(Frozen):
    """A chain of mediators, and the product of the paths along it."""

    constructs: tuple[str, ...]
    effect: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationFigure(Frozen):
    """What one construct does to another through others.

    direct: None where the model has no such path. kind: by Zhao, Lynch and Chen (2010); None without resamples.
    share: indirect over total ("variance accounted for"); None without a direct path, or where the two point different
    ways.
    """

    source: str
    target: str
    direct: Figure | None
    indirect: Figure
    total: Figure
    ways: tuple[WayFigure, ...]
    kind: Kind | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeFigure(Frozen):
    """What one deviation more of `source` does to `target` where the moderators stand so, all else at its mean.

    moderators: with how many deviations from its mean each stands. interaction: the first factor is the source.
    """

    interaction: str
    source: str
    target: str
    moderators: tuple[tuple[str, float], ...]
    slope: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonMethod(Frozen):
    """Full collinearity: the construct that most follows from all others. suspected: above the limit (Kock 2015)."""

    construct: str
    full_vif: float
    limit: float

    @property
    def suspected(self) -> bool:
        """Whether one way of asking may have made the answers alike."""
        return self.full_vif > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactFitFigure(Frozen):
    """A distance between data and model with the quantile that a true model stays under.

    tested: "estimated", the whole model, or "saturated", its measurement alone.
    """

    distance: str
    tested: str
    value: float
    critical: float | None
    p: float
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopulaFigure(Frozen):
    """A predictor's Gaussian copula term in the regression of a target, with all usable terms in it.

    normal_p: of its scores being normal; None: above 0.1, where its approximation ends. Where they may be normal, there
    is no term. there: in some combination of terms.
    path: of the predictor with the terms in the regression.
    """

    source: str
    target: str
    normal_p: float | None
    term: Figure | None
    path: Figure | None
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize(Frozen):
    """What the rows can find. least_path: the smallest path that n rows find four times of five, tested two-sided at
    the level of the run (inverse square root). It follows from the rows alone: power for the paths that were estimated
    would say their p-values again.
    effective: where rows have unequal weights, how many rows of one weight tell as much (Kish 1965); these stand for n.
    """

    n: int
    level: float
    least_path: float
    effective: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCriteria(Frozen):
    """Information criteria of what explains a construct: the smaller the better, among models of the same data.

    fullest_r2: its R² where all that stand before it in the model act on it, by which gm is made; None: not found.
    """

    construct: str
    aic: float | None
    aicc: float | None
    bic: float | None
    hq: float | None
    gm: float | None = None
    fullest_r2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FitFigures(Frozen):
    """Distances between data and model, and GoF.

    srmr, d_uls, d_g, nfi: with what the paths imply; saturated: with the constructs' correlations as they are.
    gof: root of mean communality times mean R² (Tenenhaus and others 2005), over items of constructs with several.
    The others are borrowed from factor analysis (docs/methods/path-model-fit.md); None where the implied correlations
    have no inverse, or no degrees of freedom are left.
    """

    srmr: float
    srmr_saturated: float
    d_uls: float
    d_g: float | None
    nfi: float | None
    gof: float | None
    chi_square: float | None = None
    df: float | None = None
    cfi: float | None = None
    nnfi: float | None = None
    rmsea: float | None = None
    gfi: float | None = None
    rms_theta: float | None = None


class Stand(StrEnum):
    """What became of a claim."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    WRONG_SIGN = "wrong sign"
    UNTESTED = "not tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Frozen):
    """A reason not to believe a figure yet. constructs: whom it concerns; none: the whole analysis."""

    reason: str
    says: str
    constructs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Frozen):
    """A claim judged. doubts: those that concern this path, besides the ones of the whole analysis."""

    hypothesis: str
    source: str
    target: str
    stand: Stand
    says: str
    doubts: tuple[Doubt, ...] = ()
