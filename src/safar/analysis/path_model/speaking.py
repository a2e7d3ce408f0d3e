"""Numbers as a paper prints them, in English or Persian."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from safar.domain.speech import PERSIAN_DIGITS

_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"
NEVER_ZERO = 0.001


def is_persian(language: str) -> bool:
    """Whether a language is Persian; any other is spoken as English."""
    return language.startswith("fa")


def number(value: float | None, digits: int = 3, language: str = "en") -> str:
    """A number, an en dash where there is none; a true minus sign, which keeps its side in a Persian sentence."""
    if value is None or not isfinite(value):
        return "–"
    told = f"{value:,.{digits}f}"
    if float(told.replace(",", "")) == 0:
        told = told.removeprefix("-")
    told = told.replace("-", "−")
    if not is_persian(language):
        return told
    told = told.replace(",", "٬").replace(".", "٫").translate(PERSIAN_DIGITS)
    return f"{_LEFT_TO_RIGHT}{told}{_POP}" if told.startswith("−") else told


def count(n: int, language: str = "en") -> str:
    """A whole number with its thousands apart."""
    return number(n, 0, language)


def seed_of(n: int, language: str = "en") -> str:
    """A seed, which is typed again: without marks between its digits."""
    return str(n).translate(PERSIAN_DIGITS) if is_persian(language) else str(n)


def percent(share: float, digits: int = 0, language: str = "en") -> str:
    """A share of 1 in per cent."""
    return f"{number(100 * share, digits, language)}{'٪' if is_persian(language) else '%'}"


def probability(p: float | None, language: str = "en", *, least: float | None = None) -> str:
    """A p-value: never zero. least: what resamples could at least give; p at it may be anything below."""
    if p is None or not isfinite(p):
        return "–"
    if least is not None and NEVER_ZERO <= p <= least:
        told = number(p, 3, language)
        return f"حداکثر {told}" if is_persian(language) else f"≤ {told.removeprefix('0')}"
    if is_persian(language):
        return f"کمتر از {number(NEVER_ZERO, 3, language)}" if p < NEVER_ZERO else number(p, 3, language)
    return "< .001" if p < NEVER_ZERO else f"{p:.3f}".removeprefix("0")


def is_or_below(p: float | None, language: str = "en", *, least: float | None = None) -> str:
    """A p-value as a sentence has it: "p = .012", "p < .001", "p ≤ .001"."""
    told = probability(p, language, least=least)
    if is_persian(language):
        return f"p برابر {told}" if told == probability(p, language) and (p is None or p >= NEVER_ZERO) else f"p {told}"
    return f"p {told}" if told.startswith(("<", "≤")) else f"p = {told}"


def stars(p: float | None) -> str:
    """Significance at .05, .01 and .001."""
    return "" if p is None else "***" if p < NEVER_ZERO else "**" if p < 0.01 else "*" if p < 0.05 else ""


def bounds(low: float | None, high: float | None, digits: int = 3, language: str = "en") -> str:
    """An interval in brackets."""
    if low is None or high is None or not isfinite(low) or not isfinite(high):
        return "–"
    if is_persian(language):
        return f"{number(low, digits, language)} تا {number(high, digits, language)}"
    return f"[{number(low, digits)}, {number(high, digits)}]"


def name(told: str, language: str = "en") -> str:
    """A name from the model or the data, which keeps its own direction in a Persian sentence."""
    return f"{_FIRST_STRONG}{told}{_POP}" if is_persian(language) else told


def names(told: list[str] | tuple[str, ...], language: str = "en") -> str:
    """Several names."""
    return ("، " if is_persian(language) else ", ").join(name(one, language) for one in told)


def arrow(source: str, target: str, language: str = "en") -> str:
    """A path. In Persian the arrow points the way one reads."""
    return chain((source, target), language)


def chain(told: Sequence[str], language: str = "en") -> str:
    """A path by way of others."""
    return (" ← " if is_persian(language) else " → ").join(name(one, language) for one in told)
