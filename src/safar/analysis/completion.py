"""What share of passages reach the goal, where enough of them have ended to say so."""

from __future__ import annotations

MOST_OPEN = 0.5
"""With a larger share of passages still open, it is too early to say."""


def completion_share(complete: int, lost: int, still_open: int) -> float | None:
    """Complete passages among the closed ones; None where more than half are open, or none is closed.

    A passage is complete at once, and lost only when the horizon has passed: of recent ones nearly all that have ended
    are complete, whatever becomes of the rest.
    """
    closed = complete + lost
    return complete / closed if closed and closed >= (1 - MOST_OPEN) * (closed + still_open) else None
