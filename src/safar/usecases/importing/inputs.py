"""Which file plays which part: files are matched to the recipe's [[file]] tables and [[variant]]s, and loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb

from safar.errors import InputError
from safar.files.delimited.reader import CsvSource
from safar.files.reading import LoadReport, ReadOptions, RecordSource, open_records
from safar.files.reading_errors import FileProblem
from safar.files.recipe.model import FileSpec, Format, Recipe
from safar.files.records import LINE, RECORD, Limits, Progress
from safar.sql import quoted
from safar.usecases.importing.columns import ASIDE_FILE, ASIDE_PART, ASIDE_PREFIX, FileColumns
from safar.usecases.importing.mending import delimiter_of_aside


class FileNotMatched(InputError):
    """A file plays no part in the recipe, or two parts at once."""

    code = "import.file-not-matched"
    next_step = "Correct `match` or `has` of the [[file]] tables, or leave the file out."


class FilePlaysNoPart(FileNotMatched):
    """A file is none of the recipe's files."""

    code = "import.file-plays-no-part"
    next_step = "Correct `match` or `has` of the [[file]] tables, or leave the file out."

    def __init__(self, name: str, recipe: Recipe) -> None:
        parts = ", ".join(f"{spec.name} (match {list(spec.match)}, has {list(spec.has)})" for spec in recipe.files)
        super().__init__(f"{name} is none of the recipe's files: {parts}.")
        self.name = name


class FileNotGiven(InputError):
    """The recipe needs a file that was not given."""

    code = "import.file-not-given"
    next_step = "Give all files of the recipe in one command, or mark the [[file]] with optional = true."


@dataclass(slots=True)
class Input:
    """One file in its part: where it was loaded, its columns, and the recipe as its variant has it."""

    path: Path
    shown: str
    spec: FileSpec
    recipe: Recipe
    variant: str | None
    table: str
    load: LoadReport
    columns: FileColumns
    mended: bool = False
    may_gain_columns: bool = False
    """Only the beginning was read, and what follows may hold columns that it lacks."""
    notes: list[str] = field(default_factory=list)
    delimiter: str = ","
    """Between values, as the file has it."""
    pieces: Callable[[str], list[str]] = field(kw_only=True)
    """A guess at the values of a record that the reader set aside whole."""

    @property
    def raw(self) -> dict[str, str]:
        """The file's own columns with their types."""
        return {name: kind for name, kind in self.columns.raw.items() if not name.startswith(ASIDE_PREFIX)}


@dataclass(slots=True)
class _Opened:
    path: Path
    name: str
    source: RecordSource
    columns: FileColumns
    recipe: Recipe
    variant: str | None
    specs: list[FileSpec]
    shown: str
    mended: bool


def load_inputs(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    recipe: Recipe,
    *,
    limits: Limits,
    progress: Progress | None,
    all_play: bool = False,
    encoding: str | None = None,
    sheet: str | None = None,
    first: int | None = None,
    names: Mapping[Path, str] | None = None,
) -> tuple[list[Input], list[str]]:
    """Open all files, find their parts, check that none is missing, and load them. Raises: FileProblem and ours.

    `first`: load so many records of each file alone; of a file that others look up, all. `names`: what files are
    called where that is not how they lie on disk; it decides what part a file plays.

    Gives the inputs, and why each file that plays no part is not used: of several files some may play none, unless
    `all_play`.
    """
    with ExitStack() as stack:
        opened, unused = [], []
        for path in paths:
            try:
                named = (names or {}).get(path, path.name)
                forced = {name: told for name, told in (("encoding", encoding), ("sheet", sheet)) if told is not None}
                opened.append(
                    _opened(stack, path, named, recipe, limits, progress=progress, forced=forced, first=first)
                )
            except FilePlaysNoPart as problem:
                if all_play or len(paths) == 1:
                    raise
                unused.append(problem)
        if not opened:
            raise unused[0]
        _check_complete(opened, recipe, unused)
        opened.sort(key=lambda one: [recipe.files.index(recipe.file(spec.name)) for spec in one.specs])
        inputs: list[Input] = []
        for one in opened:
            inputs += _loaded(con, one, table=f"raw{len(inputs)}", first=first, progress=progress)
        return inputs, [problem.name for problem in unused]


