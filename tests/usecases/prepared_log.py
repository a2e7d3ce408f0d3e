"""A small log that is written to again and again: what tests of prepared tables share."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from safar.domain.journey import Journey, OutputWays, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet
from safar.log import Log, StagedImport, arrow_schema, staged_columns
from safar.settings import Settings
from safar.usecases.prepare import PreparedKey

NOW = datetime(2026, 5, 1, tzinfo=UTC)
START = datetime(2026, 1, 1)  # noqa: DTZ001 - tables hold UTC without a marker
SETTINGS = Settings(writer_wait_s=20.0, memory_limit_mb=512)
PLACES = {"a": "s0", "b": "s0", "c": "s1", "d": "s2"}
_names = itertools.count()


def a_key(passage: PassageRule | None = None) -> PreparedKey:
    """A journey of three steps by inactivity of ten hours, unless told otherwise."""
    label = Label({"en": "Test"})
    journey = Journey(
        id="test",
        label=label,
        steps=tuple(Step(id=name, label=label) for name in ("s0", "s1", "s2")),
        touchpoints=tuple(Touchpoint(id=name, step=step, label=label) for name, step in PLACES.items()),
        passage=passage or PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=36_000),
        horizon_s=72_000,
        output=OutputWays(step="s2", repeat=("a",), complaint=("c",), recovery=("b",), window_s=36_000),
    )
    rules = RuleSet(
        journey="test",
        rules=(
            Rule(match={"event": ("noise",)}, touchpoint=None, reason="noise"),
            *(Rule(match={"event": (name, f"{name}_*")}, touchpoint=name) for name in PLACES),
        ),
    )
    return PreparedKey(
        journey=journey, rules=rules, journey_hash="1" * 64, rules_hash=passage.kind * 64 if passage else "2" * 64
    )


def new_log(path: Path) -> Log:
    return Log.create(path, settings=SETTINGS, salt=b"0" * 16, now=NOW)


def row_id(key: int) -> bytes:
    return hashlib.md5(f"crm\x1f{key}".encode(), usedforsecurity=False).digest()[:12]


def fact(
    key: int, hour: int, event: str, person: str | None, order: str | None = None, **more: Any
) -> Mapping[str, Any]:
    """One contact of row `key`."""
    return {
        "source": "crm",
        "row_id": row_id(key),
        "slot": "a",
        "row_no": key,
        "slot_no": 0,
        "ts": START + timedelta(hours=hour),
        "utc_offset_min": 0,
        "customer_ns": None if person is None else "crm",
        "customer_ext": person,
        "event": event,
        "channel": "web",
        "kind": "contact",
        "link_order": order,
        **more,
    }


def commit(
    log: Log,
    facts: Sequence[Mapping[str, Any]],
    *,
    rows: Iterable[int] | None = None,
    feedback: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Commit facts; `rows`: rows of the source that were read, so that facts they no longer give go away."""
    with log.connect() as con:
        named: dict[str, Any] = {"interactions": _table(con, "interactions", facts)}
        if feedback is not None:
            named["feedback"] = _table(con, "feedback", feedback)
        if rows is not None:
            name = f"staged_{next(_names)}"
            con.register("incoming", pa.table({"row_id": pa.array([row_id(key) for key in rows], pa.binary())}))
            con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
            named["rows"] = name
        log.commit(con, StagedImport(source="crm", **named), now=NOW)


def _table(con: duckdb.DuckDBPyConnection, table: str, facts: Sequence[Mapping[str, Any]]) -> str:
    extras = {name for one in facts for name in one if name.startswith(("link_", "prop_"))}
    schema = arrow_schema(staged_columns(table, extras))
    name = f"staged_{next(_names)}"
    con.register(
        "incoming", pa.Table.from_pylist([{n: one.get(n) for n in schema.names} for one in facts], schema=schema)
    )
    con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
    con.unregister("incoming")
    return name
