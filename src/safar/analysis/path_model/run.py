"""Every choice of an analysis: with the model and the data it gives the same numbers again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.result import Frozen

MOST_TEST_RESAMPLES = 1_000
"""Resamples of the tests that a run asks for besides: p-values need fewer than intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampling(Frozen):
    """How intervals are made. drop_inadmissible: resamples whose estimates cannot be right are left out of them."""

    resamples: int = 5_000
    seed: int = 1
    interval: IntervalMethod = IntervalMethod.PERCENTILE
    confidence: float = 0.95
    drop_inadmissible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Frozen):
    """Every choice of an analysis.

    resampling: None where only the sample was estimated. codes: answers that mean none. scale: the least and the
    greatest answer. weight: the column of case weights. ordered: answers are ordered codes and no more (polychoric
    correlations). exact_fit, copula: whether exact fit and endogeneity are tested too, on resamples of their own.
    """

    options: Options = field(default_factory=Options)
    resampling: Resampling | None = None
    missing: Missing = Missing.CASEWISE
    codes: tuple[float, ...] = ()
    scale: tuple[float, float] | None = None
    weight: str | None = None
    ordered: bool = False
    exact_fit: bool = False
    copula: bool = False

    @property
    def of_tests(self) -> Resampling:
        """The resamples of exact fit and endogeneity: drawn also where intervals are not asked for."""
        made = self.resampling or Resampling()
        return replace(made, resamples=min(made.resamples, MOST_TEST_RESAMPLES))
