"""Several journeys in one workspace: list, begin, rename and put away; each has its own rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from safar.domain.journey import BadJourney, Journey
from safar.domain.journey_edits import renamed
from safar.domain.label import Label
from safar.domain.rules import RuleSet
from safar.errors import Conflict
from safar.files.journey import read_journey, write_journey
from safar.files.rules import write_rules
from safar.frameworks import journey_text, journey_texts
from safar.log.published import Published
from safar.usecases.propose_journey import propose_journey, publish_proposal, safe_ids

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_JOURNEYS = 50
FROM_LOG = "log"
COPY_OF = "copy:"


class JourneyExists(Conflict):
    """A journey of that name exists already."""

    code = "journey.exists"
    next_step = "Choose another name, or open the journey that is there."


class LastJourney(Conflict):
    """The only journey cannot be put away."""

    code = "journey.last"
    next_step = "Begin another journey first."


class JourneyPutAway(Conflict):
    """A journey that was put away cannot be what everybody sees."""

    code = "journey.put-away"
    next_step = "Bring it back first."


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyEntry:
    """A journey of the workspace. `archived`: when it was put away, None: it is in use. `rules`: how many it has.

    in_force: the one at hand. is_usual: the one that everybody sees who chose none.
    """

    name: str
    label: Label
    steps: int
    touchpoints: int
    rules: int | None
    published: Published
    archived: Published | None
    in_force: bool
    is_usual: bool = False


def list_journeys(workspace: Workspace) -> tuple[JourneyEntry, ...]:
    """Every journey, those in use first."""
    files = workspace.published
    away = files.archived()
    usual = files.usual_journey()
    found = []
    for name in files.names("journey"):
        journey, entry = workspace.journey(name)
        has_rules = name in files.names("rules")
        found.append(
            JourneyEntry(
                name=name,
                label=journey.label,
                steps=len(journey.steps),
                touchpoints=len(journey.touchpoints),
                rules=len(workspace.rules(name)[0].rules) if has_rules else None,
                published=entry,
                archived=away.get(name),
                in_force=name == (workspace.chosen or usual),
                is_usual=name == usual,
            )
        )
    return tuple(sorted(found, key=lambda one: one.archived is not None))


def begin_journey(workspace: Workspace, *, label: Label, source: str, now: datetime, by: str) -> Published:
    """A new journey under a new id made from its name.

    source: "log" (proposed from its events, with rules), "copy:<id>" (of a journey of the workspace, with its rules) or
    the name of a packaged journey. Raises: JourneyExists, BadJourney, NotPublished, UnknownFramework, NothingToPropose.
    """
    files = workspace.published
    if len(files.names("journey")) >= MOST_JOURNEYS:
        raise BadJourney(f"A workspace has {MOST_JOURNEYS} journeys at most.", next_step="Use one that was put away.")
    identifier = safe_ids([label.text("en")])[0]
    if identifier in files.names("journey"):
        raise JourneyExists(f"There is a journey {identifier!r} already.")
    if source == FROM_LOG:
        proposal = propose_journey(workspace, name=label.text("en"))
        proposal = replace(proposal, journey=replace(proposal.journey, label=label))
        return publish_proposal(workspace, proposal, now=now, by=by)[0]
    if not source.startswith(COPY_OF):
        journey = read_journey(journey_text(source))
        return _publish(workspace, renamed(journey, identifier=identifier, label=label), None, now=now, by=by)
    copied, _ = workspace.journey(source.removeprefix(COPY_OF))
    rules = None
    if copied.id in files.names("rules"):
        rules = RuleSet(journey=identifier, rules=workspace.rules(copied.id)[0].rules)
    return _publish(workspace, renamed(copied, identifier=identifier, label=label), rules, now=now, by=by)


def packaged_journeys() -> dict[str, Label]:
    """The names of the packaged journeys and what they are called."""
    return {name: read_journey(text).label for name, text in journey_texts().items()}


def rename_journey(workspace: Workspace, *, name: str, label: Label, now: datetime, by: str) -> Published:
    """Call a journey otherwise; its id stays. Raises: NotPublished, PublishedSince."""
    journey, entry = workspace.journey(name)
    text = write_journey(replace(journey, label=label))
    return workspace.publish_journey(text, now=now, note="renamed", by=by, expects=entry.hash)


def put_away(workspace: Workspace, *, name: str, now: datetime, by: str) -> None:
    """Take a journey out of use. Nothing is lost. Raises: LastJourney, NotPublished."""
    workspace.journey(name)
    in_use = [one for one in workspace.published.names("journey") if one not in workspace.published.archived()]
    if in_use == [name]:
        raise LastJourney(f"{name!r} is the only journey in use.")
    if name in in_use:
        workspace.published.archive(name=name, now=now, by=by)


def make_usual(workspace: Workspace, *, name: str, now: datetime, by: str = "") -> None:
    """Have everybody who chose no journey see this one. Raises: NotPublished, NoRules, JourneyPutAway."""
    if name in workspace.published.archived():
        raise JourneyPutAway(f"{name!r} is put away.")
    workspace.rules(workspace.journey(name)[0].id)
    workspace.published.make_usual(name=name, now=now, by=by)


def bring_back(workspace: Workspace, *, name: str, now: datetime, by: str) -> Published:
    """Use a journey again that was put away. Raises: NotPublished."""
    entry = workspace.journey(name)[1]
    text = workspace.published.read(entry)
    return workspace.published.publish(kind="journey", name=name, text=text, now=now, note="brought back", by=by)


def _publish(workspace: Workspace, journey: Journey, rules: RuleSet | None, *, now: datetime, by: str) -> Published:
    text = write_journey(journey)
    if rules is None:
        return workspace.publish_journey(text, now=now, by=by, expects="")
    return workspace.publish_both(text, write_rules(rules), now=now, by=by, expects=("", None))[0]
