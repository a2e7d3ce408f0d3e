"""The worked tables of the method pages: every figure in them is computed again from its row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from safar.analysis.attributes import with_attribute
from safar.analysis.comparison import compare
from safar.analysis.composite import experience_index
from safar.analysis.filters import Filters
from safar.analysis.histogram import Bin, Histogram, Scale
from safar.analysis.measure import measure
from safar.analysis.metric import MetricValue, compute
from safar.domain.fact import Direction
from tests.analysis.measured_facts import tables

METHODS = Path(__file__).resolve().parents[2] / "docs" / "methods"
Row = dict[str, str]


def worked(page: str) -> list[Row]:
    """The rows of the first table under "Worked table"."""
    text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
    part = text.split("## Worked table", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]
    lines = [line.strip().strip("|") for line in part.splitlines() if line.startswith("|")]
    head, _, *body = ([cell.strip() for cell in line.split("|")] for line in lines)
    return [dict(zip(head, cells, strict=True)) for cells in body]


def answers(text: str, *, kind: str = "rating", scale: str = "", best: str = "high", question: str = "q") -> Histogram:
    """The answers of a cell: '5: 20, 4: 10'; '5: 20 x 2' gives each answer weight 2."""
    bins = []
    for part in text.split(","):
        value, counts = part.split(":")
        n, _, weight = counts.partition("x")
        w = float(weight or 1)
        bins.append(Bin(float(value), int(n), int(n) * w, int(n) * w * w))
    low, high = map(float, scale.split("-"))
    return Histogram(question, kind, Scale(low, high, Direction(best)), tuple(sorted(bins, key=lambda b: b.value)))


def shown(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def figures(found: MetricValue, digits: int = 1) -> Row:
    return {"low": shown(found.low, digits), "high": shown(found.high, digits), "state": found.state.replace("_", " ")}


def nps_row(row: Row) -> Row:
    told = f"10: {row['promoters']}, 8: {row['passives']}, 3: {row['detractors']}"
    found = compute("nps", answers(told, kind="nps", scale="0-10"))
    return {"NPS": shown(found.value), **figures(found), "method": str(found.method)}


def share_row(metric: str, kind: str) -> Callable[[Row], Row]:
    def row_of(row: Row) -> Row:
        found = compute(metric, answers(row["answers"], kind=kind, scale=row["scale"], best=row["best"]))
        return {row_name[metric]: shown(found.value), **figures(found)}

    return row_of


row_name = {"csat": "CSAT", "top_box": "top box"}


def ces_row(row: Row) -> Row:
    found = compute("ces", answers(row["answers"], kind="ces", scale=row["scale"], best=row["best"]))
    return {"CES": shown(found.value, 2), **figures(found, 2), "index": shown(found.index)}


def mean_row(row: Row) -> Row:
    found = compute("mean", answers(row["answers"], scale=row["scale"]))
    return {"mean": shown(found.value, 2), **figures(found, 2), "method": str(found.method)}


def interval_row(row: Row) -> Row:
    def share(text: str) -> MetricValue:
        yes, of = map(int, text.split("of"))
        return compute("csat", answers(f"5: {yes}, 1: {of - yes}", kind="csat", scale="1-5"))

    a, b = share(row["a"]), share(row["b"])
    found = compare(a, b)
    return {
        "difference": shown(found.difference),
        "low": shown(found.low),
        "high": shown(found.high),
        "p": shown(found.p_value, 3),
    }


def too_few_row(row: Row) -> Row:
    found = (
        compute("nps", answers(f"10: {row['answers']}", kind="nps", scale="0-10")) if row["answers"] != "0" else None
    )
    found = found or compute("nps", ())
    return {"state": found.state.replace("_", " "), "NPS": shown(found.value), "low": shown(found.low)}


def weights_row(row: Row) -> Row:
    found = compute("mean", answers(row["answers"], scale="1-5"))
    return {
        "mean": shown(found.value, 2),
        "n": str(found.n),
        "effective n": shown(found.n_effective),
        "low": shown(found.low, 2),
        "high": shown(found.high, 2),
    }


@pytest.mark.parametrize(
    ("page", "row_of"),
    [
        ("nps", nps_row),
        ("csat", share_row("csat", "csat")),
        ("top-box", share_row("top_box", "rating")),
        ("ces", ces_row),
        ("mean", mean_row),
        ("intervals", interval_row),
        ("too-few", too_few_row),
        ("weights", weights_row),
    ],
)
def test_worked_tables_row_by_row(page: str, row_of: Callable[[Row], Row]) -> None:
    rows = worked(page)
    assert rows
    for row in rows:
        computed = row_of(row)
        assert {name: value for name, value in computed.items() if name in row} == {
            name: row[name] for name in computed if name in row
        }


def test_experience_index_page() -> None:
    *questions, together = worked("experience-index")
    parts = [
        answers(row["answers"], scale=row["scale"], best=row["best"], question=row["question"]) for row in questions
    ]
    for row, part in zip(questions, parts, strict=True):
        assert row["index"] == shown(experience_index(part).value)
    assert together["question"] == "all, equal parts"
    assert together["index"] == shown(experience_index(parts).value)
    pooled = compute("experience_index", parts)
    assert f"Pooled, all would be {shown(pooled.value)}," in (METHODS / "experience-index.md").read_text(
        encoding="utf-8"
    )


def test_repeated_answers_page() -> None:
    # Ten customers answer once, two answer ten times each, as the page says.
    rows = [{"customer": i, "value": 9.0 if i < 6 else 7.0} for i in range(10)]
    rows += [{"customer": c, "value": v} for c, v in ((10, 2.0), (11, 10.0)) for _ in range(10)]
    log = tables(rows)
    unknown = tables([{**row, "customer": None} for row in rows])
    found = {
        "latest": measure(log, metric="mean", repeats="latest").cells[0].value,
        "all": measure(log, metric="mean", repeats="all").cells[0].value,
        "all, as if of 30 people": measure(unknown, metric="mean").cells[0].value,
    }
    for row in worked("repeated-answers"):
        value = found.pop(row["repeats"])
        assert row == {
            "repeats": row["repeats"],
            "answers": str(value.n),
            "people": str(value.persons),
            "mean": shown(value.value, 2),
            "low": shown(value.low, 2),
            "high": shown(value.high, 2),
        }
    assert not found


def test_share_page() -> None:
    choice = {"kind": "choice", "question": "why", "value": None, "scale_min": None, "scale_max": None}
    chose = [("price", "wait")] * 14 + [("price",)] * 4 + [("wait",)] * 10 + [("staff", "wait")] * 2 + [("staff",)] * 10
    rows: list[dict[str, Any]] = [
        {**choice, "option": option, "slot": option, "submission": i}
        for i, options in enumerate(chose)
        for option in options
    ]
    rows += [{**choice, "option": None, "state": "blank", "submission": f"blank{i}"} for i in range(5)]
    rows += [{"value": 9.0, "submission": f"silent{i}"} for i in range(5)]
    log = tables(rows)
    for row in worked("share"):
        found = measure(log, metric="share", question="why", base=row["base is"]).cell(row["option"])
        assert row == {
            "option": row["option"],
            "base is": row["base is"],
            "chosen": str(found.chosen),
            "base": str(found.n),
            "share": shown(found.value),
            "low": shown(found.low),
            "high": shown(found.high),
            "of responses": shown(found.of_responses),
        }


def test_attributes_page() -> None:
    rows = worked("attributes-over-time")
    known = [("2026-01-10", "basic"), ("2026-02-01", "plus"), ("2026-02-01", "gold"), ("2026-03-01", None)]

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    log = tables(
        [{"customer": 1, "ts": moment(row["fact of"])} for row in rows],
        [{"subject": 1, "name": "plan", "value": value, "valid_from": moment(day)} for day, value in known],
    )
    found = with_attribute(log.feedback, log.attributes, "plan").order_by("row_no").to_pyarrow()
    held = [value or "(unknown)" for value in found["attribute_plan"].to_pylist()]
    assert [row["plan then"] for row in rows] == held


def test_filter_reference_names_every_filter() -> None:
    text = (METHODS.parent / "reference" / "filters.md").read_text(encoding="utf-8")
    full = Filters(
        since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2026, 2, 1, tzinfo=UTC), channels=("a",), units=("a",),
        steps=("a",), touchpoints=("a",), sources=("a",), speakers=("a",), views=("a",),
        attributes={"name": ("a",)}, props={"name": ("a",)}, links={"name": ("a",)},
    )  # fmt: skip
    for name, _ in full.as_query():
        assert f"`{name.replace('.name', '.NAME')}`" in text
