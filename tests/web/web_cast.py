"""The standing cast of the page tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.web.page_text import Page

if TYPE_CHECKING:
    from django.test import Client

    from safar.domain.person import Person
    from safar.store.models import User

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
FACTS = 12_000
UNIT = "north-1"


@dataclass(frozen=True)
class Cast:
    """Alice owns the workspace, Bob is a member, Charlie has an account and takes no part.

    Vera is a viewer; Uma is a viewer who may see the facts of `UNIT` only.
    """

    alice: User
    bob: User
    charlie: User
    vera: User
    uma: User

    def client(self, name: str | None) -> Client:
        """A browser in which that person is signed in; None: nobody."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost")
        if name is not None:
            client.force_login(getattr(self, name))
        return client

    def person(self, name: str) -> Person:
        """That person as the verbs know people."""
        from safar.store.people import person_of

        return person_of(getattr(self, name))

    def post(self, name: str, address: str, data: Mapping[str, object] | None = None) -> Page:
        """The page that a person ends on who sends a form."""
        answer = self.client(name).post(address, dict(data or {}), follow=True)
        assert answer.status_code == 200, answer.content.decode()[-3000:]
        return Page(answer.content)


def do_all_work(folder: Path) -> None:
    """What a worker would do of the long work that waits, in this process."""
    from safar.usecases.work import Pace, Worker
    from safar.usecases.workspace import Workspace

    worker = Worker(
        name="here", open_workspace=lambda: Workspace.open(folder), clock=lambda: NOW, pace=Pace(beat_every=3600.0)
    )
    while worker.work_once():
        pass
