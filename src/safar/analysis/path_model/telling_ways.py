"""Which of many ways of mediation a table tells: those of substance, and how many it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safar.analysis.path_model.parts import Figure, MediationFigure, WayFigure
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.speaking import count

MOST_TOLD = 30
"""Rows that a reader still reads; a model of twelve constructs has hundreds of ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWays:
    """The ways that a table shows, in the order of the pairs. found: whose intervals leave zero out; None without
    resamples. total: how many there are.
    """

    shown: tuple[WayFigure, ...]
    total: int
    found: int | None


def told_ways(mediations: Sequence[MediationFigure], *, whole: bool = False, most: int = MOST_TOLD) -> ToldWays:
    """All ways where they are few or the whole is asked for; else those whose interval leaves zero out, at most `most`
    of them, the largest by size. Without resamples, or where nothing is found, the largest of all.
    """
    ways = [way for one in mediations for way in one.ways]
    tested = any(way.effect.low is not None for way in ways)
    found = [way for way in ways if _is_there(way.effect)]
    shown = ways
    if not whole and len(ways) > most:
        kept = sorted(found or ways, key=lambda way: -abs(way.effect.estimate))[:most]
        chosen = {way.constructs for way in kept}
        shown = [way for way in ways if way.constructs in chosen]
    return ToldWays(shown=tuple(shown), total=len(ways), found=len(found) if tested else None)


def ways_notes(told: ToldWays, language: str) -> tuple[str, ...]:
    """How many are left out, by what rule, and where all of them are; nothing where all are shown."""
    if len(told.shown) == told.total:
        return ()
    shown, total = count(len(told.shown), language), count(told.total, language)
    if not told.found:
        rule = say("ways-largest" if told.found is None else "ways-none-found", language)
    else:
        every = told.found == len(told.shown)
        rule = say("ways-found" if every else "ways-largest-found", language, found=count(told.found, language))
    left = count(told.total - len(told.shown), language)
    return (say("ways-left-out", language, shown=shown, all=total, rule=rule, left=left),)


def _is_there(figure: Figure) -> bool:
    return figure.low is not None and figure.high is not None and (figure.low > 0 or figure.high < 0)
