"""How far the engine is with a file that it parses itself, told from another thread while it works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from safar.files.records import Progress

if TYPE_CHECKING:
    import duckdb

_EVERY_S = 0.1
_SETTINGS = ("enable_progress_bar", "enable_progress_bar_print")


@contextmanager
def watched(con: duckdb.DuckDBPyConnection, progress: Progress | None, *, size: int) -> Iterator[None]:
    """Tell the progress of the queries that run meanwhile in `con`, as a share of `size` bytes.

    The engine reckons its progress only while its own bar is enabled; the bar itself is never drawn.
    """
    if progress is None:
        yield
        return
    listed = ", ".join(f"current_setting('{name}')" for name in _SETTINGS)
    ((*before,),) = con.execute(f"SELECT {listed}").fetchall()
    done = threading.Event()

    def follow() -> None:
        while not done.wait(_EVERY_S):
            share = con.query_progress()
            if share > 0:  # before the engine knows, it says -1
                progress("reading", min(int(size * share / 100), size), size, 0)

    # The bar's printing is switched off first: at no moment may the engine draw.
    con.execute("SET enable_progress_bar_print = false")
    con.execute("SET enable_progress_bar = true")
    follower = threading.Thread(target=follow, name="safar-progress", daemon=True)
    follower.start()
    try:
        yield
    finally:
        done.set()
        follower.join()
        for name, value in zip(_SETTINGS, before, strict=True):
            con.execute(f"SET {name} = {str(value).lower()}")
