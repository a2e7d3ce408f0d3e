"""What charts of paths have in common: the words above them, and names that read well whatever their script."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import groupby

import altair as alt

from safar.analysis.result import Origin

INK, MUTED, LINE, GROUND = "#18212c", "#5b6570", "#d9dfe6", "#f3f5f8"
_ISOLATE, _POP = "\u2068", "\u2069"
_RIGHT_TO_LEFT = ("R", "AL", "AN")


def isolated(text: str) -> str:
    """A name that keeps its own direction among others: "a → b" must not turn round where b is Persian."""
    if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text):
        return f"{_ISOLATE}{text}{_POP}"
    return text


def clipped(text: str, most: int) -> str:
    """A name that fits: isolated, with an ellipsis where letters are left out."""
    return isolated(text if len(text) <= most else f"{text[: most - 1]}…")


def way(path: Sequence[str], *, most: int) -> str:
    """Touchpoints in order, one that follows itself said once with how often; the middle left out beyond `most`."""
    runs = [(name, len(list(run))) for name, run in groupby(path)]
    told = [isolated(name) + (f" ×{times}" if times > 1 else "") for name, times in runs]
    if sum(len(name) + 3 for name in told) <= most:
        return " → ".join(told)
    ends, length = (1, 1), len(told[0]) + len(told[-1]) + 20
    while sum(ends) < len(told):
        after = ends[0] <= ends[1]
        length += len(told[ends[0]] if after else told[-1 - ends[1]]) + 3
        if length > most:
            break
        ends = (ends[0] + 1, ends[1]) if after else (ends[0], ends[1] + 1)
    left = len(told) - sum(ends)
    if left <= 0:
        return " → ".join(told)
    return " → ".join([*told[: ends[0]], f"… {left} more …", *told[len(told) - ends[1] :]])


def heading(title: str, *, origin: Origin, filters: Mapping[str, str], notes: Sequence[str]) -> alt.Title:
    """The title, that the data are simulated, what they are narrowed to, and how to read the drawing."""
    lines = list(notes)
    if filters:
        lines.insert(0, "Only " + ", ".join(f"{name} = {isolated(value)}" for name, value in filters.items()))
    if origin.simulated:
        lines.insert(0, "Simulated data.")
    return alt.Title(
        f"{title}{' (simulated)' if origin.simulated else ''}",
        subtitle=lines,
        anchor="start",
        color=INK,
        subtitleColor=MUTED,
        offset=14,
    )
