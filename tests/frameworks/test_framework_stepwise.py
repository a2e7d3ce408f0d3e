"""stepwise against its paper: Saeedi, Danaei, Zargar (2021), tables 1-3.

Every number here was counted by hand in the printed tables: rows of table 3 by axial code, its item numbers
(1-265), and its two columns of acting sides (customer, company; 0 and 0 is neither).
"""

from __future__ import annotations

import pytest

from safar import frameworks
from safar.domain.framework import Element, Framework, Level, Side


@pytest.fixture(scope="module")
def stepwise() -> Framework:
    return frameworks.load("stepwise")


# group: selective structures, printed rows, rows where the customer acts, codes (item range of table 3)
BLOCKS = [
    ("dimensions", 3, 6, 6, 18),
    ("prerequisites", 3, 7, 0, 30),
    ("awareness", 4, 9, 1, 23),
    ("attention", 0, 4, 1, 14),
    ("evaluation", 2, 8, 0, 16),
    ("decision", 0, 3, 2, 9),
    ("purchase", 3, 6, 2, 19),
    ("usage", 2, 4, 0, 11),
    ("output", 3, 7, 2, 17),
    ("loyalty", 3, 6, 6, 10),
    ("advocacy", 0, 3, 1, 3),
    ("measurement", 5, 16, 0, 39),
    ("background", 7, 21, 2, 30),
    ("outcomes", 4, 13, 0, 26),
]


def in_table_3(framework: Framework, group: str) -> list[Element]:
    return [e for e in framework.below(group) if e.level is Level.CODE and any(p.table == "3" for p in e.places)]


@pytest.mark.parametrize(("group", "structures", "rows", "customers", "codes"), BLOCKS)
def test_block_of_table_3(
    *, stepwise: Framework, group: str, structures: int, rows: int, customers: int, codes: int
) -> None:
    printed = in_table_3(stepwise, group)
    assert len([e for e in stepwise.below(group) if e.level is Level.CATEGORY]) == structures
    assert len(printed) == rows
    assert len([e for e in printed if e.actor is Side.CUSTOMER]) == customers
    assert stepwise.element(group).figures["codes"] == codes
    first, last = next(p.row for p in stepwise.element(group).places if p.table == "3").split("-")
    assert int(last) - int(first) + 1 == codes


def test_table_3_as_a_whole(stepwise: Framework) -> None:
    rows = [e for group, *_ in BLOCKS for e in in_table_3(stepwise, group)]
    assert len(BLOCKS) == 14
    assert sum(block[1] for block in BLOCKS) == 39
    assert len(rows) == 113
    assert sum(block[4] for block in BLOCKS) == 265
    items = [int(p.row) for e in rows for p in e.places if p.table == "3"]
    assert items == sorted(items), "rows stand in the paper's order"
    assert len(set(items)) == 113
    assert max(items) == 265


def test_the_nine_steps_are_mostly_what_the_company_does(stepwise: Framework) -> None:
    rows = [e for e in stepwise.elements if e.step and e.level is Level.CODE and not e.only_in]
    assert len(rows) == 50
    assert sum(e.actor is Side.COMPANY for e in rows) == 35
    assert sum(e.actor is Side.CUSTOMER for e in rows) == 15
    assert len({e.parent for e in rows if e.parent.count(".") == 1}) == 17


def test_background_actors(stepwise: Framework) -> None:
    actors = [e.actor for e in in_table_3(stepwise, "background")]
    assert [actors.count(side) for side in Side] == [2, 6, 13]


def test_item_ranges_of_the_blocks_follow_each_other(stepwise: Framework) -> None:
    """Blocks and structures of table 3 leave no item out and share none."""
    for level in (Level.GROUP, Level.CATEGORY):
        spans = []
        for element in stepwise.at(level):
            spans += [[int(n) for n in p.row.split("-")] for p in element.places if p.table == "3"]
        if level is Level.CATEGORY:
            spans += [
                [int(n) for n in p.row.split("-")]
                for group in ("attention", "decision", "advocacy")
                for p in stepwise.element(group).places
                if p.table == "3"
            ]
        covered = sorted(item for first, last in spans for item in range(first, last + 1))
        assert covered == list(range(1, 266))


def test_table_2_sample_rows(stepwise: Framework) -> None:
    """Table 2 prints 67 rows; 23 of them have no counterpart in table 3."""
    codes = [e for e in stepwise.at(Level.CODE) if any(p.table == "2" for p in e.places)]
    assert len(codes) == 67
    only = [e for e in codes if e.only_in == "table 2"]
    assert len(only) == 23
    assert all(e.actor is None for e in only), "table 2 does not say who acts"
    assert all(not any(p.table == "3" for p in e.places) for e in only)
    for name in (
        "awareness.needs-assessment",
        "attention.brand-experience",
        "decision.order-channel",
        "purchase.waiting-compensation",
        "usage.ease-of-use",
        "measurement.journey-return",
        "measurement.expectations",
    ):
        assert stepwise.element(name).only_in == "table 2"


def test_table_1_rows(stepwise: Framework) -> None:
    """Table 1 prints 33 rows (1-20, 365-377); 14 stand nowhere else; app store and web chat among them."""
    rows = {int(p.row): e for e in stepwise.elements for p in e.places if p.table == "1" and "-" not in p.row}
    assert sorted(rows) == [*range(1, 21), *range(365, 378)]
    assert sum(e.only_in == "table 1" for e in rows.values()) == 14
    assert stepwise.element("measurement.app-store").only_in == "table 1"
    assert stepwise.element("measurement.web-chat").only_in == "table 1"


def test_table_1_cells_contradict_its_totals_in_20_of_33_rows(stepwise: Framework) -> None:
    disputed = [e for e in stepwise.elements if any("cells" in reading.where for reading in e.readings)]
    assert len(disputed) == 20


def test_step_7_has_three_ways_out(stepwise: Framework) -> None:
    assert [e.id for e in stepwise.children("output") if e.level is Level.CATEGORY] == [
        "output.repeat",
        "output.complaint",
        "output.silence",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "dimensions", "prerequisites", "awareness", "evaluation", "purchase", "output", "loyalty", "measurement",
        "background", "outcomes", "awareness.confrontation", "output.complaint.churn", "loyalty.clusters.loyal",
    ],
)  # fmt: skip
def test_where_the_tables_disagree_both_readings_stand(stepwise: Framework, name: str) -> None:
    readings = stepwise.element(name).readings
    assert len(readings) >= 2
    assert len({reading.says for reading in readings}) == len(readings)
