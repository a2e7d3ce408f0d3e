"""Two who want the same at the same instant: one has it, the other is told, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from safar.domain.person import Account, LinkPurpose, Role
from safar.usecases.person_errors import EmailTaken, LastOwner, NameTaken
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW

ROUNDS = 6
PASSWORD = "three small grey herons"  # noqa: S105  # of nobody


@pytest.fixture
def emptied(served: Path) -> Iterator[Path]:
    """The database without people before and after: what threads write is seen by all, so no test's transaction
    can take it back."""
    from safar.store.models import Attempt, Job, User

    def empty() -> None:
        for model in (Job, User, Attempt):
            model.objects.all().delete()

    empty()
    yield served
    empty()


def _at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call gives, or raises, when all are made at the same instant by threads of their own."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        from django.db import connections

        try:
            gate.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _sorted(found: list[object], error: type[Exception]) -> tuple[list[object], list[object]]:
    refused: list[object] = [one for one in found if isinstance(one, error)]
    good = [one for one in found if not isinstance(one, Exception)]
    assert len(good) + len(refused) == len(found), found
    return good, refused


def _invite(name: str, email: str = "", role: Role = Role.MEMBER) -> Account:
    from safar.usecases.people import invite_person

    token = secrets.token_urlsafe(32)
    return invite_person(name=name, email=email, role=role, token=token, now=NOW).account


def _joined(name: str, role: Role = Role.MEMBER) -> Account:
    from safar.store import people
    from safar.store.atomic import atomic

    found = _invite(name, role=role)
    with atomic():
        people.set_password(found.id, PASSWORD)
    return found


def test_two_who_are_invited_by_one_name(emptied: Path) -> None:
    for one in range(ROUNDS):
        made, refused = _sorted(_at_once(*[partial(_invite, f"Ann {one}")] * 4), NameTaken)
        assert (len(made), len(refused)) == (1, 3)


def test_two_who_are_invited_by_one_address(emptied: Path) -> None:
    for one in range(ROUNDS):
        calls = [partial(_invite, f"{who} {one}", f"shared{one}@example.org") for who in ("Ann", "Ben")]
        made, refused = _sorted(_at_once(*calls), EmailTaken)
        assert (len(made), len(refused)) == (1, 1)


def test_two_who_take_one_name_in_their_profiles_and_by_an_invitation(emptied: Path) -> None:
    from safar.store import links
    from safar.usecases.own_account import accept_invitation, change_profile

    ann, ben = _joined("Ann"), _joined("Ben")
    for one in range(ROUNDS):
        new, token = _invite(f"New {one}"), secrets.token_urlsafe(32)
        links.add_link(person=new.id, token=token, now=NOW, lifetime=timedelta(days=1), purpose=LinkPurpose.INVITATION)
        calls: list[Callable[[], object]] = [
            partial(change_profile, person=who, name=f"Kim {one}", email="", language="") for who in (ann.id, ben.id)
        ]
        calls.append(
            partial(
                accept_invitation, token=token, name=f"Kim {one}", email="", password=PASSWORD, language="", now=NOW
            )
        )
        made, refused = _sorted(_at_once(*calls), NameTaken)
        assert (len(made), len(refused)) == (1, 2)


def test_the_first_owner_is_made_once(emptied: Path) -> None:
    from safar.store.models import User
    from safar.usecases.sign_in import make_sign_in_link

    for _ in range(ROUNDS):
        User.objects.all().delete()
        made, _ = _sorted(
            _at_once(*[lambda: make_sign_in_link(token=secrets.token_urlsafe(32), now=NOW)] * 3), ValueError
        )
        assert len(made) == 3
        assert User.objects.count() == 1


def test_two_owners_who_leave_at_once_do_not_leave_nobody(emptied: Path) -> None:
    from safar.store.models import User
    from safar.usecases.people import change_role, close_account

    for one in range(ROUNDS):
        User.objects.all().delete()
        ann, ben = (_joined(f"{name} {one}", Role.OWNER) for name in ("Ann", "Ben"))
        left, refused = _sorted(
            _at_once(
                partial(change_role, person=ann.id, role=Role.MEMBER),
                partial(close_account, person=ben.id, now=NOW),
            ),
            LastOwner,
        )
        assert (len(left), len(refused)) == (1, 1)


def test_a_link_for_somebody_who_is_deleted_at_that_moment(emptied: Path) -> None:
    from safar.usecases.people import delete_account, hand_over_link
    from safar.usecases.person_errors import NoSuchPerson

    _joined("Olga", Role.OWNER)
    for one in range(ROUNDS):
        ann = _joined(f"Ann {one}")
        _sorted(
            _at_once(
                partial(delete_account, person=ann.id, now=NOW),
                partial(hand_over_link, person=ann.id, token=secrets.token_urlsafe(32), now=NOW),
            ),
            NoSuchPerson,
        )


def test_no_more_guesses_than_allowed_slip_through_together(emptied: Path) -> None:
    from safar.store.models import Attempt
    from safar.usecases.sign_in import TooManyGuesses, allow_guess

    tries = [lambda: allow_guess(name="Ann", sender="192.0.2.1", now=NOW)] * 12
    allowed, refused = _sorted(_at_once(*tries), TooManyGuesses)
    assert (len(allowed), len(refused)) == (5, 7)
    assert Attempt.objects.count() == 5


def test_the_same_work_asked_for_at_once_waits_once(emptied: Path) -> None:
    from safar.domain.job import Job
    from safar.usecases.jobs import start_job

    opened = Workspace.open(emptied)
    for one in range(ROUNDS):
        found = _at_once(
            *[
                partial(
                    start_job,
                    workspace=opened,
                    kind="prepare",
                    arguments={"round": one},
                    person=None,
                    now=NOW,
                    once=True,
                )
            ]
            * 4
        )
        assert all(isinstance(job, Job) for job in found), found
        assert len({job.id for job in found if isinstance(job, Job)}) == 1


def test_a_draft_changed_and_discarded_at_once(emptied: Path) -> None:
    from safar.store import drafts

    ann = _joined("Ann")

    def change(n: int) -> None:
        drafts.add_change(person=ann.id, kind="rules", name="main", base="0", text=f"# {n}", told="", now=NOW)

    for one in range(3 * ROUNDS):
        found = _at_once(
            partial(change, one),
            partial(change, -one),
            lambda: drafts.discard(person=ann.id, kind="rules", name="main"),
            lambda: drafts.take_back(person=ann.id, kind="rules", name="main"),
        )
        assert not [one for one in found if isinstance(one, Exception)], found


def test_two_wishes_for_one_letter(emptied: Path) -> None:
    from safar.store import boards
    from safar.store.models import Board, BoardLetter

    ann = _joined("Ann")
    made = boards.add_board(title="Mornings", owner=ann.id, shared=False, now=NOW)
    try:
        for _ in range(ROUNDS):
            BoardLetter.objects.all().delete()
            found = _at_once(
                *[
                    lambda: boards.keep_letter(
                        board=made.id, person=ann.id, weekday=0, hour=8, language="en", next_at=NOW
                    )
                ]
                * 3
            )
            assert not [one for one in found if isinstance(one, Exception)], found
            assert BoardLetter.objects.count() == 1
    finally:
        Board.objects.all().delete()
