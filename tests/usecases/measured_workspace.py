"""A small workspace with answers, an attribute, a journey and rules, for tests of measuring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from safar.log import StagedImport, arrow_schema, staged_columns
from safar.usecases.library import LibraryWorkspace as Workspace

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
JOURNEY = """
id = "shop"
label = "Shop"
horizon_days = 30

[passage]
kind = "inactivity"
inactivity_days = 7

[[steps]]
id = "look"
label = "Look"

[[steps]]
id = "buy"
label = "Buy"

[[touchpoints]]
id = "site"
step = "look"
label = "Site"

[[touchpoints]]
id = "till"
step = "buy"
label = "Till"
"""
RULES = """
journey = "shop"

[[rule]]
match = { event = "visit*" }
touchpoint = "site"

[[rule]]
match = { event = "paid" }
touchpoint = "till"
"""


def measured_workspace(path: Path, *, simulated: bool = False, with_rules: bool = True, people: int = 60) -> Workspace:
    """Sixty answers of so many customers, each in segment home or business; event `visit`, `paid` or `odd`."""
    workspace = Workspace.create(
        path, name="Shop", now=NOW, simulated=simulated, settings={"time_zone": "Europe/Berlin", "memory_limit_mb": 512}
    )
    if with_rules:
        workspace.publish_journey(JOURNEY, now=NOW)
        workspace.publish_rules(RULES, now=NOW)
    answers, known = [], []
    for i in range(60):
        fact: dict[str, Any] = {"source": "survey", "row_id": bytes([i] * 12), "slot_no": 0, "row_no": i}
        answers.append(
            fact
            | {
                "slot": "q", "ts": START + timedelta(days=i), "utc_offset_min": 0, "customer_ns": "crm",
                "customer_ext": f"c{i % people}", "event": ("visit", "paid", "odd")[i % 3],
                "channel": ("web", "app")[i % 2],
                "submission": bytes([i] * 12), "speaker": "customer", "view": "experienced", "question": "recommend",
                "kind": "nps", "state": "answered", "value": float(10 - i % 5), "weight": 1.0, "scale_min": 0.0,
                "scale_max": 10.0, "scale_best": "high",
            }
        )  # fmt: skip
        known.append(
            fact
            | {
                "slot": "s", "subject_kind": "customer", "subject_ns": "crm", "subject_ext": f"c{i}",
                "name": "segment", "value": "home" if i < 40 else "business", "valid_from": START - timedelta(days=1),
            }
        )  # fmt: skip
    con = workspace.log.connect()
    for table, rows in (("feedback", answers), ("attributes", known)):
        schema = arrow_schema(staged_columns(table, set()))
        staged = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
        con.register(f"arrow_{table}", staged)
        con.execute(f"CREATE TEMP TABLE staged_{table} AS SELECT * FROM arrow_{table}")
    staged_import = StagedImport(source="survey", feedback="staged_feedback", attributes="staged_attributes")
    workspace.log.commit(con, staged_import, now=NOW)
    con.close()
    return workspace
