"""An event log of exactly N moves, made up by SQL: for the comparison with a process-mining library.

Cases of 3 to 17 events over 30 touchpoints in nine steps. Cases follow one of 400 paths, frequent ones more often;
one case in five leaves its path at one place. Times within a case differ, so that order never hangs on ties.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.frame import OUT
from benchmarks.workspaces import NOW
from safar.log import StagedImport
from safar.usecases.workspace import Workspace

TOUCHPOINTS = 30
STEPS = 9

_STAGED = """
CREATE TEMP TABLE staged AS
WITH cases AS (
    SELECT c, 3 + (hash(c, {seed}, 1) % 15)::INTEGER AS n,
           floor(400 * pow((hash(c, {seed}, 2) % 1000003) / 1000003.0, 3))::BIGINT AS path,
           CASE WHEN hash(c, {seed}, 3) % 5 = 0 THEN (hash(c, {seed}, 4) % 17)::INTEGER ELSE -1 END AS off
    FROM range({cases}) t(c)
), events AS (
    SELECT c, path, off, unnest(range(n)) AS i FROM cases LIMIT {events}
)
SELECT 'events' AS source, unhex(left(md5(c || '.' || i), 24)) AS row_id, 'event' AS slot,
       c * 20 + i AS row_no, 0::SMALLINT AS slot_no,
       TIMESTAMP '2024-01-01' + to_microseconds((hash(c, {seed}, 5) % 31536000000000)::BIGINT
           + i * 86400000000 + (hash(c, i, {seed}) % 80000000000)::BIGINT) AS ts,
       0::SMALLINT AS utc_offset_min, 'made-up' AS customer_ns, (c // 2)::VARCHAR AS customer_ext,
       't' || lpad((least(29, greatest(0, CASE WHEN i = off THEN hash(c, 6) % 30
           ELSE i * 2 + hash(path, i, {seed}) % 5 - 1 END::INTEGER)))::VARCHAR, 2, '0') AS event,
       ['web', 'app', 'call', 'branch'][1 + (hash(c, i, 7) % 4)::INTEGER] AS channel, NULL::VARCHAR AS unit,
       'contact' AS kind, 'customer' AS actor, NULL::VARCHAR AS status, NULL::DOUBLE AS duration_s,
       NULL::DECIMAL(18, 4) AS amount, NULL::VARCHAR AS currency, 'c' || c AS link_case
FROM events
"""


def staged_events(events: int, *, seed: int) -> Path:
    """Folder of the workspace with exactly `events` interactions, and `events.parquet` in it for the peer."""
    folder = OUT / "events" / f"{events}-{seed}"
    if folder.exists():
        return folder
    part = folder.with_name(folder.name + ".part")
    if part.exists():
        shutil.rmtree(part)
    part.parent.mkdir(parents=True, exist_ok=True)
    print(f"making {events:,} events up, once …", flush=True)
    workspace = Workspace.create(part, name="Events (simulated)", now=NOW, simulated=True)
    workspace.publish_journey(_journey(), now=NOW)
    workspace.publish_rules(_rules(), now=NOW)
    with workspace.log.connect() as con:
        con.execute(_STAGED.format(seed=seed, cases=events // 8, events=events))
        workspace.log.commit(con, StagedImport(source="events", interactions="staged"), now=NOW)
        con.execute(
            'COPY (SELECT link_case AS "case:concept:name", event AS "concept:name", '
            f"ts AS \"time:timestamp\" FROM staged ORDER BY ts) TO '{part}/events.parquet' (FORMAT parquet)"
        )
    part.rename(folder)
    return folder


def _journey() -> str:
    steps = "".join(f'[[steps]]\nid = "s{i}"\nlabel = "Step {i}"\n' for i in range(STEPS))
    touchpoints = "".join(
        f'[[touchpoints]]\nid = "t{i:02}"\nstep = "s{i * STEPS // TOUCHPOINTS}"\nlabel = "Touchpoint {i}"\n'
        for i in range(TOUCHPOINTS)
    )
    head = 'id = "events"\nlabel = "Events"\nframework = "stepwise"\nhorizon_days = 60\n'
    return f'{head}[passage]\nkind = "link"\nlink = "case"\n{steps}{touchpoints}'


def _rules() -> str:
    each = "".join(f'[[rule]]\nmatch = {{ event = "t{i:02}" }}\ntouchpoint = "t{i:02}"\n' for i in range(TOUCHPOINTS))
    return f'journey = "events"\n{each}'
