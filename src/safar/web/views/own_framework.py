"""The company's own framework: begun from papers, changed as a draft, published with versions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar import frameworks
from safar.domain.framework import BadFramework, Element, Framework
from safar.domain.framework_edits import drop_element, move_element, put_element
from safar.domain.person import Permission
from safar.errors import NotFound
from safar.frameworks import known_capabilities, started_from, take_in
from safar.usecases.drafts import Draft, change_framework
from safar.usecases.frameworks import OWN, Tally, covered_by_origin, tallies
from safar.usecases.linkable import linkable_questions, linkable_touchpoints
from safar.web import names
from safar.web.access import allowed, person_of
from safar.web.arranging import pressed
from safar.web.counting import counted
from safar.web.framework_words import kind_names, level_names, role_names, side_names, step_name
from safar.web.links import with_query
from safar.web.own_framework_forms import element_form, element_of_form, linkable, start_of_form
from safar.web.page_language import page_language
from safar.web.problem_words import error_words
from safar.web.reading import lately
from safar.web.stored_words import keep_words, say
from safar.web.toast import toast
from safar.web.typed import Typed
from safar.web.views.drafts import draft_of, frame_of
from safar.web.workspaces import workspace


class NotBegun(NotFound):
    """There is neither a framework of the company's own nor a draft of one."""

    code = "framework.not-begun"
    next_step = "Start one from the list of frameworks."


@dataclass(frozen=True, slots=True)
class Row:
    """An element in the editor."""

    element: Element
    tally: Tally
    below: int
    open: str
    edit: str
    first: bool
    last: bool


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Which papers the company's own framework begins from."""
    draft = draft_of(request, "framework")
    if draft.framework is not None:
        return HttpResponseRedirect(reverse("own-edit"))
    typed = Typed.of(request.POST)
    if request.method == "POST":
        told = start_of_form(typed)
        if told is not None:
            label, papers, codes = told
            own = started_from([frameworks.load(name) for name in papers], name=OWN, label=label, codes=codes)
            return _save(request, draft, own, keep_words("begun from %(papers)s", papers=_(", ").join(papers)))
    context = {
        "typed": typed,
        "papers": [(frameworks.load(name), name in typed.lists.get("papers", ())) for name in frameworks.names()],
    }
    return render(request, "web/own_start.html", context, status=200 if typed.fits else 400)


@allowed(Permission.CHANGE, whole=True)
@require_GET
def edit(request: HttpRequest) -> HttpResponse:
    """The draft: what stands at the top, or below the element that the address names."""
    draft = draft_of(request, "framework")
    if draft.framework is None:
        return HttpResponseRedirect(reverse("own-start"))
    own = covered_by_origin(draft.framework)
    inside = str(request.GET.get("in", ""))[:200]
    inside = inside if inside in own else ""
    counted = tallies(own)
    listed = own.children(inside)
    rows = [
        Row(
            element=one,
            tally=counted[one.id],
            below=len(list(own.below(one.id))),
            open=_address("own-edit", **{"in": one.id}),
            edit=_address("own-element", id=one.id),
            first=one is listed[0],
            last=one is listed[-1],
        )
        for one in listed
    ]
    context = {
        "own": own,
        "rows": rows,
        "inside": own.element(inside) if inside else None,
        "above": [(one, _address("own-edit", **{"in": one.id})) for one in own.path(inside)[:-1]] if inside else [],
        "add": _address("own-element", under=inside),
        "papers": [frameworks.load(name) for name in frameworks.names()],
        "draft": draft,
    }
    return render(request, "web/own_edit.html", context | frame_of(draft))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest) -> HttpResponse:
    """What the framework is called."""
    draft, own = _begun(request)
    typed = Typed.of(request.POST)
    if request.method == "POST":
        label = typed.label(own.label)
        if typed.fits:
            return _save(request, draft, replace(own, label=label), keep_words("its name"))
    else:
        typed = Typed({f"label_{tag}": text for tag, text in own.label.texts.items()})
    context = {"typed": typed, "draft": draft}
    return render(request, "web/own_frame.html", context | frame_of(draft), status=200 if typed.fits else 400)


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def element(request: HttpRequest) -> HttpResponse:
    """One element: its names, what it is, and what measures it; a new one below the element `under`."""
    draft, own = _begun(request)
    name, under = (str(request.GET.get(key, ""))[:200] for key in ("id", "under"))
    found = own.element(name) if name else None
    under = found.parent if found is not None else under
    if under:
        own.element(under)
    opened = workspace()
    touchpoints = linkable_touchpoints(opened)
    questions = lately(opened, ("questions",), lambda: counted(linkable_questions, opened))
    typed = Typed.of(request.POST) if request.method == "POST" else element_form(own, found, under)
    if request.method == "POST":
        made = element_of_form(typed, own, found, under=under, touchpoints=touchpoints, questions=questions)
        if made is not None:
            told = keep_words("element %(name)s", name=made.label)
            return _save(request, draft, put_element(own, made), told, inside=made.parent, anchor=f"e-{made.id}")
    ticked = set(typed.lists.get("links", ()))
    able = known_capabilities()
    before = () if found is None else found.measured_by
    others = [one for one in linkable(touchpoints, questions, before) if one not in able]
    labels = {f"touchpoint:{one.id}": one.label.text(page_language()) for one in touchpoints}
    labels |= {f"question:{one}": names.told("question", one) for one in questions}
    ticks = [(one, labels.get(one, one.partition(":")[2]), one in ticked) for one in others]
    context = {
        "typed": typed,
        "element": found,
        "own": own,
        "above": own.element(under) if under else None,
        "languages": [tag for tag in (found.label.texts if found else ()) if tag not in ("en", "fa")],
        "names": [
            (tag, typed.values.get(f"label_{tag}", ""))
            for tag in (found.label.texts if found else ())
            if tag not in ("en", "fa")
        ],
        "choices": _choices(own, typed, bool(under)),
        "questions": [one for one in ticks if one[0].startswith("question:")],
        "touchpoints": [one for one in ticks if one[0].startswith("touchpoint:")],
        "capabilities": [(key, one.label.text(page_language()), key in ticked) for key, one in able.items()],
        "draft": draft,
        "cancel": _address("own-edit", **{"in": under}),
    }
    return render(request, "web/own_element.html", context | frame_of(draft), status=200 if typed.fits else 400)


