"""Numbers as a paper prints them, in English or Persian."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from safar.analysis.path_model.numeral import Bounds, Form, Numeral
from safar.domain.speech import PERSIAN_DIGITS

_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"
NEVER_ZERO = 0.001


def is_persian(language: str) -> bool:
    """Whether a language is Persian; any other is spoken as English."""
    return language.startswith("fa")


def number(value: float | None, digits: int = 3, language: str = "en") -> Numeral:
    """A number, an en dash where there is none; a true minus sign, which keeps its side in a Persian sentence."""
    if value is None or not isfinite(value):
        return Numeral("–", None, digits)
    told = f"{value:,.{digits}f}"
    if float(told.replace(",", "")) == 0:
        told = told.removeprefix("-")
    told = told.replace("-", "−")
    if is_persian(language):
        told = told.replace(",", "٬").replace(".", "٫").translate(PERSIAN_DIGITS)
        told = _left_to_right(told) if told.startswith("−") else told
    return Numeral(told, float(value), digits)


def starred(value: float | None, p: float | None, digits: int = 3) -> Numeral:
    """A number with the stars of its p-value."""
    return number(value, digits).marked(stars(p))


def count(n: int, language: str = "en") -> Numeral:
    """A whole number with its thousands apart."""
    return number(n, 0, language)


def seed_of(n: int, language: str = "en") -> str:
    """A seed, which is typed again: without marks between its digits."""
    return str(n).translate(PERSIAN_DIGITS) if is_persian(language) else str(n)


def percent(share: float | None, digits: int = 0, language: str = "en") -> Numeral:
    """A share of 1 in per cent; an en dash where there is none."""
    told = number(None if share is None else 100 * share, digits, language)
    sign = "" if told.value is None else "٪" if is_persian(language) else "%"
    return Numeral(f"{told}{sign}", None if told.value is None else share, digits, Form.SHARE)


def probability(p: float | None, language: str = "en", *, least: float | None = None) -> Numeral:
    """A p-value: never zero. least: what resamples could at least give; p at it may be anything below."""
    if p is None or not isfinite(p):
        return Numeral("–", None, 3, Form.PROBABILITY)
    if least is not None and NEVER_ZERO <= p <= least:
        told = number(p, 3, language)
        at_most = f"حداکثر {told}" if is_persian(language) else f"≤ {told.removeprefix('0')}"
        return Numeral(at_most, p, 3, Form.AT_MOST)
    if is_persian(language):
        below = f"کمتر از {number(NEVER_ZERO, 3, language)}" if p < NEVER_ZERO else number(p, 3, language)
    else:
        below = "< .001" if p < NEVER_ZERO else f"{p:.3f}".removeprefix("0")
    return Numeral(below, p, 3, Form.PROBABILITY)


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


def bracketed(low: float | None, high: float | None, digits: int = 3, language: str = "en") -> Bounds:
    """An interval as a cell of a table, which reads from left to right in Persian too."""
    if low is None or high is None or not isfinite(low) or not isfinite(high):
        return Bounds("–", None, None, digits)
    told = bounds(low, high, digits)
    if is_persian(language):
        told = _left_to_right(told.replace(",", "،").replace(".", "٫").translate(PERSIAN_DIGITS))
    return Bounds(told, low, high, digits)


def in_letters_of(cell: Numeral, language: str) -> Numeral:
    """A number told in English as a cell of a table in Persian has it."""
    if cell.value is None or not is_persian(language):
        return cell
    match cell.form:
        case Form.SHARE:
            return percent(cell.value, cell.digits, language)
        case Form.PROBABILITY:
            return probability(cell.value, language)
        case Form.AT_MOST:
            return probability(cell.value, language, least=cell.value)
        case Form.ABOVE:
            return cell.told_as(f"بیش از {number(cell.value, cell.digits, language)}")
    plain = number(cell.value, cell.digits, language)
    return cell.told_as(_left_to_right(f"{_bare(plain)}{cell.marks}") if cell.marks else plain)


def _left_to_right(told: str) -> str:
    return f"{_LEFT_TO_RIGHT}{told}{_POP}"


def _bare(told: str) -> str:
    return told.removeprefix(_LEFT_TO_RIGHT).removesuffix(_POP)


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
