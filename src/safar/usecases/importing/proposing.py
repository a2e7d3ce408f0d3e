"""A recipe for files that come without one: a ready one that fits, or a proposal from the columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from safar.files.reading import open_records
from safar.files.recipe import Recipe
from safar.files.recipe.model import FileSpec, Value
from safar.files.recipe.propose import propose_recipe
from safar.files.recipe.ready import ready_names, ready_recipe
from safar.files.records import Limits
from safar.settings import Settings
from safar.usecases.importing.columns import FileColumns


def propose(paths: Sequence[Path], *, settings: Settings) -> tuple[str | None, Recipe]:
    """(name of a ready recipe that fits or None, the recipe). Several files need a ready recipe, or one proposal
    for the first of them."""
    limits = Limits.from_settings(settings)
    columns = []
    for path in paths:
        with open_records(path, limits=limits) as source:
            columns.append(tuple(source.columns))
    for name in ready_names():
        recipe = ready_recipe(name)
        if _fits(recipe, columns):
            return name, recipe
    with open_records(paths[0], limits=limits) as source:
        return None, propose_recipe(source)


def _fits(recipe: Recipe, files: Sequence[tuple[str, ...]]) -> bool:
    """Whether every file plays a part, none that is needed is missing, and the columns of interactions are there."""
    seen: set[str] = set()
    for names in files:
        held = dict.fromkeys(names, "VARCHAR")
        variants = [one.recipe for one in recipe.variants if _all(FileColumns(recipe, held), one.has)]
        if recipe.variants and not variants:
            return False
        chosen = variants[0] if variants else recipe
        part = _part(chosen, FileColumns(chosen, held))
        if part is None:
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


def _names(value: Value) -> list[str]:
    return [name for one in value.of for name in one.columns]


def _all(columns: FileColumns, names: tuple[str, ...]) -> bool:
    return all(columns.find(name, alias="t") is not None for name in names)
