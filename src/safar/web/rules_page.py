"""The rules editor laid out, and the form of one rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.analysis.mapping import UnmappedEvent
from safar.domain.journey import Journey
from safar.domain.rules import BadRules, Rule, RuleSet, pattern_of
from safar.usecases.drafts import Draft
from safar.usecases.preview_rules import RulesTaken
from safar.web.differences_page import label_of
from safar.web.names import told
from safar.web.page_language import page_language
from safar.web.problem_words import problem_text
from safar.web.rule_links import taken_address
from safar.web.typed import Typed

CONDITIONS = 6
"""Columns that one rule may look at, in the form."""
MOST_PATTERNS = 50
MOST_UNMAPPED = 40
IGNORED = "-"
"""Chosen for a rule that leaves facts out on purpose."""
PAGE = 150
"""Rules shown on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule. contacts, answers: facts that it decides; place: from 0."""

    rule: Rule
    place: int
    match: tuple[tuple[str, tuple[str, ...]], ...]
    leads_to: str
    contacts: int
    answers: int
    contacts_facts: str
    answers_facts: str
    edit: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedRow:
    """Facts that no rule takes, with their list and with the form of a rule for them."""

    event: UnmappedEvent
    facts: str
    make: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """The page. `more`: kinds of unmapped facts that are not listed."""

    rows: tuple[RuleRow, ...]
    unmapped: tuple[UnmappedRow, ...]
    more: int
    total: int
    unmapped_facts: int
    facts: int
    pages: tuple[tuple[int, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the form: a column and its patterns."""

    number: int
    column: str
    patterns: str
    wrong: str


def rules_page(draft: Draft, taken: RulesTaken, journey: Journey, *, page: int) -> RulesPage:
    """The page of a draft of rules."""
    rules = draft.rules.rules
    language = page_language()
    pages = max(1, -(-len(rules) // PAGE))
    page = min(max(page, 1), pages)
    rows = [
        RuleRow(
            rule=rule,
            place=place,
            match=tuple((column_name(column), patterns) for column, patterns in rule.match.items()),
            leads_to="" if rule.touchpoint is None else label_of(journey, rule.touchpoint).text(language),
            contacts=taken.taken[place].get("interactions", 0),
            answers=taken.taken[place].get("feedback", 0),
            contacts_facts=taken_address("interactions", place),
            answers_facts=taken_address("feedback", place),
            edit=f"{reverse('rule')}?{urlencode({'place': place})}",
            first=place == 0,
            last=place == len(rules) - 1,
        )
        for place, rule in enumerate(rules)
        if (page - 1) * PAGE <= place < page * PAGE
    ]
    return RulesPage(
        rows=tuple(rows),
        unmapped=tuple(
            UnmappedRow(
                event=one,
                facts=taken_address(one.table, None, event=one.event, channel=one.channel),
                make=f"{reverse('rule')}?{urlencode(_suggested(one))}",
            )
            for one in taken.unmapped[:MOST_UNMAPPED]
        ),
        more=max(0, len(taken.unmapped) - MOST_UNMAPPED),
        total=len(rules),
        unmapped_facts=sum(one.unmapped for one in taken.balance),
        facts=sum(one.facts for one in taken.balance),
        pages=tuple(
            (number, f"{reverse('rules')}?{urlencode({'page': number})}", number == page)
            for number in range(1, pages + 1)
            if pages > 1
        ),
    )


def column_name(column: str) -> str:
    """What a column is called."""
    names = {
        "source": _("source"),
        "event": _("event"),
        "channel": _("channel"),
        "unit": _("unit"),
        "kind": _("kind"),
        "status": _("status"),
        "question": _("question"),
        "option": _("option"),
    }
    return names.get(column) or told("property", column.removeprefix("prop_"))


def rule_form(rules: RuleSet, place: int | None, *, event: str, channel: str) -> Typed:
    """The fields of a rule: the one at a place, or a new one for an event."""
    if place is None:
        conditions = [(name, value) for name, value in (("event", event), ("channel", channel)) if value]
        values = {"position": str(len(rules.rules)), "touchpoint": ""}
        for number, (name, value) in enumerate(conditions or [("event", "")]):
            values |= {f"column.{number}": name, f"patterns.{number}": pattern_of(value)}
        return Typed(values)
    rule = rules.rules[place]
    values = {
        "position": str(place),
        "touchpoint": rule.touchpoint or IGNORED,
        "reason": rule.reason or "",
        "disabled": "on" if rule.disabled else "",
    }
    for number, (column, patterns) in enumerate(rule.match.items()):
        values |= {f"column.{number}": column, f"patterns.{number}": "\n".join(patterns)}
    return Typed(values)


def conditions_of(typed: Typed) -> list[Condition]:
    """The lines of the form: those that are filled, and one more."""
    found = []
    for number in range(CONDITIONS):
        column = typed.values.get(f"column.{number}", "")
        patterns = typed.values.get(f"patterns.{number}", "")
        found.append(Condition(number, column, patterns, typed.wrong.get(f"patterns.{number}", "")))
    filled = max((one.number for one in found if one.column or one.patterns.strip()), default=-1)
    return found[: min(CONDITIONS, filled + 2)]


def match_of_form(typed: Typed, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What the fields say that the rule looks at, with what is wrong said in the form."""
    match: dict[str, tuple[str, ...]] = {}
    for number in range(CONDITIONS):
        field = f"patterns.{number}"
        # A rule may look at a property that this log does not have (yet).
        column = typed.text(f"column.{number}", most=100)
        patterns = tuple(one for line in typed.text(field, most=5_000).splitlines() if (one := line.strip()))
        if not column and not patterns:
            continue
        if column not in columns and not re.fullmatch(r"prop_\w{1,90}", column):
            typed.wrong[field] = _("Choose what the rule looks at.")
        elif not patterns:
            typed.wrong[field] = _("Write at least one pattern; * is any text.")
        elif len(patterns) > MOST_PATTERNS:
            typed.wrong[field] = _("At most 50 patterns.")
        elif column in match:
            typed.wrong[field] = _("The rule looks at this already: write all patterns there, one a line.")
        else:
            match[column] = patterns
    if not match and not typed.wrong:
        typed.wrong["patterns.0"] = _("Write at least one pattern; * is any text.")
    return match


def rule_of_form(typed: Typed, journey: Journey, columns: Sequence[str]) -> Rule | None:
    """The rule that the fields say, or None with what is wrong."""
    match = match_of_form(typed, columns)
    known = [one.id for one in journey.touchpoints]
    leads_to = typed.one_of("touchpoint", [IGNORED, *known], required=True)
    reason = typed.text("reason", most=500) or None
    if leads_to == IGNORED and reason is None:
        typed.wrong["reason"] = _("Say why these are left out.")
    if not typed.fits:
        return None
    try:
        return Rule(
            match=match,
            touchpoint=None if leads_to == IGNORED else leads_to,
            reason=reason,
            disabled=bool(typed.values.get("disabled")),
        )
    except BadRules as error:
        typed.wrong[""] = problem_text(error.message, code=error.code)
        return None


def _suggested(event: UnmappedEvent) -> dict[str, str]:
    return {"event": event.event}
