"""When contacts happen: a clock that runs fast when people are active, and the call centre's queue.

The *activity clock* is the integral of season × weekday × hour. A gap drawn in its seconds and carried back to
real time keeps the order of a customer's contacts and lands each one at a plausible hour.

The queue is fluid: each hour brings its expected callers, the staff on duty serve so many, the rest wait or give
up. It depends on the table and the start date only, so that blocks of customers can be made one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from safar.datasets.telecom.truth import DAY_S, Floats, Truth

HOUR_S = 3600.0
_FAR_S = 4000 * DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """A monotone pair of time scales: local seconds since the first day, and active seconds."""

    real: Floats
    active: Floats

    def to_active(self, real: Floats) -> Floats:
        """Active seconds at a real time; time before the first day runs evenly."""
        found: Floats = np.interp(real, self.real, self.active)
        return found

    def to_real(self, active: Floats) -> Floats:
        """Real time of active seconds."""
        found: Floats = np.interp(active, self.active, self.real)
        return found


def _clock(intensity: Floats) -> Clock:
    hours = len(intensity)
    real = np.concatenate(([-_FAR_S], np.arange(hours + 1) * HOUR_S, [hours * HOUR_S + _FAR_S]))
    inside = np.concatenate(([0.0], np.cumsum(intensity) * HOUR_S))
    return Clock(real=real, active=np.concatenate(([-_FAR_S], inside, [inside[-1] + _FAR_S])))


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """`wait_min[h]`: minutes that a caller of hour h waits on average; `load`, `capacity`: callers an hour,
    in units of the mean load."""

    start: date
    seconds: float
    clock: Clock
    call_clock: Clock
    load: Floats
    capacity: Floats
    wait_min: Floats

    def wait_at(self, real: Floats) -> Floats:
        """Average waiting time in minutes of a call at a time; the ends of the period hold beyond it."""
        hour = np.clip((real // HOUR_S).astype(np.int64), 0, len(self.wait_min) - 1)
        found: Floats = self.wait_min[hour]
        return found


def make_calendar(truth: Truth, start: date) -> Calendar:
    """The calendar of the period that begins on `start`."""
    table = truth.table["calendar"]
    days = int(truth.table["company"]["days"])
    dates = [start + timedelta(days=i) for i in range(days)]
    by_day = np.array([table["month"][d.month - 1] * table["weekday"][d.weekday()] for d in dates])
    hour_of_day = np.array(table["hour"])
    intensity = np.outer(by_day, hour_of_day / hour_of_day.mean()).ravel()
    intensity /= intensity.mean()
    usual = intensity.copy()
    price, outage = truth.table["price_change"], truth.table["outage"]
    first = int(price["day"]) * 24
    calls = intensity.copy()
    calls[first : first + 30 * 24] *= price["calls"]
    load = calls.copy()
    first = int(outage["day"]) * 24
    load[first : first + int(outage["hours"])] *= outage["queue_load"]
    capacity, wait = _queue(truth, usual, load)
    return Calendar(
        start=start,
        seconds=days * DAY_S,
        clock=_clock(intensity),
        call_clock=_clock(calls),
        load=load,
        capacity=capacity,
        wait_min=wait,
    )


def _queue(truth: Truth, usual: Floats, load: Floats) -> tuple[Floats, Floats]:
    """Capacity and mean wait by hour, in steps of a quarter of an hour.

    Staffing follows the usual week, not the season: months above the average make the queue grow.
    """
    table = truth.table["queue"]
    weeks = len(usual) // 168
    week = usual[: weeks * 168].reshape(weeks, 168).mean(axis=0)
    staff = np.maximum(table["capacity_share"] * week, table["capacity_floor"])
    capacity = np.resize(staff, len(usual))
    patience_h = table["patience_min"] / 60.0
    waits = np.empty(len(load))
    queue = 0.0
    for hour, (arriving, serving) in enumerate(zip(load.tolist(), capacity.tolist(), strict=True)):
        total = 0.0
        for _ in range(4):
            queue = max(0.0, queue + (arriving - serving) / 4.0)
            queue /= 1.0 + 0.25 / patience_h  # implicit step: callers give up at rate 1 / patience
            total += queue / serving
        waits[hour] = table["base_wait_min"] + 60.0 * total / 4.0
    return capacity, waits
