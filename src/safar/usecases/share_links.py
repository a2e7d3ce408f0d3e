"""Links by which people without an account look at one saved view of the map, with the rights of who made the link.

Needs Django to be configured.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from safar.domain.person import Permission, Person
from safar.domain.saved_view import ShareLink, Sharers
from safar.errors import Conflict, InputError, NotFound
from safar.notices import notice
from safar.settings import Settings
from safar.usecases.keeping import KEPT_FOR
from safar.usecases.saved_views import read_view
from safar.usecases.sign_in import check_token

if TYPE_CHECKING:
    from safar.store.attempts import Limits

MOST_LINKS = 50
OPENINGS = "share"
_log = logging.getLogger("safar.people")
OPENING_WINDOW = timedelta(minutes=15)


class LinkNotFound(NotFound):
    """There is no such link, or it is over."""

    code = "share-link.not-found"
    next_step = "Look at the list of links, or make a new one."


class BadLink(InputError):
    """A link cannot be made as it was asked for."""

    code = "share-link.invalid"
    next_step = "Choose an end within what the workspace allows."


class MayNotShare(InputError):
    """Links for people without an account are not permitted, or not to this person."""

    code = "share-link.not-permitted"
    next_step = "Ask the workspace's owner to permit them by the setting `share_links`."


class TooManyOpenings(Conflict):
    """Shared views were opened too often from one network address, or one of them from everywhere."""

    code = "share-link.too-many-openings"
    next_step = "Wait a quarter of an hour."


def sharers_of(settings: Settings) -> Sharers:
    """Who may make links."""
    return Sharers(settings.share_links)


def make_link(
    view: UUID, *, days: int, quotes: bool, token: str, person: Person, settings: Settings, now: datetime
) -> ShareLink:
    """A link that works for so many days. `token`: fresh randomness from the entry point.

    Raises: ViewNotFound, MayNotShare, BadLink.
    """
    from safar.store import share_links
    from safar.store.atomic import one_at_a_time

    check_token(token)
    if not sharers_of(settings).include(person):
        raise MayNotShare("You may not make links for people without an account.")
    if not 1 <= days <= settings.share_days:
        raise BadLink(f"A link works for 1 to {settings.share_days} days.")
    with one_at_a_time(f"share links {person.id}"):
        share_links.clear_over(before=now - KEPT_FOR)
        read_view(view, person=person)
        if len(share_links.list_links(now=now, person=person.id)) >= MOST_LINKS:
            raise BadLink(f"You have {MOST_LINKS} links already.", next_step="End one that nobody needs.")
        made = share_links.add_link(
            view=view, person=person.id, token=token, quotes=quotes, now=now, expires_at=now + timedelta(days=days)
        )
    notice(_log, "share-link.made", link=made.id, view=view, person=person.id, days=days)
    return made


def read_links(*, person: Person, now: datetime, view: UUID | None = None) -> list[ShareLink]:
    """Links that are in time and not ended, newest first: one's own, and everybody's for the workspace's owner."""
    from safar.store import share_links

    everybodys = person.may(Permission.MANAGE)
    return share_links.list_links(now=now, person=None if everybodys else person.id, view=view)


def end_link(link: UUID, *, person: Person, now: datetime) -> ShareLink:
    """From now on it opens nothing. Raises: LinkNotFound."""
    return _set_ended(link, at=now, person=person)


def resume_link(link: UUID, *, person: Person) -> ShareLink:
    """It opens its view again, if it is still in time. Raises: LinkNotFound."""
    return _set_ended(link, at=None, person=person)


def open_link(*, token: str, sender: str, settings: Settings, now: datetime) -> ShareLink | None:
    """What a token opens; None where it opens nothing. Every try is counted. Raises: TooManyOpenings."""
    from safar.store import attempts, share_links

    if not attempts.try_now(kind=OPENINGS, name=token, sender=sender, now=now, limits=opening_limits()):
        raise TooManyOpenings("Shared views were opened too often.")
    found = share_links.link_with(token=token)
    if found is None or not found.is_good(now=now, sharers=sharers_of(settings)):
        return None
    share_links.note_opened(found.id, now=now)
    notice(_log, "share-link.opened", link=found.id, view=found.view.id)
    return found


def opening_limits() -> Limits:
    """How often views are opened at most: one by one sender, one by all, and all by one sender."""
    from safar.store.attempts import Limits

    return Limits(window=OPENING_WINDOW, pair=240, account=3_000, sender=480)


def _set_ended(link: UUID, *, at: datetime | None, person: Person) -> ShareLink:
    from safar.store import share_links
    from safar.store.atomic import atomic

    with atomic():
        found = share_links.find_link(link)
        if found is None or not found.is_ended_by(person):
            raise LinkNotFound("There is no such link.")
        share_links.set_ended(link, at=at)
    notice(_log, "share-link.resumed" if at is None else "share-link.ended", link=link, person=person.id)
    return found
