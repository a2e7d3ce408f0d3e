"""Change a journey, its rules or the company's framework without anybody noticing, until it is published.

A draft is one person's, kept change by change. It remembers the version that it began from: when another version has
come into force since, publishing is refused until the person has seen both, and merged them or chosen to overwrite.
Needs Django to be configured (`server.configure`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from safar.domain.differences import Difference, compare_journeys, compare_rules
from safar.domain.framework import Framework
from safar.domain.framework_edits import compare_frameworks, merge_frameworks
from safar.domain.journey import BadJourney, Journey
from safar.domain.merging import merge_journeys, merge_rules
from safar.domain.person import Person
from safar.domain.rule_edits import lead_elsewhere
from safar.domain.rules import RuleSet
from safar.errors import Conflict
from safar.files.journey import read_journey, write_journey
from safar.files.rules import read_rules, write_rules
from safar.frameworks import framework_text, load_text
from safar.log.published import NotPublished, Published
from safar.usecases.preview_rules import rules_in_force

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

Kind = Literal["journey", "rules", "framework"]


class NothingToPublish(Conflict):
    """There is no draft, or it says what is in force already."""

    code = "draft.nothing-to-publish"
    next_step = "Change something first."


class RulesLeadNowhere(BadJourney):
    """Rules in force lead to touchpoints that the draft takes away."""

    code = "draft.rules-lead-nowhere"
    next_step = "Say for each such touchpoint where its rules lead instead, or that they go."


# Every page of an editor reads the draft's text, most of them twice.
_journey_of = lru_cache(maxsize=32)(read_journey)
_rules_of = lru_cache(maxsize=32)(read_rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person is changing: as it stands, beside the version in force.

    base: the hash of the version that it began from; in_force: of the one in force now ("" for none). changes: how
    many can be taken back (0: nothing is changed yet); last: what the last one did.
    """

    kind: Kind
    name: str
    base: str
    in_force: str
    text: str
    changes: int = 0
    last: str = ""
    others: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether anything has been changed."""
        return self.changes > 0

    @property
    def overtaken(self) -> bool:
        """Whether another version came into force since the draft began."""
        return self.begun and self.base != self.in_force

    @property
    def journey(self) -> Journey:
        """The journey that the draft says."""
        return _journey_of(self.text)

    @property
    def rules(self) -> RuleSet:
        """The rules that the draft says."""
        return _rules_of(self.text)

    @property
    def framework(self) -> Framework | None:
        """The framework that the draft says; None: none was begun yet."""
        return _framework(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Both sides of a draft that was overtaken: what others published, and what the person changed.

    by: who published last, "" where nobody signed in did. gave_way: what of theirs a merge would leave out.
    """

    theirs: tuple[Difference, ...]
    mine: tuple[Difference, ...]
    by: str
    at: datetime | None
    gave_way: tuple[str, ...]
    merged: str


def open_draft(workspace: Workspace, *, person: Person, kind: Kind, name: str) -> Draft:
    """The person's draft, or what is in force with nothing changed yet. Raises: NotPublished."""
    from safar.store import drafts

    in_force, text = _in_force(workspace, kind, name)
    found = drafts.find_draft(person=person.id, kind=kind, name=name)
    others = tuple(drafts.others_drafting(person=person.id, kind=kind, name=name))
    if found is None:
        return Draft(kind=kind, name=name, base=in_force, in_force=in_force, text=text, others=others)
    return Draft(
        kind=kind,
        name=name,
        base=found.base,
        in_force=in_force,
        text=found.text,
        changes=found.changes,
        last=found.told,
        others=others,
    )


def change_journey(draft: Draft, journey: Journey, *, person: Person, told: str, now: datetime) -> bool:
    """Write the changed journey down as the draft's next change. Returns whether anything is different."""
    return _change(draft, write_journey(journey), person=person, told=told, now=now)


