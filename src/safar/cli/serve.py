"""`safar serve`: the pages of a workspace, on one port."""

from __future__ import annotations

import os
import secrets
import webbrowser
from pathlib import Path

import typer

from safar.cli.output import WorkspaceOption, console, now
from safar.errors import NotFound


class NotServed(NotFound):
    """A sign-in address was asked for while nobody serves the workspace."""

    code = "server.not-served"
    next_step = "Start it: `safar serve --workspace FOLDER` prints a sign-in address as well."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: safar serve --workspace safar-demo --port 8400",
    )(serve)


def serve(
    workspace: Path = WorkspaceOption,
    host: str | None = typer.Option(None, help="Address to listen on.", show_default="setting bind, 127.0.0.1"),
    port: int | None = typer.Option(
        None, min=0, max=65535, help="Port; 0 takes any free one.", show_default="setting port, 8321"
    ),
    no_browser: bool = typer.Option(False, "--no-browser", help="Do not open a browser."),
    sign_in_link: bool = typer.Option(
        False,
        "--sign-in-link",
        help="Print a new one-time sign-in address for a workspace that is being served, and end.",
    ),
    no_sign_in_link: bool = typer.Option(
        False,
        "--no-sign-in-link",
        help="Print no sign-in address: for services, whose output is kept. JSON logs hold none in any case.",
    ),
    name: str | None = typer.Option(None, "--for", help="Whom the address signs in.", show_default="the owner"),
) -> None:
    """Serve the pages of a workspace, and print a one-time address that signs you in."""
    from safar.server.log_lines import telling_errors
    from safar.usecases.workspace import Workspace

    with telling_errors(as_json=os.environ.get("SAFAR_LOG_FORMAT") == "json"):
        opened = Workspace.open(workspace, environ=os.environ)
    if sign_in_link:
        from safar.server.lock import who_serves

        found = who_serves(opened.path)
        if found is None:
            raise NotServed(f"Nobody serves {opened.path} now.")
        typer.echo(_sign_in_address(opened.path, found.address, name))
        return
    run(
        opened.path,
        host=host or opened.settings.bind,
        port=opened.settings.port if port is None else port,
        browser=not no_browser,
        name=name,
        link=not no_sign_in_link,
        as_json=opened.settings.log_format == "json",
    )


def run(
    folder: Path,
    *,
    host: str,
    port: int,
    browser: bool,
    name: str | None = None,
    link: bool = True,
    as_json: bool = False,
) -> None:
    """Serve until stopped; once pages answer, print where, and open a browser already signed in.

    link: print the one-time address. as_json: nothing is printed but the lines of the log, which hold no such address.
    """
    from safar.server.log_lines import telling_errors
    from safar.server.serve import serve as serve_pages

    def ready(address: str) -> None:
        if not as_json:
            console.print(f"\n[bold]Serving[/] {address}   (stop with Ctrl+C)")
        is_printed = link and not as_json
        if not (is_printed or browser):
            return
        signed_in = _sign_in_address(folder, address, name)
        if is_printed:
            console.print("Sign in by this address; it works once, for ten minutes:")
            # Plain and unbroken, so that it can be copied and clicked.
            typer.echo(signed_in)
        if browser:
            webbrowser.open(signed_in)

    with telling_errors(as_json=as_json):
        serve_pages(workspace=folder, host=host, port=port, environ=dict(os.environ), ready=ready)


def _sign_in_address(folder: Path, address: str, name: str | None) -> str:
    from safar.server import configure
    from safar.usecases.sign_in import make_sign_in_link

    # Where a proxy stands before the server, cookies go by its address only.
    address = configure(folder).settings.public_address.rstrip("/") or address
    return address + make_sign_in_link(token=secrets.token_urlsafe(32), now=now(), name=name).path
