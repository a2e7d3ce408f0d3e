"""One estimate of all rows, and why there is none: weights or paths that the data do not determine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.figures import stages
from safar.analysis.path_model.layout import Indices, Layout
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.analysis.path_model.stacks import SINGULAR, Stack, least_eigenvalue
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import Mode, PathModel
from safar.errors import InputError

_SHARES = 1e-4
"""Of a combination of constructs that comes to nothing, shares below it are rounding."""


class NoConvergence(InputError):
    """The iteration of weights did not end."""

    code = "path-model.no-convergence"
    next_step = "Try another scheme (--scheme factorial), and look at the constructs with few or weak items."


class Unidentified(InputError):
    """Weights of a construct, or paths to it, are not determined by the data."""

    code = "path-model.unidentified"
    next_step = "Take out the item that the others determine, or weigh the construct in mode A."


class Unreliable(InputError):
    """Consistent estimates do not exist: a construct's items have nothing in common that could be corrected for."""

    code = "path-model.unreliable"
    next_step = "Turn items that point the other way, take out what does not belong, or use plain estimates (--plain)."


def estimate_whole(model: PathModel, sample: Sample, options: Options) -> Fits:
    """The estimates of a sample, a stack of one. Raises: NoConvergence, Unidentified, Unreliable."""
    check_weights(model, sample)
    fits = estimate(model, sample, np.ones((1, sample.n)), options)
    if isinstance(sample, ScaledSample):  # what its items correlate is only known now
        _check_blocks(model, stages(fits)[0].correlations)
    _check_paths(model, sample, options, fits)
    _check_converged(fits, options)
    return fits


def check_weights(model: PathModel, sample: Sample) -> None:
    """That items of mode B do not determine each other. Raises: Unidentified."""
    if not sample.has_gaps and not isinstance(sample, ScaledSample):
        _check_blocks(model, sample.correlations)


def _check_blocks(model: PathModel, correlations: Stack) -> None:
    for one in model.constructs:
        if one.mode is Mode.B and len(one.items) > 1:
            places = np.array([model.items.index(item) for item in one.items])
            if not least_eigenvalue(correlations[:, places[:, None], places])[0] > SINGULAR:
                raise Unidentified(
                    f"Construct {one.name!r}: its items {', '.join(one.items)} determine each other exactly, so that "
                    "mode B cannot weigh them."
                )


def _check_paths(model: PathModel, sample: Sample, options: Options, fits: Fits) -> None:
    """That products vary, and that what acts on a construct can be told apart."""
    if not fits.estimated[0] and options.scheme is Scheme.PATH and not sample.has_gaps:
        # Its own regressions fail with those that are asked for; another scheme has scores to look at.
        other = replace(options, scheme=Scheme.FACTORIAL)
        fits = estimate(model, sample, np.ones((1, sample.n)), other)
    products = {one.name for one in model.interactions}
    for stage in stages(fits):
        layout = stage.layout
        for j, name in enumerate(layout.constructs):
            if name in products and np.isnan(stage.correlations[0, layout.block(j)]).any():
                raise Unidentified(
                    f"Interaction {name!r} has a product that does not vary: of two answers given equally often.",
                    next_step=f"Take {name} out of the model.",
                )
        for target, sources in layout.sources.items():
            if alike := _alike(stage.weights.scores[0], sources, layout):
                raise Unidentified(
                    f"The paths to {layout.constructs[target]!r} are not determined: {', '.join(alike[:-1])} and "
                    f"{alike[-1]} determine each other exactly.",
                    next_step=f"Let one of them act on {layout.constructs[target]}, or make one construct of them.",
                )


def _alike(scores: Stack, sources: Indices, layout: Layout) -> list[str]:
    """Which of the sources determine each other, by the correlations of all scores [J, J]; none if they do not."""
    among = scores[np.ix_(sources, sources)]
    if len(sources) < 2 or not np.isfinite(among).all():
        return []
    values, vectors = np.linalg.eigh(among)
    if values[0] > SINGULAR:
        return []
    return [layout.constructs[sources[k]] for k in np.flatnonzero(np.abs(vectors[:, 0]) > _SHARES)]


def _check_converged(fits: Fits, options: Options) -> None:
    for stage in stages(fits):
        lost = ~np.isfinite(stage.weights.weights[0])
        if lost.any():
            name = stage.layout.constructs[int(stage.layout.owner[lost.argmax()])]
            raise Unidentified(
                f"Construct {name!r}: its items correlate with nothing that it is joined to by a path, so that their "
                "weights are not determined.",
                next_step=f"Give {name} equal weights (mode unit), correct its paths, or look for a column of noise.",
            )
        reliable = stage.structure.reliabilities[0]
        if not (reliable > 0).all() and np.isfinite(reliable).all():
            place = int(reliable.argmin())
            raise Unreliable(
                f"Construct {stage.layout.constructs[place]!r}: its reliability (rho_A) comes out at "
                f"{reliable[place]:.2f}, so that there are no consistent estimates."
            )
        if not stage.weights.converged[0]:
            raise NoConvergence(
                f"The weights had not settled after {options.most_rounds:,} rounds (scheme {options.scheme})."
            )
