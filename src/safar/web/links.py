"""Addresses of pages and of the facts behind a number, each with the filters of the page that it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from urllib.parse import urlencode

from django.urls import reverse

from safar.analysis.filters import NO_FILTERS, Filters

PLACE_NAMES = (
    "at_step", "at_touchpoint", "mapped", "state", "event", "question", "previous", "value", "waited",
    "path", "import_no", "mix", "words",
)  # fmt: skip
"""Names in the address of a list that say which place it is narrowed to."""
OWN_NAMES = (*PLACE_NAMES, "after", "lang", "theme", "journey", "lanes", "lines", "notes")
"""Names in a page's address that are no filters."""


def with_query(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A path and what it is asked; the bare path where it is asked nothing."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True)  # without slots, for the query is worked out once: a map holds a thousand addresses
class Links:
    """Makes addresses. Days in them are days of `time_zone`."""

    filters: Filters
    time_zone: str

    def by_channel(self, channel: str | None) -> Links:
        """The same with this channel only; None: the channel that nobody knows."""
        return replace(self, filters=replace(self.filters, channels=(channel or "",)))

    def by_group(self, by: str, value: str) -> Links:
        """The same of one group only. by: channel, unit or attribute.NAME."""
        kind, _, name = by.partition(".")
        if kind == "attribute":
            return replace(self, filters=replace(self.filters, attributes={**self.filters.attributes, name: (value,)}))
        if kind == "unit":
            return replace(self, filters=replace(self.filters, units=(value,)))
        return self.by_channel(value)

    def within(self, since: datetime, until: datetime) -> Links:
        """The same in one period."""
        return replace(self, filters=replace(self.filters, since=since, until=until))

    def of_everything(self) -> Links:
        """The same without any filter."""
        return replace(self, filters=NO_FILTERS)

    def page(self, name: str, *arguments: str) -> str:
        """A page under the same filters."""
        return self._with(_path(name, *arguments), [])

    def facts(
        self,
        kind: str,
        *,
        step: str | None = None,
        touchpoint: str | None = None,
        mapped: str | None = None,
        state: str | None = None,
        event: str | None = None,
        question: str | None = None,
        previous: str | None = None,
        value: float | None = None,
        waited: str | None = None,
        path: str | None = None,
        import_no: int | None = None,
        questions: Sequence[str] = (),
    ) -> str:
        """The facts of one kind, at one place."""
        told = None if value is None else f"{value:g}"
        number = None if import_no is None else str(import_no)
        place = (step, touchpoint, mapped, state, event, question, previous, told, waited, path, number)
        own = [(name, value) for name, value in zip(PLACE_NAMES, place, strict=False) if value is not None]
        own += [("mix", one) for one in questions]
        return self._with(_path("facts", kind), own)

    @cached_property
    def _query(self) -> str:
        return urlencode(self.filters.as_query(self.time_zone))

    def _with(self, path: str, own: list[tuple[str, str]]) -> str:
        query = "&".join(part for part in (self._query, urlencode(own)) if part)
        return f"{path}?{query}" if query else path


@cache
def _path(name: str, *arguments: str) -> str:
    return reverse(name, args=arguments)
