"""`safar questionnaire`, the way from a framework to numbers walked once, and what it says where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import safar
from safar.cli import app
from safar.errors import InputError

RUN = CliRunner()


def told(*words: str | Path, code: int = 0) -> str:
    found = RUN.invoke(app, [str(word) for word in words])
    if found.exception is not None and isinstance(found.exception, InputError):
        raise found.exception
    assert found.exit_code == code, found.output
    return found.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("questionnaire")
    told("model", "propose", "relief", "--out", place / "model.toml")
    told("questionnaire", "new", place / "model.toml", "--also", "fa", "--name", "relief", "--out", place / "q.toml")
    return place


def test_from_a_framework_to_a_result(folder: Path, tmp_path: Path) -> None:
    asked, model, data = folder / "q.toml", folder / "model.toml", tmp_path / "responses.csv"
    assert "Whole" in told("questionnaire", "check", asked, "--model", model)
    told("questionnaire", "answers", asked, "--simulate", "120", "--model", model, "--as", "limesurvey", "--out", data)
    assert "[simulated]" in told("questionnaire", "answers", asked, data, "--out", tmp_path / "numbers.csv")
    assert (tmp_path / "numbers.csv").read_text().startswith("satisfaction_subscriber_relief,")
    told("questionnaire", "recipe", asked, "--data", data, "--out", tmp_path / "recipe.toml")
    told("init", tmp_path / "ws")
    told("import", data, "--recipe", tmp_path / "recipe.toml", "-w", tmp_path / "ws")

    how = ("-q", asked, "--gaps", "mean", "--json")
    from_file = told("model", "fit", model, "--data", data, *how)
    from_log = told("model", "fit", model, "-w", tmp_path / "ws", *how)
    assert from_file == from_log
    assert json.loads(from_file)["simulated"] is True
    assert "Ready." in told("model", "check", model, "--data", data, "-q", asked)


def test_every_form_and_back(folder: Path, tmp_path: Path) -> None:
    forms = [tmp_path / f"survey.{ending}" for ending in ("lss", "sss", "xlsx", "html", "md", "toml")]
    told("questionnaire", "export", folder / "q.toml", *(word for path in forms for word in ("-o", path)), "-l", "fa")
    assert all(path.stat().st_size > 1_000 for path in forms)
    assert 'dir="rtl"' in forms[3].read_text(encoding="utf-8")
    for path in (forms[0], forms[2], forms[5]):
        told("questionnaire", "export", path, "--out", tmp_path / "again.toml")
        assert (tmp_path / "again.toml").read_text() == (folder / "q.toml").read_text(), path.name
    assert "trust_respect" in told("questionnaire", "check", forms[1], "--csv")
    told("questionnaire", "export", folder / "q.toml", "-o", tmp_path / "fixed.sss", "--fixed")
    assert 'finish="' in (tmp_path / "fixed.sss").read_text()


def test_trace_as_tables(folder: Path) -> None:
    way = ("questionnaire", "trace", folder / "q.toml", "--model", folder / "model.toml")
    assert "measured in the product besides" in told(*way)
    assert told(*way, "--csv", "--table", "constructs").startswith("construct,items,asked,elements,measured\n")
    assert json.loads(told(*way, "--json"))["links"][0]["construct"] == "satisfaction"
    assert "'nothing' is no table" in told(*way, "--csv", "--table", "nothing", code=2)


def test_a_questionnaire_that_misses_the_model_fails_the_check(folder: Path, tmp_path: Path) -> None:
    text = (folder / "q.toml").read_text(encoding="utf-8")
    (tmp_path / "q.toml").write_text(text.replace('id = "trust_respect"', 'id = "trust_other"'), encoding="utf-8")
    said = told("questionnaire", "check", tmp_path / "q.toml", "--model", folder / "model.toml", code=2)
    assert "Broken: Nobody asks trust_respect" in said
    assert "No construct of the model uses trust_other" in said


def test_mistakes_are_told_with_a_next_step(folder: Path, tmp_path: Path) -> None:
    from safar.usecases.questionnaires import QuestionnaireFileMissing, UnknownQuestionnaireFormat

    with pytest.raises(QuestionnaireFileMissing):
        told("questionnaire", "check", tmp_path / "none.toml")
    with pytest.raises(UnknownQuestionnaireFormat):
        told("questionnaire", "export", folder / "q.toml", "--out", tmp_path / "q.docx")
    with pytest.raises(UnknownQuestionnaireFormat, match="not in 'de'"):
        told("questionnaire", "new", folder / "model.toml", "--lang", "de")
    assert "--simulate N" in told("questionnaire", "answers", folder / "q.toml", code=2)
    assert "is none of plain" in told(
        "questionnaire", "answers", folder / "q.toml", "--simulate", "3", "--as", "x", "-o", tmp_path / "x", code=2
    )


def test_a_language_that_it_is_not_asked_in_is_refused(folder: Path, tmp_path: Path) -> None:
    from safar.domain.questionnaire import NotSpoken

    model, english = folder / "model.toml", tmp_path / "english.toml"
    told("questionnaire", "new", model, "--out", english)
    for way in (("check",), ("trace", "--model", model), ("export", "--out", tmp_path / "q.html")):
        with pytest.raises(NotSpoken, match="is asked in en, not in 'fa'") as refused:
            told("questionnaire", way[0], english, *way[1:], "--lang", "fa")
        assert "add yours to `languages`" in str(refused.value.next_step)
    assert not (tmp_path / "q.html").exists()
    # Where no language is named, a questionnaire without English shows its own.
    persian = tmp_path / "persian.toml"
    told("questionnaire", "new", model, "--lang", "fa", "--out", persian)
    assert "trust_respect" in told("questionnaire", "check", persian)
    assert "Whole:" in told("questionnaire", "check", persian, "--model", model)
    told("questionnaire", "export", persian, "--out", tmp_path / "q.html")
    assert 'dir="rtl"' in (tmp_path / "q.html").read_text(encoding="utf-8")


def test_in_a_notebook(folder: Path, tmp_path: Path) -> None:
    model = safar.PathModel.open(folder / "model.toml")
    asked = safar.Questionnaire.derive(model, language="fa")
    assert asked.trace(model).whole
    asked.write(tmp_path / "q.lss")
    assert safar.Questionnaire.open(tmp_path / "q.lss").questionnaire == asked.questionnaire
    assert safar.Questionnaire(asked.to_toml()).questionnaire == asked.questionnaire
    assert "31 items on 4 pages, in fa" in repr(asked)
    assert "<table>" in asked._repr_html_()
    assert 'source = "questionnaire-' in asked.recipe()
