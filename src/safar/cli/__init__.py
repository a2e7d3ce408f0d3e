"""The command line: one file a command.

Every module of this package that offers `register(app)` adds its command; no list to keep. Modules import
heavy libraries inside their functions, so that `safar --help` answers at once.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import typer

from safar.errors import SafarError

app = typer.Typer(
    name="safar",
    help="Customer experience management: one map of the journey, one record, one loop, one proof.",
    epilog="Start with: safar demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from safar import __version__

        typer.echo(f"safar {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Customer experience management: one map of the journey, one record, one loop, one proof."""


for _module in pkgutil.iter_modules(__path__):
    _loaded = importlib.import_module(f"{__name__}.{_module.name}")
    if hasattr(_loaded, "register"):
        _loaded.register(app)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad input, 3 conflict, 130 interrupted."""
    try:
        app()
    except SafarError as error:
        from safar.cli.output import show_error

        show_error(error)
        sys.exit(error.exit_code)
    except OSError as error:
        from safar.cli.output import show_error
        from safar.log.full import is_full, write_failed

        if not is_full(error):
            raise
        show_error(write_failed(error, Path()))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
