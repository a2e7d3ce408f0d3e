"""Views that take long are made beside the pages: whoever asks gets the view, or how long it has been made already.

A view is made once however many ask for it. No more are made at the same time, and no more are in line, than the
limits say; somebody beyond them is told to come back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


def _never(_made: object) -> bool:
    return False


AT_ONCE = 2
IN_LINE = 16
_LOOK_EVERY_S = 0.5
KEPT = 16
"""Finished views that are held for whoever still waits for them."""
FRESH_PATIENCE_S = 0.1
"""How long a page waits for a newer view where it has an older one to show."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not ready. `seconds` since its making was asked for; `in_line`: it has not begun."""

    seconds: float
    in_line: bool


@dataclass
class _Work(Generic[T]):
    asked: float
    before: list[T] = field(default_factory=list)
    begun: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    found: list[T] = field(default_factory=list)
    error: Exception | None = None


class Maker(Generic[T]):
    """Makes views of one kind, each under its name."""

    def __init__(self, *, at_once: int = AT_ONCE, in_line: int = IN_LINE, kept: int = KEPT) -> None:
        self._turns = threading.Semaphore(at_once)
        self._most, self._kept = at_once + in_line, kept
        self._lock = threading.Lock()
        self._works: dict[str, _Work[T]] = {}

    def ask(
        self,
        name: str,
        make: Callable[[], T],
        *,
        patience_s: float,
        fits: Callable[[T], bool],
        meanwhile: Callable[[T], bool] = _never,
    ) -> T | Waiting:
        """The view of that name if it is ready within `patience_s`; else how long it has been made already.

        fits: whether a view that was made before is good enough. meanwhile: whether one that is not may be shown until
        the newer is ready, for which nobody waits longer than `FRESH_PATIENCE_S` then. Raises: whatever `make` raised,
        once.
        """
        with self._lock:
            work = self._works.get(name)
            before: list[T] = []
            if work is not None and work.found and not fits(work.found[0]):
                before, work = list(work.found), None
            if work is None:
                if sum(not one.done.is_set() for one in self._works.values()) >= self._most:
                    return before[0] if before and meanwhile(before[0]) else Waiting(0.0, in_line=True)
                self._works.pop(name, None)  # so that it counts as the youngest again
                work = self._works[name] = _Work(time.monotonic(), before)
                self._forget_oldest()
                # No daemon: the engine aborts the process when a thread inside it is torn down with the interpreter.
                threading.Thread(target=self._make, args=(work, make), name=f"safar-view {name}").start()
        older = next((one for one in work.before if meanwhile(one)), None)
        if not work.done.wait(patience_s if older is None else min(patience_s, FRESH_PATIENCE_S)):
            return Waiting(time.monotonic() - work.asked, in_line=not work.begun) if older is None else older
        if work.error is not None:
            with self._lock:
                if self._works.get(name) is work:
                    del self._works[name]
            raise work.error
        return work.found[0]

    def _make(self, work: _Work[T], make: Callable[[], T]) -> None:
        while not self._turns.acquire(timeout=_LOOK_EVERY_S):
            if not threading.main_thread().is_alive():
                return  # the server ends: what has not begun is not begun
        try:
            work.begun = True
            work.found.append(make())
        except Exception as error:  # noqa: BLE001 - told to whoever asked, on their own thread
            work.error = error
        finally:
            work.before.clear()
            work.done.set()
            self._turns.release()

    def _forget_oldest(self) -> None:
        ready = [name for name, work in self._works.items() if work.done.is_set()]
        for name in ready[: max(0, len(ready) - self._kept)]:
            del self._works[name]
