"""What pages read of the log: what is remembered at once, the rest counted beside the page, which waits a moment."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.utils import timezone

from safar.analysis.cell_answers import Part
from safar.analysis.filters import Filters
from safar.analysis.group_tests import Dims
from safar.analysis.journey_map import JourneyMap
from safar.analysis.map_parts import MapParts
from safar.analysis.measurement import Measurement
from safar.errors import SafarError
from safar.log.published import NotPublished
from safar.usecases.customer_timeline import CustomerTimeline, read_timeline
from safar.usecases.export_map import export_map
from safar.usecases.facts_place import Place
from safar.usecases.filter_choices import FilterChoices, read_choices
from safar.usecases.journey_map import name_of_map, read_journey_map, remembered_map
from safar.usecases.measure_ask import MeasureAsk
from safar.usecases.measure_choices import MeasureChoices, read_measure_choices, remembered_measure_choices
from safar.usecases.measured import name_of_measured, read_measured, remembered_measured
from safar.usecases.measured_facts import read_measured_facts
from safar.usecases.names import read_names
from safar.usecases.read_facts import FactsPage, read_facts
from safar.usecases.search import FactsFound, search_facts
from safar.usecases.views import Shown, View, name_of_view, read_view, remembered_view
from safar.usecases.workspace import Workspace
from safar.web.beside import Beside, renewed
from safar.web.counting import counted
from safar.web.waiting import Maker, Waiting
from safar.web.words import speech_in
from safar.web.workspaces import workspace as open_workspace

R = TypeVar("R", bound=Shown)
T = TypeVar("T")
REST = 2.0
"""Between two rounds of upkeep lies this many times what a round took: readers come first."""

MAP_PATIENCE_S = 1.0
"""How long a page waits for a view that has to be counted; then it says so."""


class _Upkeep:
    """Brings prepared tables and the map up to date beside the pages, one round at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: dict[str | None, int] = {}
        self._next = 0.0

    def look(self, workspace: Workspace) -> None:
        """Begin a round if the log has moved on and none is under way."""
        version = workspace.log.head().number
        with self._lock:
            if version == self._versions.get(workspace.chosen) or time.monotonic() < self._next:
                return
            self._versions[workspace.chosen], self._next = version, float("inf")
        # No daemon: the engine aborts the process when a thread inside it is torn down with the interpreter.
        threading.Thread(target=self._round, args=(workspace,), name="safar-upkeep").start()

    def _round(self, workspace: Workspace) -> None:
        began = time.monotonic()
        try:
            counted(read_journey_map, workspace, now=timezone.now())
            _choices(workspace.path, workspace.log.head().number, None)
        except Exception:
            self._versions.pop(workspace.chosen, None)  # the next page tries again
            logging.getLogger("safar.web").exception("The prepared tables could not be brought up to date.")
        finally:
            self._next = time.monotonic() + REST * (time.monotonic() - began)


_UPKEEP = _Upkeep()
_MAPS: Beside[JourneyMap] = Beside(Maker())
_MEASURED: Beside[Measurement] = Beside(Maker())
_MEASURE_CHOICES: Maker[MeasureChoices] = Maker()


class Patience:
    """How long a page that shows several views waits for all of them together."""

    def __init__(self) -> None:
        self._until = time.monotonic() + MAP_PATIENCE_S

    def left(self) -> float:
        """What is left of it."""
        return max(0.0, self._until - time.monotonic())


def read_map(workspace: Workspace, *, filters: Filters, patience: Patience | None = None) -> JourneyMap | Waiting:
    """The journey map under filters: of the newest facts that are prepared; newer ones are prepared meanwhile.

    What is not ready within `patience` (that of the page; without, of its own) is counted beside the pages, and this
    says how long already.
    """
    _UPKEEP.look(workspace)

    def remembered(newest: bool) -> JourneyMap | None:
        return remembered_map(workspace, filters=filters, now=timezone.now(), newest=newest)

    def make() -> JourneyMap:
        made = counted(read_journey_map, workspace, filters=filters, now=timezone.now(), newest=False)
        choices_of(workspace, units=None)
        return made

    if not filters:  # what upkeep brings up to date
        found = remembered(newest=False)
        if found is not None:
            return found
    patience_s = (patience or Patience()).left()
    return renewed(workspace, name_of_map(workspace, filters=filters), remembered, make, _MAPS, patience_s=patience_s)


