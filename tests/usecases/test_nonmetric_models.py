"""Answers that are texts, from a file to every report; and whatever cannot be done with them, by name."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from openpyxl import load_workbook

import safar
from safar.cli import app
from safar.errors import SafarError
from safar.usecases.path_model_rows import columns_of
from safar.usecases.path_models import wanted_columns

MODEL = """
name = "Service"

[[constructs]]
name = "service"
items = ["region", "speed", "again"]
measured = "composite"
levels = { region = "nominal", again = "nominal", speed = ["slow", "fair", "fast"] }

[[constructs]]
name = "loyalty"
items = ["l1", "l2", "l3"]

[[paths]]
from = "service"
to = "loyalty"
hypothesis = "H1"
sign = "+"
"""
EFFECT = {"north": 0.8, "south": -0.6, "east": 0.1, "west": -0.3}


def frame(n: int = 160, *, seed: int = 3) -> pl.DataFrame:
    """Regions that differ, three speeds, and whether one would come again, as people write them down."""
    chance = np.random.default_rng(seed)
    region = chance.choice(list(EFFECT), n)
    service = np.array([EFFECT[one] for one in region]) + 0.8 * chance.normal(size=n)
    loyalty = 0.6 * service + 0.8 * chance.normal(size=n)
    speed = np.array(["slow", "fair", "fast"])[np.clip(np.round(service + 1), 0, 2).astype(int)]
    again = np.where(service + 0.7 * chance.normal(size=n) > 0, "yes", "no").astype(object)
    again[7] = None
    rated = {f"l{k}": np.clip(np.round(loyalty + 0.6 * chance.normal(size=n) + 3), 1, 5) for k in (1, 2, 3)}
    return pl.DataFrame({"region": region, "speed": speed, "again": list(again), **rated})


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return frame()


@pytest.fixture(scope="module")
def model() -> safar.PathModel:
    return safar.PathModel(MODEL)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "jsonl"])
def test_texts_of_every_kind_of_file_are_the_same(
    tmp_path: Path, rows: pl.DataFrame, model: safar.PathModel, ending: str
) -> None:
    file = tmp_path / f"answers.{ending}"
    match ending:
        case "csv":
            rows.write_csv(file)
        case "xlsx":
            rows.write_excel(file)
        case "parquet":
            rows.write_parquet(file)
        case _:
            rows.write_ndjson(file)
    expected = model.fit(rows)
    assert model.fit(file).data_digest == expected.data_digest
    assert model.fit(rows.to_pandas()).data_digest == expected.data_digest
    assert model.fit({name: rows[name].to_list() for name in rows.columns}).data_digest == expected.data_digest
    assert expected.n == len(rows) - 1


def test_numbers_are_categories_however_they_are_written() -> None:
    text = MODEL.replace('["slow", "fair", "fast"]', "[1, 2.5, 3]")
    wanted = wanted_columns(safar.PathModel(text)._saved)
    told = columns_of({"speed": [1, 2.5, "۳", " 2.50 ", None, float("nan"), -0.0]}, wanted)["speed"]
    assert list(told) == ["1", "2.5", "3", "2.5", None, None, "0"]


def test_a_result_says_what_its_categories_are_worth(rows: pl.DataFrame, model: safar.PathModel) -> None:
    result = model.bootstrap(rows, resamples=150, seed=2)
    told = {(one.item, one.category): one for one in result.categories}
    assert [one.category for one in result.categories if one.item == "speed"] == ["slow", "fair", "fast"]
    assert sum(one.count for one in result.categories if one.item == "region") == result.n
    values = {name: told["region", name].value.estimate for name in EFFECT}
    assert max(values, key=values.__getitem__) == "north"
    assert min(values, key=values.__getitem__) == "south"
    for item in ("region", "speed", "again"):
        own = [(one.value.estimate, one.count) for one in result.categories if one.item == item]
        assert sum(value * held for value, held in own) == pytest.approx(0, abs=1e-9)
        assert sum(value**2 * held for value, held in own) / result.n == pytest.approx(1, abs=1e-9)
    yes = told["again", "yes"].value
    assert yes.low is not None
    assert yes.high is not None
    assert 0 < yes.low < yes.estimate < yes.high
    [verdict] = result.verdicts
    [fitted] = [one for one in verdict.doubts if one.reason == "fitted-names"]
    assert "Nominal items (region) take numbers that fit" in fitted.says  # two categories leave nothing to fit
    assert "non-metric partial least squares" in str(result)
    part = result.to_polars("quantifications")
    assert part.columns == [
        "construct", "item", "level", "category", "count", "value", "standard_error", "low", "high", "absent",
    ]  # fmt: skip
    assert part["count"].dtype == pl.Int64
    # A sum of answers that are no numbers has no reliability.
    assert result.construct("service").alpha is None
    assert result.construct("service").omega is None
    assert result.construct("loyalty").alpha is not None


def test_every_report_has_them(tmp_path: Path, rows: pl.DataFrame, model: safar.PathModel) -> None:
    result = model.bootstrap(rows, resamples=60, seed=2)
    for ending in ("html", "tex", "md", "json", "xlsx", "toml"):
        model.write(result, tmp_path / f"report.{ending}")
    page = html.unescape((tmp_path / "report.html").read_text())
    assert "Quantifications: what the categories of items are worth" in page
    assert "Non-metric PLS (Russolillo 2012) quantified the ordinal item speed" in page
    assert "the nominal items region, again by the categories' means" in page
    assert "in each resample anew" in page
    assert "Quantifications" in (tmp_path / "report.tex").read_text()
    assert json.loads((tmp_path / "report.json").read_text())["categories"][0]["category"] == "east"
    sheet = load_workbook(tmp_path / "report.xlsx")["Quantifications"]
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any(row[:4] == ["service", "region", "nominal", "east"] and isinstance(row[5], float) for row in told)
    model.write(result, tmp_path / "fa.md", language="fa")
    persian = (tmp_path / "fa.md").read_text()
    assert "کمّی‌سازی" in persian
    assert "PLS غیرمتری" in persian
    assert not re.search("nominal|ordinal|Quantif", persian)
    again = safar.PathModel.open(tmp_path / "report.toml").bootstrap(rows)
    assert again.paths == result.paths
    assert again.other_data is None


def test_a_check_counts_categories(rows: pl.DataFrame, model: safar.PathModel) -> None:
    found = model.check(rows)
    assert found.ready
    again = next(one for one in found.items if one.item == "again")
    assert (again.answers, again.missing, again.distinct, again.mean) == (len(rows) - 1, 1, 2, None)
    assert "region (nominal)" in repr(model)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"speed": ["odd"]}, "path-model.unknown-category", "holds the answer 'odd', which its order does not name"),
        ({"region": ["north"]}, "path-model.item-constant", "is the same in every row"),
        ({"region": [f"r{k}" for k in range(160)]}, "path-model.too-many-codes", "160 different answers; at most 100"),
    ],
)
def test_answers_that_cannot_be(
    rows: pl.DataFrame, model: safar.PathModel, change: dict[str, list[str]], code: str, says: str
) -> None:
    told = {name: (values * 160)[:160] if len(values) < 160 else values for name, values in change.items()}
    broken = rows.with_columns(**{name: pl.Series(values) for name, values in told.items()})
    broken = broken.with_columns(again=pl.Series(["yes", "no"] * 80))
    with pytest.raises(SafarError) as found:
        model.fit(broken)
    assert found.value.code == code
    assert says in found.value.message


def test_an_ordinal_text_needs_its_order(rows: pl.DataFrame) -> None:
    with pytest.raises(SafarError) as found:
        safar.PathModel(MODEL.replace('["slow", "fair", "fast"]', '"ordinal"')).fit(rows)
    assert found.value.code == "path-model.no-order"
    assert "'fair' stands" in found.value.message


def test_mode_b_needs_rows_for_its_categories(rows: pl.DataFrame) -> None:
    text = MODEL.replace('measured = "composite"', 'measured = "composite"\nmode = "B"')
    assert safar.PathModel(text).fit(rows).construct("service").mode == "B"
    with pytest.raises(SafarError) as found:
        safar.PathModel(text).fit(rows.head(25))
    assert found.value.code == "path-model.too-many-categories"
    assert "6 numbers for the categories of region, speed, again from 24 rows; 30 are needed" in found.value.message


def test_what_needs_numbers_is_refused_by_name(rows: pl.DataFrame, model: safar.PathModel) -> None:
    factor = safar.PathModel(MODEL.replace('measured = "composite"\n', ""))
    grouped = rows.with_columns(group=pl.Series(["a", "b"] * 80))
    asked: dict[str, Callable[[], object]] = {
        "corrected": lambda: factor.fit(rows, consistent=True),
        "polychoric": lambda: model.fit(rows, ordered=True),
        "gap": lambda: model.fit(rows, missing="nipals"),
        "mean": lambda: model.fit(rows, missing="mean"),
        "Exact fit": lambda: model.fit(rows, exact_fit=True),
        "Endogeneity": lambda: model.fit(rows, copula=True),
        "Prediction": lambda: model.predict(rows),
        "Comparing groups": lambda: model.groups(grouped, "group"),
        "Finding segments": lambda: model.segments(rows),
        "The importance-performance map": lambda: model.importance(rows),
        "Screening": lambda: model.screen(rows),
        "Simulated power": lambda: model.sample(0.2, rows=[100]),
    }
    for word, call in asked.items():
        with pytest.raises(SafarError) as found:
            call()
        assert found.value.code == "path-model.levels", word
        assert word in found.value.message
        assert "Item region" in found.value.message or "item region" in found.value.message


def test_a_composite_may_stand_beside_corrected_factors(rows: pl.DataFrame, model: safar.PathModel) -> None:
    result = model.fit(rows, consistent=True)
    assert abs(result.path("service", "loyalty").figure.estimate) > abs(
        model.fit(rows).path("service", "loyalty").figure.estimate
    )


def test_ordinal_items_may_be_ordered_codes(rows: pl.DataFrame) -> None:
    """Polychoric correlations and consistent estimates: the level is said once, and heeded there too."""
    text = MODEL.replace('region = "nominal", again = "nominal", ', "").replace(
        'items = ["region", "speed", "again"]', 'items = ["speed", "s2"]'
    ).replace('"composite"', '"factor"')  # fmt: skip
    noise = pl.Series(np.random.default_rng(1).integers(0, 2, len(rows)))
    both = rows.with_columns(s2=pl.col("l1") + noise)
    codes = both.with_columns(speed=pl.col("speed").replace_strict({"slow": 1.0, "fair": 2.0, "fast": 3.0}))
    model = safar.PathModel(text)
    plain = safar.PathModel(text.replace('levels = { speed = ["slow", "fair", "fast"] }\n', ""))
    told = model.fit(both, ordered=True, consistent=True)
    assert told.paths == plain.fit(codes, ordered=True, consistent=True).paths
    assert told.categories == ()


def test_the_command_prints_them(tmp_path: Path, rows: pl.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.toml").write_text(MODEL)
    rows.write_csv(tmp_path / "answers.csv")
    asked = ["model", "fit", str(tmp_path / "model.toml"), "--data", str(tmp_path / "answers.csv")]
    app(asked, standalone_mode=False)
    assert re.search(r"service\s+region\s+nominal\s+north\s+\d+\s+1\.\d+", capsys.readouterr().out)
    app([*asked, "--csv", "--table", "quantifications"], standalone_mode=False)
    table = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["category"] for row in table][:4] == ["east", "north", "south", "west"]
