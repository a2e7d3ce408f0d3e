"""`safar model screen|predict|groups|segments|importance|sample`: words first, tables that fit, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from safar.cli.model import app, register
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    (made / "model.toml").write_text(CHAIN)
    rows = pl.DataFrame(likert(simulated(150)))
    rows.with_columns(region=pl.Series(["north", "south", "west"] * 50)).write_csv(made / "answers.csv")
    return made


@pytest.fixture(scope="module")
def commands() -> object:
    import typer

    root = typer.Typer()
    register(root)
    return root


def run(commands: object, folder: Path, command: str, *more: str, code: int = 0) -> str:
    files = [] if command == "sample" else [str(folder / "model.toml"), "-d", str(folder / "answers.csv")]
    done = CliRunner().invoke(commands, ["model", command, *files, *more], env={"COLUMNS": "100"})  # type: ignore[arg-type]
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.output


def test_predicts(commands: object, folder: Path) -> None:
    assert "High predictive power" in run(commands, folder, "predict", "--repeats", "1")
    told = json.loads(run(commands, folder, "predict", "--repeats", "1", "--json", "--lang", "fa"))
    assert told["language"] == "fa"
    rows = list(csv.DictReader(io.StringIO(run(commands, folder, "predict", "--repeats", "1", "--csv", "-t", "cvpat"))))
    assert [row["against"] for row in rows] == ["mean"] * 3 + ["linear"] * 3
    assert "items, cvpat, power" in run(commands, folder, "predict", "--repeats", "1", "--csv", "-t", "no", code=2)
    assert "none of direct, earliest" in run(commands, folder, "predict", "--antecedents", "far", code=2)


def test_compares_groups(commands: object, folder: Path) -> None:
    told = run(commands, folder, "groups", "--by", "region", "-n", "99")
    assert "Rows: north 50; south 50; west 50." in told
    assert "MICOM" in told
    rows = csv.DictReader(io.StringIO(run(commands, folder, "groups", "-b", "region", "-n", "99", "--csv")))
    assert len(list(rows)) == 9


def test_finds_segments(commands: object, folder: Path) -> None:
    assert "no sign of hidden kinds" in run(commands, folder, "segments", "--most", "2")
    rows = csv.DictReader(
        io.StringIO(run(commands, folder, "segments", "--show", "2", "-k", "2", "--csv", "-t", "members"))
    )
    assert len(list(rows)) == 150


def test_maps_importance(commands: object, folder: Path) -> None:
    told = run(commands, folder, "importance", "--scale", "1-7", "-o", str(folder / "map.svg"))
    assert "What moves Loyalty" in told
    assert "<svg" in (folder / "map.svg").read_text()[:200]


def test_screens(commands: object, folder: Path) -> None:
    told = run(commands, folder, "screen", "--scale", "1-7", "--no-cfa")
    for part in ("KMO", "parallel analysis", "Shapiro-Wilk", "Reliability before the model"):
        assert part in told


def test_says_how_many_rows(commands: object, folder: Path) -> None:
    assert "about 155 rows" in run(commands, folder, "sample")
    told = run(commands, folder, "sample", str(folder / "model.toml"), "-p", "0.4", "--rows", "60", "--data-sets", "10")
    assert "Power by simulation" in told
    assert "needs a model" in " ".join(run(commands, folder, "sample", "--rows", "60", code=2).split())


def test_a_report_holds_other_analyses(commands: object, folder: Path) -> None:
    out = folder / "report.html"
    also = ["--with", "predict", "--with", "groups", "--by", "region", "--with", "importance", "--scale", "1-7"]
    run(commands, folder, "report", "-n", "50", "-o", str(out), *also)
    page = out.read_text()
    assert "Groups of path model chain by region" in page
    assert page.count("<svg") == 2
    assert "--by COLUMN" in run(commands, folder, "report", "-o", str(out), "--with", "groups", code=2)
    assert "none of screen" in run(commands, folder, "report", "-o", str(out), "--with", "magic", code=2)


def test_options_of_the_bootstrap_reach_the_result(commands: object, folder: Path) -> None:
    asked = ["--consistent", "--drop-inadmissible", "--exact-fit", "--json", "--lang", "fa"]
    told = json.loads(run(commands, folder, "bootstrap", "-n", "60", *asked))
    assert told["run"]["resampling"]["drop_inadmissible"] is True
    assert len(told["exact_fit"]) == 8
    assert "تأیید شد" in told["verdicts"][0]["says"]
    assert app.registered_commands


def test_other_rows_than_the_saved_run_was_made_with_are_told_by_every_analysis(
    commands: object, folder: Path, tmp_path: Path
) -> None:
    run(commands, folder, "bootstrap", "-n", "60", "--save", str(tmp_path / "run.toml"))
    (tmp_path / "model.toml").write_text((tmp_path / "run.toml").read_text())
    own, fewer = (folder / "answers.csv").read_text(), tmp_path / "answers.csv"
    note, sentence = (
        "Note: these are other data than those that the saved run names.",
        "These are other rows than those",
    )
    asked = {
        "screen": ["--no-cfa"],
        "predict": ["--repeats", "1"],
        "groups": ["--by", "region", "-n", "99"],
        "segments": ["--most", "1"],
        "importance": ["--scale", "1-7"],
    }
    for lines, told in ((own.splitlines(), False), (own.splitlines()[:-3], True)):
        fewer.write_text("\n".join(lines) + "\n")
        for command, more in asked.items():
            files = [str(tmp_path / "model.toml"), "-d", str(fewer)]
            done = CliRunner().invoke(commands, ["model", command, *files, *more], env={"COLUMNS": "200"})  # type: ignore[arg-type]
            assert done.exit_code == 0, done.output
            assert (note in done.stderr) is told, command
            assert (sentence in done.stdout) is told, command
