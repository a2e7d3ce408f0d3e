"""Higher-order constructs: what is corrected for error and what is not, and discriminant validity of their parts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.layout import Block, lay_out
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.quality import htmt
from safar.analysis.path_model.result import PathResult, Resampling, Run
from safar.domain.path_model import Construct, HigherOrder, Interaction, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.test_method_pages import shown, worked

PARTS = ("p", "q", "s")
CONSISTENT = Run(options=Options(consistent=True))


def construct(name: str, measured: Measured = Measured.FACTOR) -> Construct:
    return Construct(name=name, items=tuple(f"{name}{k}" for k in range(3)), measured=measured)


def higher(measured: Measured, parts: Measured = Measured.FACTOR) -> PathModel:
    return PathModel(
        name="higher",
        constructs=(*(construct(name, parts) for name in PARTS), construct("y")),
        higher_orders=(HigherOrder(name="h", parts=PARTS, measured=measured),),
        paths=(Claim(source="h", target="y"),),
    )


@cache
def sample(n: int, *, alike: float = 0.8) -> Sample:
    """Parts with loadings `alike` on h, y = 0.5 h, three items of loading 0.8 each."""
    chance = np.random.default_rng(1)
    h = chance.normal(size=n)
    factors = [alike * h + np.sqrt(1 - alike**2) * chance.normal(size=n) for _ in PARTS]
    factors.append(0.5 * h + np.sqrt(0.75) * chance.normal(size=n))
    rows = np.stack([0.8 * one + 0.6 * chance.normal(size=n) for one in factors for _ in range(3)], axis=1)
    return Sample(rows, np.ones(n))


def test_worked_table() -> None:
    for row in worked("higher-order-constructs"):
        of = sample(20_000)
        fits = estimate(higher(Measured(row["h measured as"])), of, np.ones((1, of.n)), CONSISTENT.options)
        places = [fits.layout.constructs.index(name) for name in ("h", "y")]
        assert row["path"] == shown(float(fits.structure.paths[0, places[0], places[1]]), 3)


@pytest.mark.parametrize(
    ("measured", "parts", "doubted"),
    [
        (Measured.COMPOSITE, Measured.FACTOR, True),
        (Measured.FACTOR, Measured.FACTOR, False),
        (Measured.COMPOSITE, Measured.COMPOSITE, False),
    ],
)
def test_a_composite_of_factors_is_not_corrected_and_that_is_said(
    measured: Measured, parts: Measured, doubted: bool
) -> None:
    result = analyze(higher(measured, parts), sample(400), CONSISTENT)
    told = {one.reason: one.says for one in result.doubts}
    assert ("uncorrected-higher-orders" in told) is doubted
    plain = analyze(higher(measured, parts), sample(400), Run())
    assert not any(one.reason.startswith("uncorrected") for one in plain.doubts)
    if doubted:
        assert told["uncorrected-higher-orders"].startswith("The correction for error does not reach h:")
        persian = next(one for one in result.in_language("fa").doubts if one.reason == "uncorrected-higher-orders")
        assert "تصحیح خطا به \u2068h\u2069 نمی‌رسد" in persian.says


def test_an_interaction_of_factors_is_not_corrected_and_that_is_said() -> None:
    model = PathModel(
        name="moderated",
        constructs=tuple(construct(name) for name in ("p", "q", "y")),
        interactions=(Interaction(factors=("p", "q")),),
        paths=tuple(Claim(source=name, target="y") for name in ("p", "q", "p*q")),
    )
    of = Sample(sample(400).rows[:, [*range(6), *range(9, 12)]], np.ones(400))
    told = {one.reason: one.says for one in analyze(model, of, CONSISTENT).doubts}
    assert told["uncorrected-interactions"].startswith("The correction for error does not reach p*q:")
    single = replace(
        model,
        constructs=tuple(
            Construct(name=one.name, items=one.items, measured=Measured.COMPOSITE, mode=Mode.A)
            for one in model.constructs
        ),
    )
    assert not any(one.reason.startswith("uncorrected") for one in analyze(single, of, CONSISTENT).doubts)


def paired(result: PathResult) -> dict[tuple[str, str], float]:
    return {(one.one, one.other): one.value for one in result.htmt}


def test_parts_have_htmt_of_the_items_that_were_asked() -> None:
    result = analyze(higher(Measured.FACTOR), sample(400), Run(resampling=Resampling(resamples=40)))
    found = paired(result)
    assert {frozenset(pair) for pair in found} == {
        frozenset(pair) for pair in (("y", "h"), ("p", "q"), ("p", "s"), ("q", "s"), ("p", "y"), ("q", "y"), ("s", "y"))
    }
    assert len(found) == 7
    layout = lay_out(
        [Block(name, tuple(f"{name}{k}" for k in range(3)), Mode.A, Measured.FACTOR) for name in (*PARTS, "y")],
        [(name, "y") for name in PARTS],
    )
    plain = htmt(sample(400).correlations, layout)[0]
    for (one, other), value in found.items():
        if "h" not in (one, other):
            assert value == pytest.approx(plain[layout.constructs.index(one), layout.constructs.index(other)])
    assert all(one.upper is not None and one.upper > one.value for one in result.htmt)


def test_parts_that_are_one_with_something_outside_are_doubted_and_alike_parts_are_not() -> None:
    of = sample(400, alike=0.99)
    assert not any(
        doubt.reason == "discriminant-validity"
        for verdict in analyze(higher(Measured.FACTOR), of, Run()).verdicts
        for doubt in verdict.doubts
    )
    # s is asked like y here: the first part's twin stands outside.
    model = PathModel(
        name="twin",
        constructs=tuple(construct(name) for name in ("p", "q", "s", "y")),
        higher_orders=(HigherOrder(name="h", parts=("p", "q")),),
        paths=(Claim(source="h", target="y"), Claim(source="s", target="y")),
    )
    result = analyze(model, of, Run())
    says = [one.says for one in result.verdicts[0].doubts if one.reason == "discriminant-validity"]
    assert any(told.startswith("p and s can hardly be told apart") for told in says)


def test_the_ratio_of_common_factors_is_no_doubt_about_what_is_made_of_its_parts() -> None:
    of = sample(400, alike=0.99)
    for measured in Measured:
        model = PathModel(
            name="twin",
            constructs=tuple(replace(construct(name), measured=measured) for name in ("p", "q", "s", "y")),
            paths=(Claim(source="p", target="y"), Claim(source="s", target="y"), Claim(source="q", target="y")),
        )
        reasons = {doubt.reason for one in analyze(model, of, Run()).verdicts for doubt in one.doubts}
        assert ("discriminant-validity" in reasons) is (measured is Measured.FACTOR)


def test_fornell_and_larcker_of_lower_order_constructs_stands_beside_their_htmt() -> None:
    of = sample(2_000)
    found = analyze(higher(Measured.COMPOSITE), of, CONSISTENT)
    assert found.names == ("y", "h")
    assert found.lower_names == (*PARTS, "y")
    lower = np.array(found.lower_correlations)
    # Loadings of .8: an AVE of .64; parts load .8 on h, which correlates .5 with y.
    assert np.diag(lower) == pytest.approx(np.full(4, 0.8), abs=0.02)
    assert lower[0, 1] == pytest.approx(0.64, abs=0.03)
    assert lower[0, 3] == pytest.approx(0.40, abs=0.04)
    # The same figures as of a model that has the parts alone.
    flat = analyze(
        PathModel(
            name="flat",
            constructs=higher(Measured.COMPOSITE).constructs,
            paths=tuple(Claim(source=part, target="y") for part in PARTS),
        ),
        of,
        CONSISTENT,
    )
    assert lower == pytest.approx(np.array(flat.correlations), abs=0.01)
    assert (flat.lower_names, flat.lower_correlations) == ((), ())
    told = {one.name: one for one in paper_tables(found)}
    assert told["lower-correlations"].head == ("Construct", "p", "q", "s", "y")
    assert "lower-correlations" not in {one.name for one in paper_tables(flat)}
    assert [row["construct"] for row in found.part("lower_correlations")] == [*PARTS, "y"]
    persian = {one.name: one for one in paper_tables(found.in_language("fa"))}
    assert persian["lower-correlations"].title.startswith("همان")
