"""Keep moves and passages up to date as facts arrive: base + overlay, so that cost follows what is new.

Prepared tables are keyed by (journey, rules) and stand for one version of the log. When the log has moved on, the
subjects that new, corrected or removed facts touch are built anew into the overlay; when the overlay has grown, it is
folded into a new base. Whatever came in between (late facts, corrections, removals, merges of customers, undone
imports), the result equals a build from scratch. Method: docs/methods/passages.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ibis.expr.types as ir

from safar.analysis.instant import known_utc
from safar.analysis.keep import keep
from safar.analysis.mapping import check_rules, map_facts
from safar.analysis.moves import build_passages, journey_facts, standing_at, subject_of
from safar.analysis.output import arrivals as find_arrivals
from safar.analysis.tables import FactTables
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.errors import Conflict
from safar.log import Log, LogVersion
from safar.log.prepared import PreparedFiles, PreparedHead, clear_superseded
from safar.log.walk import write_moves
from safar.usecases.prepare_beside import BESIDE, answers, came_since, only_arrived, rest
from safar.usecases.prepare_read import added_up, combined, finds_arrivals_anew, parquet, prepared_arrivals

KEPT = 4
"""How many (journey, rules) pairs are kept prepared."""

_FACT = ("row_id", "slot_no")
_CONTENT = ("subject", *_FACT, "customer", "ts", "row_no", "touchpoint_no", "channel", "unit")
_FROM_FACTS = ("customer", "ts", "row_no", "slot_no", "row_id", "channel", "unit")


class PreparedGone(Conflict):
    """Prepared tables were cleared away at the moment of reading: many journeys or rule versions are read at once."""

    code = "prepared.gone"
    next_step = "Try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedKey:
    """A journey under a rule set, with the content hashes of both."""

    journey: Journey
    rules: RuleSet
    journey_hash: str
    rules_hash: str

    @property
    def folder_name(self) -> str:
        """The folder that holds this pair's tables."""
        return f"{self.journey_hash[:12]}-{self.rules_hash[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """When to do more than build the touched subjects anew.

    fold_share: share of the base's moves at which the overlay is folded into a new base, but not below `fold_least`
    moves. rebuild_share: share of all moves in touched subjects from which everything is built anew.
    """

    fold_share: float = 0.1
    fold_least: int = 50_000
    rebuild_share: float = 0.3


USUAL = Upkeep()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTables:
    """Moves and passages of one log version beside that version's facts, on one connection."""

    tables: FactTables
    moves: ir.Table
    version: int
    last_ts: datetime | None
    last_fact: datetime | None
    all_passages: ir.Table
    all_arrivals: ir.Table | None
    answers: ir.Table
    rest: ir.Table
    journey: Journey

    def arrivals(self, as_of: datetime) -> ir.Table | None:
        """Prepared arrivals at the output step, where there are such and nothing came after the moment."""
        return self.all_arrivals if self.last_ts is None or as_of >= self.last_ts else None

    def passages(self, as_of: datetime) -> ir.Table:
        """Passages judged at a moment: the prepared ones where nothing came later, else built as of then."""
        if self.last_ts is None or as_of >= self.last_ts:
            return standing_at(self.all_passages, journey=self.journey, as_of=as_of)
        return build_passages(self.moves, journey=self.journey, as_of=as_of)


