"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of optional private data beside the project; tests that need it are skipped without it."""
    if not _SHARED.is_dir():
        pytest.skip("private data: ../shared/data is not here; the project's own data cover the same code")
    return _SHARED