@allowed(Permission.CHANGE, whole=True)
@require_POST
def arrange(request: HttpRequest) -> HttpResponse:
    """Move an element a place up or down, or drop it with what is below it; "do" is what:id."""
    draft, own = _begun(request)
    what, _sep, name = str(request.POST.get("do", ""))[:220].partition(":")
    found = own.element(name)
    try:
        if what in ("up", "down"):
            changed = move_element(own, name, by=1 if what == "down" else -1)
            said = keep_words("order of %(name)s", name=found.label)
        else:
            changed, said = drop_element(own, name), keep_words("without %(name)s", name=found.label)
    except BadFramework as error:
        toast(request, error_words(error), kind=messages.ERROR)
        return HttpResponseRedirect(_address("own-edit", **{"in": found.parent}))
    return _save(request, draft, changed, said, inside=found.parent, anchor=_focus(changed, what, name))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Take an element of a paper, with what is below it, into the draft."""
    name, _sep, source = str(request.POST.get("source", ""))[:300].partition(":")
    paper = frameworks.load(name)
    paper.element(source)
    draft = draft_of(request, "framework")
    if draft.framework is None:
        toast(request, _("There is no framework of your own yet: start it from a paper first."), kind=messages.INFO)
        return HttpResponseRedirect(reverse("own-start"))
    own, taken = take_in(draft.framework, paper, source)
    told = keep_words("taken: %(name)s", name=taken.label)
    return _save(request, draft, own, told, inside=taken.parent, anchor=f"e-{taken.id}")


def _focus(own: Framework, what: str, name: str) -> str:
    siblings = [one.id for one in own.elements if what != "drop" and one.parent == own.element(name).parent]
    return pressed(what, f"e-{name}", place=siblings.index(name), places=len(siblings)) if siblings else ""


def _begun(request: HttpRequest) -> tuple[Draft, Framework]:
    draft = draft_of(request, "framework")
    if draft.framework is None:
        raise NotBegun("There is no framework of your own yet.")
    return draft, draft.framework


def _choices(own: Framework, typed: Typed, inherits: bool) -> list[dict[str, object]]:
    """The fields with a list to choose from."""
    none = _("as what stands above it") if inherits else _("not said")
    listed = (
        ("level", _("Level"), {str(k): v for k, v in level_names().items()}, ""),
        ("kind", _("Kind"), {str(k): v for k, v in kind_names().items()}, ""),
        ("role", _("Role"), {str(k): v for k, v in role_names().items()}, none),
        ("step", _("Step"), {step: step_name(own, step) for step in own.steps}, none),
        ("actor", _("Who acts"), {str(k): v for k, v in side_names().items()}, none),
    )
    return [
        {
            "name": name,
            "title": title,
            "options": titles,
            "none": empty,
            "chosen": typed.values.get(name, ""),
            "wrong": typed.wrong.get(name, ""),
        }
        for name, title, titles, empty in listed
        if titles
    ]


def _address(page: str, **query: str) -> str:
    return with_query(reverse(page), [(name, value) for name, value in query.items() if value])


def _save(
    request: HttpRequest, draft: Draft, changed: Framework, told: str, *, inside: str = "", anchor: str = ""
) -> HttpResponse:
    if change_framework(draft, changed, person=person_of(request), told=told, now=timezone.now()):
        toast(request, _("In your draft: %(change)s") % {"change": say(told)}, undo=reverse("framework-undo"))
    return HttpResponseRedirect(f"{_address('own-edit', **{'in': inside})}{f'#{anchor}' if anchor else ''}")
