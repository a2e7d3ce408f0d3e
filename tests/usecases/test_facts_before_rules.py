"""Facts that were imported before any rule, or any journey, was there can be looked at: all of them are unmapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from safar.analysis.filters import NO_FILTERS
from safar.log.published import NotPublished
from safar.usecases.facts_place import Place
from safar.usecases.read_facts import FactsPage, read_facts, stream_facts
from safar.usecases.workspace import GET_RULES, NoRules, Workspace
from tests.usecases.prepared_log import NOW, commit, fact
from tests.usecases.test_journey_map import JOURNEY, RULES, rating


def _listed(workspace: Workspace, kind: str, place: Place) -> FactsPage:
    return read_facts(workspace, kind=kind, filters=NO_FILTERS, place=place, now=NOW, identifiers=True)


def test_facts_are_listed_before_there_is_a_journey_or_a_rule(tmp_path: Path) -> None:
    shop = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    commit(
        shop.log, [fact(1, 0, "order", "ann"), fact(2, 1, "fax", "bob")], feedback=[rating(3, 2, "order", "ann", 4.0)]
    )
    imported = shop.log.head().import_no
    for _ in ("no journey", "no rules"):
        for kind, total in (("interactions", 2), ("feedback", 1)):
            assert _listed(shop, kind, Place()).total == total
            assert _listed(shop, kind, Place(import_no=imported)).total == total
            assert _listed(shop, kind, Place(mapped="unmapped")).total == total
            assert _listed(shop, kind, Place(mapped="mapped")).total == 0
            assert all(row["touchpoint"] is None for row in _listed(shop, kind, Place()).rows)
        _names, parts = stream_facts(
            shop, kind="interactions", filters=NO_FILTERS, place=Place(), now=NOW, identifiers=True
        )
        assert sum(part.num_rows for part in parts) == 2
        with pytest.raises(NotPublished):
            _listed(shop, "moves", Place())
        shop.publish_journey(JOURNEY, now=NOW)
    with pytest.raises(NoRules) as raised:
        _listed(shop, "passages", Place())
    assert raised.value.next_step == GET_RULES
    with pytest.raises(NotPublished):
        _listed(shop.with_journey("nonsense"), "feedback", Place())
    shop.publish_rules(RULES, now=NOW)
    assert _listed(shop, "interactions", Place(mapped="unmapped")).total == 1
