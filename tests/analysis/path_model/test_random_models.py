"""Random models on random answers: the engine finds what a textbook's row-by-row estimation finds.

Provenance: `textbook_pls`, written apart from the engine. Models have disconnected pieces, single items, turned items,
ties, scales that differ by many powers of ten, higher-order constructs, and interactions of all kinds.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import Sample, resample_counts
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.run import Run
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import (
    BadPathModel,
    Construct,
    HigherOrder,
    Interaction,
    InteractionMethod,
    Measured,
    Mode,
    Path,
    PathModel,
)
from tests.analysis.path_model.textbook_pls import Textbook, alpha, estimate_by_rows, htmt, implied, rho_a

Matrix = NDArray[np.float64]
FEW = range(12)
_NAMES = ("select", "class", "my item", "a.b", "x-y", "رضایت ۱", "it's", "100%", "a,b", "None", "{x}", "index", "$1")
_EXACT: dict[str, Any] = {"rtol": 1e-8, "atol": 1e-8}


class _Undrawn(Exception):
    """Chance drew no model."""


def _drawn(seed: int) -> tuple[PathModel, Matrix, Options, np.random.Generator]:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(2, 11))
    names = [str(one) for one in chance.choice(_NAMES, count, replace=False)]
    pairs = [
        (names[a], names[b])
        for b in range(1, count)
        if b == 1 or chance.random() < 0.75
        for a in chance.choice(b, int(chance.integers(1, min(b, 3) + 1)), replace=False)
    ]
    joined = [name for name in names if any(name in pair for pair in pairs)]
    scores: dict[str, Matrix] = {}
    rows = int(chance.choice([80, 200, 500]))
    constructs, columns = [], []
    kind = chance.choice(["continuous", "five", "scales"])
    for name in joined:  # causes stand before what they act on
        score = chance.normal(size=rows)
        for source, target in pairs:
            if target == name:
                score = score + chance.uniform(-0.6, 0.9) * scores[source]
        scores[name] = (score - score.mean()) / score.std()
        size, mode = int(chance.integers(1, 7)), Mode(chance.choice(["A", "A", "A", "B", "unit"]))
        factor = mode is not Mode.B and chance.random() < 0.5
        constructs.append(
            Construct(
                name=name,
                items=tuple(f"{name} {k}" for k in range(size)),
                mode=mode,
                measured=Measured.FACTOR if factor else Measured.COMPOSITE,
            )
        )
        for _ in range(size):
            loading = chance.uniform(0.5, 0.9) * (-1 if chance.random() < 0.1 else 1)
            item = loading * scores[name] + np.sqrt(1 - loading**2) * chance.normal(size=rows)
            if kind == "five":
                item = np.clip(np.round(0.9 * item + 3.4), 1, 5)
            columns.append(item * 10.0 ** chance.integers(-8, 9) if kind == "scales" else item)
    order = chance.permutation(len(constructs))
    starts = np.cumsum([0, *(len(one.items) for one in constructs)])
    places = np.concatenate([np.arange(starts[k], starts[k + 1]) for k in order])
    paths = [Path(source=source, target=target) for source, target in chance.permutation(pairs).tolist()]
    model = PathModel(name="drawn", constructs=tuple(constructs[k] for k in order), paths=tuple(paths))
    options = Options(
        scheme=Scheme(chance.choice(list(Scheme))),
        consistent=bool(chance.random() < 0.4),
        tolerance=1e-12,
    )
    return model, np.column_stack(columns)[:, places], options, chance


def _grown(model: PathModel, chance: np.random.Generator) -> PathModel:
    """The model with a higher-order construct and interactions where chance will have them."""
    names = [one.name for one in model.constructs]
    pairs = [(path.source, path.target) for path in model.paths]
    higher: tuple[HigherOrder, ...] = ()
    if len(names) > 3 and chance.random() < 0.5:
        parts = tuple(str(one) for one in chance.choice(names, 2, replace=False))
        mode = Mode(chance.choice(list(Mode)))
        factor = mode is Mode.A and chance.random() < 0.5
        higher = (
            HigherOrder(
                name="whole", parts=parts, mode=mode, measured=Measured.FACTOR if factor else Measured.COMPOSITE
            ),
        )
        named = [tuple("whole" if name in parts else name for name in pair) for pair in pairs]
        pairs = [(source, target) for source, target in dict.fromkeys(named) if source != target]
    products: dict[str, Interaction] = {}
    for target in dict.fromkeys(target for _, target in pairs):
        sources = [source for source, one in pairs if one == target and "*" not in source]
        if chance.random() < 0.6:
            continue
        factors = tuple(sources[:2]) if len(sources) > 1 and chance.random() < 0.7 else (sources[0],) * 2
        one = Interaction(factors=factors, method=InteractionMethod(chance.choice(list(InteractionMethod))))
        products.setdefault(one.name, one)
        pairs.append((one.name, target))
    try:
        return PathModel(
            name="grown",
            constructs=model.constructs,
            higher_orders=higher,
            interactions=tuple(products.values()),
            paths=tuple(Path(source=source, target=target) for source, target in pairs),
        )
    except BadPathModel as cause:  # joined parts may close a circle, or stand alone
        raise _Undrawn from cause


def _same_estimates(fits: Fits, b: int, found: Textbook) -> None:
    """Up to the side a score of turned items points to, which a rounding may decide."""
    layout = fits.layout
    names = list(layout.constructs)
    place = [found.names.index(name) for name in names]
    sign = np.ones(len(names))
    for j, name in enumerate(names):
        block = layout.block(j)
        turned = float(fits.weights.weights[b, block] @ found.weights[name])
        sign[j] = -1.0 if turned < 0 else 1.0
        np.testing.assert_allclose(fits.weights.weights[b, block], sign[j] * found.weights[name], **_EXACT)
        np.testing.assert_allclose(fits.structure.loadings[b, block], sign[j] * found.loadings[name], **_EXACT)
    theirs = found.paths[np.ix_(place, place)] * sign[:, None] * sign
    np.testing.assert_allclose(fits.structure.paths[b], theirs, **_EXACT)
    for name, share in found.r2.items():
        np.testing.assert_allclose(fits.structure.r2[b, names.index(name)], share, **_EXACT)


def _check_stages(seed: int) -> None:
    model, rows, options, chance = _drawn(seed)
    try:
        model = _grown(model, chance)
    except _Undrawn:
        return
    n = len(rows)
    weights = chance.integers(1, 4, n).astype(np.float64)
    counts = np.concatenate([np.ones((1, n)), *resample_counts(n, 2, seed=seed)])
    fits = estimate(model, Sample(rows, np.ones(n)), counts, options)
    weighted = estimate(model, Sample(rows, weights / weights.mean()), np.ones((1, n)), options)
    # A row that weighs twice counts as much as one that is there twice.
    for one, b, times in [*((fits, b, counts[b]) for b in range(len(counts))), (weighted, 0, weights)]:
        found = estimate_by_rows(model, np.repeat(rows, times.astype(np.intp), axis=0), options)
        if found.settled and one.weights.converged[b]:
            _same_estimates(one, b, found)


def _check_result(seed: int) -> None:
    model, rows, options, _ = _drawn(seed)
    found = estimate_by_rows(model, rows, options)
    if not found.settled or not np.isfinite(found.paths).all():
        return
    result = analyze(model, Sample(rows, np.ones(len(rows))), Run(options=options))
    place = {name: k for k, name in enumerate(found.names)}
    for path in result.paths:
        pair = path.source, path.target
        ours = [path.figure.estimate, path.f2, path.vif]
        theirs = [found.paths[place[pair[0]], place[pair[1]]], found.f2[pair], found.vif[pair]]
        np.testing.assert_allclose(np.array(ours, dtype=np.float64), theirs, rtol=1e-7, atol=1e-8)
    for effect in result.effects:
        at = place[effect.source], place[effect.target]
        assert effect.total.estimate == pytest.approx(found.total[at], rel=1e-8, abs=1e-8)
        assert effect.indirect.estimate == pytest.approx(found.total[at] - found.paths[at], rel=1e-8, abs=1e-8)
    for pair_ in result.htmt:
        one, other = (found.blocks[name].items for name in (pair_.one, pair_.other))
        assert pair_.value == pytest.approx(htmt(one, other), rel=1e-8)
    _check_items(result, found)
    _check_constructs(result, found, len(rows))
    _check_fit(result, found, len(rows))


def _check_items(result: PathResult, found: Textbook) -> None:
    for one in result.items:
        place = [item.item for item in result.items if item.construct == one.construct].index(one.item)
        loading = found.loadings[one.construct][place]
        assert one.loading.estimate == pytest.approx(loading, rel=1e-8, abs=1e-8)
        assert one.weight.estimate == pytest.approx(found.weights[one.construct][place], rel=1e-8, abs=1e-8)
        share = found.r2.get(one.construct)
        assert one.redundancy == (None if share is None else pytest.approx(share * loading**2, rel=1e-7, abs=1e-8))


def _check_constructs(result: PathResult, found: Textbook, n: int) -> None:
    for one in result.constructs:
        items, loadings = found.blocks[one.construct].items, found.loadings[one.construct]
        if one.items > 1:
            common = loadings.sum() ** 2
            assert one.alpha == pytest.approx(alpha(items), rel=1e-7)
            assert one.rho_c == pytest.approx(common / (common + (1 - loadings**2).sum()), rel=1e-7)
            assert one.ave == pytest.approx((loadings**2).mean(), rel=1e-8)
            values = np.linalg.eigvalsh(np.corrcoef(items, rowvar=False))
            assert [one.second_eigenvalue, one.first_eigenvalue] == pytest.approx(values[-2:], rel=1e-7)
            if one.mode == "A":
                assert one.rho_a == pytest.approx(rho_a(items, found.weights[one.construct]), rel=1e-7)
        if one.r2 is not None:
            share, causes = found.r2[one.construct], sum(pair[1] == one.construct for pair in found.f2)
            assert one.r2.estimate == pytest.approx(share, rel=1e-8, abs=1e-8)
            assert one.r2_adjusted == pytest.approx(1 - (1 - share) * (n - 1) / (n - causes - 1), rel=1e-8, abs=1e-8)


def _check_fit(result: PathResult, found: Textbook, n: int) -> None:
    below = np.tril_indices(len(implied(found, saturated=True)[0]))
    for saturated, srmr in ((False, result.fit.srmr), (True, result.fit.srmr_saturated)):
        data, model = implied(found, saturated=saturated)
        assert srmr == pytest.approx(np.sqrt(((data - model)[below] ** 2).mean()), rel=1e-8)
    data, model = implied(found, saturated=False)
    assert result.fit.d_uls == pytest.approx(0.5 * ((data - model) ** 2).sum(), rel=1e-8)
    if np.linalg.eigvalsh(model)[0] > 1e-6:
        ratio = np.linalg.solve(model, data)
        d_ml = np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(data)
        assert result.fit.d_g == pytest.approx(0.5 * (np.log(np.linalg.eigvals(ratio).real) ** 2).sum(), rel=1e-6)
        if result.fit.chi_square is not None:  # where degrees of freedom are left
            assert result.fit.chi_square == pytest.approx((n - 1) * d_ml, rel=1e-6, abs=1e-6)
        assert result.fit.nfi == pytest.approx(1 + d_ml / np.linalg.slogdet(data)[1], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", FEW)
def test_every_figure_is_the_textbook_s(seed: int) -> None:
    _check_result(seed)


@pytest.mark.parametrize("seed", FEW)
def test_stages_resamples_and_weights_are_the_textbook_s(seed: int) -> None:
    _check_stages(seed)


@pytest.mark.slow
@pytest.mark.parametrize("begin", range(len(FEW), 204, 24))
def test_many_more_are_too(begin: int) -> None:
    for seed in range(begin, begin + 24):
        _check_result(seed)
        _check_stages(seed)


def test_constructs_may_be_called_what_tables_call_their_columns() -> None:
    chance = np.random.default_rng(3)
    names = ("construct", "item", "one", "path")
    rows = chance.normal(size=(90, 8)) + chance.normal(size=(90, 1))
    model = PathModel(
        name="odd",
        constructs=tuple(Construct(name=name, items=(f"{name}.1", name)) for name in names),
        paths=tuple(Path(source=a, target=b) for a, b in pairwise(names)),
    )
    found = analyze(model, Sample(rows, np.ones(90)), Run())
    table = {row["construct"]: row for row in found.part("correlations")}
    assert list(table) == list(names)
    assert table["item"]["(construct)"] == found.correlations[1][0]
    assert table["construct"]["item"] == found.correlations[0][1] == pytest.approx(found.correlations[1][0])
    crossed = found.part("cross_loadings")
    assert [row["item"] for row in crossed] == list(model.items)
    assert {row["(item)"] for row in crossed if row["construct"] == "item"} <= {
        one.loadings[1] for one in found.cross_loadings
    }
    for part in found.parts:
        assert found.to_polars(part).height == len(found.part(part))
