"""`safar model`: readable at 80 columns, the same figures as JSON and CSV, errors with codes and next steps."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import safar
from safar.analysis.path_model.mediation import Kind
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    (made / "model.toml").write_text(CHAIN)
    pl.DataFrame(likert(simulated(150))).write_csv(made / "answers.csv")
    return made


def run(folder: Path, *arguments: str) -> Run:
    return subprocess.run(
        [sys.executable, "-c", "from safar.cli import main; main()", "model", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_bootstrap_fits_the_screen_and_says_a_verdict_for_each_path(folder: Path) -> None:
    done = run(folder, "bootstrap", "model.toml", "--data", "answers.csv", "-n", "200", "--save", "run.toml")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    for part in ("H1 Care → Trust", "supported", "wrong sign", "SRMR", "of 200"):
        assert part in done.stdout
    again = run(folder, "bootstrap", "run.toml", "-d", "answers.csv", "--json")
    told = json.loads(again.stdout)
    assert told["run"]["resampling"]["resamples"] == 200
    assert [one["stand"] for one in told["verdicts"]] == ["supported", "supported", "wrong sign"]


def test_kind_and_share_of_mediation_are_told_once_for_all_ways_of_a_pair(capsys: pytest.CaptureFixture[str]) -> None:
    """A single way was called complementary, with the share of all ways together."""
    from safar.cli.model_output import show_result

    text = "A =~ care1 + care2\nB =~ care3\nC =~ trust1\nD =~ loyal1\nB ~ A\nC ~ A + B\nD ~ A + B + C"
    result = safar.PathModel(text).bootstrap(likert(simulated(150)), resamples=100)
    show_result(result, table="paths", as_json=False, as_csv=False)
    cells = [[cell.strip() for cell in re.split(r"\s{2,}", line)] for line in capsys.readouterr().out.splitlines()]
    told = {row[0]: row[1:] for row in cells}
    kinds = {(one.source, one.target): str(one.kind) for one in result.mediations}
    for way in ("A → B → D", "A → C → D", "A → B → C → D"):
        assert not {*Kind} & {*told[way]}
    assert kinds["A", "D"] in told["A → … → D"]
    assert kinds["A", "C"] in told["A → B → C"]


def test_compare_takes_models_on_one_file_and_results(folder: Path) -> None:
    (folder / "first.json").write_text(run(folder, "fit", "model.toml", "-d", "answers.csv", "--json").stdout)
    (folder / "rival.toml").write_text(CHAIN)
    models = run(folder, "compare", "model.toml", "rival.toml", "--data", "answers.csv")
    assert models.returncode == 0, models.stderr
    assert max(map(len, models.stdout.splitlines())) <= 80
    for part in ("2 path models side by side", "All stand on the same 150 rows.", "Care → Trust", "SRMR", "BIC"):
        assert part in models.stdout
    predicted = run(folder, "compare", "model.toml", "rival.toml", "first.json", "-d", "answers.csv", "--predict",
                    "--folds", "4", "--repeats", "1", "--csv", "-t", "cvpat")  # fmt: skip
    tests = list(csv.DictReader(io.StringIO(predicted.stdout)))
    assert [(row["first"], row["second"]) for row in tests] == [
        ("model", "rival"), ("model", "first"), ("rival", "first")
    ]  # fmt: skip
    assert run(folder, "compare", "first.json", "first.json", "--predict").returncode == 2
    (folder / "again.json").write_text((folder / "first.json").read_text())
    results = run(folder, "compare", "first.json", "again.json", "--csv")
    rows = list(csv.DictReader(io.StringIO(results.stdout)))
    assert [row["estimate first"] for row in rows] == [row["estimate again"] for row in rows]
    alone = run(folder, "compare", "first.json")
    assert (alone.returncode, "path-model.bad-comparison" in alone.stderr) == (2, True)
    none = run(folder, "compare", "model.toml", "rival.toml")
    assert none.returncode == 2
    assert "path-model.bad-result" in none.stderr


def test_csv_gives_each_table(folder: Path) -> None:
    done = run(folder, "fit", "model.toml", "-d", "answers.csv", "--csv", "-t", "items", "--consistent")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["item"] for row in rows][:2] == ["care1", "care2"]
    wrong = run(folder, "fit", "model.toml", "-d", "answers.csv", "--csv", "-t", "none")
    assert wrong.returncode == 2
    assert "constructs" in wrong.stderr


def test_check_says_what_stands_in_the_way(folder: Path) -> None:
    done = run(folder, "check", "model.toml", "-d", "answers.csv", "--scale", "1-7")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Ready.")
    bad = run(folder, "check", "model.toml", "-d", "answers.csv", "--scale", "1-5")
    assert bad.returncode == 2
    assert "path-model.out-of-range" in bad.stderr
    assert "Next:" in bad.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A =~ a1 + a2\nB ~ A", "construct 'B' has no items"),
        ("# nothing yet\n", "The text describes no model"),
        ("A =~ care1\nB =~ care2\nA ~ B\nB ~ A", "The paths form a circle"),
        ("A =~ care1 + care2\nB =~ care3\nB ~ A + 1*A", "is no name"),
    ],
)
def test_models_that_cannot_be_are_refused(folder: Path, text: str, told: str) -> None:
    (folder / "bad.txt").write_text(text)
    done = run(folder, "fit", "bad.txt", "-d", "answers.csv")
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "(path-model.invalid)" in done.stderr


def test_proposes_and_reports(folder: Path) -> None:
    proposed = run(folder, "propose", "relief", "--out", "relief.toml")
    assert "6 constructs, 31 items, 7 paths" in proposed.stdout
    assert run(folder, "check", "relief.toml").returncode == 0
    assert "experience:trust" in run(folder, "propose", "relief", "--lavaan").stdout
    done = run(folder, "report", "model.toml", "-d", "answers.csv", "-n", "50", "-o", "r.html", "-o", "r.svg")
    assert done.returncode == 0, done.stderr
    assert (folder / "r.svg").read_text().startswith("<svg")


def test_a_language_that_results_do_not_speak_is_refused(folder: Path) -> None:
    done = run(folder, "fit", "model.toml", "-d", "answers.csv", "--lang", "de")
    assert done.returncode == 2
    assert "none of en, fa" in done.stderr


def test_asks_for_rows(folder: Path) -> None:
    done = run(folder, "fit", "model.toml")
    assert done.returncode == 2
    assert "--data FILE" in done.stderr


def test_objects_to_printed_numbers(folder: Path) -> None:
    (folder / "paper.toml").write_text('bartlett_df = 16\n[counts]\nanswers = [330, 320]\n[[constructs]]\nname = "a"\n')
    done = run(folder, "printed", "paper.toml")
    assert done.returncode == 0, done.stderr
    assert "330 and as 320" in done.stdout
    assert json.loads(run(folder, "printed", "paper.toml", "--json").stdout)[1]["about"] == "bartlett"


def test_an_example_to_try_it_on_and_a_paper_to_doubt(folder: Path) -> None:
    done = run(folder, "example", "study")
    assert "study/relief.toml, study/simulated-answers.csv (simulated)" in done.stdout
    checked = run(folder, "check", "study/relief.toml", "-d", "study/simulated-answers.csv", "--scale", "1-5")
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "Ready.")
    doubted = run(folder, "printed", "relief")
    assert max(map(len, doubted.stdout.splitlines())) <= 80
    for part in ("330 and as 320", "means 17 items", "t 152.56", "printed as 0.72"):
        assert part in " ".join(doubted.stdout.split())
