"""One progress of several steps, each of which counts from the beginning."""

from __future__ import annotations

from safar.analysis.path_model.bootstrap import Progress


def stepwise(progress: Progress | None, total: int) -> Progress | None:
    """What each step may tell; `progress` hears of the whole, which is `total` in all."""
    if progress is None:
        return None
    before, last = 0, 0

    def told(done: int, _of: int) -> None:
        nonlocal before, last
        if done <= last:
            before += last
        last = done
        progress(min(before + done, total), total)

    return told
