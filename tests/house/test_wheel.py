"""The wheel alone is enough: built, installed into an empty environment, run from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_wheel_runs_the_demo_from_another_folder(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("safar-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for asset in ("safar/py.typed", "safar/frameworks/stepwise.toml", "safar/web/methods/nps.md"):
        assert asset in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]

    venv = tmp_path / "venv"
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv, "uv is missing from the environment: run `make test-slow`, which brings it"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(venv)], check=True)
    python = venv / "bin" / "python"
    lock = ROOT / "requirements" / "run.lock"
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(lock)], check=True
    )
    subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "--no-deps", str(wheel)], check=True)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(venv / "bin" / "safar"), "demo", "demo", "--facts", "10000", "--no-serve"],
        cwd=elsewhere,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "simulated" in done.stdout.lower()
    assert "awareness" in done.stdout.lower()