@contextmanager
def prepared_tables(
    log: Log, folder: Path, *, key: PreparedKey, wait_s: float, newest: bool = True
) -> Iterator[PreparedTables]:
    """Moves and passages of the log's newest version, built or brought up to date first where they are not.

    `folder`: where the workspace keeps prepared tables. `newest` false: an older version that is prepared already
    will do, as long as only imports came since (see `may_lag`). Raises: BadRules, WriterBusy, TooManyCombinations.
    """
    files = PreparedFiles(folder / key.folder_name, wait_s)
    head = files.head()
    current = head is not None and (
        head.log_version == log.head().number or (not newest and may_lag(log, head.log_version))
    )
    if not current:
        refresh(log, folder, key=key, wait_s=wait_s)
    with files.reading() as held:
        if held is None:
            raise PreparedGone(f"{files.folder} was cleared away while it was read.")
        con = log.connect()
        try:
            con.execute("SET preserve_insertion_order = false")  # nothing here relies on it; keeping it costs
            tables = log.tables(connection=con, version=held.log_version)
            yield PreparedTables(
                tables=tables,
                moves=combined(tables, files, held, "moves"),
                version=held.log_version,
                last_ts=None if held.last_ts is None else datetime.fromisoformat(held.last_ts),
                last_fact=None if held.last_fact is None else datetime.fromisoformat(held.last_fact),
                all_passages=combined(tables, files, held, "passages"),
                all_arrivals=prepared_arrivals(tables, files, held, key.journey),
                answers=added_up(tables, files, held, "answers"),
                rest=added_up(tables, files, held, "rest"),
                journey=key.journey,
            )
        finally:
            con.close()


def may_lag(log: Log, version: int) -> bool:
    """Whether what shows a version of the log may still be shown: only imports came since.

    After anything else (a person forgotten, an import undone) an older version must not be shown any more.
    """
    head = log.head().number  # asked first: what is committed between the two questions is for the next reader
    since = [one for one in log.versions(after=version) if one.number <= head]
    return len(since) == head - version and all(one.kind == "import" for one in since)


def refresh(log: Log, folder: Path, *, key: PreparedKey, wait_s: float, upkeep: Upkeep = USUAL) -> PreparedHead:
    """Bring the prepared tables to the log's newest version, unless another process already has."""
    check_rules(key.journey, key.rules)
    files = PreparedFiles(folder / key.folder_name, wait_s)
    with files.only_builder():
        version, head = log.head(), files.head()
        if head is not None and head.log_version == version.number:
            return head
        with files.nothing_half_written(), closing(log.connect()) as con:
            con.execute("SET preserve_insertion_order = false")
            build = _Build(log, log.tables(connection=con, version=version.number), files, key, version)
            done = build.everything() if head is None else build.what_changed(head, upkeep)
            files.swap(done)
    clear_superseded(folder, keep=KEPT, never=key.folder_name)
    return done


