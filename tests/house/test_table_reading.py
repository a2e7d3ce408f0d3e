"""What the page on reading the tables says runs as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.usecases.demo import create_demo

ROOT = Path(__file__).resolve().parents[2]


def _run(folder: Path, *, spark: bool) -> str:
    """What the page's examples print; those for Spark need Java and are run apart."""
    create_demo(path=folder / "acme", now=datetime(2026, 7, 1, tzinfo=UTC), facts=1_000)
    text = (ROOT / "docs/how-to/read-the-tables.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = "\n".join([blocks[0], *(block for block in blocks[1:] if ("pyspark" in block) is spark)])
    warnings = [] if spark else ["-W", "error"]
    kept = {name: os.environ[name] for name in ("JAVA_HOME", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, *warnings, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], "PYSPARK_PYTHON": sys.executable},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_runs(tmp_path: Path) -> None:
    printed = _run(tmp_path, spark=False)
    assert "contacts" in printed
    assert "nps" in printed


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_spark_reads_the_tables(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("no Java here; on Debian: sudo apt-get install default-jre-headless")
    assert "channel" in _run(tmp_path, spark=True)


def test_who_was_not_meant_cannot_read_who_is_behind_a_number(tmp_path: Path) -> None:
    create_demo(path=tmp_path / "acme", now=datetime(2026, 7, 1, tzinfo=UTC), facts=1_000)
    for name in ("log/identities", "log/imports", "secret"):
        assert (tmp_path / "acme" / name).stat().st_mode & 0o077 == 0, name
