"""`safar paths` and `safar journey propose`, as they are typed."""

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

LONG = "A very long name of an event that somebody wrote down in full, with everything in it"
runner = CliRunner()


def typed(*words: str, folder: Path) -> str:
    result = runner.invoke(app, [*words, "--workspace", str(folder)], env={"COLUMNS": "80"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated workspace whose journey was proposed and published by the command."""
    path = tmp_path_factory.mktemp("paths-commands") / "ws"
    made = Workspace.create(path, name="Shop", now=NOW, simulated=True)
    told = [("order", 0), ("order", 1), ("payment", 2), (LONG, 3), ("delivery", 50)]
    facts = [fact(n * 10 + i, at, name, f"p{n}", f"o{n}") for n in range(3) for i, (name, at) in enumerate(told)]
    commit(made.log, [*facts, fact(90, 0, "order", "zoe", "o9", channel="app"), fact(91, 1, "order", "zoe", "o9")])
    shown = typed("journey", "propose", "--publish", folder=path)
    assert "In force: journey crm" in shown
    assert "In force: rules crm" in shown
    return path


def test_graph_fits_eighty_columns_but_for_ids_that_are_longer(folder: Path) -> None:
    shown = typed("paths", "graph", folder=folder)
    told = json.loads(typed("paths", "graph", "--json", folder=folder))
    names = {name for edge in told["edges"] for name in (edge["source"], edge["target"])}
    assert max(map(len, names)) > 40
    assert names <= set(shown.split())
    table = shown[shown.index("from ") :].splitlines()
    assert not [line for line in table if line != line.rstrip()]
    assert max(len(line) for line in shown[: shown.index("from ")].splitlines()) <= 80
    assert "[simulated]" in shown
    assert "17 moves = 4 first of a passage + 13 after another, on 4 edges" in shown
    assert "In no passage" not in shown
    assert "… and 2 more edges" in typed("paths", "graph", "--most", "2", folder=folder)
    rows = list(csv.DictReader(io.StringIO(typed("paths", "graph", "--csv", "--level", "step", folder=folder))))
    assert rows[0]["source"] == rows[0]["target"] == "order"
    assert rows[0]["moves"] == "4"


def test_graph_says_what_belongs_to_no_passage(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    facts = [fact(i, i, ("order", "delivery")[i % 2], f"p{i // 2}", f"o{i // 2}") for i in range(6)]
    commit(made.log, [*facts, fact(9, 3, "order", "ann"), fact(10, 4, "order", None, channel="app")])
    place = ["-w", str(made.path)]
    hints = runner.invoke(app, ["journey", "propose", "-o", str(tmp_path / "my files"), *place])
    assert f"safar rules publish '{tmp_path}/my files/rules.toml' -w {made.path}" in hints.output
    assert f"safar map -w {made.path}" in typed("journey", "propose", "--publish", folder=made.path).replace(
        "--workspace", "-w"
    )
    with pytest.raises(SafarError, match="no attribute 'plam'"):
        typed("paths", "graph", "--where", "plam=x", folder=made.path)
    shown = typed("paths", "graph", folder=made.path)
    assert "6 moves = 3 first of a passage + 3 after another" in shown
    assert "In no passage: 2 mapped interactions." in shown
    assert "In no passage: 1 mapped interaction." in typed("paths", "graph", "--where", "channel=app", folder=made.path)


def test_variants_fit_and_say_loops_once(folder: Path) -> None:
    shown = typed("paths", "variants", folder=folder)
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "4 passages by 2 ways; 1 taken once" in shown
    assert "order ×2 > payment" in shown
    assert "more way" not in shown
    cut = typed("paths", "variants", "--most", "1", folder=folder)
    assert "… and 1 more way, 1 passage" in cut
    done = runner.invoke(app, ["paths", "variants", "--most", "1", "--csv", "-w", str(folder)])
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "Note: 1 way of 2; the others have 1 passage of 4. --most N lists more.\n"
    assert not runner.invoke(app, ["paths", "variants", "--csv", "-w", str(folder)]).stderr
    told = json.loads(typed("paths", "variants", "--json", "--where", "channel=app", folder=folder))
    assert (told["passages"], told["filters"]) == (1, {"channel": "app"})
    assert told["variants"][0]["path"] == ["order", "order"]
    assert "Only channel = app" in typed("paths", "variants", "--where", "channel=app", folder=folder)


def test_conversion_as_typed(folder: Path) -> None:
    shown = typed("paths", "convert", "order", "payment", "delivery", "--within", "1d", folder=folder)
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "passages that reach each stage in order, at most 1.0 d after the first" in shown
    rows = json.loads(typed("paths", "convert", "order", "payment,delivery", "--each", "1d", "--json", folder=folder))
    assert [stage["reached"] for stage in rows["stages"]] == [4, 3]
    assert rows["stages"][1]["touchpoints"] == ["payment", "delivery"]
    assert "median" in shown
    apart = typed("paths", "convert", "order", "delivery", "--each", "10d", folder=folder)
    assert "median" not in apart
    assert "The time since the first stage is told with --within only" in " ".join(apart.split())
    table = typed("paths", "convert", "order", "delivery", "--unit", "customer", "--csv", folder=folder)
    assert [row["reached"] for row in csv.DictReader(io.StringIO(table))] == ["4", "3"]
    with pytest.raises(SafarError, match="no touchpoint 'moon'"):
        typed("paths", "convert", "order", "moon", folder=folder)


def test_a_proposal_is_written_to_be_edited(folder: Path, tmp_path: Path) -> None:
    shown = typed("journey", "propose", folder=folder)
    assert "# journey.toml\nid = " in shown
    assert '[passage]\nkind = "link"\nlink = "order"' in shown
    assert "Nothing is in force yet" in shown
    target = tmp_path / "mine"
    typed("journey", "propose", "--name", "mine", "-o", str(target), folder=folder)
    assert sorted(path.name for path in target.iterdir()) == ["journey.toml", "rules.toml"]
    typed("journey", "propose", "--name", "mine", "-o", str(target), folder=folder)  # the same again is no loss
    (target / "rules.toml").write_text("# edited\n", encoding="utf-8")
    with pytest.raises(SafarError, match="holds something else"):
        typed("journey", "propose", "--name", "mine", "-o", str(target), folder=folder)
    assert (target / "rules.toml").read_text(encoding="utf-8") == "# edited\n"
    assert "journey mine" not in typed("journey", "history", folder=folder)


def test_an_import_without_a_journey_leads_to_one(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case,activity,time\n1,ask,2024-01-01 10:00:00\n1,answer,2024-01-01 11:00:00\n", encoding="utf-8")
    folder = tmp_path / "ws"
    Workspace.create(folder, name="Desk", now=NOW)
    shown = typed("import", str(log), "--recipe", "event-log-xes", folder=folder)
    assert "Next: safar journey propose -w" in " ".join(shown.split())
    typed("journey", "propose", "--publish", folder=folder)
    assert "1 passage of 0 customers: 1 complete" in typed("map", folder=folder)
    assert "ask > answer" in typed("paths", "variants", folder=folder)
