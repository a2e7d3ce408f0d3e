"""Whether the server answers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from safar.usecases.sign_in import accounts_answer


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when pages and accounts answer, 503 otherwise. Says nothing else: anybody may ask."""
    if accounts_answer():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse("accounts do not answer\n", content_type="text/plain", status=503)
