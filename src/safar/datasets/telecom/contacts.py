"""A growing set of contacts, as arrays, and the draw of channel, event and length."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from safar.datasets.telecom.truth import Floats, Ints, Truth

RUNS = 4
"""Room for runs a customer: run number = customer × RUNS + round."""

STATUSES = ("", "failed", "answered", "abandoned", "on_time", "late")


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """One row a contact. `run` is the round (0 …) of the customer or -1; `touchpoint` -1 for other events.

    `status` numbers `STATUSES`; `promised`, `taken` are days (deliveries), `wait` seconds (calls), NaN elsewhere.
    """

    who: Ints
    run: Ints
    at: Floats
    touchpoint: Ints
    event: Ints
    channel: Ints
    status: Ints
    duration: Floats
    amount: Floats
    promised: Floats
    taken: Floats
    wait: Floats

    def __len__(self) -> int:
        return len(self.who)

    def pick(self, rows: Ints) -> Contacts:
        """These rows, in this order."""
        return Contacts(**{name: getattr(self, name)[rows] for name in _NAMES})


_NAMES = tuple(Contacts.__dataclass_fields__)


@dataclass(slots=True)
class Collector:
    """Gathers chunks of contacts; what a chunk does not say is filled in."""

    chunks: list[dict[str, Floats | Ints]] = field(default_factory=list)

    def add(
        self,
        *,
        who: Ints,
        run: Ints | int,
        at: Floats,
        touchpoint: Ints | int,
        event: Ints | int = -1,
        channel: Ints | int = -1,
        status: Ints | int = 0,
        amount: Floats | None = None,
        promised: Floats | None = None,
        taken: Floats | None = None,
        wait: Floats | None = None,
    ) -> None:
        """One chunk; -1 for event or channel means: to be drawn."""
        size = len(who)
        chunk: dict[str, Floats | Ints] = {"who": who.astype(np.int64), "at": at}
        for name, whole in (
            ("run", run),
            ("touchpoint", touchpoint),
            ("event", event),
            ("channel", channel),
            ("status", status),
        ):
            chunk[name] = np.broadcast_to(np.asarray(whole, dtype=np.int64), (size,))
        for name, figure in (("amount", amount), ("promised", promised), ("taken", taken), ("wait", wait)):
            chunk[name] = np.full(size, np.nan) if figure is None else figure
        self.chunks.append(chunk)

    def finish(self, rng: np.random.Generator, truth: Truth, *, seconds: float) -> Contacts:
        """All contacts within the period, whole seconds, sorted by customer and time."""
        columns = {name: np.concatenate([chunk[name] for chunk in self.chunks]) for name in self.chunks[0]}
        columns["at"] = np.floor(columns["at"])
        inside = np.flatnonzero((columns["at"] >= 0) & (columns["at"] < seconds))
        order = inside[np.lexsort((inside, columns["at"][inside], columns["who"][inside]))]
        columns = {name: column[order] for name, column in columns.items()}
        size = len(order)
        touchpoint = columns["touchpoint"].astype(np.int64)
        columns["channel"] = _draw_channel(rng.random(size), truth, touchpoint, columns["channel"].astype(np.int64))
        columns["event"] = _draw_event(rng.random(size), truth, touchpoint, columns["event"].astype(np.int64))
        minutes = np.array([*(float(row["minutes"]) for row in truth.table["touchpoints"].values()), 0.0])
        length = np.round(minutes[touchpoint] * 60.0 * np.exp(0.5 * rng.standard_normal(size)), 1)
        columns["duration"] = np.where(length > 0, length, np.nan)
        return Contacts(**columns)


def _draw_channel(chance: Floats, truth: Truth, touchpoint: Ints, given: Ints) -> Ints:
    shares = np.zeros((len(truth.touchpoints) + 1, len(truth.channels)))
    for i, row in enumerate(truth.table["touchpoints"].values()):
        for channel, share in row["channels"].items():
            shares[i, truth.channels.index(channel)] = share
    shares[-1, 0] = 1.0
    bounds = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    bounds[bounds > 1.0 - 1e-9] = 2.0  # the last channel that has a share takes what rounding leaves
    drawn = (chance[:, None] >= bounds[touchpoint]).sum(axis=1)
    found: Ints = np.where(given >= 0, given, drawn)
    return found


def _draw_event(chance: Floats, truth: Truth, touchpoint: Ints, given: Ints) -> Ints:
    first = np.array([*(events[0] for events in truth.event_of), 0])
    count = np.array([*(len(events) for events in truth.event_of), 1])
    drawn = first[touchpoint] + (chance * count[touchpoint]).astype(np.int64)
    found: Ints = np.where(given >= 0, given, drawn)
    return found
