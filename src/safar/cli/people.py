"""`safar people`: who may open a workspace's pages, for whoever runs the server."""

from __future__ import annotations

import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption, console, now, same_place, show_rows
from safar.domain.person import Role
from safar.errors import InputError, SafarError

if TYPE_CHECKING:
    from safar.domain.person import Account
    from safar.settings import Settings
    from safar.usecases.people import Handover

people = typer.Typer(
    help="Who may open the pages: list people, invite them, give them roles, let them choose a new password.\n\n"
    "An owner does the same on the page People. These commands work without signing in, for whoever can read the "
    "workspace's folder; they also work while it is being served.",
    no_args_is_help=True,
)


class NoAddress(InputError):
    """A letter was asked for, and the person has no e-mail address."""

    code = "person.no-email"
    next_step = "Leave --send out and hand the printed link over, or give an address with --email."


class RoleOption(StrEnum):
    """Roles, as the command line names them."""

    OWNER = "owner"
    MEMBER = "member"
    VIEWER = "viewer"


_ROLES = "owner: everything, people too. member: imports, changes journeys, takes notes. viewer: looks."
RoleChoice = typer.Option(RoleOption.VIEWER, "--role", "-r", help=_ROLES)
UnitsOption = typer.Option(
    None, "--unit", "-u", help="A unit that a viewer may see; repeat it for several. Without: everything."
)
SendOption = typer.Option(False, "--send", help="Mail the link instead of printing it (needs the mail_ settings).")
LanguageOption = typer.Option("", "--language", help="en or fa: of the letter.", show_default="the workspace's")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(people, name="people")


@people.command("list", epilog="Example: safar people list -w acme")
def list_people(workspace: Path = WorkspaceOption, as_json: bool = JsonOption, as_csv: bool = CsvOption) -> None:
    """Everybody with an account: name, e-mail, role, units, state, and when last here."""
    from safar.server import configure
    from safar.usecases.people import list_people as everybody

    configure(workspace)
    rows = [_row(one) for one in everybody()]
    empty = "Nobody yet. `safar serve` makes the owner, and prints an address that signs the owner in."
    show_rows(rows, as_json=as_json, as_csv=as_csv, empty=empty)


@people.command("invite", epilog="Example: safar people invite Ann --email ann@example.org --role member -w acme")
def invite(
    name: str = typer.Argument(help="What the person is called here; it can be changed when joining."),
    *,
    email: str = typer.Option("", help="E-mail address; needed for --send, and for a forgotten password."),
    role: RoleOption = RoleChoice,
    unit: list[str] | None = UnitsOption,
    send: bool = SendOption,
    language: str = LanguageOption,
    workspace: Path = WorkspaceOption,
) -> None:
    """Make an account, and print a link by which the person joins. It works once, for seven days."""
    from safar.server import configure
    from safar.usecases.people import invite_person

    opened = configure(workspace)
    _check_send(send, email, opened.settings)
    handover = invite_person(
        name=name, email=email, role=Role(role.value), units=unit or None, token=secrets.token_urlsafe(32), now=now()
    )
    _pass_on(handover, workspace, send=send, language=language)


@people.command("reset-link", epilog="Example: safar people reset-link Ann -w acme")
def reset_link(
    name: str = typer.Argument(help="Name or e-mail address."),
    *,
    send: bool = SendOption,
    language: str = LanguageOption,
    workspace: Path = WorkspaceOption,
) -> None:
    """Print a link by which somebody chooses a new password (or joins, if not yet here). Earlier ones end."""
    from safar.server import configure
    from safar.usecases.people import hand_over_link, person_called

    opened = configure(workspace)
    account = person_called(name)
    _check_send(send, account.email, opened.settings)
    handover = hand_over_link(person=account.id, token=secrets.token_urlsafe(32), now=now())
    _pass_on(handover, workspace, send=send, language=language)


@people.command("role", epilog="Example: safar people role Ann viewer --unit north-1 -w acme")
def role(
    name: str = typer.Argument(help="Name or e-mail address."),
    role: RoleOption = typer.Argument(help=_ROLES),
    *,
    unit: list[str] | None = UnitsOption,
    workspace: Path = WorkspaceOption,
) -> None:
    """Give somebody another role, or let a viewer see some units only. The last owner stays owner."""
    from safar.server import configure
    from safar.usecases.people import change_role, person_called

    configure(workspace)
    if unit and role is not RoleOption.VIEWER:
        raise typer.BadParameter("only viewers can be limited to units", param_hint="--unit")
    account = change_role(person=person_called(name).id, role=Role(role.value), units=unit or None)
    limits = "" if account.units is None else f", limited to {', '.join(account.units)}"
    console.print(f"{account.name} is {account.role}{limits} now.", markup=False)


def _row(one: Account) -> dict[str, object]:
    return {
        "name": one.name,
        "email": one.email or None,
        "role": None if one.role is None else str(one.role),
        "units": None if one.units is None else ", ".join(one.units),
        "state": str(one.state),
        "last here": None if one.last_seen is None else f"{one.last_seen:%Y-%m-%d %H:%M}",
    }


def _check_send(send: bool, email: str, settings: Settings) -> None:
    # Before anything is made: a link that cannot be sent would be lost, and the name taken.
    from safar.usecases.mail import MailNotConfigured, mail_server

    if send and not email:
        raise NoAddress("There is no e-mail address to send the link to.")
    if send and mail_server(settings) is None:
        raise MailNotConfigured("There is no mail server.")


def _pass_on(handover: Handover, workspace: Path, *, send: bool, language: str) -> None:
    from safar.server.lock import who_serves
    from safar.usecases.mail import send_letter
    from safar.usecases.workspace import Workspace
    from safar.web.letters import letter_about

    opened = Workspace.open(workspace, environ=os.environ)
    served = who_serves(opened.path)
    base = opened.settings.public_address.rstrip("/") or (served.address if served else "")
    account = handover.account
    if not base:
        port = opened.settings.port
        base = f"http://127.0.0.1:{port}"
        console.print(
            f"Nobody serves the workspace now: the link works once `safar serve{same_place(workspace)}` does.",
            soft_wrap=True,
        )
    if send:
        spoken = language or account.language or opened.settings.language
        letter = letter_about(handover, address=base + handover.path, workspace_name=opened.name, language=spoken)
        try:
            send_letter(letter, settings=opened.settings, now=now())
        except SafarError:
            _hand_over(handover, base)
            raise
        console.print(f"Sent to {account.email}.", markup=False)
        return
    _hand_over(handover, base)


def _hand_over(handover: Handover, base: str) -> None:
    account = handover.account
    until = f"{handover.expires_at:%Y-%m-%d %H:%M} UTC"
    console.print(
        f"For {account.name}; works once, until {until}. It is not shown again:", markup=False, soft_wrap=True
    )
    # Plain and unbroken, so that it can be copied and clicked.
    typer.echo(base + handover.path)
