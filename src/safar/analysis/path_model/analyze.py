"""One analysis of a path model: estimates, resamples, quality, verdicts, in one frozen result."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.answers import Treatment, check_whole
from safar.analysis.path_model.bootstrap import Progress, bootstrap
from safar.analysis.path_model.categories import find_categories
from safar.analysis.path_model.category_answers import check_levels, check_metric
from safar.analysis.path_model.communality import goodness_of_fit, redundancy, unidimensionality
from safar.analysis.path_model.determined import check_weights, estimate_whole
from safar.analysis.path_model.digest import digest_of, item_digests
from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.figures import Reader, across, joined, kept, pairs, reach, some, stages
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.fit_indices import degrees_of_freedom, fit_indices
from safar.analysis.path_model.further_parts import (
    find_common_method,
    find_copulas,
    find_criteria,
    find_cross_loadings,
    find_exact_fit,
    find_mediations,
    find_sample_size,
    find_slopes,
)
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.parts import (
    HTMT_LIMITS,
    ConstructFigure,
    EffectFigure,
    Figure,
    FitFigures,
    HtmtFigure,
    ItemFigure,
    PathFigure,
)
from safar.analysis.path_model.quality import (
    alpha,
    antecedent_vif,
    average_variance_extracted,
    effect_sizes,
    fornell_larcker,
    full_collinearity,
    htmt,
    htmt2,
    item_vif,
    rho_c,
)
from safar.analysis.path_model.reliability import omega_totals
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.rivals import adjusted_r2, effect_sizes_anew
from safar.analysis.path_model.run import Run
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.analysis.path_model.stacks import least_eigenvalue
from safar.analysis.path_model.structure import rho_a
from safar.analysis.path_model.verdicts import judged
from safar.domain.path_model import Measured, PathModel
from safar.errors import InputError

_RANK = 1e-10
MOST_ANEW = 60
"""Paths of a model whose effect sizes are also found with the model estimated without each."""


class NoReplicates(InputError):
    """No resample gave estimates that can be used, so that nothing can be said of chance."""

    code = "path-model.no-replicates"
    next_step = "Keep inadmissible resamples, use plain estimates (--plain), or collect more answers."


def analyze(
    model: PathModel,
    sample: Sample,
    run: Run,
    *,
    treatment: Treatment | None = None,
    model_text: str = "",
    simulated: bool = False,
    progress: Progress | None = None,
) -> PathResult:
    """The result of one model on one sample.

    sample, treatment: as `read_answers` gives them. progress: told how many resamples are done, of how many.

    Failed resamples are left out of intervals and counted; inadmissible ones are counted, and stay in unless the run
    drops them. Raises: NoConvergence, Unidentified, Unreliable, NoReplicates; AnswersMissing, NoExactFit, NoCopula
    where the run asks for tests that cannot be made.
    """
    fits = _fitted(model, sample, run)
    made = run.resampling
    replicates = None
    if made is not None:
        replicates = bootstrap(
            model,
            sample,
            run.options,
            resamples=made.resamples,
            seed=made.seed,
            keep=kept,
            progress=progress,
        )
        usable = replicates.admissible.sum() if made.drop_inadmissible else made.resamples - replicates.failed
        if usable < 2:
            raise NoReplicates(
                f"Of {made.resamples:,} resamples {replicates.failed:,} failed and {replicates.inadmissible:,} were "
                "inadmissible: too few are left."
            )
    lower = stages(fits)[0] if model.higher_orders else None
    read = Reader(model, sample, run, fits, replicates)
    exact_fit, lost = find_exact_fit(model, sample, run, progress)
    found = PathResult(
        model=model,
        model_text=model_text,
        run=run,
        n=sample.n,
        treatment=treatment or Treatment(missing=run.missing, rows=sample.n, with_gaps=0, left_out=0, gaps={}),
        data_digest=digest_of(model, sample),
        rounds=int(max(one.weights.rounds[0] for one in stages(fits))),
        admissible=bool(all(one.structure.admissible[0] for one in stages(fits))),
        failed=0 if replicates is None else replicates.failed,
        inadmissible=0 if replicates is None else replicates.inadmissible,
        paths=_paths(model, sample, run, fits, read),
        effects=_effects(fits, read),
        items=_items(fits, read),
        constructs=(constructs := _constructs(sample, model, fits, read)),
        names=_plain_names(fits),
        correlations=_correlations(fits),
        lower_names=() if lower is None else _plain_names(lower),
        lower_correlations=() if lower is None else _correlations(lower),
        htmt=_htmt(fits, read),
        cross_loadings=find_cross_loadings(model, fits),
        mediations=find_mediations(fits, read),
        slopes=find_slopes(fits, read),
        common_method=find_common_method(constructs),
        sample_size=find_sample_size(run, sample),
        fit=_fit(fits, sample.n),
        criteria=find_criteria(model, sample, run, fits),
        item_digests=item_digests(model, sample),
        exact_fit=exact_fit,
        exact_fit_lost=lost,
        copulas=find_copulas(model, sample, run, progress),
        categories=find_categories(model, sample, read, replicates),
        simulated=simulated,
    )
    return judged(found)


def _fitted(model: PathModel, sample: Sample, run: Run) -> Fits:
    """The sample's own estimates, and that they are some."""
    check_weights(model, sample)
    if run.exact_fit or run.copula:
        check_whole(model, sample, what := "Exact fit" if run.exact_fit else "Endogeneity")
        if isinstance(sample, ScaledSample):
            check_metric(model, what)
    if isinstance(sample, ScaledSample):
        check_levels(model, consistent=run.options.consistent, ordered=run.ordered, whole=True)
    return estimate_whole(model, sample, run.options)


