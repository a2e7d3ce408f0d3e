"""Simple slopes in results, what unequal weights leave of a sample, and p at its floor."""

from __future__ import annotations

import numpy as np
import pytest

import safar
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.parts import Figure
from safar.analysis.path_model.table_notes import resampled_notes, sample_note
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated

MODERATED = (
    CHAIN
    + """
[[interactions]]
of = ["Care", "Trust"]

[[interactions]]
of = ["Care", "Care"]

[[paths]]
from = "Care*Trust"
to = "Loyalty"

[[paths]]
from = "Care*Care"
to = "Loyalty"
"""
)
ROWS = {name: np.asarray(values, dtype=np.float64) for name, values in likert(simulated(150)).items()}


def test_simple_slopes_are_a_part_and_a_table_in_both_languages() -> None:
    found = safar.PathModel(MODERATED).bootstrap(ROWS, resamples=60, seed=3)
    rows = found.part("simple_slopes")
    assert [(one["interaction"], one["moderator"], one["at"]) for one in rows] == [
        (f"Care*{moderator}", moderator, at) for moderator in ("Trust", "Care") for at in (-1.0, 0.0, 1.0)
    ]
    own = found.path("Care", "Loyalty").figure
    for middle in (rows[1], rows[4]):
        assert {name: middle[name] for name in ("estimate", "low", "high", "p")} == pytest.approx(
            {"estimate": own.estimate, "low": own.low, "high": own.high, "p": own.p}
        )
    low, mean, high = (one["estimate"] for one in rows[:3])
    assert mean - low == pytest.approx(high - mean)
    assert np.sign(high - mean) == np.sign(found.path("Care*Trust", "Loyalty").figure.estimate)
    for language, title, where, note in (
        ("en", "Simple slopes", "Trust −1 SD", "hold at the moderator's mean"),
        ("fa", "شیب‌های ساده", "انحراف معیار", "در میانگین تعدیل‌گر درست است"),
    ):
        tables = {one.name: one for one in paper_tables(found.in_language(language))}
        table = tables["simple-slopes"]
        assert table.title == title
        assert where in table.rows[0][1]
        assert all(note in tables[name].notes[-1] for name in ("simple-slopes", "effects", "mediation"))


def test_without_interactions_there_are_none() -> None:
    found = safar.PathModel(CHAIN).fit(ROWS)
    assert found.part("simple_slopes") == []
    assert "simple-slopes" not in {one.name for one in paper_tables(found)}
    assert next(one.share for one in found.mediations) is not None


def test_a_pair_without_a_direct_path_shares_nothing() -> None:
    direct = '\n[[paths]]\nfrom = "Care"\nto = "Loyalty"\nsign = "-"\nhypothesis = "H3"\n'
    assert direct in CHAIN
    (row,) = safar.PathModel(CHAIN.replace(direct, "")).fit(ROWS).part("mediation")
    assert (row["direct"], row["share"]) == (None, None)


def test_unequal_weights_tell_less_than_so_many_rows() -> None:
    weights = np.where(np.arange(150) % 3 == 0, 4.0, 1.0)
    model = safar.PathModel(CHAIN)
    found = model.fit({**ROWS, "w": weights}, weight="w")
    kish = weights.sum() ** 2 / (weights**2).sum()
    assert found.sample_size.effective == pytest.approx(kish)
    assert found.sample_size.least_path == pytest.approx(2.80159 / np.sqrt(kish), abs=1e-4)
    assert f"150 weighted rows (as much as {kish:.0f} of equal weight, Kish 1965) find" in sample_note(found)
    assert "هم‌وزن" in sample_note(found.in_language("fa"))
    (doubt,) = (one for one in found.doubts if one.reason == "sample")
    assert doubt.says.startswith("150 weighted rows")
    same = model.fit({**ROWS, "w": np.full(150, 0.37)}, weight="w").sample_size
    assert (same.effective, same.least_path) == (None, model.fit(ROWS).sample_size.least_path)


def test_p_at_its_floor_says_so() -> None:
    at = Figure(estimate=1.0, p=0.002, least_p=0.002)
    assert (at.told_p(), at.told_p("fa")) == ("≤ .002", "حداکثر ۰٫۰۰۲")
    assert Figure(estimate=1.0, p=0.004, least_p=0.002).told_p() == ".004"
    assert Figure(estimate=1.0, p=0.0002, least_p=0.0002).told_p() == "< .001"
    found = safar.PathModel(CHAIN).bootstrap(ROWS, resamples=500, seed=1)
    assert found.path("Care", "Trust").figure.told_p() == "≤ .002"
    assert "p ≤ .002" in found.verdicts[0].says
    assert "≤" in resampled_notes(found)[1]
    paths = next(one for one in paper_tables(found) if one.name == "paths")
    assert paths.rows[0][2].endswith("**")
    assert not paths.rows[0][2].endswith("***")


def test_what_is_printed_gives_the_reasons_to_doubt() -> None:
    found = safar.PathModel(CHAIN).fit(ROWS | {"care1": 8 - ROWS["care1"]})
    told = repr(found)
    for doubt, k in found.numbered_doubts().items():
        assert f"Doubt {k}: {doubt.says}" in told
    assert "Item care1 loads below zero" in told
