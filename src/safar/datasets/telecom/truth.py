"""The truth of the simulated company, read from `truth.toml`: the one table that the generator obeys."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STEPS = ("awareness", "attention", "evaluation", "decision", "purchase", "usage", "output", "loyalty", "advocacy")
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The table with its rows numbered: facts carry numbers until they are written.

    `table` is the parsed file. `units` are "<region>-<n>"; `unit_region[u]` numbers the region of unit u;
    `events` are (name, touchpoint number or -1); `event_of[t]` lists the event numbers of touchpoint t.
    """

    table: dict[str, Any]
    touchpoints: tuple[str, ...]
    channels: tuple[str, ...]
    segments: tuple[str, ...]
    plans: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    units: tuple[str, ...]
    unit_region: Ints
    events: tuple[tuple[str, int], ...]
    event_of: tuple[tuple[int, ...], ...]
    quality: Floats
    effect: Floats

    def touchpoint(self, name: str) -> int:
        """The number of a touchpoint."""
        return self.touchpoints.index(name)

    def of_step(self, step: str) -> list[int]:
        """Numbers of the touchpoints of a step."""
        return [i for i, name in enumerate(self.touchpoints) if self.table["touchpoints"][name]["step"] == step]

    def numbers(self, section: str, key: str, default: float = 0.0) -> Floats:
        """One figure of every row of a section, in the file's order."""
        return np.array([float(row.get(key, default)) for row in self.table[section].values()])

    def passing(self, step: str) -> Floats:
        """Chance of reaching the step after `step`, by segment number."""
        row = self.table["steps"][step]
        return np.array([float(row.get(segment, row["pass"])) for segment in self.segments])


def truth_text() -> str:
    """The file itself."""
    return (resources.files(__package__) / "truth.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def read_truth() -> Truth:
    """The packaged truth."""
    return truth_from(truth_text())


def truth_from(text: str) -> Truth:
    """The truth that a text of the same form describes (another company, or one figure changed)."""
    table = tomllib.loads(text)
    touchpoints = tuple(table["touchpoints"])
    units = tuple(f"{name}-{i + 1}" for name, region in table["regions"].items() for i in range(region["units"]))
    channels = ("web", "app", "shop", "call", "chat", "email", "social", "field")
    events: list[tuple[str, int]] = []
    event_of: list[tuple[int, ...]] = []
    for number, name in enumerate(touchpoints):
        mine = []
        for event in table["touchpoints"][name]["event"]:
            mine.append(len(events))
            events.append((event, number))
        event_of.append(tuple(mine))
    events += [(event, -1) for event in table["noise_events"]]
    rows = table["touchpoints"].values()
    return Truth(
        table=table,
        touchpoints=touchpoints,
        channels=channels,
        segments=tuple(table["segments"]),
        plans=tuple(table["plans"]),
        regions=tuple(table["regions"]),
        languages=tuple(table["languages"]),
        units=units,
        unit_region=np.repeat(
            np.arange(len(table["regions"])), [region["units"] for region in table["regions"].values()]
        ),
        events=tuple(events),
        event_of=tuple(event_of),
        quality=np.array([float(row["quality"]) for row in rows]),
        effect=np.array([float(row.get("effect", 0.0)) for row in rows]),
    )
