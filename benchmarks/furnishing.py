"""Something for every page to show: a board, a draft of everything, an upload, an import, a job, more people.

Runs in a process of its own, since a process can be set up for one workspace only.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.frame import ROOT

CHARTS = (
    ("measure", "Recommendation", (("metric", "nps"), ("period", "last-90-days"))),
    ("measure", "Satisfaction by step", (("metric", "csat"), ("by", "step"), ("period", "last-365-days"))),
    ("measure", "Effort by month", (("metric", "ces"), ("over", "month"))),
    ("measure", "Recommendation by segment", (("metric", "nps"), ("by", "attribute.segment"))),
    ("map", "The journey", ()),
    ("map", "The journey on the phone", (("channel", "app"),)),
)
"""What a team looks at in the morning."""
_ROWS = 60


def furnished(folder: Path, *, people: int = 0, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Fill the workspace, and tell what is there. `people`: this many accounts more, each with a one-time address."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.furnishing", str(folder), str(people)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", **(environ or {})},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _furnish(folder: Path, people: int) -> dict[str, Any]:
    from safar.domain.board import ChartKind
    from safar.domain.person import Role
    from safar.server import configure

    workspace, now = configure(folder), datetime.now(UTC)
    from safar.store import people as accounts
    from safar.usecases import boards
    from safar.usecases.sign_in import make_sign_in_link

    links = []
    owner = make_sign_in_link(token=secrets.token_urlsafe(32), now=now).person
    other = accounts.add_person(name="Somebody", role=Role.VIEWER, now=now)
    board = boards.create_board(title="Every morning", shared=True, person=owner, now=now)
    for kind, title, query in CHARTS:
        boards.save_chart(board.id, kind=ChartKind(kind), title=title, query=query, person=owner, now=now)
    chart = boards.read_board(board.id, person=owner).charts[0]
    for number in range(people):
        name = f"Person {number}"
        accounts.add_person(name=name, role=Role.VIEWER if number % 3 else Role.MEMBER, now=now)
        links.append(make_sign_in_link(token=secrets.token_urlsafe(32), now=now, name=name).path)
    _draft(workspace, owner, now)
    journey, entry = workspace.journey()
    return {
        "person": str(other.id),
        "board": str(board.id),
        "chart": str(chart.id),
        "version": entry.hash,
        "journey": journey.id,
        "steps": [step.id for step in journey.steps],
        "touchpoints": [one.id for one in journey.touchpoints],
        "links": links,
        **_kept(journey, owner, now),
        **_study(workspace, owner, now),
        **_files(workspace, owner, now),
        **_facts(workspace),
        "routes": list(_routes()),
    }


def _draft(workspace: Any, owner: Any, now: datetime) -> None:
    from safar import frameworks
    from safar.domain.label import Label
    from safar.usecases import drafts
    from safar.usecases.frameworks import OWN

    journey = workspace.journey()[0]
    draft = drafts.open_draft(workspace, person=owner, kind="journey", name=journey.id)
    steps = (replace(journey.steps[0], label=Label({"en": "Another name"})), *journey.steps[1:])
    drafts.change_journey(draft, replace(journey, steps=steps), person=owner, told="a name", now=now)
    draft = drafts.open_draft(workspace, person=owner, kind="rules", name=journey.id)
    rules = draft.rules
    drafts.change_rules(draft, replace(rules, rules=rules.rules[::-1]), person=owner, told="order", now=now)
    draft = drafts.open_draft(workspace, person=owner, kind="framework", name=OWN)
    papers = [frameworks.load(name) for name in frameworks.names()[:2]]
    own = frameworks.started_from(papers, name=OWN, label=Label({"en": "Ours"}), codes=True)
    drafts.change_framework(draft, own, person=owner, told="begun", now=now)


def _kept(journey: Any, owner: Any, now: datetime) -> dict[str, Any]:
    """A saved view and a note on the map."""
    from safar.domain.note import NoteCell, NoteLevel
    from safar.usecases import notes, saved_views

    view = saved_views.save_view(
        journey=journey.id, title="On the phone", query=(("channel", "app"),), shared=True, person=owner, now=now
    )
    cell = NoteCell(level=NoteLevel.TOUCHPOINT, place=journey.touchpoints[0].id)
    note = notes.write_note(journey, cell=cell, text="Look at this together.", person=owner, now=now)
    return {"view": str(view.id), "note": str(note.id)}


def _study(workspace: Any, owner: Any, now: datetime) -> dict[str, Any]:
    """The simulated study with one run, which the server's worker does."""
    from safar.usecases.studies import create_example
    from safar.usecases.study_runs import start_run

    study = create_example(workspace=workspace, title="Roadside service (simulated)", person=owner, now=now)
    return {"study": str(study.id), "run": start_run(study.id, workspace=workspace, person=owner, now=now).number}


