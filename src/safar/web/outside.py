"""What a request says of the world outside: who sends it, and by which address people reach these pages."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from safar.usecases.workspace import Workspace
from safar.web.workspaces import workspace

_log = logging.getLogger("safar.web")
_PROTOCOL = "HTTP_X_FORWARDED_PROTO"


def sender_of(request: HttpRequest) -> str:
    """The network address that a request comes from, for counting; of IPv6 the part that a household has.

    A proxy that the workspace names is believed when it tells its client; through several of them, the first address
    from the near end that is none of theirs.
    """
    ours = workspace().settings
    found = str(request.META.get("REMOTE_ADDR", ""))
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while ours.trusts(found) and told and _parsed(told[-1].strip()) is not None:
        found = told.pop().strip()
    address = _parsed(found)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address or "unknown")


class ProxyMiddleware:
    """Takes nobody's word but a named proxy's for having come by TLS.

    The header stays, empty: that the request was passed on is still told.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the word of strangers taken out of the request."""
        if _PROTOCOL in request.META and not workspace().settings.trusts(str(request.META.get("REMOTE_ADDR", ""))):
            request.META[_PROTOCOL] = ""
        return self.get_response(request)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def whole_address(request: HttpRequest, path: str) -> str:
    """The address of a page of ours, with the server's name."""
    public = workspace().settings.public_address.rstrip("/")
    return public + path if public else request.build_absolute_uri(path)


def base_address(workspace: Workspace) -> str:
    """What addresses in letters that nobody's request caused begin with: the public address, or where pages listen."""
    told = workspace.settings
    if told.public_address:
        return told.public_address.rstrip("/")
    # Who listens on every address is reached by this one from the same machine.
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(told.bind, told.bind)  # noqa: S104  # compared with, not bound to
    return f"http://[{near}]:{told.port}" if ":" in near else f"http://{near}:{told.port}"


def may_be_mailed(request: HttpRequest) -> bool:
    """Whether an address made from this request may stand in a letter that a stranger asked for.

    Where any host name is answered, the stranger would choose what the letter leads to.
    """
    if workspace().settings.public_address or "*" not in settings.ALLOWED_HOSTS:
        return True
    _log.warning("No letter was sent: set public_address, so that links in letters lead here and nowhere else.")
    return False
