"""Parts of a result besides paths and measurement: cross-loadings, mediation, common method, exact fit, endogeneity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.copula import find_endogeneity
from safar.analysis.path_model.estimate import Fits, estimate
from safar.analysis.path_model.exact_fit import exact_fit
from safar.analysis.path_model.figures import Reader, some, stages
from safar.analysis.path_model.mediation import Effect, Kind, TooManyWays, find_ways, kind_of, share_of, way_effects
from safar.analysis.path_model.moderation import slope_places
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.parts import (
    COPULA_LEVEL,
    WATCHED_VIF,
    CommonMethod,
    ConstructFigure,
    CopulaFigure,
    CrossLoading,
    ExactFitFigure,
    Figure,
    MediationFigure,
    ModelCriteria,
    SampleSize,
    SlopeFigure,
    WayFigure,
)
from safar.analysis.path_model.power import least_path
from safar.analysis.path_model.rivals import criteria, fullest_model
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel, PathModel


def find_cross_loadings(model: PathModel, fits: Fits) -> tuple[CrossLoading, ...]:
    """Of the items that were asked, with the constructs of the first stage."""
    first = stages(fits)[0]
    layout = first.layout
    shown = [j for j, name in enumerate(layout.constructs) if "*" not in name]
    names = tuple(layout.constructs[j] for j in shown)
    found = []
    for place, item in enumerate(layout.items):
        if item in model.items:
            values = first.weights.loadings[0, place, shown]
            found.append(
                CrossLoading(
                    construct=layout.constructs[layout.owner[place]],
                    item=item,
                    names=names,
                    loadings=tuple(map(float, values)),
                    nearest=names[int(np.abs(values).argmax())],
                )
            )
    return tuple(found)


def find_mediations(fits: Fits, read: Reader) -> tuple[MediationFigure, ...]:
    """Every pair of constructs with something between them; none where there are too many ways to tell apart."""
    layout = fits.layout
    try:
        ways = find_ways(layout)
    except TooManyWays:
        return ()
    if not ways:
        return ()
    pairs = list(dict.fromkeys((way[0], way[-1]) for way in ways))
    members = np.array([[(way[0], way[-1]) == pair for pair in pairs] for way in ways], dtype=np.float64)
    sources, targets = (np.array(ends, dtype=np.intp) for ends in zip(*pairs, strict=True))

    def effects(paths: Stack) -> Stack:
        along = way_effects(paths, ways)
        indirect, direct = along @ members, paths[:, sources, targets]
        return np.concatenate([along, indirect, direct, indirect + direct], axis=1)

    figures = read.follow(effects)
    along, rest, count = figures[: len(ways)], figures[len(ways) :], len(pairs)
    found = []
    for k, (source, target) in enumerate(pairs):
        indirect, total = rest[k], rest[2 * count + k]
        direct = rest[count + k] if layout.paths[source, target] else None
        found.append(
            MediationFigure(
                source=layout.constructs[source],
                target=layout.constructs[target],
                direct=direct,
                indirect=indirect,
                total=total,
                ways=tuple(
                    WayFigure(constructs=tuple(layout.constructs[j] for j in way), effect=figure)
                    for way, figure in zip(ways, along, strict=True)
                    if (way[0], way[-1]) == (source, target)
                ),
                kind=_kind(direct, indirect),
                share=share_of(None if direct is None else direct.estimate, indirect.estimate),
            )
        )
    return tuple(found)


def _kind(direct: Figure | None, indirect: Figure) -> Kind | None:
    tested = _effect(indirect)
    if tested is None:
        return None
    return kind_of(None if direct is None else _effect(direct), tested)


def _effect(figure: Figure) -> Effect | None:
    if figure.low is None or figure.high is None or figure.p is None:
        return None
    return Effect(figure.estimate, figure.low, figure.high, figure.p)


def find_slopes(fits: Fits, read: Reader) -> tuple[SlopeFigure, ...]:
    """Simple slopes of every interaction and quadratic term."""
    return tuple(
        SlopeFigure(interaction=one.interaction, source=one.source, target=one.target, moderators=one.at, slope=figure)
        for one, figure in zip(slope_places(fits), read("slopes"), strict=True)
    )


def find_common_method(constructs: Sequence[ConstructFigure]) -> CommonMethod | None:
    """The construct that most follows from all others; None where there is nothing to compare."""
    found = [(one.full_vif, one.construct) for one in constructs if one.full_vif is not None]
    if len(found) < 2:
        return None
    vif, name = max(found)
    return CommonMethod(construct=name, full_vif=vif, limit=WATCHED_VIF)


def find_criteria(model: PathModel, sample: Sample, run: Run, fits: Fits) -> tuple[ModelCriteria, ...]:
    """Of each endogenous construct."""
    fullest = _fullest(model, sample, run)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = criteria(fits, sample.n, fullest=fullest)
    full = {}
    if fullest is not None:
        full = dict(zip(fullest.layout.constructs, fullest.structure.r2[0].tolist(), strict=True))
    return tuple(
        ModelCriteria(
            construct=fits.layout.constructs[j],
            aic=some(found.aic[0, j]),
            aicc=some(found.aicc[0, j]),
            bic=some(found.bic[0, j]),
            hq=some(found.hq[0, j]),
            gm=some(found.gm[0, j]),
            fullest_r2=some(full.get(fits.layout.constructs[j], np.nan)),
        )
        for j in sorted(fits.layout.sources)
    )


def _fullest(model: PathModel, sample: Sample, run: Run) -> Fits | None:
    """The fullest model's estimates, where it has some that can be right."""
    try:
        with np.errstate(invalid="ignore", divide="ignore"):  # what cannot be found is not told
            fits = estimate(fullest_model(model), sample, np.ones((1, sample.n)), run.options)
    except BadPathModel:
        return None
    explained = fits.structure.r2[0, sorted(fits.layout.sources)]
    return fits if all(one.weights.converged[0] for one in stages(fits)) and bool((explained < 1).all()) else None


