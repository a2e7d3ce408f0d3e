"""Reading TOML tables strictly: every error names the path in the file, and an unknown key suggests the right one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from safar.errors import InputError


class BadRecipe(InputError):
    """A recipe cannot be used."""

    code = "recipe.invalid"
    next_step = "Correct the recipe at that place; docs/reference/recipe-file.md describes every field."


class UnknownField(BadRecipe):
    """A recipe has a field that does not exist."""

    code = "recipe.unknown-field"


class Section:
    """One table of the recipe. Fields are taken by name; `done()` complains of those that nobody took."""

    def __init__(self, raw: object, path: str) -> None:
        if not isinstance(raw, Mapping):
            raise BadRecipe(f"{path or 'recipe'}: expected a table, found {_kind(raw)}.")
        self.raw: Mapping[str, Any] = raw
        self.path = path
        self._known: set[str] = set()

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        self._known.add(name)
        return name in self.raw

    def any(self, name: str) -> Any:
        """The field as it stands, or None."""
        self._known.add(name)
        return self.raw.get(name)

    def text(self, name: str, default: str | None = None) -> str | None:
        """A text."""
        value = self.any(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise BadRecipe(f"{self.at(name)}: expected text in quotes, found {_kind(value)}.")
        return value

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise BadRecipe(f"{self.at(name)} is missing.")
        return value

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A text or a list of texts. Whole numbers are read as their text, so that codes may be written bare."""
        value = self.any(name)
        return default if value is None else as_texts(value, self.at(name))

    def flag(self, name: str, default: bool) -> bool:
        """true or false."""
        value = self.any(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise BadRecipe(f"{self.at(name)}: expected true or false, found {_kind(value)}.")
        return value

    def number(self, name: str) -> float | None:
        """A number."""
        value = self.any(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadRecipe(f"{self.at(name)}: expected a number, found {_kind(value)}.")
        return float(value)

    def choice(self, name: str, allowed: Iterable[str], default: str | None = None) -> str | None:
        """A text out of a closed set."""
        value = self.text(name, default)
        names = [str(one) for one in allowed]
        if value is not None and value not in names:
            raise BadRecipe(f"{self.at(name)}: {value!r} is not one of {', '.join(names)}{near(value, names)}.")
        return value

    def table(self, name: str) -> Section | None:
        """A table inside."""
        value = self.any(name)
        return None if value is None else Section(value, self.at(name))

    def tables(self, name: str) -> list[Section]:
        """A list of tables; a single table counts as a list of one."""
        value = self.any(name)
        if value is None:
            return []
        if isinstance(value, Mapping):
            return [Section(value, self.at(name))]
        if not isinstance(value, list):
            raise BadRecipe(f"{self.at(name)}: expected [[{name}]] tables, found {_kind(value)}.")
        return [Section(one, f"{self.at(name)}[{i}]") for i, one in enumerate(value, start=1)]

    def done(self) -> None:
        """Raises UnknownField for the first field that was not asked for."""
        for name in self.raw:
            if name not in self._known:
                raise UnknownField(f"{self.at(name)}: there is no such field{near(name, self._known)}.")


def as_texts(value: object, path: str) -> tuple[str, ...]:
    """A text, a whole number, or a list of them, as texts."""
    many = value if isinstance(value, list) else [value]
    texts = []
    for one in many:
        if isinstance(one, bool) or not isinstance(one, str | int):
            raise BadRecipe(f"{path}: expected text or a list of texts, found {_kind(one)}.")
        texts.append(str(one))
    return tuple(texts)


def near(name: str, known: Iterable[str]) -> str:
    """' (did you mean …?)', or nothing."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def _kind(value: object) -> str:
    names: dict[type, str] = {bool: "true/false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, Mapping) else type(value).__name__)