def _paths(model: PathModel, sample: Sample, run: Run, fits: Fits, read: Reader) -> tuple[PathFigure, ...]:
    names, sizes, inflation = fits.layout.constructs, effect_sizes(fits)[0], antecedent_vif(fits)[0]
    # Worth a fit for every path where a fit is quick.
    quick = len(model.paths) <= MOST_ANEW and not run.ordered and not sample.has_gaps and not model.levels
    anew = effect_sizes_anew(model, sample, run.options) if quick else np.full_like(sizes, np.nan)
    sources, targets = joined(fits)
    figures = {
        (names[source], names[target]): (figure, sizes[source, target], inflation[source, target], anew[source, target])
        for source, target, figure in zip(sources, targets, read("paths"), strict=True)
    }
    found = []
    for path in model.paths:
        figure, f2, vif, f2_anew = figures[path.source, path.target]
        found.append(
            PathFigure(
                source=path.source,
                target=path.target,
                figure=figure,
                f2=some(f2),
                f2_anew=some(f2_anew),
                vif=some(vif),
                hypothesis=path.hypothesis,
                sign=path.sign,
            )
        )
    return tuple(found)


def _effects(fits: Fits, read: Reader) -> tuple[EffectFigure, ...]:
    names = fits.layout.constructs
    return tuple(
        EffectFigure(source=names[source], target=names[target], total=total, indirect=indirect)
        for source, target, total, indirect in zip(*reach(fits), read("total"), read("indirect"), strict=True)
    )


def _items(fits: Fits, read: Reader) -> tuple[ItemFigure, ...]:
    """Items of a construct's own, then the parts of higher-order ones; each as the last stage that has it tells."""
    found: list[ItemFigure] = []
    for k, stage in enumerate(stages(fits)):
        inflation, explained = item_vif(stage.correlations, stage.layout)[0], redundancy(stage)[0]
        chosen = _told_by(fits, k)
        caused = {stage.layout.constructs[j] for j in stage.layout.sources}
        for place, (loading, weight) in enumerate(zip(read(f"loadings {k}"), read(f"weights {k}"), strict=True)):
            name = stage.layout.constructs[stage.layout.owner[place]]
            if name in chosen:
                found.append(
                    ItemFigure(
                        construct=name,
                        item=stage.layout.items[place],
                        loading=loading,
                        weight=weight,
                        vif=some(inflation[place]),
                        redundancy=some(explained[place]) if name in caused else None,
                    )
                )
    return tuple(found)


def _told_by(fits: Fits, k: int) -> set[str]:
    """The constructs that no stage after the k-th has, without interactions."""
    all_stages = stages(fits)
    later = {name for stage in all_stages[k + 1 :] for name in stage.layout.constructs}
    return {name for name in all_stages[k].layout.constructs if "*" not in name and name not in later}


def _constructs(sample: Sample, model: PathModel, fits: Fits, read: Reader) -> tuple[ConstructFigure, ...]:
    explained = dict(zip(sorted(fits.layout.sources), read("r2"), strict=True))
    return tuple(
        one
        for k, stage in enumerate(stages(fits))
        for one in _measured(sample, model, stage, explained if stage is fits else {})
        if one.construct in _told_by(fits, k)
    )


