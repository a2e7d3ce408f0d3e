"""The rules editor: the draft of the rules beside what they leave out, and the form of one rule with its preview."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.journey import Journey
from safar.domain.person import Permission
from safar.domain.rule_edits import move_rule, put_rule, remove_rule, switch_rule
from safar.domain.rules import BadRules, RuleSet
from safar.errors import InputError
from safar.usecases.drafts import Draft, change_rules
from safar.usecases.log_columns import rule_columns
from safar.usecases.preview_rules import compare_rules, count_fitting, rules_in_force
from safar.usecases.rule_facts import fitting, moved, taken_by
from safar.web.access import allowed, person_of
from safar.web.arranging import pressed
from safar.web.counting import counted
from safar.web.facts_page import facts_view
from safar.web.numerals import plain_digits
from safar.web.preview_page import PreviewPage, preview_lines
from safar.web.problem_words import error_words
from safar.web.reading_rules import list_rule_facts, read_taken
from safar.web.rule_links import Fitting, FormLinks
from safar.web.rules_page import (
    IGNORED,
    PAGE,
    column_name,
    conditions_of,
    match_of_form,
    rule_form,
    rule_of_form,
    rules_page,
)
from safar.web.stored_words import keep_words, say
from safar.web.toast import toast
from safar.web.typed import Typed
from safar.web.views.drafts import draft_of, frame_of
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


@allowed(Permission.CHANGE, whole=True)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The draft of the rules, each with what it takes, and what none takes."""
    draft = draft_of(request, "rules")
    opened = workspace()
    page = str(request.GET.get("page", "1"))
    taken = read_taken(opened, draft)
    if isinstance(taken, Waiting):
        return wait_response(request, taken)
    found = rules_page(
        draft,
        taken,
        opened.journey()[0],
        page=int(page) if page.isdecimal() and len(page) < 5 else 1,
    )
    return render(request, "web/rules.html", {"page": found, "draft": draft} | frame_of(draft))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """The form of one rule. The button "preview" shows what it moves without saving it."""
    draft = draft_of(request, "rules")
    opened = workspace()
    journey, columns = opened.journey()[0], rule_columns(opened)
    place = _place(request, draft)
    typed = Typed.of(request.POST)
    shown: PreviewPage | None = None
    if request.method == "POST":
        changed = _changed(typed, draft, journey, columns, place)
        if changed is not None and "preview" in request.POST:
            shown = _preview(request, typed, draft, changed, place)
        elif changed is not None:
            told = keep_words("rule %(number)s", number=(typed.position("position") or 0) + 1)
            return _save(request, draft, changed, told, anchor=f"rule-{typed.position('position')}")
    else:
        asked = {name: str(request.GET.get(name, ""))[:500] for name in ("event", "channel")}
        typed = rule_form(draft.rules, place, event=asked["event"], channel=asked["channel"])
        touchpoint = str(request.GET.get("touchpoint", ""))
        if place is None and touchpoint in {one.id for one in journey.touchpoints}:
            typed.values["touchpoint"] = touchpoint
    context = {
        "typed": typed,
        "conditions": conditions_of(typed),
        "columns": [(name, column_name(name)) for name in columns],
        "steps": [(step, [t for t in journey.touchpoints if t.step == step.id]) for step in journey.steps],
        "ignored": IGNORED,
        "place": place,
        "places": range(len(draft.rules.rules) + (place is None)),
        "draft": draft,
        "preview": shown,
        "fitting": _fitting(request, place) if "preview" in request.POST else None,
    }
    status = 200 if typed.fits else 400
    return render(request, "web/rule.html", context | frame_of(draft), status=status)


