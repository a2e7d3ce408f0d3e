"""Everything that is looked at before a model, in one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.confirmatory import FactorsNotFound, NoFactorAnalysis, confirm
from safar.analysis.path_model.exploratory import Factors, TooManyFactors, extract, parallel_analysis, rotate
from safar.analysis.path_model.factorability import sampling_adequacy, sphericity
from safar.analysis.path_model.figures import some
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.naming import labels_of
from safar.analysis.path_model.normality import Normality, normality
from safar.analysis.path_model.reliability import Reliability, alpha_of, reliability
from safar.analysis.path_model.screening import Screening, screen, single_factor
from safar.analysis.path_model.screening_parts import (
    Adequacy,
    Eigenvalue,
    FactorFit,
    ScreenedConstruct,
    ScreenedItem,
)
from safar.analysis.path_model.screening_result import ScreeningResult
from safar.analysis.path_model.stacks import least_eigenvalue
from safar.domain.path_model import PathModel

Values = NDArray[np.float64]
_RANK = 1e-10
_STEPS = 4
_HALF = 0.5


@dataclass(frozen=True)
class _Explored:
    """factors: how many are proposed. rotated: None where none can be told apart, and why."""

    factors: int | None
    values: Values
    limits: Values
    rotated: Factors | None
    reason: str | None


_UNEXPLORED = _Explored(None, np.empty(0), np.empty(0), None, None)


def find_screening(
    model: PathModel,
    rows: Values,
    sample: Sample,
    *,
    scale: tuple[float, float] | None = None,
    factors: int | None = None,
    explore: bool = True,
    confirmatory: bool = True,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> ScreeningResult:
    """Screening and normality of `rows` [given, p], gaps not numbers; all else of `sample`, rows without gaps.

    factors: to extract; None: as many as parallel analysis proposes. explore, confirmatory: whether factors are found
    and confirmed at all; a page that looks at answers before anything is run does neither.
    What cannot be worked out (a library is not installed, items determine each other) is said in the result.
    """

    def hear(done: int) -> None:
        if progress is not None:
            progress(done, _STEPS)

    seen = screen(model, rows, scales=None if scale is None else dict.fromkeys(model.items, scale))
    shape = normality(rows, seed=seed)
    hear(1)
    correlations = sample.correlations[0]
    whole = bool(least_eigenvalue(correlations[None])[0] > _RANK)
    among = {one.name: _reliability(model, sample, one.name) for one in model.constructs}
    measure = sampling_adequacy(correlations).items if whole and len(model.items) > 1 else None
    hear(2)
    explored = _explore(correlations, sample.n, factors, seed) if explore else _UNEXPLORED
    hear(3)
    cfa, cfa_loadings, cfa_correlations, no_cfa = _confirmed(model, correlations, sample.n, whole, confirmatory)
    hear(_STEPS)
    return ScreeningResult(
        model_name=model.name,
        n=sample.n,
        given=len(rows),
        same=_places(seen.same),
        gappy=_places(seen.row_missing > _HALF),
        items=_items(model, _Seen(seen, shape, among, measure, explored.rotated, cfa_loadings)),
        constructs=tuple(
            ScreenedConstruct(
                construct=one.name,
                items=len(one.items),
                alpha=some(among[one.name].alpha_raw),
                alpha_standardized=some(among[one.name].alpha_standardized),
                omega=some(among[one.name].omega_raw),
                omega_standardized=some(among[one.name].omega_standardized),
            )
            for one in model.constructs
        ),
        adequacy=_adequacy(correlations, sample.n) if whole and len(model.items) > 1 else None,
        eigenvalues=tuple(
            Eigenvalue(number=k, value=float(value), limit=float(limit))
            for k, (value, limit) in enumerate(zip(explored.values, explored.limits, strict=True), 1)
        ),
        factors=explored.factors,
        rotated=0 if explored.rotated is None else explored.rotated.loadings.shape[1],
        factor_correlations=() if explored.rotated is None else _rows_of(explored.rotated.correlations),
        no_factors=explored.reason,
        cfa=cfa,
        cfa_correlations=cfa_correlations,
        no_cfa=no_cfa,
        seed=seed,
        simulated=simulated,
        labels=labels_of(model),
    ).in_language("en")


@dataclass(frozen=True)
class _Seen:
    """What each look says of the items."""

    screening: Screening
    shape: Normality
    reliability: Mapping[str, Reliability]
    kmo: Values | None
    rotated: Factors | None
    confirmed: Sequence[float] | None


def _items(model: PathModel, seen: _Seen) -> tuple[ScreenedItem, ...]:
    first, shape = seen.screening, seen.shape
    found, place = [], 0
    for construct in model.constructs:
        for k, item in enumerate(construct.items):
            own = () if seen.rotated is None else tuple(map(float, seen.rotated.loadings[place]))
            found.append(
                ScreenedItem(
                    construct=construct.name,
                    item=item,
                    missing=some(first.missing[place]),
                    floor=some(first.floor[place]),
                    ceiling=some(first.ceiling[place]),
                    mean=some(first.mean[place]),
                    deviation=some(first.deviation[place]),
                    skewness=some(first.skewness[place]),
                    kurtosis=some(first.kurtosis[place]),
                    item_rest=some(first.item_rest[place]),
                    alpha_without=some(seen.reliability[construct.name].alpha_without[k]),
                    kolmogorov=some(shape.kolmogorov[place]),
                    kolmogorov_p=some(shape.kolmogorov_p[place]),
                    shapiro=some(shape.shapiro[place]),
                    shapiro_p=some(shape.shapiro_p[place]),
                    kmo=None if seen.kmo is None else some(seen.kmo[place]),
                    factor=None if not own else 1 + int(np.argmax(np.abs(own))),
                    factor_loadings=own,
                    cfa_loading=None if seen.confirmed is None else float(seen.confirmed[place]),
                )
            )
            place += 1
    return tuple(found)


def _places(odd: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(row) + 1 for row in np.flatnonzero(odd))


def _rows_of(matrix: Values) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in matrix)


def _reliability(model: PathModel, sample: Sample, name: str) -> Reliability:
    places = [model.items.index(item) for item in model.construct(name).items]
    own = Sample(sample.rows[:, places], sample.case_weights)
    if len(places) > 1 and not least_eigenvalue(own.correlations)[0] > _RANK:
        # Items that determine each other have an alpha, and no factor.
        nothing = np.full(len(places), np.nan)
        within = own.correlations[0] * np.outer(own.deviations, own.deviations)
        alphas = alpha_of(within), alpha_of(own.correlations[0])
        return Reliability(*alphas, float("nan"), float("nan"), nothing, nothing)
    return reliability(own)


def _adequacy(correlations: Values, n: int) -> Adequacy:
    tested = sphericity(correlations, n)
    single = single_factor(correlations) if len(correlations) > 2 else None
    return Adequacy(
        kmo=sampling_adequacy(correlations).total,
        bartlett=tested.chi_square,
        bartlett_df=tested.df,
        bartlett_p=tested.p_value,
        component=None if single is None else single.component,
        factor=None if single is None else single.factor,
    )


def _explore(correlations: Values, n: int, wanted: int | None, seed: int) -> _Explored:
    proposed, values, limits = parallel_analysis(correlations, n, seed=seed)
    count = proposed if wanted is None else wanted
    if count < 1:
        return _Explored(proposed, values, limits, None, "no eigenvalue is above that of random rows")
    try:
        return _Explored(proposed, values, limits, rotate(extract(correlations, count)), None)
    except TooManyFactors as reason:
        return _Explored(proposed, values, limits, None, reason.message)


def _confirmed(
    model: PathModel, correlations: Values, n: int, whole: bool, wanted: bool
) -> tuple[FactorFit | None, Sequence[float] | None, tuple[tuple[float, ...], ...], str | None]:
    if not wanted:
        return None, None, (), None
    if not whole:
        return None, None, (), "items determine each other exactly"
    try:
        found = confirm(model, correlations, n)
    except (NoFactorAnalysis, FactorsNotFound) as reason:
        return None, None, (), f"{reason.message} {reason.next_step}"
    fit = FactorFit(
        chi_square=found.chi_square,
        df=found.df,
        p=some(found.p_value),
        cfi=found.cfi,
        tli=some(found.tli),
        rmsea=some(found.rmsea),
        srmr=found.srmr,
        admissible=found.admissible,
    )
    return fit, list(map(float, found.loadings)), _rows_of(found.correlations), None
