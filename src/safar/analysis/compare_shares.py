"""Shares of passages in two groups, with what people who are in both of them do to the difference.

A share is Σ numerator / Σ denominator over passages. Its variance is that between customers (a customer's passages
resemble each other), its effective base p(1 - p) / variance, its interval Wilson's; the difference is Newcombe's method
10 with the correlation that comes from customers in both groups. Source: docs/methods/compare.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis import interval
from safar.analysis.keep import keep
from safar.analysis.moves import COMPLETE, LOST, PASSAGE
from safar.domain.journey import Journey

PERSON = "person"
_ONE, _CLOSED = "one", "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its base: `n` passages, `persons`, variance between them."""

    value: float
    n: int
    persons: int
    variance: float

    @property
    def n_effective(self) -> float:
        """How many independent passages would tell as much."""
        spread = self.value * (1 - self.value)
        if self.variance <= 0 or spread <= 0:
            return float(self.persons)
        return min(spread / self.variance, float(self.n))


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePair:
    """One share in both groups and the covariance of the two estimates; None: no passage to take a share of."""

    a: Share | None
    b: Share | None
    covariance: float = 0.0


def measured_shares(journey: Journey) -> dict[str, str]:
    """Every share by its column's name → the column of its denominator."""
    steps = {f"{kind}{i}": _CLOSED for kind in ("remaining", "dropped") for i in range(len(journey.steps))}
    touchpoints = {f"reach{i}": _ONE for i in range(len(journey.touchpoints))}
    return {"completion": _CLOSED} | steps | touchpoints


def by_person(selected: ir.Table, passages: ir.Table, *, journey: Journey) -> ir.Table:
    """One row a person: the sums of every numerator and denominator over their passages with a selected move.

    A person is a customer; a passage of nobody known is its own person.
    """
    number = selected["touchpoint_no"]
    visits = {f"reach{i}": (number == i).max() for i in range(len(journey.touchpoints))}
    visited = selected.group_by(*PASSAGE).aggregate(moves_here=selected.count(), **visits)
    t = visited.inner_join(passages.select(*PASSAGE, "customer", "furthest_no", "state", "closed"), list(PASSAGE))
    columns: dict[str, ir.Value] = {
        PERSON: ibis.coalesce(
            t["customer"].cast("string"), ibis.literal("passage ").concat(t["subject"].cast("string"))
        ),
        "moves_here": t["moves_here"],
        _ONE: ibis.literal(1, type="int64"),
        _CLOSED: t["closed"].cast("int64"),
        "completion": (t["closed"] & (t["state"] == COMPLETE)).cast("int64"),
    }
    for i in range(len(journey.steps)):
        columns[f"remaining{i}"] = (t["closed"] & (t["furthest_no"] >= i)).cast("int64")
        columns[f"dropped{i}"] = ((t["furthest_no"] == i) & (t["state"] == LOST)).cast("int64")
    columns |= {name: t[name].cast("int64") for name in visits}
    wide = t.select(**columns)
    return keep(wide.group_by(PERSON).aggregate(**{name: wide[name].sum() for name in columns if name != PERSON}))


def compare_shares(a: ir.Table, b: ir.Table, *, journey: Journey) -> dict[str, SharePair]:
    """Every share in both groups, of tables that `by_person` made."""
    measures = measured_shares(journey)
    of_a, of_b = _moments(a, measures), _moments(b, measures)
    together = _products(a, b, measures)
    found = {}
    for name, base in measures.items():
        share_a, share_b = _share(of_a, name, base), _share(of_b, name, base)
        covariance = 0.0
        if share_a is not None and share_b is not None and share_a.persons > 1 and share_b.persons > 1:
            p, q = share_a.value, share_b.value
            sums = together[name]
            inner = sums["uu"] - q * sums["uw"] - p * sums["wu"] + p * q * sums["ww"]
            covariance = inner / (share_a.n * share_b.n) * sqrt(_grown(share_a.persons) * _grown(share_b.persons))
        found[name] = SharePair(a=share_a, b=share_b, covariance=covariance)
    return found


