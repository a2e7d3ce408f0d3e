"""Notes on the journey map: the list, those of one cell, and what is done to them."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.note import NoteCell
from safar.domain.person import Permission
from safar.usecases import notes as verbs
from safar.usecases.notes import BadNote, NoteNotYours
from safar.web.access import allowed, person_of, refusing
from safar.web.notes_page import address_of, cell_of, lay_out_notes, place_of, way_back
from safar.web.problem_words import set_beside
from safar.web.toast import toast
from safar.web.view_forms import NoteForm
from safar.web.workspaces import workspace


@allowed(Permission.SEE, whole=True)
@require_GET
def notes(request: HttpRequest) -> HttpResponse:
    """All notes of the journey, or those of one cell with a form for another."""
    person, journey = person_of(request), workspace().journey()[0]
    cell = cell_of(request.GET)
    if cell is not None and not cell.is_on(journey):
        raise BadNote("There is no such place on the map.")
    found = lay_out_notes(verbs.read_notes(journey, person=person), journey, person=person)
    context = {
        "notes": found,
        "journey": journey,
        "cell": None if cell is None else found.at(cell),
        "place": None if cell is None else place_of(cell, journey),
        "form": NoteForm(auto_id="note_%s"),
        "next": way_back(request),
    }
    return render(request, "web/notes.html", context)


@allowed(Permission.WORK, whole=True)
@require_http_methods(["GET", "POST"])
@refusing(NoteNotYours)
def write(request: HttpRequest) -> HttpResponse:
    """A new note on the cell that the address names."""
    person, journey = person_of(request), workspace().journey()[0]
    cell = cell_of(request.GET)
    if cell is None:
        return HttpResponseRedirect(f"{reverse('journey')}?notes=write")
    if not cell.is_on(journey):
        raise BadNote("There is no such place on the map.")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.write_note(
                journey, cell=cell, text=form.cleaned_data["text"], person=person, now=timezone.now()
            )
        except BadNote as error:
            set_beside(form, "text", error)
        else:
            toast(request, _("The note is on the map."), undo=reverse("note-remove", args=[made.id]))
            return _back(request, cell)
    return _form(request, form, place=place_of(cell, journey), cancel=address_of(cell))


@allowed(Permission.WORK, whole=True)
@require_http_methods(["GET", "POST"])
@refusing(NoteNotYours)
def note(request: HttpRequest, note: UUID) -> HttpResponse:
    """Change the words of one's own note."""
    person, journey = person_of(request), workspace().journey()[0]
    found = verbs.read_note(note, person=person)
    if not found.is_changed_by(person):
        raise PermissionDenied
    form = NoteForm(request.POST or None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_note(note, text=form.cleaned_data["text"], person=person, now=timezone.now())
        except BadNote as error:
            set_beside(form, "text", error)
        else:
            toast(request, _("The note was changed."))
            return _back(request, None)
    return _form(request, form, place=place_of(found.cell, journey), cancel=reverse("notes"), changing=True)


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(NoteNotYours)
def remove(request: HttpRequest, note: UUID) -> HttpResponse:
    """Take a note away, with undo."""
    verbs.remove_note(note, person=person_of(request), now=timezone.now())
    toast(request, _("The note was removed."), undo=reverse("note-restore", args=[note]))
    return _back(request, None)


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(NoteNotYours)
def restore(request: HttpRequest, note: UUID) -> HttpResponse:
    """Bring it back."""
    verbs.restore_note(note, person=person_of(request))
    toast(request, _("The note is back."))
    return _back(request, None)


def _form(request: HttpRequest, form: NoteForm, *, place: str, cancel: str, changing: bool = False) -> HttpResponse:
    back = way_back(request)
    context = {"form": form, "place": place, "next": back, "cancel": back or cancel, "changing": changing}
    return render(request, "web/note_write.html", context)


def _back(request: HttpRequest, cell: NoteCell | None) -> HttpResponse:
    return HttpResponseRedirect(way_back(request) or (reverse("notes") if cell is None else address_of(cell)))
