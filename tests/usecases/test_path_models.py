"""A path model from rows to a report: files of every kind, frames, the workspace's own answers, and what goes wrong."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import safar
from safar.analysis.path_model.intervals import IntervalMethod
from safar.errors import SafarError
from safar.usecases.path_model_rows import answers_of, columns_of
from safar.usecases.path_models import ENDINGS, check_model, estimate_model, open_model
from tests.analysis.path_model.simulated_rows import CHAIN, MODEL, likert, simulated


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return pl.DataFrame(likert(simulated(120)))


@pytest.fixture
def model() -> safar.PathModel:
    return safar.PathModel(CHAIN)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "jsonl"])
def test_rows_of_every_kind_of_file_are_the_same(tmp_path: Path, frame: pl.DataFrame, ending: str) -> None:
    file = tmp_path / f"answers.{ending}"
    match ending:
        case "csv":
            frame.write_csv(file)
        case "xlsx":
            frame.write_excel(file)
        case "parquet":
            frame.write_parquet(file)
        case _:
            frame.write_ndjson(file)
    found = columns_of(file, [*MODEL.items, "nothing"])
    assert set(found) == set(MODEL.items)
    for item in MODEL.items:
        assert found[item] == pytest.approx(frame[item].to_numpy())


def test_frames_and_files_give_the_same_numbers(tmp_path: Path, frame: pl.DataFrame, model: safar.PathModel) -> None:
    file = tmp_path / "answers.csv"
    frame.write_csv(file)
    digests = {
        model.fit(data).data_digest
        for data in (frame, frame.to_pandas(), {name: frame[name].to_list() for name in frame.columns}, file, str(file))
    }
    assert len(digests) == 1


def test_empty_cells_are_missing_and_persian_digits_are_digits(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("a,b\n1,۲٫۵\n,NA\n٣,n/a\n4, 5 \n", encoding="utf-8")
    found = columns_of(file, ["a", "b"])
    assert found["a"] == pytest.approx(np.array([1, np.nan, 3, 4]), nan_ok=True)
    assert found["b"] == pytest.approx(np.array([2.5, np.nan, np.nan, 5]), nan_ok=True)
    nullable = pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64")})
    assert columns_of(nullable, ["a"])["a"] == pytest.approx(np.array([1, np.nan, 3]), nan_ok=True)


def test_words_and_broken_rows_are_refused_by_their_place(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("a,b\n1,2\n3,often\n", encoding="utf-8")
    with pytest.raises(SafarError, match="column 'b': 'often' in record 2 is no number"):
        columns_of(file, ["a", "b"])
    with pytest.raises(SafarError, match="'b' holds 'often' in row 1, which is no number"):
        columns_of(pl.DataFrame({"b": ["often"]}), ["b"])
    file.write_text("a,b\n1,2\n1,2,3,4\n5,6\n", encoding="utf-8")
    with pytest.raises(SafarError, match="1 of 3 rows are broken; record 2") as caught:
        columns_of(file, ["a", "b"])
    assert caught.value.code == "files.rows-unreadable"


def test_decimal_commas_are_decimals_where_they_can_be_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("a1;a2\n4,0;1,234\n3,5;2\n;3\n")
    assert columns_of(path, ["a1"])["a1"].tolist()[:2] == [4.0, 3.5]
    with pytest.raises(SafarError, match="'1,234' in record 1 is no number") as raised:
        columns_of(path, ["a2"])
    assert "point" in raised.value.next_step


def test_a_column_of_nearly_that_name_is_told(tmp_path: Path, frame: pl.DataFrame, model: safar.PathModel) -> None:
    frame.rename({"care1": "Care1", "trust2": "trsut2"}).write_csv(tmp_path / "answers.csv")
    with pytest.raises(SafarError, match="no column 'care1', an item of Care; did you mean 'Care1'"):
        model.fit(tmp_path / "answers.csv")
    with pytest.raises(SafarError, match="did you mean 'trsut2'"):
        model.fit(frame.rename({"trust2": "trsut2"}))


def test_an_item_that_follows_from_others_is_doubted(frame: pl.DataFrame, model: safar.PathModel) -> None:
    summed = frame.with_columns(care3=pl.col("care1") + pl.col("care2"))
    doubts = [one for verdict in model.bootstrap(summed, resamples=20).verdicts for one in verdict.doubts]
    assert "An item of Care follows exactly from its other items" in " ".join(one.says for one in doubts)
    assert "items-combined" not in {
        one.reason for verdict in model.bootstrap(frame, resamples=20).verdicts for one in verdict.doubts
    }


def test_a_single_answer_outside_is_one_answer(frame: pl.DataFrame, model: safar.PathModel) -> None:
    odd = frame.with_columns(care1=pl.when(pl.int_range(pl.len()) == 3).then(9).otherwise(pl.col("care1")))
    with pytest.raises(SafarError, match="has 1 answer outside its scale of 1 to 7: 9"):
        model.fit(odd, scale=(1, 7))


def test_check_tells_everything_and_raises_nothing(frame: pl.DataFrame, model: safar.PathModel) -> None:
    fine = model.check(frame, scale=(1, 7))
    assert fine.ready
    assert "Ready." in repr(fine)
    assert [row["answers"] for row in fine.rows()] == [120] * 9
    assert any("about 197 are needed" in note for note in fine.notes)
    lost = model.check(frame.drop("trust2"))
    assert not lost.ready
    assert lost.code == "path-model.item-missing"
    assert "Trust" in str(lost.problem)
    assert "Next: " in repr(lost)
    narrow = model.check(frame, scale=(1, 5))
    assert narrow.code == "path-model.out-of-range"
    without = model.check()
    assert without.ready
    assert without.rows()[0]["answers"] is None
    alike = frame.with_columns(care1=pl.Series([4.0] * 117 + [5.0] * 3))
    assert any("care1 of Care: 98%" in note for note in model.check(alike).notes)


def test_check_counts_weighted_rows_as_results_do(frame: pl.DataFrame, model: safar.PathModel) -> None:
    weighted = frame.with_columns(w=pl.Series([1.0, 9.0] * 60))  # 60 * (1 + 9)**2 / (1 + 81) = 73 rows of equal weight
    notes = " ".join(model.check(weighted, weight="w").notes)
    assert "120 weighted rows (as much as 73 of equal weight, Kish 1965); to find a path" in notes
    assert "weighted rows" not in " ".join(model.check(frame.with_columns(w=2.0), weight="w").notes)
    found = model.fit(weighted, weight="w").sample_size
    assert found.effective == pytest.approx(60 * 100 / 82)


def test_check_asks_about_codes_that_stand_far_off(frame: pl.DataFrame, model: safar.PathModel) -> None:
    odd = frame.with_columns(care1=pl.when(pl.int_range(pl.len()) < 2).then(-99).otherwise(pl.col("care1")))
    said = "care1 of Care: 2 answers of -99, far from the others"
    assert any(note.startswith(said) and note.endswith("say so (--missing -99).") for note in model.check(odd).notes)
    assert not any("far from" in note for note in model.check(odd, codes=[-99]).notes)
    doubts = {doubt.reason: doubt.says for doubt in model.fit(odd).doubts}
    assert doubts["stray-codes"].startswith(
        "Answers stand far from all others, as codes for no answer do: care1 (−99)."
    )
    assert "−۹۹" in " ".join(doubt.says for doubt in model.fit(odd).in_language("fa").doubts)
    assert "stray-codes" not in {doubt.reason for doubt in model.fit(odd, codes=[-99]).doubts}
    # 0 to 100 with 98 and 99, and money, have nothing far off.
    wide = frame.with_columns(care1=pl.int_range(pl.len()) % 101, care2=pl.int_range(pl.len()) * 97 % 120)
    assert not any("far from" in note for note in model.check(wide).notes)


def test_options_of_the_notebook_are_those_of_the_result(frame: pl.DataFrame, model: safar.PathModel) -> None:
    result = model.bootstrap(
        frame, resamples=50, seed=4, interval="normal", confidence=0.9, consistent=True, scheme="factorial"
    )
    made = result.run.resampling
    assert made is not None
    assert (made.resamples, made.seed, made.interval, made.confidence) == (50, 4, IntervalMethod.NORMAL, 0.9)
    assert result.run.options.consistent
    assert str(result.run.options.scheme) == "factorial"
    told: list[tuple[int, int]] = []
    model.bootstrap(frame, resamples=50, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (50, 50)
    assert "Care" in repr(model)
    assert "<table>" in model._repr_html_()
    assert safar.PathModel(model.to_lavaan()).model.items == MODEL.items


def test_a_report_in_every_format_and_again_from_its_saved_run(
    tmp_path: Path, frame: pl.DataFrame, model: safar.PathModel
) -> None:
    result = model.bootstrap(frame, resamples=60)
    for ending in ENDINGS:
        model.write(result, tmp_path / f"report{ending}")
        assert (tmp_path / f"report{ending}").stat().st_size > 300
    page = (tmp_path / "report.html").read_text()
    # Ten constructs made as narrow as the page would have letters that nobody can read: it scrolls instead.
    assert not re.search(r"\.drawing svg \{[^}]*[^-]width: 100%", page)
    assert 'class="drawing" role="region"' in page
    assert "<svg" in page
    assert page.count("<table>") == 10
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    model.write(result, tmp_path / "fa.html", language="fa")
    assert 'dir="rtl"' in (tmp_path / "fa.html").read_text()
    saved = open_model(tmp_path / "report.toml")
    again = estimate_model(saved, columns_of(frame, saved.model.items))
    assert again.to_json() == result.to_json()
    assert again.other_data is None
    other = estimate_model(saved, likert(simulated(90)))
    assert other.other_data == saved.data_digest
    assert [one.reason for one in other.doubts].count("other-data") == 1
    for ending, language, told in ((".html", "en", "other rows than those"), (".md", "fa", "همان ردیف‌هایی نیست")):
        model.write(other, tmp_path / f"other{ending}", language=language)
        assert told in (tmp_path / f"other{ending}").read_text()
    assert "other rows than those" in safar.PathModel.open(tmp_path / "report.toml").fit(likert(simulated(90))).text()
    with pytest.raises(SafarError, match=r"cannot be written as \.doc"):
        model.write(result, tmp_path / "report.doc")


def test_case_weights_come_from_their_column(frame: pl.DataFrame, model: safar.PathModel) -> None:
    weighted = frame.with_columns(w=pl.Series([2.0] * 60 + [1.0] * 60))
    twice = pl.concat([frame[:60], frame[:60], frame[60:]])
    found, doubled = model.fit(weighted, weight="w"), model.fit(twice)
    for one, other in zip(found.paths, doubled.paths, strict=True):
        assert one.figure.estimate == pytest.approx(other.figure.estimate, abs=1e-6)
    with pytest.raises(SafarError, match="no column 'w'"):
        model.fit(frame, weight="w")


def test_the_workspaces_own_answers(tmp_path: Path) -> None:
    empty = safar.create(str(tmp_path / "empty"), name="Empty")
    with pytest.raises(SafarError, match="Nobody has rated any of care1") as caught:
        safar.PathModel(CHAIN).fit(empty)
    assert caught.value.code == "path-model.no-answers"
    workspace = safar.demo(str(tmp_path / "demo"), facts=6_000)
    asked = answers_of(workspace, ["effort", "self_service", "nothing"])
    assert set(asked) == {"effort", "self_service"}
    rows = np.column_stack([asked["effort"], asked["self_service"]])
    rows = rows[np.isfinite(rows).all(axis=1)]
    assert len(rows) > 10
    result = safar.PathModel("Ease =~ effort\nHelp =~ self_service\nEase ~ Help").fit(workspace)
    assert (result.n, result.simulated) == (len(rows), True)
    assert "[simulated]" in repr(result)
    assert result.path("Help", "Ease").figure.estimate == pytest.approx(np.corrcoef(rows[:, 0], rows[:, 1])[0, 1])


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(SafarError, match="cannot be read"):
        open_model(tmp_path / "none.toml")
    (tmp_path / "image.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SafarError, match="cannot be read"):
        open_model(tmp_path / "image.toml")
    saved = safar.PathModel.propose("relief")
    assert {one.name for one in saved.model.constructs} >= {"trust", "loyalty", "experience"}
    assert check_model(open_model(_written(tmp_path, saved.to_toml()))).ready


def _written(folder: Path, text: str) -> Path:
    (folder / "proposed.toml").write_text(text, encoding="utf-8")
    return folder / "proposed.toml"


def test_rows_without_a_weight_are_counted(frame: pl.DataFrame, model: safar.PathModel) -> None:
    weights = [None] * 5 + [0.0] * 5 + [1.0] * 110
    treatment = model.fit(frame.with_columns(w=pl.Series(weights)), weight="w").treatment
    assert (treatment.rows, treatment.without_weight, treatment.kept) == (120, 10, 110)
    with pytest.raises(SafarError, match="Row 1 has the case weight inf"):
        model.fit(frame.with_columns(w=pl.Series([float("inf")] + [1.0] * 119)), weight="w")
