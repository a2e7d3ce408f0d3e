"""By which columns the answers of a study could be grouped, with how many groups and rows each would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from safar.analysis.path_model.group_comparison import MOST_GROUPS
from safar.analysis.path_model.groups import FEWEST
from safar.domain.path_model import PathModel
from safar.domain.study import DataSource, Study
from safar.sql import literal, quoted
from safar.usecases.path_model_rows import group_label
from safar.usecases.study_files import answers_file

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_COLUMNS = 200
"""Columns that are looked at; more would take long, and nobody reads their list."""
OWN = ("channel", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupColumn:
    """A column and its groups with their rows, the largest first. few: some group has too few rows to be compared."""

    name: str
    groups: tuple[tuple[str, int], ...]
    few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupColumns:
    """columns: those with two groups or more, and not too many. others: how many columns have one value or too many.

    of_file: False where the study stands on the workspace's own answers: then a channel, a unit or an attribute of
    customers is named, and their groups are not counted.
    """

    columns: tuple[GroupColumn, ...]
    others: int
    of_file: bool
    names: tuple[str, ...] = ()


def group_columns(*, workspace: Workspace, study: Study, model: PathModel) -> GroupColumns:
    """By what a study's answers could be grouped: the file's columns that are no items of the model."""
    if study.data.source is DataSource.ANSWERS:
        return GroupColumns(columns=(), others=0, of_file=False, names=(*OWN, *_attributes(workspace)))
    path = answers_file(workspace, study.id)
    names = tuple(one for one in study.data.columns if one not in model.items)
    if not names or not path.is_file():
        return GroupColumns(columns=(), others=0, of_file=True)
    looked = path.stat()
    counted = _counted(str(path), (looked.st_mtime_ns, looked.st_size), names[:MOST_COLUMNS])
    least = max(FEWEST, len(model.items) + 1)
    columns = tuple(
        GroupColumn(name=name, groups=groups, few=min(rows for _, rows in groups) < least)
        for name, groups in counted
        if 2 <= len(groups) <= MOST_GROUPS
    )
    return GroupColumns(columns=columns, others=len(names) - len(columns), of_file=True)


# A file is looked through once: what is uploaded anew, or had somebody taken out, has another time.
@lru_cache(maxsize=64)
def _counted(
    path: str, _looked: tuple[int, int], names: Sequence[str]
) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    import duckdb

    rows = f"read_parquet({literal(path)})"
    with duckdb.connect() as con:
        there = {str(one[0]) for one in con.execute(f"SELECT * FROM {rows} LIMIT 0").description or ()}
        known = [name for name in names if name in there]
        if not known:
            return ()
        told = ", ".join(f"approx_count_distinct({quoted(name)})" for name in known)
        distinct = con.execute(f"SELECT {told} FROM {rows}").fetchone() or ()
        return tuple(
            (name, _groups(con, rows, name))
            for name, values in zip(known, distinct, strict=True)
            if values <= 4 * MOST_GROUPS  # it is an estimate, and empty cells and the like are values there
        )


def _groups(con: object, rows: str, name: str) -> tuple[tuple[str, int], ...]:
    query = f"SELECT {quoted(name)}, count(*) FROM {rows} GROUP BY 1"
    found: dict[str, int] = {}
    for value, count in con.execute(query).fetchall():  # type: ignore[attr-defined]
        if (label := group_label(value)) is not None:
            found[label] = found.get(label, 0) + count
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _attributes(workspace: Workspace) -> list[str]:
    from safar.analysis.dimension import attribute_names

    with workspace.log.connect() as con:
        return attribute_names(workspace.log.tables(connection=con).attributes)[:MOST_COLUMNS]
