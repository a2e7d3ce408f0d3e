"""Rows of the tables that a path model's result has besides its paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safar.analysis.path_model.parts import (
    CommonMethod,
    ConstructFigure,
    CopulaFigure,
    ExactFitFigure,
    Figure,
    MediationFigure,
    SampleSize,
    SlopeFigure,
)

Rows = list[Mapping[str, Any]]
_NOTHING = dict.fromkeys(("estimate", "standard_error", "low", "high", "t", "p"))


def by_construct(labels: Mapping[str, str], names: Sequence[str], values: Sequence[float]) -> dict[str, Any]:
    """Labels of a row, then a column a construct: in brackets where it is called what a column of labels is called."""
    told = zip(names, values, strict=True)
    return {**labels, **{f"({name})" if name in labels else name: value for name, value in told}}


def construct_row(one: ConstructFigure) -> dict[str, Any]:
    """A construct, with what is explained of it."""
    plain = {name: getattr(one, name) for name in ConstructFigure.__slots__ if name != "r2"}
    r2 = one.r2
    return plain | {"r2": r2 and r2.estimate, "r2_low": r2 and r2.low, "r2_high": r2 and r2.high}


def mediation_rows(found: Sequence[MediationFigure]) -> Rows:
    """A row a pair of constructs with something between them."""
    return [
        {
            "source": one.source,
            "target": one.target,
            **_flat(one.direct, "direct"),
            **one.indirect.flat("indirect"),
            **one.total.flat("total"),
            "kind": None if one.kind is None else str(one.kind),
            "share": one.share,
        }
        for one in found
    ]


def way_rows(found: Sequence[MediationFigure]) -> Rows:
    """A row a chain of mediators: its specific indirect effect."""
    return [
        {"source": one.source, "target": one.target, "way": " -> ".join(way.constructs), **way.effect.flat()}
        for one in found
        for way in one.ways
    ]


def slope_rows(found: Sequence[SlopeFigure]) -> Rows:
    """A row a place where the moderators stand; of one moderator there is no second."""
    rows: Rows = []
    for one in found:
        (first, at), *more = one.moderators
        second, at_second = more[0] if more else (None, None)
        rows.append(
            {
                "interaction": one.interaction,
                "source": one.source,
                "target": one.target,
                "moderator": first,
                "at": at,
                "second_moderator": second,
                "at_second": at_second,
                **one.slope.flat(),
            }
        )
    return rows


def common_method_rows(found: CommonMethod | None) -> Rows:
    """One row, or none."""
    if found is None:
        return []
    return [
        {"construct": found.construct, "full_vif": found.full_vif, "limit": found.limit, "suspected": found.suspected}
    ]


def sample_rows(found: SampleSize) -> Rows:
    """One row."""
    return [{name: getattr(found, name) for name in SampleSize.__slots__}]


def exact_fit_rows(found: Sequence[ExactFitFigure]) -> Rows:
    """A row a distance."""
    return [{name: getattr(one, name) for name in ExactFitFigure.__slots__} for one in found]


def copula_rows(found: Sequence[CopulaFigure]) -> Rows:
    """A row a predictor of a target."""
    return [
        {
            "source": one.source,
            "target": one.target,
            "normal_p": one.normal_p,
            **_flat(one.term, "term"),
            **_flat(one.path, "path"),
            "there": one.there,
        }
        for one in found
    ]


def _flat(figure: Figure | None, prefix: str) -> dict[str, float | None]:
    if figure is not None:
        return figure.flat(prefix)
    return {prefix if name == "estimate" else f"{prefix}_{name}": None for name in _NOTHING}
