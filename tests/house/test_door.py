"""The public door: quick, without Django, and offering exactly what it says."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

import pytest

import safar


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_every_promised_name_is_there() -> None:
    for name in safar.__all__:
        assert getattr(safar, name) is not None
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = safar.nothing_such


def test_import_is_fast_and_loads_no_engine() -> None:
    code = "import time; t=time.perf_counter(); import safar; print(time.perf_counter()-t)"
    seconds = statistics.median(float(_python(code)) for _ in range(5))
    assert seconds < 0.3
    loaded = _python("import sys, safar; print(' '.join(sys.modules))").split()
    assert not {"django", "duckdb", "ibis", "polars", "pandas", "numpy", "pyarrow"} & set(loaded)


def test_library_never_loads_django(tmp_path: object) -> None:
    code = f"""
import sys, safar
one = safar.create({str(tmp_path)!r} + "/one", name="One")
two = safar.create({str(tmp_path)!r} + "/two", name="Two")
again = safar.open({str(tmp_path)!r} + "/one")
assert (one.name, two.name, again.id) == ("One", "Two", one.id)
assert one.log.head().number == two.log.head().number
assert not [m for m in sys.modules if m == "django" or m.startswith("django.")], "Django was loaded"
print("ok")
"""
    env = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert done.stdout.strip() == "ok", done.stderr
