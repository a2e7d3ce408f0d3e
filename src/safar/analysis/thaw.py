"""Frozen results back from their JSON: what `Result.to_json` wrote, as the same dataclasses."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def thaw(kind: type[T], text: str) -> T:
    """The result that `text` tells. Raises: ValueError, KeyError or TypeError where it tells none of that kind."""
    found = _thawed(kind, json.loads(text))
    if not isinstance(found, kind):
        raise TypeError(f"this is no {kind.__name__}")
    return found


def _thawed(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _thawed(next(one for one in arguments if one is not type(None)), value)
    if origin is tuple:
        return tuple(_thawed(arguments[0], item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return {name: _thawed(arguments[1], item) for name, item in value.items()}
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        # What an earlier release did not write yet is as it is by default.
        given = [one.name for one in fields(kind) if one.init and (one.name in value or not _has_default(one))]
        return kind(**{name: _thawed(hints[name], value[name]) for name in given})
    return value


def _has_default(one: Field[Any]) -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
