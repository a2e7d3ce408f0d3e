"""What a chart of a board is narrowed to, in words: its days and its filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from safar.analysis.filters import Filters, read_versus
from safar.usecases.board_figures import filters_in
from safar.usecases.keeping import LONGEST_TITLE
from safar.usecases.measure_ask import own_days
from safar.web.filter_form import chips_of
from safar.web.measure_words import days_told


def scope_of(filters: Filters, *, time_zone: str) -> tuple[str, tuple[str, ...]]:
    """The whole days that filters say, where both ends are said, and everything else of them."""
    days = own_days(filters, time_zone=time_zone)
    return days_told(days) if days else "", told_filters(replace(filters, since=None, until=None) if days else filters)


def told_filters(filters: Filters) -> tuple[str, ...]:
    """Each filter in words."""
    return tuple(chip.text for chip in chips_of(filters))


def told_whole(filters: Filters) -> str:
    """One of two groups that a map compares."""
    return " · ".join(told_filters(filters)) or _("everybody, any time")


def proposed_title(what: str, query: Sequence[tuple[str, str]], *, time_zone: str) -> str:
    """A title that tells two charts of one page apart: "Journey · 1 Jun 2025 – 30 Jun 2025 · Channel: app".

    Of filters that do not fit into a title none is cut in two. Raises: BadFilter.
    """
    days, chips = scope_of(filters_in(query, time_zone=time_zone), time_zone=time_zone)
    other = read_versus(query, time_zone=time_zone)[1]
    parts = [part for part in (days, *chips) if part]
    if other is not None:
        parts = [f"A: {' · '.join(parts) or _('everybody, any time')}", f"B: {told_whole(other)}"]
    title = what[:LONGEST_TITLE]
    for part in parts:
        if len(longer := f"{title} · {part}") > LONGEST_TITLE:
            break
        title = longer
    return title
