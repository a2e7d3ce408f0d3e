"""What a researcher chooses for further analyses of a study, and models of several runs beside each other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from safar.analysis.path_model.groups_result import GroupsResult
from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.prediction_result import PredictionResult
from safar.analysis.path_model.rival_prediction import RivalPrediction
from safar.analysis.path_model.segments_result import SegmentsResult
from safar.domain.choice_bounds import on_page
from safar.domain.study import Study, StudyRun
from safar.usecases.study_analyses import read_back
from safar.usecases.study_models import save_text
from tests.web.test_studies import _example, _grouped, _newest, _run
from tests.web.web_cast import NOW, Cast, do_all_work


def _further(cast: Cast, served: Path, study: Study, **told: Any) -> Any:
    started = cast.client("bob").post(f"/studies/{study.id}/runs/further/", told)
    assert started.status_code == 302, started.content.decode()[-3000:]
    do_all_work(served)
    run = _newest(study)
    return read_back(run.kind, run.result)


def _field(page: str, kind: str, name: str) -> str:
    found = re.search(rf'<(?:input|select)[^>]*id="id_{kind}_{name}"[^>]*>', page)
    assert found, (kind, name)
    return found.group()


def test_every_analysis_is_offered_with_its_choices_and_bounds(cast: Cast, served: Path) -> None:
    study = _grouped(cast, served)
    page = cast.client("bob").get(f"/studies/{study.id}/run/").content.decode()
    assert re.findall(r'<details class="card further-one" id="further-(\w+)"(?: open)?>', page) == [
        "screen", "predict", "importance", "groups", "segments"
    ]  # fmt: skip
    assert page.count("<fieldset") == 5
    for kind, names in {"screen": ["factors"], "predict": ["folds", "repeats"], "groups": ["permutations"],
                        "segments": ["most", "show"]}.items():  # fmt: skip
        for name in names:
            least, most = on_page(name)
            told = _field(page, kind, name)
            assert f'min="{least}"' in told
            assert f'max="{most}"' in told
    # The file's columns that are no items, each with its groups and their rows.
    assert "branch – 2 groups: north 160, south 160" in page
    # What nothing acts on cannot be a target; the last construct is offered first.
    targets = re.findall(r'<option value="(\w+)"', page.split('id="id_importance_target"', 1)[1].split("</select>")[0])
    assert targets[0] == "loyalty"
    assert "satisfaction" not in targets
    viewer = cast.client("vera").get(f"/studies/{study.id}/run/").content.decode()
    assert "further-one" not in viewer


def test_what_is_chosen_is_what_is_run_and_stands_there_the_next_time(cast: Cast, served: Path) -> None:
    study = _grouped(cast, served)
    predicted = _further(cast, served, study, kind="predict", folds=5, repeats=2, seed=9, antecedents="earliest",
                         benchmark="others")  # fmt: skip
    assert isinstance(predicted, PredictionResult)
    assert (predicted.folds, predicted.repeats, predicted.seed) == (5, 2, 9)
    assert (predicted.antecedents, predicted.benchmark) == ("earliest", "others")
    groups = _further(cast, served, study, kind="groups", by="branch", permutations=120, seed=4)
    assert isinstance(groups, GroupsResult)
    assert groups.by == "branch"
    segments = _further(cast, served, study, kind="segments", most=3, show=2, seed=5)
    assert isinstance(segments, SegmentsResult)
    mapped = _further(cast, served, study, kind="importance", target="support", weighing="standardized")
    assert isinstance(mapped, ImportanceResult)
    assert mapped.target == "support"
    page = cast.client("bob").get(f"/studies/{study.id}/run/").content.decode()
    assert 'value="5"' in _field(page, "predict", "folds")
    assert 'value="120"' in _field(page, "groups", "permutations")
    assert '<option value="earliest" selected>' in page
    assert '<option value="support" selected>' in page


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"kind": "predict", "folds": "1"}, "2 at least, or 0"),
        ({"kind": "predict", "folds": "999"}, "no more parts than rows"),
        ({"kind": "predict", "repeats": "100000"}, "less than or equal to 100"),
        ({"kind": "screen", "factors": "17"}, "extract fewer factors"),
        ({"kind": "segments", "most": "2", "show": "5"}, "No more segments can be shown than are tried."),
        ({"kind": "groups", "by": ""}, "Choose a column."),
        ({"kind": "groups", "by": "branch", "permutations": "5"}, "greater than or equal to 99"),
        ({"kind": "importance", "target": "nobody"}, "not one of the available choices"),
        ({"kind": "nothing"}, "There is no analysis"),
    ],
)
def test_a_wrong_choice_stands_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, served: Path, told: dict[str, str], says: str
) -> None:
    study = _grouped(cast, served)
    answer = cast.client("bob").post(f"/studies/{study.id}/runs/further/", {"seed": "77", **told})
    page = answer.content.decode()
    assert answer.status_code in (400, 404), answer.status_code
    assert says in page
    if told["kind"] != "nothing":
        opened = page.split(f'id="further-{told["kind"]}" open', 1)[1].split("</details>", 1)[0]
        assert 'aria-invalid="true"' in opened
        if told["kind"] in ("predict", "screen", "segments", "groups"):
            assert 'value="77"' in opened


def test_columns_that_make_no_groups_are_not_offered(cast: Cast, served: Path) -> None:
    import polars as pl
    from django.core.files.uploadedfile import SimpleUploadedFile

    from safar.datasets.service_survey import draw_answers

    study = _example(cast, served)
    told = cast.client("bob").get(f"/studies/{study.id}/run/").content.decode()
    assert "The answers have no column that makes groups" in told
    frame = pl.DataFrame(draw_answers()).with_columns(
        same=pl.lit("x"), who=pl.Series([f"p{k}" for k in range(320)]),
        few=pl.Series(["a"] * 315 + ["b"] * 5), empty=pl.Series(["yes", "no", "NA", ""] * 80),
    )  # fmt: skip
    file = SimpleUploadedFile("rows.csv", frame.write_csv().encode())
    bob = cast.client("bob")
    bob.post(f"/studies/{study.id}/data/upload/", {"file": file})
    page = bob.get(f"/studies/{study.id}/run/").content.decode()
    assert "empty – 2 groups: no 80, yes 80" in page
    assert '<option value="who"' not in page
    assert '<option value="same"' not in page
    assert "2 columns are not listed" in page
    small = bob.post(f"/studies/{study.id}/runs/further/", {"kind": "groups", "by": "few"})
    assert small.status_code == 400
    assert "A group of this column has too few rows" in small.content.decode()


def test_answers_of_employees_are_told_of_together_only(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    bob = cast.client("bob")
    bob.post(f"/studies/{study.id}/data/own/", {"speaker": "employee"})
    page = bob.get(f"/studies/{study.id}/run/").content.decode()
    assert "Answers of employees and managers are told of together only." in page
    assert "further-one" not in page


def _three(cast: Cast, served: Path) -> tuple[Study, list[StudyRun]]:
    """Three runs of one study: as it is, with another cause, with both."""
    from safar.store import studies

    study = _example(cast, served)
    runs = []
    other = study.text.replace('from = "support"\nto = "loyalty"', 'from = "satisfaction"\nto = "loyalty"')
    for text in (study.text, other, study.text):
        found = studies.find_study(study.id)
        assert found
        if text != found.text:
            save_text(study.id, text=text, base=found.version, person=cast.person("bob"), now=NOW)
        _run(cast, served, study)
        runs.append(_newest(study))
    return study, runs


def test_three_runs_side_by_side_and_which_predicts_better(cast: Cast, served: Path) -> None:
    study, runs = _three(cast, served)
    bob = cast.client("bob")
    listed = bob.get(f"/studies/{study.id}/runs/").content.decode()
    assert listed.count('type="checkbox" name="run"') == 3
    asked = "&".join(f"run={run.id}" for run in runs)
    page = bob.get(f"/studies/compare/?{asked}").content.decode()
    assert page.count('<th scope="col" role="columnheader"><bdi>run ') == 3
    assert "claims the same paths" in page or "claim the same paths" in page
    assert "Test which predicts better" in page
    numbers = [run.number for run in runs]
    rivals = _further(cast, served, study, kind="rivals", runs=numbers)
    assert isinstance(rivals, RivalPrediction)
    assert rivals.other_data is None
    assert rivals.names == tuple(f"run {one}" for one in numbers)
    page = bob.get(f"/studies/compare/?{asked}").content.decode()
    assert 'data-number="cvpat"' in page
    assert "Test which predicts better" not in page
    one = bob.get(f"/studies/{study.id}/runs/{_newest(study).number}/").content.decode()
    assert f"/studies/compare/?{asked.replace('&', '&amp;')}" in one
    few = bob.post(f"/studies/{study.id}/runs/further/", {"kind": "rivals", "runs": numbers[:1]})
    assert few.status_code == 400
    assert "Choose 2 to 6 runs that are done." in few.content.decode()


def test_too_few_and_too_many_runs_are_told_beside_the_form(cast: Cast, served: Path) -> None:
    study, runs = _three(cast, served)
    _ = study
    bob = cast.client("bob")
    alone = bob.get(f"/studies/compare/?run={runs[0].id}&run={runs[0].id}")
    assert alone.status_code == 400
    assert "Choose two different runs at least." in alone.content.decode()
    assert f'value="{runs[0].id}" selected' in alone.content.decode()
    many = bob.get("/studies/compare/?" + "&".join(f"run=00000000-0000-4000-8000-00000000000{k}" for k in range(7)))
    assert many.status_code == 400
    assert "At most 6 runs" in many.content.decode()


def test_a_further_run_that_failed_is_run_again_as_what_it_was(cast: Cast, served: Path) -> None:
    study = _grouped(cast, served)
    _further(cast, served, study, kind="predict", folds=4, repeats=1)
    first = _newest(study)
    again = cast.client("bob").post(f"/studies/{study.id}/runs/again/", {"run": first.number})
    assert again.status_code == 302
    do_all_work(served)
    second = _newest(study)
    assert (second.kind, second.options) == (first.kind, first.options)
    assert second.result == first.result
