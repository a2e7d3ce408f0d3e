"""One analysis of a path model: estimates, resamples, quality, verdicts, in one frozen result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.answers import Treatment
from safar.analysis.path_model.bootstrap import Progress, Replicates, bootstrap, jackknife
from safar.analysis.path_model.communality import goodness_of_fit
from safar.analysis.path_model.estimate import Fits, estimate
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.intervals import IntervalMethod, acceleration_of, interval, p_value
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.quality import (
    alpha,
    antecedent_vif,
    average_variance_extracted,
    effect_sizes,
    fornell_larcker,
    htmt,
    item_vif,
    rho_c,
)
from safar.analysis.path_model.result import (
    HTMT_LIMITS,
    ConstructFigure,
    EffectFigure,
    Figure,
    FitFigures,
    HtmtFigure,
    ItemFigure,
    PathFigure,
    PathResult,
    Resampling,
    Run,
)
from safar.analysis.path_model.stacks import Stack, inverse, least_eigenvalue
from safar.analysis.path_model.structure import rho_a, total_effects
from safar.analysis.path_model.verdicts import find_doubts, judge
from safar.domain.path_model import Mode, PathModel
from safar.errors import InputError

_SMALLEST = 1e-12
_RANK = 1e-10
Reader = Callable[[str], Sequence[Figure]]


class NoConvergence(InputError):
    """The iteration of weights did not end."""

    code = "path-model.no-convergence"
    next_step = "Try another scheme (--scheme factorial), and look at the constructs with few or weak items."


class Unidentified(InputError):
    """Weights of a construct are not determined by the data."""

    code = "path-model.unidentified"
    next_step = "Take out the item that the others determine, or weigh the construct in mode A."


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

    Failed resamples are left out of intervals and counted; inadmissible ones stay in and are counted.
    Raises: NoConvergence, Unidentified.
    """
    _check_identified(model, sample)
    fits = estimate(model, sample, np.ones((1, sample.n)), run.options)
    _check_converged(fits, run)
    made = run.resampling
    replicates = None
    if made is not None:
        replicates = bootstrap(
            model,
            sample,
            run.options,
            resamples=made.resamples,
            seed=made.seed,
            keep=_kept,
            progress=progress,
        )
    read = _reader(model, sample, run, fits, replicates)
    found = PathResult(
        model=model,
        model_text=model_text,
        run=run,
        n=sample.n,
        treatment=treatment or Treatment(missing=run.missing, rows=sample.n, with_gaps=0, left_out=0, gaps={}),
        data_digest=_digest(model, sample),
        rounds=int(max(one.weights.rounds[0] for one in _stages(fits))),
        admissible=bool(all(one.structure.admissible[0] for one in _stages(fits))),
        failed=0 if replicates is None else replicates.failed,
        inadmissible=0 if replicates is None else replicates.inadmissible,
        paths=_paths(model, fits, read),
        effects=_effects(fits, read),
        items=_items(fits, read),
        constructs=_constructs(sample, model, fits, read),
        names=_plain_names(fits),
        correlations=_correlations(fits),
        htmt=_htmt(fits, replicates, made),
        fit=_fit(fits),
        simulated=simulated,
    )
    doubts = find_doubts(found)
    return replace(found, doubts=tuple(d for d in doubts if not d.constructs), verdicts=judge(found, doubts))


def _check_identified(model: PathModel, sample: Sample) -> None:
    correlations = sample.correlations
    for one in model.constructs:
        if one.mode is Mode.B and len(one.items) > 1:
            places = np.array([model.items.index(item) for item in one.items])
            if not least_eigenvalue(correlations[:, places[:, None], places])[0] > _RANK:
                raise Unidentified(
                    f"Construct {one.name!r}: its items {', '.join(one.items)} determine each other exactly, so that "
                    "mode B cannot weigh them."
                )


def _digest(model: PathModel, sample: Sample) -> str:
    told = sha256("\n".join(model.items).encode())
    told.update(np.ascontiguousarray(sample.rows, dtype="<f8").tobytes())
    told.update(np.ascontiguousarray(sample.case_weights, dtype="<f8").tobytes())
    return told.hexdigest()


def _stages(fits: Fits) -> tuple[Fits, ...]:
    """From the first to the last."""
    return (fits,) if fits.first is None else (*_stages(fits.first), fits)


def _check_converged(fits: Fits, run: Run) -> None:
    for stage in _stages(fits):
        if not stage.weights.converged[0]:
            raise NoConvergence(
                f"The weights had not settled after {run.options.most_rounds:,} rounds (scheme {run.options.scheme})."
            )


