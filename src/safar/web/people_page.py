"""People as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BoundField
from django.utils.translation import gettext as _

from safar.domain.person import Account, AccountState, LinkPurpose, Person
from safar.usecases.people import Handover
from safar.web.letters import lifetime
from safar.web.people_forms import RoleForm, role_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person. `is_me`: the reader."""

    account: Account
    role: str
    state: str
    state_name: str
    is_me: bool
    is_open: bool
    is_invited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChoice:
    """A role to choose, with what it may do."""

    value: str
    title: str
    explanation: str
    on: bool
    html_id: str


def person_view(account: Account, *, me: Person) -> PersonView:
    """A row of the list, and the head of a person's own page."""
    return PersonView(
        account=account,
        role=_("takes no part") if account.role is None else role_texts()[account.role][0],
        state=_states()[account.state],
        state_name=account.state.value,
        is_me=account.id == me.id,
        is_open=account.is_open,
        is_invited=account.state is AccountState.INVITED,
    )


def role_choices(form: RoleForm) -> list[RoleChoice]:
    """The roles of a form, each with its explanation."""
    field: BoundField = form["role"]
    return [
        RoleChoice(
            value=str(role),
            title=title,
            explanation=explanation,
            on=field.value() == str(role),
            html_id=f"{field.auto_id}_{role}",
        )
        for role, (title, explanation) in role_texts().items()
    ]


def handed_over(handover: Handover, *, address: str, failed: bool) -> dict[str, str | bool]:
    """What the page says that shows a link once; it waits in the session until then."""
    return {
        "name": handover.account.name,
        "email": handover.account.email,
        "address": address,
        "lifetime": lifetime(handover.lifetime),
        "invitation": handover.purpose is LinkPurpose.INVITATION,
        "failed": failed,
    }


def _states() -> dict[AccountState, str]:
    return {
        AccountState.INVITED: _("invited"),
        AccountState.ACTIVE: _("active"),
        AccountState.CLOSED: _("closed"),
        AccountState.OUTSIDE: _("takes no part"),
    }
