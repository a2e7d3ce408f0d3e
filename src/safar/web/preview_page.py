"""What a change of rules moves, in words of the journey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from safar.domain.journey import Journey
from safar.usecases.preview_rules import RulesPreview
from safar.web.differences_page import label_of
from safar.web.page_language import page_language


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """Facts that move together. `of`: contacts or answers; `address`: of their list."""

    facts: int
    of: str
    before: str
    after: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """What moves, of how many facts. `more`: kinds of moves that are not listed."""

    lines: tuple[PreviewLine, ...]
    moved: int
    facts: int
    more: int


MOST_LINES = 12


def preview_lines(found: RulesPreview, journey: Journey, address: Callable[[str, str, str], str]) -> PreviewPage:
    """The largest moves first. address: of the list of what moves in a table, from one place to another."""
    of = {"interactions": _("contacts"), "feedback": _("answers")}

    def place(name: str) -> str:
        own = {"unmapped": _("unmapped"), "ignored": _("ignored")}
        return own.get(name) or label_of(journey, name).text(page_language())

    return PreviewPage(
        lines=tuple(
            PreviewLine(
                facts=one.facts,
                of=of[one.table],
                before=place(one.before),
                after=place(one.after),
                address=address(one.table, one.before, one.after),
            )
            for one in found.changes[:MOST_LINES]
        ),
        moved=found.moved,
        facts=found.facts,
        more=max(0, len(found.changes) - MOST_LINES),
    )
