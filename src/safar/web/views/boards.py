"""Boards: the list, one board, and what is done to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.analysis.filters import BadFilter
from safar.domain.board import Board
from safar.domain.person import Permission, Person
from safar.usecases import boards as verbs
from safar.usecases.boards import BadBoard, BoardNotYours
from safar.usecases.keeping import LONGEST_TITLE
from safar.usecases.measured_facts import published
from safar.web.access import allowed, person_of, refusing
from safar.web.board_forms import NEW, BoardForm, ChartForm, LetterForm, SaveForm, read_address
from safar.web.board_letters import hour_names, read_stop_token, weekday_names
from safar.web.board_page import Reader, chart_views
from safar.web.chart_words import proposed_title
from safar.web.measure_words import Values
from safar.web.preferences import calendar_of, preferences_of
from safar.web.problem_words import set_beside
from safar.web.reading import Patience, measure_choices, read_map, read_measure
from safar.web.request_log import refuse
from safar.web.toast import toast
from safar.web.views.needs_facts import needs_facts
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
@refusing(BoardNotYours)
def boards(request: HttpRequest) -> HttpResponse:
    """The boards, and a form for a new one."""
    person = person_of(request)
    form = BoardForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create_board(
                title=form.cleaned_data["title"],
                shared=bool(form.cleaned_data.get("shared")),
                person=person,
                now=timezone.now(),
            )
        except BadBoard as error:
            set_beside(form, "title", error)
        else:
            toast(request, _("“%(title)s” is there. Now put charts on it.") % {"title": made.title})
            return HttpResponseRedirect(reverse("board", args=[made.id]))
    found = verbs.read_boards(person=person)
    context = {
        "mine": [one for one in found if one.owner == person.id],
        "of_others": [one for one in found if one.owner != person.id],
        "form": form,
    }
    return render(request, "web/boards.html", context)


@allowed(Permission.SEE)
@require_GET
@needs_facts
def board(request: HttpRequest, board: UUID) -> HttpResponse:
    """A board with its charts."""
    person = person_of(request)
    found = verbs.read_board(board, person=person)
    now = timezone.now()
    reader = reader_of(request, now=now)
    views = () if reader is None else chart_views(found, reader)
    waiting = reader is None or any(one.state == "waiting" for one in views)
    relative = [one for one in views if one.period]
    context = {
        "board": found,
        "charts": views,
        "waiting": waiting,
        "again": request.get_full_path(),
        "may_change": found.is_changed_by(person),
        "is_mine": found.owner == person.id,
        "editing": found.is_changed_by(person) and "edit" in request.GET,
        "ends_today": bool(relative) and relative[0].ends_today,
        "has_relative": bool(relative),
        "last_day": None if reader is None else reader.choices.last_ts,
        "now": now,
        "letter": verbs.read_letter(board, person=person),
        "days": weekday_names(),
    }
    answer = render(request, "web/board.html", context)
    if waiting:
        answer["Cache-Control"] = "no-store"
    return answer


def reader_of(request: HttpRequest, *, now: datetime) -> Reader | None:
    """How the reader of a request has figures; None while it is not known yet what there is."""
    opened, person = workspace(), person_of(request)
    choices = measure_choices(opened, units=person.units)
    if isinstance(choices, Waiting):
        return None
    patience = Patience()
    return Reader(
        person=person,
        now=now,
        choices=choices,
        time_zone=opened.settings.time_zone,
        mirrored=preferences_of(request).direction == "rtl",
        calendar=calendar_of(preferences_of(request)),
        values=lambda journey: Values.of(published(opened.with_journey(journey or opened.chosen))[0]),
        measure=lambda ask, journey: read_measure(
            opened.with_journey(journey or opened.chosen), ask, patience=patience
        ),
        map=lambda filters, journey: read_map(
            opened.with_journey(journey or opened.chosen), filters=filters, patience=patience
        ),
    )


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
@refusing(BoardNotYours)
def change(request: HttpRequest, board: UUID) -> HttpResponse:
    """Rename a board, share it or take it back."""
    person = person_of(request)
    found = verbs.read_board(board, person=person)
    if not found.is_changed_by(person):
        raise PermissionDenied
    form = BoardForm(request.POST or None, person=person, initial={"title": found.title, "shared": found.shared})
    if found.owner != person.id:
        form.fields.pop("shared", None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_board(
                board,
                title=form.cleaned_data["title"],
                shared=bool(form.cleaned_data.get("shared", found.shared)),
                person=person,
                now=timezone.now(),
            )
        except BadBoard as error:
            set_beside(form, "title", error)
        else:
            toast(request, _("The board was changed."))
            return HttpResponseRedirect(reverse("board", args=[board]))
    return render(request, "web/board_change.html", {"board": found, "form": form})


@allowed(Permission.SEE)
@require_POST
@refusing(BoardNotYours)
def remove(request: HttpRequest, board: UUID) -> HttpResponse:
    """Take a board away, with undo."""
    found = verbs.remove_board(board, person=person_of(request), now=timezone.now())
    undo = reverse("board-restore", args=[board])
    toast(request, _("“%(title)s” was removed.") % {"title": found.title}, undo=undo)
    return HttpResponseRedirect(reverse("boards"))


@allowed(Permission.SEE)
@require_POST
@refusing(BoardNotYours)
def restore(request: HttpRequest, board: UUID) -> HttpResponse:
    """Bring it back."""
    found = verbs.restore_board(board, person=person_of(request))
    toast(request, _("“%(title)s” is back.") % {"title": found.title})
    return HttpResponseRedirect(reverse("board", args=[board]))


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
@refusing(BoardNotYours)
def save(request: HttpRequest) -> HttpResponse:
    """Put a chart on a board: the one of the address, or one whose address is pasted."""
    person = person_of(request)
    mine = [one for one in verbs.read_boards(person=person) if one.is_changed_by(person)]
    if request.method == "POST":
        form = SaveForm(request.POST, boards=mine)
        if form.is_valid() and (saved := _saved(request, form, person)) is not None:
            toast(request, _("The chart is on the board."))
            return HttpResponseRedirect(reverse("board", args=[saved]))
    else:
        form = SaveForm(boards=mine, initial=_proposed(request, mine))
    return render(request, "web/board_save.html", {"form": form})


def _proposed(request: HttpRequest, mine: list[Board]) -> Mapping[str, str]:
    """What the form begins with: the page that the reader comes from, its title, and a board."""
    address = request.GET.get("address", "")[:6_000]
    wanted = request.GET.get("board", "")
    board = next((str(one.id) for one in mine if str(one.id) == wanted), str(mine[0].id) if mine else NEW)
    return {"address": address, "title": _title(address, request.GET.get("title", "")), "board": board}


def _title(address: str, what: str) -> str:
    """The page's title and what the address narrows it to; nothing where the page has not told one."""
    found = read_address(address)
    if not what or found is None:
        return what[:LONGEST_TITLE]
    try:
        return proposed_title(what, found[1], time_zone=workspace().settings.time_zone)
    except BadFilter:
        return what[:LONGEST_TITLE]


