"""A process beside the pages that counts for them (see docs/decisions/0020-counting.md).

It has an interpreter of its own, so that no page waits for it, and gives way to the pages where cores are few. Tasks
go to it over pipes, one at a time on each; results come back, and stand in the workspace's folder for everybody. It
holds nothing that must be kept: to stop it is to end it.
"""

from __future__ import annotations

import copyreg
import logging
import logging.config
import multiprocessing
import os
import pickle
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import MappingProxyType
from typing import Any

from safar.errors import Conflict
from safar.server.interpreter import share_interpreter
from safar.server.log_lines import log_settings, tell_everything
from safar.server.stopping import leave_interrupts_to_parent, leave_with

LANES = 16
"""How many tasks are counted at the same time. The pages' own lines let fewer go on, as a rule."""
GIVES_WAY = 3
"""How much nicer it is than the pages."""
_LEAST_LIFE_S = 10.0
"""A process that ends sooner after its start is not replaced before that."""
_END_S = 5.0
_MOMENT_S = 0.3
_log = logging.getLogger("safar.server")


class CountingEnded(Conflict):
    """The process that counts for the pages ended twice over a task, or the server is stopping."""

    code = "server.counting-ended"
    next_step = "Ask again; if it comes back, look in the server's log, and give the machine more memory."


def _frozen(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _plain(values: MappingProxyType[Any, Any]) -> tuple[Callable[..., MappingProxyType[Any, Any]], tuple[Any, ...]]:
    return _frozen, (dict(values),)


# What is frozen travels as well.
copyreg.pickle(MappingProxyType, _plain)


@dataclass
class _Child:
    """One process and the pipes that nobody uses just now."""

    process: BaseProcess
    free: list[Connection]
    began: float = field(default_factory=time.monotonic)

    def end(self) -> None:
        """End it, whatever it does."""
        for number in (self.process.terminate, self.process.kill):
            with suppress(OSError):
                number()
            self.process.join(_END_S)
            if not self.process.is_alive():
                return


class CountingProcess:
    """Counts in a process beside this one, which is started anew when it ends."""

    def __init__(self, *, log_form: str, log_level: str, lanes: int = LANES) -> None:
        self._log = (log_form, log_level)
        self._lanes = lanes
        self._turns = threading.Semaphore(lanes)
        self._guard = threading.Lock()
        self._child: _Child | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start it; nobody waits until it is ready."""
        with self._guard:
            self._child = self._begin()

    def stop(self) -> None:
        """End it. Whoever waits for it, or asks from now on, gets CountingEnded."""
        with self._guard:
            self._stopped.set()
            child = self._child
        if child is not None:
            child.end()

    def count(self, task: Callable[[], Any]) -> Any:
        """What the task answers, counted there. Raises: what it raises, CountingEnded."""
        asked = pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)
        with self._turns:
            fine, answer = pickle.loads(self._answer(asked))  # noqa: S301  # from the process that was started here
        if not fine:
            raise answer
        return answer

    def _answer(self, asked: bytes) -> bytes:
        for _ in range(2):
            child = self._living()
            lane = child.free.pop()
            try:
                lane.send_bytes(asked)
                answer = lane.recv_bytes()
            except (EOFError, OSError):
                lane.close()
                self._died(child)
                continue
            child.free.append(lane)
            return answer
        raise CountingEnded("What was asked for could not be counted.")

    def _living(self) -> _Child:
        with self._guard:
            if self._child is None and not self._stopped.is_set():
                self._child = self._begin()
            if self._child is None or self._stopped.is_set():
                raise CountingEnded("The server is stopping.")
            return self._child

    def _died(self, child: _Child) -> None:
        child.end()
        # A signal that ends all of a server's processes reaches this one a moment later.
        stopping = self._stopped.wait(_MOMENT_S)
        with self._guard:
            if self._child is not child:
                return
            self._child = None
        if not stopping:
            _log.error("The process that counts ended with code %s; starting another.", child.process.exitcode)
            self._stopped.wait(child.began + _LEAST_LIFE_S - time.monotonic())

    def _begin(self) -> _Child:
        pairs = [multiprocessing.Pipe() for _ in range(self._lanes)]
        process = multiprocessing.get_context("spawn").Process(
            target=_count_for, args=(os.getpid(), [theirs for _, theirs in pairs], *self._log), name="safar-counting"
        )
        process.start()
        for _, theirs in pairs:
            theirs.close()
        return _Child(process, [ours for ours, _ in pairs])


def _count_for(parent: int, lanes: list[Connection], log_form: str, log_level: str) -> None:
    leave_interrupts_to_parent()
    if hasattr(os, "nice"):
        os.nice(GIVES_WAY)
    logging.config.dictConfig(log_settings(form=log_form, level=log_level))
    tell_everything()
    threading.Thread(target=leave_with, args=(parent,), daemon=True, name="safar-parent-watch").start()
    _load()
    share_interpreter()
    threads = [threading.Thread(target=_serve, args=(lane,), name="safar-counting", daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _load() -> None:
    """What the first task would wait for."""
    import ibis

    import safar.usecases.journey_map
    import safar.usecases.measure
    import safar.usecases.read_facts  # noqa: F401

    assert ibis.duckdb  # noqa: S101  # loads the backend


def _serve(lane: Connection) -> None:
    while True:
        try:
            task = lane.recv_bytes()
        except (EOFError, OSError):  # the pages' process is gone
            os._exit(0)
        try:
            answer = _packed(True, pickle.loads(task)())  # noqa: S301  # from the process that started this one
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            answer = _failed(error)
        with suppress(OSError):
            lane.send_bytes(answer)


def _packed(fine: bool, answer: object) -> bytes:
    return pickle.dumps((fine, answer), protocol=pickle.HIGHEST_PROTOCOL)


def _failed(error: Exception) -> bytes:
    # Traces do not travel; the pages' log would not tell where it happened.
    error.add_note("In the process that counts:\n" + "".join(traceback.format_exception(error)))
    try:
        packed = _packed(False, error)
        pickle.loads(packed)  # noqa: S301  # our own
    except Exception:  # noqa: BLE001 - what it was is told in words
        return _packed(False, RuntimeError("".join(traceback.format_exception(error))))
    return packed
