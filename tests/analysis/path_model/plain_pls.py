"""Partial least squares as a textbook has it, row by row: what the engine is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def standardized(rows: Matrix) -> Matrix:
    found: Matrix = (rows - rows.mean(axis=0)) / rows.std(axis=0, ddof=1)
    return found


def scores_of(
    blocks: Mapping[str, Matrix], paths: Sequence[tuple[str, str]], *, rounds: int = 400
) -> tuple[dict[str, Matrix], dict[str, Matrix]]:
    """Scores and outer weights of each block (mode A, path scheme), for so many rounds."""
    items = {name: standardized(rows) for name, rows in blocks.items()}
    weights = {name: np.ones(rows.shape[1]) for name, rows in items.items()}
    for _ in range(rounds):
        scores = {name: standardized(rows @ weights[name]) for name, rows in items.items()}
        for name, rows in items.items():
            sources = [source for source, target in paths if target == name]
            targets = [target for source, target in paths if source == name]
            inner = np.zeros(len(scores[name]))
            if sources:
                x = np.column_stack([scores[one] for one in sources])
                inner = x @ np.linalg.lstsq(x, scores[name], rcond=None)[0]
            for one in targets:
                inner = inner + np.corrcoef(scores[name], scores[one])[0, 1] * scores[one]
            weights[name] = rows.T @ standardized(inner) / (len(inner) - 1)
    scores = {}
    for name, rows in items.items():
        raw = rows @ weights[name]
        weights[name] = weights[name] / raw.std(ddof=1)
        scores[name] = standardized(raw)
        if (rows.T @ scores[name]).sum() < 0:
            scores[name], weights[name] = -scores[name], -weights[name]
    return scores, weights


def slopes(scores: Mapping[str, Matrix], sources: Sequence[str], target: str) -> Matrix:
    x = np.column_stack([scores[one] for one in sources])
    return np.asarray(np.linalg.lstsq(x, scores[target], rcond=None)[0], dtype=np.float64)


def measured(score: Matrix, items: int, chance: np.random.Generator, *, loading: float = 0.8) -> Matrix:
    """Items that a score shows in, with this correlation each."""
    noise = chance.normal(size=(len(score), items))
    return np.asarray(loading * score[:, None] + np.sqrt(1 - loading**2) * noise)
