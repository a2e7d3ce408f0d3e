"""Choices of an analysis as people give them to the library and to pages: named, bounded, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from numbers import Real
from types import MappingProxyType
from typing import Any, cast

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.importance import Weighing
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.prediction import Antecedents, Benchmark
from safar.analysis.path_model.weights import Scheme
from safar.domain.choice_bounds import COUNTS, SHARES
from safar.errors import InputError

WORDS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "scheme": Scheme,
        "missing": Missing,
        "interval": IntervalMethod,
        "antecedents": Antecedents,
        "benchmark": Benchmark,
        "weighing": Weighing,
    }
)
_LARGEST = 1e17


class BadChoice(InputError):
    """A choice of an analysis is none that there is, or beyond its bounds."""

    code = "path-model.bad-choice"
    next_step = "Give the choice as the message says, or leave it out: then the usual one is taken."


def checked(**told: Any) -> dict[str, Any]:
    """The choices that are told (not None), each as its type: names in `WORDS`, numbers in `COUNTS` and `SHARES`, the
    ends of a scale, codes that mean no answer; any other as it is. Raises: BadChoice, naming the choice.
    """
    return {name: _checked(name, value) for name, value in told.items() if value is not None}


def _checked(name: str, value: Any) -> Any:
    if name in WORDS:
        return _word(name, value)
    if name in COUNTS:
        least, most = COUNTS[name]
        if not _is_number(value) or value != int(value) or not least <= value <= most:
            raise BadChoice(f"{name}: must be a whole number from {least} to {most}, not {value!r}.")
        return int(value)
    if name in SHARES:
        low, high = SHARES[name]
        if not _is_number(value) or not low <= value <= high:
            raise BadChoice(f"{name}: must be a number from {low:g} to {high:g}, not {value!r}.")
        return float(value)
    if name == "scale":
        ends = _numbers(value)
        if ends is None or len(ends) != 2 or not ends[0] < ends[1]:
            raise BadChoice(f"scale: must be two numbers, the least and the greatest answer, as (1, 7), not {value!r}.")
        return ends[0], ends[1]
    if name == "codes":
        codes = _numbers(value)
        if codes is None:
            raise BadChoice(f"codes: must be a list of numbers, as [99], not {value!r}.")
        return codes
    return value


def _word(name: str, value: Any) -> StrEnum:
    words = [str(one) for one in WORDS[name]]
    if isinstance(value, str) and value in words:
        return WORDS[name](value)
    close = get_close_matches(value, words, n=1) if isinstance(value, str) else []
    raise BadChoice(
        f"{name}: must be one of {', '.join(words)}, not {value!r}.",
        next_step=f"Did you mean {close[0]!r}?" if close else None,
    )


def _numbers(value: Any) -> tuple[float, ...] | None:
    try:
        found = tuple(value) if not isinstance(value, str) else (None,)
    except TypeError:
        return None
    return tuple(map(float, found)) if all(map(_is_number, found)) else None


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    return abs(cast("float", value)) < _LARGEST  # not turned into a float: a whole number may be too large for one
