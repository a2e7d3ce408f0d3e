"""`safar measure`, as a person types it."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from safar.analysis.measure import UnknownQuestion
from safar.analysis.metric import UnknownMetric
from safar.cli import app

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "usecases"))
from tests.usecases.measured_workspace import measured_workspace  # shared with the verb's tests

runner = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("measured") / "shop"
    measured_workspace(path, simulated=True)
    return path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["measure", *words, "--workspace", str(folder)], env={"COLUMNS": "80"})


def test_table_is_readable_at_eighty_columns(folder: Path) -> None:
    result = run(folder, "nps", "--by", "step", "--by", "month")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 80
    for words in ("Net Promoter Score, points", "[simulated]", "2026-01", " to ", "few", "all", "20 unmapped"):
        assert words in result.output
    assert "60 answers = 40 used + 20 unmapped" in result.output.replace("\n", " ")


def test_json_and_csv(folder: Path) -> None:
    told = json.loads(run(folder, "nps", "--by", "segment", "--json").output)
    assert [cell["dims"] for cell in told["cells"]] == [["business"], ["home"]]
    rows = list(csv.DictReader(io.StringIO(run(folder, "nps", "--by", "segment", "--csv").output)))
    assert [(row["row"], row["segment"], row["n"]) for row in rows] == [
        ("group", "business", "20"), ("group", "home", "40"), ("all", "", "60"),
    ]  # fmt: skip
    (alone,) = csv.DictReader(io.StringIO(run(folder, "nps", "--csv").output))
    assert (alone["row"], alone["n"]) == ("all", "60")


def test_old_rules_can_be_named(folder: Path) -> None:
    from safar.usecases.workspace import Workspace

    old = Workspace.open(folder).rules()[1].hash
    told = json.loads(run(folder, "nps", "--by", "step", "--rules", old[:8], "--journey", "shop", "--json").output)
    assert told["origin"]["rules"] == old
    assert run(folder, "nps", "--by", "step", "--rules", "ffffffff").exit_code != 0


def test_filters_and_options(folder: Path) -> None:
    told = json.loads(
        run(
            folder, "nps", "--where", "segment=home", "--where", "channel=web", "--since", "2026-01-02", "--until",
            "2026-01-12", "--repeats", "all", "--unweighted", "--as-of", "2026-01-10T13:00+00:00", "--json",
        ).output
    )  # fmt: skip
    assert told["balance"] == {**told["balance"], "total": 10, "used": 4, "filtered_out": 6}
    assert (told["repeats"], told["weighted"]) == ("all", False)


@pytest.mark.parametrize("ending", ["svg", "png", "json"])
def test_chart(folder: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"nps.{ending}"
    result = run(folder, "nps", "--by", "channel", "--chart", str(file))
    assert result.exit_code == 0, result.output
    assert file.stat().st_size > 1000


def test_list(folder: Path) -> None:
    assert "experience-index" in run(folder, "--list").output


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nps", "--where", "segment"],
        ["nps", "--repeats", "some"],
        ["nps", "--as-of", "soon"],
        ["experience-index", "--weight", "speed=much"],
    ],
)
def test_what_cannot_be_read_is_bad_input(folder: Path, words: list[str]) -> None:
    assert run(folder, *words).exit_code == 2


def test_mistyped_names_say_what_there_is(folder: Path) -> None:
    with pytest.raises(UnknownQuestion, match="'recomend'; there are recommend"):
        runner.invoke(app, ["measure", "nps", "-q", "recomend", "-w", str(folder)], catch_exceptions=False)
    with pytest.raises(UnknownQuestion, match="'foo'; there are recommend"):
        runner.invoke(
            app, ["measure", "experience-index", "--weight", "foo=2", "-w", str(folder)], catch_exceptions=False
        )
    with pytest.raises(UnknownMetric, match="experience-index, share"):
        runner.invoke(app, ["measure", "top", "-w", str(folder)], catch_exceptions=False)


def test_filter_values_that_nothing_has_are_noted(folder: Path) -> None:
    words = [
        "--where",
        "segment=hom",
        "--where",
        "channel=wep",
        "--where",
        "channel=app",
        "--where",
        "step=by",
        "--csv",
    ]
    found = run(folder, "nps", *words)
    assert found.exit_code == 0
    assert found.stderr.splitlines() == [
        "Note: No fact has step=by; there are buy, look.",
        "Note: No fact has channel=wep; there are web, app.",
        "Note: No fact has segment=hom; there are home, business.",
    ]
    assert "Note" not in found.stdout
    assert run(folder, "nps", "--where", "channel=", "--where", "channel=web").stderr == ""


def test_total_says_why_it_has_fewer_answers_than_its_groups(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    measured_workspace(path, people=40)
    shown = " ".join(run(path, "nps", "--by", "month").output.split())
    assert "The groups have 60 answers, “all” has 40" in shown
    assert "The groups" not in run(path, "nps", "--by", "month", "--repeats", "all").output
    assert "The groups" not in run(path, "nps", "--by", "segment", "--where", "channel=web").output
