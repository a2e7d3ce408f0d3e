"""The compiled loop finds what the loop in NumPy finds."""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.layout import Block, Layout, lay_out
from safar.analysis.path_model.moments import Sample, resample_counts
from safar.analysis.path_model.stacks import Stack
from safar.analysis.path_model.weights import Scheme, can_compile, find_weights
from safar.domain.path_model import Measured, Mode

pytestmark = pytest.mark.skipif(not can_compile(), reason="numba is not installed")


def _layout(modes: tuple[Mode, Mode, Mode]) -> Layout:
    blocks = [
        Block(name, tuple(f"{name}{k}" for k in range(size)), mode, Measured.COMPOSITE)
        for name, size, mode in zip("xmy", (3, 1, 4), modes, strict=True)
    ]
    return lay_out(blocks, [("x", "m"), ("x", "y"), ("m", "y")])


def _correlations(resamples: int) -> Stack:
    chance = np.random.default_rng(1)
    common = chance.normal(size=(60, 1))
    sample = Sample(0.7 * common + chance.normal(size=(60, 8)), np.ones(60))
    (counts,) = resample_counts(60, resamples, seed=2)
    return sample.correlations_of(counts)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("modes", [(Mode.A, Mode.A, Mode.A), (Mode.B, Mode.B, Mode.A), (Mode.UNIT, Mode.A, Mode.B)])
def test_equals_numpy(scheme: Scheme, modes: tuple[Mode, Mode, Mode]) -> None:
    layout, correlations = _layout(modes), _correlations(120)
    plain, fast = (find_weights(correlations, layout, scheme=scheme, compiled=way) for way in (False, True))
    for name in ("weights", "loadings", "scores"):
        assert getattr(fast, name) == pytest.approx(getattr(plain, name), abs=1e-12)
    assert (fast.rounds == plain.rounds).all()
    assert (fast.converged == plain.converged).all()


def test_what_does_not_end_or_has_no_variance() -> None:
    layout, correlations = _layout((Mode.A, Mode.A, Mode.A)), _correlations(3)
    correlations[1] = np.nan
    for way in (False, True):
        cut = find_weights(correlations, layout, tolerance=0.0, most_rounds=5, compiled=way)
        assert not cut.converged.any()
        found = find_weights(correlations, layout, compiled=way)
        assert found.converged.tolist() == [True, False, True]
        assert np.isnan(found.weights[1]).all()
