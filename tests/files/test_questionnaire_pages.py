"""The pages about questionnaires: their examples run and print what they say, their file is one."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safar.cli import app
from safar.files.questionnaire import read_toml, write_questionnaire
from safar.files.questionnaire.lime_survey_read import read_lss
from safar.files.questionnaire.naming import headings, short_codes
from safar.usecases.questionnaires import Format, export

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "make-a-questionnaire.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "questionnaire-file.md").read_text(encoding="utf-8")


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.timeout(200)
def test_the_how_to_runs_and_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    run = CliRunner()
    for block in re.findall(r"```console\n(.*?)```", HOW_TO, flags=re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            found = run.invoke(app, shlex.split(command)[1:])
            assert found.exit_code == 0, f"{command}\n{found.output}"
            wanted = re.sub(r"([\[\]*?])", r"[\1]", expected).replace("…\n", "*")
            assert fnmatchcase(_words(found.output), _words(wanted)), f"{command}\n{found.output}"


def test_the_notebook_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", HOW_TO, flags=re.DOTALL)
    exec(compile(example, "example", "exec"), {})  # noqa: S102  # our own page
    said = capsys.readouterr().out
    assert "31 items: 31 asked, 12 measured in the product besides" in said
    assert said.endswith("True\n")


def test_the_reference_s_file_is_one_in_its_own_order() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", REFERENCE, flags=re.DOTALL)
    asked = read_toml(text)
    again = write_questionnaire(asked)
    assert read_toml(again) == asked
    # What the canonical form adds is what the page leaves out as the usual.
    assert set(again.splitlines()) - set(text.splitlines()) == {'kind = "choice"'}
    assert set(text.splitlines()) <= set(again.splitlines())
    assert read_lss(export(asked, Format.LIMESURVEY).content).questionnaire == asked


def test_the_reference_s_headings_are_those_that_are_found() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", REFERENCE, flags=re.DOTALL)
    asked = read_toml(text)
    for page in asked.pages:
        for item in page.items:
            assert item.id in headings(asked)[item.id]
    assert short_codes(asked)["trust_respect"] == "trustrespect"
