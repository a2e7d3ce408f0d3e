"""Who may open and change a study, and what is said where that or a study's shape is refused."""

from __future__ import annotations

from uuid import UUID

from safar.domain.person import Person
from safar.domain.study import Study
from safar.domain.wording import can_be_shown
from safar.errors import InputError, NotFound
from safar.usecases.keeping import LONGEST_TITLE

LONGEST_MODEL = 200_000
"""Characters of a model's text."""


class StudyNotFound(NotFound):
    """There is no such study, run or version, or it is not shared."""

    code = "study.not-found"
    next_step = "Look at the list of studies, or ask whoever made the study to share it."


class BadStudy(InputError):
    """A study cannot be kept as it was asked for."""

    code = "study.invalid"
    next_step = "Correct what is named and try again."


class StudyNotYours(InputError):
    """The study may be looked at, not changed."""

    code = "study.not-yours"
    next_step = "Copy it, or ask a member of the team to change it."


def read_study(study: UUID, *, person: Person) -> Study:
    """A study. Raises: StudyNotFound."""
    from safar.store import studies

    found = studies.find_study(study)
    if found is None or not found.is_seen_by(person):
        raise StudyNotFound("There is no such study.")
    return found


def own_study(study: UUID, *, person: Person) -> Study:
    """A study that the person may change. Raises: StudyNotFound, StudyNotYours."""
    found = read_study(study, person=person)
    if not found.is_changed_by(person):
        raise StudyNotYours(f"{found.title} is not yours to change.")
    return found


def checked_title(text: str) -> str:
    """A title in one line. Raises: BadStudy."""
    title = " ".join(text.split())
    if not title or len(title) > LONGEST_TITLE:
        raise BadStudy(f"A title has 1 to {LONGEST_TITLE} characters.")
    if not can_be_shown(title):
        raise BadStudy("A title holds a character that cannot be shown.")
    return title
