"""The letters about accounts, in the language of whoever reads them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safar.domain.person import LinkPurpose
from safar.usecases.mail import Letter
from safar.usecases.people import Handover
from safar.web import numerals


def letter_about(handover: Handover, *, address: str, workspace_name: str, language: str) -> Letter:
    """The letter that carries an invitation, or a link to choose a new password. `address`: the whole link."""
    with translation.override(language):
        words = {"name": handover.account.name, "workspace": workspace_name, "time": lifetime(handover.lifetime)}
        if handover.purpose is LinkPurpose.INVITATION:
            return Letter(
                to=handover.account.email,
                subject=_("Your invitation to %(workspace)s") % words,
                lines=(
                    _("Hello %(name)s,") % words,
                    _("you are invited to look at the customers' journey of %(workspace)s in Safar.") % words,
                ),
                button=(_("Accept the invitation"), address),
                after=(_("The link works once, for %(time)s.") % words,),
                footer=_("If you do not know why you get this, do nothing: without you nobody can use the link."),
                language=language,
            )
        return Letter(
            to=handover.account.email,
            subject=_("Choose a new password for %(workspace)s") % words,
            lines=(
                _("Hello %(name)s,") % words,
                _("somebody asked for a new password for your account at %(workspace)s.") % words,
            ),
            button=(_("Choose a new password"), address),
            after=(_("The link works once, for %(time)s.") % words,),
            footer=_("If it was not you, do nothing: your password stays as it is."),
            language=language,
        )


def lifetime(value: timedelta) -> str:
    """A link's life, in words: "7 days", "24 hours"."""
    hours = round(value.total_seconds() / 3600)
    if hours > 24:
        return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": numerals.number(hours // 24)}
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": numerals.number(hours)}
