"""Variants: the different paths that passages take, and how many take each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from safar.analysis.frames import Types, columns
from safar.analysis.graph import MICROSECOND
from safar.analysis.keep import keep
from safar.analysis.moves import PASSAGE
from safar.analysis.result import Frozen, Origin, Result
from safar.analysis.telling import Telling
from safar.domain.journey import Journey
from safar.domain.wording import counted

PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Frozen):
    """One path: its touchpoints in order, passages that took exactly it, median time from first to last move."""

    path: tuple[str, ...]
    passages: int
    share: float
    median_s: float


_TYPES = columns("text: path whole: passages number: share median_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants(Result):
    """The most frequent variants (ties by path), and over how many the passages spread in all.

    Sum of passages over all `distinct` variants = `passages`; `single`: variants that one passage alone took.
    """

    passages: int
    distinct: int
    single: int
    variants: tuple[Variant, ...]
    origin: Origin
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def unlisted(self) -> int:
        """Passages of the variants that are not among `variants`."""
        return self.passages - sum(variant.passages for variant in self.variants)

    def told(self) -> Telling:
        """As every result; below it, how much the listed variants leave out."""
        usual = super(Variants, self).told()
        if not self.unlisted:
            return usual
        others = f"{counted(self.distinct - len(self.variants), 'more way')}, {counted(self.unlisted, 'passage')}"
        return replace(usual, notes=(f"… and {others}; `most` lists more.",))

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a variant, of those that are listed: `unlisted` says how many passages the others have."""
        return [
            {
                "path": " > ".join(variant.path),
                "passages": variant.passages,
                "share": variant.share,
                "median_s": variant.median_s,
            }
            for variant in self.variants
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def find_variants(
    moves: ir.Table,
    *,
    journey: Journey,
    origin: Origin,
    limit: int = 20,
    portable: bool | None = None,
    passages: ir.Table | None = None,
) -> Variants:
    """The variants of whole passages (`moves_at` of all their moves).

    `portable`: force the formulation that runs on any engine; by default DuckDB uses a faster one that adds up
    hashes of (position, touchpoint) and decodes one passage of each variant asked for.
    `passages`: of these moves, with the column `path` where they are prepared; then nothing else is read.
    Source: docs/methods/variants.md.
    """
    names = [touchpoint.id for touchpoint in journey.touchpoints]
    if passages is not None and not portable and PATH in passages.columns:
        summary, rows = _most_frequent(keep(_by_path(passages)), limit=limit, ties=(PATH,))
        kind = path_type(journey)
        paths = [np.frombuffer(row[PATH], dtype=kind).tolist() for row in rows]
        return _variants(summary, rows, paths, names=names, limit=limit, origin=origin)
    if portable is None:
        portable = moves.get_backend().name != "duckdb"
    keyed = _by_text(moves) if portable else _by_hash(moves)
    counted = keyed.group_by("variant").aggregate(
        passages=keyed.count(),
        median=keyed["duration"].median(),
        subject=keyed["subject"].min(),
        run=keyed["run"].argmin(keyed["subject"]),
    )
    # Counted once, read three times.
    summary, rows = _most_frequent(keep(counted if portable else counted.drop("variant")), limit=limit)
    paths = _decoded(rows) if portable else _looked_up(moves, rows)
    return _variants(summary, rows, paths, names=names, limit=limit, origin=origin)


def of_path(passages: ir.Table, path: Sequence[str], *, moves: ir.Table, journey: Journey) -> ir.Table:
    """The passages that took exactly this path (ids of touchpoints), as `find_variants` counts them."""
    names = [touchpoint.id for touchpoint in journey.touchpoints]
    numbers = np.array([names.index(one) for one in path], dtype=path_type(journey))
    if PATH in passages.columns:
        return passages.filter(passages[PATH] == ibis.literal(numbers.tobytes(), type="binary"))
    keyed = _by_text(moves)
    taken = keyed.filter(keyed["variant"] == " ".join(str(number) for number in numbers))
    return passages.semi_join(taken, list(PASSAGE))


def path_type(journey: Journey) -> np.dtype[Any]:
    """Type of the numbers whose bytes make up the `path` of a prepared passage: its touchpoints, in order."""
    return np.dtype("u1" if len(journey.touchpoints) <= 256 else "<u2")


def _variants(
    summary: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    paths: Sequence[Sequence[int]],
    *,
    names: Sequence[str],
    limit: int,
    origin: Origin,
) -> Variants:
    total = int(summary["passages"] or 0)
    variants = [
        Variant(
            path=tuple(names[number] for number in path),
            passages=row["passages"],
            share=row["passages"] / total,
            median_s=float(row["median"]) * MICROSECOND,
        )
        for row, path in zip(rows, paths, strict=True)
    ]
    return Variants(
        passages=total,
        distinct=int(summary["distinct"]),
        single=int(summary["single"] or 0),
        variants=tuple(sorted(variants, key=lambda variant: (-variant.passages, variant.path))[:limit]),
        origin=origin,
    )


def _by_path(passages: ir.Table) -> ir.Table:
    duration = passages["last_ts"].delta(passages["start_ts"], unit="microsecond")
    return passages.group_by(PATH).aggregate(passages=passages.count(), median=duration.median())


def _most_frequent(
    counted: ir.Table, *, limit: int, ties: tuple[str, ...] = PASSAGE
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What all variants come to, and the most frequent ones with those that tie with the last of them."""
    total = counted.aggregate(
        passages=counted["passages"].sum(), distinct=counted.count(), single=(counted["passages"] == 1).sum()
    )
    summary = total.to_pyarrow().to_pylist()[0]
    # Ties are cut by path, which only decoding tells: fetch what ties with the last one too, within bounds.
    floor = counted.order_by(ibis.desc("passages")).limit(limit)["passages"].min().to_pyarrow().as_py()
    if floor is None:
        return summary, []
    top = counted.filter(counted["passages"] >= floor)
    top = top.order_by(ibis.desc("passages"), *ties).limit(limit + _MOST_TIES)
    return summary, top.to_pyarrow().to_pylist()


_MOST_TIES = 1_000


def _by_text(moves: ir.Table) -> ir.Table:
    """Portable: sorted array of (position, touchpoint), joined to a text. Any number of touchpoints and moves."""
    step = ibis.struct({"move_no": moves["move_no"], "touchpoint_no": moves["touchpoint_no"]})
    grouped = moves.group_by(*PASSAGE).aggregate(steps=step.collect(), first=moves["ts"].min(), last=moves["ts"].max())
    path = grouped["steps"].sort().map(lambda item: item["touchpoint_no"].cast("string"))
    return grouped.select(
        *PASSAGE, variant=path.join(" "), duration=grouped["last"].delta(grouped["first"], unit="microsecond")
    )


def _by_hash(moves: ir.Table) -> ir.Table:
    """DuckDB: a sum of 64-bit hashes does not depend on order, so nothing is sorted.

    The engine adds them up in 128 bits; Ibis takes the sum for 64, so it must not leave the engine.
    """
    place = moves["touchpoint_no"].cast("int64") * 2**32 + moves["move_no"].cast("int64")
    grouped = moves.group_by(*PASSAGE).aggregate(
        variant=place.hash().sum(), first=moves["ts"].min(), last=moves["ts"].max()
    )
    return grouped.select(*PASSAGE, "variant", duration=grouped["last"].delta(grouped["first"], unit="microsecond"))


def _decoded(rows: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    return [[int(number) for number in row["variant"].split(" ")] for row in rows]


def _looked_up(moves: ir.Table, rows: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """The moves of one passage of each variant."""
    wanted = ibis.memtable(
        [{"subject": row["subject"], "run": row["run"]} for row in rows],
        schema=ibis.schema({name: moves[name].type() for name in PASSAGE}),
    )
    found = moves.semi_join(wanted, list(PASSAGE)).select(*PASSAGE, "move_no", "touchpoint_no")
    paths: dict[tuple[Any, int], dict[int, int]] = {}
    for row in found.to_pyarrow().to_pylist():
        paths.setdefault((row["subject"], row["run"]), {})[row["move_no"]] = row["touchpoint_no"]
    return [[number for _, number in sorted(paths[row["subject"], row["run"]].items())] for row in rows]
