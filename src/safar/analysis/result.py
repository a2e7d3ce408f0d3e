"""Results are frozen, know what they came from, and turn into tables for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Any

from safar.analysis.frames import NO_TYPES, Types, pandas_frame, polars_frame
from safar.analysis.telling import Telling, only, readable

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class Frozen:
    """Base of results and their parts: who changes one, or mistypes a name, is told what there is.

    Python's own refusal of a frozen dataclass with slots fails for a name that is no field (a TypeError about super()).
    Raises: FrozenInstanceError (an AttributeError).
    """

    __slots__ = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        # A dataclass with slots is made twice; the second time it brings its refusals along.
        for name, refusal in (("__setattr__", _refuse_to_set), ("__delattr__", _refuse_to_delete)):
            if name in cls.__dict__:
                setattr(cls, name, refusal)

    if not TYPE_CHECKING:  # or every name would pass as an attribute

        def __getattr__(self, name: str) -> Any:
            known = _public(type(self))
            there = ""
            if not name.startswith("_"):
                close = get_close_matches(name, known, n=3, cutoff=0.5)
                there = f"; did you mean {' or '.join(close)}?" if close else f"; it has {', '.join(known)}."
            raise AttributeError(f"{type(self).__name__} has no {name!r}{there}")


def _public(kind: type) -> list[str]:
    return [name for name in dir(kind) if not name.startswith("_")]


def _refuse_to_set(self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(_refusal(self, name))


def _refuse_to_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(_refusal(self, name))


def _refusal(result: object, name: str) -> str:
    kind = type(result).__name__
    names = [field.name for field in fields(result)] if is_dataclass(result) else []
    if name in names:
        return f"{kind} is never changed: dataclasses.replace(…, {name}=…) gives another one with a new {name}."
    return f"{kind} is never changed and has no {name!r}; it has {', '.join(names)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin(Frozen):
    """Which versions a result was computed from.

    `journey` and `rules` are content hashes (None where they play no part); `as_of` is the moment up to which
    facts count and at which passages are judged; `simulated` says that the data are made up.
    """

    log_version: int
    journey: str | None = None
    rules: str | None = None
    as_of: datetime | None = None
    simulated: bool = False


class Result(Frozen):
    """Mixin of all results: `rows()` is the one thing a subclass must give; `told()` may say it better."""

    __slots__ = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if "__repr__" not in cls.__dict__:  # or the dataclass would make one that is pages long
            cls.__repr__ = Result.__repr__  # type: ignore[method-assign]

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The result as flat rows with the same keys in each."""
        raise TypeError(f"{type(self).__name__} does not say its rows")

    def column_types(self) -> Types:
        """The type of each column of `rows()`, in their order."""
        return NO_TYPES

    def to_polars(self) -> pl.DataFrame:
        """The rows as a Polars frame, whose column types are those of the result's class, whatever the rows hold."""
        return polars_frame(self.rows(), self.column_types())

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame, of the same column types."""
        return pandas_frame(self.rows(), self.column_types())

    def to_json(self) -> str:
        """The whole result, nested, as JSON: times as ISO 8601, money as text."""
        return as_json(self)

    def told(self) -> Telling:
        """The result as people read it: title, whether it is simulated, filters, readable rows, notes."""
        return Telling(
            title=_words(type(self).__name__),
            simulated=bool(getattr(getattr(self, "origin", None), "simulated", False)),
            above=only(getattr(self, "filters", ())),
            rows=readable(self.rows()),
        )

    def __repr__(self) -> str:
        return self.told().text()

    def _repr_html_(self) -> str:
        return self.told().html()


def _words(name: str) -> str:
    """A class name as words: "JourneyGraph" is "Journey graph"."""
    return "".join(f" {c.lower()}" if c.isupper() and i else c for i, c in enumerate(name))


def as_json(value: object) -> str:
    """A dataclass, nested, as JSON: times as ISO 8601, money as text. `thaw` reads it back."""
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} is not a dataclass")
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case Mapping():
            return dict(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")
