"""Where a backup can be written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from safar.usecases.backup import BackupPlaceMissing, backup_workspace
from tests.usecases.import_kit import NOW, Bench


def test_a_folder_that_is_not_there_is_told_as_such(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(BackupPlaceMissing, match="There is no folder"):
        backup_workspace(workspace=bench.workspace, file=tmp_path / "h" / "x" / "y.tar", now=NOW)
    assert not (tmp_path / "h").exists()
