"""What is shown beside a map: worked out from the prepared tables when somebody asks, then remembered.

Every such view is one frozen result of a version of the log, of the journey and of the rules. It is never on the way
of the map itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from safar.analysis.instant import utc
from safar.analysis.result import Origin
from safar.log.prepared import BESIDE, PreparedFiles
from safar.usecases.journey_map import Prepared, is_ahead, opened_prepared, prepared_folder, prepared_key
from safar.usecases.prepare import PreparedKey
from safar.usecases.remember import keep, known, name_of

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

_FORMAT = 2


class Shown(Protocol):
    """A result that can be kept as text."""

    @property
    def origin(self) -> Origin:
        """What it came from."""

    def to_json(self) -> str:
        """The whole of it."""


R = TypeVar("R", bound=Shown)


@dataclass(frozen=True, slots=True)
class View(Generic[R]):
    """A result to be shown. `about`: everything that it depends on besides log, journey, rules and settings."""

    kind: type[R]
    about: tuple[object, ...]
    make: Callable[[Prepared], R]
    as_of: datetime | None = None
    journey: str | None = None
    journey_version: str | None = None
    rules_version: str | None = None


def read_view(workspace: Workspace, view: View[R], *, now: datetime | None, newest: bool = True) -> R:
    """The result, remembered or made. newest: False makes it of the last tables that are prepared, without waiting.

    now: as in `read_journey_map`. Raises: what making it raises.
    """
    key, files = _place(workspace, view)
    name = _name(workspace, view)
    found = _known(workspace, view, files, name, now=now, newest=True)
    if found is not None:
        return found
    with opened_prepared(workspace, key, now=now, as_of=view.as_of, newest=newest) as prepared:
        shown = _name(workspace, view, version=prepared.tables.version)
        found = None if shown == name else _known(workspace, view, files, shown, now=now, newest=True)
        if found is not None:
            return found
        made = view.make(prepared)
        keep(workspace, files.results, name, made.to_json(), version=prepared.tables.version)
    return made


def remembered_view(workspace: Workspace, view: View[R], *, now: datetime, newest: bool) -> R | None:
    """What `read_view` would answer at once; None where it would have to count."""
    _, files = _place(workspace, view)
    return _known(workspace, view, files, _name(workspace, view), now=now, newest=newest)


def name_of_view(workspace: Workspace, view: View[Any]) -> str:
    """What tells one view of a workspace from another, whatever version of the log it shows."""
    key, _ = _place(workspace, view)
    return f"{workspace.path}/{key.folder_name}/{_name(workspace, view, version=0)}"


def _place(workspace: Workspace, view: View[Any]) -> tuple[PreparedKey, PreparedFiles]:
    key = prepared_key(
        workspace, journey=view.journey, journey_version=view.journey_version, rules_version=view.rules_version
    )
    return key, PreparedFiles(prepared_folder(workspace) / key.folder_name, workspace.settings.writer_wait_s)


def _name(workspace: Workspace, view: View[Any], *, version: int | None = None) -> str:
    as_of = None if view.as_of is None else utc(view.as_of).isoformat()
    about = [_FORMAT, view.kind.__name__, [str(one) for one in view.about], as_of]
    return name_of(workspace, about, version=version, ending=BESIDE)


def _known(
    workspace: Workspace, view: View[R], files: PreparedFiles, name: str, *, now: datetime | None, newest: bool
) -> R | None:
    found = known(workspace, view.kind, files.results, name, newest=newest)
    return None if found is None or is_ahead(found.origin, now) else found
