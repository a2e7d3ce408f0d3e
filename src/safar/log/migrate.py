"""Bringing a log that an older Safar wrote up to the present format.

Data files are left as they are: columns that they lack read as empty.
"""

from __future__ import annotations

from safar.log import delta
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.schema import FORMAT, table_columns
from safar.log.transaction import writing


def upgrade(folder: LogFolder) -> LogVersion:
    """Add the tables and columns that the present format has and the log lacks, as a version of its own.

    The new version carries the time of the one that it upgrades: nothing happened but a change of form.
    Raises: WriterBusy, WriteFailed.
    """
    with writing(folder, now=folder.head().at) as transaction:
        if transaction.head.format >= FORMAT:
            return transaction.head
        for table in transaction.head.tables:
            place, known = folder.table(table), delta.latest(folder.table(table)).columns
            missing = [column for column in table_columns(table) if column.name not in known]
            if missing:
                delta.add_columns(place, missing)
                transaction.tables[table] = delta.latest(place).version
        return transaction.publish(kind="migrate")