@dataclass(frozen=True, slots=True)
class _Build:
    """One build of one log version. The caller holds the builder's lock."""

    log: Log
    tables: FactTables
    files: PreparedFiles
    key: PreparedKey
    version: LogVersion

    def everything(self) -> PreparedHead:
        """A base from scratch."""
        name = self._name("base")
        path = self.files.generation(name)
        rows = self._write(path, self._facts(self.tables.interactions))
        self._write_arrivals(path)
        self._beside(path, None)
        return self._finished(self._head(name, None, rows=rows, overlay_rows=0, touched=0))

    def what_changed(self, head: PreparedHead, upkeep: Upkeep) -> PreparedHead:
        """The touched subjects anew, in an overlay; or everything, where that costs less."""
        name = self._name("overlay")
        path = self.files.generation(name)
        before = combined(self.tables, self.files, head, "moves")
        self._to_parquet(self._touched(head, before), path / "fresh.parquet")
        fresh = self._read(path / "fresh.parquet")
        many = int(upkeep.rebuild_share * max(head.rows, upkeep.fold_least))
        had = keep(before.semi_join(fresh, "subject").limit(many + 1))
        came = came_since(self.tables.interactions, head.import_no)
        if _number(had.count()) + _number(came.count()) > many:
            return self.everything()
        since = self._since(head)
        if since is not None and all(version.only_appended for version in since):
            new = self._facts(came)
            facts = had.select(new.columns).union(new)
        else:
            interactions = self.tables.interactions
            followed = interactions.mutate(subject=subject_of(interactions, journey=self.key.journey))
            facts = self._facts(followed.semi_join(fresh, "subject"))
        self._write(path, facts)
        if finds_arrivals_anew(self.key.journey):
            people = had.select("customer").union(self._read(path / "moves.parquet").select("customer")).distinct()
            self._to_parquet(people, path / "people.parquet")
        touched = fresh
        if head.overlay is not None:
            old = self.files.folder / head.overlay
            for table in ("moves", "passages"):
                self._append(
                    path / f"{table}.parquet", self._read(old / f"{table}.parquet").anti_join(fresh, "subject")
                )
            touched = fresh.union(self._read(old / "touched.parquet")).distinct()
        self._to_parquet(touched, path / "touched.parquet")
        self._write_arrivals(path)
        overlay_rows, n = self._rows(path), _number(self._read(path / "touched.parquet").count())
        anew = self._beside(path, head)
        done = self._head(head.base, name, rows=head.rows, overlay_rows=overlay_rows, touched=n, anew=anew)
        self._finished(done, since=head)
        return self._folded(done) if overlay_rows > max(upkeep.fold_least, upkeep.fold_share * head.rows) else done

    def _folded(self, head: PreparedHead) -> PreparedHead:
        """Base and overlay as one new base."""
        name = self._name("base")
        path = self.files.generation(name)
        for table in ("moves", "passages"):
            self._to_parquet(combined(self.tables, self.files, head, table), path / f"{table}.parquet")
        for table in BESIDE:
            self._to_parquet(added_up(self.tables, self.files, head, table), path / f"{table}.parquet")
        arrived = prepared_arrivals(self.tables, self.files, head, self.key.journey)
        if arrived is not None:
            self._to_parquet(arrived, path / "arrivals.parquet")
        return self._head(name, None, rows=self._rows(path), overlay_rows=0, touched=0)

    def _beside(self, path: Path, head: PreparedHead | None) -> bool:
        """Write what is prepared row by row: what came since `head`, or everything. Returns whether everything."""
        since = None if head is None else self._since(head)
        anew = since is None or not all(map(only_arrived, since))
        journey, rules = self.key.journey, self.key.rules
        for table, build, source in (
            ("answers", answers, self.tables.feedback),
            ("rest", rest, self.tables.interactions),
        ):
            if anew or head is None:
                found = build(source, journey=journey, rules=rules)
            else:
                found = build(came_since(source, head.import_no), journey=journey, rules=rules)
                if head.overlay is not None:
                    before = self._read(self.files.folder / head.overlay / f"{table}.parquet")
                    found = before.union(found.select(before.columns))
            self._to_parquet(found, path / f"{table}.parquet")
        return anew or (head is not None and head.anew)

    def _since(self, head: PreparedHead) -> list[LogVersion] | None:
        """The versions after the one that `head` shows; None where some are gone."""
        since = [v for v in self.log.versions(after=head.log_version) if v.number <= self.version.number]
        return since if len(since) == self.version.number - head.log_version else None

    def _finished(self, head: PreparedHead, *, since: PreparedHead | None = None) -> PreparedHead:
        """With arrivals where customers are followed across subjects: anew for whoever has a touched subject.

        `since`: whose arrivals still stand for everybody else.
        """
        output = self.key.journey.output
        if output is None or not finds_arrivals_anew(self.key.journey):
            return head
        moves = combined(self.tables, self.files, head, "moves")
        path = self.files.folder / (head.overlay or head.base)
        if since is None:
            arrived = find_arrivals(moves, journey=self.key.journey, output=output)
        else:
            stood = self._read(self.files.folder / (since.overlay or since.base) / "arrivals.parquet")
            fresh, people = self._read(path / "fresh.parquet"), self._read(path / "people.parquet")
            theirs = moves.semi_join(people, "customer")
            touched = self._read(path / "moves.parquet").semi_join(fresh, "subject")
            nobodys = touched.filter(touched["customer"].isnull()).select(theirs.columns)
            arrived = find_arrivals(theirs.union(nobodys), journey=self.key.journey, output=output)
            stood = stood.anti_join(people, "customer").anti_join(fresh, "subject")
            arrived = stood.union(arrived.select(stood.columns))
        self._to_parquet(arrived, path / "arrivals.parquet")
        return head

    def _touched(self, head: PreparedHead, before: ir.Table) -> ir.Table:
        """Subjects with a fact that came, changed or went since `head`, before and after."""
        since = self._since(head)
        if since is None or any(version.kind not in {"import", "compact", "migrate"} for version in since):
            now, then = self._facts(self.tables.interactions).select(_CONTENT), before.select(_CONTENT)
            return now.difference(then).select("subject").union(then.difference(now).select("subject")).distinct()
        came = came_since(self.tables.interactions, head.import_no)
        subjects = came.mutate(subject=subject_of(came, journey=self.key.journey)).select("subject")
        subjects = subjects.filter(subjects["subject"].notnull())
        if not all(version.only_appended for version in since):
            subjects = subjects.union(before.semi_join(came, list(_FACT)).select("subject"))
            if any(version.changes.get("interactions", {}).get("removed", 0) for version in since):
                facts = self._facts(self.tables.interactions)
                subjects = subjects.union(before.anti_join(facts, list(_FACT)).select("subject"))
        return subjects.distinct()

    def _facts(self, interactions: ir.Table) -> ir.Table:
        """What moves are made from."""
        journey = self.key.journey
        link = [name for name in interactions.columns if name == f"link_{journey.passage.link}"]
        mapped = map_facts(interactions, journey=journey, rules=self.key.rules, columns=(*_FROM_FACTS, *link))
        return journey_facts(mapped, journey=journey)

    def _write(self, path: Path, facts: ir.Table) -> int:
        return write_moves(
            facts, journey=self.key.journey, moves=path / "moves.parquet", passages=path / "passages.parquet"
        )

    def _append(self, path: Path, more: ir.Table) -> None:
        """The rows of a file and more in its place."""
        part = path.with_suffix(".part")
        had = self._read(path)
        self._to_parquet(had.union(more.select(had.columns)), part)
        part.replace(path)

    def _write_arrivals(self, path: Path) -> None:
        output = self.key.journey.output
        if output is not None and not finds_arrivals_anew(self.key.journey):
            arrived = find_arrivals(self._read(path / "moves.parquet"), journey=self.key.journey, output=output)
            self._to_parquet(arrived, path / "arrivals.parquet")

    def _to_parquet(self, table: ir.Table, path: Path) -> None:
        self.tables.interactions.get_backend().to_parquet(table, path)

    def _read(self, path: Path) -> ir.Table:
        return parquet(self.tables, path)

    def _rows(self, path: Path) -> int:
        return _number(self._read(path / "moves.parquet").count())

    def _name(self, kind: str) -> str:
        return f"{kind}-{self.version.number:08d}"

    def _head(
        self, base: str, overlay: str | None, *, rows: int, overlay_rows: int, touched: int, anew: bool = False
    ) -> PreparedHead:
        head = PreparedHead(
            log_version=self.version.number,
            import_no=self.version.import_no,
            base=base,
            overlay=overlay,
            rows=rows,
            overlay_rows=overlay_rows,
            touched=touched,
            last_ts=None,
            anew=anew,
        )
        last_move = _latest(combined(self.tables, self.files, head, "passages")["last_ts"])
        ends = [_latest(table["ts"]) for table in (self.tables.interactions, self.tables.feedback)]
        last_fact = max((end for end in ends if end is not None), default=None)
        told = {name: getattr(head, name) for name in PreparedHead.__slots__} | {
            name: None if moment is None else moment.isoformat()
            for name, moment in (("last_ts", last_move), ("last_fact", last_fact))
        }
        return PreparedHead(**told)


def _latest(times: ir.Column) -> datetime | None:
    return known_utc(times.max().to_pyarrow().as_py())


def _number(value: ir.Value) -> int:
    return int(value.to_pyarrow().as_py())
