"""What can be wrong with what people ask of accounts."""

from __future__ import annotations

from safar.errors import Conflict, InputError, NotFound


class NoSuchPerson(NotFound):
    """There is no such account."""

    code = "person.not-found"
    next_step = "Open the list of people (or `safar people list`) and choose one from it."


class BadName(InputError):
    """A person cannot be called that."""

    code = "person.bad-name"
    next_step = "Give a name of 1 to 150 letters without @ and without invisible marks."


class NameTaken(InputError):
    """Somebody else is called that."""

    code = "person.name-taken"
    next_step = "Choose another name: people sign in by it, so no two are alike."


class BadEmail(InputError):
    """This is no e-mail address."""

    code = "person.bad-email"
    next_step = "Write it like ann@example.org, or leave it out."


class EmailTaken(InputError):
    """Somebody else has this e-mail address."""

    code = "person.email-taken"
    next_step = "Give each person an address of their own."


class WeakPassword(InputError):
    """A password could be guessed too easily."""

    code = "person.weak-password"
    next_step = "Choose a longer one: three or four words that do not belong together are good."

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


class WrongPassword(InputError):
    """The present password was not right."""

    code = "person.wrong-password"
    next_step = "Type the password that you sign in with now, or have a new one sent to you."


class NoUnits(InputError):
    """A viewer was to be limited to no unit at all."""

    code = "person.no-units"
    next_step = "Choose at least one unit, or let the viewer see everything."


class LastOwner(Conflict):
    """The workspace would be left without an owner who can come in."""

    code = "person.last-owner"
    next_step = "Make somebody else an owner first, and have them sign in once."


class LinkOver(InputError):
    """The link was used already, is too old, or was replaced by a newer one."""

    code = "person.link-over"
    next_step = "Ask the workspace's owner for a new one."


class AlreadySetUp(Conflict):
    """The account has a password already."""

    code = "person.already-set-up"
    next_step = "Change it on your profile."
