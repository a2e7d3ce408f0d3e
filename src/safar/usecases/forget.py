"""Forget a person, in the log and in everything that was made from it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from safar.log import disk
from safar.usecases.backup import drop_held_backups
from safar.usecases.job_files import remove_job_files
from safar.usecases.journey_map import forget_remembered_maps

if TYPE_CHECKING:
    from safar.log.forget import ForgetReport
    from safar.usecases.workspace import Workspace


def forget_person(
    *,
    workspace: Workspace,
    external_id: str,
    namespace: str | None = None,
    subject_kind: str = "customer",
    now: datetime,
) -> ForgetReport:
    """Remove identity, attributes and words from every file and version, and what may quote the words: maps, exports.

    Raises: what `Log.forget` raises.
    """
    try:
        return workspace.log.forget(namespace=namespace, external_id=external_id, subject_kind=subject_kind, now=now)
    finally:
        # Also when forgetting was cut short: it is finished later, and until then nothing may quote.
        forget_remembered_maps(workspace)
        remove_job_files(workspace)
        drop_held_backups(workspace)
        _copy_ledger(workspace)


def _copy_ledger(workspace: Workspace) -> None:
    """Keep the ledger outside the workspace too, so that a backup put back knows who was forgotten since."""
    ledger, copy = workspace.log.path / "forgotten.parquet", workspace.settings.ledger_copy
    if copy and ledger.is_file():
        disk.replace(Path(copy), ledger.read_bytes())
