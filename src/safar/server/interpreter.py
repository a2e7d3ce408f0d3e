"""How the threads of a serving process share its interpreter."""

from __future__ import annotations

import gc
import sys


def share_interpreter() -> None:
    """Let the threads of this process give way to each other sooner."""
    # A page that asks the database gives the interpreter away each time, and would wait 5 ms to have it back; and the
    # collector, looking through everything that was ever imported, would stop all threads at once for half a second.
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
