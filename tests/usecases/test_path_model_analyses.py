"""Further analyses from files, frames and a workspace: groups by a column, links to frameworks, one report of all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from openpyxl import load_workbook

import safar
from safar.datasets.telecom import journey_text
from safar.errors import SafarError
from safar.files.journey import read_journey
from safar.files.path_model import SavedRun
from safar.frameworks import load_text
from safar.usecases.path_model_analyses import compare_model_groups, element_links, segment_model
from safar.usecases.path_model_rows import columns_of, labels_of
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    kinds = ["north", "south", None, "north", "south"] * 30
    return pl.DataFrame(likert(simulated(150))).with_columns(region=pl.Series(kinds), wave=pl.Series([1.0, 2.0] * 75))


@pytest.fixture
def model() -> safar.PathModel:
    return safar.PathModel(CHAIN)


def test_labels_are_the_same_from_every_kind_of_rows(tmp_path: Path, frame: pl.DataFrame) -> None:
    frame.write_csv(tmp_path / "answers.csv")
    frame.write_parquet(tmp_path / "answers.parquet")
    told = [labels_of(data, "region") for data in (tmp_path / "answers.csv", tmp_path / "answers.parquet", frame)]
    assert told[0] == told[1] == told[2] == labels_of(frame.to_pandas(), "region")
    assert told[0][:3] == ["north", "south", None]
    assert labels_of(frame, "wave")[:2] == ["1", "2"]
    for data in (frame, tmp_path / "answers.csv", {"regions": ["a"]}):
        with pytest.raises(SafarError, match="no column 'regoin'; did you mean region") as caught:
            labels_of(data, "regoin")
        assert caught.value.code == "path-model.column-missing"


def test_groups_leave_out_rows_with_gaps_and_without_a_label(frame: pl.DataFrame, model: safar.PathModel) -> None:
    gapped = frame.with_columns(care1=pl.when(pl.int_range(150) < 5).then(None).otherwise("care1"))
    found = model.groups(gapped, "region", resamples=99)
    # Of the five rows with a gap two are north, two south, one is in no group.
    assert {one.group: one.rows for one in found.groups} == {"north": 58, "south": 58}
    assert found.ungrouped == 29
    with pytest.raises(SafarError, match="'region' has one value only"):
        model.groups(frame.with_columns(region=pl.lit("north")), "region")


def test_members_of_segments_are_rows_of_the_file(frame: pl.DataFrame, model: safar.PathModel) -> None:
    gapped = frame.with_columns(care1=pl.when(pl.int_range(150) < 5).then(None).otherwise("care1"))
    saved = SavedRun(model=model.model, run=model.run)
    found = segment_model(saved, columns_of(gapped, model.model.items), most=2, chosen=2)
    assert found.rows_of[0] == 6
    assert found.rows_of[-1] == 150
    assert len(found.fimix_members) == len(found.rows_of) == 145


def test_every_verb_of_the_notebook(frame: pl.DataFrame, model: safar.PathModel) -> None:
    told: list[tuple[int, int]] = []
    found = model.predict(frame, folds=5, repeats=2, consistent=True, progress=lambda d, of: told.append((d, of)))
    assert told[-1] == (10, 10)
    assert (found.folds, found.repeats) == (5, 2)
    assert model.importance(frame, "Trust", scale=(1, 7)).target == "Trust"
    assert model.sample(0.3, 0.15).needed[1].inverse_square_root == 275
    assert model.screen(frame, scale=(1, 7), confirmatory=False).given == 150
    assert model.segments(frame, most=2).criteria[1].segments == 2
    with pytest.raises(SafarError, match="answers outside its scale of 3 to 4"):
        model.importance(frame, scale=(3, 4))


def test_missing_answers_and_the_saved_run_reach_every_analysis(frame: pl.DataFrame, model: safar.PathModel) -> None:
    gapped = frame.with_columns(trust1=pl.when(pl.int_range(150) < 9).then(None).otherwise("trust1"))
    for ask in (
        lambda: model.predict(gapped, missing="nipals"),
        lambda: model.segments(gapped, missing="nipals"),
        lambda: model.importance(gapped, missing="nipals", scale=(1, 7)),
        lambda: model.groups(gapped, "region", missing="nipals"),
        lambda: model.fit(gapped, missing="nipals", exact_fit=True),
    ):
        with pytest.raises(SafarError, match="item trust1 of Trust lacks 9 of 150 answers") as caught:
            ask()
        assert caught.value.code == "path-model.answers-missing"
    # Screening shows the gaps, and factors rest on whole rows.
    screened = model.screen(gapped, missing="nipals", confirmatory=False)
    assert (screened.given, screened.n) == (150, 141)
    assert model.predict(gapped, missing="mean", repeats=1).n == 150
    ordered = model.fit(frame, ordered=True)
    assert ordered.run.ordered
    assert ordered.path("Care", "Trust").figure.estimate != model.fit(frame).path("Care", "Trust").figure.estimate


def test_constructs_are_linked_to_what_they_stand_for() -> None:
    text = CHAIN.replace('items = ["care1"', 'element = "relief:measured.experience"\nitems = ["care1"')
    text = text.replace('items = ["trust1"', 'element = "own:confidence"\nitems = ["trust1"')
    text = text.replace('items = ["loyal1"', 'element = "nobody:knows"\nitems = ["loyal1"')
    own = load_text(
        'name = "own"\nlabel = { en = "Own" }\n[paper]\ntitle = "Own"\n[elements]\nconfidence = { en = "Confidence", '
        'measured_by = ["touchpoint:call", "touchpoint:visit", "question:q1"] }\n',
        where="own.toml",
    )
    model = safar.PathModel(text).model
    found = element_links(model, [own])
    assert found["Care"].label is not None
    assert found["Care"].label.text("en") == "Customer experience"
    assert found["Trust"].touchpoints == ("call", "visit")
    assert found["Loyalty"].label is None


def test_touchpoints_linked_to_what_was_taken_from_a_paper_count_for_it_and_are_named() -> None:
    text = CHAIN.replace('items = ["care1"', 'element = "relief:measured.experience"\nitems = ["care1"')
    own = load_text(
        'name = "own"\nlabel = { en = "Own" }\n[paper]\ntitle = "Own"\n[elements]\nhelp = { en = "Help", '
        'from = "relief:measured.experience", measured_by = ["touchpoint:bill", "touchpoint:gone"] }\n',
        where="own.toml",
    )
    journey = read_journey(journey_text())
    link = element_links(safar.PathModel(text).model, [own], journey)["Care"]
    assert link.touchpoints == ("bill", "gone")
    label = next(one.label for one in journey.touchpoints if one.id == "bill")
    assert link.told("fa") == (label.texts["fa"], "gone")


def test_a_report_holds_what_else_was_found(tmp_path: Path, frame: pl.DataFrame, model: safar.PathModel) -> None:
    result = model.bootstrap(frame, resamples=50)
    further = [model.predict(frame, repeats=1), model.importance(frame, scale=(1, 7))]
    for ending in (".html", ".md", ".tex", ".xlsx", ".json"):
        model.write(result, tmp_path / f"r{ending}", further=further)
    page = (tmp_path / "r.html").read_text()
    assert page.count("<svg") == 2
    assert "What moves Loyalty" in page
    assert "Prediction by path model" in (tmp_path / "r.md").read_text()
    assert r"\caption{Prediction by path model chain}" in (tmp_path / "r.tex").read_text()
    told = json.loads((tmp_path / "r.json").read_text())
    assert set(told) == {"model", "prediction", "importance"}
    sheets = set(load_workbook(tmp_path / "r.xlsx", read_only=True).sheetnames)
    assert {"Paths", "Mediation", "Prediction", "Importance"} <= sheets
    model.write(result, tmp_path / "fa.html", further=further, language="fa")
    persian = (tmp_path / "fa.html").read_text()
    assert "توان پیش‌بینی" in persian
    assert "is supported" not in persian
    assert "تأیید شد" in persian


def test_groups_of_a_workspace_are_attributes_channels_and_units(tmp_path: Path) -> None:
    workspace = safar.demo(str(tmp_path / "demo"), facts=6_000)
    model = safar.PathModel("Ease =~ effort\nHelp =~ self_service\nEase ~ Help")
    with pytest.raises(SafarError, match="Nobody who answered has 'shoe_size'") as caught:
        model.groups(workspace, "shoe_size")
    assert caught.value.code == "path-model.column-missing"
    from safar.usecases.path_model_rows import answers_of, grouped_answers_of

    wanted = ["effort", "self_service"]
    with workspace.log.connect() as con:
        attributes = workspace.log.tables(connection=con).attributes
        name = str(attributes.group_by("name").count().order_by("name").to_pyarrow()["name"][0])
    for by in ("channel", name):
        columns, labels = grouped_answers_of(workspace, wanted, by)
        assert len(labels) == len(columns["effort"])
        assert any(label is not None for label in labels)
        plain = answers_of(workspace, wanted)
        assert len(answers_of(workspace, wanted, speaker="customer")["effort"]) <= len(plain["effort"])
        assert np.nansum(plain["effort"]) == np.nansum(columns["effort"])


def test_values_of_another_table_are_refused(frame: pl.DataFrame, model: safar.PathModel) -> None:
    saved = SavedRun(model=model.model, run=model.run)
    columns = columns_of(frame, model.model.items)
    with pytest.raises(SafarError, match="There are 3 values of 'region' for 150 rows"):
        compare_model_groups(saved, columns, by="region", labels=["a", "b", None])
