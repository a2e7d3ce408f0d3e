"""A clean end of the process that answers pages: what it computes is interrupted, and nobody is left inside the engine.

A thread that comes back to Python while the interpreter is torn down is ended by force, right through the frames of
the engine, or of the server beneath, that it came from, and the process aborts ("exception not rethrown"). The server's
own threads come back after the last answer was given, when nobody counts them any more. So the process is never torn
down: once nobody is at work, it leaves at once. Nor does it wait for the server beneath, which now and then waits for
browsers that keep a connection open and ask nothing, until it is killed.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from safar.log import interrupt_all

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PATIENCE_S = 8.0
"""Shorter than the server's own patience, after which it kills."""
_LOOK_EVERY_S = 0.05
_SENDING_S = 2.0
"""How long after an answer was made it may take to be sent, where the server beneath does not say that it was."""
_LISTEN_S = 1.0
_OURS = "safar-"


def leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal at once: a child waits for its server to say so, by SIGTERM."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def leave_with(parent: int) -> None:
    """End this process when its parent is gone."""
    # A worker whose server was killed would hold the port for ever.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


class Answering:
    """The application, which knows how many answers are in work."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application
        self._lock = threading.Lock()
        self.number = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        with self.at_work():
            return _Body(self._application(environ, start_response), self)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Counts while the block runs."""
        with self._lock:
            self.number += 1
        try:
            yield
        finally:
            with self._lock:
                self.number -= 1

    def end_with_signal(self, *, first: Callable[[], None] | None = None) -> None:
        """From now on: at SIGTERM, do `first`, interrupt what is in work, and leave the process once it is over.

        Whoever handles the signal besides is not disturbed. Call it in the main thread.
        """
        heard, told = socket.socketpair()
        told.setblocking(False)
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._end, args=(heard, told, first), name="safar-stopping").start()

    def _end(self, heard: socket.socket, _told: socket.socket, first: Callable[[], None] | None) -> None:
        main = threading.main_thread()
        while main.is_alive():
            if select.select([heard], [], [], _LISTEN_S)[0] and signal.SIGTERM in heard.recv(64):
                break
        deadline = time.monotonic() + PATIENCE_S
        idle_since = time.monotonic()
        if first is not None:
            first()
        # What is left after the patience holds nothing that must be kept.
        while (now := time.monotonic()) < deadline:
            if self.number or _views():
                interrupt_all()
                idle_since = now
            elif not main.is_alive() or now - idle_since >= _SENDING_S:
                break
            time.sleep(_LOOK_EVERY_S)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(0)


def _views() -> bool:
    here = threading.current_thread()
    return any(one.name.startswith(_OURS) and one is not here and not one.daemon for one in threading.enumerate())


class _Body:
    """An answer's body: what makes it is at work while a piece is made, not while somebody is slow to take it."""

    def __init__(self, body: Iterable[bytes], answering: Answering) -> None:
        self._body, self._answering = body, answering

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._body)
        while True:
            with self._answering.at_work():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Let it go."""
        if hasattr(self._body, "close"):
            self._body.close()
