"""One error tree: every error carries a code, a message and the next step.

The code is stable (documented in docs/reference/errors.md, one entry each, tested); the message says
what is wrong and where; `next_step` says what the reader can do about it.
"""

from __future__ import annotations

from typing import ClassVar


class SafarError(Exception):
    """Base of all errors that Safar raises on purpose.

    Subclasses set `code` ("noun.what-is-wrong") and may set a default `next_step`.
    """

    code: ClassVar[str] = "safar.error"
    next_step: str = "See the message; run the command with --help for what it expects."
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if next_step is not None:
            self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class InputError(SafarError):
    """What the caller gave cannot be used; nothing was changed."""

    code = "input.invalid"
    exit_code = 2


class NotFound(InputError):
    """A named thing does not exist."""

    code = "input.not-found"


class Conflict(SafarError):
    """The thing is in use, or changed by somebody else in the meantime; trying again may help."""

    code = "safar.conflict"
    exit_code = 3


def all_errors(root: type[SafarError] = SafarError) -> list[type[SafarError]]:
    """Every error class that is loaded, parents first: the documentation test reads this."""
    found = [root]
    for child in root.__subclasses__():
        found.extend(all_errors(child))
    return found
