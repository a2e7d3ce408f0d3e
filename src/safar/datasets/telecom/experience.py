"""What customers feel: the experience behind every contact, in points of a 1-5 scale before rounding."""

from __future__ import annotations

import numpy as np

from safar.datasets.telecom.contacts import Contacts
from safar.datasets.telecom.people import People
from safar.datasets.telecom.runs import Run
from safar.datasets.telecom.truth import DAY_S, Flags, Floats, Ints, Truth


def unit_effects(truth: Truth) -> Floats:
    """Points that each unit adds: fixed, evenly spread, the same for every seed."""
    size = len(truth.units)
    ranks = (np.arange(size) * 7) % size  # 7 and 24 have no common divisor: neighbors differ
    z = (ranks - (size - 1) / 2) / np.sqrt((size**2 - 1) / 12)
    effects: Floats = truth.table["experience"]["unit_sd"] * z
    return effects


def feel(rng: np.random.Generator, truth: Truth, people: People, runs: list[Run], contacts: Contacts) -> Floats:
    """Experience of every contact; NaN where the event is no touchpoint or nobody is known."""
    table = truth.table["experience"]
    who, at, touchpoint = contacts.who, contacts.at, contacts.touchpoint
    unit = people.unit_at(who, at)
    felt = truth.quality[touchpoint] + table["halo"] * people.mood[who] + unit_effects(truth)[unit]
    felt = felt + table["noise"] * rng.standard_normal(len(contacts))
    felt += np.where(contacts.taken > contacts.promised, table["late_delivery"], 0.0)
    felt += np.where(np.isnan(contacts.wait), 0.0, contacts.wait / 60.0 * truth.table["queue"]["experience_per_min"])
    felt += outage_effect(truth, unit, at) * in_usage(truth, touchpoint)
    change = truth.table["price_change"]
    is_bill = touchpoint == truth.touchpoint("bill")
    felt += np.where(is_bill & (at >= change["day"] * DAY_S) & _dearer(truth, runs, contacts), change["bill"], 0.0)
    for row in truth.table["improvements"].values():
        treated = np.isin(unit, [truth.units.index(name) for name in row["units"]])
        here = treated & (touchpoint == truth.touchpoint(row["touchpoint"])) & (at >= row["day"] * DAY_S)
        felt += np.where(here, row["effect"], 0.0)
    return np.where((touchpoint >= 0) & (contacts.run >= 0), felt, np.nan)


def in_usage(truth: Truth, touchpoint: Ints) -> Flags:
    """Whether a touchpoint belongs to the usage step."""
    found: Flags = np.isin(touchpoint, truth.of_step("usage"))
    return found


def outage_effect(truth: Truth, unit: Ints, at: Floats) -> Floats:
    """Points off after the outage, fading; 0 elsewhere and before."""
    row = truth.table["outage"]
    struck = np.isin(truth.unit_region[unit], [truth.regions.index(name) for name in row["regions"]])
    since = (at - row["day"] * DAY_S) / DAY_S
    fading = row["depth"] * np.exp(-np.maximum(since, 0.0) / row["fade_days"])
    return np.where(struck & (since >= 0), fading, 0.0)


def _dearer(truth: Truth, runs: list[Run], contacts: Contacts) -> Flags:
    plan = np.stack([run.plan for run in runs])[np.maximum(contacts.run, 0), contacts.who]
    found: Flags = np.array([name in truth.table["price_change"]["plans"] for name in truth.plans])[plan]
    return found


def latest_experience(truth: Truth, people: People, contacts: Contacts, felt: Floats, *, until: Floats) -> Floats:
    """Experience of the latest contact by customer and touchpoint before a time of each customer; NaN for none."""
    latest = np.full((len(people), len(truth.touchpoints)), np.nan)
    rows = np.flatnonzero(~np.isnan(felt) & (contacts.at < until[contacts.who]))
    latest[contacts.who[rows], contacts.touchpoint[rows]] = felt[rows]  # sorted by time: the last one stays
    return latest


def recommendation(rng: np.random.Generator, truth: Truth, people: People, latest: Floats, at: Floats) -> Floats:
    """The 0-10 answer before rounding: base + segment + mood + Σ effect × (experience - quality) + noise."""
    table = truth.table["recommendation"]
    who = np.arange(len(people))
    drivers = np.nan_to_num(latest - truth.quality, nan=0.0) @ truth.effect
    segment = truth.numbers("segments", "nps")[people.segment_at(who, at)]
    noise = table["noise"] * rng.standard_normal(len(people))
    answer: Floats = table["base"] + segment + table["mood"] * people.mood + drivers + noise
    return answer


def rate(felt: Floats, *, low: int, high: int) -> Floats:
    """What is ticked: the experience rounded onto the scale."""
    ticked: Floats = np.clip(np.floor(felt + 0.5), low, high)
    return ticked
