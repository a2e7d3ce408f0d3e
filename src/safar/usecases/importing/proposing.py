"""A recipe for files that come without one: a ready one that fits, or a proposal from the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from safar.files.reading import FileFormat, ReadOptions, open_records
from safar.files.recipe import Recipe
from safar.files.recipe.headless import is_headless
from safar.files.recipe.model import FileSpec, Value
from safar.files.recipe.profile import reads_time
from safar.files.recipe.propose import propose_recipe
from safar.files.recipe.ready import ready_names, ready_recipe
from safar.files.records import LINE, RECORD, Limits
from safar.settings import Settings
from safar.usecases.importing.columns import ASIDE_FILE, ASIDE_PART, ASIDE_PREFIX, FileColumns

if TYPE_CHECKING:
    import pyarrow as pa


_ROWS = 100
_MOST = 0.5
"""Least share of the first rows' times that a ready recipe has to read."""


def propose(
    paths: Sequence[Path],
    *,
    settings: Settings,
    encoding: str | None = None,
    sheet: str | None = None,
    header: bool | None = None,
    names: Mapping[Path, str] | None = None,
) -> tuple[str | None, Recipe]:
    """(name of a ready recipe that fits or None, the recipe). Several files need a ready recipe, or one proposal
    for the first of them. A ready recipe fits by its columns, and by the times in the first rows. `header`: whether
    the first line names the columns; None: look. An encoding that nobody told may be guessed; the proposal says so."""
    limits = Limits.from_settings(settings)
    options = ReadOptions(encoding=encoding, sheet=sheet, header=header is not False, guess=True)
    heads, guessed = [], False
    for path in paths:
        with open_records(path, limits=limits, options=options) as source:
            heads.append(source.head(_ROWS))
            guessed = guessed or source.guessed is not None
    for name in () if guessed else ready_names():  # a ready recipe would have to name the encoding
        recipe = ready_recipe(name)
        if _fits(recipe, heads):
            return name, recipe
    called = (names or {}).get(paths[0])
    # Of rows that were set aside, what was told beside them is no part of the row.
    beside = ASIDE_PREFIX if {ASIDE_PART, ASIDE_FILE} <= set(heads[0].column_names) else None
    with open_records(paths[0], limits=limits, options=options) as source:
        headless = header is None and source.format in (FileFormat.CSV, FileFormat.XLSX) and _is_headless(heads[0])
        if not headless:
            return None, propose_recipe(source, name=called, leave_out=beside)
    with open_records(paths[0], limits=limits, options=replace(options, header=False)) as source:
        return None, propose_recipe(source, name=called, headless=True)


def _is_headless(head: pa.Table) -> bool:
    names = [name for name in head.column_names if name not in (RECORD, LINE)]
    return is_headless(
        {name: [None if cell is None else str(cell) for cell in head.column(name).to_pylist()] for name in names}
    )


def _fits(recipe: Recipe, files: Sequence[pa.Table]) -> bool:
    """Whether every file plays a part, none that is needed is missing, and interactions have columns and times."""
    seen: set[str] = set()
    for head in files:
        names = [name for name in head.column_names if name not in (RECORD, LINE)]
        held = dict.fromkeys(names, "VARCHAR")
        variants = [one.recipe for one in recipe.variants if _all(FileColumns(recipe, held), one.has)]
        if recipe.variants and not variants:
            return False
        chosen = variants[0] if variants else recipe
        part = _part(chosen, FileColumns(chosen, held))
        if part is None or not _times_read(chosen, part, FileColumns(chosen, held), head):
            return False
        seen.add(part.name)
    return all(spec.optional or spec.name in seen for spec in recipe.files)


def _part(recipe: Recipe, columns: FileColumns) -> FileSpec | None:
    told = [spec for spec in recipe.files if spec.has and _all(columns, spec.has)]
    if told:
        return told[0]
    return recipe.main if len(recipe.files) == 1 and _has_columns(recipe, columns) else None


def _has_columns(recipe: Recipe, columns: FileColumns) -> bool:
    """Whether the columns that interactions cannot do without are there."""
    wanted = [
        name for block in recipe.interactions for value in (block.event, block.time.value) for name in _names(value)
    ]
    wanted += list(recipe.main.key.columns) if recipe.main.key is not None else []
    return _all(columns, tuple(name for name in wanted if name not in recipe.derive))


def _times_read(recipe: Recipe, part: FileSpec, columns: FileColumns, head: pa.Table) -> bool:
    """Whether the recipe's formats read most times of the first rows, of those that are one plain column."""
    for block in recipe.interactions:
        names = _names(block.time.value)
        found = columns.ours.get(names[0]) if len(names) == 1 and names[0] not in recipe.derive else None
        if block.file != part.name or found is None or not _is_plain(block.time.value):
            continue
        cells = [cell for cell in head.column(found).to_pylist() if cell is not None and str(cell).strip()]
        if cells and sum(reads_time(cell, block.time.formats) for cell in cells) < _MOST * len(cells):
            return False
    return True


def _is_plain(value: Value) -> bool:
    """Whether a value is the text of one column as it stands."""
    changed = value.change or value.replace or value.extract or value.map
    return not changed and len(value.of) == 1 and len(value.of[0].parts) == 1


def _names(value: Value) -> list[str]:
    return [name for one in value.of for name in one.columns]


def _all(columns: FileColumns, names: tuple[str, ...]) -> bool:
    return all(columns.find(name, alias="t") is not None for name in names)
