"""The log against a plain dictionary: any run of commits, undos, merges, forgettings and compactions."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.log.problems import CustomerUnknown, ImportUnknown, UndoConflict
from tests.log.log_staging import NOW, held, interaction, new_log, open_log, people, row_id, sound, stage

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the model is not about disks: spare it the syncing
Identity = tuple[bytes, str]
PEOPLE = ("Ann", "Bob", "Cyd")
STATUSES = (None, "x", "y")

facts = st.dictionaries(
    keys=st.tuples(st.integers(0, 7), st.sampled_from(["a", "b"])),
    values=st.tuples(st.sampled_from(STATUSES), st.sampled_from([None, *PEOPLE]), st.sampled_from([None, "o1", "o2"])),
    max_size=6,
)
rows = st.sets(st.integers(0, 7), max_size=4)
source = st.sampled_from(["crm", "web"])
steps = st.one_of(
    st.tuples(st.just("commit"), source, facts, rows, st.sampled_from([None, None, "source"])),
    st.tuples(st.just("undo"), st.integers(1, 6)),
    st.tuples(st.just("forget"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("compact")),
    st.tuples(st.just("reopen")),
)


@dataclass
class Fact:
    """What the model knows of one fact. `person` is None also where a person was forgotten."""

    source: str
    status: str | None
    person: str | None
    link: str | None
    import_no: int
    anonymous: bool = False


@dataclass
class Import:
    """What an import brought, and what it replaced or removed."""

    number: int
    replaced: dict[Identity, Fact]
    undone: bool = False


@dataclass
class Model:
    """The log as a dictionary. Anonymous facts carry an identity that nothing else has."""

    facts: dict[Identity, Fact] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)

    def commit(
        self,
        source: str,
        given: Mapping[tuple[int, str], tuple[str | None, str | None, str | None]],
        rows: set[int],
        scope: str | None,
    ) -> None:
        number = len(self.imports) + 1
        staged = {
            (row_id(key, source), slot): Fact(source, status, person, link, number)
            for (key, slot), (status, person, link) in given.items()
            if person not in self.forgotten
        }
        touched = {row_id(key, source) for key in rows} | {row_id(key, source) for key, _ in given}
        mine = {identity: f for identity, f in self.facts.items() if f.source == source and not f.anonymous}
        gone = {i: f for i, f in mine.items() if i not in staged and (i[0] in touched or scope == "source")}
        changed = {
            i: f
            for i, f in mine.items()
            if i in staged and (f.status, f.person, f.link) != (staged[i].status, staged[i].person, staged[i].link)
        }
        new = {i: f for i, f in staged.items() if i not in mine or i in changed}
        if not gone and not new:
            return
        self.imports.append(Import(number, deepcopy(gone | changed)))
        for identity in gone:
            del self.facts[identity]
        self.facts |= new
        self.known |= {f.person for f in new.values() if f.person}

    def undo(self, number: int) -> type[Exception] | None:
        if number > len(self.imports) or self.imports[number - 1].undone:
            return ImportUnknown
        this = self.imports[number - 1]
        later = [i for i in self.imports[number:] if not i.undone]
        if any(f.import_no == number for i in later for f in i.replaced.values()):
            return UndoConflict
        if any(i in self.facts and self.facts[i].import_no != number for i in this.replaced):
            return UndoConflict
        self.facts = {i: f for i, f in self.facts.items() if f.import_no != number} | deepcopy(this.replaced)
        this.undone = True
        return None

    def forget(self, person: str, *, known: bool) -> type[Exception] | None:
        if not known:
            return CustomerUnknown
        for place in (self.facts, *(i.replaced for i in self.imports)):
            for identity, fact in list(place.items()):
                if fact.person == person:
                    del place[identity]
                    hidden = (b"\0\0\0\0" + identity[0], identity[1])
                    place[hidden] = Fact(fact.source, fact.status, None, None, fact.import_no, anonymous=True)
        self.forgotten.add(person)
        return None


def _seen(values: Sequence[Fact]) -> list[tuple[Any, ...]]:
    return sorted(repr((f.source, f.status, f.person, f.link, f.import_no)) for f in values)  # type: ignore[misc]


def _run(plan: Sequence[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        log, model = new_log(Path(place)), Model()
        for action, *details in plan:
            match action:
                case "commit":
                    source, given, rows, scope = details
                    staged_facts = [
                        interaction(key, source=source, slot=slot, person=person, status=status, link_order=link)
                        for (key, slot), (status, person, link) in given.items()
                    ]
                    with log.connect() as con:
                        staged = stage(con, source=source, interactions=staged_facts, rows=rows, snapshot_scope=scope)
                        log.commit(con, staged, now=NOW)
                    model.commit(source, given, rows, scope)
                case "undo":
                    _same_end(partial(log.undo, details[0], now=NOW), model.undo(details[0]))
                case "forget":
                    known = details[0] in people(log)
                    _same_end(
                        partial(log.forget, namespace="crm", external_id=details[0], now=NOW),
                        model.forget(details[0], known=known),
                    )
                case "compact":
                    log.compact(now=NOW)
                case "reopen":
                    log = open_log(Path(place))
            _compare(log, model)
        sound(log)


def _same_end(act: Any, expected: type[Exception] | None) -> None:
    if expected is None:
        act()
    else:
        with pytest.raises(expected):
            act()


def _compare(log: Any, model: Model) -> None:
    names = {subject: name for name, subject in people(log).items()}
    there = held(log)
    found = [
        Fact(
            fact["source"],
            fact["status"],
            None if fact["customer"] is None else names[fact["customer"]],
            fact.get("link_order"),
            fact["import_no"],
        )
        for fact in there.values()
    ]
    assert _seen(found) == _seen(list(model.facts.values()))
    open_ones = {identity for identity, fact in model.facts.items() if not fact.anonymous}
    assert {identity for identity in there if not identity[0].startswith(b"\0\0\0\0")} == open_ones
    assert not set(people(log)) & model.forgotten


_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=5, deadline=None, suppress_health_check=_SLOW)
@given(st.lists(steps, min_size=2, max_size=7))
def test_log_does_what_a_dictionary_would(plan: list[tuple[Any, ...]]) -> None:
    _run(plan)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=80, deadline=None, suppress_health_check=_SLOW)
@given(st.lists(steps, min_size=3, max_size=16))
def test_log_does_what_a_dictionary_would_at_length(plan: list[tuple[Any, ...]]) -> None:
    _run(plan)
