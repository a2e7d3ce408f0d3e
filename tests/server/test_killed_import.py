"""A worker that is killed in the middle of an import: the next one begins again, and the log holds the facts once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from safar.usecases.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
ROWS = 150_000
KEY = "{id}"
RECIPE = f"""
source = "long"
key = "{KEY}"
customer = "{{who}}"
[[interaction]]
slot = "called"
event = "called"
time = "{{at}}"
"""
_SET_UP = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from safar.domain.person import Role
from safar.server import configure
folder, upload, now = Path(sys.argv[1]), UUID(sys.argv[2]), datetime.now(UTC)
opened = configure(folder, environ={})
from safar.store import people
from safar.usecases.import_job import import_arguments
from safar.usecases.jobs import start_job
from safar.usecases.uploads import UploadedFile, keep_upload, make_folder, save_recipe
person = people.add_person(name="Bob", role=Role.MEMBER, now=now)
person = people.person_with(person.id)
place = make_folder(opened, upload)
rows = "".join(f"{n},c{n % 5000},2026-03-{n % 27 + 1:02d} 10:00\\n" for n in range(int(sys.argv[3])))
(place / "1.csv").write_text("id,who,at\\n" + rows)
file = UploadedFile(name="long.csv", stored="1.csv", bytes=len(rows))
kept = keep_upload(workspace=opened, upload=upload, person=person, files=[file], now=now)
save_recipe(kept, sys.argv[4])
arguments = import_arguments(upload=upload, dry_run=False)
start_job(workspace=opened, kind="import", arguments=arguments, person=person, now=now)
"""
_WORK = """
import sys, threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from safar.server import configure
folder, later = Path(sys.argv[1]), float(sys.argv[2])
configure(folder, environ={})
from safar.usecases.work import Pace, Worker
from safar.usecases.workspace import Workspace
clock = lambda: datetime.now(UTC) + timedelta(seconds=later)
worker = Worker(name=sys.argv[3], open_workspace=lambda: Workspace.open(folder), clock=clock, pace=Pace(beat_every=0.1))
worker.look_after()
print("begun", flush=True)
worker.work_once()
print("done", flush=True)
"""


def _python(code: str, *arguments: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=environ)


@pytest.mark.slow
@pytest.mark.parametrize("wait_s", [0.3, 1.2, 2.5])
def test_a_killed_import_is_done_once(tmp_path: Path, wait_s: float) -> None:
    folder, upload = tmp_path / "workspace", uuid4()
    Workspace.create(folder, name="Killed", now=datetime.now(UTC))
    with _python(_SET_UP, str(folder), str(upload), str(ROWS), RECIPE) as first:
        assert first.wait(timeout=120) == 0
    with _python(_WORK, str(folder), "0", "one") as killed:
        assert killed.stdout
        assert killed.stdout.readline() == "begun\n"
        time.sleep(wait_s)
        killed.send_signal(signal.SIGKILL)
    # A minute later, as the next worker sees it: the first has fallen silent.
    with _python(_WORK, str(folder), "60", "two") as second:
        assert second.wait(timeout=300) == 0
    log = Workspace.open(folder).log
    assert log.head().rows["interactions"] == ROWS
    assert [version.import_no for version in log.versions() if version.kind == "import"] == [1]
    assert list((folder / "uploads").iterdir()) == []
    assert log.verify().problems == ()
