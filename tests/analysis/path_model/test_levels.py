"""The simulated levels that the method pages print: a few data sets, drawn anew, agree with them.

The bound is four and a half standard errors of the small run and the printed one together, so that only a real change
of a test or an interval fails here. The printed tables are of `python -m benchmarks.levels`.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from benchmarks.levels import pages
from benchmarks.levels.__main__ import PRINTED
from benchmarks.levels.work import Share, Shares, Work, run
from benchmarks.levels.works import WORKS

STREAM = 5
BOUND = 4.5


def disagreements(printed: pages.Printed, found: Shares) -> list[str]:
    """Cells whose share is farther from the printed one than chance explains."""
    wrong = []
    for cell, share in found.items():
        value, error = printed[cell]
        likely = min(max(value, 0.02), 0.98)
        chance = math.hypot(math.sqrt(likely * (1 - likely) / share.sets), error)
        if abs(share.value - value) > BOUND * chance:
            wrong.append(f"{cell}: printed {value:.3f}, now {share.value:.3f} of {share.sets}, error {chance:.3f}")
    return wrong


@pytest.mark.parametrize("name", WORKS)
def test_a_small_run_agrees_with_what_is_printed(name: str) -> None:
    work = WORKS[name]
    assert STREAM != PRINTED
    found = run(work, sets=work.few, stream=STREAM, cases=work.quick)
    assert found
    assert disagreements(pages.read(name, work), found) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", WORKS)
def test_every_case_agrees_with_what_is_printed(name: str) -> None:
    work = WORKS[name]
    found, printed = run(work, sets=3 * work.few, stream=STREAM + 1), pages.read(name, work)
    assert set(found) == set(printed)
    assert disagreements(printed, found) == []


@pytest.mark.parametrize("name", WORKS)
def test_the_page_says_how_it_was_simulated(name: str) -> None:
    work = WORKS[name]
    text = (pages.METHODS / f"{work.page}.md").read_text(encoding="utf-8")
    part = text.split("## Holds its level", 1)[1].split("\n## ", 1)[0]
    before = part.split(pages.command(name))[0].rsplit("|\n", 1)[-1]
    assert f"{work.sets:,} data sets" in " ".join(before.split())
    printed = pages.read(name, work)
    assert all(0 <= value <= 1 and 0 <= error < 0.05 for value, error in printed.values())


def test_a_test_that_lost_its_level_is_noticed() -> None:
    work = WORKS["bartlett"]
    printed = pages.read("bartlett", work)
    cell = next(iter(printed))
    assert disagreements(printed, {cell: Share(0.05, 0.01, work.few)}) == []
    assert disagreements(printed, {cell: Share(0.15, 0.01, work.few)}) != []


def test_the_same_stream_draws_the_same() -> None:
    work: Work = WORKS["bartlett"]
    first, same, other = (run(work, sets=200, stream=stream, cases=("30 10",)) for stream in (1, 1, 2))
    assert first == same
    assert first != other
    assert len(run(work, sets=40, stream=1)) == 4
    (stopped,) = run(work, sets=40, stream=1, cases=("30 10",), seconds=0).values()
    assert stopped.sets == 1


def test_tables_are_written_where_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = WORKS["bartlett"]
    found = run(work, sets=20, stream=3)
    before = (pages.METHODS / f"{work.page}.md").read_text(encoding="utf-8")
    (tmp_path / "fa").mkdir()
    for page in (f"{work.page}.md", f"fa/{work.page}.md"):
        (tmp_path / page).write_text((pages.METHODS / page).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(pages, "METHODS", tmp_path)
    pages.write("bartlett", work, found)
    again, after = pages.read("bartlett", work), (tmp_path / f"{work.page}.md").read_text(encoding="utf-8")
    assert {cell: value for cell, (value, _) in again.items()} == pytest.approx(
        {cell: share.value for cell, share in found.items()}, abs=0.0006
    )
    for place, parted in ((0, "## Holds its level"), (1, "## Default")):
        assert after.split(parted)[place] == before.split(parted)[place]
    persian = (tmp_path / "fa" / f"{work.page}.md").read_text(encoding="utf-8")
    assert "| ردیف" in persian
    assert [re.findall(r"\d\.\d{3}", page) for page in (after, persian)] == 2 * [re.findall(r"\d\.\d{3}", after)]
    with pytest.raises(ValueError, match="no table below"):
        pages.read("paths", work)