def change_rules(draft: Draft, rules: RuleSet, *, person: Person, told: str, now: datetime) -> bool:
    """Write the changed rules down as the draft's next change. Returns whether anything is different."""
    return _change(draft, write_rules(rules), person=person, told=told, now=now)


def change_framework(draft: Draft, framework: Framework, *, person: Person, told: str, now: datetime) -> bool:
    """Write the changed framework down as the draft's next change. Returns whether anything is different."""
    return _change(draft, framework_text(framework), person=person, told=told, now=now)


def take_back(*, person: Person, kind: Kind, name: str) -> str | None:
    """Take the last change back. Returns what it did, None where there is none."""
    from safar.store import drafts

    return drafts.take_back(person=person.id, kind=kind, name=name)


def discard(*, person: Person, kind: Kind, name: str) -> None:
    """Forget the whole draft."""
    from safar.store import drafts

    drafts.discard(person=person.id, kind=kind, name=name)


def differences(workspace: Workspace, draft: Draft) -> tuple[Difference, ...]:
    """What publishing would change against the version in force."""
    return compare_texts(draft.kind, _in_force(workspace, draft.kind, draft.name)[1], draft.text)


def compare_texts(kind: Kind, old: str, new: str) -> tuple[Difference, ...]:
    """What differs between two versions of a journey, of rules or of the company's framework."""
    if kind == "framework":
        return compare_frameworks(_framework(old), _framework(new))
    if kind == "journey":
        return compare_journeys(_journey_of(old), _journey_of(new))
    return compare_rules(_rules_of(old), _rules_of(new))


def rules_of_removed(workspace: Workspace, draft: Draft) -> dict[str, int]:
    """Touchpoints that the draft takes away although rules lead there, with how many rules do."""
    if draft.kind != "journey":
        return {}
    known = {touchpoint.id for touchpoint in draft.journey.touchpoints}
    counts: dict[str, int] = {}
    for rule in rules_in_force(workspace, draft.name).rules:
        if rule.touchpoint is not None and rule.touchpoint not in known:
            counts[rule.touchpoint] = counts.get(rule.touchpoint, 0) + 1
    return counts


def publish_draft(
    workspace: Workspace,
    *,
    draft: Draft,
    person: Person,
    note: str,
    now: datetime,
    instead: dict[str, str | None] | None = None,
    overwrite: str | None = None,
) -> Published:
    """Put the draft in force and end it.

    instead: for each touchpoint taken away, where its rules lead from now on; None: those rules go.
    overwrite: the hash of the version that is knowingly overwritten, where it is not the one that the draft began from.
    Raises: NothingToPublish, RulesLeadNowhere, PublishedSince, BadJourney, BadRules.
    """
    if not draft.begun:
        raise NothingToPublish("Nothing has been changed.")
    expects = overwrite if overwrite is not None else draft.base
    told = {"now": now, "note": note, "by": person.name}
    if draft.kind == "rules":
        done = workspace.publish_rules(draft.text, expects=expects, **told)  # type: ignore[arg-type]
    elif draft.kind == "framework":
        done = workspace.publish_framework(draft.text, expects=expects, **told)  # type: ignore[arg-type]
    else:
        done = _publish_journey(workspace, draft, expects=expects, instead=instead or {}, told=told)
    discard(person=person, kind=draft.kind, name=draft.name)
    return done


def both_sides(workspace: Workspace, draft: Draft) -> Overtaken:
    """What others published since the draft began, what the draft changes, and both merged. Raises: NotPublished."""
    base = _text_of(workspace, draft.kind, draft.name, draft.base)
    now_hash, now_text = _in_force(workspace, draft.kind, draft.name)
    published = workspace.published.history(kind=draft.kind, name=draft.name)
    entry = next((one for one in reversed(published) if one.hash == now_hash), None)
    merged, gave_way = _merge_texts(draft.kind, base=base, mine=draft.text, theirs=now_text)
    return Overtaken(
        theirs=compare_texts(draft.kind, base, now_text),
        mine=compare_texts(draft.kind, base, draft.text),
        by="" if entry is None else entry.by,
        at=None if entry is None else entry.at,
        gave_way=gave_way,
        merged=merged,
    )


