"""Whether the server answers and can work, and numbers about it."""

from __future__ import annotations

import hmac
import ipaddress

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from safar.usecases.running import not_ready
from safar.usecases.sign_in import accounts_answer
from safar.web.metrics import CONTENT_TYPE, metrics_text
from safar.web.workspaces import workspace

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO")


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when pages and accounts answer, 503 otherwise. Says nothing else: anybody may ask."""
    if accounts_answer():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse("accounts do not answer\n", content_type="text/plain", status=503)


@login_not_required
@never_cache
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """200 "ready" when database and log can be read, else 503 and which of them cannot."""
    missing = not_ready(workspace())
    if missing:
        return HttpResponse(f"{missing} does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus: with the token of the setting metrics_token, or without one from this machine only."""
    opened = workspace()
    if not _may_measure(request, opened.settings.metrics_token):
        return HttpResponse("not for you\n", content_type="text/plain", status=403)
    return HttpResponse(metrics_text(opened), content_type=CONTENT_TYPE)


def _may_measure(request: HttpRequest, token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # Behind a proxy everybody comes from this machine; what was passed on is not from here.
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
