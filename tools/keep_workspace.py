"""Keep a small workspace as this release writes it, so that later releases are tested to open it.

    python tools/keep_workspace.py        # writes tests/fixtures/workspace-<version>.tar

Run it once a release and commit the file; a file that is there is never written again.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import safar
from safar.domain.person import Role
from safar.server import configure
from safar.usecases.backup import backup_workspace
from safar.usecases.demo import create_demo

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures"
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def main() -> int:
    """Write the file. Returns the exit code."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "workspace"
        create_demo(path=folder, now=NOW, facts=1_000)
        workspace = configure(folder, environ=dict(os.environ))
        from safar.store import people

        people.add_person(name="Alice", role=Role.OWNER, now=NOW, email="alice@example.org")
        file = FIXTURES / f"workspace-{safar.__version__}.tar"
        backup_workspace(workspace=workspace, file=file, now=NOW)
        file.chmod(0o644)
        print(file)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
