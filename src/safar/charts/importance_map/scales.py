"""How far the axes of an importance-performance map reach, and the numbers that stand on them."""

from __future__ import annotations

from math import ceil, floor, log10

from safar.analysis.path_model.importance_result import ImportanceResult

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def importance_range(result: ImportanceResult, *, room: float) -> tuple[float, float]:
    """From nothing (or the least, where something works against the target) to the greatest, with a share of room."""
    values = [one.importance for one in result.places] + [one.importance for one in result.items]
    low, high = min(0.0, *values), max(0.0, *values)
    width = (high - low) or 1.0
    return (low - 0.05 * width if low < 0 else 0.0), high + room * width


def performance_range(result: ImportanceResult) -> tuple[float, float]:
    """Room around what is drawn, within 0 to 100 where that holds it."""
    values = [one.performance for one in result.places] + [one.performance for one in result.items]
    low, high = min(values), max(values)
    room = max(5.0, 0.15 * (high - low))
    return max(min(0.0, low), low - room), min(max(100.0, high), high + room)


def ticks(low: float, high: float, *, most: int) -> tuple[list[float], int]:
    """Round numbers between two ends, so many at most, and the decimals that they need."""
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(power * one for one in _STEPS if power * one >= rough * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    decimals = max(0, -floor(log10(step) + 1e-9))
    if round(step, decimals) != round(step, decimals + 1):
        decimals += 1
    return [k * step for k in range(first, last + 1)], decimals
