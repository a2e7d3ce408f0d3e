"""Models say which personal data they hold; migrations tell all of the models."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from safar.usecases.workspace import Workspace
from safar.server import configure

folder = Path(sys.argv[1])
Workspace.create(folder, name="x", now=datetime(2026, 1, 1, tzinfo=UTC))
configure(folder, environ={})

from django.apps import apps
from django.core.management import call_command
from safar.store.personal_data import PersonalData

models = list(apps.get_app_config("store").get_models())
assert models
for model in models:
    told = model.PERSONAL_DATA
    assert isinstance(told, PersonalData), model
    assert told.removal, model
    names = {f.name for f in model._meta.get_fields()}
    assert set(told.fields) <= names, (model, set(told.fields) - names)

call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)
assert (folder / "web.sqlite").stat().st_mode & 0o077 == 0
print("checked", len(models))
"""


def test_models_declare_personal_data_and_migrations_are_complete(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _CODE, str(tmp_path / "ws")],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("checked ")
