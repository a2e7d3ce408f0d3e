"""Counts and lengths of time in plain English, for commands, messages and charts. (Pages have translations.)"""

from __future__ import annotations


def counted(n: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 passage", "2,450 passages"; `many` where the plural is not `one` with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def span(seconds: float | None) -> str:
    """A length of time in its largest unit: "2.5 d"; "–" where there is none."""
    if seconds is None:
        return "–"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
