"""Results that are worked out once for each version of the log, and served from then on.

While facts arrive, the last version of a result may be shown for as long as only imports came since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from safar.analysis.thaw import thaw
from safar.log.remembered import RememberedFiles
from safar.usecases.prepare import may_lag

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

R = TypeVar("R")


def name_of(workspace: Workspace, about: Sequence[object], *, version: int | None = None, ending: str = "") -> str:
    """A result's name at a version of the log (the newest): everything else that it depends on is in `about`,
    in the settings that figures follow, and in whether the data are simulated."""
    number = workspace.log.head().number if version is None else version
    settings = workspace.settings
    told = [
        *about,
        [settings.too_few, settings.few, settings.confidence, settings.time_zone],
        workspace.simulated,
    ]
    return f"{number:08d}-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]}{ending}"


def known(workspace: Workspace, kind: type[R], files: RememberedFiles, name: str, *, newest: bool) -> R | None:
    """The remembered result. newest: False also takes its last version, where that may still be shown."""
    found = _thawed(kind, files.remembered(name))
    if found is None and not newest:
        last = files.last_remembered(name.partition("-")[2])
        if last is not None and may_lag(workspace.log, last[0]):
            found = _thawed(kind, last[1])
    return found


def keep(workspace: Workspace, files: RememberedFiles, name: str, text: str, *, version: int) -> None:
    """Keep a result under the version of the log that it shows, though others were imported since its name was made.

    After anything else came (somebody was forgotten) it is not kept.
    """
    if may_lag(workspace.log, version):
        files.remember(f"{version:08d}-{name.partition('-')[2]}", text)


def results_folder(workspace: Workspace, name: str) -> Path:
    """Where results that need no prepared tables are kept; they are forgotten as maps are."""
    return workspace.path / "prepared" / name / "maps"


def _thawed(kind: type[R], text: str | None) -> R | None:
    found = None if text is None else _thawed_once(kind, text)  # type: ignore[arg-type]  # a class is hashable
    return found if isinstance(found, kind) else None


# The file is read each time, so that what was forgotten is gone at once; to build its objects costs ten times as much.
@lru_cache(maxsize=256)
def _thawed_once(kind: type[object], text: str) -> object:
    try:
        return thaw(kind, text)
    except (KeyError, TypeError, ValueError):  # written by another release
        return None
