"""Whether everything that a workspace needs is there: one line each, with what to do where it is not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from safar.domain.wording import counted, span
from safar.errors import SafarError
from safar.usecases.mail import mail_server
from safar.usecases.mail_check import find_fault
from safar.usecases.running import read_workers

if TYPE_CHECKING:
    from safar.settings import Settings
    from safar.usecases.workspace import Workspace

_LEAST_FREE_MB = 512
_GOOD_FREE_MB = 4096
_PERSIAN = "fa"


class CheckState(StrEnum):
    """ok: as it should be. warn: works, but something is worse than it could be. fail: something will not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """What was looked at, how it stands, and the next step where it is not well."""

    name: str
    state: CheckState
    message: str
    next_step: str = ""


Line = tuple[CheckState, str, str]


def check_workspace(workspace: Workspace, *, now: datetime) -> list[CheckLine]:
    """Look at everything. Needs Django to be configured (not migrated). The mail server gets no letter."""
    looks: list[tuple[str, Callable[[], Line]]] = [
        ("settings", lambda: (CheckState.OK, f"{workspace.path} is read, format and settings are good.", "")),
        ("database", _database),
        ("migrations", _migrations),
        ("workers", lambda: _workers(now)),
        ("log", lambda: _log(workspace)),
        ("disk", lambda: _disk(workspace)),
        ("memory", lambda: _memory(workspace)),
        ("time zone", lambda: _time_zone(workspace)),
        ("fonts", _fonts),
        ("mail", lambda: _mail(workspace.settings)),
    ]
    return list(_looked(looks))


def _looked(looks: list[tuple[str, Callable[[], Line]]]) -> Iterator[CheckLine]:
    for name, look in looks:
        try:
            state, message, next_step = look()
        except SafarError as error:
            state, message, next_step = CheckState.FAIL, error.message, error.next_step
        yield CheckLine(name=name, state=state, message=message, next_step=next_step)


def _database() -> Line:
    from django.db import DatabaseError, connection

    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check(1)")
                found = str(cursor.fetchone()[0])
                if found != "ok":
                    return CheckState.FAIL, f"SQLite: {found}", "Restore the last backup: `safar restore`."
    except DatabaseError as cause:
        return CheckState.FAIL, f"{kind} does not answer: {str(cause).strip()}", "Start it, or correct `database`."
    return CheckState.OK, f"{kind} answers.", ""


def _migrations() -> Line:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as cause:
        return CheckState.FAIL, f"They cannot be read: {str(cause).strip()}", "Make the database answer first."
    if waiting:
        told = f"{len(waiting)} are not applied yet."
        return CheckState.WARN, told, "`safar serve` applies them when it starts; back up before an upgrade."
    return CheckState.OK, "All are applied.", ""


def _workers(now: datetime) -> Line:
    from django.db import DatabaseError

    try:
        found = read_workers(now=now)
    except DatabaseError:
        return CheckState.WARN, "Jobs cannot be read.", "Apply the migrations, or make the database answer, first."
    if found.silent_s is not None:
        told = f"{counted(found.jobs, 'job')} in line, and no worker has been alive for {span(found.silent_s)}."
        return CheckState.FAIL, told, "Start one and read what it says: `safar worker`."
    if found.jobs:
        return CheckState.OK, f"{counted(found.jobs, 'job')} in line or in work.", ""
    return CheckState.OK, "No work waits for one.", ""


def _log(workspace: Workspace) -> Line:
    info = workspace.log.info()
    missing = [
        file for table in info.tables for file in workspace.log.parquet_files(table.table) if not _is_parquet(file)
    ]
    if missing:
        told = f"{len(missing)} files of version {info.version} are missing or broken, the first {missing[0]}."
        return CheckState.FAIL, told, "Restore the last backup; `safar log verify` looks at every row."
    files = sum(table.files for table in info.tables)
    return CheckState.OK, f"Version {info.version:,} with {files:,} files is whole at both ends.", ""


def _is_parquet(file: str) -> bool:
    # Begins and ends as such: finds what is cut off or gone without reading facts.
    try:
        with open(file, "rb") as handle:  # noqa: PTH123  # the log names files as text
            first = handle.read(4)
            handle.seek(-4, 2)
            return first == handle.read(4) == b"PAR1"
    except OSError:
        return False


def _disk(workspace: Workspace) -> Line:
    free = shutil.disk_usage(workspace.path).free // 2**20
    told = f"{free:,} MiB are free."
    if free < _LEAST_FREE_MB:
        return CheckState.FAIL, told, "Free some: imports and compaction need room for new files beside the old ones."
    if free < _GOOD_FREE_MB:
        return CheckState.WARN, told, "Free some soon: large imports need more."
    return CheckState.OK, told, ""


def _memory(workspace: Workspace) -> Line:
    limit = workspace.settings.memory_limit_mb
    with workspace.log.connect() as connection:
        connection.execute("SELECT 1").fetchone()
    there = _machine_memory_mb()
    told = f"The engine may use {limit:,} MiB" + (f" of the machine's {there:,}." if there else ".")
    if there and limit > there * 0.8:
        return CheckState.WARN, told, "Lower the setting memory_limit_mb, or the system may kill the server."
    return CheckState.OK, told, ""


def _machine_memory_mb() -> int | None:
    import os

    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (ValueError, OSError, AttributeError):
        return None


def _time_zone(workspace: Workspace) -> Line:
    name = workspace.settings.time_zone
    ZoneInfo(name)
    if "Asia/Tehran" not in available_timezones():
        return CheckState.WARN, "The time zone data are incomplete.", "Install them: `pip install tzdata`."
    return CheckState.OK, f"{name} is known.", ""


def _fonts() -> Line:
    listing = shutil.which("fc-list")
    if listing is None:
        told = "Fonts cannot be listed here (no fontconfig)."
        return CheckState.WARN, told, "Pictures of charts with Persian text need a font for it: fonts-noto-core."
    found = subprocess.run([listing, f":lang={_PERSIAN}", "family"], capture_output=True, text=True, check=False)  # noqa: S603
    if not found.stdout.strip():
        told = "No font for Persian is installed."
        return CheckState.WARN, told, "Install one for pictures and reports, on Debian: fonts-noto-core."
    return CheckState.OK, f"{found.stdout.splitlines()[0].split(',')[0]} writes Persian.", ""


def _mail(settings: Settings) -> Line:
    server = mail_server(settings)
    if server is None:
        return CheckState.OK, "No mail server is set; links are handed over by people.", ""
    where = f"{server.host}:{server.port}"
    fault = find_fault(server)
    if fault is not None:
        return CheckState.FAIL, f"{where}: {fault.message}", fault.next_step
    told = f"{where} answers" + (", speaks TLS" if server.tls != "none" else "")
    told += f" and takes the account {server.user}." if server.user else "."
    if not settings.public_address:
        return CheckState.WARN, told, "Set public_address, or links in letters lead to this machine only."
    return CheckState.OK, f"{told} No letter was sent.", ""
