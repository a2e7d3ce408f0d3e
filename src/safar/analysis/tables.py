"""What calculations read: the tables of one version of the log, as Ibis expressions on one engine."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class FactTables:
    """The facts of one log version. Customers that were merged already read as one.

    Columns are those of `domain.fact` (without identities: those never leave the log), and the extra
    `link_…` and `prop_…` columns that the log holds.
    """

    interactions: ir.Table
    feedback: ir.Table
    attributes: ir.Table
    version: int
