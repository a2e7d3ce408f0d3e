"""Django in the test process: one workspace, one database, every test in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from web_cast import NOW, Cast


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that this process is configured for."""
    from safar.server import configure
    from safar.usecases.workspace import Workspace

    folder = tmp_path_factory.mktemp("web") / "workspace"
    Workspace.create(folder, name="Test company", now=NOW)
    configure(folder, environ={})
    return folder


@pytest.fixture
def cast(served: Path) -> Iterator[Cast]:
    """The standing cast, gone after the test."""
    from django.db import transaction

    from safar.domain.person import Role
    from safar.store import people
    from safar.store.models import User

    with transaction.atomic():
        for name, role in (("Alice", Role.OWNER), ("Bob", Role.MEMBER), ("Charlie", None)):
            people.add_person(name=name, role=role, now=NOW)
        found = {user.name.lower(): user for user in User.objects.all()}
        yield Cast(**{name: found[name] for name in ("alice", "bob", "charlie")})
        transaction.set_rollback(True)
