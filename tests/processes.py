"""Safar as a process of its own: its command, and a server that prints its one-time address."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SOURCE = Path(__file__).resolve().parents[1] / "src"
_ADDRESS = re.compile(r"http://\S+/sign-in/\S+")


def safar(*arguments: str) -> list[str]:
    """The command line, run from the sources under test."""
    return [sys.executable, "-c", "from safar.cli import main; main()", *arguments]


def environ(**more: str) -> dict[str, str]:
    """The environment of such a command."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), **more}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    folder: Path, *, env: Mapping[str, str], errors: IO[str] | None = None, session: bool = False
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of that workspace on any free port, and the one-time address that it prints; killed where it still runs.

    errors: where its error stream goes. session: in a terminal session of its own.
    """
    with subprocess.Popen(
        safar("serve", "-w", str(folder), "--port", "0", "--no-browser"),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=dict(env),
        start_new_session=session,
    ) as process:
        try:
            printed = next((found.group() for line in process.stdout or () if (found := _ADDRESS.search(line))), "")
            assert printed, "no address was printed"
            yield process, printed
        finally:
            if process.poll() is None:
                process.kill()
