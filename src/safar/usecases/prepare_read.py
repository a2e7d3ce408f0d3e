"""Reading what is prepared: a base, and an overlay that stands in for its rows of some subjects or adds to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from safar.analysis.tables import FactTables
from safar.domain.journey import Journey, PassageKind
from safar.log.prepared import PreparedFiles, PreparedHead


def finds_arrivals_anew(journey: Journey) -> bool:
    """By link a customer is followed from one subject into others, so that touched subjects do not tell who changed."""
    return journey.output is not None and journey.passage.kind is PassageKind.LINK


def prepared_arrivals(
    tables: FactTables, files: PreparedFiles, head: PreparedHead, journey: Journey
) -> ir.Table | None:
    """All arrivals at the output step, None where the journey has none."""
    if journey.output is None:
        return None
    if finds_arrivals_anew(journey):
        return parquet(tables, files.folder / (head.overlay or head.base) / "arrivals.parquet")
    return combined(tables, files, head, "arrivals")


def added_up(tables: FactTables, files: PreparedFiles, head: PreparedHead, table: str) -> ir.Table:
    """What was prepared row by row: the base's rows and those that the overlay adds, or the overlay's alone."""
    base = parquet(tables, files.folder / head.base / f"{table}.parquet")
    if head.overlay is None:
        return base
    overlay = parquet(tables, files.folder / head.overlay / f"{table}.parquet")
    return overlay if head.anew else base.union(overlay.select(base.columns))


def combined(tables: FactTables, files: PreparedFiles, head: PreparedHead, table: str) -> ir.Table:
    """The base's rows of untouched subjects, and the overlay's."""
    base = parquet(tables, files.folder / head.base / f"{table}.parquet")
    if head.overlay is None:
        return base
    overlay = files.folder / head.overlay
    kept = base.anti_join(parquet(tables, overlay / "touched.parquet"), "subject")
    return kept.union(parquet(tables, overlay / f"{table}.parquet").select(kept.columns))


def parquet(tables: FactTables, path: Path) -> ir.Table:
    """A Parquet file on the facts' connection."""
    backend: Any = tables.interactions.get_backend()
    return backend.read_parquet(path)
