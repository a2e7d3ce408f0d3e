"""Start a company's workspace with a journey to fill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from safar.errors import NotFound
from safar.frameworks import journey_text, journey_texts
from safar.usecases.workspace import Workspace


class UnknownJourney(NotFound):
    """No journey of that name comes with Safar."""

    code = "journey.not-found"
    next_step = (
        "Choose nine-steps or five-stages; any other journey can be published later with `safar journey publish`."
    )


def start_workspace(
    *, path: Path, name: str, journey: str, time_zone: str, now: datetime, environ: Mapping[str, str]
) -> Workspace:
    """A new workspace with one of the journeys that come with Safar in force.

    Raises: UnknownJourney, WorkspaceExists, BadSetting; then nothing is made.
    """
    if journey not in journey_texts():
        raise UnknownJourney(f"There is no journey {journey!r}.")
    workspace = Workspace.create(path, name=name, now=now, settings={"time_zone": time_zone}, environ=environ)
    workspace.publish_journey(journey_text(journey), now=now, note="came with Safar")
    return workspace
