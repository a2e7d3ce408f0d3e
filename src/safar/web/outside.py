"""What a request says of the world outside: who sends it, and by which address people reach these pages."""

from __future__ import annotations

import ipaddress
import logging

from django.conf import settings
from django.http import HttpRequest

from safar.usecases.workspace import Workspace
from safar.web.workspaces import workspace

_log = logging.getLogger("safar.web")


def sender_of(request: HttpRequest) -> str:
    """The network address that a request comes from, for counting; of IPv6 the part that a household has.

    A proxy on this machine is believed when it names its client, and only where the workspace says that there is one.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    found = _parsed(peer)
    if found is not None and found.is_loopback and named and workspace().settings.public_address:
        found = _parsed(named) or found
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found or "unknown")


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
