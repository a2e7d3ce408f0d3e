"""The reference page of the simulated company is written from its truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar.datasets.telecom import read_truth, truth_from, truth_text
from safar.datasets.telecom.page import truth_page
from safar.datasets.telecom.truth import STEPS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "reference" / "simulated-company.md"


def test_page_is_the_truth() -> None:
    assert PAGE.read_text(encoding="utf-8") == truth_page(), "out of date: make reference"


def test_page_names_every_touchpoint_and_figure_that_tests_compare() -> None:
    page, table = truth_page(), read_truth().table
    for name in [*table["touchpoints"], *table["segments"], *table["improvements"], *table["noise_events"], *STEPS[:7]]:
        assert name in page
    for section in ("outage", "price_change", "queue", "beliefs", "promise"):
        for key in table[section]:
            assert f"| {key.replace('_', ' ')} |" in page


@pytest.mark.parametrize("page", ["reference/simulated-company.md", "how-to/use-the-simulated-company.md"])
def test_examples_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), names)  # noqa: S102  # our own documentation


def test_shares_add_up() -> None:
    truth = truth_from(truth_text())
    for section in ("segments", "plans", "regions"):
        assert abs(truth.numbers(section, "share").sum() - 1) < 1e-9
    assert abs(sum(truth.table["languages"].values()) - 1) < 1e-9
    for row in truth.table["touchpoints"].values():
        assert abs(sum(row["channels"].values()) - 1) < 1e-9
    for mood in ("unhappy", "neutral", "happy"):
        assert abs(sum(truth.table["output"][mood].values()) - 1) < 1e-9
    named = {unit for row in truth.table["improvements"].values() for unit in row["units"]}
    assert named <= set(truth.units)