def _kept(fits: Fits) -> dict[str, Stack]:
    """What is kept of each resample, [B, k] each, in the order in which `_paths` and the others read it."""
    sources, targets = _joined(fits)
    reach = _reach(fits)
    total = total_effects(fits.structure.paths)
    one, other = _pairs(fits)
    return {
        "paths": fits.structure.paths[:, sources, targets],
        "total": total[:, *reach],
        "indirect": (total - fits.structure.paths)[:, *reach],
        **{f"loadings {k}": stage.structure.loadings for k, stage in enumerate(_stages(fits))},
        **{f"weights {k}": stage.weights.weights for k, stage in enumerate(_stages(fits))},
        "r2": fits.structure.r2[:, sorted(fits.layout.sources)],
        "htmt": htmt(fits.correlations, fits.layout)[:, one, other],
    }


Places = tuple[NDArray[np.intp], NDArray[np.intp]]


def _joined(fits: Fits) -> Places:
    pairs = [(int(source), target) for target, sources in fits.layout.sources.items() for source in sources]
    found = np.array(pairs, dtype=np.intp)
    return found[:, 0], found[:, 1]


def _reach(fits: Fits) -> Places:
    """Which construct acts on which, by whatever way."""
    sources, targets = np.nonzero(total_effects(fits.layout.paths.astype(np.float64)[None])[0])
    return sources, targets


def _pairs(fits: Fits) -> Places:
    """Pairs of constructs with items of their own: an interaction has none."""
    own = [j for j, name in enumerate(fits.layout.constructs) if "*" not in name]
    pairs = np.array([(a, b) for n, a in enumerate(own) for b in own[n + 1 :]], dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


@dataclass(frozen=True)
class _Bounds:
    """What the resamples say of one kind of figures, [k] each."""

    error: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]


def _reader(model: PathModel, sample: Sample, run: Run, fits: Fits, replicates: Replicates | None) -> Reader:
    """Figures by the names of `_kept`: the sample's estimates, with what the resamples say of them."""
    estimates = {name: values[0] for name, values in _kept(fits).items()}
    made = run.resampling
    if replicates is None or made is None:
        return lambda name: [Figure(estimate=float(value)) for value in estimates[name]]
    left_out = (
        jackknife(model, sample, run.options, keep=_kept).figures if made.interval is IntervalMethod.BCA else None
    )

    def read(name: str) -> Sequence[Figure]:
        values = replicates.figures[name]
        if not len(estimates[name]):
            return []
        low, high = interval(
            values,
            estimates[name],
            method=made.interval,
            confidence=made.confidence,
            n=sample.n,
            acceleration=None if left_out is None else acceleration_of(left_out[name]),
        )
        error = np.nanstd(values, axis=0, ddof=1)
        told = _Bounds(error, low, high, p_value(values))
        return [_figure(float(value), told, place) for place, value in enumerate(estimates[name])]

    return read


def _figure(estimate_: float, told: _Bounds, place: int) -> Figure:
    error = float(told.error[place])
    if not error > _SMALLEST:  # a weight or loading that is fixed has no error
        return Figure(estimate=estimate_)
    return Figure(
        estimate=estimate_,
        standard_error=error,
        low=_some(told.low[place]),
        high=_some(told.high[place]),
        t=estimate_ / error,
        p=float(told.p[place]),
    )


def _paths(model: PathModel, fits: Fits, read: Reader) -> tuple[PathFigure, ...]:
    names, sizes, inflation = fits.layout.constructs, effect_sizes(fits)[0], antecedent_vif(fits)[0]
    sources, targets = _joined(fits)
    figures = {
        (names[source], names[target]): (figure, sizes[source, target], inflation[source, target])
        for source, target, figure in zip(sources, targets, read("paths"), strict=True)
    }
    found = []
    for path in model.paths:
        figure, f2, vif = figures[path.source, path.target]
        found.append(
            PathFigure(
                source=path.source,
                target=path.target,
                figure=figure,
                f2=_some(f2),
                vif=_some(vif),
                hypothesis=path.hypothesis,
                sign=path.sign,
            )
        )
    return tuple(found)


def _effects(fits: Fits, read: Reader) -> tuple[EffectFigure, ...]:
    names = fits.layout.constructs
    return tuple(
        EffectFigure(source=names[source], target=names[target], total=total, indirect=indirect)
        for source, target, total, indirect in zip(*_reach(fits), read("total"), read("indirect"), strict=True)
    )


def _items(fits: Fits, read: Reader) -> tuple[ItemFigure, ...]:
    """Items of a construct's own, then the parts of higher-order ones; each as the last stage that has it tells."""
    found: list[ItemFigure] = []
    for k, stage in enumerate(_stages(fits)):
        inflation = item_vif(stage.correlations, stage.layout)[0]
        chosen = _told_by(fits, k)
        for place, (loading, weight) in enumerate(zip(read(f"loadings {k}"), read(f"weights {k}"), strict=True)):
            name = stage.layout.constructs[stage.layout.owner[place]]
            if name in chosen:
                found.append(
                    ItemFigure(
                        construct=name,
                        item=stage.layout.items[place],
                        loading=loading,
                        weight=weight,
                        vif=float(inflation[place]),
                    )
                )
    return tuple(found)


