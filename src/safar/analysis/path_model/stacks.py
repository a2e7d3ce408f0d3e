"""Linear algebra on stacks of small matrices, all of a stack at once.

A library call a matrix costs more than the arithmetic of a 4 by 4 system. Here the loops run over rows and columns of
one system, and each of their steps over the whole stack.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Stack = NDArray[np.float64]
SINGULAR = 1e-10
"""What is left of a variable of variance one from which it follows exactly from others, but for rounding."""


def solve(matrices: Stack, right: Stack, *, least: float = SINGULAR) -> Stack:
    """x with matrices @ x = right, for positive definite matrices with a diagonal of about one.

    matrices: [B, k, k]; right: [B, k, m]; → [B, k, m]. A system with a pivot below `least` gives values that are no
    numbers: rounding alone would answer.
    """
    size = matrices.shape[1]
    system = np.ascontiguousarray(np.concatenate([matrices, right], axis=2).transpose(1, 2, 0))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for pivot in range(size):
            divisor = system[pivot, pivot].copy()
            divisor[np.abs(divisor) < least] = np.nan
            system[pivot, pivot:] /= divisor
            for row in range(size):
                if row != pivot:
                    system[row, pivot + 1 :] -= system[row, pivot] * system[pivot, pivot + 1 :]
    return np.ascontiguousarray(system[:, size:].transpose(2, 0, 1))


def inverse(matrices: Stack, *, least: float = SINGULAR) -> Stack:
    """Inverses of positive definite matrices, [B, k, k] each; least: as `solve`."""
    size = matrices.shape[1]
    return solve(matrices, np.broadcast_to(np.eye(size), matrices.shape), least=least)


def least_eigenvalue(matrices: Stack) -> NDArray[np.float64]:
    """The smallest eigenvalue of each symmetric matrix [B, k, k] → [B]; not a number where a matrix is not finite."""
    found = np.full(len(matrices), np.nan)
    fine = np.isfinite(matrices).all(axis=(1, 2))
    if fine.any():
        found[fine] = np.linalg.eigvalsh(matrices[fine])[:, 0]
    return found
