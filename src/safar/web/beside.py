"""What is made beside the pages, of the log's versions: an older one is shown while only imports came since."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from safar.errors import SafarError
from safar.usecases.prepare import may_lag
from safar.usecases.views import Shown
from safar.usecases.workspace import Workspace
from safar.web.waiting import Maker, Waiting

R = TypeVar("R", bound=Shown)
T = TypeVar("T")
SHOWN_FOR_S = 20.0
"""How long a counted view is held for whoever waits for it, while newer facts arrive."""


class _Made(NamedTuple, Generic[T]):
    """What was made, of which version of the log, and when it was ready."""

    found: T
    version: int
    at: float


class Beside(Generic[T]):
    """What is made beside the pages, of one kind."""

    def __init__(self, maker: Maker[_Made[T]]) -> None:
        self._maker = maker

    def ask(
        self,
        workspace: Workspace,
        name: str,
        find: Callable[[], T],
        *,
        patience_s: float,
        version_of: Callable[[T], int] | None = None,
    ) -> T | Waiting:
        """What `find` finds, or how long it has been looked for already.

        While facts arrive, what was found before is shown until the newer is ready, as long as only imports came since:
        after anything else (somebody was forgotten) it is never shown again. version_of: what version of the log it
        shows; None: the newest of when it was begun.
        """
        log = workspace.log

        def make() -> _Made[T]:
            version = log.head().number
            found = find()
            return _Made(found, version if version_of is None else version_of(found), time.monotonic())

        def may(made: _Made[T]) -> bool:
            return may_lag(log, made.version)

        def fits(made: _Made[T]) -> bool:
            # What was waited for is of a version that may be over when it is ready: it is shown all the same.
            recent = time.monotonic() - made.at < SHOWN_FOR_S
            return made.version == log.head().number or (recent and may(made))

        made = self._maker.ask(name, make, patience_s=patience_s, fits=fits, meanwhile=may)
        return made if isinstance(made, Waiting) else made.found


def renewed(
    workspace: Workspace,
    name: str,
    remembered: Callable[[bool], R | None],
    make: Callable[[], R],
    beside: Beside[Any],
    *,
    patience_s: float,
) -> R | Waiting:
    """The newest of a result that is remembered. An older one is shown at once, and renewed when its turn comes.

    remembered: the newest alone, or the last that may still be shown. beside: where it is made if there is none.
    """
    newest = remembered(True)
    if newest is not None:
        return newest
    older = remembered(False)
    line, patience = (beside, patience_s) if older is None else (_RENEWALS, 0.0)
    try:
        found: R | Waiting = line.ask(workspace, name, make, patience_s=patience, version_of=_shown_version)
    except SafarError:
        if older is None:
            raise
        logging.getLogger("safar.web").exception("What is shown could not be renewed.")
        return older
    return older if isinstance(found, Waiting) and older is not None else found


_RENEWALS: Beside[Any] = Beside(Maker(at_once=1, in_line=100, kept=100))
"""One at a time, so that pages and what nobody has seen yet come first."""


def _shown_version(result: Shown) -> int:
    return result.origin.log_version
