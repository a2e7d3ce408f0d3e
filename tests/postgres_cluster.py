"""A PostgreSQL server for tests: in a folder of its own, reached by a socket in that folder and by nothing else."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_ACCOUNT = "postgres"


@dataclass
class Cluster:
    """`new_database` gives the address of an empty database."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_database(self) -> str:
        import psycopg

        name = f"safar_{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"postgresql://{_ACCOUNT}@/{database}?host={self.folder}"


@contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    """Runs while the block runs. Raises: RuntimeError where PostgreSQL is not installed."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (str(programs[-1]) if programs else None)
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: bash tools/system.sh postgresql")
    programs_folder = Path(found).parent
    # Short, because the name of a socket may not be long; not below pytest's own, which other accounts cannot enter.
    folder = Path(tempfile.mkdtemp(prefix="safar-pg-"))
    account = None
    if os.geteuid() == 0:  # the server refuses to run as root
        account = _ACCOUNT
        shutil.chown(folder, _ACCOUNT)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run(str(programs_folder / "initdb"), "-D", str(data), "-U", _ACCOUNT, "-A", "trust", "-E", "UTF8", "-N")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=60"
        control = str(programs_folder / "pg_ctl")
        run(control, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield Cluster(folder)
        finally:
            run(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
