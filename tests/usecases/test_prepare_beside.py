"""Answers and contacts beside moves: kept up to date whatever happens to the log, and the same map with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safar.analysis.build_map import MapFacts, build_map
from safar.analysis.filters import Filters
from safar.analysis.result import Origin
from safar.log.prepared import PreparedFiles
from safar.settings import Settings
from safar.usecases.prepare import Upkeep, prepared_tables, refresh
from tests.usecases.prepared_log import NOW, SETTINGS, a_key, commit, fact, new_log, row_id

PATIENT = Upkeep(rebuild_share=100.0)
WAIT = SETTINGS.writer_wait_s


def answer(key: int, hour: int, event: str, person: str | None, value: float) -> dict[str, Any]:
    told = dict(fact(key, hour, event, person))
    told |= {"kind": "rating", "question": f"q_{event}", "value": value, "scale_min": 1.0, "scale_max": 5.0}
    return (
        told
        | {"scale_best": "high", "state": "answered", "speaker": "customer", "view": "experienced"}
        | {
            "submission": row_id(key),
            "weight": 1.0,
        }
    )


def test_answers_and_other_contacts_follow_the_log(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    people = ["ann", "bob", None, "cy"]
    contacts = [fact(i, i, ["a", "b", "noise", "d", "unknown"][i % 5], people[i % 4]) for i in range(40)]
    given = [answer(100 + i, i, "abcde"[i % 5], people[i % 4], 1 + i % 5) for i in range(40)]
    changes: list[tuple[list[Any], list[Any], list[int]]] = [
        (contacts, given, []),
        ([fact(50, 60, "noise", "di")], [answer(200, 61, "a", "ann", 5)], []),  # only arrived
        ([fact(51, 62, "a", "ann")], [answer(201, 63, "noise", "bob", 2)], []),  # only arrived, once more
        ([], [answer(101, 1, "a", "bob", 5)], [101]),  # an answer corrected
        ([fact(52, 64, "unknown", "bob")], [], []),  # arrived after a correction
        ([], [], [102, 50]),  # removed
    ]
    anew = []
    for number, (came, said, rows) in enumerate(changes):
        commit(log, came, feedback=said, rows=[*rows] or None)
        anew.append(refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=PATIENT).anew)
        found = []
        for folder in (tmp_path / "kept", tmp_path / f"fresh-{number}"):
            with prepared_tables(log, folder, key=key, wait_s=WAIT) as held:
                found.append(
                    [
                        held.answers.order_by("row_no").to_pyarrow().to_pylist(),
                        held.rest.order_by("ts", "event").to_pyarrow().to_pylist(),
                    ]
                )
                maps = (
                    []
                    if "fresh" in folder.name or number not in (2, 4)
                    else [
                        build_map(
                            MapFacts(
                                tables=held.tables,
                                moves=held.moves,
                                passages=held.passages(NOW),
                                answers=held.answers if beside else None,
                                rest=held.rest if beside else None,
                            ),
                            journey=key.journey,
                            rules=key.rules,
                            filters=filters,
                            settings=Settings(too_few=1),
                            origin=Origin(log_version=held.version),
                            as_of=NOW,
                        )
                        for filters in (Filters(), Filters(channels=("web",), steps=("s0",)))
                        for beside in (True, False)
                    ]
                )
            assert maps[::2] == maps[1::2]
        assert found[0] == found[1]
    assert anew[1:] == [False, False, True, True, True]
    head = PreparedFiles(tmp_path / "kept" / key.folder_name, WAIT).head()
    assert head is not None
    assert head.overlay is not None
