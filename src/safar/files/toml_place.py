"""Reading TOML so that every mistake is told by its place in the file.

A `Table` hands out its values by name and type, remembers what was asked for, and complains about the rest:
a misspelt key is an error, never silence. Places read like `touchpoints[3].step` (counted from 1).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from safar.domain.label import Label
from safar.errors import InputError

_BARE = re.compile(r"[A-Za-z0-9_-]+")

Complain = Callable[[str], InputError]


class Table:
    """One TOML table at one place. Raises what `complain` makes of a message."""

    def __init__(self, values: Mapping[str, Any], *, place: str, complain: Complain) -> None:
        self._values = values
        self._place = place
        self._complain = complain
        self._asked: set[str] = set()
        self._known: set[str] = set()

    def place(self, name: str) -> str:
        """Where `name` stands, as a reader would find it."""
        return f"{self._place}.{name}" if self._place else name

    def wrong(self, name: str, what: str) -> InputError:
        """The error that says what is wrong with `name`."""
        return self._complain(f"{self.place(name)}: {what}")

    def has(self, name: str) -> bool:
        """Whether the file says anything for `name`."""
        self._known.add(name)
        return name in self._values

    def value(self, name: str, *, required: bool = True) -> Any:
        """The raw value, or None where it may be absent."""
        self._asked.add(name)
        if name not in self._values:
            if required:
                raise self.wrong(name, "is missing.")
            return None
        return self._values[name]

    def text(self, name: str) -> str:
        """A text that is not empty."""
        found = self.optional_text(name)
        if found is None:
            raise self.wrong(name, "is missing.")
        return found

    def optional_text(self, name: str) -> str | None:
        """A text that is not empty, or None where the file says nothing."""
        found = self.value(name, required=False)
        if found is None:
            return None
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(name, f"must be a text that is not empty, not {found!r}.")
        return found

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts; one text alone stands for a list of one."""
        found = self.value(name, required=required)
        if found is None:
            return ()
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(item, str) and item for item in listed):
            raise self.wrong(name, f"must be a text or a list of texts, not {found!r}.")
        return tuple(listed)

    def flag(self, name: str) -> bool:
        """true or false; false where the file says nothing."""
        found = self.value(name, required=False)
        if found is None:
            return False
        if not isinstance(found, bool):
            raise self.wrong(name, f"must be true or false, not {found!r}.")
        return found

    def days(self, name: str) -> int:
        """A number of days above zero (fractions allowed), as whole seconds."""
        found = self.value(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1e6:
            raise self.wrong(name, f"must be a number of days above 0, not {found!r}.")
        seconds = round(found * 86_400)
        if seconds < 1:
            raise self.wrong(name, "is shorter than a second.")
        return seconds

    def number(self, name: str, *, least: float, most: float) -> float:
        """A number between two ends, both allowed."""
        found = self.value(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
            raise self.wrong(name, f"must be a number from {least:g} to {most:g}, not {found!r}.")
        return float(found)

    def day(self, name: str) -> date:
        """A calendar day, as 2026-01-31 (with or without quotes)."""
        found = self.value(name)
        if isinstance(found, str):
            try:
                return date.fromisoformat(found)
            except ValueError:
                raise self.wrong(name, f"must be a day as 2026-01-31, not {found!r}.") from None
        if not isinstance(found, date) or isinstance(found, datetime):
            raise self.wrong(name, f"must be a day as 2026-01-31, not {found!r}.")
        return found

    def one_of(self, name: str, allowed: tuple[str, ...], *, required: bool = True) -> str | None:
        """One of the allowed words."""
        found = self.value(name, required=required)
        if found is None:
            return None
        if not isinstance(found, str) or found not in allowed:
            raise self.wrong(name, f"must be one of {', '.join(allowed)}, not {found!r}.")
        return found

    def table(self, name: str) -> Table:
        """A table within this one."""
        found = self.value(name)
        if not isinstance(found, dict):
            raise self.wrong(name, f"must be a table, not {found!r}.")
        return Table(found, place=self.place(name), complain=self._complain)

    def tables(self, name: str, *, required: bool = True) -> tuple[Table, ...]:
        """A list of tables, counted from 1; at least one where the file says anything for `name`."""
        found = self.value(name, required=required)
        if found is None:
            return ()
        if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
            raise self.wrong(name, f"must be a list of at least one table ([[{name}]]).")
        return tuple(
            Table(item, place=f"{self.place(name)}[{number}]", complain=self._complain)
            for number, item in enumerate(found, start=1)
        )

    def label(self, name: str = "label") -> Label:
        """A text alone, which is English, or a table of texts by language."""
        if isinstance(self.value(name), str):
            return Label({"en": self.text(name)})
        languages = self.table(name)
        found = Label({language: languages.text(language) for language in languages.names()})
        if not found.texts:
            raise self.wrong(name, 'must name at least one language, as in { en = "Purchase" }.')
        return found

    def names(self) -> tuple[str, ...]:
        """All names that the file gives here."""
        return tuple(self._values)

    def finish(self) -> None:
        """Complain about what nobody asked for."""
        for name in self._values:
            if name not in self._asked:
                known = sorted(self._asked | self._known - {name})
                if close := get_close_matches(name, known, n=1):
                    raise self.wrong(name, f"is not known here; did you mean {close[0]}? Known: {', '.join(known)}.")
                raise self.wrong(name, f"is not known here. Known: {', '.join(known)}.")


def parse_toml(text: str, *, complain: Complain) -> Table:
    """The whole file as a table. The error of a file that is no TOML tells line and column."""
    try:
        return Table(tomllib.loads(text), place="", complain=complain)
    except tomllib.TOMLDecodeError as cause:
        raise complain(f"This is not TOML: {cause}.") from cause


def toml_text(value: str) -> str:
    """A text as a TOML basic string on one line."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char >= " " and char != "\x7f" else f"\\u{ord(char):04X}" for char in escaped) + '"'


def toml_texts(values: tuple[str, ...]) -> str:
    """A list of texts on one line."""
    return "[" + ", ".join(toml_text(value) for value in values) + "]"


def toml_name(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else toml_text(name)


def toml_label(label: Label) -> str:
    """A label as an inline table, by language."""
    return "{ " + ", ".join(f"{toml_name(tag)} = {toml_text(label.texts[tag])}" for tag in sorted(label.texts)) + " }"


def toml_days(seconds: int) -> str:
    """Seconds as days: whole where they are whole."""
    return str(seconds // 86_400) if seconds % 86_400 == 0 else repr(seconds / 86_400)
