"""What people decided, out of one database and into another, whichever kinds they are.

One JSON object a line, one line a row. Sessions, sign-in links and share links stay behind: people sign in again,
and what was ended since must not open again.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, models, transaction

from safar.errors import Conflict
from safar.store.models import Home, ShareLink, SignInLink, User

_LEFT_BEHIND = (Home, ShareLink, SignInLink)
_BATCH = 500


class DatabaseNotEmpty(Conflict):
    """The database to restore into holds people already."""

    code = "restore.database-not-empty"
    next_step = "Name an empty database in the setting `database` (SAFAR_DATABASE), or leave it out for SQLite."


def dump(path: Path) -> int:
    """Write all rows as they stand at one moment. Returns how many."""
    rows = 0
    with transaction.atomic(), path.open("w", encoding="utf-8") as out:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for model in _models():
            for row in model._base_manager.order_by("pk").iterator(chunk_size=_BATCH):  # noqa: SLF001  # Django's door
                out.write(serializers.serialize("jsonl", [row], ensure_ascii=False))
                rows += 1
    return rows


def load(path: Path) -> int:
    """Write all rows of a dump into an empty database, or none. Returns how many. Raises: DatabaseNotEmpty."""
    if User.objects.exists():
        raise DatabaseNotEmpty("The database holds people already.")
    rows = 0
    with transaction.atomic(), path.open(encoding="utf-8") as lines, connection.constraint_checks_disabled():
        for found in serializers.deserialize("jsonl", lines, ignorenonexistent=True):
            found.save()
            rows += 1
        connection.check_constraints()
        # Numbers that the database gives go on after those that were brought.
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)
    return rows


def _models() -> list[type[models.Model]]:
    config = apps.get_app_config("store")
    return list(serializers.sort_dependencies([(config, [m for m in config.get_models() if m not in _LEFT_BEHIND])]))
