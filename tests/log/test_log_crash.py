"""What may happen to a writer: killed at any moment, a second writer, a full disk. Real processes, real kills."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from safar.log import Log, manifest
from safar.log.problems import ImportSettled, WriteFailed, WriterBusy
from tests.log.log_staging import NOW, attribute, held, interaction, new_log, open_log, row_id, sound, stage
from tests.log.log_worker import FACTS, SHORT

ROOT = Path(__file__).resolve().parents[2]
STEPS = [
    "identities resolved",
    "compared",
    "interactions written",
    "interactions committed",
    "identities committed",
    "manifest",
]


def _start(folder: Path, writer: str, rounds: int, stop_at: str = "never", *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.log.log_worker", str(folder), writer, str(rounds), stop_at, *more]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> int:
    """Wait; returns how many rounds were acknowledged."""
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, 9, -signal.SIGKILL), err
    return len(out.split())


def _expected(writer: str, rounds: int) -> dict[tuple[bytes, str], str | None]:
    """Identity and status of every fact after so many rounds of the worker."""
    found: dict[tuple[bytes, str], str | None] = {}
    for number in range(rounds):
        found |= {(row_id(number * 10 + k, writer), "a"): None for k in range(FACTS)}
        if number % 3 == 2:
            found[row_id(number * 10 - 10, writer), "a"] = f"round {number}"
    return found


def _check(log: Log, writer: str, acknowledged: int) -> int:
    """Every acknowledged round is there once, the next one wholly or not at all; returns how many are there."""
    facts = {identity: f["status"] for identity, f in held(log).items() if f["source"] == writer}
    for rounds in (acknowledged, acknowledged + 1):
        if facts == _expected(writer, rounds):
            return rounds
    raise AssertionError(f"{writer}: {acknowledged} rounds acknowledged, {len(facts)} facts stand there")


@pytest.mark.parametrize(
    "step",
    [step if "committed" in step else pytest.param(step, marks=pytest.mark.slow) for step in STEPS],
)
def test_death_at_a_step_leaves_what_was_acknowledged(tmp_path: Path, step: str) -> None:
    new_log(tmp_path)
    acknowledged = _finish(_start(tmp_path, "crm", 3, step))
    assert acknowledged == 2
    log = open_log(tmp_path)
    sound(log)
    assert _check(log, "crm", 2) == 2
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(500)]), now=NOW)
    assert len(held(log)) == 2 * FACTS + 1
    sound(log)
    log.compact(now=NOW)
    assert log.verify().notes == ()
    # But for the mark of this very process, nothing is left.
    assert {one.name.split("-")[0] for one in log.path.glob("tmp/*")} <= {"live"}
    assert len(list(log.path.glob("tmp/*"))) <= 1


def test_kill_at_a_random_moment(tmp_path: Path) -> None:
    _kill_rounds(tmp_path, rounds=2, seed=4)


@pytest.mark.slow
def test_kill_at_many_random_moments(tmp_path: Path) -> None:
    _kill_rounds(tmp_path, rounds=40, seed=5)


@pytest.mark.parametrize("step", ["replaced rows cleared", "manifest cleared", "table log cleared"])
def test_death_while_the_past_is_cleared_away(tmp_path: Path, step: str) -> None:
    """The worker's fifth round is one in which there is something of each kind to clear away."""
    new_log(tmp_path)
    assert _finish(_start(tmp_path, "crm", 4, "never")) == 4
    log = open_log(tmp_path, **SHORT)
    before = held(log)
    assert _finish(_start(tmp_path, "other", 5, step, "compact")) == 4
    assert {identity: fact for identity, fact in held(log).items() if fact["source"] == "crm"} == before
    assert _check(log, "other", 4) == 5
    sound(log)
    settled = log.info().undoable_from
    with pytest.raises(ImportSettled):
        log.undo(settled - 1, now=NOW)
    log.undo(9, now=NOW)
    assert _check(log, "other", 4) == 4
    log.compact(now=NOW + timedelta(days=2))
    report = log.verify()
    assert (report.problems, report.notes) == ((), ())
    assert manifest.numbers(log.path / "versions")[0] == log.head().kept_from
    assert not list((log.path / "imports" / "00000007").glob("replaced-*"))


def test_kill_at_a_random_moment_of_clearing(tmp_path: Path) -> None:
    _kill_rounds(tmp_path, "compact", rounds=2, seed=6)


@pytest.mark.slow
def test_kill_at_many_random_moments_of_clearing(tmp_path: Path) -> None:
    _kill_rounds(tmp_path, "compact", rounds=40, seed=7)