def list_facts(
    workspace: Workspace, *, kind: str, filters: Filters, place: Place, identifiers: bool, after: str | None
) -> FactsPage | Waiting:
    """One page of facts."""

    def make() -> FactsPage:
        return counted(
            read_facts,
            workspace,
            kind=kind,
            filters=filters,
            place=place,
            now=timezone.now(),
            identifiers=identifiers,
            after=after,
        )

    return look_up(workspace, ("facts", kind, filters.as_query(), place, identifiers, after), make)


def list_measured_facts(
    workspace: Workspace, ask: MeasureAsk, *, dims: Dims | None, part: Part, after: str | None
) -> FactsPage | Waiting:
    """One page of the answers behind a figure, or behind a line of the balance."""

    def find() -> FactsPage:
        return counted(read_measured_facts, workspace, ask, dims=dims, part=part, after=after)

    asked = ("measured", ask.as_query("UTC"), dims, part.value, after)
    return look_up(workspace, asked, find)


def read_customer(
    workspace: Workspace,
    *,
    customer: int,
    units: tuple[str, ...] | None,
    identifiers: bool,
    before: datetime | None,
    only: str | None = None,
) -> CustomerTimeline | Waiting:
    """One customer's timeline."""

    def make() -> CustomerTimeline:
        return counted(
            read_timeline,
            workspace,
            customer=customer,
            units=units,
            identifiers=identifiers,
            now=timezone.now(),
            before=before,
            only=only,
        )

    return look_up(workspace, ("customer", customer, units, identifiers, before, only), make)


def search_in_facts(
    workspace: Workspace, *, text: str, units: tuple[str, ...] | None, identifiers: bool
) -> FactsFound | Waiting:
    """Words and customers."""

    def make() -> FactsFound:
        return counted(search_facts, workspace, text=text, units=units, identifiers=identifiers, now=timezone.now())

    return look_up(workspace, ("search", text, units, identifiers), make)


_LOOKED_UP: Beside[Any] = Beside(Maker(kept=32))


def look_up(workspace: Workspace, asked: tuple[object, ...], find: Callable[[], T]) -> T | Waiting:
    """What `find` finds under the journey and rules in force, looked up beside the pages."""
    name = repr((str(workspace.path), workspace.chosen, *_in_force(workspace), *asked))
    return cast("T | Waiting", _LOOKED_UP.ask(workspace, name, find, patience_s=MAP_PATIENCE_S))


def lately(workspace: Workspace, asked: tuple[object, ...], find: Callable[[], T]) -> T:
    """What `find` finds of the log; while facts arrive, what it found a moment ago will do. The first who asks waits.

    For what forms offer and what lists count, which nobody wants to wait for. asked: what tells it from all else;
    as text, so that it may hold anything that is written out whole. Raises: what `find` raises.
    """
    name = repr((str(workspace.path), workspace.chosen, *_in_force(workspace), *asked))
    answer = _LATELY.ask(workspace, name, find, patience_s=_FORM_PATIENCE_S)
    return find() if isinstance(answer, Waiting) else cast("T", answer)


_LATELY: Beside[Any] = Beside(Maker(kept=32))
_FORM_PATIENCE_S = 20.0


def _in_force(workspace: Workspace) -> tuple[str, ...]:
    """The journey and the rules that lists follow: what was found under others is not shown."""
    try:
        journey, entry = workspace.journey()
        return entry.hash, workspace.rules(journey.id)[1].hash
    except NotPublished:  # looking up says so
        return ()


def read_measure(workspace: Workspace, ask: MeasureAsk, *, patience: Patience | None = None) -> Measurement | Waiting:
    """The measurement of an ask whose times are days; of an older version while only imports came since.

    What is not ready within `patience` is counted beside the pages, as maps are. An older version is brought up to date
    beside the pages. Raises: what `measure` raises.
    """
    return renewed(
        workspace,
        name_of_measured(workspace, ask),
        lambda newest: remembered_measured(workspace, ask, newest=newest),
        lambda: counted(read_measured, workspace, ask),
        _MEASURED,
        patience_s=(patience or Patience()).left(),
    )