def _files(workspace: Any, owner: Any, now: datetime) -> dict[str, Any]:
    """An import with a row set aside, an upload that waits, and a job of the owner's."""
    from safar.analysis.filters import NO_FILTERS
    from safar.usecases import uploads
    from safar.usecases.export_facts import export_arguments
    from safar.usecases.facts_place import Place
    from safar.usecases.import_ import import_files, propose
    from safar.usecases.jobs import start_job

    lines = ["response id,customer,answered at,branch,satisfaction,comment"]
    lines += [
        f'b{n},z{n % 7},2025-11-{n % 27 + 1:02d} 10:00,east-1,{n % 5 + 1},"fine, number {n}"' for n in range(_ROWS)
    ]
    text = "\n".join([*lines, 'b-bad,z1,never,east-1,4,"no time"', ""])
    upload = uuid4()
    stored = uploads.stored_name(1, "answers.csv")
    path = uploads.make_folder(workspace, upload) / stored
    path.write_text(text, encoding="utf-8")
    file = uploads.UploadedFile(name="answers.csv", stored=stored, bytes=len(text))
    kept = uploads.keep_upload(workspace=workspace, upload=upload, person=owner, files=[file], now=now)
    ready, recipe = propose(workspace=workspace, paths=kept.paths, names=kept.names)
    uploads.save_recipe(kept, recipe.text, ready=ready)
    report = import_files(workspace=workspace, paths=[path], recipe=recipe, now=now, names=kept.names)
    arguments = export_arguments(
        facts="passages", format="csv", filters=NO_FILTERS, place=Place(), time_zone=workspace.settings.time_zone
    )
    job = start_job(workspace=workspace, kind="export-facts", arguments=arguments, person=owner, now=now)
    return {"upload": str(upload), "number": report.import_no, "job": str(job.id)}


def _facts(workspace: Any) -> dict[str, Any]:
    """Some of what can be asked for: customers, days, words."""
    tables = workspace.log.tables()
    moves = tables.interactions
    customers = moves.filter(moves["customer"].notnull()).select("customer").limit(4_000).distinct().limit(400)
    ends = moves.aggregate(first=moves["ts"].min(), last=moves["ts"].max()).to_pyarrow().to_pylist()[0]
    last = ends["last"] - timedelta(days=30)
    return {
        "customers": [str(row["customer"]) for row in customers.to_pyarrow().to_pylist()],
        "first_day": ends["first"].date().isoformat(),
        "days": (last - ends["first"]).days,
    }


def _routes() -> Iterator[dict[str, Any]]:
    """The one table of addresses: those that are looked at by whoever takes part."""
    from safar.web.access_table import addresses

    for one in addresses():
        if "GET" in one.methods and not (one.permission is None and "<" in one.route):
            yield {"route": one.route, "name": one.name, "signed_in": one.permission is not None}


if __name__ == "__main__":
    json.dump(_furnish(Path(sys.argv[1]), int(sys.argv[2])), sys.stdout)
