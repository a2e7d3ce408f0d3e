"""Addresses of the facts behind a number."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from safar.analysis.filters import Filters

OWN_NAMES = ("at_step", "at_touchpoint", "mapped", "state", "event", "after", "lang", "theme")
"""Names in a page's address that are no filters."""


def facts_address(
    kind: str,
    *,
    filters: Filters,
    time_zone: str,
    step: str | None = None,
    touchpoint: str | None = None,
    mapped: str | None = None,
    state: str | None = None,
    event: str | None = None,
) -> str:
    """The address of the facts of one kind, at one place, under the page's filters."""
    own = {"at_step": step, "at_touchpoint": touchpoint, "mapped": mapped, "state": state, "event": event}
    pairs = [*filters.as_query(time_zone), *((name, value) for name, value in own.items() if value is not None)]
    address = reverse("facts", args=[kind])
    return f"{address}?{urlencode(pairs)}" if pairs else address
