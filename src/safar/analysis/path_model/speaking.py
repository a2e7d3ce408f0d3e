"""Numbers as a paper prints them."""

from __future__ import annotations

from math import isfinite


def number(value: float | None, digits: int = 3) -> str:
    """A number, an en dash where there is none; a true minus sign."""
    if value is None or not isfinite(value):
        return "–"
    told = f"{value:,.{digits}f}"
    if float(told.replace(",", "")) == 0:
        told = told.removeprefix("-")
    return told.replace("-", "−")


def probability(p: float | None) -> str:
    """A p-value: never zero."""
    if p is None:
        return "–"
    return "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def stars(p: float | None) -> str:
    """Significance at .05, .01 and .001."""
    return "" if p is None else "***" if p < 0.001 else "**" if p < 0.01 else "*" if p < 0.05 else ""


def bounds(low: float | None, high: float | None, digits: int = 3) -> str:
    """An interval in brackets."""
    return "–" if low is None or high is None else f"[{number(low, digits)}, {number(high, digits)}]"