def _measured(sample: Sample, model: PathModel, fits: Fits, explained: dict[int, Figure]) -> list[ConstructFigure]:
    layout = fits.layout
    # With gaps: of the answers that are there.
    own = sample.deviations if np.isfinite(sample.deviations).all() else np.nanstd(sample.rows, axis=0, ddof=1)
    spread = {item: 1.0 if item in model.levels else one for item, one in zip(model.items, own, strict=True)}
    deviations = np.array([spread.get(item, 1.0) for item in layout.items])
    raw = alpha(fits.correlations * deviations[:, None] * deviations, layout)[0]
    standardized, reliable = alpha(fits.correlations, layout)[0], rho_a(fits.weights.weights, layout)[0]
    joint, extracted = rho_c(fits)[0], average_variance_extracted(fits)[0]
    inflation = full_collinearity(fits.weights.scores)[0]
    kinds, adjusted = unidimensionality(fits.correlations, layout), adjusted_r2(fits, sample.n)[0]
    found: list[ConstructFigure] = []
    for j, name in enumerate(layout.constructs):
        if "*" in name:
            continue
        # Of one item nothing can be known of its reliability.
        several = layout.sizes[j] > 1
        r2 = explained.get(j)
        # A sum of answers that are no numbers has no reliability.
        summed = not any(item in model.levels for item in layout.items[layout.block(j)])
        found.append(
            ConstructFigure(
                construct=name,
                items=int(layout.sizes[j]),
                measured=str(layout.measured[j]),
                mode=str(layout.modes[j]),
                alpha=some(raw[j]) if several and summed else None,
                alpha_standardized=some(standardized[j]) if several else None,
                omega=_omega(fits, deviations, j) if summed else None,
                rho_a=some(reliable[j]) if several and layout.modes[j] == "A" else None,
                rho_c=some(joint[j]) if several else None,
                ave=some(extracted[j]) if several else None,
                r2=r2,
                r2_adjusted=None if r2 is None else some(adjusted[j]),
                full_vif=some(inflation[j]),
                first_eigenvalue=some(kinds.first[0, j]),
                second_eigenvalue=some(kinds.second[0, j]),
            )
        )
    return found


def _omega(fits: Fits, deviations: NDArray[np.float64], j: int) -> float | None:
    """Of a common factor with three items or more whose correlations have an inverse."""
    block = fits.layout.block(j)
    among = fits.correlations[0, block, block]
    if fits.layout.measured[j] is not Measured.FACTOR or len(among) < 3 or least_eigenvalue(among[None])[0] < _RANK:
        return None
    return some(omega_totals(among, deviations[block])[0])


def _plain_names(fits: Fits) -> tuple[str, ...]:
    return tuple(name for name in fits.layout.constructs if "*" not in name)


def _correlations(fits: Fits) -> tuple[tuple[float, ...], ...]:
    own = [j for j, name in enumerate(fits.layout.constructs) if "*" not in name]
    return tuple(tuple(float(value) for value in row) for row in fornell_larcker(fits)[0][np.ix_(own, own)])


def _htmt(fits: Fits, read: Reader) -> tuple[HtmtFigure, ...]:
    named = [(stage.layout.constructs[a], stage.layout.constructs[b]) for stage, places in pairs(fits)
             for a, b in zip(*places, strict=True)]  # fmt: skip
    arithmetic, geometric = across(fits, htmt)[0], across(fits, htmt2)[0]
    with np.errstate(invalid="ignore"):  # items that point different ways: there is no such ratio
        signed = across(fits, partial(htmt, signed=True))[0]
    nothing = np.full(len(named), np.nan)
    upper, upper2 = (nothing if (found := read.upper(name)) is None else found for name in ("htmt", "htmt2"))
    return tuple(
        HtmtFigure(
            one=one,
            other=other,
            value=float(arithmetic[k]),
            upper=some(upper[k]),
            below=tuple(limit for limit in HTMT_LIMITS if (some(upper[k]) or float(arithmetic[k])) < limit),
            htmt2=float(geometric[k]),
            htmt2_upper=some(upper2[k]),
            signed=some(signed[k]),
        )
        for k, (one, other) in enumerate(named)
    )


def _fit(fits: Fits, n: int) -> FitFigures:
    with np.errstate(invalid="ignore", divide="ignore"):
        estimated, saturated = misfit(fits, saturated=False), misfit(fits, saturated=True)
        # Not a number where estimates that cannot be right explain less than nothing.
        overall = goodness_of_fit(fits)[0]
    plain = FitFigures(
        srmr=float(estimated.srmr[0]),
        srmr_saturated=float(saturated.srmr[0]),
        d_uls=float(estimated.d_uls[0]),
        d_g=some(estimated.d_g[0]),
        nfi=some(estimated.nfi[0]),
        gof=some(overall),
    )
    if not np.isfinite(estimated.d_ml[0]) or (df := degrees_of_freedom(fits.layout)) <= 0:
        return plain
    borrowed = fit_indices(fits, n)
    return replace(
        plain,
        chi_square=some(borrowed.chi_square[0]),
        df=float(df),
        cfi=some(borrowed.cfi[0]),
        nnfi=some(borrowed.nnfi[0]),
        rmsea=some(borrowed.rmsea[0]),
        gfi=some(borrowed.gfi[0]),
        rms_theta=some(borrowed.rms_theta[0]),
    )
