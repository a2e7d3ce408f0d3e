"""What an analysis of a path model found: frozen, with everything needed to find it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.categories import category_rows
from safar.analysis.path_model.findings import Findings
from safar.analysis.path_model.parts import (
    HTMT_LIMITS,
    CommonMethod,
    ConstructFigure,
    CopulaFigure,
    CrossLoading,
    Doubt,
    EffectFigure,
    ExactFitFigure,
    Figure,
    FitFigures,
    HtmtFigure,
    ItemFigure,
    MediationFigure,
    ModelCriteria,
    PathFigure,
    SampleSize,
    SlopeFigure,
    Stand,
    Verdict,
    WayFigure,
)
from safar.analysis.path_model.result_tables import (
    by_construct,
    common_method_rows,
    construct_row,
    copula_rows,
    exact_fit_rows,
    mediation_rows,
    sample_rows,
    slope_rows,
    way_rows,
)
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.speaking import bounds, number
from safar.analysis.path_model.verdicts import judged
from safar.analysis.telling import Telling, readable

__all__ = [
    "HTMT_LIMITS",
    "CommonMethod",
    "ConstructFigure",
    "CopulaFigure",
    "CrossLoading",
    "Doubt",
    "EffectFigure",
    "ExactFitFigure",
    "Figure",
    "FitFigures",
    "HtmtFigure",
    "ItemFigure",
    "MediationFigure",
    "ModelCriteria",
    "PathFigure",
    "PathResult",
    "Resampling",
    "Run",
    "SampleSize",
    "SlopeFigure",
    "Stand",
    "Verdict",
    "WayFigure",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathResult(Findings):
    """An estimated path model, judged (see `Findings` for its fields)."""

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "paths": columns("text: hypothesis source target verdict"),
        "effects": columns("text: source target"),
        "items": columns("text: construct item"),
        "quantifications": columns(
            "text: construct item level category whole: count absent number: value standard_error low high"
        ),
        "constructs": columns("text: construct measured mode whole: items"),
        "correlations": columns("text: construct"),
        "htmt": columns("text: one other truth: below_0.85 below_0.90 below_1.00"),
        "cross_loadings": columns("text: construct item"),
        "mediation": columns("text: source target kind"),
        "ways": columns("text: source target way"),
        "simple_slopes": columns("text: interaction source target moderator second_moderator"),
        "criteria": columns("text: construct"),
        "common_method": columns("text: construct truth: suspected"),
        "sample_size": columns("whole: n"),
        "exact_fit": columns("text: distance tested truth: rejected"),
        "endogeneity": columns("text: source target truth: there"),
        "verdicts": columns("text: hypothesis path stand says doubts"),
        "doubts": columns("text: reason says"),
    }

    @property
    def title(self) -> str:
        """The model's name."""
        return f"Path model {self.model.name}"

    @property
    def sentences(self) -> Sequence[str]:
        """Verdicts on the paths."""
        return [one.says for one in self.verdicts]

    def in_language(self, language: str) -> PathResult:
        """The same result with verdicts and doubts in a language: Persian for "fa", English for any other."""
        return judged(self, language)

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
                    "redundancy": one.redundancy,
                }
                for one in self.items
            ],
            "quantifications": category_rows(self.categories),
            "constructs": [construct_row(one) for one in self.constructs],
            "correlations": [
                by_construct({"construct": name}, self.names, values)
                for name, values in zip(self.names, self.correlations, strict=True)
            ],
            "lower_correlations": [
                by_construct({"construct": name}, self.lower_names, values)
                for name, values in zip(self.lower_names, self.lower_correlations, strict=True)
            ],
            "htmt": [
                {"one": one.one, "other": one.other, "htmt": one.value, "upper": one.upper}
                | {f"below_{limit:.2f}": limit in one.below for limit in HTMT_LIMITS}
                | {"htmt2": one.htmt2, "htmt2_upper": one.htmt2_upper, "signed": one.signed}
                for one in self.htmt
            ],
            "cross_loadings": [
                by_construct({"construct": one.construct, "item": one.item}, one.names, one.loadings)
                for one in self.cross_loadings
            ],
            "mediation": mediation_rows(self.mediations),
            "ways": way_rows(self.mediations),
            "simple_slopes": slope_rows(self.slopes),
            "fit": [{name: getattr(self.fit, name) for name in FitFigures.__slots__}],
            "criteria": [{name: getattr(one, name) for name in ModelCriteria.__slots__} for one in self.criteria],
            "common_method": common_method_rows(self.common_method),
            "sample_size": sample_rows(self.sample_size),
            "exact_fit": exact_fit_rows(self.exact_fit),
            "endogeneity": copula_rows(self.copulas),
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
                "f2_anew": one.f2_anew,
                "vif": one.vif,
                "verdict": stands.get((one.source, one.target), ""),
            }
            for one in self.paths
        ]

    def told(self) -> Telling:
        """The paths, what they mean, and why one may doubt them."""
        how = "consistent " if self.run.options.consistent else ""
        how += "non-metric " if self.categories else ""
        above = f"{self.n:,} rows, {how}partial least squares, scheme {self.run.options.scheme}"
        if (made := self.run.resampling) is not None:
            above += f"; {made.resamples:,} resamples (seed {made.seed}), {made.interval} {made.confidence:.0%}"
        return Telling(
            title=f"Path model {self.model.name}",
            simulated=self.simulated,
            above=(above,),
            rows=readable(self._short(row, named=any(one.hypothesis for one in self.paths)) for row in self.rows()),
            notes=(
                *(one.says for one in self.verdicts if one.stand is not Stand.UNTESTED),
                *(f"Doubt: {one.says}" for one in self.doubts),
                *(f"Doubt {k}: {one.says}" for one, k in self.numbered_doubts().items()),
            ),
        )

    def numbered_doubts(self) -> Mapping[Doubt, int]:
        """The doubts that concern single paths, each with the number by which the paths name it."""
        return {doubt: k for k, doubt in enumerate(dict.fromkeys(d for v in self.verdicts for d in v.doubts), 1)}

    def _short(self, row: Mapping[str, Any], *, named: bool) -> dict[str, Any]:
        """A path's row for people: the interval in one column."""
        told: dict[str, Any] = {"hypothesis": row["hypothesis"]} if named else {}
        numbered, ends = self.numbered_doubts(), (row["source"], row["target"])
        doubts = sorted(
            (one for verdict in self.verdicts if (verdict.source, verdict.target) == ends for one in verdict.doubts),
            key=numbered.__getitem__,
        )
        return told | {
            "path": self.arrow(row["source"], row["target"]),
            "estimate": number(row["estimate"]),
            "interval": bounds(row["low"], row["high"]),
            "p": self.path(row["source"], row["target"]).figure.told_p(),
            "f²": number(row["f2"]),
            "VIF": number(row["vif"], 2),
            "verdict": row["verdict"],
            "doubts": " ".join(str(numbered[one]) for one in doubts) or "–",
        }