def measure_choices(workspace: Workspace, *, units: tuple[str, ...] | None) -> MeasureChoices | Waiting:
    """What there is to measure and by what, remembered; while facts arrive, what there was a moment ago will do.

    units: those that the person may see, None: all.
    """
    found = remembered_measure_choices(workspace, units=units)
    version = workspace.log.head().number

    def make() -> MeasureChoices:
        return counted(read_measure_choices, workspace, units=units)

    at = (workspace.path, units)
    if found is not None and _CHOICES_AT.get(at) == version:
        return found
    name, patience = f"{workspace.path}/{version}/{units}", MAP_PATIENCE_S if found is None else 0.0
    answer = _MEASURE_CHOICES.ask(name, make, patience_s=patience, fits=lambda _made: True)
    if isinstance(answer, Waiting):
        return answer if found is None else found
    _CHOICES_AT[at] = version
    return answer


_CHOICES_AT: dict[tuple[Path, tuple[str, ...] | None], int] = {}


_SHOWN: Beside[Any] = Beside(Maker())
_BESIDE: Beside[Any] = Beside(Maker(at_once=1, in_line=32, kept=32))
BESIDE_PATIENCE_S = 0.05
"""How long a page waits for what it can do without, such as trends: then it is shown without."""


def read_shown(workspace: Workspace, view: View[R], *, patience: Patience | None = None) -> R | Waiting:
    """What a page is about, such as a comparison: made beside the pages, as maps are."""
    return _ask(_SHOWN, workspace, view, patience_s=(patience or Patience()).left())


def read_beside(workspace: Workspace, view: View[R]) -> R | None:
    """What a page can do without; None: it is being made."""
    try:
        found = _ask(_BESIDE, workspace, view, patience_s=BESIDE_PATIENCE_S)
    except SafarError:
        logging.getLogger("safar.web").exception("What is shown beside a map could not be made.")
        return None
    return None if isinstance(found, Waiting) else found


def _ask(beside: Beside[Any], workspace: Workspace, view: View[R], *, patience_s: float) -> R | Waiting:
    return renewed(
        workspace,
        name_of_view(workspace, view),
        lambda newest: remembered_view(workspace, view, now=timezone.now(), newest=newest),
        lambda: counted(read_view, workspace, view, now=timezone.now(), newest=False),
        beside,
        patience_s=patience_s,
    )


_FILES: Maker[bytes] = Maker(at_once=1, in_line=8, kept=4)
FILE_PATIENCE_S = 8.0
"""How long a page waits for a file of a map; then it says so."""


def make_map_file(
    workspace: Workspace, parts: MapParts, *, format: str, language: str, address: str
) -> bytes | Waiting:
    """The file of a map. One is drawn at a time, so that pages stay quick however many are asked for."""

    def make() -> bytes:
        speech = speech_in(language, time_zone=workspace.settings.time_zone, names=read_names(workspace))
        return export_map(parts, format=format, speech=speech, address=address)

    origin = parts.map.origin
    about = (
        str(workspace.path), workspace.chosen, format, language, address, parts.lanes, parts.bounded, parts.filters,
        origin.log_version, origin.journey, origin.rules, origin.as_of,
    )  # fmt: skip
    return _FILES.ask(repr(about), make, patience_s=FILE_PATIENCE_S, fits=lambda _made: True)


def has_facts(workspace: Workspace) -> bool:
    """Whether anything has been imported."""
    return any(workspace.log.head().rows.get(table) for table in ("interactions", "feedback"))


NO_CHOICES: FilterChoices = ()
"""For pages that do not offer any."""


def choices_of(workspace: Workspace, *, units: tuple[str, ...] | None) -> FilterChoices:
    """What there is to filter by in units (None: all), remembered; of all, what there was a moment ago will do."""
    found = _LAST_CHOICES.get(workspace.path) if units is None else None
    return found or _choices(workspace.path, workspace.log.head().number, units)


_LAST_CHOICES: dict[Path, FilterChoices] = {}


@lru_cache(maxsize=64)
def _choices(folder: Path, _version: int, units: tuple[str, ...] | None) -> FilterChoices:
    found = counted(read_choices, open_workspace(), units=units)
    if units is None:
        _LAST_CHOICES[folder] = found
    return found
