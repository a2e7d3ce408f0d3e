"""The same measurements on Spark and on DuckDB: every figure and every count equal."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import ibis
import pyarrow.parquet as pq
import pytest

from safar.analysis.filters import Filters
from safar.analysis.measure import measure
from safar.analysis.tables import FactTables
from safar.domain.fact import ATTRIBUTES, FEEDBACK, INTERACTIONS
from safar.settings import Settings
from tests.analysis.measured_facts import START, arrow, attribute_rows, days, feedback_rows, tables

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def facts() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Answers of known and unknown people with gaps in every column, and a changing attribute."""
    random = Random(11)  # noqa: S311
    answers: list[dict[str, Any]] = [
        {
            "customer": random.choice([None, *range(60)]), "value": float(random.choice([10, 10, 9, 8, 7, 5, 2])),
            "channel": random.choice(["web", "app", None]), "ts": START + days(random.random() * 90),
            "weight": random.choice([1.0, 2.0]), "state": random.choice(["answered"] * 9 + ["blank"]),
        }
        for _ in range(300)
    ]  # fmt: skip
    csat = {"kind": "csat", "question": "satisfied", "scale_min": 1.0, "scale_max": 5.0}
    answers += [{**csat, "customer": i, "value": float(random.randint(1, 5))} for i in range(40)]
    choice = {"kind": "choice", "question": "why", "value": None, "scale_min": None, "scale_max": None}
    answers += [
        {
            **choice, "option": option, "submission": f"why{i}", "customer": i % 45 or None, "slot": option,
            "channel": ("web", "app", None)[i % 3], "weight": 1.0 + i % 2,
        }
        for i in range(60)
        for option in random.sample(["price", "staff", "wait"], random.randint(1, 3))
    ]  # fmt: skip
    known = [
        {
            "subject": random.randrange(60), "name": "segment", "value": random.choice(["a", "b", None]),
            "valid_from": START + days(random.random() * 60),
        }
        for _ in range(90)
    ]  # fmt: skip
    return answers, known


@pytest.fixture(scope="module")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactTables]:
    pyspark = pytest.importorskip("pyspark.sql", reason="needs PySpark: `uv pip install safar[spark]`")
    if shutil.which("java") is None:
        pytest.skip("needs Java: `apt-get install default-jre-headless`")
    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1", "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }  # fmt: skip
    builder = pyspark.SparkSession.builder.master("local[2]").appName("safar-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        # What Spark's own modules deprecate is theirs to mend.
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
        connection = ibis.pyspark.connect(session)
        yield FactTables(**_read(connection, folder), version=1)
        session.stop()


def _read(connection: Any, folder: Path) -> dict[str, Any]:
    answers, known = facts()
    parts = {
        "interactions": arrow(INTERACTIONS, []),
        "feedback": arrow(FEEDBACK, feedback_rows(answers)),
        "attributes": arrow(ATTRIBUTES, attribute_rows(known)),
    }
    for name, table in parts.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: connection.read_parquet(str(folder / f"{name}.parquet"), table_name=name) for name in parts}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "options",
    [
        {"metric": "nps", "by": ["segment", "month"], "repeats": "all", "settings": Settings(time_zone="Asia/Tehran")},
        {"metric": "experience_index", "by": ["channel"], "filters": Filters(attributes={"segment": ("a", "")})},
        {
            "metric": "nps",
            "by": ["channel", "month"],
            "calendar": "jalali",
            "settings": Settings(time_zone="Asia/Tehran"),
        },
        {"metric": "share", "by": ["channel"], "repeats": "all"},
        {"metric": "share", "by": ["answer:why=wait", "segment"], "base": "all", "repeats": "latest"},
    ],
    ids=lambda options: str(options["metric"]),
)
def test_spark_equals_duckdb(on_spark: FactTables, options: dict[str, Any]) -> None:
    one, other = measure(tables(*facts()), **options), measure(on_spark, **options)
    assert one.balance == other.balance
    assert len(one.rows()) == len(other.rows()) >= 3
    for a, b in zip(one.rows(), other.rows(), strict=True):
        for name, value in a.items():
            assert b[name] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), name
