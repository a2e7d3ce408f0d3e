"""Which database holds what people decide: SQLite in the workspace's folder, or PostgreSQL by one setting."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from filelock import lock_descriptor

from safar.errors import Conflict, SafarError
from safar.settings import BadSetting

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

SQLITE_FILE = "web.sqlite"
_MIGRATING = 0x5AFA7
_CONNECT_WITHIN_S = 10


class DriverMissing(SafarError):
    """The setting `database` names PostgreSQL, and its driver is not installed."""

    code = "database.driver-missing"
    next_step = "Install it: `pip install 'safar[postgresql]'`."


class DatabaseUnreachable(SafarError):
    """The database does not answer."""

    code = "database.unreachable"
    next_step = "Start it, or correct the setting `database`; `safar check` tells whether it answers."


class OtherWorkspace(Conflict):
    """The database belongs to another workspace."""

    code = "database.other-workspace"
    next_step = "Give each workspace a database of its own; one server can hold many."


def django_database(workspace: Workspace) -> dict[str, Any]:
    """Django's settings of the workspace's database. Raises: BadSetting, DriverMissing."""
    if workspace.settings.database:
        return _postgresql(workspace.settings.database)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(workspace.path / SQLITE_FILE),
        # Writers queue instead of failing; readers never wait for a writer.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def keep_to_owner(workspace: Workspace) -> None:
    """Make the database file, where there is one, readable by its owner only, before anything is in it.

    SQLite gives its log and shared memory the database's own mode, so it must stand before they are made; those that
    an earlier run left behind keep theirs.
    """
    if workspace.settings.database:
        return
    database = workspace.path / SQLITE_FILE
    database.touch(mode=0o600)
    if os.name == "posix":
        for name in (database.name, f"{database.name}-wal", f"{database.name}-shm", f"{database.name}-journal"):
            with suppress(FileNotFoundError):
                database.with_name(name).chmod(0o600)


def bring_up_to_date(workspace: Workspace) -> None:
    """Make the database's tables what this release needs, by one process at a time.

    Raises: DatabaseUnreachable, OtherWorkspace.
    """
    from django.core.management import call_command
    from django.db import OperationalError, connection

    from safar.store.home import claim_home

    try:
        connection.ensure_connection()
    except OperationalError as cause:
        # The driver's own words name the host and the reason, and never the password.
        raise DatabaseUnreachable(f"The database does not answer: {str(cause).strip()}") from cause
    with _one_at_a_time(workspace):
        call_command("migrate", verbosity=0, interactive=False)
        holder = claim_home(workspace.id)
    if holder != workspace.id:
        raise OtherWorkspace(f"The database belongs to the workspace {holder}, not to {workspace.id}.")


@contextmanager
def _one_at_a_time(workspace: Workspace) -> Iterator[None]:
    from django.db import connection

    if connection.vendor == "sqlite":
        descriptor = os.open(workspace.path / ".migrating", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            lock_descriptor(descriptor)
            yield
        finally:
            os.close(descriptor)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def _postgresql(url: str) -> dict[str, Any]:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as cause:
        raise DriverMissing("PostgreSQL's driver is not installed.") from cause
    try:
        parts: Mapping[str, Any] = conninfo_to_dict(url)
    except ProgrammingError as cause:
        # Not the value itself: it may hold a password.
        raise BadSetting("Setting database: not an address of the form postgresql://user@host/name.") from cause
    own = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    if not parts.get("dbname"):
        raise BadSetting("Setting database: the address names no database (postgresql://user@host/name).")
    options = {name: value for name, value in parts.items() if name not in own}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{key: str(parts[name]) for name, key in own.items() if name in parts},
        "OPTIONS": {"connect_timeout": _CONNECT_WITHIN_S, "application_name": "safar", **options},
        # Kept by each thread: pages are served by a fixed number of them.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