def find_sample_size(run: Run, sample: Sample) -> SampleSize:
    """By the inverse square root at half the level, as the run's tests are two-sided; unequal weights tell less."""
    level = 1 - (run.resampling or Resampling()).confidence
    least = least_path(sample.effective or sample.n, level=level / 2)
    return SampleSize(n=sample.n, level=level, least_path=least, effective=sample.effective)


def find_exact_fit(
    model: PathModel, sample: Sample, run: Run, progress: Progress | None
) -> tuple[tuple[ExactFitFigure, ...], int]:
    """The tests of the whole model and of its measurement, and how many resamples were lost. Raises: NoExactFit."""
    if not run.exact_fit:
        return (), 0
    made = run.of_tests
    found, lost = [], 0
    for tested in ("estimated", "saturated"):
        told = exact_fit(
            model,
            sample,
            run.options,
            resamples=made.resamples,
            seed=made.seed,
            saturated=tested == "saturated",
            level=1 - made.confidence,
            progress=progress,
        )
        lost = max(lost, told.lost)
        found += [
            ExactFitFigure(
                distance=one.name,
                tested=tested,
                value=one.value,
                critical=some(one.critical),
                p=one.p,
                rejected=one.rejected,
            )
            for one in told.tests
        ]
    return tuple(found), lost


def find_copulas(model: PathModel, sample: Sample, run: Run, progress: Progress | None) -> tuple[CopulaFigure, ...]:
    """The copula terms of each endogenous construct's own predictors. Raises: NoCopula."""
    if not run.copula:
        return ()
    made = run.of_tests
    products = {one.name for one in model.interactions}
    found = []
    for target in model.endogenous:
        if not set(model.sources(target)) - products:
            continue
        told = find_endogeneity(
            model,
            sample,
            run.options,
            target=target,
            resamples=made.resamples,
            seed=made.seed,
            level=COPULA_LEVEL,
            progress=progress,
        )
        fullest = told.models[-1]
        terms = {one.source: one.term for one in fullest.terms}
        for source, p in told.normal.items():
            usable = source in terms
            found.append(
                CopulaFigure(
                    source=source,
                    target=target,
                    normal_p=some(p),
                    term=_figure(terms[source]) if usable else None,
                    path=_figure(fullest.paths[source]) if usable else None,
                    there=source in told.suspected,
                )
            )
    return tuple(found)


def _figure(effect: Effect) -> Figure:
    return Figure(estimate=effect.estimate, low=effect.low, high=effect.high, p=effect.p)
