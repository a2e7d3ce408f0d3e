"""Many rows of a looked-up file that become one: sums, means, least and greatest, read by the recipe's marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safar.files.recipe.model import Aggregate, FileSpec, Number, Template, Total, Value
from safar.files.recipe.section import BadRecipe
from safar.sql import literal, quoted
from safar.usecases.importing.columns import ColumnNotFound, Found, Scope, emptied
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.parsing import number_sql

HIT = "__hit"
"""Column of a looked-up table: true in every row."""
COMPUTED = (Total.SUM, Total.MEAN, Total.LEAST, Total.MOST, Total.COUNT)
"""What gives a number written with a point, whatever the marks of the file."""
_EXACT = "DECIMAL(28,6)"


@dataclass(frozen=True, slots=True)
class Totals:
    """What becomes of rows with a `key …` column for each key.

    columns: of the groups. select: the list that makes them. unread: by column of the file, whether a row has a text
    there where a number is wanted, as SQL.
    """

    columns: dict[str, Found]
    select: str
    unread: dict[str, str]


def totals(
    spec: FileSpec, given: Sequence[Input], names: Mapping[str, str], *, keys: tuple[str, ...], path: str
) -> Totals:
    """The totals that a recipe asks for. names: the files' columns with their types; path: of the look-up.

    A group with a text where a number is wanted has no total: its `unread` column holds the first such text.
    Raises: ColumnNotFound, BadRecipe.
    """
    if set(keys) != set(spec.group_by):
        raise BadRecipe(f"{path}.on: {spec.name} is grouped by {', '.join(spec.group_by)}; look it up by the same.")
    parts = [f"{quoted('key ' + key)}, {quoted('key ' + key)} AS {quoted(key)}" for key in keys]
    columns = {key: Found(quoted(key), "VARCHAR") for key in keys}
    rows: dict[str, str] = {}
    group = ", ".join(quoted("key " + key) for key in keys)
    for one in spec.aggregate:
        column = _column(one, given, names)
        text = emptied(column.text(), given[0].recipe.missing)
        marks = ("." if column.is_number else one.decimal), ("" if column.is_number else one.thousands)
        nothing = Value(of=(Template(()),), path=one.path)
        number = number_sql(text, Number(value=nothing, decimal=marks[0], thousands=marks[1]), type=_EXACT)
        parts.append(f"{_total(one.how, text, number)} AS {quoted(one.name)}")
        unread = None
        if one.how in COMPUTED and one.how is not Total.COUNT:
            unread = quoted(f"unread {one.name}")
            parts.append(f"{_unread(one.how, text, number)} AS {unread}")
            bad = _unread_row(one.how, text, number, group)
            rows[one.column] = f"({rows[one.column]} OR {bad})" if one.column in rows else bad
        columns[one.name] = Found(
            quoted(one.name), "VARCHAR", computed=one.how in COMPUTED, unread=unread, of=f"{spec.name}.{one.column}"
        )
    return Totals(columns, ", ".join([*parts, f"true AS {HIT}"]), rows)


def _column(one: Aggregate, given: Sequence[Input], names: Mapping[str, str]) -> Found:
    """The column to go over, as the united rows of the files have it."""
    hits = [name for name in names if name == one.column] or [
        name for name in names if name.casefold() == one.column.casefold()
    ]
    if len(hits) == 1:
        return Found(quoted(hits[0]), names[hits[0]])
    first = given[0]
    if one.column in first.recipe.derive:
        raise ColumnNotFound(
            f"{one.path}: {one.column!r} is a derived column; only columns that {first.shown} itself has can be taken.",
            next_step="Name a column of the file itself; derive further from the total.",
        )
    return Scope(first.recipe, first.spec.name, first.shown, first.columns, {}).find(one.column, path=one.path)


def _total(how: Total, text: str, number: str) -> str:
    short = "rtrim(rtrim(CAST({} AS VARCHAR), '0'), '.')"
    some = f"count({text}) > count({number})"
    match how:
        case Total.SUM:
            return f"CASE WHEN NOT {some} THEN {short.format(f'sum({number})')} END"
        case Total.MEAN:
            return f"CASE WHEN NOT {some} THEN CAST(avg({number}) AS VARCHAR) END"
        case Total.LEAST | Total.MOST:
            least = "min" if how is Total.LEAST else "max"
            plain = f"CASE WHEN count({number}) = 0 THEN {least}({text}) END"
            return f"CASE WHEN {some} THEN {plain} ELSE {short.format(f'{least}({number})')} END"
        case Total.COUNT:
            return f"CAST(count({text}) AS VARCHAR)"
        case Total.FIRST:
            return f"arg_min({text}, (__file, __record))"
        case Total.LAST:
            return f"arg_max({text}, (__file, __record))"
        case Total.LIST:
            return (
                f"array_to_string(list_sort(list_distinct(list({text}) FILTER ({text} IS NOT NULL))), {literal(', ')})"
            )


def _unread(how: Total, text: str, number: str) -> str:
    """The first text of the group that is no number; of least and greatest, where some of the texts are numbers."""
    first = f"arg_min({text}, (__file, __record)) FILTER ({text} IS NOT NULL AND {number} IS NULL)"
    return first if how in (Total.SUM, Total.MEAN) else f"CASE WHEN count({number}) > 0 THEN {first} END"


def _unread_row(how: Total, text: str, number: str, group: str) -> str:
    """Whether a row is one of those texts."""
    bad = f"({text} IS NOT NULL AND {number} IS NULL)"
    return bad if how in (Total.SUM, Total.MEAN) else f"({bad} AND count({number}) OVER (PARTITION BY {group}) > 0)"
