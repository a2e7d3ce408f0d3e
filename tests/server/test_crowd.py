"""A crowd on boards and maps of a real server: everybody gets every page, on either database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.bench_people import chooser, pages, wrong
from benchmarks.crowd import Visit, all_leave, signed_in, stampede, visiting
from benchmarks.furnishing import furnished
from benchmarks.serving import serving
from safar.usecases.demo import create_demo
from tests.postgres_cluster import postgres_cluster
from tests.web.web_cast import NOW

PEOPLE = 60
THINK_S = 5.0
SECONDS = 30.0

pytestmark = pytest.mark.slow


@contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {"SAFAR_DATABASE": ""}
        return
    with postgres_cluster() as cluster:
        yield {"SAFAR_DATABASE": cluster.new_database()}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_of_a_crowd_is_turned_away(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    create_demo(path=folder, now=NOW, facts=20_000)
    with _database(kind) as environ:
        found = furnished(folder, people=PEOPLE, environ=environ)
        with serving(folder, environ=environ) as (reader, _server):
            for path in pages(found):
                reader.until_ready(path)

            async def crowd() -> list[Visit]:
                people = await signed_in(f"http://{reader.host}:{reader.port}", found["links"])
                first = await stampede(people, pages(found)[:2])
                then = await visiting(people, chooser(found), think_s=THINK_S, seconds=SECONDS, seed=7)
                await all_leave(people)
                return [*first, *then]

            visits = asyncio.run(crowd())
    assert wrong(visits) == []
    assert {one.person for one in visits} == set(range(PEOPLE))
    assert len(visits) >= 2 * PEOPLE
    assert all(one.bytes > 1_000 for one in visits)
