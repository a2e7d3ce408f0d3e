"""What a password may not be, beyond what Django's own validators refuse."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safar.web import numerals

LEAST_DIFFERENT = 5
"""Characters that differ: a passphrase has more, and "aaaaaaaaaaaa" is as easy to guess as "a"."""


class VariedPasswordValidator:
    """Refuses passwords of few different characters; upper and lower case are the same one."""

    def validate(self, password: str, user: Any = None) -> None:  # the interface of validators
        """Raises: ValidationError."""
        found = len(set(password.casefold()))
        if found < LEAST_DIFFERENT:
            told = ngettext(
                "This password has only %(found)s different character: use at least %(least)s.",
                "This password has only %(found)s different characters: use at least %(least)s.",
                found,
            )
            raise ValidationError(told % _numbers(found), code="password_too_uniform")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("Your password must have at least %(least)s different characters.") % _numbers(0)


def _numbers(found: int) -> dict[str, str]:
    return {"found": numerals.number(found), "least": numerals.number(LEAST_DIFFERENT)}
