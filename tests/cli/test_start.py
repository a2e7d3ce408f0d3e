"""Both ways to start: the command of the environment, and the package by name."""

import subprocess
import sys

import safar


def test_the_package_starts_by_name() -> None:
    told = subprocess.run([sys.executable, "-m", "safar", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == f"safar {safar.__version__}"
