"""One import from files to commit, in one DuckDB connection."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from safar.files.recipe.model import Recipe
from safar.files.records import Limits
from safar.log import Log, StagedImport
from safar.log.staged import CommitReport, TableCounts
from safar.settings import Settings
from safar.usecases.importing.aside import Reason, explain, reasons, write_aside
from safar.usecases.importing.inputs import Input, Progress, load_inputs
from safar.usecases.importing.lookups import LookupTables
from safar.usecases.importing.redaction import prepare_redaction
from safar.usecases.importing.report import FactReport, FileReport, ImportReport
from safar.usecases.importing.staging import (
    ROWS,
    StagedFile,
    check_rows,
    makes_facts,
    settle_repeats,
    stage,
    staged_table,
)

REPORT, RECIPE = "import.json", "recipe.toml"
SAMPLE_ROWS, SAMPLE_FACTS = 3, 40


@dataclass(slots=True)
class _Work:
    con: duckdb.DuckDBPyConnection
    recipe: Recipe
    inputs: list[Input]
    files: list[StagedFile]
    tables: dict[str, str]
    why: list[str]
    warnings: list[str]
    not_used: list[str]


def run_import(
    log: Log,
    *,
    settings: Settings,
    paths: Sequence[Path],
    recipe: Recipe,
    now: datetime,
    dry_run: bool,
    snapshot: bool,
    progress: Progress | None,
    encoding: str | None = None,
) -> ImportReport:
    """Import files by a recipe: all good rows as one version of the log, or nothing. See `usecases.import_`."""
    began = time.perf_counter()
    con = log.connect()
    try:
        prepare_redaction(con)
        limits = Limits.from_settings(settings)
        work = _prepare(con, paths, recipe, limits=limits, progress=progress, snapshot=snapshot, encoding=encoding)
        with TemporaryDirectory(dir=log.path / "tmp", prefix="aside-") as folder:
            if snapshot and any(file.bad or file.loaded.load.rejected for file in work.files):
                # A row that cannot be read is not a row that is gone: its old facts must not be taken away.
                snapshot = False
                work.warnings.append("Rows were set aside, so nothing was taken away; mend them and repeat --snapshot.")
            if dry_run:
                return _dry(work, log, began)
            attachments = _attachments(work, Path(folder), paths)
            committed = _commit(log, work, attachments, now=now, snapshot=snapshot, progress=progress)
        return _report(work, log, committed, began)
    finally:
        con.close()


def _prepare(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    recipe: Recipe,
    *,
    limits: Limits,
    progress: Progress | None,
    snapshot: bool,
    encoding: str | None,
) -> _Work:
    # In a snapshot a file left aside by mistake would take its facts away.
    inputs, not_used = load_inputs(
        con, paths, recipe, limits=limits, progress=progress, all_play=snapshot, encoding=encoding
    )
    lookups = LookupTables(con, inputs)
    files = []
    for number, loaded in enumerate(inputs):
        if makes_facts(recipe, loaded.spec.name):
            _tell(progress, f"checking {loaded.path.name}", number, len(inputs), loaded.load.records)
            files.append(check_rows(con, loaded, number, lookups))
    settle_repeats(con, files)
    _tell(progress, "making facts", 0, 0, sum(file.loaded.load.records for file in files))
    tables = stage(con, files, recipe)
    why = [explain(con, file) for file in files]
    warnings = [note for loaded in inputs for note in loaded.notes] + lookups.notes
    for file in files:
        if not file.keyed and not file.loaded.spec.whole_row:
            warnings.append(
                f"{file.loaded.shown}: the recipe names no key, so a row is known by its whole content: "
                'a corrected row counts as a new one beside the old. Name a `key`, or say key = "*" if that is meant.'
            )
    return _Work(con, recipe, inputs, files, tables, why, list(dict.fromkeys(warnings)), not_used)


def _tell(progress: Progress | None, what: str, done: int, total: int, records: int) -> None:
    if progress is not None:
        progress(what, done, total, records)


def _attachments(work: _Work, folder: Path, paths: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file, why in zip(work.files, work.why, strict=True):
        if file.bad or file.loaded.load.rejected:
            name = "set-aside.csv" if not found else f"set-aside-{len(found) + 1}.csv"
            write_aside(work.con, file, why, folder / name)
            found[name] = folder / name
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}
    told = {
        "source": work.recipe.source,
        "recipe": work.recipe.name,
        "files": [path.name for path in paths if path.name not in work.not_used],
        "not_used": work.not_used,
        "records": {file.loaded.shown: file.loaded.load.records for file in work.files},
        "set_aside": digests,
        "reasons": [asdict(reason) for reason in _reasons(work)],
        "warnings": work.warnings,
    }
    (folder / REPORT).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / RECIPE).write_text(work.recipe.text, encoding="utf-8")
    return {**found, REPORT: folder / REPORT, RECIPE: folder / RECIPE}


def _commit(
    log: Log,
    work: _Work,
    attachments: Mapping[str, Path],
    *,
    now: datetime,
    snapshot: bool,
    progress: Progress | None,
) -> CommitReport:
    staged = StagedImport(
        source=work.recipe.source,
        **work.tables,  # type: ignore[arg-type]
        rows=ROWS,
        unique=not any(file.facts.row_ids for file in work.files),
        snapshot=snapshot,
        attachments=attachments,
    )

    def told(step: str) -> None:
        _tell(progress, step, 0, 0, 0)

    committed = log.commit(work.con, staged, now=now, progress=told)
    asides = [name for name in attachments if name.startswith("set-aside")]
    if committed.nothing_changed and asides and not _kept_already(log, attachments[REPORT]):
        committed = log.commit(work.con, replace(staged, record_empty=True), now=now, progress=told)
    return committed


def _kept_already(log: Log, report: Path) -> bool:
    """Whether an import before kept the very same rows set aside: then there is nothing new to keep."""
    mine = json.loads(report.read_text(encoding="utf-8"))
    for other in sorted((log.path / "imports").glob(f"*/{REPORT}"), reverse=True):
        theirs = json.loads(other.read_text(encoding="utf-8"))
        if theirs.get("source") == mine["source"] and theirs.get("set_aside") == mine["set_aside"]:
            return True
    return False


def _reasons(work: _Work) -> list[Reason]:
    return [one for file, why in zip(work.files, work.why, strict=True) for one in reasons(work.con, file, why)]


def _report(work: _Work, log: Log, committed: CommitReport, began: float) -> ImportReport:
    asides: list[str] = []
    if committed.import_no is not None:
        folder = log.path / "imports" / f"{committed.import_no:08d}"
        asides = [str(path) for path in sorted(folder.glob("set-aside*.csv"))]
    return ImportReport(
        source=work.recipe.source,
        recipe=work.recipe.name,
        import_no=committed.import_no,
        version=committed.version,
        dry_run=False,
        files=tuple(_files(work, log, committed)),
        facts=tuple(_fact_reports(work, committed.tables)),
        reasons=tuple(_reasons(work)),
        set_aside_files=tuple(asides),
        new_people=committed.new_identities or 0,
        warnings=tuple(work.warnings),
        not_used=tuple(work.not_used),
        seconds=time.perf_counter() - began,
    )


def _fact_reports(work: _Work, tables: Mapping[str, TableCounts]) -> list[FactReport]:
    found = []
    for table in work.tables:
        made = work.con.execute(f"SELECT count(*) FROM {staged_table(table)}").fetchone()
        found.append(FactReport(table=table, made=int(made[0]) if made else 0, **asdict(tables[table])))
    return found


def _files(work: _Work, log: Log, committed: CommitReport | None) -> list[FileReport]:
    """Rows by what became of them."""
    touched = None
    if committed is not None and committed.import_no is not None:
        counts = committed.tables.values()
        if any(count.unchanged or count.removed for count in counts):
            touched = _touched(work, log, committed.import_no)
    found = []
    for file in work.files:
        good = file.loaded.load.good - file.bad - file.repeated
        if committed is None or (committed.import_no is not None and touched is None):
            accepted = good
        elif touched is None:
            accepted = 0
        else:
            accepted = _count(
                work.con,
                f"SELECT count(*) FROM {file.rows} WHERE NOT __bad AND (row_id IN (SELECT row_id FROM {touched})"
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
                set_aside=file.bad + file.loaded.load.rejected,
                without_facts=_without_facts(work, file),
            )
        )
    staged = {file.loaded.table for file in work.files}
    for loaded in work.inputs:
        if loaded.table not in staged:
            found.append(
                FileReport(
                    file=loaded.shown,
                    part=loaded.spec.name,
                    variant=loaded.variant,
                    records=loaded.load.records,
                    accepted=0,
                    unchanged=0,
                    set_aside=loaded.load.rejected,
                    looked_up=loaded.load.good,
                )
            )
    return found


def _touched(work: _Work, log: Log, import_no: int) -> str:
    """Table of the rows whose facts this import wrote or took away."""
    parts = []
    for table in work.tables:
        files = log.parquet_files(table)
        if files:
            listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
            parts.append(
                f"SELECT row_id FROM read_parquet([{listed}], union_by_name = true, hive_partitioning = false) "
                f"WHERE import_no = {import_no}"
            )
        gone = log.path / "imports" / f"{import_no:08d}" / f"replaced-{table}.parquet"
        if gone.is_file():
            parts.append("SELECT row_id FROM read_parquet('" + str(gone).replace("'", "''") + "')")
    body = " UNION ALL ".join(parts) or "SELECT NULL::BLOB AS row_id WHERE false"
    work.con.execute(f"CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT DISTINCT row_id FROM ({body})")
    return "touched_rows"


def _without_facts(work: _Work, file: StagedFile) -> int:
    """Good rows of which the recipe makes nothing; worked out only where that can be."""
    wheres = [select.where for selects in file.facts.selects.values() for select in selects]
    if not all(wheres):
        return 0
    some = " OR ".join(f"coalesce({where}, false)" for where in wheres) or "false"
    return _count(work.con, f"SELECT count(*) FROM {file.rows} WHERE NOT __bad AND NOT ({some})")


def _dry(work: _Work, log: Log, began: float) -> ImportReport:
    counts = []
    for table in work.tables:
        made = _count(work.con, f"SELECT count(*) FROM {staged_table(table)}")
        zero = dict.fromkeys(("changed", "unchanged", "removed", "refused", "superseded"), 0)
        counts.append(FactReport(table=table, made=made, new=made, **zero))
    return ImportReport(
        source=work.recipe.source,
        recipe=work.recipe.name,
        import_no=None,
        version=log.head().number,
        dry_run=True,
        files=tuple(_files(work, log, None)),
        facts=tuple(counts),
        reasons=tuple(_reasons(work)),
        set_aside_files=(),
        new_people=0,
        warnings=tuple(work.warnings),
        not_used=tuple(work.not_used),
        seconds=time.perf_counter() - began,
        sample=tuple(_sample(work)),
    )


def _sample(work: _Work) -> list[dict[str, Any]]:
    """Facts of the first good rows, in order, as plain rows: file, record, table, slot and what is not empty."""
    found: list[dict[str, Any]] = []
    for table in work.tables:
        first = f"SELECT DISTINCT row_no FROM {staged_table(table)} ORDER BY row_no LIMIT {SAMPLE_ROWS}"
        select = (
            f"SELECT * EXCLUDE (source) FROM {staged_table(table)} WHERE row_no IN ({first}) "
            f"ORDER BY row_no, slot_no, slot, row_id LIMIT {SAMPLE_FACTS}"
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


def _files_of(work: _Work, rows: list[bytes]) -> dict[bytes, str]:
    """The file of each row."""
    listed = ", ".join(f"unhex('{row.hex()}')" for row in dict.fromkeys(rows))
    found: dict[bytes, str] = {}
    for file in work.files if rows else ():
        for own in dict.fromkeys(("row_id", *file.facts.row_ids)):
            hits = work.con.execute(f"SELECT DISTINCT {own} FROM {file.rows} WHERE NOT __bad AND {own} IN ({listed})")
            found |= {row: file.loaded.shown for (row,) in hits.fetchall() if row not in found}
    return found


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
