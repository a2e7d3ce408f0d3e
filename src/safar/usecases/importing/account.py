"""The account of an import: what became of every row and every fact, in numbers that balance."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from safar import sql
from safar.files.recipe.model import Recipe
from safar.files.records import RECORD
from safar.log import Log
from safar.log.schema import FACTS
from safar.log.staged import CommitReport, TableCounts
from safar.usecases.importing.aside import Reason, aside_files, reasons
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.lookups import why_unread
from safar.usecases.importing.refusing import refused_records
from safar.usecases.importing.report import FactReport, FileReport, ImportReport
from safar.usecases.importing.staging import StagedFile, staged_table
from safar.usecases.importing.torn import TornFile

TOUCHED = "touched_rows"
"""Table of the rows whose facts an import wrote or took away, or would."""
_SAMPLE_ROWS, _SAMPLE_FACTS = 3, 40


@dataclass(slots=True)
class Work:
    """An import between reading and commit."""

    con: duckdb.DuckDBPyConnection
    recipe: Recipe
    inputs: list[Input]
    files: list[StagedFile]
    tables: dict[str, str]
    why: list[str]
    warnings: list[str]
    not_used: list[str]
    unread: Mapping[str, int]
    """Rows that could not be added up, by the table of their file."""
    torn: list[TornFile]
    ledger: int
    """The mark of the forgotten when the rows were checked."""

    @property
    def set_aside(self) -> int:
        """How many records are kept to be mended."""
        return sum(file.set_aside for file in self.files) + sum(torn.set_aside for torn in self.torn)


def all_reasons(work: Work) -> list[Reason]:
    """Why rows were set aside, file by file, with how many each reason took."""
    found = [
        one
        for file, why in zip(work.files, work.why, strict=True)
        for one in reasons(work.con, why, file=file.loaded.shown)
    ]
    for torn in work.torn:
        found += reasons(work.con, torn.why, file=torn.loaded.shown)
    for loaded in _only_looked_up(work):
        if loaded.table in work.unread:
            found += reasons(work.con, why_unread(loaded), file=loaded.shown)
    return found


def committed_report(work: Work, log: Log, committed: CommitReport, began: float) -> ImportReport:
    """What an import did. `began`: when, by `time.perf_counter`."""
    asides: list[str] = []
    if committed.import_no is not None:
        folder = log.path / "imports" / f"{committed.import_no:08d}"
        asides = [str(path) for path in aside_files(folder)]
    return ImportReport(
        source=work.recipe.source,
        recipe=work.recipe.name,
        import_no=committed.import_no,
        version=committed.version,
        dry_run=False,
        files=tuple(_files(work, _touched_by(work, log, committed), changed=committed.import_no is not None)),
        facts=tuple(_fact_reports(work, committed.tables)),
        reasons=tuple(all_reasons(work)),
        set_aside_files=tuple(asides),
        new_people=committed.new_identities or 0,
        warnings=tuple(work.warnings),
        not_used=tuple(work.not_used),
        seconds=time.perf_counter() - began,
    )


def _fact_reports(work: Work, tables: Mapping[str, TableCounts] | None) -> list[FactReport]:
    """Facts by what became of them; all are new where nothing was compared."""
    found = []
    for table in (one for one in FACTS if one in work.tables or (tables is not None and tables[one].removed)):
        made = sql.count(work.con, f"SELECT count(*) FROM {staged_table(table)}") if table in work.tables else 0
        counts = TableCounts(new=made) if tables is None else tables[table]
        found.append(FactReport(table=table, made=made, **asdict(counts)))
    return found


def _touched_by(work: Work, log: Log, committed: CommitReport) -> str | None:
    """Table of the rows that an import touched, where it did not touch all or none."""
    if committed.import_no is None or not _mixed(committed):
        return None
    return _touched(work, log, committed.import_no)


def _mixed(committed: CommitReport) -> bool:
    return any(count.unchanged or count.removed for count in committed.tables.values())


def _files(work: Work, touched: str | None, *, changed: bool) -> list[FileReport]:
    """Rows by what became of them: all good rows, none, or those of the table `touched` brought something."""
    found = []
    for file in work.files:
        refused = _refused(work, file)
        good = file.loaded.load.good - file.bad - file.repeated - refused
        if touched is None:
            accepted = good if changed else 0
        else:
            known = f"NOT __bad AND {RECORD} NOT IN (SELECT record FROM {refused_records(file)})"
            accepted = sql.count(
                work.con,
                f"SELECT count(*) FROM {file.rows} WHERE {known} AND (row_id IN (SELECT row_id FROM {touched})"
                + "".join(f" OR {own} IN (SELECT row_id FROM {touched})" for own in dict.fromkeys(file.facts.row_ids))
                + ")",
            )
        found.append(
            FileReport(
                file=file.loaded.shown,
                part=file.loaded.spec.name,
                variant=file.loaded.variant,
                records=file.loaded.load.records,
                accepted=accepted,
                unchanged=good - accepted + file.repeated,
                set_aside=file.set_aside,
                refused=refused + file.refused,
                whole=file.loaded.load.whole,
                without_facts=_without_facts(work, file),
            )
        )
    refused_of = {torn.loaded.table: torn.refused for torn in work.torn}
    for loaded in _only_looked_up(work):
        unread, forgotten = work.unread.get(loaded.table, 0), refused_of.get(loaded.table, 0)
        found.append(
            FileReport(
                file=loaded.shown,
                part=loaded.spec.name,
                variant=loaded.variant,
                records=loaded.load.records,
                accepted=0,
                unchanged=0,
                set_aside=loaded.load.rejected - forgotten + unread,
                refused=forgotten,
                looked_up=loaded.load.good - unread,
            )
        )
    return found


def _only_looked_up(work: Work) -> list[Input]:
    """Files that make no facts themselves."""
    staged = {file.loaded.table for file in work.files}
    return [loaded for loaded in work.inputs if loaded.table not in staged]


def _refused(work: Work, file: StagedFile) -> int:
    """Good rows that name somebody forgotten. What else such a row says is in the balance of the facts."""
    rows = f"SELECT count(*) FROM {file.rows} WHERE NOT __bad AND {RECORD} IN (SELECT record FROM"
    return sql.count(work.con, f"{rows} {refused_records(file)})")


def _touched(work: Work, log: Log, import_no: int) -> str:
    """Table of the rows whose facts this import wrote or took away."""
    parts = []
    for table in work.tables:
        files = log.parquet_files(table)
        if files:
            listed = f"[{sql.literals(files)}], union_by_name = true, hive_partitioning = false"
            parts.append(f"SELECT row_id FROM read_parquet({listed}) WHERE import_no = {import_no}")
        gone = log.path / "imports" / f"{import_no:08d}" / f"replaced-{table}.parquet"
        if gone.is_file():
            parts.append(f"SELECT row_id FROM read_parquet({sql.literal(str(gone))})")
    body = " UNION ALL ".join(parts) or "SELECT NULL::BLOB AS row_id WHERE false"
    work.con.execute(f"CREATE OR REPLACE TEMP TABLE {TOUCHED} AS SELECT DISTINCT row_id FROM ({body})")
    return TOUCHED


def _without_facts(work: Work, file: StagedFile) -> int:
    """Good rows of which the recipe makes nothing; worked out only where that can be."""
    wheres = [select.where for selects in file.facts.selects.values() for select in selects]
    if not all(wheres):
        return 0
    some = " OR ".join(f"coalesce({where}, false)" for where in wheres) or "false"
    return sql.count(work.con, f"SELECT count(*) FROM {file.rows} WHERE NOT __bad AND NOT ({some})")


def dry_report(work: Work, log: Log, foreseen: CommitReport | None, began: float) -> ImportReport:
    """What an import would do, with its first facts. `began`: as above.

    `foreseen`: what the log says of it; without, nothing was compared, and every fact is reported as new.
    """
    touched, changed = None, True
    if foreseen is not None:
        touched = TOUCHED if _mixed(foreseen) else None
        counts = foreseen.tables.values()
        # A row set aside makes an import of its own, as it is kept with it.
        changed = any(c.new or c.changed or c.removed for c in counts) or work.set_aside > 0
        facts = _fact_reports(work, foreseen.tables)
    else:
        facts = _fact_reports(work, None)
    return ImportReport(
        source=work.recipe.source,
        recipe=work.recipe.name,
        import_no=None,
        version=log.head().number,
        dry_run=True,
        compared=foreseen is not None,
        files=tuple(_files(work, touched, changed=changed)),
        facts=tuple(facts),
        reasons=tuple(all_reasons(work)),
        set_aside_files=(),
        new_people=foreseen.new_identities if foreseen is not None else 0,
        warnings=tuple(work.warnings),
        not_used=tuple(work.not_used),
        seconds=time.perf_counter() - began,
        sample=tuple(_sample(work)),
    )


def _sample(work: Work) -> list[dict[str, Any]]:
    """Facts of the first good rows, in order, as plain rows: file, record, table, slot and what is not empty."""
    found: list[dict[str, Any]] = []
    for table in work.tables:
        first = f"SELECT DISTINCT row_no FROM {staged_table(table)} ORDER BY row_no LIMIT {_SAMPLE_ROWS}"
        select = (
            f"SELECT * EXCLUDE (source) FROM {staged_table(table)} WHERE row_no IN ({first}) "
            f"ORDER BY row_no, slot_no, slot, row_id LIMIT {_SAMPLE_FACTS}"
        )
        cursor = work.con.execute(select)
        names = [column[0] for column in cursor.description or ()]
        for row in cursor.fetchall():
            told = {
                k: v for k, v in zip(names, row, strict=True) if v is not None and k not in ("slot_no", "submission")
            }
            record, slot, row_id = told.pop("row_no"), told.pop("slot"), told.pop("row_id")
            found.append({"row": row_id, "record": record, "table": table, "slot": slot, "fact": told})
    shown = _files_of(work, [one["row"] for one in found])
    found = [{"file": shown.get(one.pop("row")), **one} for one in found]
    return sorted(found, key=lambda one: (one["record"], one["table"] != "interactions"))


def _files_of(work: Work, rows: list[bytes]) -> dict[bytes, str]:
    """The file of each row."""
    listed = ", ".join(f"unhex('{row.hex()}')" for row in dict.fromkeys(rows))
    found: dict[bytes, str] = {}
    for file in work.files if rows else ():
        for own in dict.fromkeys(("row_id", *file.facts.row_ids)):
            hits = work.con.execute(f"SELECT DISTINCT {own} FROM {file.rows} WHERE NOT __bad AND {own} IN ({listed})")
            found |= {row: file.loaded.shown for (row,) in hits.fetchall() if row not in found}
    return found
