"""The scale of a column of ratings, judged by its numbers."""

from __future__ import annotations

import re

from safar.domain.digits import latin_digits
from safar.files.recipe.marks import number_of
from safar.files.recipe.profile import USUAL_CODES, Profile, few

_SCALES = ((1, 5), (0, 10), (1, 7), (1, 10), (1, 4), (1, 6))


def usual_scale(rating: Profile) -> tuple[int, int, tuple[str, ...]]:
    """The usual scale that all values fit, or all but a few; some that stick out look like codes of missing answers."""
    often: dict[float, int] = {}
    for value, times in zip(rating.values, rating.often or (1,) * len(rating.values), strict=True):
        number = told(rating, value)
        if number is not None:
            often[number] = often.get(number, 0) + times
    usual = tuple(f"{number:g}" for number in sorted(often) if number in USUAL_CODES)
    plain = {number: times for number, times in often.items() if number not in USUAL_CODES}
    if sum(times for number, times in plain.items() if not 0 <= number <= 10) <= few(rating.filled):
        plain = {number: times for number, times in plain.items() if 0 <= number <= 10}
    numbers = sorted(plain)
    for low, high in _SCALES:
        codes = [number for number in numbers if not low <= number <= high]
        if (low, high) == (1, 5) and codes and set(codes) <= {0.0, 6.0} and numbers[-1] <= 6:
            return low, high, (*(f"{code:g}" for code in codes), *usual)
        if sum(plain[code] for code in codes) <= rating.filled // 100:
            return low, high, usual
    return int(min(often)), max(int(max(often)), int(min(often)) + 1), ()


def outside(rating: Profile, scale: tuple[int, int, tuple[str, ...]]) -> list[str]:
    """Values that neither lie on the scale nor are codes: their rows will be set aside."""
    low, high, missing = scale
    return [
        value
        for value in rating.values
        if (number := told(rating, value)) is not None and value not in missing and not low <= number <= high
    ]


def told(rating: Profile, value: str) -> float | None:
    """The number that a value of a rating is."""
    return number_of(value, rating.marks) if re.match(r"[-+]?\d", latin_digits(value)) else None