def _loaded(
    con: duckdb.DuckDBPyConnection, one: _Opened, *, table: str, first: int | None, progress: Progress | None
) -> list[Input]:
    """The file in a table, once for each part that it plays."""
    most = None if any(_looked_up(one.recipe, spec) for spec in one.specs) else first
    report = one.source.load(con, table, _told(progress, one.name), first=most)
    described = con.execute(f"DESCRIBE SELECT * FROM {quoted(table)}").fetchall()
    types = {str(row[0]): str(row[1]) for row in described if row[0] not in (RECORD, LINE)}
    return [
        Input(
            path=one.path,
            shown=one.shown,
            spec=one.recipe.file(spec.name),
            recipe=one.recipe,
            variant=one.variant,
            table=table,
            load=report,
            columns=FileColumns(one.recipe, types, below(one.recipe, spec.name) if one.mended else ()),
            mended=one.mended,
            may_gain_columns=one.source.columns_come_late and not report.whole,
            notes=[f"{one.name}: {note}" for note in one.source.notes],
            delimiter=one.source.dialect.delimiter.decode() if isinstance(one.source, CsvSource) else ",",
            pieces=one.source.pieces,
        )
        for spec in one.specs
    ]


def read_options(format: Format) -> ReadOptions:
    """The readers' options for a recipe's format."""
    return ReadOptions(
        encoding=format.encoding,
        delimiter=format.delimiter,
        quote=format.quote,
        escape=format.escape,
        header=format.header,
        skip_lines=format.skip_lines,
        sheet=format.sheet,
    )


def makes_facts(recipe: Recipe, name: str) -> bool:
    """Whether any block draws on the file."""
    files = [block.file for block in recipe.interactions]
    files += [block.file for block in recipe.feedback] + [block.file for block in recipe.attributes]
    return name in files


def below(recipe: Recipe, file: str) -> tuple[str, ...]:
    """The files that rows of a file look up, and those that these look up in turn."""
    found: dict[str, None] = {}
    waiting = [file]
    while waiting:
        names = [lookup.file for lookup in recipe.file(waiting.pop(0)).lookups]
        waiting += [name for name in names if name not in found]
        found |= dict.fromkeys(names)
    return tuple(found)


def _looked_up(recipe: Recipe, spec: FileSpec) -> bool:
    """Whether rows of some file look up rows of this one."""
    return any(lookup.file == spec.name for other in recipe.files for lookup in other.lookups)


def _told(progress: Progress | None, name: str) -> Progress | None:
    if progress is None:
        return None
    return lambda what, done, total, records: progress(f"{what} {name}", done, total, records)


def _opened(
    stack: ExitStack,
    path: Path,
    name: str,
    recipe: Recipe,
    limits: Limits,
    *,
    progress: Progress | None,
    forced: Mapping[str, str],
    first: int | None,
) -> _Opened:
    source = _source(stack, path, name=name, recipe=recipe, limits=limits, forced=forced)
    decisive = {name for spec in recipe.files for name in spec.has}
    decisive |= {name for variant in recipe.variants for name in variant.has}
    seen = FileColumns(recipe, dict.fromkeys(source.columns, "VARCHAR"))
    if any(seen.find(name, alias="t") is None for name in decisive):
        source.look_further(first, _told(progress, name))
    held = dict.fromkeys(source.columns, "VARCHAR")
    mended = ASIDE_PART in held and ASIDE_FILE in held
    shown, part = name, None
    if mended:
        shown, part = _told_by_aside(source, name)
    recipe_now, variant = _with_variant(recipe, shown, held)
    columns = FileColumns(recipe_now, held)
    if part is not None and all(spec.name != part for spec in recipe.files):
        raise FilePlaysNoPart(name, recipe)
    specs = [recipe.file(part)] if part is not None else _parts(recipe_now, shown, columns)
    return _Opened(path, name, source, columns, recipe_now, variant, specs, shown, mended)