def sizes(a: ir.Table, b: ir.Table) -> tuple[tuple[int, int, int], tuple[int, int, int], int]:
    """(passages, persons, moves) of each group, and how many persons are in both."""
    each = []
    for table in (a, b):
        row = _row(table.aggregate(passages=table[_ONE].sum(), persons=table.count(), moves=table["moves_here"].sum()))
        each.append((int(row["passages"] or 0), int(row["persons"]), int(row["moves"] or 0)))
    return each[0], each[1], int(a.semi_join(b, PERSON).count().to_pyarrow().as_py())


def difference(pair: SharePair, confidence: float) -> tuple[float, float, float, float]:
    """a − b, its interval and its p value, by Newcombe's method with the correlation of the two."""
    a, b = pair.a, pair.b
    if a is None or b is None:
        raise ValueError("a share without passages has no difference")
    least = 1e-12 * max(a.variance, b.variance)
    if a.value == b.value and a.variance > 0 and a.variance + b.variance - 2 * pair.covariance <= least:
        return 0.0, 0.0, 0.0, 1.0  # the same passages twice
    both = sqrt(a.variance * b.variance)
    correlation = max(-1.0, min(1.0, pair.covariance / both)) if both > 0 else 0.0

    def at(level: float) -> tuple[float, float]:
        of_a = interval.wilson(a.value, a.n_effective, level)
        of_b = interval.wilson(b.value, b.n_effective, level)
        return interval.mover_difference(a.value, b.value, of_a, of_b, correlation=correlation)

    low, high = at(confidence)
    return a.value - b.value, low, high, interval.inverted_p_value(at)


def _share(sums: Mapping[str, Any], name: str, base: str) -> Share | None:
    n, persons = int(sums[f"w_{base}"] or 0), int(sums["persons"])
    if not n:
        return None
    value = float(sums[f"u_{name}"]) / n
    squares = float(sums[f"uu_{name}"]) - 2 * value * float(sums[f"uw_{name}"]) + value**2 * float(sums[f"ww_{base}"])
    # Differences that cancel leave rounding dust, which is not variation.
    variance = squares / n**2 * _grown(persons) if persons > 1 and squares > 1e-9 else 0.0
    return Share(value=value, n=n, persons=persons, variance=variance)


def _grown(persons: int) -> float:
    return persons / (persons - 1)


def _moments(table: ir.Table, measures: Mapping[str, str]) -> dict[str, Any]:
    sums: dict[str, ir.Value] = {"persons": table.count()}
    for base in dict.fromkeys(measures.values()):
        sums |= {f"w_{base}": table[base].sum(), f"ww_{base}": (table[base] * table[base]).sum()}
    for name, base in measures.items():
        u, w = table[name], table[base]
        sums |= {f"u_{name}": u.sum(), f"uu_{name}": (u * u).sum(), f"uw_{name}": (u * w).sum()}
    return {name: value or 0 for name, value in _row(table.aggregate(**sums)).items()}


def _products(a: ir.Table, b: ir.Table, measures: Mapping[str, str]) -> dict[str, dict[str, float]]:
    names: Sequence[str] = [*dict.fromkeys(measures.values()), *measures]
    other = b.select(PERSON, **{f"b_{name}": b[name] for name in names})
    t = a.select(PERSON, *names).inner_join(other, PERSON)
    sums: dict[str, ir.Value] = {}
    for name, base in measures.items():
        sums |= {
            f"uu_{name}": (t[name] * t[f"b_{name}"]).sum(),
            f"uw_{name}": (t[name] * t[f"b_{base}"]).sum(),
            f"wu_{name}": (t[base] * t[f"b_{name}"]).sum(),
            f"ww_{name}": (t[base] * t[f"b_{base}"]).sum(),
        }
    row = _row(t.aggregate(**sums))
    return {name: {kind: float(row[f"{kind}_{name}"] or 0) for kind in ("uu", "uw", "wu", "ww")} for name in measures}


def _row(table: ir.Table) -> dict[str, Any]:
    return dict(table.to_pyarrow().to_pylist()[0])
