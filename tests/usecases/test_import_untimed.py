"""A file in which no column holds a time: nothing is imported until somebody says when it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from safar.files.recipe import read_recipe
from safar.files.recipe.revise import TopFields, revise
from safar.files.recipe.roles import ColumnRole, ColumnUse, read_uses
from safar.usecases.import_ import TimeNotTold, propose
from tests.usecases.import_kit import Bench

ROWS = "customer,event,stars,Spoken\nc1,call,4,31 st of May\nc2,visit,5,1 st of June\nc3,visit,1,2 nd of June\n"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_proposal_without_a_time_imports_nothing(bench: Bench, dry_run: bool) -> None:
    path = bench.file("calls.csv", ROWS)
    _, recipe = propose(workspace=bench.workspace, paths=[path])
    assert recipe.untimed
    with pytest.raises(TimeNotTold):
        bench.run(path, recipe.text, dry_run=dry_run)
    assert bench.workspace.log.head().import_no == 0


def test_one_time_told_for_all_rows_is_theirs(bench: Bench) -> None:
    path = bench.file("calls.csv", ROWS)
    _, recipe = propose(workspace=bench.workspace, paths=[path])
    names = ["customer", "event", "stars", "Spoken"]
    uses = read_uses(recipe.text, names) | {"Spoken": ColumnUse(role=ColumnRole.ATTRIBUTE)}
    top = TopFields(source="calls", key="", zone="UTC", formats=())
    undated = revise(recipe.text, top=top, uses=uses, formats={})
    assert len(read_recipe(undated).untimed) == 2
    top = TopFields(source="calls", key="", zone="UTC", formats=(), time="2026-01-31")
    dated = revise(undated, top=top, uses=read_uses(undated, names), formats={})
    assert not read_recipe(dated).untimed
    assert bench.run(path, dated).set_aside == 0
    assert {row[0] for row in bench.facts("interactions", "ts::TIMESTAMP")} == {datetime(2026, 1, 31)}  # noqa: DTZ001


def test_a_column_named_as_the_time_takes_the_place_of_the_missing_one(bench: Bench) -> None:
    path = bench.file("calls.csv", ROWS)
    _, recipe = propose(workspace=bench.workspace, paths=[path])
    uses = read_uses(recipe.text, ["customer", "event", "stars", "Spoken"])
    uses["Spoken"] = ColumnUse(role=ColumnRole.TIME)
    top = TopFields(source="calls", key="", zone="UTC", formats=())
    assert not read_recipe(revise(recipe.text, top=top, uses=uses, formats={})).untimed
