"""The simulated company, staged once: 300,000 facts with every event decided by the published rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from safar.datasets import telecom
from safar.files.rules import read_rules

FACTS = 300_000


@dataclass(frozen=True)
class Company:
    """A connection with the staged tables, `decided` (event, channel, kind → touchpoint, step) and the truth."""

    con: duckdb.DuckDBPyConnection
    truth: telecom.Truth
    staged: telecom.Staged

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(query).fetchall()

    def columns(self, query: str) -> dict[str, npt.NDArray[np.float64]]:
        """A query's numeric columns; NaN where empty."""
        found = self.con.execute(query).fetchnumpy()
        return {name: np.ma.filled(np.ma.asarray(values, np.float64), np.nan) for name, values in found.items()}

    def one(self, query: str) -> float:
        """One number."""
        return float(self.rows(query)[0][0])

    def none(self, condition: str) -> bool:
        """Whether no row satisfies `<table> WHERE …`."""
        return self.one(f"SELECT count(*) FROM {condition}") == 0

    def day(self, number: int) -> str:
        """The UTC moment at which a day of the truth begins, as a literal."""
        return f"TIMESTAMPTZ '{telecom.START} 00:00:00+03:30' + INTERVAL {number} DAY"


@cache
def staged_company() -> Company:
    """The company, made once a test run; tests only read it."""
    con = duckdb.connect(config={"threads": 2})
    con.execute("SET TimeZone = 'UTC'")
    staged = telecom.stage(con, facts=FACTS)
    truth, rules = telecom.read_truth(), read_rules(telecom.rules_text())
    con.execute(
        "CREATE TEMP TABLE decided (event TEXT, channel TEXT, kind TEXT, touchpoint TEXT, step TEXT, mapped TEXT)"
    )
    for event, channel, kind in con.execute("SELECT DISTINCT event, channel, kind FROM interactions").fetchall():
        rule = rules.decide({"event": event, "channel": channel, "kind": kind, "source": staged.source})
        touchpoint = None if rule is None else rule.touchpoint
        step = None if touchpoint is None else truth.table["touchpoints"][touchpoint]["step"]
        mapped = "unmapped" if rule is None else "ignored" if touchpoint is None else "mapped"
        con.execute("INSERT INTO decided VALUES (?, ?, ?, ?, ?, ?)", [event, channel, kind, touchpoint, step, mapped])
    con.execute(
        "CREATE TEMP VIEW contacts AS SELECT i.*, d.touchpoint, d.step, d.mapped "
        "FROM interactions i JOIN decided d USING (event, channel, kind)"
    )
    return Company(con, truth, staged)
