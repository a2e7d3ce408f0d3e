"""Items that are ordinal or nominal: against plspm, against the method written row by row, and what always holds."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.bootstrap import bootstrap
from safar.analysis.path_model.communality import goodness_of_fit
from safar.analysis.path_model.estimate import Options, estimate, estimate_scores
from safar.analysis.path_model.figures import kept
from safar.analysis.path_model.moments import resample_counts
from safar.analysis.path_model.monotone import monotone, rising
from safar.analysis.path_model.quantify import quantify
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.scaled_sample import Scale, ScaledSample
from safar.analysis.path_model.weights import Scheme, find_weights
from safar.domain.item_level import ItemLevel, Level
from safar.domain.path_model import Construct, HigherOrder, Interaction, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.plain_nonmetric import nonmetric, pooled
from tests.analysis.path_model.reference_kit import reference, table
from tests.analysis.test_method_pages import worked

Values = NDArray[np.float64]
TIGHT = Options(scheme=Scheme.FACTORIAL, tolerance=1e-12, most_rounds=2_000)


def composite(name: str, items: tuple[str, ...], mode: Mode = Mode.A, **levels: str) -> Construct:
    told = tuple(ItemLevel(item=item, level=Level(level)) for item, level in levels.items())
    return Construct(name=name, items=items, measured=Measured.COMPOSITE, mode=mode, levels=told)


RUSSA = PathModel(
    name="russa",
    constructs=(
        composite("AGRI", ("gini", "farm", "rent"), gini="ordinal", farm="ordinal", rent="nominal"),
        composite("IND", ("gnpr", "labo"), gnpr="ordinal", labo="ordinal"),
        composite(
            "POL", ("inst", "ecks", "death", "demo"), inst="nominal", ecks="ordinal", death="ordinal", demo="nominal"
        ),
    ),
    paths=(Claim(source="AGRI", target="POL"), Claim(source="IND", target="POL")),
)
SERVICE = PathModel(
    name="service",
    constructs=(
        composite("Care", ("care1", "care2", "care3"), care1="ordinal", care3="nominal"),
        composite("Trust", ("trust1", "trust2", "trust3"), trust2="nominal"),
        composite("Loyalty", ("loyalty1", "loyalty2", "loyalty3"), loyalty1="ordinal", loyalty2="ordinal"),
    ),
    paths=(
        Claim(source="Care", target="Trust"),
        Claim(source="Care", target="Loyalty"),
        Claim(source="Trust", target="Loyalty"),
    ),
)


def simulated(n: int = 240, *, seed: int = 5) -> dict[str, Values]:
    """Three constructs in a chain; answers in five codes, of which nominal ones are shuffled."""
    chance = np.random.default_rng(seed)
    care = chance.normal(size=n)
    trust = 0.6 * care + 0.8 * chance.normal(size=n)
    loyalty = 0.3 * care + 0.5 * trust + 0.7 * chance.normal(size=n)
    found = {}
    for name, score in (("care", care), ("trust", trust), ("loyalty", loyalty)):
        for k in (1, 2, 3):
            answer = np.clip(np.round(0.8 * score + 0.6 * chance.normal(size=n)) + 3, 1, 5)
            found[f"{name}{k}"] = np.exp(answer / 2) if k == 1 else answer
    shuffled = np.array([0.0, 4.0, 2.0, 5.0, 1.0, 3.0])
    return found | {name: shuffled[found[name].astype(int)] for name in ("care3", "trust2")}


def sample_of(model: PathModel, columns: dict[str, Values], **how: object) -> ScaledSample:
    sample, _ = read_answers(model, columns, **how)  # type: ignore[arg-type]
    assert isinstance(sample, ScaledSample)
    return sample


def ones(sample: ScaledSample) -> Values:
    return np.ones((1, sample.n))


def test_plspm(shared_data: Path) -> None:
    """Provenance: plspm 0.5.1 on its data `russa`, levels ORD ORD NOM, ORD ORD, NOM ORD ORD NOM, scheme centroid.

    It stops where squared changes of the weights add up to less than 1e-10, after 21 rounds: its figures end at about
    the sixth digit, those of single rows at the fourth. It divides by n, as the values here do.
    """
    with (shared_data / "path_models/datasets/russa.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sample = sample_of(RUSSA, {item: np.array([float(row[item]) for row in rows]) for item in RUSSA.items})
    fits, scores = estimate_scores(RUSSA, sample, ones(sample), Options(scheme=Scheme.CENTROID, tolerance=1e-12))
    told = reference(shared_data, "plspm_r/russa_nonmetric")
    names = ("AGRI", "IND", "POL")
    outer = {row["name"]: row for row in told["outer_model"]}
    assert fits.weights.weights[0] == pytest.approx([outer[item]["weight"] for item in RUSSA.items], abs=5e-6)
    assert fits.structure.loadings[0] == pytest.approx([outer[item]["loading"] for item in RUSSA.items], abs=5e-6)
    assert fits.structure.paths[0] == pytest.approx(table(told["path_coefs"], names, names).T, abs=1e-5)
    assert fits.structure.r2[0, 2] == pytest.approx(told["inner_summary"][2]["R2"], abs=1e-5)
    crossed = {row["name"]: [row[name] for name in names] for row in told["crossloadings"]}
    assert fits.weights.loadings[0] == pytest.approx(np.array([crossed[item] for item in RUSSA.items]), abs=1e-5)
    assert goodness_of_fit(fits)[0] == pytest.approx(told["gof"], abs=5e-6)
    head = table(told["scores_head"], tuple(told["scores_head"]["rows"]), names)
    assert scores[0, :10] * np.sqrt(sample.n / (sample.n - 1)) == pytest.approx(head, abs=2e-4)


@pytest.mark.parametrize("scheme", ["factorial", "centroid"])
def test_the_method_written_row_by_row(scheme: str) -> None:
    columns = simulated()
    sample = sample_of(SERVICE, columns)
    options = Options(scheme=Scheme(scheme), tolerance=1e-12, most_rounds=2_000)
    fits, _ = estimate_scores(SERVICE, sample, ones(sample), options)
    assert fits.quantified is not None
    levels = SERVICE.levels
    items, weights = nonmetric(
        np.stack([columns[item] for item in SERVICE.items], axis=1),
        [str(levels[item].level) if item in levels else "numeric" for item in SERVICE.items],
        [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
        [(0, 1), (0, 2), (1, 2)],
        start=sample.columns(sample.start[None])[0],
        scheme=scheme,
    )
    assert fits.weights.weights[0] == pytest.approx(weights, abs=1e-9)
    assert fits.correlations[0] == pytest.approx(np.corrcoef(items.T), abs=1e-9)
    ours = sample.columns(fits.quantified.values)[0]
    signs = np.sign((ours * items).sum(axis=0))
    assert (signs == 1).all()
    for column, (item, level) in enumerate((item, levels.get(item)) for item in SERVICE.items):
        if level is not None:
            assert ours[:, column] == pytest.approx(items[:, column], abs=1e-8), item


def test_numbers_alone_are_the_metric_method() -> None:
    """A sample of numbers, and one code of two categories, which can be worth only one thing."""
    chance = np.random.default_rng(2)
    columns = {name: values + 0.01 * chance.normal(size=len(values)) for name, values in simulated().items()}
    columns["care1"] = (columns["care1"] > np.median(columns["care1"])).astype(float)
    plain = PathModel(
        name="plain",
        constructs=tuple(composite(one.name, one.items) for one in SERVICE.constructs),
        paths=SERVICE.paths,
    )
    two = PathModel(
        name="two",
        constructs=(composite("Care", SERVICE.constructs[0].items, care1="nominal"), *plain.constructs[1:]),
        paths=SERVICE.paths,
    )
    metric, _ = read_answers(plain, columns)
    expected = estimate(plain, metric, np.ones((1, metric.n)), TIGHT)
    found = estimate(two, sample := sample_of(two, columns), ones(sample), TIGHT)
    assert found.weights.weights == pytest.approx(expected.weights.weights, abs=1e-9)
    assert found.structure.paths == pytest.approx(expected.structure.paths, abs=1e-9)
    assert found.correlations == pytest.approx(expected.correlations, abs=1e-9)
    counts = next(resample_counts(metric.n, 20, seed=3))
    again, metrically = estimate(two, sample, counts, TIGHT), estimate(plain, metric, counts, TIGHT)
    assert again.structure.paths == pytest.approx(metrically.structure.paths, abs=1e-9)


def test_weights_are_those_of_the_quantified_items() -> None:
    sample = sample_of(SERVICE, simulated())
    fits = estimate(SERVICE, sample, ones(sample), TIGHT)
    joint = quantify(sample, ones(sample), fits.layout, scheme=Scheme.FACTORIAL, tolerance=1e-12, most_rounds=2_000)
    alone = find_weights(joint.correlations, fits.layout, scheme=Scheme.FACTORIAL, tolerance=1e-13)
    assert fits.weights.weights == pytest.approx(alone.weights, abs=1e-10)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations([0.0, 1.0, 2.0, 3.0, 4.0]))
def test_names_may_be_numbered_in_any_way(seed: int, order: list[float]) -> None:
    columns = simulated(150, seed=seed)
    sample = sample_of(SERVICE, columns)
    expected = estimate(SERVICE, sample, ones(sample), TIGHT)
    renamed = {name: np.array(order)[columns[name].astype(int) - 1] for name in ("care3", "trust2")}
    other = sample_of(SERVICE, columns | renamed)
    found = estimate(SERVICE, other, ones(other), TIGHT)
    assert found.structure.paths == pytest.approx(expected.structure.paths, abs=1e-8)
    assert found.weights.weights == pytest.approx(expected.weights.weights, abs=1e-8)
    assert found.quantified is not None
    assert expected.quantified is not None
    one, two = sample.columns(expected.quantified.values), other.columns(found.quantified.values)
    assert two[0] == pytest.approx(one[0], abs=1e-7)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_ordered_categories_rise_and_only_their_order_counts(seed: int) -> None:
    columns = simulated(150, seed=seed)
    sample = sample_of(SERVICE, columns)
    counts = next(resample_counts(sample.n, 10, seed=seed))
    found = estimate(SERVICE, sample, counts, Options())
    assert found.quantified is not None
    values = found.quantified.of_categories
    place = 0
    for scale in sample.scales:
        own = values[:, place : place + len(scale.categories)]
        place += len(scale.categories)
        if scale.level is Level.ORDINAL:
            there = np.where(np.isnan(own), -np.inf, own)
            assert (np.diff(np.maximum.accumulate(there, axis=1), axis=1) >= -1e-12).all()
            assert (there >= np.maximum.accumulate(there, axis=1) - 1e-9)[np.isfinite(there)].all()
    squeezed = sample_of(SERVICE, columns | {"care1": np.log(columns["care1"]), "loyalty2": columns["loyalty2"] ** 3})
    again = estimate(SERVICE, squeezed, counts, Options())
    assert again.structure.paths == pytest.approx(found.structure.paths, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    told=st.lists(st.tuples(st.floats(-5, 5), st.integers(1, 9)), min_size=1, max_size=9),
)
def test_monotone_regression_is_that_of_pooled_blocks(told: list[tuple[float, int]]) -> None:
    means, weights = np.array([[one for one, _ in told]]), np.array([[float(held) for _, held in told]])
    assert rising(means, weights)[0] == pytest.approx(pooled(list(means[0]), list(weights[0])), abs=1e-9)
    assert (np.diff(monotone(means, weights)[0]) >= -1e-12).all()


def test_a_category_that_a_resample_lacks_says_nothing_there() -> None:
    columns = simulated(150)
    rare = np.where(np.arange(150) < 3, 9.0, columns["care3"])
    sample = sample_of(SERVICE, columns | {"care3": rare})
    made = bootstrap(SERVICE, sample, Options(), resamples=300, seed=4, keep=kept)
    place = sum(len(one.categories) for one in sample.scales[:1]) + sample.scales[1].categories.index("9")
    lacks = np.isnan(made.figures["categories"][:, place])
    counts = np.concatenate(list(resample_counts(sample.n, 300, seed=4)))
    assert (lacks == (counts[:, :3].sum(axis=1) == 0)).all()
    assert 0 < lacks.sum() < 60
    assert made.failed == 0
    assert np.isfinite(made.figures["paths"]).all()
    found = analyze(SERVICE, sample, Run(resampling=Resampling(resamples=300, seed=4)), model_text="", treatment=None)
    nine = next(one for one in found.categories if one.category == "9")
    assert (nine.absent, nine.count, nine.item) == (int(lacks.sum()), 3, "care3")
    assert [one.reason for one in found.doubts].count("few-rows-a-category") == 1


def test_each_resample_is_its_own_whatever_runs_beside_it() -> None:
    sample = sample_of(SERVICE, simulated(120))
    counts = next(resample_counts(sample.n, 12, seed=8))
    together = estimate(SERVICE, sample, counts, TIGHT).structure.paths
    alone = np.concatenate([estimate(SERVICE, sample, one[None], TIGHT).structure.paths for one in counts])
    assert together == pytest.approx(alone, abs=1e-9)


def test_weighted_rows_are_rows_that_stand_there_twice() -> None:
    columns = simulated(120)
    weights = np.where(np.arange(120) % 3 == 0, 2.0, 1.0)
    weighted = sample_of(SERVICE, columns, case_weights=weights)
    doubled = sample_of(SERVICE, {name: np.repeat(values, weights.astype(int)) for name, values in columns.items()})
    one = estimate(SERVICE, weighted, ones(weighted), TIGHT)
    two = estimate(SERVICE, doubled, ones(doubled), TIGHT)
    assert one.structure.paths == pytest.approx(two.structure.paths, abs=1e-9)


def test_mode_b_and_single_items() -> None:
    model = PathModel(
        name="b",
        constructs=(
            composite("Care", ("care1", "care2", "care3"), Mode.B, care3="nominal"),
            composite("Region", ("trust2",), trust2="nominal"),
            composite("Loyalty", ("loyalty2",), loyalty2="ordinal"),
        ),
        paths=(Claim(source="Care", target="Loyalty"), Claim(source="Region", target="Loyalty")),
    )
    sample = sample_of(model, simulated())
    fits, scores = estimate_scores(model, sample, ones(sample), TIGHT)
    assert fits.weights.converged.all()
    assert scores[0].std(axis=0, ddof=1) == pytest.approx(np.ones(3), abs=1e-9)
    # Single items of one path: nominal answers take the means of what they lead to.
    assert fits.structure.paths[0, 1, 2] > 0


def test_higher_orders_and_moderation_rest_on_the_quantified_items() -> None:
    columns = simulated()
    two_stage = PathModel(
        name="higher",
        constructs=SERVICE.constructs,
        higher_orders=(HigherOrder(name="Bond", parts=("Care", "Trust")),),
        paths=(Claim(source="Bond", target="Loyalty"),),
    )
    sample = sample_of(two_stage, columns)
    fits = estimate(two_stage, sample, ones(sample), TIGHT)
    assert fits.first is not None
    assert fits.quantified is not None
    numbers = sample.columns(fits.quantified.values)[0]
    plain = PathModel(
        name="plain",
        constructs=tuple(composite(one.name, one.items) for one in SERVICE.constructs),
        higher_orders=two_stage.higher_orders,
        paths=two_stage.paths,
    )
    metric, _ = read_answers(plain, dict(zip(plain.items, numbers.T, strict=True)))
    expected = estimate(plain, metric, np.ones((1, metric.n)), TIGHT)
    assert fits.structure.paths == pytest.approx(expected.structure.paths, abs=1e-9)
    moderated = PathModel(
        name="moderated",
        constructs=SERVICE.constructs,
        interactions=(Interaction(factors=("Care", "Trust")),),
        paths=(*SERVICE.paths, Claim(source="Care*Trust", target="Loyalty")),
    )
    sample = sample_of(moderated, columns)
    made = bootstrap(moderated, sample, Options(), resamples=40, seed=1, keep=kept)
    assert np.isfinite(made.figures["paths"]).all()


def test_the_same_seed_gives_the_same_numbers() -> None:
    sample = sample_of(SERVICE, simulated(120))
    runs = [
        bootstrap(SERVICE, sample, Options(), resamples=60, seed=9, keep=kept).figures["categories"] for _ in range(2)
    ]
    assert np.array_equal(runs[0], runs[1], equal_nan=True)


def test_a_scaled_sample_has_categories_and_no_gaps() -> None:
    rows = np.array([[0.0, 1.0], [1.0, np.nan]])
    with pytest.raises(ValueError, match="complete rows"):
        ScaledSample(rows, np.ones(2), (Scale(0, "a", Level.NOMINAL, ("x", "y")),))


def test_the_worked_table_of_the_method_page() -> None:
    for row in worked("nonmetric-items"):
        held, means = (np.array([float(one) for one in row[name].split(",")]) for name in ("rows", "means of z"))
        shares = held / held.sum()

        def told(values: Values, shares: Values = shares) -> str:
            centered = values - shares @ values
            return ", ".join(f"{one:.3f}" for one in centered / np.sqrt(shares @ centered**2))

        assert told(means) == row["nominal"]
        assert told(monotone(means[None], shares[None])[0]) == row["ordinal"]


@pytest.mark.slow
@pytest.mark.parametrize(("level", "least", "most"), [("nominal", 0.7, 1.0), ("ordinal", 0.0, 0.15)])
def test_how_often_a_path_is_found_that_is_not_there(level: str, least: float, most: float) -> None:
    """What the method page says of the level: numbers of names fit the path that is tested, ordered ones hold it."""
    items = {name: tuple(f"{name}{k}" for k in (1, 2, 3)) for name in "XZY"}
    model = PathModel(
        name="none",
        constructs=(
            composite("X", items["X"], Mode.A, **dict.fromkeys(items["X"], level)),
            *(composite(one, items[one]) for one in "ZY"),
        ),
        paths=(Claim(source="X", target="Y"), Claim(source="Z", target="Y")),
    )
    chance, found = np.random.default_rng(11), []
    for seed in range(40):
        scores = {name: chance.normal(size=200) for name in "XZ"}
        scores["Y"] = 0.5 * scores["Z"] + 0.87 * chance.normal(size=200)
        answers = {
            item: np.clip(np.round(0.8 * scores[item[0]] + 0.6 * chance.normal(size=200) + 2), 0, 4)
            for item in model.items
        }
        made = bootstrap(model, sample_of(model, answers), Options(), resamples=150, seed=seed, keep=kept)
        low, high = np.nanquantile(made.figures["paths"][:, 0], [0.025, 0.975])
        found.append(not low <= 0 <= high)
    assert least <= np.mean(found) <= most
