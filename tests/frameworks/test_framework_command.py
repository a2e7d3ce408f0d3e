"""`safar frameworks`, as a person types it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from safar.cli import app
from safar.domain.framework import UnknownElement
from safar.errors import InputError
from safar.frameworks import UnknownFramework


def run(*words: str | Path, width: int = 80) -> Result:
    return CliRunner().invoke(app, ["frameworks", *map(str, words)], env={"COLUMNS": str(width)})


def out(*words: str | Path) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert max((cell_len(line) for line in result.output.splitlines()), default=0) <= 80
    return result.output


def rows(*words: str | Path) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert isinstance(found, list)
    return found


def test_list() -> None:
    assert "Next: safar frameworks show stepwise" in out("list")
    assert {row["name"]: row["elements"] for row in rows("list")}["relief"] == 43
    assert "تجربهٔ مشتری" in out("list", "--lang", "fa")


def test_show_filters() -> None:
    assert len(rows("show", "stepwise", "--step", "output", "--kind", "practice", "--actor", "company")) == 4
    assert {row["role"] for row in rows("show", "automotive", "--role", "central")} == {"central"}
    assert "Lack of reaction" in out("show", "stepwise", "--step", "output")
    assert "نبود واکنش" in out("show", "stepwise", "--step", "output", "--lang", "fa")
    assert "Next: safar frameworks readings stepwise" in out("show", "stepwise")


def test_show_csv_has_every_element() -> None:
    result = run("show", "b2b", "--csv")
    found = list(csv.DictReader(io.StringIO(result.output)))
    assert len(found) == 231
    assert found[0]["id"] == "service"


def test_show_says_what_there_is_when_nothing_matches() -> None:
    text = out("show", "stepwise", "--step", "dreaming")
    assert "no element with step dreaming" in text
    assert "advocacy, attention, awareness" in text
    assert "Next:" in text
    assert "not said" in out("show", "relief", "--step", "x")


def test_show_one_element() -> None:
    text = out("show", "stepwise", "--element", "output.complaint.churn")
    assert "table 3, row 151" in text
    assert "measures it" in text
    assert "says table 2, item 173" in text
    assert "نرخ ریزش" in text
    whole = json.loads(run("show", "stepwise", "-e", "output.complaint.churn", "--json").output)
    assert len(whole["readings"]) == 4
    assert "nothing yet" in out("show", "platform", "-e", "path.demand")
    assert "path.demand" in run("show", "platform", "-e", "path.demand", "--csv").output


def test_readings() -> None:
    assert "thirty-two" in out("readings", "relief")
    about = {row["about"] for row in rows("readings", "stepwise")}
    assert {"Number of codes", "awareness.confrontation"} <= about


def test_search() -> None:
    assert "loyalty.word-of-mouth" in out("search", "word of mouth").replace("\n", "")
    assert rows("search", "دهان به دهان", "--lang", "fa")[0]["framework"] in {"stepwise", "relief", "b2b"}
    assert "Next:" in out("search", "no such thing")
    assert rows("search", "no such thing") == []
    assert "[/x]" in out("search", "[/x]")


def test_compare() -> None:
    assert "correspond" in out("compare", "stepwise", "relief")
    assert {row["likeness"] for row in rows("compare", "stepwise", "relief")} == {
        "alike",
        "only stepwise",
        "only relief",
    }
    assert "They are the same" in out("compare", "relief", "relief")
    assert "same" in out("compare", "relief", "relief", "--all")


def test_gaps() -> None:
    assert "platform: 40 of 58 have nothing yet" in out("gaps", "platform")
    assert len(rows("gaps")) == sum(int(row["nothing yet"]) for row in rows("list"))


def test_steps(tmp_path: Path) -> None:
    assert rows("steps")[1] == {"b2b": "Consideration", "stepwise": "Attention, Evaluation, Decision"}
    assert "بررسی گزینه‌ها" in out("steps", "--lang", "fa")


def test_derive_then_use_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    assert "Next: edit it" in run("derive", "stepwise", file).output
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("drop = [", 'drop = [\n  "background",'), encoding="utf-8")
    assert len(rows("show", file)) == 204 - 1 - 7 - 21 - 1
    assert "only stepwise" in run("compare", "stepwise", str(file), width=200).output
    assert rows("search", "size of the company", "--file", file) != []
    assert rows("gaps", file)


def test_derive_keeps_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text("mine", encoding="utf-8")
    result = run("derive", "stepwise", file)
    assert isinstance(result.exception, InputError)
    assert file.read_text(encoding="utf-8") == "mine"
    assert isinstance(run("derive", "stepwise", tmp_path / "no" / "x.toml").exception, InputError)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("show", "other"), UnknownFramework),
        (("show", "gone.toml"), UnknownFramework),
        (("show", "relief", "--element", "gone"), UnknownElement),
        (("derive", "other", "x.toml"), UnknownFramework),
    ],
)
def test_unknown_names_are_errors_with_a_next_step(words: tuple[str, ...], error: type[InputError]) -> None:
    found = run(*words).exception
    assert isinstance(found, error)
    assert "safar frameworks" in found.next_step


def test_help_has_examples() -> None:
    for command in ("list", "show", "readings", "search", "compare", "gaps", "steps", "derive"):
        assert "safar frameworks " + command in out(command, "--help")
