"""The reader of delimited text.

The fast path hands a regular file to DuckDB's parallel parser with dialect and columns told (its sniffer tears
records), all values as text. Whether the file is regular, and how many records it has, is found by `scan`,
which does not depend on that parser. On any doubt (something strange, a refusal, another count) the careful
way (`repair`) writes the good records to a clean copy with their numbers, and the same parser reads that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.files.delimited.dialect import find_dialect
from safar.files.delimited.line_table import LineTable
from safar.files.delimited.repair import NOT_TEXT, Split, Splitter, checked, pieces, read_lines
from safar.files.delimited.scan import scan_file
from safar.files.encoding import decodable
from safar.files.reading_errors import FileEmpty, HeaderUnusable, RecordsDoNotBalance, WrongEncoding
from safar.files.records import (
    LINE,
    RECORD,
    FileFormat,
    Limits,
    LoadReport,
    Progress,
    ReadOptions,
    RecordSource,
    Reject,
    count_rows,
    drop_loaded,
    in_file_order,
    loaded_names,
    loading,
    told_as,
    unique_columns,
)
from safar.files.spool import Rejects, create_rejects, disk_space, raw_text
from safar.files.text import TextFile
from safar.files.watching import watched
from safar.sql import literal, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_DIALECT_SAMPLE = 128 * 1024
_ENGINE_LINE = 2 * 1024**2


class CsvSource(RecordSource):
    """One delimited text file, plain or gzip-compressed, in any encoding."""

    format = FileFormat.CSV

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        super().__init__(path, options=options, limits=limits)
        self._text = TextFile(path, options=options, limits=limits)
        if not self._text.sample.strip():
            raise FileEmpty(f"{path}: the file is empty.")
        self.encoding = self._text.encoding
        if options.guess and options.encoding is None and not self.encoding.startswith("utf"):
            self.guessed = self.encoding
        self.dialect = find_dialect(self._dialect_sample(self._text.sample), options=options, path=path)
        self._columns = self._read_header()
        self.notes.append(f"Read as {self.encoding}, {self._spoken()}.")

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def head(self, n: int) -> pa.Table:
        import pyarrow as pa

        names = (*self._columns, RECORD, LINE)
        rows: list[list[Any]] = []
        for record, split in enumerate(self._records(), start=1):
            if len(rows) >= n:
                break
            good = checked(split, width=len(self._columns))
            if good.values is not None:
                rows.append([*(value.decode() for value in good.values), record, good.line])
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
        kinds: list[Any] = [pa.string()] * len(self._columns) + [pa.int64(), pa.int64()]
        arrays = {name: pa.array(at, type=kind) for name, at, kind in zip(names, columns, kinds, strict=True)}
        return pa.table(arrays)

    def load(
        self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None = None, *, first: int | None = None
    ) -> LoadReport:
        with loading(con, table, self.path):
            report = self._load_fast(con, table, progress) if first is None else None
            if report is None:
                report = self._load_careful(con, table, progress, first)
        if progress is not None:
            progress("reading", self._text.size, self._text.size, report.records)
        return report

    def pieces(self, raw: str) -> list[str]:
        return pieces(raw, self.dialect, width=len(self._columns))

    # the fast path

    def _load_fast(self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None) -> LoadReport | None:
        import duckdb

        if self._header_line != (self.options.skip_lines + 1 if self.options.header else 0):
            return None
        lines = LineTable(con, table, header=self.options.header)
        size = self._text.size
        path = self._text.stored(self._temporary, told_as("unpacking", size, progress))
        scan = scan_file(
            path,
            self.dialect,
            limit=self.limits.max_line,
            skip_lines=self.options.skip_lines,
            on_lines=lines.add,
            on_read=told_as("looking over", path.stat().st_size, progress),
        )
        if scan.strange or (scan.blanks and len(self._columns) == 1):
            return None
        expected = scan.records - self.options.header
        rows = loaded_names(table)[0]
        settings = {
            "delim": literal(self.dialect.delimiter.decode()),
            "quote": literal(self.dialect.quote.decode()),
            "escape": literal(self.dialect.quote.decode()),
            "header": str(self.options.header).lower(),
            "skip": str(self.options.skip_lines),
        }
        source = self._engine_read(path, settings, longest=scan.longest, numbered=False)
        try:
            with in_file_order(con), watched(con, progress, size=size):
                con.execute(f"CREATE TEMP TABLE {rows} AS SELECT * FROM {source}")
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            drop_loaded(con, table)
            return None
        found = con.execute(f"SELECT count(*), coalesce(max(rowid) + 1, 0) FROM temp.{rows}").fetchall()
        if found != [(expected, expected)]:
            drop_loaded(con, table)
            return None
        first = self.options.skip_lines + self.options.header
        record = f"r.rowid + 1 AS {RECORD}"
        if scan.even:
            sql = f"SELECT r.*, {record}, r.rowid + 1 + {first} AS {LINE} FROM temp.{rows} r"
        else:
            lines.finish()
            sql = (
                f"SELECT r.*, {record}, l.line AS {LINE} FROM temp.{rows} r "
                f"JOIN temp.{loaded_names(table)[1]} l ON l.record = r.rowid + 1"
            )
        con.execute(f"CREATE TEMP VIEW {quoted(table)} AS {sql}")
        create_rejects(con, table)
        return LoadReport(records=expected, good=expected, rejected=0)

    def _engine_read(self, path: Path, settings: dict[str, str], *, longest: int, numbered: bool) -> str:
        types = dict.fromkeys(self._columns, "VARCHAR")
        if numbered:
            types = {RECORD: "BIGINT", LINE: "BIGINT", **types}
        columns = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
        text = ", ".join(literal(name) for name in self._columns)
        longest = max(_ENGINE_LINE, longest + 1024)
        given = {
            "auto_detect": "false",
            "strict_mode": "true",
            "null_padding": "false",
            "columns": f"{{{columns}}}",
            "force_not_null": f"[{text}]",
            "max_line_size": str(longest),
            "buffer_size": str(max(16 * _ENGINE_LINE, 2 * longest)),
            "compression": "'none'",
            **settings,
        }
        return f"read_csv({literal(str(path))}, {', '.join(f'{key} = {value}' for key, value in given.items())})"

    # the careful way

    def _load_careful(
        self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None, first: int | None
    ) -> LoadReport:
        folder = self._temporary()
        clean = folder / "clean.csv"
        rejects = Rejects(folder)
        good, longest, whole = self._write_clean(clean, rejects, progress, first)
        settings = {
            "delim": literal(self._clean_delimiter.decode()),
            "quote": "'\"'",
            "escape": "'\"'",
            "header": "false",
            "new_line": "'\\n'",
        }
        con.execute(
            f"CREATE TEMP TABLE {quoted(table)} AS SELECT * EXCLUDE ({RECORD}, {LINE}), {RECORD}, {LINE} FROM "
            f"{self._engine_read(clean, settings, longest=longest, numbered=True)}"
        )
        found = count_rows(con, quoted(table))
        clean.unlink()
        if found != good:
            raise RecordsDoNotBalance(f"{self.path}: {good} good records were found, {found} were read.")
        rejects.load(con, table)
        return LoadReport(records=good + rejects.count, good=good, rejected=rejects.count, whole=whole)

    def _write_clean(
        self, clean: Path, rejects: Rejects, progress: Progress | None, first: int | None
    ) -> tuple[int, int, bool]:
        """Write the good records, all or the `first`: how many, the longest, and whether that is the whole file."""
        good = longest = foreign = undecodable = record = 0
        width = len(self._columns)
        comma, quote = self._clean_delimiter, self.dialect.quote
        same = self.dialect.delimiter == comma and quote in (b'"', b"") and width > 1 and not self.dialect.escape

        def on_read(done: int) -> None:
            if progress is not None:
                progress("reading", done, self._text.size, record)

        whole = True
        records = self._records(on_read, width=width if same else 0)
        with disk_space(), clean.open("wb") as target:
            for at, split in enumerate(records, start=1):
                if first is not None and at > first:
                    whole = False
                    break
                record = at
                kept = checked(split, width=width)
                foreign += not split.raw.isascii()
                if kept.values is None:
                    undecodable += kept.reason == NOT_TEXT
                    rejects.add(Reject(record, kept.line, None, raw_text(kept.raw), kept.reason))
                    continue
                if same and (kept.regular or b'"' not in kept.raw):
                    out = b"%d%b%d%b%b\n" % (record, comma, kept.line, comma, kept.raw)
                else:
                    quotes = (b'"' + value.replace(b'"', b'""') + b'"' for value in kept.values)
                    out = comma.join((b"%d" % record, b"%d" % kept.line, *quotes)) + b"\n"
                longest = max(longest, len(out))
                target.write(out)
                good += 1
        told = self.options.encoding is not None
        if undecodable * 2 > (record if told else foreign):
            raise WrongEncoding(f"{self.path}: {undecodable} of {record} records are not {self.encoding} text.")
        return good, longest, whole

    # what both share

    @property
    def _clean_delimiter(self) -> bytes:
        """The clean copy keeps the file's delimiter where it can, so that most lines are copied as they are."""
        return self.dialect.delimiter if self.dialect.plain and self.dialect.delimiter != b'"' else b","

    def _records(self, on_read: Callable[[int], None] | None = None, *, width: int = 0) -> Iterator[Split]:
        """All data records from the start of the file, without the header."""
        records = self._split(on_read, width=width)
        if self.options.header:
            next(records, None)
        yield from records

    def _split(self, on_read: Callable[[int], None] | None = None, *, width: int = 0) -> Iterator[Split]:
        lines = read_lines(self._text.open(on_read), limit=self.limits.max_line)
        for _ in range(self.options.skip_lines):
            next(lines, None)
        return Splitter(self.dialect, limit=self.limits.max_line, path=self.path, width=width).split(lines)

    def _read_header(self) -> tuple[str, ...]:
        first = next(self._split(), None)
        if first is None:
            raise FileEmpty(f"{self.path}: there is no record after {self.options.skip_lines} skipped lines.")
        if first.values is None:
            raise HeaderUnusable(f"{self.path}, line {first.line}: the first record cannot be read: {first.reason}.")
        if not self.options.header:
            self._header_line = 0
            return tuple(f"column_{at}" for at in range(1, len(first.values) + 1))
        if not decodable(first.raw):
            raise WrongEncoding(f"{self.path}, line {first.line}: the header is not {self.encoding} text.")
        self._header_line = first.line
        names, notes = unique_columns((value.decode() for value in first.values), limits=self.limits)
        self.notes.extend(notes)
        return names

    def _dialect_sample(self, sample: bytes) -> str:
        lines = sample[:_DIALECT_SAMPLE].splitlines(keepends=True)
        if len(lines) > 1 and len(sample) > _DIALECT_SAMPLE:
            lines.pop()  # cut in the middle
        return b"".join(lines[self.options.skip_lines :]).decode("utf-8", errors="replace").replace("\0", "")

    def _spoken(self) -> str:
        quote = self.dialect.quote.decode()
        return f"values separated by {self.dialect.delimiter.decode()!r}, " + (
            f"quoted by {quote}" if quote else "not quoted"
        )
