"""Groups: against another engine's figures on published data, and on answers simulated with and without differences."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.group_paths import (
    GroupTest,
    bootstrap_p,
    compare_groups,
    holm,
    model_distances,
    pooled_t,
    student,
    welch_t,
)
from safar.analysis.path_model.groups import BadGroups, Groups, group
from safar.analysis.path_model.invariance import Invariance, Pooled, micom
from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import Construct, Interaction, Measured, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.plain_pls import measured
from tests.analysis.path_model.reference_kit import model_of, reference
from tests.analysis.test_method_pages import worked

PRECISE = Options(tolerance=1e-12)


def _gender(shared_data: Path) -> Groups:
    with (shared_data / "path_models" / "datasets" / "satisfaction.csv").open(newline="") as file:
        return group([row["gender"] for row in csv.DictReader(file)])


def test_micom_equals_csem(shared_data: Path) -> None:
    """Provenance: testMICOM of cSEM 0.6.1, 148 women and 102 men of its data `satisfaction`."""
    model, sample = model_of(shared_data, "satisfaction", measured=Measured.COMPOSITE)
    found = micom(model, sample, PRECISE, groups=_gender(shared_data), pair=(0, 1), permutations=499, seed=1)
    told = reference(shared_data, "advanced/micom_satisfaction_gender")["r"]
    for one in found:
        second, third = told["Step2"], told["Step3"]
        assert one.correlation == pytest.approx(second["Test_statistic"]["female_male"][one.construct], abs=1e-9)
        assert one.mean.value == pytest.approx(third["Mean"]["Test_statistic"]["female_male"][one.construct], abs=1e-9)
        assert one.variance.value == pytest.approx(
            third["Var"]["Test_statistic"]["female_male"][one.construct], abs=1e-9
        )
        # Chance differs between the engines; both have 499 permutations.
        assert one.p == pytest.approx(second["P_value"]["none"]["1_2"][one.construct], abs=0.1)
        assert one.mean.p == pytest.approx(third["Mean"]["P_value"]["none"]["female_male"][one.construct], abs=0.1)


def test_group_differences_equal_csem(shared_data: Path) -> None:
    """Provenance: testMGD of cSEM 0.6.1, same groups. Standard errors are found back from its two t statistics."""
    model, sample = model_of(shared_data, "satisfaction", measured=Measured.COMPOSITE)
    groups = _gender(shared_data)
    told = reference(shared_data, "advanced/mgd_satisfaction_gender")["r"]
    found = compare_groups(model, sample, PRECISE, groups=groups, resamples=199, seed=2)
    n, m = (int(size) for size in groups.sizes)
    for one in found.differences:
        name = f"{one.target} ~ {one.source}"
        assert one.difference == pytest.approx(told["Chin"]["Test_statistic"]["female_male"][name], abs=1e-9)
        keil, nitzl = (told[test]["Test_statistic"]["female_male"][name] for test in ("Keil", "Nitzl"))
        # Two equations in the squares of two standard errors.
        left = np.array(
            [
                [(n - 1) ** 2 / (n + m - 2) * (1 / n + 1 / m), (m - 1) ** 2 / (n + m - 2) * (1 / n + 1 / m)],
                [(n - 1) / n, (m - 1) / m],
            ]
        )
        errors = np.sqrt(np.linalg.solve(left, [(one.difference / keil) ** 2, (one.difference / nitzl) ** 2]))
        difference, first, second = (np.array([value]) for value in (one.difference, *errors))
        assert pooled_t(difference, first, second, (n, m))[0] == pytest.approx([keil], abs=1e-9)
        t, freedom = welch_t(difference, first, second, (n, m))
        assert t == pytest.approx([nitzl], abs=1e-9)
        assert freedom[0] == told["Nitzl"]["df"][name]
        assert student(t, freedom) == pytest.approx([told["Nitzl"]["P_value"]["none"]["female_male"][name]], abs=1e-9)
        assert one.errors == pytest.approx(tuple(errors), rel=0.3)
    (distance,) = found.distances
    assert distance.d_l == pytest.approx(told["Klesel"]["Test_statistic"]["dL"], abs=1e-8)
    assert distance.d_g / np.log(10) ** 2 == pytest.approx(told["Klesel"]["Test_statistic"]["dG"], abs=1e-8)


def _model() -> PathModel:
    return PathModel(
        name="simulated",
        constructs=tuple(
            Construct(name=name, items=tuple(f"{name}{i}" for i in range(3)), measured=Measured.COMPOSITE)
            for name in "xmy"
        ),
        paths=(Claim(source="x", target="m"), Claim(source="x", target="y"), Claim(source="m", target="y")),
    )


def _simulated(effects: list[float], n: int, seed: int, *, shift: float = 0.0) -> tuple[Sample, Groups]:
    """Groups that differ in x -> m; the last one's x is higher by `shift`."""
    chance = np.random.default_rng(seed)
    rows, labels = [], []
    for g, effect in enumerate(effects):
        x = chance.normal(size=n)
        m = effect * x + np.sqrt(1 - effect**2) * chance.normal(size=n)
        y = 0.3 * x + 0.4 * m + 0.7 * chance.normal(size=n)
        moved = x + (shift if g == len(effects) - 1 else 0.0)
        rows.append(np.hstack([measured(score, 3, chance) for score in (moved, m, y)]))
        labels += [f"g{g}"] * n
    return Sample(np.vstack(rows), np.ones(n * len(effects))), group(labels)


