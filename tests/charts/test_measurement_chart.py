"""Charts of measurements: drawn offline, honest about what is few, missing or simulated."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from safar.analysis.measure import measure
from safar.analysis.measurement import Measurement
from safar.analysis.result import Origin, Result
from safar.charts import NoChart, chart
from safar.charts.render import UnknownChartFormat, as_svg, specification, write_chart

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "analysis"))
from tests.analysis.measured_facts import START, days, tables  # shared with the tests of measuring


def measured(*by: str, groups: int = 2, simulated: bool = False) -> Measurement:
    rows: list[dict[str, Any]] = [
        {"value": float(10 - i % 4), "channel": f"c{i % groups}", "ts": START + days(i)} for i in range(groups * 40)
    ]
    origin = Origin(log_version=1, simulated=simulated)
    return measure(tables([*rows, {"value": 9.0, "channel": "rare"}]), metric="nps", by=by, origin=origin)


def test_groups_with_intervals() -> None:
    svg = as_svg(measured("channel"))
    for words in ("Net Promoter Score", "c0", "c1", "rare", "too few", "95 % interval"):
        assert words in svg
    assert "imulated" not in svg


def test_simulated_data_say_so() -> None:
    assert as_svg(measured("channel", simulated=True)).count("imulated") >= 2


def test_trend_and_small_charts_for_many_groups() -> None:
    assert "facet" not in specification(measured("month"))
    assert "facet" not in specification(measured("month", "channel"))
    many = specification(measured("month", "channel", groups=12))
    assert many["facet"]["row"]["field"] == "group"
    assert "<svg" in as_svg(measured("month", "channel"))


def test_written_by_its_ending(tmp_path: Path) -> None:
    result = measured("channel")
    write_chart(result, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UnknownChartFormat):
        write_chart(result, tmp_path / "a.gif")


def test_only_results_with_a_chart() -> None:
    with pytest.raises(NoChart):
        chart(Result())
