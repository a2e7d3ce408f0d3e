"""What a page says beside its filters when one of them is of a value that nothing has: most often it is mistyped."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from safar.analysis.filters import Filters
from safar.usecases.filter_choices import FilterChoices
from safar.usecases.filter_notes import UnknownValue, unknown_values
from safar.web.access import person_of
from safar.web.counting import counted
from safar.web.filter_form import name_of
from safar.web.names import told
from safar.web.reading import lately
from safar.web.workspaces import workspace

MOST_NAMED = 6
"""Known values that a note names."""


def notes_of(request: HttpRequest, filters: Filters | None, choices: FilterChoices) -> tuple[str, ...]:
    """A sentence for each value that nothing has which the person may see; the log is asked only for values that the
    form does not offer. Without choices nothing is known, and nothing said."""
    if not filters or not choices or not _has_unlisted(filters, choices):
        return ()
    units = person_of(request).units

    def find() -> tuple[UnknownValue, ...]:
        return counted(unknown_values, workspace(), filters, units=units)

    return tuple(map(_sentence, lately(workspace(), ("unknown values", filters.as_query(), units), find)))


def _has_unlisted(filters: Filters, choices: FilterChoices) -> bool:
    listed = {(group.name, choice.value) for group in choices for choice in group.choices}
    if filters.steps or filters.touchpoints:
        journey = workspace().journey_in_force()
        if journey is None:
            return False
        listed |= {("step", step.id) for step in journey.steps}
        listed |= {("touchpoint", touchpoint.id) for touchpoint in journey.touchpoints}
    return any(pair not in listed for pair in filters.as_query() if pair[1] and pair[0] not in ("since", "until"))


def _sentence(one: UnknownValue) -> str:
    kind = one.name if one.name in ("channel", "step", "touchpoint") else ""
    words = {"name": name_of(one.name), "value": one.value}
    if not one.known:
        return _("No fact has %(name)s “%(value)s”.") % words
    known = [told(kind, value) if kind else value for value in one.known[:MOST_NAMED]]
    more = [] if len(one.known) <= MOST_NAMED or "…" in known else ["…"]
    return _("No fact has %(name)s “%(value)s”; there are: %(known)s.") % {**words, "known": ", ".join(known + more)}
