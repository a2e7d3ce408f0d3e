"""What other engines print beside estimates: effects, scores, implied correlations, group tests, the known population.

Provenance: seminr 2.3.4 and cSEM 0.6.1 in R 4.2.2 on the data that come with them. Of cSEM's group tests those of
Sarstedt and others (2011) and the comparison of two intervals are not offered, and so not compared.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safar.analysis.path_model.bootstrap import bootstrap, jackknife
from safar.analysis.path_model.communality import communality, goodness_of_fit, redundancy
from safar.analysis.path_model.estimate import Options, estimate, estimate_scores
from safar.analysis.path_model.fit import implied_correlations
from safar.analysis.path_model.group_paths import GroupTest, compare_groups
from safar.analysis.path_model.groups import group
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.rebus import rebus
from safar.analysis.path_model.rivals import adjusted_r2
from safar.analysis.path_model.structure import total_effects
from safar.analysis.path_model.weights import Scheme, inner_weights
from safar.domain.path_model import Construct, Interaction, InteractionMethod, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors
from tests.analysis.path_model.reference_kit import model_of, reference, table
from tests.analysis.path_model.test_estimate_reference import CSEM, SEMINR, _file

MODERATED = [
    (InteractionMethod.TWO_STAGE, "two_stage"),
    (InteractionMethod.PRODUCT, "product_indicator"),
    (InteractionMethod.ORTHOGONAL, "orthogonal"),
]


@pytest.mark.parametrize(("name", "mode", "scheme", "consistent"), SEMINR)
def test_effects_and_scores_equal_seminr(
    shared_data: Path, name: str, mode: Mode | None, scheme: Scheme, consistent: bool
) -> None:
    model, sample = model_of(shared_data, name, mode=mode)
    fits, scores = estimate_scores(model, sample, np.ones((1, sample.n)), Options(scheme=scheme, consistent=consistent))
    told, names = reference(shared_data, f"seminr/{_file(name, mode, scheme, consistent)}"), fits.layout.constructs
    total = total_effects(fits.structure.paths)[0]
    assert total == pytest.approx(table(told["total_effects"], names, names), abs=1e-9)
    assert total - fits.structure.paths[0] == pytest.approx(
        table(told["total_indirect_effects"], names, names), abs=1e-9
    )
    assert fits.weights.scores[0] == pytest.approx(table(told["construct_correlations"], names, names), abs=1e-9)
    assert scores[0, :10] == pytest.approx(_head(told, names), abs=1e-8)
    assert dict(zip(names, np.abs(scores[0]).mean(axis=0), strict=True)) == pytest.approx(
        told["construct_scores_absmean"], abs=1e-8
    )
    rows = dict(zip(told["r2"]["rows"], told["r2"]["values"], strict=True))
    if not consistent:  # of consistent models that engine prints the R² of uncorrected scores
        for place, one in enumerate(told["r2"]["cols"]):
            ours = [fits.structure.r2[0, names.index(one)], adjusted_r2(fits, sample.n)[0, names.index(one)]]
            assert ours == pytest.approx([rows["Rsq"][place], rows["AdjRsq"][place]], abs=1e-9)


def _head(told: dict[str, Any], names: tuple[str, ...]) -> np.ndarray:
    return table(told["construct_scores_head"], tuple(told["construct_scores_head"]["rows"]), names)


@pytest.mark.parametrize(("method", "file"), MODERATED)
def test_moderated_measurement_equals_seminr(shared_data: Path, method: InteractionMethod, file: str) -> None:
    """Weights, loadings and scores; of an interaction that engine keeps the product's deviation in the score."""
    product = Interaction(factors=("CUSA", "SC"), method=method)
    model, sample = model_of(shared_data, "corp_rep_moderation", measured=Measured.COMPOSITE, interactions=(product,))
    fits, scores = estimate_scores(model, sample, np.ones((1, sample.n)), Options())
    told, names = reference(shared_data, f"seminr/corprep_moderation_{file}"), fits.layout.constructs
    kept = fits.layout.constructs.index(product.name)
    assert scores[0, :10] * np.where(np.arange(len(names)) == kept, fits.spread[0], 1.0) == pytest.approx(
        _head(told, names), abs=1e-8
    )
    plain = [k for k in range(fits.layout.n_items) if fits.layout.owner[k] != kept]
    items = tuple(fits.layout.items[k] for k in plain)
    for ours, theirs in ((fits.weights.weights, "outer_weights"), (fits.structure.loadings, "outer_loadings")):
        assert ours[0, plain] == pytest.approx(table(told[theirs], items, names).sum(axis=1), abs=1e-9)
    paths = fits.structure.paths[0] / fits.spread[0][:, None]
    assert total_effects(paths[None])[0] == pytest.approx(table(told["total_effects"], names, names), abs=1e-9)


