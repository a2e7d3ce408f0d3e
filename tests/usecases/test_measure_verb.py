"""The verb: a workspace's own journey, rules, zone and log."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from safar.analysis.answers import BadMeasure
from safar.analysis.dimension import UnknownDimension
from safar.analysis.filters import BadFilter, Filters
from safar.analysis.metric import State
from safar.log.published import NotPublished
from safar.usecases.library import LibraryWorkspace as Workspace
from safar.usecases.measure import list_metrics, measure, read_filters
from tests.usecases.measured_workspace import NOW, measured_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return measured_workspace(tmp_path_factory.mktemp("measured") / "shop")


def test_by_step_names_the_versions_it_came_from(workspace: Workspace) -> None:
    found = measure(workspace=workspace, metric="nps", by=["step"])
    assert [(cell.dims, cell.value.n) for cell in found.cells] == [(("look",), 20), (("buy",), 20)]
    assert (found.balance.unmapped, found.balance.total, found.balance.holds) == (20, 60, True)
    assert found.origin.journey == workspace.journey()[1].hash
    assert found.origin.rules == workspace.rules()[1].hash
    assert found.origin.log_version == workspace.log.head().number


def test_old_rules_and_journeys_can_be_asked_for(tmp_path: Path) -> None:
    shop = measured_workspace(tmp_path / "shop")
    before = measure(workspace=shop, metric="nps", by=["step"])
    old_journey, old = shop.journey()[1].hash, shop.rules()[1].hash
    text = shop.published.read(shop.rules()[1])
    shop.publish_rules(text.replace('"paid"', '["paid", "odd"]'), now=NOW)
    shop.publish_journey(shop.published.read(shop.journey()[1]) + "\n# the same, told anew\n", now=NOW)
    after = measure(workspace=shop, metric="nps", by=["step"])
    assert (before.balance.unmapped, after.balance.unmapped) == (20, 0)
    again = shop.measure("nps", by="step", rules_version=old[:8], journey_version=old_journey[:8])
    assert again.cells == before.cells
    assert (again.origin.rules, again.origin.journey) == (old, old_journey)
    assert shop.measure("nps", rules_version=old[:8]).origin.rules is None
    with pytest.raises(NotPublished):
        shop.measure("nps", rules_version="ffffffff")


def test_where_takes_plain_words(workspace: Workspace) -> None:
    found = measure(workspace=workspace, metric="nps", where={"segment": "home", "channel": ["web", "app"]})
    assert found.cells[0].value.n == 40
    assert (
        measure(workspace=workspace, metric="nps", where=Filters(attributes={"segment": ("business",)}))
        .cells[0]
        .value.n
        == 20
    )


def test_days_are_local(workspace: Workspace) -> None:
    # Answers come at noon UTC from 2026-01-01 on, one a day.
    found = measure(workspace=workspace, metric="nps", since=date(2026, 1, 3), until="2026-01-13")
    assert found.cells[0].value.n == 10
    assert found.filters == (("since", "2026-01-03"), ("until", "2026-01-13"))


def test_by_attribute_and_month(workspace: Workspace) -> None:
    found = measure(workspace=workspace, metric="nps", by=["segment", "month"])
    assert {cell.dims: cell.value.n for cell in found.cells if cell.value.n} == {
        ("home", "2026-01"): 31, ("home", "2026-02"): 9, ("business", "2026-02"): 19, ("business", "2026-03"): 1
    }  # fmt: skip
    assert found.cell("business", "2026-03").state is State.TOO_FEW


def test_an_older_version_can_be_asked_for(workspace: Workspace) -> None:
    assert measure(workspace=workspace, metric="nps", log_version=0).cells[0].value.state is State.NO_DATA


def test_errors(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownDimension):
        measure(workspace=workspace, metric="nps", where={"segmnt": "home"})
    with pytest.raises(BadFilter):
        measure(workspace=workspace, metric="nps", where={"since": "soon"})
    with pytest.raises(BadMeasure, match="time zone"):
        measure(workspace=workspace, metric="nps", as_of=datetime(2026, 1, 1))  # noqa: DTZ001
    bare = measured_workspace(tmp_path / "bare", with_rules=False)
    assert measure(workspace=bare, metric="nps").cells[0].value.n == 60


def test_what_people_write_becomes_filters() -> None:
    found = read_filters(
        {"segment": "a", "prop:plan": "b", "link.order": ["c"], "attribute:channel": "d", "step": "use"},
        since=datetime(2026, 1, 1, tzinfo=UTC), time_zone="UTC",
    )  # fmt: skip
    assert found == Filters(
        since=datetime(2026, 1, 1, tzinfo=UTC), steps=("use",), props={"plan": ("b",)}, links={"order": ("c",)},
        attributes={"segment": ("a",), "channel": ("d",)},
    )  # fmt: skip
    assert read_filters(found, until="2026-02-01", time_zone="UTC").until == datetime(2026, 2, 1, tzinfo=UTC)


def test_every_metric_is_listed() -> None:
    names = ["nps", "csat", "ces", "mean", "top-box", "experience-index", "share"]
    assert [row["metric"] for row in list_metrics()] == names
