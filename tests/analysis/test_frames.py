"""Frames of results have the column types of their class, whatever the rows hold."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import polars as pl

import safar.analysis
import safar.study
from safar.analysis.frames import columns, polars_frame
from safar.analysis.graph import JourneyGraph
from safar.analysis.measure import measure
from safar.analysis.measurement import Measurement
from safar.analysis.path_model.model_result import ModelResult
from safar.analysis.result import Origin, Result
from safar.analysis.variants import Variant, Variants
from tests.analysis.measured_facts import tables
from tests.analysis.test_journey_map_result import a_map

ORIGIN = Origin(log_version=1)


def measured(people: int, metric: str = "nps") -> Measurement:
    rows = [{"customer": i, "value": float(i % 11), "channel": ("web", "app")[i % 2]} for i in range(people)]
    return measure(tables(rows), metric=metric, by=["channel"], origin=ORIGIN)


def test_a_measurement_of_too_few_goes_with_one_of_many() -> None:
    many, few = measured(400), measured(2)
    assert {row["value"] for row in few.rows()} == {None}
    together = pl.concat([many.to_polars(), few.to_polars(), replace(many, cells=()).to_polars()])
    assert together.height == 4
    assert together.schema["value"] == pl.Float64
    for found in (many, few, measured(40, "experience-index")):
        assert list(found.rows()[0]) == list(found.column_types())


def test_a_map_without_answers_or_steps_goes_with_one_that_has_them() -> None:
    found = a_map()
    assert list(found.rows()[0]) == list(found.column_types())
    steps = tuple(replace(step, remaining_share=None, last_ts=None) for step in found.steps)
    parts = [found.to_polars(), replace(found, steps=steps).to_polars(), replace(found, steps=()).to_polars()]
    assert pl.concat(parts).height == 2 * len(found.rows())
    assert parts[0].schema["last_ts"] == pl.Datetime("us", "UTC")
    assert pl.Null not in parts[0].dtypes


def test_whole_numbers_and_none_are_numbers_where_the_class_says_so() -> None:
    way = Variant(path=("a",), passages=2, share=1, median_s=60)
    ways = Variants(passages=2, distinct=1, single=0, variants=(way,), origin=ORIGIN)
    assert ways.to_polars().schema == replace(ways, variants=()).to_polars().schema
    assert ways.to_polars()["share"].to_list() == [1.0]
    assert list(ways.rows()[0]) == list(ways.column_types())
    types = columns("text: a b whole: n")
    assert dict(types) == {"a": "text", "b": "text", "n": "whole"}
    frame = polars_frame([{"a": None, "n": None, "more": 1}], types)
    assert frame.schema == {"a": pl.String, "n": pl.Int64, "more": pl.Int64}


def test_every_result_of_one_table_says_its_types() -> None:
    for layer in (safar.analysis, safar.study):
        for module in pkgutil.walk_packages(layer.__path__, f"{layer.__name__}."):
            importlib.import_module(module.name)
    pending, silent = [Result], set()
    while pending:
        one = pending.pop()
        pending += one.__subclasses__()
        if one in (Result, ModelResult) or issubclass(one, ModelResult) or not one.__module__.startswith("safar."):
            continue
        if one.column_types is Result.column_types:
            silent.add(one.__name__)
    assert JourneyGraph.column_types is not Result.column_types
    assert not silent