@pytest.mark.parametrize(("name", "mode", "scheme", "consistent"), CSEM)
def test_inner_weights_and_implied_correlations_equal_csem(
    shared_data: Path, name: str, mode: Mode | None, scheme: Scheme, consistent: bool
) -> None:
    measured = Measured.FACTOR if consistent else Measured.COMPOSITE
    model, sample = model_of(shared_data, name, mode=mode, measured=measured)
    fits = estimate(
        model, sample, np.ones((1, sample.n)), Options(scheme=scheme, consistent=consistent, tolerance=1e-12)
    )
    told, names = reference(shared_data, f"csem/{_file(name, mode, scheme, consistent)}"), fits.layout.constructs
    assert fits.weights.scores[0] == pytest.approx(table(told["proxy_vcv"], names, names), abs=1e-9)
    inner = inner_weights(fits.weights.scores, fits.layout, scheme)[0].T
    assert inner == pytest.approx(table(told["inner_weights"], names, names), abs=1e-9)
    implied = implied_correlations(fits, saturated=True)[0]  # which is what that engine was asked for
    theirs = table(told["indicator_vcv_implied"], model.items, model.items)
    assert implied == pytest.approx(theirs, abs=1e-9)
    total = total_effects(fits.structure.paths)[0]
    for kind, ours in (
        ("Direct_effect", fits.structure.paths[0]),
        ("Indirect_effect", total - fits.structure.paths[0]),
        ("Total_effect", total),
    ):
        for row in told["assess"]["Effects"][kind]:
            target, source = row["Name"].split(" ~ ")
            assert ours[names.index(source), names.index(target)] == pytest.approx(row["Estimate"], abs=1e-9)


def test_groups_equal_csem(shared_data: Path) -> None:
    """Each group's own estimates; p-values of permutation and bootstrap, which chance and 199 draws let differ."""
    model, sample = model_of(shared_data, "satisfaction", measured=Measured.COMPOSITE)
    with (shared_data / "path_models/datasets/satisfaction.csv").open(newline="") as file:
        groups = group([row["gender"] for row in csv.DictReader(file)])
    told = reference(shared_data, "advanced/micom_satisfaction_gender")
    fits = estimate(model, sample, groups.members.astype(float), Options(tolerance=1e-12))
    names = fits.layout.constructs
    for g, name in enumerate(groups.names):
        assert fits.structure.paths[g] == pytest.approx(table(told["group_paths"][name], names, names).T, abs=1e-9)
        assert fits.structure.loadings[g] == pytest.approx(
            table(told["group_loadings"][name], names, model.items).sum(axis=0), abs=1e-9
        )
    compared = compare_groups(model, sample, Options(), groups=groups, resamples=499, seed=4)
    tests = reference(shared_data, "advanced/mgd_satisfaction_gender")["r"]
    for one in compared.differences:
        path = f"{one.target} ~ {one.source}"
        by_permutation = tests["Chin"]["P_value"]["none"]["female_male"][path]
        assert one.p[GroupTest.PERMUTATION] == pytest.approx(by_permutation, abs=0.15), path
        share = tests["Henseler"]["P_value"]["none"]["female_male"][path]  # one-sided there
        assert one.p[GroupTest.BOOTSTRAP] == pytest.approx(2 * min(share, 1 - share), abs=0.15), path
    (distance,) = compared.distances
    assert [distance.d_g_p, distance.d_l_p] == pytest.approx(
        [tests["Klesel"]["P_value"]["dG"], tests["Klesel"]["P_value"]["dL"]], abs=0.1
    )


def test_estimates_without_each_row_equal_csem(shared_data: Path) -> None:
    """250 times 249 rows of the satisfaction data, which BCa intervals need."""
    told = reference(shared_data, "advanced/ci_formulas_satisfaction_paths")
    model, sample = model_of(shared_data, "satisfaction", measured=Measured.COMPOSITE)
    found = jackknife(model, sample, Options(tolerance=1e-12), keep=lambda fits: {"paths": fits.structure.paths})
    names = [one.name for one in model.constructs]
    for column, path in enumerate(told["jackknife"]["cols"]):
        target, source = path.split(" ~ ")
        theirs = np.array(told["jackknife"]["values"])[:, column]
        ours = found.figures["paths"][:, names.index(source), names.index(target)]
        assert ours == pytest.approx(theirs, abs=1e-8), path