def _merge_texts(kind: Kind, *, base: str, mine: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    """Both sides' changes together, and what of theirs gave way to mine."""
    if kind == "framework":
        whole, gave_way = merge_frameworks(base=_framework(base), mine=_framework(mine), theirs=_framework(theirs))
        return framework_text(whole), gave_way
    if kind == "journey":
        path = merge_journeys(base=_journey_of(base), mine=_journey_of(mine), theirs=_journey_of(theirs))
        return write_journey(path.journey), path.gave_way
    found = merge_rules(base=_rules_of(base), mine=_rules_of(mine), theirs=_rules_of(theirs))
    return write_rules(found.rules), found.gave_way


def merge_draft(workspace: Workspace, *, draft: Draft, person: Person, told: str, now: datetime) -> None:
    """Merge what others published into the draft, which then follows their version. It can be taken back."""
    from safar.store import drafts

    merged = both_sides(workspace, draft).merged
    drafts.add_change(
        person=person.id, kind=draft.kind, name=draft.name, base=draft.in_force, text=merged, told=told, now=now
    )


def begin_from(
    workspace: Workspace, *, person: Person, kind: Kind, name: str, version: str, told: str, now: datetime
) -> None:
    """Make an older version the draft, so that it can be looked over before it is published. Raises: NotPublished."""
    draft = open_draft(workspace, person=person, kind=kind, name=name)
    entry = workspace.published.find(kind=kind, version=version, name=name)
    _change(draft, workspace.published.read(entry), person=person, told=told, now=now)


def _change(draft: Draft, text: str, *, person: Person, told: str, now: datetime) -> bool:
    from safar.store import drafts

    if text == draft.text:
        return False
    drafts.add_change(
        person=person.id, kind=draft.kind, name=draft.name, base=draft.base, text=text, told=told, now=now
    )
    return True


def _publish_journey(
    workspace: Workspace, draft: Draft, *, expects: str, instead: dict[str, str | None], told: dict[str, object]
) -> Published:
    removed = rules_of_removed(workspace, draft)
    missing = sorted(set(removed) - set(instead))
    if missing:
        raise RulesLeadNowhere(f"Rules lead to {', '.join(missing)}, which the draft takes away.")
    if not removed:
        return workspace.publish_journey(draft.text, expects=expects, **told)  # type: ignore[arg-type]
    rules, entry = workspace.rules(draft.name)
    for name in removed:
        rules = lead_elsewhere(rules, name, to=instead[name])
    both = workspace.publish_both(
        draft.text,
        write_rules(rules),
        expects=(expects, entry.hash),
        **told,  # type: ignore[arg-type]
    )
    return both[0]


def _in_force(workspace: Workspace, kind: Kind, name: str) -> tuple[str, str]:
    """Hash and text in force; for rules that nobody published yet, none and no rules."""
    if kind == "journey":
        entry = workspace.journey(name)[1]
    elif kind == "framework":
        if name not in workspace.published.names("framework"):
            return "", _nothing(kind, name)
        entry = workspace.published.current(kind="framework", name=name)
    else:
        workspace.journey(name)
        try:
            entry = workspace.rules(name)[1]
        except NotPublished:
            return "", _nothing(kind, name)
    return entry.hash, workspace.published.read(entry)


def _text_of(workspace: Workspace, kind: Kind, name: str, version: str) -> str:
    if not version:
        return _nothing(kind, name)
    return workspace.published.read(workspace.published.find(kind=kind, version=version, name=name))


def _nothing(kind: Kind, name: str) -> str:
    """The text before anything was published: rules without a rule, and no framework."""
    return "" if kind == "framework" else write_rules(RuleSet(journey=name, rules=()))


@lru_cache(maxsize=32)
def _framework(text: str) -> Framework | None:
    return load_text(text, where="own") if text else None
