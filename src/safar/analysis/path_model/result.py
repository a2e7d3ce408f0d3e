"""What an analysis of a path model found: frozen, with everything needed to find it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from safar.analysis.path_model.answers import Missing, Treatment
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.speaking import bounds, number, probability
from safar.analysis.result import Frozen, Result
from safar.analysis.telling import Telling, readable
from safar.domain.path_model import PathModel
from safar.domain.wording import counted

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

HTMT_LIMITS = (0.85, 0.90, 1.0)
"""Strict, usual, and the least that two constructs must differ by (Henseler, Ringle and Sarstedt 2015)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampling(Frozen):
    """How intervals are made."""

    resamples: int = 5_000
    seed: int = 1
    interval: IntervalMethod = IntervalMethod.PERCENTILE
    confidence: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Frozen):
    """Every choice of an analysis: with the model and the data it gives the same numbers again.

    resampling: None where only the sample was estimated. codes: answers that mean none. scale: the least and the
    greatest answer. weight: the column of case weights.
    """

    options: Options = field(default_factory=Options)
    resampling: Resampling | None = None
    missing: Missing = Missing.CASEWISE
    codes: tuple[float, ...] = ()
    scale: tuple[float, float] | None = None
    weight: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Frozen):
    """An estimate with what the resamples say of it; those are None where there are none.

    t is the estimate over its standard error. p is two-sided, from the replicates' share on one side of zero.
    """

    estimate: float
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    t: float | None = None
    p: float | None = None

    def flat(self, prefix: str = "") -> dict[str, float | None]:
        """As columns of a row."""
        names = ("standard_error", "low", "high", "t", "p")
        return {prefix or "estimate": self.estimate} | {
            f"{prefix}_{name}" if prefix else name: getattr(self, name) for name in names
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFigure(Frozen):
    """A path. f2: what of the target's unexplained variance it explains. vif: of the source, by what acts beside it."""

    source: str
    target: str
    figure: Figure
    f2: float | None
    vif: float | None
    hypothesis: str = ""
    sign: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectFigure(Frozen):
    """The effect of one construct on another along all ways (total) and along those with a stop between (indirect)."""

    source: str
    target: str
    total: Figure
    indirect: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigure(Frozen):
    """An item. vif: among the items of its construct."""

    construct: str
    item: str
    loading: Figure
    weight: Figure
    vif: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructFigure(Frozen):
    """A construct: its reliability (None where it has none), AVE, and what is explained of it (None if exogenous).

    full_vif: variance inflation by all other constructs; above 3.3 speaks for a common method.
    """

    construct: str
    items: int
    measured: str
    mode: str
    alpha: float | None
    alpha_standardized: float | None
    rho_a: float | None
    rho_c: float | None
    ave: float | None
    r2: Figure | None
    r2_adjusted: float | None
    full_vif: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmtFigure(Frozen):
    """How far two constructs are one. upper: one-sided, at the run's confidence; below: the limits that it is under."""

    one: str
    other: str
    value: float
    upper: float | None
    below: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitFigures(Frozen):
    """Distances between data and model, and GoF.

    srmr, d_uls, d_g, nfi: with what the paths imply; saturated: with the constructs' correlations as they are.
    gof: root of mean communality times mean R² (Tenenhaus and others 2005), over items of constructs with several.
    """

    srmr: float
    srmr_saturated: float
    d_uls: float
    d_g: float | None
    nfi: float | None
    gof: float | None


class Stand(StrEnum):
    """What became of a claim."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    WRONG_SIGN = "wrong sign"
    UNTESTED = "not tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Frozen):
    """A reason not to believe a figure yet. constructs: whom it concerns; none: the whole analysis."""

    reason: str
    says: str
    constructs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Frozen):
    """A claim judged. doubts: those that concern this path, besides the ones of the whole analysis."""

    hypothesis: str
    source: str
    target: str
    stand: Stand
    says: str
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PathResult(Result):
    """An estimated path model.

    treatment: what became of the rows; n of them are estimated from. correlations: of the constructs, in their order,
    with the root of the AVE on the diagonal (Fornell and Larcker). failed and inadmissible count resamples.
    admissible: whether the sample's own estimates can be right. model_text and data_digest: what these figures follow
    from, with `run`.
    """

    model: PathModel
    model_text: str
    run: Run
    n: int
    treatment: Treatment
    data_digest: str
    rounds: int
    admissible: bool
    failed: int
    inadmissible: int
    paths: tuple[PathFigure, ...]
    effects: tuple[EffectFigure, ...]
    items: tuple[ItemFigure, ...]
    constructs: tuple[ConstructFigure, ...]
    names: tuple[str, ...]
    correlations: tuple[tuple[float, ...], ...]
    htmt: tuple[HtmtFigure, ...]
    fit: FitFigures
    doubts: tuple[Doubt, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    simulated: bool = False

    @property
    def model_digest(self) -> str:
        """SHA-256 of the model's text."""
        from hashlib import sha256

        return sha256(self.model_text.encode()).hexdigest()

    def path(self, source: str, target: str) -> PathFigure:
        """The figures of one path. Raises: KeyError."""
        for one in self.paths:
            if (one.source, one.target) == (source, target):
                return one
        told = ", ".join(f"{one.source} -> {one.target}" for one in self.paths)
        raise KeyError(f"There is no path {source} -> {target}; there are {told}.")

    def construct(self, name: str) -> ConstructFigure:
        """The figures of one construct. Raises: KeyError."""
        for one in self.constructs:
            if one.construct == name:
                return one
        raise KeyError(f"There is no construct {name!r}; there are {', '.join(c.construct for c in self.constructs)}.")

    @property
    def parts(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every table of the result as flat rows, by name."""
        return {
            "paths": self.rows(),
            "effects": [
                {"source": one.source, "target": one.target, **one.total.flat("total"), **one.indirect.flat("indirect")}
                for one in self.effects
            ],
            "items": [
                {
                    "construct": one.construct,
                    "item": one.item,
                    **one.loading.flat("loading"),
                    **one.weight.flat("weight"),
                    "vif": one.vif,
                }
                for one in self.items
            ],
            "constructs": [_construct_row(one) for one in self.constructs],
            "correlations": [
                {"construct": name, **dict(zip(self.names, values, strict=True))}
                for name, values in zip(self.names, self.correlations, strict=True)
            ],
            "htmt": [
                {"one": one.one, "other": one.other, "htmt": one.value, "upper": one.upper}
                | {f"below_{limit:.2f}": limit in one.below for limit in HTMT_LIMITS}
                for one in self.htmt
            ],
            "fit": [{name: getattr(self.fit, name) for name in FitFigures.__slots__}],
            "verdicts": [
                {
                    "hypothesis": one.hypothesis,
                    "path": f"{one.source} -> {one.target}",
                    "stand": str(one.stand),
                    "says": one.says,
                    "doubts": "; ".join(doubt.says for doubt in one.doubts),
                }
                for one in self.verdicts
            ],
            "doubts": [{"reason": one.reason, "says": one.says} for one in self.doubts],
        }

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row a path."""
        stands = {(one.source, one.target): str(one.stand) for one in self.verdicts}
        return [
            {
                "hypothesis": one.hypothesis,
                "source": one.source,
                "target": one.target,
                **one.figure.flat(),
                "f2": one.f2,
                "vif": one.vif,
                "verdict": stands.get((one.source, one.target), ""),
            }
            for one in self.paths
        ]

    def to_polars(self, part: str = "paths") -> pl.DataFrame:
        """One table of the result (see `parts`) as a Polars frame."""
        import polars as pl

        return pl.DataFrame([dict(row) for row in self._part(part)], infer_schema_length=None)

    def to_pandas(self, part: str = "paths") -> pd.DataFrame:
        """One table of the result (see `parts`) as a pandas frame."""
        import pandas as pd

        return pd.DataFrame([dict(row) for row in self._part(part)])

    def told(self) -> Telling:
        """The paths, what they mean, and why one may doubt them."""
        how = "consistent " if self.run.options.consistent else ""
        above = f"{self.n:,} rows, {how}partial least squares, scheme {self.run.options.scheme}"
        if (made := self.run.resampling) is not None:
            above += f"; {made.resamples:,} resamples (seed {made.seed}), {made.interval} {made.confidence:.0%}"
        return Telling(
            title=f"Path model {self.model.name}",
            simulated=self.simulated,
            above=(above,),
            rows=readable(_short(row, named=any(one.hypothesis for one in self.paths)) for row in self.rows()),
            notes=(
                *(one.says for one in self.verdicts if one.stand is not Stand.UNTESTED),
                *(f"Doubt: {one.says}" for one in self.doubts),
            ),
        )

    def _repr_html_(self) -> str:
        more = [
            Telling(title="Constructs", simulated=False, rows=readable(self.parts["constructs"])),
            Telling(
                title=f"Items ({counted(len(self.items), 'item')})",
                simulated=False,
                rows=readable(
                    {"construct": one.construct, "item": one.item, "loading": one.loading.estimate,
                     "weight": one.weight.estimate, "VIF": one.vif}
                    for one in self.items
                ),
            ),
        ]  # fmt: skip
        return f"<div>{self.told().html()}{''.join(one.html() for one in more)}</div>"

    def _part(self, part: str) -> Sequence[Mapping[str, Any]]:
        if part not in self.parts:
            raise KeyError(f"A path model's result has no table {part!r}; it has {', '.join(self.parts)}.")
        return self.parts[part]


def _construct_row(one: ConstructFigure) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ConstructFigure.__slots__ if name != "r2"}
    r2 = one.r2
    explained = {"r2": r2 and r2.estimate, "r2_low": r2 and r2.low, "r2_high": r2 and r2.high}
    return plain | explained


def _short(row: Mapping[str, Any], *, named: bool) -> dict[str, Any]:
    """A path's row for people: the interval in one column."""
    told: dict[str, Any] = {"hypothesis": row["hypothesis"]} if named else {}
    return told | {
        "path": f"{row['source']} → {row['target']}",
        "estimate": number(row["estimate"]),
        "interval": bounds(row["low"], row["high"]),
        "p": probability(row["p"]),
        "f²": number(row["f2"]),
        "VIF": number(row["vif"], 2),
        "verdict": row["verdict"],
    }
