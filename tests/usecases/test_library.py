"""What a notebook user types: open, measure, map, chart, frames; two workspaces at once."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import safar
from safar.usecases.demo import create_demo
from safar.usecases.filter_notes import UnknownFilterValue

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library") / "company"
    create_demo(path=folder, now=NOW, facts=10_000, seed=3)
    return folder


def test_map_and_metric_come_from_the_same_facts(company: Path) -> None:
    ws = safar.open(str(company))
    journey_map = ws.journey_map()
    by_step = ws.measure("experience-index", by="step")
    shown = {step.id: step.experience for step in journey_map.steps}
    for row in by_step.rows():
        felt = shown[row["step"]]
        assert felt.n == row["n"]
        assert felt.index == pytest.approx(row["value"]) or row["value"] is None


def test_results_turn_into_frames_and_notebook_tables(company: Path) -> None:
    result = safar.open(str(company)).journey_map()
    polars, pandas = result.to_polars(), result.to_pandas()
    assert polars.height == len(pandas) == len(result.rows())
    page = result._repr_html_()
    assert page.startswith("<div>")
    assert "simulated" in page
    assert json.loads(result.to_json())["origin"]["simulated"] is True
    with pytest.raises(AttributeError):
        result.passages = 0  # type: ignore[misc]


def test_filters_narrow_the_map(company: Path) -> None:
    ws = safar.open(str(company))
    everything, web_only = ws.journey_map(), ws.journey_map(where={"channel": "web"})
    assert 0 < web_only.moves < everything.moves
    assert web_only.filters


def test_a_value_that_nothing_has_is_warned_of_at_the_callers_line(company: Path) -> None:
    ws = safar.open(str(company))
    wrong = {"channel": "wbe"}
    for ask in (
        lambda: ws.journey_map(where=wrong),
        lambda: ws.measure("nps", where=wrong),
        lambda: ws.variants(where=wrong),
        lambda: ws.journey_graph(where=wrong),
        lambda: ws.compare_maps(where={"channel": "web"}, to=wrong),
    ):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UnknownFilterValue)
            ask()
        (one,) = (one for one in told if one.category is UnknownFilterValue)
        assert str(one.message).startswith("No fact has channel=wbe; there are web, ")
        assert one.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnknownFilterValue)
        assert ws.measure("nps", where={"channel": "web"}).rows()


def test_charts_say_simulated_and_render(company: Path, tmp_path: Path) -> None:
    ws = safar.open(str(company))
    for name, result in (("map", ws.journey_map()), ("nps", ws.measure("nps", by=["month"]))):
        chart = safar.chart(result)
        chart.save(str(tmp_path / f"{name}.svg"))
        assert "simulated" in (tmp_path / f"{name}.svg").read_text(encoding="utf-8").lower()


def test_two_workspaces_do_not_mix(company: Path, tmp_path: Path) -> None:
    other = safar.create(str(tmp_path / "empty"), name="Empty")
    other.publish_journey(safar.open(str(company)).published.read(safar.open(str(company)).journey()[1]), now=NOW)
    assert other.measure("nps").rows()[0]["state"] == "no_data"
    assert safar.open(str(company)).measure("nps").rows()[0]["n"] > 0


def test_importing_and_undoing_through_the_door(tmp_path: Path) -> None:
    ws = safar.create(str(tmp_path / "shop"), name="Shop")
    file = tmp_path / "visits.csv"
    file.write_text("id,who,when,score\n1,a,2026-01-02 10:00:00,9\n2,b,2026-01-03 11:00:00,3\n", encoding="utf-8")
    name, recipe = _proposed(ws, file)
    assert name is None
    report = ws.import_files(file, recipe=recipe)
    assert report.records == 2
    number = ws.log.head().import_no
    assert number is not None
    ws.undo_import(number)
    assert ws.log.tables().interactions.count().to_pyarrow().as_py() == 0


def _proposed(ws: safar.Workspace, file: Path) -> tuple[str | None, Any]:
    from safar.usecases.import_ import propose

    return propose(workspace=ws, paths=[file])
