"""Where the boxes of a path diagram stand: layers from causes to effects, few crossings, short arrows.

Layers by Sugiyama, Tagawa and Toda (1981): a box stands one layer behind the last of its causes; an arrow that passes
layers has a place of its own in each; orders within layers by barycenters; heights by least squares within the order.
Everything is determined by the model: the same model gives the same drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 24
_PASSING = 18.0
"""Height that an arrow takes where it passes a layer."""
Key = str | tuple[str, str, int]
"""A box by its name, or the place of an arrow (source, target) in a layer."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Centers (layer, y) of boxes by name; for each arrow the ys of the layers that it passes, in their order."""

    layers: Mapping[str, int]
    heights: Mapping[str, float]
    ways: Mapping[tuple[str, str], tuple[tuple[int, float], ...]]
    height: float

    @property
    def count(self) -> int:
        """How many layers there are."""
        return 1 + max(self.layers.values())


def place(
    names: Sequence[str], arrows: Sequence[tuple[str, str]], *, height_of: Callable[[str], float], gap: float
) -> Placed:
    """Places of boxes that the arrows join without a circle. height_of: of each box; gap: between two of a layer."""
    layers = _layered(names, arrows)
    rows, ways = _rows(names, arrows, layers)
    neighbors = _neighbors(arrows, ways)
    rows = _ordered(rows, neighbors)

    def tall(key: Key) -> float:
        return height_of(key) if isinstance(key, str) else _PASSING

    heights = _heights(rows, neighbors, tall=tall, gap=gap)
    top = min(heights[key] - tall(key) / 2 for row in rows for key in row)
    bottom = max(heights[key] + tall(key) / 2 for row in rows for key in row)
    return Placed(
        layers=layers,
        heights={name: heights[name] - top for name in names},
        ways={
            arrow: tuple((key[2], heights[key] - top) for key in passed if not isinstance(key, str))
            for arrow, passed in ways.items()
        },
        height=bottom - top,
    )


def _layered(names: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    layers = dict.fromkeys(names, 0)
    for _ in names:
        for source, target in arrows:
            layers[target] = max(layers[target], layers[source] + 1)
    caused = {target for _, target in arrows}
    for name in names:
        # What nothing acts on stands close to what it acts on.
        onto = [layers[target] for source, target in arrows if source == name]
        if name not in caused and onto:
            layers[name] = min(onto) - 1
    return layers


def _rows(
    names: Sequence[str], arrows: Sequence[tuple[str, str]], layers: Mapping[str, int]
) -> tuple[list[list[Key]], dict[tuple[str, str], list[Key]]]:
    rows: list[list[Key]] = [[] for _ in range(1 + max(layers.values()))]
    for name in names:
        rows[layers[name]].append(name)
    ways: dict[tuple[str, str], list[Key]] = {}
    for source, target in arrows:
        passed: list[Key] = [(source, target, layer) for layer in range(layers[source] + 1, layers[target])]
        for key in passed:
            rows[key[2]].append(key)  # type: ignore[index]
        ways[source, target] = passed
    return rows, ways


def _neighbors(
    arrows: Sequence[tuple[str, str]], ways: Mapping[tuple[str, str], Sequence[Key]]
) -> tuple[dict[Key, list[Key]], dict[Key, list[Key]]]:
    """What stands before each key, and what behind it."""
    before: dict[Key, list[Key]] = {}
    behind: dict[Key, list[Key]] = {}
    for arrow in arrows:
        for one, other in pairwise([arrow[0], *ways[arrow], arrow[1]]):
            behind.setdefault(one, []).append(other)
            before.setdefault(other, []).append(one)
    return before, behind


def _ordered(
    rows: list[list[Key]], neighbors: tuple[Mapping[Key, Sequence[Key]], Mapping[Key, Sequence[Key]]]
) -> list[list[Key]]:
    """The order with the fewest crossings that sweeps to and fro come upon."""
    best, fewest = [list(row) for row in rows], _crossings(rows, neighbors[1])
    now = [list(row) for row in rows]
    for sweep in range(_SWEEPS):
        onward = sweep % 2 == 0
        beside = neighbors[0] if onward else neighbors[1]
        steps = range(1, len(now)) if onward else range(len(now) - 2, -1, -1)
        for step in steps:
            there = {key: k for k, key in enumerate(now[step - 1 if onward else step + 1])}
            means = {
                key: _mean([there[other] for other in beside.get(key, ()) if other in there], otherwise=float(k))
                for k, key in enumerate(now[step])
            }
            now[step].sort(key=lambda key, means=means: means[key])  # type: ignore[misc]
        _swap_neighbors(now, neighbors)
        count = _crossings(now, neighbors[1])
        if count < fewest:
            best, fewest = [list(row) for row in now], count
    return best


def _swap_neighbors(
    rows: list[list[Key]], neighbors: tuple[Mapping[Key, Sequence[Key]], Mapping[Key, Sequence[Key]]]
) -> None:
    """Exchange two of a layer that stand side by side wherever that takes crossings away."""
    there = {key: k for row in rows for k, key in enumerate(row)}
    for row in rows:
        for k in range(len(row) - 1):
            one, other = row[k], row[k + 1]
            gain = sum(
                (there[a] > there[b]) - (there[a] < there[b])
                for beside in neighbors
                for a in beside.get(one, ())
                for b in beside.get(other, ())
            )
            if gain > 0:
                row[k], row[k + 1] = other, one
                there[one], there[other] = k + 1, k


def _crossings(rows: Sequence[Sequence[Key]], behind: Mapping[Key, Sequence[Key]]) -> int:
    count = 0
    for row, following in pairwise(rows):
        there = {key: k for k, key in enumerate(following)}
        lines = [(k, there[other]) for k, key in enumerate(row) for other in behind.get(key, ()) if other in there]
        count += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for i, a in enumerate(lines) for b in lines[i + 1 :])
    return count


def _heights(
    rows: Sequence[Sequence[Key]],
    neighbors: tuple[Mapping[Key, Sequence[Key]], Mapping[Key, Sequence[Key]]],
    *,
    tall: Callable[[Key], float],
    gap: float,
) -> dict[Key, float]:
    found: dict[Key, float] = {}
    apart: list[list[float]] = []
    for row in rows:
        steps = [0.0]
        for one, other in pairwise(row):
            steps.append(steps[-1] + (tall(one) + tall(other)) / 2 + gap)
        apart.append(steps)
        found |= {key: step - steps[-1] / 2 for key, step in zip(row, steps, strict=True)}
    before, behind = neighbors
    for sweep in range(_SWEEPS):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        for r in order:
            wanted = [
                _mean([found[other] for other in (*before.get(key, ()), *behind.get(key, ()))], otherwise=found[key])
                for key in rows[r]
            ]
            found |= dict(zip(rows[r], _spaced(wanted, apart[r]), strict=True))
    return found


def _spaced(wanted: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The heights nearest to those wanted (least squares) that keep the order and the distances: pooled neighbors."""
    pools: list[tuple[float, int]] = []
    for value, step in zip(wanted, apart, strict=True):
        mean, size = value - step, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    return [mean + step for mean, step in zip(flat, apart, strict=True)]


def _mean(values: Sequence[float], *, otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
