"""A workspace as a library user meets it: every verb as a method, with the clock filled in by the caller.

`safar.open` gives one of these. The verbs themselves live in their own modules and take a plain workspace.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from safar.usecases.workspace import Workspace

if TYPE_CHECKING:
    from safar.analysis.conversion import Conversion
    from safar.analysis.filters import Filters
    from safar.analysis.graph import JourneyGraph
    from safar.analysis.journey_map import JourneyMap
    from safar.analysis.map_comparison import MapComparison
    from safar.analysis.measurement import Measurement
    from safar.analysis.variants import Variants
    from safar.files.recipe import Recipe
    from safar.log import CommitReport
    from safar.usecases.importing.report import ImportReport
    from safar.usecases.propose_journey import JourneyProposal

Where = Mapping[str, str | Sequence[str]]


class LibraryWorkspace(Workspace):
    """A workspace with its verbs as methods. Results are frozen; each knows the versions that it came from.

    Where a filter has a value that nothing has, most often mistyped, verbs warn (`UnknownFilterValue`) with those there
    are.
    """

    def measure(
        self,
        metric: str,
        *,
        by: Sequence[str] | str = (),
        where: Filters | Where | None = None,
        since: date | datetime | str | None = None,
        until: date | datetime | str | None = None,
        question: str | Sequence[str] | None = None,
        repeats: str = "latest",
        weighted: bool = True,
        weights: Mapping[str, float] | None = None,
        option: str | Sequence[str] | None = None,
        base: str = "answered",
        calendar: str = "gregorian",
        as_of: datetime | None = None,
        journey: str | None = None,
        journey_version: str | None = None,
        rules_version: str | None = None,
    ) -> Measurement:
        """One metric ("nps", "csat", "mean", "share" …) of every group that `by` tells apart, with its intervals.

        by: "step", "touchpoint", "channel", "month", any attribute … where: name → value(s), or `Filters`.
        repeats: "latest" (one answer a customer and question) or "all" (variance by customer).
        weights: question → weight in an experience index of several questions.
        option, base: of "share", the options to show and whom it is of ("answered" or "all" submissions).
        calendar: whose months, quarters and years `by` means, "gregorian" or "jalali".
        journey_version, rules_version: starts of the hashes of older versions, for steps and touchpoints as they were.
        Raises: see `usecases.measure.measure`.
        """
        from safar.usecases.measure import measure

        return measure(
            workspace=self,
            metric=metric,
            by=(by,) if isinstance(by, str) else by,
            where=self._filters(where, since, until, journey, journey_version),
            question=question,
            repeats=repeats,
            weighted=weighted,
            weights=weights,
            option=option,
            base=base,
            calendar=calendar,
            as_of=as_of,
            journey=journey,
            journey_version=journey_version,
            rules_version=rules_version,
        )

    def journey_map(
        self,
        *,
        where: Filters | Where | None = None,
        since: date | datetime | str | None = None,
        until: date | datetime | str | None = None,
        as_of: datetime | None = None,
        journey: str | None = None,
        journey_version: str | None = None,
        rules_version: str | None = None,
    ) -> JourneyMap:
        """The journey map: one frozen result, steps as columns. Raises: see `read_journey_map`."""
        from safar.usecases.journey_map import read_journey_map

        return read_journey_map(
            self,
            filters=self._filters(where, since, until, journey, journey_version),
            as_of=as_of,
            journey=journey,
            journey_version=journey_version,
            rules_version=rules_version,
        )

    def compare_maps(
        self,
        *,
        where: Filters | Where | None = None,
        to: Filters | Where | None = None,
        since: date | datetime | str | None = None,
        until: date | datetime | str | None = None,
        to_since: date | datetime | str | None = None,
        to_until: date | datetime | str | None = None,
        as_of: datetime | None = None,
        journey: str | None = None,
        rules_version: str | None = None,
    ) -> MapComparison:
        """The map of one group less that of another: every difference with its interval and its test.

        where, since, until: the first group; to, to_since, to_until: the one to compare with.
        Raises: see `usecases.compare_maps`.
        """
        from safar.usecases.compare_maps import compare_maps

        return compare_maps(
            self,
            a=self._filters(where, since, until, journey),
            b=self._filters(to, to_since, to_until, journey),
            as_of=as_of,
            journey=journey,
            rules_version=rules_version,
        )

    def journey_graph(
        self,
        *,
        level: str = "touchpoint",
        where: Filters | Where | None = None,
        since: date | datetime | str | None = None,
        until: date | datetime | str | None = None,
        as_of: datetime | None = None,
        journey: str | None = None,
        rules_version: str | None = None,
    ) -> JourneyGraph:
        """What follows what directly, how often and how long after. level: "touchpoint" or "step".

        An edge counts where its later move passes the filters. Unit: moves; seconds. Raises: see `read_graph`.
        """
        from safar.usecases.paths import read_graph

        filters = self._filters(where, since, until, journey)
        return read_graph(self, level=level, filters=filters, as_of=as_of, journey=journey, rules_version=rules_version)

    def variants(
        self,
        *,
        most: int = 20,
        where: Filters | Where | None = None,
        since: date | datetime | str | None = None,
        until: date | datetime | str | None = None,
        as_of: datetime | None = None,
        journey: str | None = None,
        rules_version: str | None = None,
    ) -> Variants:
        """The most frequent paths of whole passages: those of which a move passes the filters.

        Unit: passages; seconds from first to last move. Raises: see `read_variants`.
        """
        from safar.usecases.paths import read_variants

        filters = self._filters(where, since, until, journey)
        return read_variants(
            self, most=most, filters=filters, as_of=as_of, journey=journey, rules_version=rules_version
        )

    def conversion(
        self,
        stages: Sequence[str | Sequence[str]],
        *,
        within: timedelta | str | None = None,
        each_within: Sequence[timedelta | str] = (),
        unit: str = "passage",
        where: Filters | Where | None = None,
        since: date | datetime | str | None = None,
        until: date | datetime | str | None = None,
        as_of: datetime | None = None,
        journey: str | None = None,
        rules_version: str | None = None,
    ) -> Conversion:
        """How many passages (or customers) reach each stage in order and in time; a stage: touchpoint(s), any will do.

        within: "30d" from the first stage to the last; each_within: from each stage to the next, one or one a gap.
        Passages count whole, those of which a move passes the filters. Raises: see `read_conversion`.
        """
        from safar.usecases.paths import read_conversion

        filters = self._filters(where, since, until, journey)
        return read_conversion(
            self,
            stages,
            within=within,
            each_within=each_within,
            unit=unit,
            filters=filters,
            as_of=as_of,
            journey=journey,
            rules_version=rules_version,
        )

    def propose_journey(self, *, name: str | None = None) -> JourneyProposal:
        """A journey and its rules from the events in the log, to be edited or published. Raises: NothingToPropose."""
        from safar.usecases.propose_journey import propose_journey

        return propose_journey(self, name=name)

    def import_files(
        self,
        paths: Sequence[Path | str] | Path | str,
        *,
        recipe: Recipe | str | Path,
        now: datetime | None = None,
        dry_run: bool = False,
        snapshot: bool = False,
        encoding: str | None = None,
    ) -> ImportReport:
        """Bring files into the log by a recipe: its name, path or text. Raises: see `usecases.import_`."""
        from safar.usecases.import_ import import_files

        return import_files(
            workspace=self,
            paths=[paths] if isinstance(paths, str | Path) else paths,
            recipe=recipe,
            now=now or datetime.now(UTC),
            dry_run=dry_run,
            snapshot=snapshot,
            encoding=encoding,
        )

    def undo_import(self, import_no: int, *, now: datetime | None = None) -> CommitReport:
        """Bring back what stood before an import. Raises: UndoConflict, ImportUnknown."""
        from safar.usecases.import_ import undo_import

        return undo_import(workspace=self, import_no=import_no, now=now or datetime.now(UTC))

    def _filters(
        self,
        where: Filters | Where | None,
        since: date | datetime | str | None,
        until: date | datetime | str | None,
        journey: str | None,
        journey_version: str | None = None,
    ) -> Filters:
        """The filters of a verb, which calls this itself: whoever called the verb is warned of values nothing has."""
        from safar.usecases.filter_notes import UnknownFilterValue, note_filters
        from safar.usecases.measure import read_filters

        filters = read_filters(where, since=since, until=until, time_zone=self.settings.time_zone)
        for note in note_filters(self, filters, journey=journey, journey_version=journey_version):
            warnings.warn(note, UnknownFilterValue, stacklevel=3)
        return filters
