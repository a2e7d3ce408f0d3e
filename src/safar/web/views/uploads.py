"""New imports: files are uploaded, their recipe is corrected, their rows are checked, and they are imported."""

from __future__ import annotations

import shutil
import tomllib
import uuid
from uuid import UUID

from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.errors import SafarError
from safar.files.recipe import read_recipe
from safar.files.recipe.revise import revise
from safar.usecases import uploads as verbs
from safar.usecases.import_job import SMALL_BYTES, check_upload, import_arguments
from safar.usecases.importing.recognition import look_at, number_marks, time_formats
from safar.usecases.imports import read_import
from safar.usecases.jobs import start_job
from safar.usecases.upload_encoding import tell_encoding
from safar.web.access import allowed, person_of
from safar.web.import_page import Posted, draft_context, toml_fault
from safar.web.import_table import ENCODINGS, posted_head, posted_uses, top_fields
from safar.web.job_mail import wished_letter
from safar.web.problem_words import error_words, problem_text
from safar.web.problems import place_for
from safar.web.toast import toast
from safar.web.uploading import PrivateUploadHandler, received_bytes
from safar.web.workspaces import workspace

_MB = 1024**2


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@csrf_exempt
def new_import(request: HttpRequest) -> HttpResponse:
    """Upload files. The form's token is checked by `_receive`, once the files have a place to go to."""
    if request.method == "GET":
        return _form(request)
    opened = workspace()
    if len(verbs.own_uploads(workspace=opened, person=person_of(request).id)) >= verbs.MOST_UPLOADS:
        raise verbs.TooManyUploads(f"{verbs.MOST_UPLOADS} uploads of yours wait to be imported.")
    try:
        upload = UUID(hex=request.GET.get("upload", "").replace("-", "")[:40])
    except ValueError:
        upload = uuid.uuid4()
    folder = verbs.make_folder(opened, upload)
    handler = PrivateUploadHandler(request, folder=folder, most=opened.settings.upload_most_mb * _MB)
    request.upload_handlers = [handler]
    answer = None
    try:
        answer = _receive(request, upload, handler)
    finally:
        # Whatever was refused, or cut off, leaves nothing behind.
        if answer is None or answer.status_code != 302:
            shutil.rmtree(folder, ignore_errors=True)
    return answer


@csrf_protect
def _receive(request: HttpRequest, upload: UUID, handler: PrivateUploadHandler) -> HttpResponse:
    mended = _number(request.POST.get("mend", ""))
    if handler.too_large or handler.too_many:
        return _form(request, too_large=handler.too_large, too_many=handler.too_many, status=413)
    opened, person = workspace(), person_of(request)
    if mended is not None:
        read_import(opened, mended)
    try:
        verbs.keep_upload(
            workspace=opened,
            upload=upload,
            person=person,
            files=handler.received,
            now=timezone.now(),
            mended=mended,
        )
    except verbs.UploadRefused as refused:
        return _form(request, faults=refused.faults, nothing=not refused.faults, status=400)
    return HttpResponseRedirect(reverse("upload", args=[upload]))


def _form(
    request: HttpRequest,
    *,
    faults: dict[str, str] | None = None,
    nothing: bool = False,
    too_large: bool = False,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    opened = workspace()
    upload = uuid.uuid4()
    mended = _number(request.GET.get("mend", ""))
    command = f"safar import FILE{place_for(request)}"
    context = {
        "upload": upload,
        "most_mb": opened.settings.upload_most_mb,
        "most_files": verbs.MOST_FILES,
        "mended": mended,
        "command": f"{command} --mended {mended}" if mended else command,
        "faults": faults or {},
        "nothing": nothing,
        "too_large": too_large,
        "too_many": too_many,
    }
    return render(request, "web/import_new.html", context, status=status)


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_GET
def arriving(request: HttpRequest, upload: UUID) -> HttpResponse:
    """How much of an upload has arrived: a piece of a page, which asks again."""
    here, whole = received_bytes(verbs.folder_of(workspace(), upload))
    share = min(1.0, here / whole) if whole else None
    context = {
        "upload": upload,
        "share": share,
        "value": "" if share is None else f"{share:.4f}",
        "here_mb": here / 1e6,
        "whole_mb": whole / 1e6,
    }
    return render(request, "web/parts/arriving.html", context)


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, upload: UUID) -> HttpResponse:
    """An upload: what it seems to be, its recipe as a table and as text, and what its first rows become.

    A posted table changes the recipe's text where the table was changed; a posted text replaces it. Either is the
    recipe from then on, and what was typed stays on the page where it cannot be taken.
    """
    found = _own(request, upload)
    posted = None
    if request.method == "POST" and "tell-encoding" in request.POST:
        return _take_encoding(request, found)
    if request.method == "POST":
        posted = _take_text(request, found) if "text" in request.POST else _take_table(request, found)
        if posted is None:
            return HttpResponseRedirect(reverse("upload", args=[upload]))
    return render(request, "web/upload.html", draft_context(workspace(), found, now=timezone.now(), posted=posted))


