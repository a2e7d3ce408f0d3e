"""A generation of prepared tables that cannot be written leaves nothing behind, and the error names the place."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from safar.log.prepared import PreparedFiles
from safar.log.problems import WriteFailed


def _fail(files: PreparedFiles, cause: Exception) -> None:
    with files.nothing_half_written():
        (files.generation("base-1") / "moves.parquet").write_bytes(b"half")
        raise cause


def test_a_full_disk_names_the_place_and_keeps_nothing_half_written(tmp_path: Path) -> None:
    files = PreparedFiles(tmp_path, 1.0)
    with pytest.raises(WriteFailed) as failed:
        _fail(files, OSError(errno.ENOSPC, "Error writing bytes to file"))
    assert str(tmp_path) in failed.value.message
    assert list(tmp_path.iterdir()) == []


def test_another_failure_passes_and_leaves_nothing_either(tmp_path: Path) -> None:
    files = PreparedFiles(tmp_path, 1.0)
    with pytest.raises(KeyError):
        _fail(files, KeyError("x"))
    assert list(tmp_path.iterdir()) == []
