"""What the pages of the rules read of the log: counted beside the pages, as lists of facts are."""

from __future__ import annotations

import hashlib

from safar.usecases.drafts import Draft
from safar.usecases.preview_rules import RulesTaken, count_rules
from safar.usecases.read_facts import FactsPage
from safar.usecases.rule_facts import Wanted, read_rule_facts
from safar.usecases.workspace import Workspace
from safar.web.counting import counted
from safar.web.reading import look_up
from safar.web.waiting import Waiting


def read_taken(workspace: Workspace, draft: Draft) -> RulesTaken | Waiting:
    """What the rules of a draft take."""
    return look_up(workspace, ("rules", _text(draft)), lambda: counted(count_rules, workspace, draft.rules))


def list_rule_facts(
    workspace: Workspace,
    wanted: Wanted,
    *,
    draft: Draft,
    asked: tuple[tuple[str, str], ...],
    kind: str,
    identifiers: bool,
    after: str | None,
) -> FactsPage | Waiting:
    """One page of the facts behind a number of a draft. asked: the address's values, which say what is wanted."""

    def find() -> FactsPage:
        return counted(read_rule_facts, workspace, wanted, kind=kind, identifiers=identifiers, after=after)

    return look_up(workspace, ("rule facts", _text(draft), kind, asked, identifiers, after), find)


def _text(draft: Draft) -> str:
    return hashlib.sha256(draft.text.encode()).hexdigest()
