"""One import from files to commit, in one DuckDB connection."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from safar.domain.wording import counted
from safar.errors import InputError
from safar.files.recipe.model import Recipe
from safar.files.records import Limits, Progress
from safar.log import Log, StagedImport
from safar.log.full import writing_below
from safar.log.staged import CommitReport
from safar.settings import Settings
from safar.usecases.importing.account import TOUCHED, Work, all_reasons, committed_report, dry_report
from safar.usecases.importing.aside import Reason, explain, write_aside
from safar.usecases.importing.columns import ColumnNotFound
from safar.usecases.importing.inputs import Input, load_inputs, makes_facts
from safar.usecases.importing.lookups import LookupTables
from safar.usecases.importing.redaction import prepare_redaction
from safar.usecases.importing.refusing import mark_people, refuse
from safar.usecases.importing.report import ImportReport
from safar.usecases.importing.staging import (
    ROWS,
    check_rows,
    settle_repeats,
    stage,
)
from safar.usecases.importing.torn import find_torn, write_torn

REPORT, RECIPE, ACCOUNT = "import.json", "recipe.toml", "account.json"
"""Kept with an import: what it read and why rows were set aside; its recipe; its numbers, once it is committed."""
PERSON = "person"
"""Of a kept reason: marks of the people whom its value is about."""


class ValueNotTaken(InputError):
    """A value of a file cannot be computed with, and the import did not find out in which row; nothing was kept."""

    code = "import.value-not-taken"
    next_step = (
        "Take the named value out of the file, or keep its rows away with [[set_aside]]. Please report it as well: "
        "such a row should be set aside by itself."
    )


class _ColumnMayCome(Exception):
    """A column was not found in the beginning of a file whose columns come late."""


@dataclass(frozen=True, slots=True)
class _Files:
    """What is to be imported, and how it is read. `all_play`: in a snapshot a file left aside by mistake would take
    its facts away."""

    paths: Sequence[Path]
    recipe: Recipe
    limits: Limits
    encoding: str | None
    sheet: str | None
    all_play: bool
    names: Mapping[Path, str]
    origin: Mapping[str, str]


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
    sheet: str | None = None,
    first: int | None = None,
    compared: bool = True,
    names: Mapping[Path, str] | None = None,
    origin: Mapping[str, str] | None = None,
) -> ImportReport:
    """Import files by a recipe: all good rows as one version of the log, or nothing. See `usecases.import_`."""
    began = time.perf_counter()
    source = _Files(
        paths, recipe, Limits.from_settings(settings), encoding, sheet, snapshot, dict(names or {}), dict(origin or {})
    )
    run = partial(
        _run,
        log,
        source,
        now=now,
        dry_run=dry_run,
        snapshot=snapshot,
        compared=compared,
        progress=progress,
        began=began,
    )
    with writing_below(log.path):
        try:
            return run(first=first if dry_run else None)
        except _ColumnMayCome:  # then only the whole file tells
            return run(first=None)
        except (duckdb.ConversionException, duckdb.OutOfRangeException) as cause:
            raise ValueNotTaken(f"A value of {recipe.source} was refused: {_said(cause)}.") from cause


def _run(
    log: Log,
    source: _Files,
    *,
    now: datetime,
    dry_run: bool,
    snapshot: bool,
    first: int | None,
    compared: bool,
    progress: Progress | None,
    began: float,
) -> ImportReport:
    con = log.connect()
    try:
        prepare_redaction(con)
        work = _prepare(con, log, source, first=first, progress=progress)
        with log.put_aside() as folder:
            if snapshot and any(file.bad or file.loaded.load.rejected for file in work.files):
                # A row that cannot be read is not a row that is gone: its old facts must not be taken away.
                snapshot = False
                work.warnings.append("Rows were set aside, so nothing was taken away; mend them and repeat --snapshot.")
            if dry_run:
                whole = compared and all(loaded.load.whole for loaded in work.inputs)
                foreseen = _compare(log, work, now=now, snapshot=snapshot, progress=progress) if whole else None
                return dry_report(work, log, foreseen, began)
            attachments = _attachments(log, work, folder, source)
            committed = _commit(log, work, attachments, now=now, snapshot=snapshot, progress=progress)
        report = committed_report(work, log, committed, began)
        _keep_account(log, report)
        return report
    finally:
        con.close()


def _prepare(
    con: duckdb.DuckDBPyConnection, log: Log, source: _Files, *, first: int | None, progress: Progress | None
) -> Work:
    recipe = source.recipe
    inputs, not_used = load_inputs(
        con,
        source.paths,
        recipe,
        limits=source.limits,
        progress=progress,
        all_play=source.all_play,
        encoding=source.encoding,
        sheet=source.sheet,
        first=first,
        names=source.names,
    )
    try:
        lookups = LookupTables(con, inputs)
        files = []
        for number, loaded in enumerate(inputs):
            if makes_facts(recipe, loaded.spec.name):
                _tell(progress, f"checking {source.names.get(loaded.path, loaded.path.name)}", loaded.load.records)
                files.append(check_rows(con, loaded, number, lookups))
    except ColumnNotFound as missing:
        if any(loaded.may_gain_columns for loaded in inputs):
            raise _ColumnMayCome from missing
        strays = [loaded for loaded in inputs if recipe.variants and loaded.variant is None]
        if strays:
            raise _no_variant(strays[0], missing) from missing
        raise
    settle_repeats(con, files)
    _tell(progress, "making facts", sum(file.loaded.load.records for file in files))
    tables = stage(con, files, recipe)
    why = [explain(con, file) for file in files]
    ledger = log.ledger_mark()
    for file, reasons in zip(files, why, strict=True):
        refuse(con, log, file, reasons)
    torn = find_torn(con, log, inputs, files)
    warnings = [note for loaded in inputs for note in loaded.notes] + lookups.notes
    for file in files:
        if file.twice:
            warnings.append(
                f"{file.loaded.shown}: {counted(file.twice, 'row')} with a local time that came twice, when clocks "
                "went back; the later one is taken. An offset written with the time would tell."
            )
        if not file.keyed and not file.loaded.spec.whole_row:
            warnings.append(
                f"{file.loaded.shown}: the recipe names no key, so a row is known by its whole content: "
                'a corrected row counts as a new one beside the old. Name a `key`, or say key = "*" if that is meant.'
            )
    return Work(
        con, recipe, inputs, files, tables, why, list(dict.fromkeys(warnings)), not_used, lookups.unread, torn, ledger
    )


def _no_variant(loaded: Input, missing: ColumnNotFound) -> ColumnNotFound:
    """The error of a column that is not there, where that may be because no variant fits the file."""
    names = list(loaded.raw)
    told = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return ColumnNotFound(f"{missing.message} No [[variant]] fits {loaded.shown} (its columns: {told}).")


def _said(cause: Exception) -> str:
    """The engine's first line: what follows is its query."""
    return str(cause).split("\n", 1)[0].strip().rstrip(".")