def _told_by(fits: Fits, k: int) -> set[str]:
    """The constructs that no stage after the k-th has, without interactions."""
    stages = _stages(fits)
    later = {name for stage in stages[k + 1 :] for name in stage.layout.constructs}
    return {name for name in stages[k].layout.constructs if "*" not in name and name not in later}


def _constructs(sample: Sample, model: PathModel, fits: Fits, read: Reader) -> tuple[ConstructFigure, ...]:
    explained = dict(zip(sorted(fits.layout.sources), read("r2"), strict=True))
    return tuple(
        one
        for k, stage in enumerate(_stages(fits))
        for one in _measured(sample, model, stage, explained if stage is fits else {})
        if one.construct in _told_by(fits, k)
    )


def _measured(sample: Sample, model: PathModel, fits: Fits, explained: dict[int, Figure]) -> list[ConstructFigure]:
    layout = fits.layout
    # With gaps: of the answers that are there.
    own = sample.deviations if np.isfinite(sample.deviations).all() else np.nanstd(sample.rows, axis=0, ddof=1)
    spread = dict(zip(model.items, own, strict=True))
    deviations = np.array([spread.get(item, 1.0) for item in layout.items])
    raw = alpha(fits.correlations * deviations[:, None] * deviations, layout)[0]
    standardized, reliable = alpha(fits.correlations, layout)[0], rho_a(fits.weights.weights, layout)[0]
    joint, extracted = rho_c(fits)[0], average_variance_extracted(fits)[0]
    # Of the scores themselves: the limit of 3.3 was found for those (Kock 2015), corrected ones exceed it by far.
    inflation = np.diagonal(inverse(fits.weights.scores)[0])
    found = []
    for j, name in enumerate(layout.constructs):
        if "*" in name:
            continue
        # Of one item nothing can be known of its reliability.
        several = layout.sizes[j] > 1
        r2 = explained.get(j)
        found.append(
            ConstructFigure(
                construct=name,
                items=int(layout.sizes[j]),
                measured=str(layout.measured[j]),
                mode=str(layout.modes[j]),
                alpha=_some(raw[j]) if several else None,
                alpha_standardized=_some(standardized[j]) if several else None,
                rho_a=_some(reliable[j]) if several and layout.modes[j] == "A" else None,
                rho_c=_some(joint[j]) if several else None,
                ave=_some(extracted[j]) if several else None,
                r2=r2,
                r2_adjusted=None if r2 is None else _adjusted(r2.estimate, sample.n, len(layout.sources[j])),
                full_vif=_some(inflation[j]),
            )
        )
    return found


def _adjusted(r2: float, n: int, predictors: int) -> float | None:
    return 1 - (1 - r2) * (n - 1) / (n - predictors - 1) if n > predictors + 1 else None


def _plain_names(fits: Fits) -> tuple[str, ...]:
    return tuple(name for name in fits.layout.constructs if "*" not in name)


def _correlations(fits: Fits) -> tuple[tuple[float, ...], ...]:
    own = [j for j, name in enumerate(fits.layout.constructs) if "*" not in name]
    return tuple(tuple(float(value) for value in row) for row in fornell_larcker(fits)[0][np.ix_(own, own)])


def _htmt(fits: Fits, replicates: Replicates | None, made: Resampling | None) -> tuple[HtmtFigure, ...]:
    names, (one, other) = fits.layout.constructs, _pairs(fits)
    values = htmt(fits.correlations, fits.layout)[0][one, other]
    upper = np.full(len(values), np.nan)
    if replicates is not None and made is not None and len(values):
        upper = np.nanquantile(replicates.figures["htmt"], made.confidence, axis=0)
    return tuple(
        HtmtFigure(
            one=names[a],
            other=names[b],
            value=float(value),
            upper=_some(bound),
            below=tuple(limit for limit in HTMT_LIMITS if (bound if np.isfinite(bound) else value) < limit),
        )
        for a, b, value, bound in zip(one, other, values, upper, strict=True)
    )


def _fit(fits: Fits) -> FitFigures:
    with np.errstate(invalid="ignore", divide="ignore"):
        estimated, saturated = misfit(fits, saturated=False), misfit(fits, saturated=True)
    return FitFigures(
        srmr=float(estimated.srmr[0]),
        srmr_saturated=float(saturated.srmr[0]),
        d_uls=float(estimated.d_uls[0]),
        d_g=_some(estimated.d_g[0]),
        nfi=_some(estimated.nfi[0]),
        gof=_some(goodness_of_fit(fits)[0]),
    )


def _some(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
