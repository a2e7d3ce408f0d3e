"""Linear algebra on stacks of small matrices, all of a stack at once.

A library call a matrix costs more than the arithmetic of a 4 by 4 system. Here the loops run over rows and columns of
one system, and each of their steps over the whole stack.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Stack = NDArray[np.float64]


def solve(matrices: Stack, right: Stack) -> Stack:
    """x with matrices @ x = right, for positive definite matrices.

    matrices: [B, k, k]; right: [B, k, m]; → [B, k, m]. A singular system gives values that are not finite.
    """
    size = matrices.shape[1]
    system = np.ascontiguousarray(np.concatenate([matrices, right], axis=2).transpose(1, 2, 0))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for pivot in range(size):
            system[pivot, pivot:] /= system[pivot, pivot].copy()
            for row in range(size):
                if row != pivot:
                    system[row, pivot + 1 :] -= system[row, pivot] * system[pivot, pivot + 1 :]
    return np.ascontiguousarray(system[:, size:].transpose(2, 0, 1))


def inverse(matrices: Stack) -> Stack:
    """Inverses of positive definite matrices, [B, k, k] each."""
    size = matrices.shape[1]
    return solve(matrices, np.broadcast_to(np.eye(size), matrices.shape))


def least_eigenvalue(matrices: Stack) -> NDArray[np.float64]:
    """The smallest eigenvalue of each symmetric matrix [B, k, k] → [B]; not a number where a matrix is not finite."""
    found = np.full(len(matrices), np.nan)
    fine = np.isfinite(matrices).all(axis=(1, 2))
    if fine.any():
        found[fine] = np.linalg.eigvalsh(matrices[fine])[:, 0]
    return found
