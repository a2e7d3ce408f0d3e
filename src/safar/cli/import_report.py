"""How an import shows itself: a progress bar with rates, then a report that balances, within 80 columns."""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from safar.cli.output import console, errors
from safar.domain.wording import counted

if TYPE_CHECKING:
    from safar.usecases.importing.report import ImportReport

_MOST = 12
_LONGEST = 200
"""Characters of a value that are shown: it may be a line of many megabytes."""

_LONGEST_WORD = 24
"""Characters of a word of a value that are shown in a table, which never breaks a word."""


class Bar:
    """A progress bar on the error stream; called by the import with (what, done, in all, records)."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            console=errors,
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None, rate="")
        self._what = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, what: str, done: int, total: int, records: int) -> None:
        """`total`: bytes, where it is known how many there are; 0 where it is not known how far a step is."""
        if what != self._what:
            self._progress.reset(self._task)
            self._what = what
        elapsed = self._progress.tasks[0].elapsed or 0.0
        rate = rate_told(done if total else 0, total, records, elapsed)
        self._progress.update(self._task, description=what[:40], completed=done, total=total or None, rate=rate)


def rate_told(done: int, total: int, records: int, elapsed: float) -> str:
    """How far a step is and how fast: megabytes of the file where these are known, else rows."""
    steady = elapsed > 0.5
    if total:
        told = f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
        return f"{told}, {done / 1e6 / elapsed:,.1f} MB/s" if steady and done else told
    if records:
        told = counted(records, "row")
        return f"{told}, {records / elapsed:,.0f}/s" if steady else told
    return ""


def show_report(report: ImportReport, *, where: str = "") -> None:
    """The report in plain words; the sums are spelled out so that a reader can check them.

    `where`: what printed commands need to meet the same workspace.
    """
    if report.dry_run:
        _dry(report)
    _records(report)
    _facts(report)
    if report.reasons:
        _reasons(report)
    if report.not_used:
        names = ", ".join(report.not_used)
        console.print(f"Not used, none of the recipe's files: {names}", soft_wrap=True, markup=False)
    for warning in report.warnings:
        console.print(f"Note: {warning}", soft_wrap=True, markup=False)
    if not report.dry_run:
        _done(report, where=where)


def _dry(report: ImportReport) -> None:
    """How far the files were read, and the first facts."""
    begun = [file for file in report.files if not file.whole]
    read = [f"the first {file.records:,} records of {escape(file.file)} were read and checked" for file in begun]
    told = ", ".join(read or ["everything was read and checked"])
    console.print(f"[bold]Dry run:[/] {told}, nothing was changed.", soft_wrap=bool(begun))
    if begun:
        console.print("To check the files to their end, say --all too.")
    _sample(report, named=len(report.files) > 1)


def _records(report: ImportReport) -> None:
    """What became of the records, file by file and in all."""
    from safar.cli.output import show_rows

    looked = any(file.looked_up for file in report.files)
    rows = [
        {
            "file": file.file if len(file.file) <= 26 else "…" + file.file[-25:],
            "records": file.records,
            **({"accepted": file.accepted, "unchanged": file.unchanged} if report.compared else {}),
            "set aside": file.set_aside,
            **({"refused": file.refused} if report.refused else {}),
            **({"looked up": file.looked_up} if looked else {}),
        }
        for file in report.files
    ]
    show_rows(rows)
    sums = f"{_count(report.records, 'record')} = {report.accepted:,} accepted + {report.unchanged:,} unchanged"
    sums += f" + {report.set_aside:,} set aside"
    if report.refused:
        sums += f" + {report.refused:,} refused"
    if looked:
        sums += f" + {sum(file.looked_up for file in report.files):,} looked up"
    if report.compared:
        console.print(sums, soft_wrap=True)
    else:
        console.print(
            f"{_count(report.records, 'record')}: {report.set_aside:,} set aside"
            + (f", {report.refused:,} refused" if report.refused else ""),
            soft_wrap=True,
        )


def _facts(report: ImportReport) -> None:
    """What became of the facts, table by table, and how many rows made none."""
    if not report.compared:
        made = ", ".join(_count(fact.made, fact.table.removesuffix("s")) for fact in report.facts)
        console.print(
            f"They make {made or 'no facts'}. What of it is new, corrected or unchanged, and what would go, is not "
            "told: only the beginning was read. --all tells.",
            soft_wrap=True,
        )
    for fact in report.facts if report.compared else ():
        parts = [f"{fact.new:,} new", f"{fact.changed:,} corrected", f"{fact.unchanged:,} unchanged"]
        parts += [f"{fact.refused:,} refused (forgotten people)"] if fact.refused else []
        parts += [f"{fact.superseded:,} said twice"] if fact.superseded else []
        went = "would go" if report.dry_run else "went"
        gone = f"; {fact.removed:,} older ones {went}" if fact.removed else ""
        console.print(f"{_count(fact.made, fact.table.removesuffix('s'))} = {' + '.join(parts)}{gone}", soft_wrap=True)
    without = sum(file.without_facts for file in report.files)
    if without:
        console.print(
            f"{counted(without, 'row')} without a fact: no block of the recipe asks for such a row.", soft_wrap=True
        )


def _done(report: ImportReport, *, where: str) -> None:
    """Where the log stands now, and what to do about rows set aside."""
    if report.import_no is None:
        console.print(f"Nothing changed; the log stands at version {report.version}.")
        return
    rate = counted(round(report.records / report.seconds) if report.seconds else 0, "record")
    console.print(
        f"Import {report.import_no} is version {report.version} of the log "
        f"({report.seconds:.1f} s, {rate}/s, {counted(report.new_people, 'new person', 'new people')}).",
        soft_wrap=True,
    )
    if report.set_aside_files:
        console.print(
            f"Mend the rows set aside: safar import --set-aside {report.import_no} -o mend.csv{where}",
            soft_wrap=True,
            markup=False,
        )


def _count(number: int, one: str) -> str:
    """A number and its noun. Feedback is said the same of one and many."""
    return counted(number, one, one if one == "feedback" else None)


def _reasons(report: ImportReport) -> None:
    from safar.cli.output import show_rows

    rows = [
        {
            "rows": one.rows,
            "why": one.reason,
            "column": one.column or "",
            "first at": f"line {one.line}" if one.line is not None else f"record {one.record}",
            "value": _folding(_short(one.value or "", _LONGEST)),
        }
        for one in report.reasons[:_MOST]
    ]
    show_rows(rows, title="Set aside", whole=("first at",))
    if len(report.reasons) > _MOST:
        console.print(f"… and {counted(len(report.reasons) - _MOST, 'more reason')} (--json shows all).")


def _sample(report: ImportReport, *, named: bool) -> None:
    for one in report.sample:
        told = {name: value for name, value in one["fact"].items() if name not in ("customer_ns", "subject_ns")}
        words = ", ".join(f"{name} {_short(value)}" for name, value in told.items())
        of = f" of {escape(one['file'])}" if named and one.get("file") else ""
        console.print(f"[bold]record {one['record']}[/]{of} {one['table']} [bold]{one['slot']}[/]", highlight=False)
        console.print(f"  {words}", markup=False)


def _folding(value: str) -> str:
    """The value with its long words cut, which cannot go on in another line: the reason beside it stays readable."""
    return re.sub(rf"\S{{{_LONGEST_WORD + 1},}}", lambda word: _short(word[0], _LONGEST_WORD), value)


def _short(value: object, most: int = 40) -> str:
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
