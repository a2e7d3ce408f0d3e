"""The same model with a path fewer, or with all that it could have: estimated anew, to be compared with it.

Source: docs/methods/path-model-comparison.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel, Path, PathModel

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Criteria:
    """Information criteria of each regression, [B, J] each; not numbers for exogenous constructs.

    Smaller is better, among models with the same construct in the same data. gm and cp compare with the fullest model
    and are not numbers without it (Sharma et al. 2019).
    """

    aic: Values
    aicc: Values
    aicu: Values
    bic: Values
    fpe: Values
    hq: Values
    hqc: Values
    gm: Values
    cp: Values


def criteria(fits: Fits, n: int, *, fullest: Fits | None = None) -> Criteria:
    """n: rows. fullest: of `fullest_model`."""
    k = fits.layout.paths.sum(axis=0) + 1.0  # parameters of each regression, its constant among them
    squares = (n - 1) * (1 - fits.structure.r2)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(squares / n)
        aicu = n * (np.log(squares / (n - k)) + 2 * k / n)
    aim = np.log(np.log(n)) * 2 * k
    error = np.full_like(squares, np.nan)
    if fullest is not None:
        error = 1 - fullest.structure.r2[:, [fullest.layout.constructs.index(one) for one in fits.layout.constructs]]
    return Criteria(
        aic=n * logs + 2 * k,
        aicc=n * (logs + (n + k) / (n - k - 2)),
        aicu=aicu,
        bic=n * logs + k * np.log(n),
        fpe=squares / (n - k) * (1 + k / n),
        hq=n * logs + aim,
        hqc=n * (logs + aim / (n - k - 2)),
        gm=squares / error + k * np.log(n),
        cp=squares / error - (n - 2 * k),
    )


def akaike_weights(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """How much each of several models is to be believed, by a criterion v of theirs: exp(-(v - least) / 2), made to add
    up to one (Burnham and Anderson 2002). None stays None and is not counted.
    """
    there = [value for value in values if value is not None]
    if not there:
        return tuple(None for _ in values)
    shares = [None if value is None else float(np.exp((min(there) - value) / 2)) for value in values]
    whole = sum(one for one in shares if one is not None)
    return tuple(None if one is None else one / whole for one in shares)


def adjusted_r2(fits: Fits, n: int) -> Values:
    """R² less what chance alone would explain with as many causes, [B, J]."""
    k = fits.layout.paths.sum(axis=0)
    return np.asarray(1 - (1 - fits.structure.r2) * (n - 1) / (n - k - 1))


def fullest_model(model: PathModel) -> PathModel:
    """Every construct is acted on by all that stand before it in the model. Interactions stay where they act."""
    made = {one.name for one in model.interactions}
    order = [name for name in _as_given(model) if name not in made]
    claimed = [path for path in model.paths if path.source in made]
    paths = [Path(source=source, target=target) for j, target in enumerate(order) for source in order[:j]]
    return replace(model, name=f"{model.name}, all paths", paths=(*paths, *claimed))


def effect_sizes_anew(model: PathModel, sample: Sample, options: Options) -> Stack:
    """f² [J, J] with the model estimated anew without each path, so that scores may change; [i, j]: of i on j.

    Of the only path to a construct it is R² / (1 - R²). Where the model falls apart without the path, or an interaction
    loses its meaning, not a number.
    """
    ones = np.ones((1, sample.n))
    fits = estimate(model, sample, ones, options)
    found = np.full((fits.layout.n_constructs,) * 2, np.nan)
    for path in model.paths:
        i, j = fits.layout.constructs.index(path.source), fits.layout.constructs.index(path.target)
        whole = fits.structure.r2[0, j]
        less = 0.0
        if len(model.sources(path.target)) > 1:
            try:
                rival = replace(model, paths=tuple(one for one in model.paths if one != path))
            except BadPathModel:
                continue
            without = estimate(rival, sample, ones, options)
            less = without.structure.r2[0, without.layout.constructs.index(path.target)]
        found[i, j] = (whole - less) / (1 - whole)
    return found


def _as_given(model: PathModel) -> Sequence[str]:
    """Names in the order of the model where that puts causes first, else in the order of causes."""
    names = model.names
    place = {name: number for number, name in enumerate(names)}
    given = all(place[path.source] < place[path.target] for path in model.paths if "*" not in path.source)
    return names if given else model.order
