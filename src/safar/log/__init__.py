"""The experience log: durable append, versions, compaction, erasure, engines."""

from safar.log.log import Log
from safar.log.manifest import LogVersion
from safar.log.schema import arrow_schema, staged_columns, staged_ddl
from safar.log.staged import CommitReport, StagedImport, TableCounts

__all__ = [
    "CommitReport",
    "Log",
    "LogVersion",
    "StagedImport",
    "TableCounts",
    "arrow_schema",
    "staged_columns",
    "staged_ddl",
]
