"""What the page on reading the tables says runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from safar.usecases.demo import create_demo

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_runs(tmp_path: Path) -> None:
    create_demo(path=tmp_path / "acme", now=datetime(2026, 7, 1, tzinfo=UTC), facts=1_000)
    text = (ROOT / "docs/how-to/read-the-tables.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert "contacts" in done.stdout