def _take_encoding(request: HttpRequest, found: verbs.Upload) -> HttpResponse:
    told = request.POST["tell-encoding"]
    try:
        if told in ENCODINGS:
            tell_encoding(workspace=workspace(), upload=found, encoding=told)
    except SafarError as error:
        toast(request, found.told(error_words(error)), kind=ERROR)
    return HttpResponseRedirect(reverse("upload", args=[found.id]))


def _take_text(request: HttpRequest, found: verbs.Upload) -> Posted | None:
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if len(text) > verbs.LONGEST_RECIPE:
        return Posted(text=text[: verbs.LONGEST_RECIPE], message=_("The text is too long to be a recipe."))
    if fault := toml_fault(text):
        return Posted(text=text, message=fault)
    ready = found.ready if text == found.recipe_text else None
    verbs.save_recipe(found, text, ready=ready)
    return None


def _take_table(request: HttpRequest, found: verbs.Upload) -> Posted | None:
    text, path = found.recipe_text, found.paths[0]
    try:
        seen = look_at(workspace(), path, name=found.files[0].name, recipe=read_recipe(text))
    except SafarError:
        # The recipe reads it wrongly, and that is what is to be corrected.
        seen = look_at(workspace(), path, name=found.files[0].name, recipe=None)
    head, uses = posted_head(request.POST), posted_uses(request.POST, text, seen)
    try:
        top = top_fields(head, text, seen)
        revised = revise(text, top=top, uses=uses, formats=time_formats(seen), marks=number_marks(seen))
    except SafarError as error:
        return Posted(uses=uses, head=head, message=error.message)
    if revised != text and tomllib.loads(revised) != tomllib.loads(text):
        verbs.save_recipe(found, revised)
    return None


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_GET
def recipe(request: HttpRequest, upload: UUID) -> HttpResponse:
    """The recipe's text, as a file."""
    answer = HttpResponse(_own(request, upload).recipe_text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recipe.toml"'
    return answer


@allowed(Permission.CHANGE, whole=True)
@require_POST
def check(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Check all rows and change nothing: at once for small files, else as long work."""
    found, person = _own(request, upload), person_of(request)
    if found.bytes > SMALL_BYTES:
        return _start(request, found, dry_run=True)
    try:
        snapshot = "snapshot" in request.POST
        check_upload(workspace(), upload=upload, person=person.id, now=timezone.now(), snapshot=snapshot)
    except SafarError as error:
        toast(request, problem_text(found.told(error.message), code=error.code), kind=ERROR)
    return HttpResponseRedirect(reverse("upload", args=[upload]) + "#checked")


@allowed(Permission.CHANGE, whole=True)
@require_POST
def start(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Import, as long work."""
    return _start(request, _own(request, upload), dry_run=False)


def _start(request: HttpRequest, found: verbs.Upload, *, dry_run: bool) -> HttpResponse:
    job = start_job(
        workspace=workspace(),
        kind="import",
        arguments=import_arguments(upload=found.id, dry_run=dry_run, snapshot="snapshot" in request.POST),
        person=person_of(request),
        now=timezone.now(),
        once=True,
        mail_language=wished_letter(request),
    )
    return HttpResponseRedirect(reverse("job", args=[job.id]))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def drop(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Remove an upload; the files are still where they came from."""
    verbs.drop_upload(_own(request, upload))
    toast(request, _("The uploaded files are removed. Nothing was imported."))
    return HttpResponseRedirect(reverse("imports"))


def _own(request: HttpRequest, upload: UUID) -> verbs.Upload:
    return verbs.find_upload(workspace=workspace(), upload=upload, person=person_of(request).id)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
