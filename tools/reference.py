"""Write the reference pages that come from the code; with --check, fail when a page is out of date."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typer

import safar
from safar.datasets.telecom.page import truth_page
from safar.domain.fact import TABLES
from safar.errors import SafarError, all_errors
from safar.log.layout import layout_markdown
from safar.server.configuration import configure
from safar.settings import Settings
from safar.usecases.workspace import Workspace

DOCS = Path(__file__).resolve().parents[1] / "docs" / "reference"


def settings_page() -> str:
    """Every setting, from its field."""
    lines = [
        "# Settings",
        "",
        "A setting stands in the table `[settings]` of the workspace's `safar.toml`; the environment variable",
        "`SAFAR_<NAME>` overrides it. A bad value stops start-up and says so. A secret is read from the",
        "environment only.",
        "",
        "| name | default | unit | bounds | what it does |",
        "|---|---|---|---|---|",
    ]
    for f in fields(Settings):
        m = f.metadata
        bounds = ", ".join(m["one_of"]) if m["low"] is None else f"{m['low']} to {m['high']}"
        default = f"`{f.default}`" if f.default != "" else "empty"
        lines.append(f"| `{f.name}` | {default} | {m['unit']} | {bounds} | {m['help']} |")
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """Every error code, from its class."""
    _configure()
    for module in pkgutil.walk_packages(safar.__path__, "safar."):
        if ".migrations" not in module.name and not module.name.endswith("wsgi"):
            importlib.import_module(module.name)
    lines = [
        "# Error codes",
        "",
        "Every error says what is wrong and where, the next step, and one of these codes.",
        "Commands exit with 0 when done, 1 when something failed, 2 for bad input, 3 for a conflict.",
        "",
    ]
    seen: dict[str, type[SafarError]] = {}
    for error in all_errors():
        seen.setdefault(error.code, error)
    for code in sorted(seen):
        error = seen[code]
        meaning = (error.__doc__ or "").strip().split("\n")[0]
        lines += [
            f"### `{code}`",
            "",
            f"{meaning} Exit code {error.exit_code}.",
            "",
            f"Next step: {error.next_step}",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def commands_page() -> str:
    """Every command with its help, from the command line itself."""
    from safar.cli import app

    root = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "Each command prints its help with `--help`; `safar --install-completion` sets up",
        "completion for your shell.",
        "",
    ]
    _describe(root, "safar", lines)
    return "\n".join(lines).rstrip() + "\n"


def _describe(command: Any, path: str, lines: list[str]) -> None:
    # By what they offer, not by their class: Typer carries a copy of click of its own.
    children: dict[str, Any] = getattr(command, "commands", {})
    for name in sorted(children):
        if not children[name].hidden:
            _describe(children[name], f"{path} {name}", lines)
    if children and not command.invoke_without_command:
        return
    lines += [f"## `{path}`", "", _flat(command.help), ""]
    if command.epilog:
        lines += [_flat(command.epilog), ""]
    rows = []
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or parameter.name == "help":
            continue
        if parameter.param_type_name == "option":
            name = ", ".join([*parameter.opts, *parameter.secondary_opts])
        else:
            name = str(parameter.name).upper()
        rows.append((name, _flat(getattr(parameter, "help", "") or "")))
    if rows:
        lines += ["| parameter | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {help_} |" for name, help_ in rows]
        lines.append("")


def _flat(text: str | None) -> str:
    return " ".join((text or "").replace("|", "\\|").split())


def facts_page() -> str:
    """Every column of every table, from the fact schema."""
    lines = [
        "# Tables and columns",
        "",
        "Times are microseconds UTC, keys 12 bytes, money decimal(18, 4). Tables may hold `link_<kind>` and",
        "`prop_<name>` columns besides these: text, added as they come.",
        "",
    ]
    for table, columns in TABLES.items():
        lines += [f"## {table}", "", "| column | type | needed | meaning |", "|---|---|---|---|"]
        for c in columns:
            allowed = f" One of: {', '.join(c.allowed)}." if c.allowed else ""
            personal = " Personal." if c.personal else ""
            lines.append(f"| `{c.name}` | {c.type} | {'yes' if c.required else ''} | {c.doc}{allowed}{personal} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def layout_page() -> str:
    """The log's layout: what is written by hand, then every table as the log's own schema has it."""
    by_hand, heading, _ = (DOCS / "log-layout.md").read_text(encoding="utf-8").partition("\n## Tables\n")
    return f"{by_hand}{heading}\n{layout_markdown()}"


def access_page() -> str:
    """Every address and who may open it, from the views."""
    _configure()
    from safar.web import access_table

    return access_table.access_page(access_table.addresses())


@cache
def _configure() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pages can only be imported once Django knows a workspace
        path = f"{folder}/workspace"
        Workspace.create(path, name="reference", now=datetime.now(UTC))
        configure(path, environ={}, migrate=False)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "access.md": access_page,
    "commands.md": commands_page,
    "tables.md": facts_page,
    "log-layout.md": layout_page,
    "simulated-company.md": truth_page,
}


def main() -> int:
    """Write or check all pages. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a page is out of date")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        text = make()
        page = DOCS / name
        if check:
            if not page.is_file() or page.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run: make reference", file=sys.stderr)  # noqa: T201
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
