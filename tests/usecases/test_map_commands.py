"""`safar map`, `safar rules` and `safar journey`, as they are typed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safar.cli import app
from safar.errors import SafarError
from safar.usecases.workspace import Workspace
from tests.usecases.prepared_log import NOW, commit, fact
from tests.usecases.test_journey_map import JOURNEY, RULES

runner = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a journey, rules and four contacts, read and never written to by these tests."""
    path = tmp_path_factory.mktemp("commands") / "ws"
    made = Workspace.create(path, name="Shop", now=NOW, simulated=True)
    made.publish_journey(JOURNEY, now=NOW)
    made.publish_rules(RULES, now=NOW)
    commit(
        made.log,
        [
            fact(1, 0, "order", "ann"),
            fact(2, 10, "delivery", "ann"),
            fact(3, 0, "order", "bob"),
            fact(4, 90, "fax", "bob"),
        ],
    )
    return path


def typed(*words: str, folder: Path) -> str:
    result = runner.invoke(app, [*words, "--workspace", str(folder)], env={"COLUMNS": "80"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_map_fits_eighty_columns(folder: Path) -> None:
    shown = typed("map", folder=folder)
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "[simulated]" in shown
    assert "2 passages of 2 customers: 1 complete, 1 lost, 0 open" in shown
    assert "Largest loss after Purchase (-50.0 points)" in shown
    assert "Balance: 4 interactions = 3 mapped + 0 ignored + 1 unmapped" in shown
    assert "unmapped: fax by web, 1 interactions" in shown
    assert "Delivery" not in shown
    assert "delivery" in typed("map", "--step", "output", folder=folder)


def test_map_for_programs(folder: Path) -> None:
    told = json.loads(typed("map", "--json", "--where", "channel=web", folder=folder))
    assert (told["passages"], told["filters"]) == (2, {"channel": "web"})
    rows = list(csv.DictReader(io.StringIO(typed("map", "--csv", "--step", "purchase", folder=folder))))
    assert [(row["step"], row["touchpoint"], row["volume"]) for row in rows] == [
        ("purchase", "", "2"),
        ("purchase", "order", "2"),
        ("purchase", "call", "0"),
    ]


def test_filtered_map_says_what_filters_leave_out(folder: Path) -> None:
    shown = typed("map", "--since", "2026-01-02", folder=folder)
    assert "Balance: 4 interactions = 0 mapped + 0 ignored + 1 unmapped + 3 filtered out" in shown
    result = runner.invoke(app, ["map", "--where", "channel=nix", "-w", str(folder)])
    assert result.stderr == "Note: No fact has channel=nix; there are web.\n"


def test_time_between_steps_says_on_how_few_it_rests(folder: Path) -> None:
    assert "10.0 h (n=1)" in typed("map", folder=folder)


def test_next_steps_name_the_command_of_the_kind(folder: Path) -> None:
    for kind in ("journey", "rules"):
        with pytest.raises(SafarError, match="is not the start") as told:
            typed(kind, "restore", "abc", folder=folder)
        assert f"safar {kind} history" in told.value.next_step
    with pytest.raises(SafarError, match="no journey 'foo'") as told:
        runner.invoke(app, ["init", str(folder / "new"), "--journey", "foo"], catch_exceptions=False)
    assert "safar journey publish" in told.value.next_step
    with pytest.raises(SafarError, match="before it starts") as told:
        typed("map", "--since", "2026-02-01", "--until", "2026-01-01", folder=folder)
    assert "an end after the start" in told.value.next_step


def test_map_names_what_is_not_there(folder: Path) -> None:
    with pytest.raises(SafarError, match="no step 'nowhere'"):
        typed("map", "--step", "nowhere", folder=folder)


def test_rules_are_previewed_published_and_restored(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    made.publish_journey(JOURNEY, now=NOW)
    made.publish_rules(RULES, now=NOW)
    commit(made.log, [fact(1, 0, "order", "ann"), fact(2, 1, "fax", "ann"), fact(3, 2, "fax", "bob")])
    file = tmp_path / "rules.toml"
    file.write_text(typed("rules", "show", folder=made.path).replace('"call" }', '["call", "fax"] }'), encoding="utf-8")
    shown = typed("rules", "preview", str(file), folder=made.path)
    assert "moves 2 interactions from unmapped to call" in shown
    assert "In all 2 of 3 facts (66.7%) would move." in shown
    same = tmp_path / "same.toml"
    same.write_text(typed("rules", "show", folder=made.path), encoding="utf-8")
    assert typed("rules", "preview", str(same), "--csv", folder=made.path) == "table,from,to,facts\n"
    typed("rules", "publish", str(file), "--note", "fax counts as a call", folder=made.path)
    rows = json.loads(typed("rules", "history", "--json", folder=made.path))
    assert [(row["in force"], row["note"]) for row in rows] == [("yes", "fax counts as a call"), ("", "")]
    assert "In force: rules shop" in typed("rules", "restore", rows[1]["version"], folder=made.path)
    assert typed("rules", "show", folder=made.path) == RULES


def test_journeys_are_published_and_restored(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    file = tmp_path / "journey.toml"
    file.write_text(JOURNEY, encoding="utf-8")
    assert "In force: journey shop" in typed("journey", "publish", str(file), folder=made.path)
    file.write_text(JOURNEY.replace("horizon_days = 2", "horizon_days = 3"), encoding="utf-8")
    typed("journey", "publish", str(file), folder=made.path)
    old = json.loads(typed("journey", "history", "--json", folder=made.path))[1]["version"]
    typed("journey", "restore", old, folder=made.path)
    assert typed("journey", "show", folder=made.path) == JOURNEY
