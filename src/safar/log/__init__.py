"""The experience log: durable append, versions, compaction, erasure, engines."""

from safar.log.compact import CompactReport
from safar.log.engine import interrupt_all
from safar.log.forget import ForgetReport
from safar.log.log import Log
from safar.log.manifest import LogVersion
from safar.log.schema import arrow_schema, staged_columns, staged_ddl
from safar.log.staged import CommitReport, StagedImport, TableCounts
from safar.log.verify import LogInfo, TableInfo, VerifyReport

__all__ = [
    "CommitReport",
    "CompactReport",
    "ForgetReport",
    "Log",
    "LogInfo",
    "LogVersion",
    "StagedImport",
    "TableCounts",
    "TableInfo",
    "VerifyReport",
    "arrow_schema",
    "interrupt_all",
    "staged_columns",
    "staged_ddl",
]
