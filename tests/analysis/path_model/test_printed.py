"""What does not follow in printed results: the relief paper's own numbers, and results that contradict nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.path_model.printed import Printed, PrintedConstruct, PrintedPath, band, items_of, objections

SATISFACTION, EXPERIENCE, LOYALTY, STRATEGY, SUPPORT = (
    "satisfaction", "experience", "loyalty", "strategy", "relief support",
)  # fmt: skip
TABLE = (
    # name, p of normality (table 8), mean, deviation, variance (9), loading, alpha (10), R² (12)
    (SATISFACTION, 0.121, 4.15, 0.79, 0.63, 0.65, 0.81, 0.635),
    (EXPERIENCE, 0.235, 4.02, 0.80, 0.73, 0.75, 0.81, 0.780),
    (LOYALTY, 0.427, 4.16, 0.72, 0.52, 0.69, 0.87, 0.823),
    (STRATEGY, 0.079, 4.10, 0.74, 0.55, 0.82, 0.85, 0.816),
    (SUPPORT, 0.057, 4.03, 0.80, 0.75, 0.87, 0.89, 0.863),
)
"""Provenance: Eghbali (2021), Journal of System Management 7(3), tables 8 to 12, as printed."""
ARROWS = (
    (SATISFACTION, EXPERIENCE, 14.825),
    (EXPERIENCE, LOYALTY, 7.372),
    (EXPERIENCE, SUPPORT, 152.56),
    (SUPPORT, LOYALTY, 3.193),
    (STRATEGY, LOYALTY, 2.793),
)
"""Provenance: the same paper, table 11, headed path coefficients."""
RELIEF = Printed(
    constructs=tuple(
        PrintedConstruct(
            name=name,
            normality_p=p,
            mean=mean,
            deviation=sd,
            variance=variance,
            loadings=(loading,),
            alpha=alpha,
            r2=r2,
        )
        for name, p, mean, sd, variance, loading, alpha, r2 in TABLE
    ),
    paths=tuple(PrintedPath(source=source, target=target, coefficient=value) for source, target, value in ARROWS),
    counts={"answers": (330, 320), "subcategories": (33, 32, 31)},
    roles=(SATISFACTION, "trust", SUPPORT, EXPERIENCE, STRATEGY, LOYALTY),
    gof=0.72,
    bartlett_df=136,
    r2_above=0.67,
    normal=False,
    scale=(1, 5),
)


def told(about: str, printed: Printed = RELIEF) -> list[str]:
    return [str(one) for one in objections(printed) if one.about == about]


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ("counts", ["answers is printed as 330 and as 320", "subcategories is printed as 33 and as 32 and as 31"]),
        ("not-measured", ["Nothing is known of trust"]),
        ("normality", ["called not normal with p from 0.057 to 0.427. At 0.05 5 of 5 do not depart"]),
        ("variance", ["experience: deviation 0.80, variance 0.73", "relief support: deviation 0.80, variance 0.75"]),
        ("bartlett", ["136 degrees of freedom. That means 17 items"]),
        ("alpha", ["need about 22 items"]),
        ("convergent-validity", ["satisfaction: loading 0.65", "loyalty: loading 0.69"]),
        ("coefficients", ["5 path coefficients from 2.793 to 152.56"]),
        ("t-value", ["t 152.56. The only predictor of an R² of 0.863 in 330 answers has a t of about 45"]),
        ("r2-exogenous", ["satisfaction and strategy"]),
        ("r2-claim", ["satisfaction 0.635 (moderate)"]),
        ("gof", ["printed as 0.72. The printed loadings and R² give 0.67 or 0.69"]),
    ],
)
def test_objects_to_the_relief_paper(about: str, says: list[str]) -> None:
    found = told(about)
    assert len(found) == len(says)
    for one, part in zip(found, says, strict=True):
        assert part in one


def test_says_nothing_where_everything_follows() -> None:
    good = Printed(
        constructs=(
            PrintedConstruct(name="a", items=3, loadings=(0.8, 0.8, 0.8), ave=0.64, alpha=0.842),
            PrintedConstruct(
                name="b",
                items=3,
                loadings=(0.8, 0.8, 0.8),
                alpha=0.842,
                r2=0.36,
                mean=4.1,
                deviation=0.8,
                variance=0.64,
            ),
        ),
        paths=(PrintedPath(source="a", target="b", coefficient=0.6, t=13.0),),
        counts={"answers": (300,), "items": (6,)},
        roles=("a", "b"),
        gof=0.48,
        bartlett_df=15,
        r2_above=0.33,
        scale=(1, 5),
    )
    assert objections(good) == ()
    assert "means 6 items, not 7" in told("bartlett", replace(good, counts={"items": (7,)}))[0]
    assert "no number of items" in told("bartlett", replace(good, bartlett_df=16))[0]
    far = replace(good.constructs[1], mean=4.9, deviation=2.0, variance=4.0)
    assert "no answers have both" in told("scale", replace(good, constructs=(good.constructs[0], far)))[0]
    wrong = replace(good.constructs[0], ave=0.70)
    assert "Its loadings give 0.64" in told("ave", replace(good, constructs=(wrong, good.constructs[1])))[0]


@settings(deadline=None)
@given(st.integers(2, 500))
def test_degrees_of_freedom_give_back_the_items(items: int) -> None:
    assert items_of(items * (items - 1) // 2) == items
    if items > 2:
        assert items_of(items * (items - 1) // 2 + 1) is None


def test_bands() -> None:
    assert [band(value) for value in (0.7, 0.67, 0.4, 0.2, 0.1)] == [
        "substantial",
        "substantial",
        "moderate",
        "weak",
        "below weak",
    ]