def _tell(progress: Progress | None, what: str, records: int = 0) -> None:
    """Name a step of which nobody knows how far it is."""
    if progress is not None:
        progress(what, 0, 0, records)


def _attachments(log: Log, work: Work, folder: Path, source: _Files) -> dict[str, Path]:
    found: dict[str, Path] = {}
    people: dict[str, str] = {}
    for file, why in zip(work.files, work.why, strict=True):
        if file.set_aside:
            name = "set-aside.csv" if not found else f"set-aside-{len(found) + 1}.csv"
            people[file.loaded.shown] = marked = mark_people(work.con, log, file, why)
            write_aside(work.con, file, why, folder / name, people=marked)
            found[name] = folder / name
    for torn in work.torn:
        if torn.set_aside:
            name = "set-aside.csv" if not found else f"set-aside-{len(found) + 1}.csv"
            write_torn(work.con, torn, folder / name)
            found[name] = folder / name
    digests = {name: _digest(path) for name, path in found.items()}
    named = [source.names.get(path, path.name) for path in source.paths]
    told = {
        "source": work.recipe.source,
        "recipe": work.recipe.name,
        "files": [name for name in named if name not in work.not_used],
        **source.origin,
        "not_used": work.not_used,
        "records": {file.loaded.shown: file.loaded.load.records for file in work.files},
        "set_aside": digests,
        "set_aside_rows": work.set_aside,
        "reasons": [_told_of(work, reason, people.get(reason.file)) for reason in all_reasons(work)],
        "warnings": work.warnings,
    }
    (folder / REPORT).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / RECIPE).write_text(work.recipe.text, encoding="utf-8")
    return {**found, REPORT: folder / REPORT, RECIPE: folder / RECIPE}


def _told_of(work: Work, reason: Reason, people: str | None) -> dict[str, object]:
    """A reason as it is kept: with the marks of whom its value is about, so that a forgetting takes it out."""
    told = asdict(reason)
    if people is None or reason.value is None:
        return told
    row = work.con.execute(f"SELECT people FROM {people} WHERE record = {reason.record}").fetchone()
    return told if row is None else {**told, PERSON: str(row[0]).split()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _commit(
    log: Log,
    work: Work,
    attachments: Mapping[str, Path],
    *,
    now: datetime,
    snapshot: bool,
    progress: Progress | None,
) -> CommitReport:
    staged = _staged(work, snapshot=snapshot, attachments=attachments)

    def told(step: str) -> None:
        _tell(progress, step)

    committed = log.commit(work.con, staged, now=now, progress=told)
    asides = [name for name in attachments if name.startswith("set-aside")]
    if committed.nothing_changed and asides and not _kept_already(log, attachments[REPORT]):
        committed = log.commit(work.con, replace(staged, record_empty=True), now=now, progress=told)
    return committed


def _compare(log: Log, work: Work, *, now: datetime, snapshot: bool, progress: Progress | None) -> CommitReport:
    """What the commit would do to the log."""
    _tell(progress, "comparing with the log")
    return log.compare(work.con, _staged(work, snapshot=snapshot, attachments={}), now=now, rows=TOUCHED)


def _staged(work: Work, *, snapshot: bool, attachments: Mapping[str, Path]) -> StagedImport:
    return StagedImport(
        source=work.recipe.source,
        **work.tables,  # type: ignore[arg-type]
        rows=ROWS,
        unique=not any(file.facts.row_ids for file in work.files),
        snapshot=snapshot,
        attachments=attachments,
        ledger=work.ledger,
    )


def _keep_account(log: Log, report: ImportReport) -> None:
    """Keep an import's numbers with it. They hold no values, and are only known once it is committed."""
    if report.import_no is not None:
        told = json.loads(report.to_json())
        kept = {name: told[name] for name in ("version", "files", "facts", "new_people", "seconds", "warnings")}
        path = log.import_folder(report.import_no) / ACCOUNT
        path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _kept_already(log: Log, report: Path) -> bool:
    """Whether an import before kept the very same rows set aside: then there is nothing new to keep."""
    mine = json.loads(report.read_text(encoding="utf-8"))
    for other in sorted((log.path / "imports").glob(f"*/{REPORT}"), reverse=True):
        theirs = json.loads(other.read_text(encoding="utf-8"))
        if theirs.get("source") == mine["source"] and theirs.get("set_aside") == mine["set_aside"]:
            return True
    return False