def _saved(request: HttpRequest, form: SaveForm, person: Person) -> UUID | None:
    """The board that the chart is on now; None where something stands beside a field."""
    data, now = form.cleaned_data, timezone.now()
    kind, query = data["address"]
    # On a board everybody reads by the calendar of the own language, unless another was chosen.
    usual = ("calendar", calendar_of(preferences_of(request)).value)
    query = tuple(pair for pair in query if pair != usual)
    # Whoever opens the board, from whichever journey, sees what is saved here.
    journey = workspace().journey_in_force()
    if journey is not None and not any(name == "journey" and value for name, value in query):
        query = (*query, ("journey", journey.id))
    try:
        if data["board"] == NEW:
            made = verbs.save_on_new_board(
                board_title=data["new_board"], kind=kind, title=data["title"], query=query, person=person, now=now
            )
        else:
            made = verbs.save_chart(
                UUID(data["board"]), kind=kind, title=data["title"], query=query, person=person, now=now
            )
    except BadBoard as error:
        set_beside(form, "board", error)
        return None
    return made.board


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
@refusing(BoardNotYours)
def chart(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Rename a chart."""
    person = person_of(request)
    found = verbs.read_chart(chart, person=person)
    form = ChartForm(request.POST or None, initial={"title": found.title})
    if request.method == "POST" and form.is_valid():
        try:
            board = verbs.rename_chart(chart, title=form.cleaned_data["title"], person=person, now=timezone.now())
        except BadBoard as error:
            set_beside(form, "title", error)
        else:
            toast(request, _("The chart was renamed."))
            return _to(board, editing=True)
    return render(request, "web/board_chart.html", {"chart": found, "form": form})


@allowed(Permission.SEE)
@require_POST
@refusing(BoardNotYours)
def move(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Move a chart by one place."""
    by = -1 if request.POST.get("to") == "front" else 1
    return _to(verbs.move_chart(chart, by=by, person=person_of(request), now=timezone.now()), editing=True)


@allowed(Permission.SEE)
@require_POST
@refusing(BoardNotYours)
def remove_chart(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Take a chart off its board, with undo."""
    board = verbs.remove_chart(chart, person=person_of(request), now=timezone.now())
    toast(request, _("The chart was taken off."), undo=reverse("board-chart-restore", args=[chart]))
    return _to(board, editing=True)


@allowed(Permission.SEE)
@require_POST
@refusing(BoardNotYours)
def restore_chart(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Put it back."""
    board = verbs.restore_chart(chart, person=person_of(request), now=timezone.now())
    toast(request, _("The chart is back."))
    return _to(board, editing=True)


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, board: UUID) -> HttpResponse:
    """Have the board sent every week, change when, or stop it."""
    person = person_of(request)
    found = verbs.read_board(board, person=person)
    wished = verbs.read_letter(board, person=person)
    first = {"weekday": wished.weekday if wished else 0, "hour": wished.hour if wished else 8}
    form = LetterForm(request.POST or None, days=weekday_names(), hours=hour_names(), initial=first)
    if request.method == "POST" and "stop" in request.POST:
        if wished is not None:
            verbs.stop_letters(wished.id)
        toast(request, _("No more letters of this board."))
        return _to(board)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.wish_letter(
                board,
                weekday=form.cleaned_data["weekday"],
                hour=form.cleaned_data["hour"],
                language=preferences_of(request).language,
                person=person,
                workspace=workspace(),
                now=timezone.now(),
            )
        except BadBoard as error:
            set_beside(form, None, error)
        else:
            toast(request, _("The board comes by mail every week."))
            return _to(board)
    context = {
        "board": found,
        "form": form,
        "wished": wished,
        "has_mail": bool(workspace().settings.mail_host),
        "email": person.email,
        "time_zone": workspace().settings.time_zone,
    }
    return render(request, "web/board_letter.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letters by the link that stands in each of them; looking at it stops nothing."""
    wished = read_stop_token(token)
    if wished is None:
        refuse(request, "link over")
        return render(request, "web/link_over.html", {"kind": "letter"}, status=403)
    title = verbs.board_of_letters(wished)
    if request.method == "POST":
        verbs.stop_letters(wished)
    # Nothing is left to stop where the letters ended before.
    stopped = request.method == "POST" or not title
    return render(request, "web/board_letter_stop.html", {"stopped": stopped, "title": title})


def _to(board: UUID, *, editing: bool = False) -> HttpResponse:
    address = reverse("board", args=[board])
    return HttpResponseRedirect(f"{address}?edit=yes" if editing else address)