def _kill_rounds(tmp_path: Path, *more: str, rounds: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    log = new_log(tmp_path)
    for number in range(rounds):
        writer = f"w{number}"
        process = _start(tmp_path, writer, 1000, "never", *more)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        acknowledged = _finish(process) + len(first.split())
        _check(log, writer, acknowledged)
        sound(log)
    log.compact(now=NOW)
    sound(log)


def test_two_writers_at_once_wait_for_each_other(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    processes = [_start(tmp_path, name, 4) for name in ("one", "two")]
    assert [_finish(process) for process in processes] == [4, 4]
    for name in ("one", "two"):
        assert _check(log, name, 4) == 4
    assert log.head().number == 8
    sound(log)


@pytest.mark.slow
def test_writers_a_compactor_and_kills_together(tmp_path: Path) -> None:
    log = new_log(tmp_path, keep_versions_days=0, writer_wait_s=120.0)
    processes = {name: _start(tmp_path, name, 40) for name in ("one", "two", "three")}
    time.sleep(3.0)
    processes["three"].send_signal(signal.SIGKILL)
    for _ in range(5):
        log.compact(now=NOW)
        time.sleep(0.2)
    acknowledged = {name: _finish(process) for name, process in processes.items()}
    assert acknowledged["one"] == acknowledged["two"] == 40
    for name, rounds in acknowledged.items():
        _check(log, name, rounds)
    sound(log)


def test_a_writer_that_must_wait_too_long_names_the_other(tmp_path: Path) -> None:
    log = new_log(tmp_path, writer_wait_s=0.2)
    with log.connect() as con:
        staged = stage(con, interactions=[interaction(1)])

        def meanwhile(step: str) -> None:
            if step == "compared":
                with pytest.raises(WriterBusy, match=f"Process {os.getpid()} is writing"):
                    log.compact(now=NOW)

        log.commit(con, staged, now=NOW, progress=meanwhile)
    sound(log)


def test_a_killed_writer_does_not_hold_the_lock(tmp_path: Path) -> None:
    log = new_log(tmp_path, writer_wait_s=0.2)
    process = _start(tmp_path, "w", 1000)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    _finish(process)
    log.compact(now=NOW)


def test_an_error_on_the_way_changes_nothing(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
        for stop_at in STEPS:

            def stop(step: str, *, stop_at: str = stop_at) -> None:
                if step == stop_at:
                    raise KeyboardInterrupt

            staged = stage(con, interactions=[interaction(1, status="x"), interaction(2, person=stop_at, link_x="y")])
            with pytest.raises(KeyboardInterrupt):
                log.commit(con, staged, now=NOW, progress=stop)
            assert set(held(log)) == {(row_id(1), "a")}
            sound(log)
        log.commit(con, stage(con, interactions=[interaction(2)]), now=NOW)
    assert len(held(log)) == 2


def _limited(folder: Path, limit: int) -> None:
    """In a child: files may not grow past `limit` bytes, as on a disk that is full."""
    log = open_log(folder)
    con = log.connect()
    facts = [interaction(k, person=f"P{k}", prop_note=f"{k * 7919:x}" * 20) for k in range(3000)]
    staged = stage(con, interactions=facts, attributes=[attribute(k, person=f"P{k}") for k in range(3000)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        log.commit(con, staged, now=NOW)
    except WriteFailed as error:
        os.write(1, str(error).encode())
        os._exit(7)
    os._exit(0)


@pytest.mark.parametrize("limit", [*(pytest.param(n, marks=pytest.mark.slow) for n in (100, 5_000)), 700, 60_000])
def test_a_full_disk_is_a_clear_error_and_nothing_half(tmp_path: Path, limit: int) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(5000)]), now=NOW)
    before = held(log)
    script = f"import sys; sys.path[:0] = {sys.path!r}; import test_log_crash as t; from pathlib import Path; "
    script += f"t._limited(Path({str(tmp_path)!r}), {limit})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 7, done.stderr
    assert "[log.write-failed]" in done.stdout
    assert held(log) == before
    sound(log)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
    assert len(held(log)) == 2
    sound(log)


@pytest.mark.slow
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("private data: only root may mount a small disk; the file-size limit tests the same code")
    try:
        log = new_log(place)
        con = log.connect()
        failures: list[tuple[str, bool]] = []
        for number in range(40):
            facts = [interaction(number * 2000 + k, prop_note=os.urandom(40).hex()) for k in range(2000)]
            before = log.head().number
            try:
                log.commit(con, stage(con, interactions=facts), now=NOW)
            except WriteFailed as error:
                failures.append((error.message, log.head().number == before))
                if len(failures) == 3:
                    break
        assert len(failures) == 3
        assert all("The disk is full" in message and untouched for message, untouched in failures)
        assert len(held(log)) == log.head().rows["interactions"]
        sound(log)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
