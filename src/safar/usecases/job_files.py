"""Files that jobs leave in the workspace's folder, a folder each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def jobs_folder(workspace: Workspace) -> Path:
    """Where jobs leave files."""
    return workspace.path / "jobs"


def job_folder(workspace: Workspace, job: UUID) -> Path:
    """Where one job leaves files."""
    return jobs_folder(workspace) / job.hex


def remove_job_files(workspace: Workspace) -> None:
    """Remove every file that a job left: any may hold the words of somebody who is being forgotten."""
    shutil.rmtree(jobs_folder(workspace), ignore_errors=True)
