"""What a notebook and a prompt show of a result."""

from __future__ import annotations

from dataclasses import replace

from safar.analysis.measure import measure
from safar.analysis.measurement import Measurement
from safar.analysis.result import Origin
from safar.analysis.telling import readable
from tests.analysis.measured_facts import tables
from tests.analysis.test_journey_map_result import a_map


def measured(*, simulated: bool) -> Measurement:
    rows = [{"customer": i, "value": float(i % 11), "channel": ("web", "<b>app</b>")[i % 2]} for i in range(40)]
    origin = Origin(log_version=1, simulated=simulated)
    return measure(tables(rows), metric="nps", by=["channel"], origin=origin)


def test_a_measurement_says_what_it_is_and_whose() -> None:
    page, text = measured(simulated=True)._repr_html_(), repr(measured(simulated=True))
    for shown in (page, text):
        for words in ("Net Promoter Score, points", "simulated", "all", "40 answers = 40 used", " to "):
            assert words in shown
        assert "n_effective" not in shown
    assert "<b>app" not in page
    assert "&lt;b&gt;app" in page
    assert len(text.splitlines()) < 10
    assert "simulated" not in measured(simulated=False)._repr_html_()


def test_a_map_says_its_steps() -> None:
    found = replace(a_map(), origin=Origin(log_version=1, simulated=True))
    for shown in (found._repr_html_(), repr(found)):
        for words in ("simulated", "Purchase", "since the step before", "passages", "95 %"):
            assert words in shown
        assert "since_median_s" not in shown
    assert len(repr(found).splitlines()) < 20


def test_any_rows_are_readable() -> None:
    (row,) = readable([{"median_s": 86_400 * 2.5, "share_of_first": 0.256, "moves": 12_345, "p90_s": None}])
    assert row == {"median": "2.5 d", "share of first": "25.6%", "moves": "12,345", "p90": "–"}


def test_a_long_table_is_cut_in_text_and_says_so() -> None:
    rows = [{"customer": i, "value": 9.0, "channel": f"c{i:02}"} for i in range(30)]
    assert "… and 19 more rows" in repr(measure(tables(rows), metric="nps", by=["channel"]))