def test_exact_fit_draws_like_csem(shared_data: Path) -> None:
    """Its critical values are the quantiles, as ours are, of the 199 replicates that it keeps."""
    told = reference(shared_data, "advanced/omf_satisfaction")["r"]
    critical = dict(zip(told["Critical_value"]["rows"], told["Critical_value"]["values"], strict=True))
    for name, value in critical.items():
        drawn = [one[name] for one in told["Information"]["Bootstrap_values"]]
        assert np.quantile(drawn, 0.95) == pytest.approx(value, abs=1e-12)


def test_quality_of_rebus_segments_equals_plspm(shared_data: Path) -> None:
    with (shared_data / "path_models/datasets/rebus_simdata.csv").open(newline="") as file:
        rows = np.array([[float(row[f"mv{k}"]) for k in range(1, 14)] for row in csv.DictReader(file)])
    parts = {"Price": range(1, 6), "Quality": range(6, 11), "Satisfaction": range(11, 14)}
    model = PathModel(
        name="rebus",
        constructs=tuple(
            Construct(name=name, items=tuple(f"mv{k}" for k in own), measured=Measured.COMPOSITE)
            for name, own in parts.items()
        ),
        paths=tuple(Claim(source=source, target="Satisfaction") for source in ("Price", "Quality")),
    )
    told = reference(shared_data, "plspm_r/rebus_simdata")
    options = Options(scheme=Scheme.CENTROID)
    whole = estimate(model, Sample(rows, np.ones(400)), np.ones((1, 400)), options)
    turned = whole.structure.paths[0].T
    assert turned == pytest.approx(
        table(told["global"]["path_coefs"], whole.layout.constructs, whole.layout.constructs), abs=1e-5
    )
    found = rebus(model, Sample(rows, np.ones(400)), options, segments=2)
    order = [0, 1] if (found.members == np.array(told["segments"]) - 1).mean() > 0.5 else [1, 0]
    theirs = dict(zip(told["quality"]["rows"], np.array(told["quality"]["values"]), strict=True))
    for j, name in enumerate(parts):
        block = found.fits.layout.block(j)
        assert communality(found.fits)[order, block].mean(axis=1) == pytest.approx(theirs[f"Com.{name}"], abs=1e-5)
    last = found.fits.layout.block(2)
    assert redundancy(found.fits)[order, last].mean(axis=1) == pytest.approx(theirs["Red.Satisfaction"], abs=1e-5)
    assert theirs["GoF"].shape == (2,)
    # That engine means the constructs' communalities in a segment, and the items' in the whole.
    by_construct = np.mean(
        [communality(found.fits)[order, found.fits.layout.block(j)].mean(axis=1) for j in range(3)], axis=0
    )
    explained = found.fits.structure.r2[order, 2]
    assert np.sqrt(by_construct * explained) == pytest.approx(theirs["GoF"], abs=1e-5)
    assert np.isfinite(goodness_of_fit(found.fits)).all()


def test_the_population_of_the_three_factors_is_found_again(shared_data: Path) -> None:
    """500 rows that cSEM's authors drew: every path and loading within what chance allows, and in its interval."""
    truth = three_factors()
    model, sample = model_of(shared_data, "threecommonfactors")
    fits = estimate(model, sample, np.ones((1, sample.n)), Options(consistent=True))
    names = fits.layout.constructs
    pairs = [(names.index(source), names.index(target)) for source, target in truth.paths]
    i, j = (np.array(side) for side in zip(*pairs, strict=True))
    drawn = bootstrap(
        model, sample, Options(consistent=True), resamples=1_000, seed=1,
        keep=lambda f: {"all": np.concatenate([f.structure.paths[:, i, j], f.structure.loadings], axis=1)},
    ).figures["all"]  # fmt: skip
    true = np.array([*truth.paths.values(), *truth.loadings.values()])
    found = np.concatenate([fits.structure.paths[0, i, j], fits.structure.loadings[0]])
    assert (np.abs(found - true) < 3 * drawn.std(axis=0, ddof=1)).all()
    low, high = np.quantile(drawn, [0.005, 0.995], axis=0)
    assert ((low < true) & (true < high)).mean() >= 11 / 12
