"""The same numbers on a Spark standalone cluster of two executors, and no fact on its way to the driver."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from safar.analysis.build_map import MapFacts, build_map
from safar.analysis.conversion import Unit, convert
from safar.analysis.filters import Filters
from safar.analysis.graph import Level, journey_graph
from safar.analysis.mapping import map_facts
from safar.analysis.moves import build_moves, build_passages, moves_at
from safar.analysis.result import Origin
from safar.analysis.tables import FactTables
from safar.analysis.variants import find_variants
from safar.domain.journey import PassageRule
from safar.settings import Settings
from tests.analysis.journey_logs import INACTIVITY, LINK, RULES, START, Event, a_journey, interactions
from tests.analysis.spark_cluster import MOST_RESULT, cluster, missing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
    # Spark and pandas warn about each other's futures; the numbers are what is tested here.
    pytest.mark.filterwarnings("ignore"),
]
AS_OF = datetime(2025, 1, 12, tzinfo=UTC)
ORIGIN = Origin(log_version=1, as_of=AS_OF)
N = 4_000


def _events() -> list[Event]:
    dice = random.Random(7)  # noqa: S311 - no secret hangs on it
    return [
        Event(
            hour=dice.randint(0, 300),
            row_no=n // 2,
            slot_no=n % 2,
            event=dice.choice(["a", "a", "b", "b", "c", "c", "d", "e", "ping", "other"]),
            customer=dice.choice([None, *range(1, 300)]),
            order=dice.choice([None, *(f"order-{k}" for k in range(400))]),
            channel=dice.choice(["web", "call", None]),
        )
        for n in range(N)
    ]


def _write(folder: Path) -> None:
    events = _events()
    pq.write_table(interactions(events).to_pyarrow(), folder / "interactions.parquet")
    dice = random.Random(8)  # noqa: S311
    said = [event for event in events if event.event in "abcd"][:800]
    n = len(said)
    text = ["It took far too long again" if dice.random() < 0.2 else None for _ in said]
    feedback: dict[str, Any] = {
        "source": ["test"] * n,
        "row_id": [e.row_id for e in said],
        "slot": [f"q{e.slot_no}" for e in said],
        "row_no": [e.row_no for e in said],
        "slot_no": pa.array([e.slot_no for e in said], pa.int16()),
        "import_no": pa.array([1] * n, pa.int32()),
        "ts": pa.array([e.ts + timedelta(hours=1) for e in said], pa.timestamp("us")),
        "customer": pa.array([e.customer for e in said], pa.int64()),
        "event": [e.event for e in said],
        "channel": pa.array([e.channel for e in said], pa.string()),
        "unit": pa.array([None] * n, pa.string()),
        "submission": [e.row_id for e in said],
        "speaker": ["customer"] * n,
        "view": ["experienced"] * n,
        "pair": pa.array([None] * n, pa.string()),
        "question": ["satisfied"] * n,
        "kind": ["csat" if words is None else "text" for words in text],
        "state": ["answered"] * n,
        "value": [None if words else float(dice.randint(1, 5)) for words in text],
        "option": pa.array([None] * n, pa.string()),
        "text": pa.array(text, pa.string()),
        "language": pa.array([None] * n, pa.string()),
        "weight": [1.0] * n,
        "scale_min": [1.0] * n,
        "scale_max": [5.0] * n,
        "scale_best": ["high"] * n,
    }
    pq.write_table(pa.table(feedback), folder / "feedback.parquet")
    pq.write_table(
        pa.table(
            {
                "subject_kind": ["customer"] * 300,
                "subject": pa.array(range(300), pa.int64()),
                "name": ["segment"] * 300,
                "value": ["home" if n % 3 else "business" for n in range(300)],
                "valid_from": pa.array([START] * 300, pa.timestamp("us")),
                "row_no": pa.array(range(300), pa.int64()),
                "slot_no": pa.array([0] * 300, pa.int16()),
            }
        ),
        folder / "attributes.parquet",
    )


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FactTables, FactTables]]:
    """The same facts on DuckDB and on the cluster."""
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    _write(folder)
    with cluster(folder) as address:
        session = (
            SparkSession.builder.master(address)
            .appName("safar-test")
            .config("spark.executor.cores", "1")
            .config("spark.executor.memory", "512m")
            .config("spark.cores.max", "2")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.maxResultSize", MOST_RESULT)
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
            .getOrCreate()
        )
        try:
            duck, spark = ibis.duckdb.connect(), ibis.pyspark.connect(session)
            yield _tables(duck, folder), _tables(spark, folder)
        finally:
            session.stop()


def _tables(backend: Any, folder: Path) -> FactTables:
    named = {
        name: backend.read_parquet(folder / f"{name}.parquet", table_name=name)
        for name in ("interactions", "feedback", "attributes")
    }
    return FactTables(**named, version=1)


def _moves(tables: FactTables, passage: PassageRule) -> ir.Table:
    journey = a_journey(passage)
    return build_moves(map_facts(tables.interactions, journey=journey, rules=RULES), journey=journey)


def _close(one: Any, two: Any) -> None:
    """Equal, but for the last digits of floating-point numbers."""
    assert len(one) == len(two)
    for left, right in zip(one, two, strict=True):
        assert left.keys() == right.keys()
        for name in left:
            if isinstance(left[name], float):
                assert right[name] == pytest.approx(left[name], rel=1e-9, abs=1e-9), name
            else:
                assert left[name] == right[name], name


def test_two_executors_and_facts_do_not_fit_through_the_driver(engines: tuple[FactTables, FactTables]) -> None:
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    _, spark = engines
    assert spark.interactions.count().to_pyarrow().as_py() == N
    status = session.sparkContext._jsc.sc().getExecutorMemoryStatus()
    assert status.size() == 3  # the driver and two executors
    with pytest.raises(Exception, match="maxResultSize"):
        spark.interactions.to_pyarrow()


@pytest.mark.parametrize("passage", [INACTIVITY, LINK], ids=["inactivity", "link"])
def test_journey_analytics_are_equal(engines: tuple[FactTables, FactTables], passage: PassageRule) -> None:
    journey = a_journey(passage)
    found = []
    for tables in engines:
        moves = moves_at(_moves(tables, passage), journey=journey, as_of=AS_OF)
        found.append(
            (
                journey_graph(moves, journey=journey, origin=ORIGIN),
                journey_graph(moves, journey=journey, origin=ORIGIN, level=Level.STEP),
                find_variants(moves, journey=journey, origin=ORIGIN, limit=10),
                convert(moves, journey=journey, stages=[("a",), ("b", "c"), ("d",)], origin=ORIGIN, window_s=86_400),
                convert(
                    moves,
                    journey=journey,
                    stages=[("a",), ("c",)],
                    origin=ORIGIN,
                    stage_windows_s=(7_200,),
                    unit=Unit.CUSTOMER,
                ),
            )
        )
    for duck, spark in zip(*found, strict=True):
        _close(duck.rows(), spark.rows())
    assert found[0][0].nodes == found[1][0].nodes
    assert replace(found[0][2], variants=()) == replace(found[1][2], variants=())


@pytest.mark.parametrize("filters", [Filters(), Filters(attributes={"segment": ("home",)})], ids=["all", "home"])
def test_the_whole_map_is_equal(engines: tuple[FactTables, FactTables], filters: Filters) -> None:
    journey = a_journey(INACTIVITY)
    duck, spark = (
        build_map(
            MapFacts(
                tables=tables,
                moves=(moves := _moves(tables, INACTIVITY)),
                passages=build_passages(moves, journey=journey, as_of=AS_OF),
            ),
            journey=journey,
            rules=RULES,
            filters=filters,
            settings=Settings(),
            origin=ORIGIN,
            as_of=AS_OF,
        )
        for tables in engines
    )
    _close(duck.rows(), spark.rows())
    assert duck.passages > 100
    assert duck.pains
    plain: dict[str, Any] = {"steps": (), "experience": None, "pains": ()}
    assert replace(duck, **plain) == replace(spark, **plain)
    assert [(p.touchpoint, p.quotes) for p in duck.pains] == [(p.touchpoint, p.quotes) for p in spark.pains]
