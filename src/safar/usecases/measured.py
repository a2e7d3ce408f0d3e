"""Measurements that pages show: counted once for each version of the log, and served from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safar.analysis.measurement import Measurement
from safar.log.published import NotPublished
from safar.log.remembered import RememberedFiles
from safar.usecases.measure import measure
from safar.usecases.measure_ask import MeasureAsk
from safar.usecases.remember import keep, known, name_of, results_folder

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

_FORMAT = 1
_MOST = 600
"""Remembered measurements: boards of a whole company, each chart in several forms, and what people just looked at."""


def read_measured(workspace: Workspace, ask: MeasureAsk, *, newest: bool = True) -> Measurement:
    """The measurement of an ask whose times are days (see `measure_ask.within`), remembered or counted.

    newest: False is for who must not wait: the last version that is remembered will do (its origin names it).
    Raises: what `measure` raises.
    """
    found = remembered_measured(workspace, ask, newest=newest)
    if found is not None:
        return found
    name = _name(workspace, ask)
    made = measure(
        workspace=workspace,
        metric=ask.metric,
        by=ask.dimensions,
        where=ask.filters,
        question=ask.questions or None,
        repeats=ask.repeats,
        weighted=ask.weighted,
        option=ask.options or None,
        base=ask.base,
        calendar=ask.calendar,
    )
    keep(workspace, _files(workspace), name, made.to_json(), version=made.origin.log_version)
    return made


def remembered_measured(workspace: Workspace, ask: MeasureAsk, *, newest: bool = False) -> Measurement | None:
    """What `read_measured` would answer at once; None where it would have to count."""
    return known(workspace, Measurement, _files(workspace), _name(workspace, ask), newest=newest)


def name_of_measured(workspace: Workspace, ask: MeasureAsk) -> str:
    """What tells one measurement of a workspace from another, whatever version of the log it shows."""
    return f"{workspace.path}/{_name(workspace, ask, version=0)}"


def _files(workspace: Workspace) -> RememberedFiles:
    return RememberedFiles(results_folder(workspace, "measurements"), _MOST)


def _name(workspace: Workspace, ask: MeasureAsk, *, version: int | None = None) -> str:
    return name_of(workspace, [_FORMAT, ask.as_query("UTC"), _in_force(workspace, ask)], version=version)


def _in_force(workspace: Workspace, ask: MeasureAsk) -> list[str]:
    """The journey and the rules, where the measurement follows them."""
    if not ({"step", "touchpoint"} & set(ask.by) or ask.filters.steps or ask.filters.touchpoints):
        return []
    try:
        journey, entry = workspace.journey()
        return [entry.hash, workspace.rules(journey.id)[1].hash]
    except NotPublished:  # measuring says so
        return []
