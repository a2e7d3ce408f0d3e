"""Two path models side by side from results, their files, and the command."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import numpy as np
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
    assert read.same_rows
    assert read.same_items
    assert read.names == at_hand.names
    assert read.rows() == at_hand.rows()
    assert read.rows()[0]["estimate plain"] == pytest.approx(plain.paths[0].figure.estimate)
    assert read.rows()[0]["estimate consistent"] == pytest.approx(consistent.paths[0].figure.estimate)
    # Criteria would compare the ways of estimating.
    assert read.unlike == ("consistent",)
    assert not read.criteria


def test_a_report_with_further_analyses_is_read_too(tmp_path: Path) -> None:
    model, rows = safar.PathModel(CHAIN), likert(simulated(120))
    result = model.fit(rows)
    model.write(result, tmp_path / "whole.json", further=[model.importance(rows, scale=(1, 7))])
    found = safar.compare_models(result, tmp_path / "whole.json")
    assert found.names == ("chain", "whole")
    assert [row["estimate chain"] for row in found.rows()] == [row["estimate whole"] for row in found.rows()]
    assert found.nested[0].alike


@pytest.mark.parametrize("text", ["[]", "{}", "no json", '{"paths": 3}'])
def test_what_holds_no_result_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong\.json holds no estimates") as found:
        safar.compare_models(file, file)
    assert found.value.code == "path-model.bad-result"
    with pytest.raises(InputError, match="cannot be read"):
        safar.compare_models(tmp_path / "nothing.json", file)


SHORT = CHAIN[: CHAIN.rindex("[[paths]]")].replace('"chain"', '"short"')
FORK = SHORT.replace('from = "Trust"\nto = "Loyalty"', 'from = "Care"\nto = "Loyalty"').replace('"short"', '"fork"')


def test_criteria_and_weights_are_those_of_a_plain_regression_of_scores() -> None:
    """BIC, GM and weights anew from the R² that each result prints, the fullest model being the chain itself."""
    rows = likert(simulated(200))
    results = [safar.PathModel(text).fit(rows) for text in (CHAIN, SHORT, FORK)]
    found = safar.compare_models(*results)
    loyalty = next(one for one in found.criteria if one.construct == "Loyalty")
    r2 = [result.construct("Loyalty").r2 for result in results]
    causes = [2, 1, 1]
    errors = [199 * (1 - one.estimate) for one in r2 if one]
    bic = [200 * log(error / 200) + (k + 1) * log(200) for error, k in zip(errors, causes, strict=True)]
    # In the fullest model all that stand before a construct act on it: that is the chain.
    unexplained = min(errors) / 199
    gm = [error / unexplained + (k + 1) * log(200) for error, k in zip(errors, causes, strict=True)]
    assert loyalty.bic == pytest.approx(bic)
    assert loyalty.gm == pytest.approx(gm, rel=1e-6)
    for told, values in ((loyalty.bic_weights, bic), (loyalty.gm_weights, gm)):
        shares = [exp(-(value - min(values)) / 2) for value in values]
        assert told == pytest.approx([one / sum(shares) for one in shares], rel=1e-5)
        assert sum(one or 0 for one in told) == pytest.approx(1)
    assert loyalty.best == loyalty.best_gm == 0
    assert loyalty.told_apart
    assert {(one.smaller, one.larger, one.alike) for one in found.nested} == {(1, 0, False), (2, 0, False)}
    assert "Loyalty: chain is best by BIC (weight 1.00) and by GM." in found.says


def test_predictions_are_compared_as_by_hand() -> None:
    """CVPAT of two models anew: the mean of each row's squared errors, Student's t of their difference."""
    from safar.analysis.path_model.estimate import Options
    from safar.analysis.path_model.moments import Sample
    from safar.analysis.path_model.prediction import predict

    rows = likert(simulated(160))
    models = [safar.PathModel(text) for text in (CHAIN, SHORT)]
    found = safar.compare_models(*(one.fit(rows) for one in models), data=rows, folds=5, repeats=2, seed=3)
    assert found.prediction
    losses = []
    for one in models:
        table = np.column_stack([rows[item] for item in one.model.items])
        made = predict(one.model, Sample(table, np.ones(160)), Options(), folds=5, repeats=2, seed=3)
        losses.append(((made.model - made.actual) ** 2).mean(axis=(0, 2)))
    difference = losses[0] - losses[1]
    test = found.prediction.tests[0]
    assert test.difference == pytest.approx(difference.mean())
    assert test.t == pytest.approx(difference.mean() / (difference.std(ddof=1) / np.sqrt(160)))
    assert test.p_holm == test.p
    assert [one.loss for one in found.prediction.losses] == pytest.approx([one.mean() for one in losses])
    assert found.to_polars("cvpat").height == 1


def test_the_same_rows_are_known_though_items_differ() -> None:
    rows = likert(simulated(150))
    two = SHORT.replace('[[constructs]]\nname = "Care"\nitems = ["care1", "care2", "care3"]\n', "").replace(
        '[[paths]]\nfrom = "Care"\nto = "Trust"\nsign = "+"\nhypothesis = "H1"\n', ""
    )
    whole, part = safar.PathModel(CHAIN).fit(rows), safar.PathModel(two, name="part").fit(rows)
    found = safar.compare_models(whole, part, names=("whole", "part"))
    assert found.same_rows
    assert not found.same_items
    assert [one.construct for one in found.criteria] == ["Loyalty"]
    assert not found.nested
    fewer = {name: values[:140] for name, values in rows.items()}
    other = safar.compare_models(whole, safar.PathModel(two).fit(fewer), names=("whole", "part"))
    assert not other.same_rows
    assert not other.criteria
    shuffled = {name: values[::-1] for name, values in rows.items()}
    assert not safar.compare_models(whole, safar.PathModel(two).fit(shuffled), names=("whole", "part")).same_rows


def test_a_construct_of_other_items_is_another_one() -> None:
    rows = likert(simulated(150))
    fewer = SHORT.replace('["loyal1", "loyal2", "loyal3"]', '["loyal1", "loyal2"]')
    found = safar.compare_models(safar.PathModel(CHAIN).fit(rows), safar.PathModel(fewer).fit(rows))
    assert found.elsewhere == ("Loyalty",)
    assert [one.construct for one in found.criteria] == ["Trust"]
    assert any(one.startswith("Loyalty: not the same items everywhere") for one in found.says)


def test_how_many_can_stand_side_by_side_and_how_they_are_called() -> None:
    result = safar.PathModel(CHAIN).fit(likert(simulated(120)))
    six = safar.compare_models(*[result] * 6)
    assert six.names == ("chain", "chain (2)", "chain (3)", "chain (4)", "chain (5)", "chain (6)")
    for few in ([result], [result] * 7):
        with pytest.raises(InputError, match="2 to 6 models can") as found:
            safar.compare_models(*few)
        assert found.value.code == "path-model.bad-comparison"
    with pytest.raises(InputError, match="2 different ones"):
        safar.compare_models(result, result, names=("a", "a"))
    with pytest.raises(InputError, match="repeats: must be a whole number"):
        safar.compare_models(result, result, data=likert(simulated(120)), repeats=0)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_it_is_told_in_both_languages_and_every_table_has_its_types(language: str) -> None:
    rows = likert(simulated(120))
    models = [safar.PathModel(text).bootstrap(rows, resamples=40) for text in (CHAIN, SHORT, FORK)]
    found = safar.compare_models(*models, data=rows, folds=4, repeats=1).in_language(language)
    assert len(found.says) > 6
    for part in found.parts:
        assert found.to_polars(part).height
    assert len(found.tables()) == 6
    assert str(found)
    assert ("آزمون" in " ".join(found.says)) == (language == "fa")
