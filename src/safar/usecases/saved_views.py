"""Keep views of the journey map under a name, for oneself or for the team. Needs Django to be configured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from safar.domain.matching import folded, rank
from safar.domain.person import Permission, Person
from safar.domain.saved_view import SavedView
from safar.domain.wording import can_be_shown
from safar.errors import InputError, NotFound
from safar.usecases.keeping import KEPT_FOR, LONGEST_QUERY, LONGEST_TITLE

MOST_VIEWS = 100


class ViewNotFound(NotFound):
    """There is no such saved view, or it is not shared."""

    code = "saved-view.not-found"
    next_step = "Look at the list of saved views, or ask whoever saved it to share it with the team."


class BadView(InputError):
    """A view cannot be kept as it was asked for."""

    code = "saved-view.invalid"
    next_step = "Correct the title or the address; a saved view is a view of the journey map."


class ViewNotYours(InputError):
    """The view may be looked at, not changed."""

    code = "saved-view.not-yours"
    next_step = "Save a view of your own, or ask a member of the team to change this one."


def read_views(*, person: Person, journey: str | None = None) -> list[SavedView]:
    """The views that a person may open, by title; of one journey, or of all."""
    from safar.store import saved_views

    return saved_views.list_views(person=person.id, journey=journey)


def search_views(*, text: str, person: Person) -> list[SavedView]:
    """The views that a person may open whose title fits, best first."""
    ranked = [(rank([folded(one.title)], text), one) for one in read_views(person=person)]
    return [one for place, one in sorted(((p, one) for p, one in ranked if p is not None), key=lambda pair: pair[0])]


def read_view(view: UUID, *, person: Person) -> SavedView:
    """One view. Raises: ViewNotFound."""
    from safar.store import saved_views

    found = saved_views.find_view(view)
    if found is None or not found.is_seen_by(person):
        raise ViewNotFound("There is no such saved view.")
    return found


def save_view(
    *, journey: str, title: str, query: Sequence[tuple[str, str]], shared: bool, person: Person, now: datetime
) -> SavedView:
    """Keep a view. Raises: BadView, ViewNotYours (sharing asks for work with the team)."""
    from safar.store import saved_views
    from safar.store.atomic import one_at_a_time

    if shared and not person.may(Permission.WORK):
        raise ViewNotYours("Only members share views with the team.")
    if sum(len(name) + len(value) for name, value in query) > LONGEST_QUERY:
        raise BadView("The view's address is too long.", next_step="Use fewer filters.")
    name = checked_title(title)
    with one_at_a_time(f"views {person.id}"):
        saved_views.clear_removed(before=now - KEPT_FOR)
        if saved_views.count_views(owner=person.id) >= MOST_VIEWS:
            raise BadView(f"You have {MOST_VIEWS} saved views already.", next_step="Remove one that nobody opens.")
        return saved_views.add_view(
            journey=journey, title=name, query=tuple(query), owner=person.id, shared=shared, now=now
        )


def change_view(view: UUID, *, title: str, shared: bool, person: Person, now: datetime) -> SavedView:
    """Rename it, share it or keep it to its owner. Raises: ViewNotFound, ViewNotYours, BadView."""
    from safar.store import saved_views
    from safar.store.atomic import atomic

    name = checked_title(title)
    with atomic():
        found = changeable_view(view, person=person)
        if shared != found.shared:
            if not person.may(Permission.WORK):
                raise ViewNotYours("Only members share views with the team.")
            if not shared and found.owner != person.id:
                raise ViewNotYours("Only who saved a view takes it back from the team.")
        saved_views.change_view(view, title=name, shared=shared, now=now)
    return read_view(view, person=person)


def changeable_view(view: UUID, *, person: Person) -> SavedView:
    """A view that the person may change. Raises: ViewNotFound, ViewNotYours."""
    found = read_view(view, person=person)
    if not found.is_changed_by(person):
        raise ViewNotYours(f"{found.title} is not yours to change.")
    return found


def remove_view(view: UUID, *, person: Person, now: datetime) -> SavedView:
    """Take it away, and its links with it; `restore_view` brings them back. Raises: ViewNotFound, ViewNotYours."""
    from safar.store import saved_views
    from safar.store.atomic import atomic

    with atomic():
        found = changeable_view(view, person=person)
        saved_views.set_removed(view, at=now)
    return found


def restore_view(view: UUID, *, person: Person) -> SavedView:
    """Bring a removed view back. Raises: ViewNotFound, ViewNotYours."""
    from safar.store import saved_views
    from safar.store.atomic import atomic

    with atomic():
        found = saved_views.find_removed(view) or saved_views.find_view(view)
        if found is None or not found.is_seen_by(person):
            raise ViewNotFound("There is no such saved view any more.")
        if not found.is_changed_by(person):
            raise ViewNotYours(f"{found.title} is not yours to change.")
        saved_views.set_removed(view, at=None)
    return read_view(view, person=person)


def checked_title(text: str) -> str:
    """The title, tidied. Raises: BadView."""
    title = " ".join(text.split())
    if not title or len(title) > LONGEST_TITLE:
        raise BadView(f"A title has 1 to {LONGEST_TITLE} characters.")
    if not can_be_shown(title):
        raise BadView("A title holds a character that cannot be shown.")
    return title