def _source(
    stack: ExitStack, path: Path, *, name: str, recipe: Recipe, limits: Limits, forced: Mapping[str, str]
) -> RecordSource:
    """The file opened as its variant says. A variant that tells how to read a file is judged by what is read so."""

    def opened(layout: Format) -> RecordSource:
        layout = replace(
            layout, encoding=forced.get("encoding", layout.encoding), sheet=forced.get("sheet", layout.sheet)
        )
        return stack.enter_context(
            open_records(path, format=layout.format, options=read_options(layout), limits=limits)
        )

    if path.is_file() and (delimiter := delimiter_of_aside(path)) is not None:
        # Rows set aside are given out as plain CSV, whatever the source was; only what stands between values is kept.
        return opened(Format(delimiter=delimiter or None))

    def fitting(layout: Format, has: Sequence[str]) -> RecordSource | None:
        """The file opened so, where that can be done and it has the columns."""
        try:
            source = opened(layout)
        except FileProblem:
            return None  # such as a sheet that this workbook does not have
        columns = FileColumns(recipe, dict.fromkeys(source.columns, "VARCHAR"))
        return source if all(columns.find(one, alias="t") is not None for one in has) else None

    part, source = _read_as(recipe, name, fitting)
    plain = recipe.format if part is None else part.format
    for variant in recipe.variants:
        if variant.match and not _named(name, variant.match):
            continue
        layout = variant.recipe.format if part is None else variant.recipe.file(part.name).format
        if not variant.has:
            return opened(layout)
        if layout != plain and (found := fitting(layout, variant.has)) is not None:
            return found
    return source or opened(plain)


def _read_as(
    recipe: Recipe, name: str, fitting: Callable[[Format, Sequence[str]], RecordSource | None]
) -> tuple[FileSpec | None, RecordSource | None]:
    """The [[file]] that says how a file is read, or None: what is said for all. With the file, if it was opened.

    A file is told by its name first. One told by its columns alone is read as each [[file]] says, until they are there.
    """
    told = [spec for spec in recipe.files if _named(name, spec.match)]
    if not told:
        if not recipe.main.match and not recipe.main.has:
            return recipe.main, None
        told = [spec for spec in recipe.files if not spec.match and spec.has]
    if len({spec.format for spec in told}) > 1 or (told and not told[0].match and told[0].format != recipe.format):
        for spec in told:
            source = fitting(spec.format, spec.has)
            if source is not None:
                return spec, source
        return (told[0] if told[0].match else None), None
    return (told[0] if told else None), None


def _told_by_aside(source: RecordSource, name: str) -> tuple[str, str | None]:
    """Which file a set-aside file came from, and its part: told by its first row."""
    first = source.head(1)
    if first.num_rows == 0:
        return name, None
    row = first.to_pylist()[0]
    return str(row[ASIDE_FILE] or name), str(row[ASIDE_PART]) if row[ASIDE_PART] else None


def _with_variant(recipe: Recipe, name: str, names: dict[str, str]) -> tuple[Recipe, str | None]:
    for variant in recipe.variants:
        by_name = not variant.match or _named(name, variant.match)
        columns = FileColumns(recipe, names)
        if by_name and all(columns.find(one, alias="t") is not None for one in variant.has):
            return variant.recipe, variant.name
    return recipe, None


def _named(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def _parts(recipe: Recipe, name: str, columns: FileColumns) -> list[FileSpec]:
    if len(recipe.files) == 1 and not recipe.main.match and not recipe.main.has:
        return [recipe.main]
    found = []
    for spec in recipe.files:
        told = bool(spec.match or spec.has)
        fits = not spec.match or _named(name, spec.match)
        if told and fits and all(columns.find(one, alias="t") is not None for one in spec.has):
            found.append(spec)
    if not found:
        raise FilePlaysNoPart(name, recipe)
    plain = [spec.name for spec in found if not spec.group_by]
    if len(plain) > 1:
        raise FileNotMatched(f"{name} could be {' or '.join(plain)}; a file can play one part alone.")
    return found


def _check_complete(opened: list[_Opened], recipe: Recipe, unused: list[FilePlaysNoPart]) -> None:
    given = {spec.name for one in opened for spec in one.specs if not one.mended}
    needed = {spec.name for spec in recipe.files if not spec.optional}
    if any(one.mended for one in opened):
        # Mended rows stand for themselves. Whole files given with them look up whole files, never mended rows alone.
        mended = {spec.name for one in opened for spec in one.specs if one.mended}
        facts = [file for file in given if makes_facts(recipe, file)]
        needed = {name for file in facts for name in below(recipe, file)} & (needed | mended)
    for spec in recipe.files:
        if spec.name not in given and spec.name in needed:
            how = " ".join(
                part
                for part in (
                    f"named like {' or '.join(spec.match)}" if spec.match else "",
                    f"with columns {', '.join(spec.has)}" if spec.has else "",
                )
                if part
            )
            besides = f" Given, but none of the recipe's files: {', '.join(p.name for p in unused)}." if unused else ""
            raise FileNotGiven(f"No file was given for {spec.name!r} ({how or 'any file'}).{besides}")