@allowed(Permission.CHANGE, whole=True)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the rule in the form would move: a piece of the page, as one types."""
    draft = draft_of(request, "rules")
    opened = workspace()
    typed = Typed.of(request.POST)
    place = _place(request, draft)
    changed = _changed(typed, draft, opened.journey()[0], rule_columns(opened), place)
    shown = None if changed is None else _preview(request, typed, draft, changed, place)
    context = {"preview": shown, "typed": typed, "fitting": _fitting(request, place)}
    return render(request, "web/parts/preview.html", context)


@allowed(Permission.CHANGE, whole=True)
@require_POST
def arrange(request: HttpRequest) -> HttpResponse:
    """Move a rule a place up or down, or to a `position`, disable or enable it, or take it away; "do" is what:place."""
    draft = draft_of(request, "rules")
    what, _sep, where = str(request.POST.get("do", ""))[:40].replace("to:rule:", "to:", 1).partition(":")
    place = int(where) if where.isdecimal() and len(where) < 6 else -1
    number = place + 1
    try:
        match what:
            case "up" | "down":
                to = place + (1 if what == "down" else -1)
                changed = move_rule(draft.rules, place, to=to)
                told = keep_words("order of rule %(number)s", number=number)
                last = len(changed.rules)
                to = min(max(0, to), last - 1)
                anchor = pressed(what, f"rule-{to}", place=to, places=last)
            case "to":
                asked = str(request.POST.get("position", ""))
                # Places of a page of rules are counted from the first rule on it.
                to = (int(asked) if asked.isdecimal() and len(asked) < 6 else 0) + place // PAGE * PAGE
                changed = move_rule(draft.rules, place, to=to)
                told = keep_words("order of rule %(number)s", number=number)
                anchor = f"rule-{to}"
            case "switch":
                changed, anchor = switch_rule(draft.rules, place), f"rule-{place}"
                told = keep_words("rule %(number)s", number=number)
            case _:
                changed, anchor = remove_rule(draft.rules, place), f"rule-{place}"
                told = keep_words("without rule %(number)s", number=number)
    except BadRules as error:
        toast(request, error_words(error), kind=messages.ERROR)
        return HttpResponseRedirect(reverse("rules"))
    return _save(request, draft, changed, told, anchor=anchor)


@allowed(Permission.CHANGE, whole=True)
@require_GET
def facts(request: HttpRequest, kind: str) -> HttpResponse:
    """The facts behind a number of these pages: what a rule takes, fits or would move."""
    draft = draft_of(request, "rules")
    opened, asked = workspace(), request.GET
    if "rule" in asked:
        told = str(asked["rule"])
        rule = int(told) if told.isdecimal() and len(told) < 6 else None
        event = asked.get("event")
        wanted = taken_by(draft.rules, rule, event=event, channel=asked.get("channel") if event is not None else None)
        where = _("What no rule takes") if rule is None else _("rule %(number)s") % {"number": plain_digits(rule + 1)}
    elif "draft" in asked and {"before", "after"} <= set(asked):
        in_force = rules_in_force(opened, draft.name)
        wanted = moved(in_force, draft.rules, before=asked["before"], after=asked["after"])
        where = _("What moves")
    else:
        typed, place = Typed.of(asked), _place(request, draft)
        match = match_of_form(typed, rule_columns(opened))
        if "fits" in asked and typed.fits:
            wanted, where = fitting(match), _("What the rule looks at")
        else:
            changed = _changed(typed, draft, opened.journey()[0], rule_columns(opened), place)
            if changed is None or "before" not in asked or "after" not in asked:
                raise BadRules("The address does not say which facts.", next_step="Follow a number of the rules page.")
            wanted = moved(draft.rules, changed, before=asked["before"], after=asked["after"])
            where = _("What this rule moves")
    person = person_of(request)
    pairs = [(name, str(value)) for name in asked for value in asked.getlist(name) if name != "after_fact"]
    found = list_rule_facts(
        opened,
        wanted,
        draft=draft,
        asked=tuple(pairs),
        kind=kind,
        identifiers=person.sees_identifiers,
        after=asked.get("after_fact"),
    )
    if isinstance(found, Waiting):
        return wait_response(request, found)
    context = {
        "page": replace(facts_view(found, opened.journey()[0]), where=(where,)),
        "back": reverse("rules"),
        "back_title": _("Rules"),
        "first": f"{request.path}?{urlencode(pairs)}" if "after_fact" in asked else None,
        "next": f"{request.path}?{urlencode([*pairs, ('after_fact', found.after)])}" if found.after else None,
    }
    return render(request, "web/facts.html", context)


def _place(request: HttpRequest, draft: Draft) -> int | None:
    """The place of the rule that is edited, from 0; None: a new rule. Raises: BadRules."""
    asked = str(request.GET.get("place", ""))
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 5 or int(asked) >= len(draft.rules.rules):
        raise BadRules("There is no such rule.", next_step="Open the rules again: they have changed since.")
    return int(asked)


def _changed(
    typed: Typed, draft: Draft, journey: Journey, columns: tuple[str, ...], place: int | None
) -> RuleSet | None:
    """The rules with what the form says, or None with what is wrong."""
    made = rule_of_form(typed, journey, columns)
    position = typed.position("position")
    if made is None or not typed.fits:
        return None
    try:
        if place is None:
            return put_rule(draft.rules, made, place=position)
        changed = put_rule(draft.rules, made, place=place, instead=True)
        return changed if position in (None, place) else move_rule(changed, place, to=position or 0)
    except BadRules as error:
        typed.wrong[""] = error_words(error)
        return None


def _preview(
    request: HttpRequest, typed: Typed, draft: Draft, changed: RuleSet, place: int | None
) -> PreviewPage | None:
    try:
        found = counted(compare_rules, workspace(), old=draft.rules, new=changed)
        return preview_lines(found, workspace().journey()[0], FormLinks.of(request.POST, place).moved)
    except InputError as error:  # columns with too many values
        typed.wrong[""] = error_words(error)
        return None


def _fitting(request: HttpRequest, place: int | None) -> tuple[Fitting, ...] | None:
    """Facts that fit what the rule looks at; None where the form does not say it well."""
    typed = Typed.of(request.POST)
    match = match_of_form(typed, rule_columns(workspace()))
    try:
        counts = counted(count_fitting, workspace(), match) if match and typed.fits else None
        return None if counts is None else FormLinks.of(request.POST, place).fitting(counts)
    except InputError:
        return None


def _save(request: HttpRequest, draft: Draft, changed: RuleSet, told: str, *, anchor: str) -> HttpResponse:
    if change_rules(draft, changed, person=person_of(request), told=told, now=timezone.now()):
        toast(request, _("In your draft: %(change)s") % {"change": say(told)}, undo=reverse("rules-undo"))
    return HttpResponseRedirect(f"{reverse('rules')}#{anchor}")
