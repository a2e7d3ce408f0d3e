"""Fixtures of the verbs' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.usecases.import_kit import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A fresh workspace with a folder for files."""
    return Bench(tmp_path)
