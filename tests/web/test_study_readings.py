"""What a study's pages show of its answers is read once, and anew when the text, the choices or the file change."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from safar.usecases import study_data as verbs
from safar.usecases.studies import create_example
from safar.usecases.study_files import answers_file
from safar.usecases.study_models import save_text
from safar.usecases.workspace import Workspace
from safar.web import reading_studies
from tests.web.web_cast import NOW, Cast


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The verbs that were called, in order."""
    called: list[str] = []

    def told(real: Callable[..., Any]) -> Callable[..., Any]:
        def tell(**kwargs: Any) -> Any:
            called.append(real.__name__)
            return real(**kwargs)

        return tell

    for name in ("look_at_data", "check_study"):
        monkeypatch.setattr(reading_studies, name, told(getattr(verbs, name)))
    return called


def test_answers_are_read_once_until_something_changes(cast: Cast, served: Path, reads: list[str]) -> None:
    from safar.store.people import person_of

    opened = Workspace.open(served)
    bob = person_of(cast.bob)
    study = create_example(workspace=opened, title="Read once", person=bob, now=NOW)
    client, address = cast.client("bob"), f"/studies/{study.id}/"

    def views() -> list[str]:
        reads.clear()
        for page in ("data", "checks", "data", "checks"):
            assert client.get(f"{address}{page}/").status_code == 200
        return list(reads)

    assert views() == ["look_at_data", "check_study"]
    assert views() == []
    save_text(study.id, text=study.text + "\n# looked at again\n", base=study.version, person=bob, now=NOW)
    assert views() == ["look_at_data", "check_study"]
    verbs.upload_answers(
        study.id, workspace=opened, path=_answers(served, rows=40), name="other.csv", person=bob, now=NOW
    )
    assert views() == ["look_at_data", "check_study"]
    assert "other.csv" in client.get(f"{address}data/").content.decode()
    file = answers_file(opened, study.id)
    os.utime(file, ns=(1, 1))  # written anew by somebody who forgot a person, say
    assert views() == ["look_at_data", "check_study"]
    file.unlink()
    assert "not there any more" in client.get(f"{address}data/").content.decode()


def test_first_rows_stay_with_those_who_work_on_the_study(cast: Cast, served: Path, reads: list[str]) -> None:
    from safar.store.people import person_of
    from safar.usecases.studies import change_study

    opened = Workspace.open(served)
    bob = person_of(cast.bob)
    study = create_example(workspace=opened, title="Whose rows", person=bob, now=NOW)
    change_study(study.id, title="Whose rows", shared=True, person=bob, now=NOW)
    shown = {
        name: "First rows" in cast.client(name).get(f"/studies/{study.id}/data/").content.decode()
        for name in ("bob", "vera")
    }
    assert shown == {"bob": True, "vera": False}
    assert cast.client("uma").get(f"/studies/{study.id}/data/").status_code in (403, 404)
    assert reads == ["look_at_data", "look_at_data"]


def _answers(served: Path, *, rows: int) -> Path:
    from uuid import uuid4

    path = served / f"answers-{uuid4().hex}.csv"
    lines = [f"{n % 5 + 1},{n % 3 + 1}" for n in range(rows)]
    path.write_text("\n".join(["a1,a2", *lines, ""]), encoding="utf-8")
    return path