def test_a_difference_is_found_and_only_where_it_is() -> None:
    sample, groups = _simulated([0.1, 0.7, 0.7], 200, 4)
    found = compare_groups(_model(), sample, Options(), groups=groups, resamples=500, seed=3)
    assert len(found.differences) == 9
    for one in found.differences:
        real = "g0" in one.groups and (one.source, one.target) == ("x", "m")
        for test in GroupTest:
            assert (one.adjusted[test] < 0.05) is real, (one, test)
            assert one.adjusted[test] >= one.p[test]
    assert [one.d_l_p < 0.05 for one in found.distances] == [True, True, False]


def test_shifted_mean_leaves_partial_invariance() -> None:
    sample, groups = _simulated([0.5, 0.5], 250, 36, shift=0.6)
    by_name = {
        one.construct: one
        for one in micom(
            _model(), sample, Options(), groups=groups, pair=(0, 1), permutations=500, seed=5, level=0.01,
            pooled=Pooled.STANDARDIZED,
        )
    }  # fmt: skip
    assert by_name["x"].invariance is Invariance.PARTIAL
    assert by_name["x"].mean.value < 0
    assert by_name["y"].invariance is Invariance.FULL


def test_item_that_turns_round_is_named() -> None:
    sample, groups = _simulated([0.5, 0.5], 250, 7)
    rows = sample.rows.copy()
    rows[groups.members[1], 2] *= -1
    found = micom(_model(), Sample(rows, np.ones(500)), Options(), groups=groups, pair=(0, 1), permutations=99, seed=1)
    assert found[0].doubts == ("x2",)
    assert found[0].invariance is Invariance.NONE


def test_invariance_of_an_interaction() -> None:
    sample, groups = _simulated([0.5, 0.5], 150, 8)
    plain = _model()
    both = PathModel(
        name="moderated",
        constructs=plain.constructs,
        interactions=(Interaction(factors=("x", "m")),),
        paths=(*plain.paths, Claim(source="x*m", target="y")),
    )
    found = micom(both, sample, Options(), groups=groups, pair=(0, 1), permutations=99, seed=1)
    assert [one.construct for one in found] == ["x", "m", "y", "x*m"]
    assert found[3].correlation == pytest.approx(1)


def test_bootstrap_p_counts_all_pairs() -> None:
    chance = np.random.default_rng(1)
    a, b = chance.normal(0.5, 0.2, size=(80, 1)), chance.normal(0.2, 0.3, size=(70, 1))
    turned = [(2 * 0.5 - x, 2 * 0.2 - y) for x in a[:, 0] for y in b[:, 0]]
    share = np.mean([x <= y for x, y in turned])
    assert bootstrap_p(a, b, np.array([0.5]), np.array([0.2])) == pytest.approx([2 * min(share, 1 - share)])


def test_holm_equals_scipys_order() -> None:
    p = np.array([0.01, np.nan, 0.04, 0.03])
    assert holm(p) == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
    assert stats.false_discovery_control([0.01, 0.03, 0.04]).max() <= np.nanmax(holm(p))


def test_distance_to_oneself_is_nothing() -> None:
    sample, _ = _simulated([0.5, 0.4], 100, 9)
    fits = estimate(_model(), sample, np.ones((1, sample.n)), Options())
    d_l, d_g = model_distances(fits, fits)
    assert d_l[0] == 0
    assert d_g[0] == pytest.approx(0, abs=1e-12)


def test_groups_that_cannot_be_compared() -> None:
    with pytest.raises(BadGroups, match="two groups"):
        group(["a"] * 20)
    with pytest.raises(BadGroups, match="'b' has 3 rows"):
        group(["a"] * 20 + ["b"] * 3 + [None])


def test_worked_table() -> None:
    for row in worked("groups-of-a-path-model"):
        sizes = (int(row["n of a"]), int(row["n of b"]))
        figures = [np.array([float(row[name])]) for name in ("path of a", "path of b", "error of a", "error of b")]
        difference = figures[0] - figures[1]
        for name, test in (("pooled", pooled_t), ("welch", welch_t)):
            t, freedom = test(difference, figures[2], figures[3], sizes)
            assert row[f"{name} t"] == f"{t[0]:.3f}"
            assert row[f"{name} p"] == f"{student(t, freedom)[0]:.3f}"
