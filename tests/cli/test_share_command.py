"""`safar measure share`: the how-to page's files, commands and printed results, as they stand there."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safar.cli import app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "count-options.md").read_text(encoding="utf-8")
RUN = CliRunner()


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls")
    (folder / "calls.csv").write_text(block("text"), encoding="utf-8")
    (folder / "calls.toml").write_text(block("toml"), encoding="utf-8")
    assert RUN.invoke(app, ["init", str(folder / "ws")]).exit_code == 0
    told = RUN.invoke(
        app,
        ["import", str(folder / "calls.csv"), "--recipe", str(folder / "calls.toml"), "-w", str(folder / "ws")],
        catch_exceptions=False,
    )
    assert told.exit_code == 0, told.output
    return folder


def say(place: Path, command: str, width: int = 80) -> str:
    env = {"COLUMNS": str(width), "SAFAR_WORKSPACE": str(place / "ws")}
    done = RUN.invoke(app, shlex.split(command), env=env, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return "\n".join(line.rstrip() for line in done.output.splitlines())


def test_the_page_prints_what_it_says(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    shown = [pair for text in blocks for pair in re.findall(r"^\$ safar (.*?)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)]
    measured = [(command, expected) for command, expected in shown if command.startswith("measure")]
    assert len(measured) == 4
    for command, expected in measured:
        assert say(place, command) == expected.strip(), command


def test_the_page_s_notebook_example_runs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    names: dict[str, object] = {}
    exec(compile(block("python"), "count-options.md", "exec"), names)  # noqa: S102  # our own documentation


def test_eighty_columns_json_csv_and_chart(place: Path, tmp_path: Path) -> None:
    assert max(map(len, say(place, "measure share -q reason --by answer:plan").splitlines())) <= 80
    told = json.loads(say(place, "measure share -q reason --json"))
    assert (told["metric"], told["base"], told["by"]) == ("share", "answered", ["option"])
    assert [cell["dims"] for cell in told["cells"]] == [["wait"], ["staff"], ["price"]]
    rows = list(csv.DictReader(io.StringIO(say(place, "measure share -q reason -o wait -o staff --csv"))))
    assert [(row["option"], row["chosen"], row["n"]) for row in rows] == [("wait", "6", "10"), ("staff", "5", "10")]
    for by in ("", "--by week", "--by answer:plan"):
        file = tmp_path / "share.svg"
        say(place, f"measure share -q reason {by} --chart {file}")
        assert "wait" in file.read_text(encoding="utf-8")
        file.unlink()


def test_a_base_that_there_is_not_is_bad_input(place: Path) -> None:
    done = RUN.invoke(app, ["measure", "share", "--base", "some", "-w", str(place / "ws")])
    assert done.exit_code == 2
