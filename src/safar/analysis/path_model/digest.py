"""What rows an analysis stands on, as a digest."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.domain.path_model import PathModel


def digest_of(model: PathModel, sample: Sample) -> str:
    """SHA-256 of the rows that an analysis stands on, and of their weights: by it a saved run knows them again."""
    told = sha256("\n".join(model.items).encode())
    told.update(np.ascontiguousarray(sample.rows, dtype="<f8").tobytes())
    told.update(np.ascontiguousarray(sample.case_weights, dtype="<f8").tobytes())
    if isinstance(sample, ScaledSample):  # the same codes of other categories are other data
        told.update("\n".join(name for one in sample.scales for name in (one.item, *one.categories)).encode())
    return told.hexdigest()


def item_digests(model: PathModel, sample: Sample) -> dict[str, str]:
    """Of each item's answers alone, and of their rows' weights: by these, results of other items know the same rows."""
    weights = np.ascontiguousarray(sample.case_weights, dtype="<f8").tobytes()
    scales = {one.item: one.categories for one in sample.scales} if isinstance(sample, ScaledSample) else {}
    return {
        item: sha256(
            np.ascontiguousarray(sample.rows[:, k], dtype="<f8").tobytes()
            + weights
            + "\n".join(scales.get(item, ())).encode()
        ).hexdigest()[:16]
        for k, item in enumerate(model.items)
    }
