"""What the tests of importing share: a workspace, small files, and the log's facts as plain rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from safar.usecases.import_ import import_files
from safar.usecases.importing.report import ImportReport
from safar.usecases.workspace import Workspace

NOW = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)


class Bench:
    """A workspace, and files in a folder beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = Workspace.create(folder / "ws", name="test", now=NOW)
        self._now = NOW

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, files: Path | Sequence[Path], recipe: str, **options: Any) -> ImportReport:
        self._now += timedelta(minutes=1)
        paths = [files] if isinstance(files, Path) else list(files)
        return import_files(workspace=self.workspace, paths=paths, recipe=recipe, now=self._now, **options)

    def undo(self, import_no: int) -> None:
        self._now += timedelta(minutes=1)
        self.workspace.log.undo(import_no, now=self._now)

    def facts(
        self, table: str, columns: str, *, order: str = "row_no, slot_no", where: str = "true"
    ) -> list[tuple[Any, ...]]:
        with self.query() as ask:
            found: list[tuple[Any, ...]] = ask(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order}")
        return found

    @contextmanager
    def query(self) -> Iterator[Any]:
        con = self.workspace.log.connect()
        try:
            for table in ("interactions", "feedback", "attributes", "identities"):
                files = self.workspace.log.parquet_files(table)
                if files:
                    con.execute(
                        f"CREATE TEMP VIEW {table} AS SELECT * FROM read_parquet({files!r}, union_by_name = true, "
                        "hive_partitioning = false)"
                    )
                else:
                    con.execute(f"CREATE TEMP TABLE {table} (row_no BIGINT, slot_no INTEGER)")
            yield lambda sql: con.execute(sql).fetchall()
        finally:
            con.close()


ORDERS = """
recipe = 1
source = "shop"
key = "{id}"
customer = "{who}"

[[interaction]]
slot = "ordered"
event = "order placed"
time = "{at}"
links = { order = "{id}" }

[[interaction]]
slot = "rated"
kind = "submission"
event = "review"
time = "{at}"
when = "score"
links = { order = "{id}" }

[[feedback]]
kind = "csat"
question = "order"
value = "{score}"
"""
