"""Two path models side by side from results, their files, and the command."""

from __future__ import annotations

from pathlib import Path

import pytest

import safar
from safar.errors import InputError
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated


def test_files_and_results_are_compared_alike(tmp_path: Path) -> None:
    model, rows = safar.PathModel(CHAIN), likert(simulated(120))
    plain, consistent = model.fit(rows), model.fit(rows, consistent=True)
    for name, result in (("plain", plain), ("consistent", consistent)):
        (tmp_path / f"{name}.json").write_text(result.to_json(), encoding="utf-8")
    at_hand = safar.compare_models(plain, consistent, names=("plain", "consistent"))
    read = safar.compare_models(tmp_path / "plain.json", str(tmp_path / "consistent.json"))
    assert read.same_data
    assert read.names == at_hand.names
    assert read.rows() == at_hand.rows()
    assert read.rows()[0]["first"] == pytest.approx(plain.paths[0].figure.estimate)
    assert read.rows()[0]["second"] == pytest.approx(consistent.paths[0].figure.estimate)


def test_a_report_with_further_analyses_is_read_too(tmp_path: Path) -> None:
    model, rows = safar.PathModel(CHAIN), likert(simulated(120))
    result = model.fit(rows)
    model.write(result, tmp_path / "whole.json", further=[model.importance(rows, scale=(1, 7))])
    assert [row["difference"] for row in safar.compare_models(result, tmp_path / "whole.json").rows()] == [
        pytest.approx(0.0, abs=1e-12)
    ] * len(result.paths)


@pytest.mark.parametrize("text", ["[]", "{}", "no json", '{"paths": 3}'])
def test_what_holds_no_result_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong\.json holds no estimates") as found:
        safar.compare_models(file, file)
    assert found.value.code == "path-model.bad-result"
    with pytest.raises(InputError, match="cannot be read"):
        safar.compare_models(tmp_path / "nothing.json", file)
