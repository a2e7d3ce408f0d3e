"""Prediction: against another engine's leave-one-out on published data, fold by fold by hand, and on simulated rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.prediction import Antecedents, BadFolds, Benchmark, Prediction, cvpat, predict
from safar.domain.path_model import Construct, HigherOrder, Interaction, Measured, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.plain_pls import measured, scores_of, slopes, standardized
from tests.analysis.path_model.reference_kit import model_of, reference
from tests.analysis.test_method_pages import worked


@pytest.mark.parametrize(("antecedents", "name"), [(Antecedents.DIRECT, "DA"), (Antecedents.EARLIEST, "EA")])
def test_leave_one_out_equals_seminr(shared_data: Path, antecedents: Antecedents, name: str) -> None:
    """Provenance: predict_pls of seminr 2.3.4, its model of corporate reputation, as many folds as rows."""
    model, sample = model_of(shared_data, "corp_rep_extended", measured=Measured.COMPOSITE)
    found = predict(
        model, sample, Options(), folds=sample.n, repeats=3, seed=1, antecedents=antecedents,
        benchmark=Benchmark.OTHERS,
    )  # fmt: skip
    told = reference(shared_data, "seminr/corprep_extended_plspredict_loocv")[name]
    assert list(found.items) == told["PLS_out_of_sample"]["cols"]
    assert found.rmse(found.model) == pytest.approx(told["PLS_out_of_sample"]["values"][0], abs=1e-9)
    assert found.mae(found.model) == pytest.approx(told["PLS_out_of_sample"]["values"][1], abs=1e-9)
    assert found.rmse(found.linear) == pytest.approx(told["LM_out_of_sample"]["values"][0], abs=1e-9)
    assert found.mae(found.linear) == pytest.approx(told["LM_out_of_sample"]["values"][1], abs=1e-9)
    assert found.model[0, :5] == pytest.approx(np.array(told["items_out_head"]["values"]), abs=1e-9)


def _construct(name: str) -> Construct:
    return Construct(name=name, items=tuple(f"{name}{i}" for i in range(3)), measured=Measured.COMPOSITE)


CHAIN = PathModel(
    name="chain",
    constructs=tuple(_construct(name) for name in "xmy"),
    paths=(Claim(source="x", target="m"), Claim(source="m", target="y")),
)


def _chain(n: int, seed: int, effect: float = 0.7) -> Sample:
    chance = np.random.default_rng(seed)
    x = chance.normal(size=n)
    m = effect * x + np.sqrt(1 - effect**2) * chance.normal(size=n)
    y = effect * m + np.sqrt(1 - effect**2) * chance.normal(size=n)
    rows = np.hstack([measured(score, 3, chance, loading=0.9) for score in (x, m, y)])
    return Sample(rows * [1, 1, 1, 2, 2, 2, 1, 1, 5] + 4, np.ones(n))


@pytest.mark.parametrize("antecedents", Antecedents)
def test_a_fold_equals_a_plain_computation(antecedents: Antecedents) -> None:
    sample = _chain(60, 3)
    found = predict(CHAIN, sample, Options(tolerance=1e-13), folds=60, repeats=1, seed=1, antecedents=antecedents)
    left, rest = sample.rows[7], np.delete(sample.rows, 7, axis=0)
    blocks = {name: rest[:, 3 * k : 3 * k + 3] for k, name in enumerate("xmy")}
    scores, weights = scores_of(blocks, [("x", "m"), ("m", "y")])
    means, deviations = rest.mean(axis=0), rest.std(axis=0, ddof=1)
    z = (left - means) / deviations
    x, m = (z[3 * k : 3 * k + 3] @ weights[name] for k, name in enumerate("xm"))
    m_predicted = x * slopes(scores, ["x"], "m")[0]
    y_predicted = (m if antecedents is Antecedents.DIRECT else m_predicted) * slopes(scores, ["m"], "y")[0]
    loadings = {name: standardized(blocks[name]).T @ scores[name] / (len(rest) - 1) for name in "my"}
    expected = np.concatenate([m_predicted * loadings["m"], y_predicted * loadings["y"]]) * deviations[3:] + means[3:]
    assert found.model[0, 7] == pytest.approx(expected, abs=1e-9)
    design = np.column_stack([np.ones(59), rest[:, :3]])
    by_lines = np.linalg.lstsq(design, rest[:, 3:], rcond=None)[0]
    assert found.linear[0, 7] == pytest.approx(np.array([1, *left[:3]]) @ by_lines, abs=1e-9)
    assert found.mean[0, 7] == pytest.approx(means[3:], abs=1e-9)


def test_what_is_there_is_predicted_and_what_is_not_is_not() -> None:
    there = predict(CHAIN, _chain(300, 5), Options(), repeats=2, seed=2)
    assert (there.q2 > 0.1).all()
    assert all(one.difference < 0 and one.p < 0.01 for one in cvpat(there, against=there.mean))
    nothing = predict(CHAIN, _chain(300, 5, effect=0.0), Options(), repeats=2, seed=2)
    assert (nothing.q2 < 0.02).all()
    assert [one.construct for one in cvpat(nothing, against=nothing.linear)] == ["m", "y", "overall"]


def test_seed_decides_the_folds() -> None:
    sample = _chain(80, 6)
    first, same, other = (predict(CHAIN, sample, Options(), repeats=1, seed=seed).model for seed in (1, 1, 2))
    assert (first == same).all()
    assert not (first == other).all()


def test_higher_order_and_interaction() -> None:
    sample = _chain(200, 7)
    chance = np.random.default_rng(8)
    more = np.hstack([sample.rows, measured(chance.normal(size=200), 3, chance)])
    model = PathModel(
        name="both",
        constructs=tuple(_construct(name) for name in "xmyw"),
        higher_orders=(HigherOrder(name="h", parts=("x", "m")),),
        interactions=(Interaction(factors=("h", "w")),),
        paths=tuple(Claim(source=a, target="y") for a in ("h", "w", "h*w")),
    )
    found = predict(model, Sample(more, np.ones(200)), Options(), folds=5, repeats=1, seed=1)
    assert found.items == ("y0", "y1", "y2")
    assert (found.q2 > 0.2).all()


def test_bad_folds() -> None:
    sample = _chain(30, 1)
    for folds in (1, 31):
        with pytest.raises(BadFolds):
            predict(CHAIN, sample, Options(), folds=folds, seed=1)


def test_worked_table() -> None:
    rows = worked("prediction")
    actual, model, mean = (np.array([float(row[name]) for row in rows[:-1]]) for name in ("actual", "model", "mean"))
    found = Prediction(("y",), ("Y",), actual[:, None], model[None, :, None], mean[None, :, None], mean[None, :, None])
    assert rows[-1] == {
        "row": "RMSE",
        "actual": "–",
        "model": f"{found.rmse(found.model)[0]:.3f}",
        "mean": f"{found.rmse(found.mean)[0]:.3f}",
        "Q²": f"{found.q2[0]:.3f}",
    }
