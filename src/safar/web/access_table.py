"""Every address and what it asks for: read from the views themselves, printed as a reference and held by a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from safar.domain.person import Permission, Person, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address. `permission` is None where nobody has to sign in. `methods`: empty where the view takes any.

    whole: closed to those who may see some units only.
    """

    route: str
    name: str
    methods: tuple[str, ...]
    permission: Permission | None
    whole: bool
    view: Callable[..., Any]

    def is_open_to(self, person: Person | None) -> bool:
        """Whether that person (None: a stranger) may use it."""
        if self.permission is None:
            return True
        if person is None or not person.may(self.permission):
            return False
        return not (self.whole and person.units is not None)


def addresses(root: str = "safar.server.addresses") -> list[Address]:
    """All addresses of the server, in order."""
    return [
        Address(
            route=f"/{route}",
            name=name,
            methods=_methods(view),
            permission=getattr(view, "permission", None),
            whole=bool(getattr(view, "whole", False)),
            view=view,
        )
        for route, name, view in _walk(get_resolver(root).url_patterns, "")
    ]


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.name or "", pattern.callback


def _methods(view: Callable[..., Any]) -> tuple[str, ...]:
    """What `require_http_methods` was told, wherever it stands among the decorators."""
    one: Any = view
    while one is not None:
        code = getattr(one, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            cell = one.__closure__[code.co_freevars.index("request_method_list")]
            return tuple(method for method in cell.cell_contents if method != "HEAD")
        one = getattr(one, "__wrapped__", None)
    return ()


def access_page(listed: Sequence[Address]) -> str:
    """The reference page: every address, what it asks for, and who may use it."""
    columns = ("address", "name", "methods", "permission", "stranger", "outsider", "limited viewer", "viewer")
    lines = [
        "# Who may open what",
        "",
        "Every address of the pages, read from the views. A view that asks for no permission is refused to everybody,",
        "unless it is meant for those who have not signed in yet. The roles are explained in",
        "[People and roles](../how-to/people-and-roles.md). *see*, *work*, *change* and *manage* are what an address",
        "asks for; *whole* is added where it concerns all units, so that a viewer limited to some is refused. Such a",
        "viewer's other pages are counted from that viewer's units only. Every address that takes POST refuses a form",
        "that was not sent from a page of ours.",
        "",
        "| " + " | ".join((*columns, "member", "owner")) + " |",
        "|" + "---|" * (len(columns) + 2),
    ]
    for one in listed:
        asked = "nothing" if one.permission is None else one.permission.value + (", whole" if one.whole else "")
        cells = [f"`{one.route}`", one.name, " ".join(one.methods) or "any", asked, *who_may(one)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def who_may(one: Address) -> list[str]:
    """For a stranger, an outsider, a limited viewer, a viewer, a member and an owner: "yes", or nothing."""
    return ["yes" if one.is_open_to(person) else "" for person in _standing()]


def _standing() -> list[Person | None]:
    def person(role: Role | None, units: tuple[str, ...] | None = None) -> Person:
        return Person(id=UUID(int=0), name="", role=role, units=units)

    viewer = Role.VIEWER
    return [None, person(None), person(viewer, ("one",)), person(viewer), person(Role.MEMBER), person(Role.OWNER)]
