"""Five hundred people at once on boards and maps: the real server, its database, and the crowd on one machine.

Each has an account, a session of their own by a one-time address, and one connection. First all of them open a page in
the same moment (*stampede*), then each opens one about every ten seconds (*think time*, from 5 to 15 s): the board of
the team, the map, the map under a filter that others use too, steps, touchpoints, a measure, the inventory. Loopback
only; the whole run ends by itself in under three minutes. What limits it is read from the system: CPU-seconds of the
server, of the database and of the crowd itself, and how long the database waited for locks.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.crowd import Visit, all_leave, signed_in, stampede, visiting
from benchmarks.frame import Target, peak_mb, report
from benchmarks.furnishing import furnished
from benchmarks.serving import copied, family, quantile, serving
from benchmarks.workspaces import opened, staged
from safar.usecases.journey_map import prepare
from tests.postgres_cluster import postgres_cluster

PEOPLE = (60, 500)
SECONDS = 45.0
THINK_S = 10.0
FACTS = 1_000_000
_TICKS = os.sysconf("SC_CLK_TCK")
TARGETS = (
    Target("errors", "answers that were no page", most=0.0),
    Target("p95_s", "a page about every ten seconds each: p95 of waiting, s", most=1.0),
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure crowds of both sizes on one workspace: the largest asked for that is not above a million facts."""
    facts = max((size for size in sizes if size <= FACTS), default=min(sizes))
    rows: list[dict[str, Any]] = []
    details: dict[str, Any] = {}
    for people in PEOPLE:
        row, details = _measured(facts, people, seed=seed)
        rows.append(row)
    peer = f"none: seconds that people wait; {facts:,} facts, PostgreSQL without sync to disk"
    report("people", rows, x="people", targets=TARGETS, peer=peer, details=details)


def _measured(facts: int, people: int, *, seed: int) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    folder = copied(staged(facts, seed=seed), name="crowd")
    try:
        prepare(opened(folder))
        with postgres_cluster() as cluster:
            environ = {"SAFAR_DATABASE": cluster.new_database()}
            found = furnished(folder, people=people, environ=environ)
            with serving(folder, environ=environ) as (reader, server):
                for path in pages(found):
                    reader.until_ready(path)
                postmaster = int((cluster.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
                with watched(server, postmaster, environ["SAFAR_DATABASE"]) as cost:
                    base = f"http://{reader.host}:{reader.port}"
                    began = time.perf_counter()
                    first, then, signing_s = asyncio.run(_crowd(base, found, seed=seed))
                    wall = time.perf_counter() - began
                peak = sum(map(peak_mb, family(server)))
    finally:
        shutil.rmtree(folder)
    row = {"people": people} | summary(first, then) | {"sign_in_s": signing_s, "peak_mb": peak}
    row |= {
        "server_cores": cost.server_s / wall,
        "database_cores": cost.database_s / wall,
        "crowd_cores": cost.crowd_s / wall,
        "lock_waits": cost.waits,
        "connections": cost.connections,
        "load": os.getloadavg()[0],
    }
    return row, {f"{people} people, by page": by_page(then)}


def pages(found: dict[str, Any]) -> list[str]:
    """What people look at: each is asked for once before the crowd comes, as on any morning."""
    board = f"/boards/{found['board']}/"
    rest = ["/journey/", "/journey/?channel=app", "/measure/?metric=nps&by=step", "/touchpoints/", "/boards/"]
    steps = [f"/journey/steps/{step}/" for step in found["steps"][:4]]
    return [board, *rest, *steps, *(f"/journey/touchpoints/{one}/" for one in ("bill", "delivery", "support_call"))]


def chooser(found: dict[str, Any]) -> Callable[[random.Random], str]:
    """Boards and maps above all."""
    board, journey, *others = pages(found)

    def choose(chance: random.Random) -> str:
        kind = chance.random()
        return board if kind < 0.35 else journey if kind < 0.7 else chance.choice(others)

    return choose


async def _crowd(base: str, found: dict[str, Any], *, seed: int) -> tuple[list[Visit], list[Visit], float]:
    began = time.perf_counter()
    crowd = await signed_in(base, found["links"])
    signing_s = time.perf_counter() - began
    first = await stampede(crowd, pages(found)[:2])
    then = await visiting(crowd, chooser(found), think_s=THINK_S, seconds=SECONDS, seed=seed)
    await all_leave(crowd)
    return first, then, signing_s


def summary(first: Sequence[Visit], then: Sequence[Visit]) -> dict[str, Any]:
    """What the crowd met. An answer that is no page (any status but 200) is an error."""
    seconds = [one.seconds for one in then]
    span = max(one.at + one.seconds for one in then) - min(one.at for one in then)
    return {
        "errors": len(wrong([*first, *then])),
        "visits": len(then),
        "pages_a_s": len(then) / span,
        "p50_s": quantile(seconds, 0.5),
        "p95_s": quantile(seconds, 0.95),
        "worst_s": max(seconds),
        "stampede_p50_s": quantile([one.seconds for one in first], 0.5),
        "stampede_p95_s": quantile([one.seconds for one in first], 0.95),
    }


def wrong(visits: Sequence[Visit]) -> list[Visit]:
    """Answers that were no page."""
    return [one for one in visits if one.error or one.status != 200]


def by_page(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    """The waiting by kind of page, slowest first."""
    kinds: dict[str, list[Visit]] = {}
    for one in visits:
        parts = one.path.split("?")[0].split("/")
        name = "/".join(parts[1:3]) if parts[1] == "journey" else parts[1] + ("/…" if len(parts) > 3 else "")
        kinds.setdefault(name.strip("/") + (", filtered" if "channel" in one.path else ""), []).append(one)
    rows = [
        {
            "page": name,
            "visits": len(found),
            "p50_s": quantile([one.seconds for one in found], 0.5),
            "p95_s": quantile([one.seconds for one in found], 0.95),
            "kb": max(one.bytes for one in found) / 1000,
        }
        for name, found in kinds.items()
    ]
    return sorted(rows, key=lambda row: -float(str(row["p95_s"])))


@dataclass
class Costs:
    """CPU-seconds of each; waits: how often a connection of the database was seen waiting for a lock."""

    server_s: float = 0.0
    database_s: float = 0.0
    crowd_s: float = 0.0
    waits: int = 0
    connections: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


@contextmanager
def watched(server: int, postmaster: int, database: str) -> Iterator[Costs]:
    """What the block cost, and what the database's connections waited for, looked at twice a second."""
    import psycopg

    found, over = Costs(), threading.Event()
    before = [_cpu_s(server), _cpu_s(postmaster), time.process_time()]

    def look() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            while not over.wait(0.5):
                rows = connection.execute(
                    "SELECT wait_event_type, state FROM pg_stat_activity WHERE application_name = 'safar'"
                ).fetchall()
                found.connections = max(found.connections, len(rows))
                found.waits += sum(kind == "Lock" for kind, _ in rows)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()
        after = [_cpu_s(server), _cpu_s(postmaster), time.process_time()]
        found.server_s, found.database_s, found.crowd_s = (b - a for a, b in zip(before, after, strict=True))


def _cpu_s(process: int) -> float:
    """CPU-seconds of a process and of all below it, those that ended included."""
    ticks = 0
    for one in family(process):
        try:
            stat = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        ticks += int(stat[11]) + int(stat[12]) + (int(stat[13]) + int(stat[14]) if one == process else 0)
    return ticks / _TICKS
