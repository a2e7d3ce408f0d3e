"""The rows of a comparison of models; values of each stand in the order of the models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safar.analysis.path_model.parts import Figure
from safar.analysis.result import Frozen

MEASURES = {
    "srmr": "SRMR",
    "srmr_saturated": "SRMR (saturated)",
    "d_uls": "d_ULS",
    "d_g": "d_G",
    "nfi": "NFI",
    "gof": "GoF",
    "chi_square": "χ²",
    "df": "df",
    "cfi": "CFI",
    "nnfi": "NNFI (TLI)",
    "rmsea": "RMSEA",
    "gfi": "GFI",
    "rms_theta": "RMS_theta",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize(Frozen):
    """A model: how large it is, and how it was estimated."""

    name: str
    rows: int
    constructs: int
    items: int
    paths: int
    consistent: bool
    ordered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRow(Frozen):
    """A path in all models; None where a model has no such path. verdicts: as results say them, "" where not there."""

    source: str
    target: str
    figures: tuple[Figure | None, ...]
    verdicts: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether verdicts differ, of the models that have the path."""
        return len({told for told, one in zip(self.verdicts, self.figures, strict=True) if one is not None}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRow(Frozen):
    """R² of a construct; None where a model does not explain it."""

    construct: str
    r2: tuple[float | None, ...]
    adjusted: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow(Frozen):
    """BIC and GM of what explains a construct, with weights that add up to one: None where a model does not explain it.

    told_apart: other causes act on it in some model.
    """

    construct: str
    bic: tuple[float | None, ...]
    bic_weights: tuple[float | None, ...]
    gm: tuple[float | None, ...]
    gm_weights: tuple[float | None, ...]
    told_apart: bool

    @property
    def best(self) -> int | None:
        """The model with the least BIC."""
        return _least(self.bic)

    @property
    def best_gm(self) -> int | None:
        """The model with the least GM."""
        return _least(self.gm)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRow(Frozen):
    """A measure of fit."""

    measure: str
    values: tuple[float | None, ...]

    @property
    def called(self) -> str:
        """As papers write it."""
        return MEASURES.get(self.measure, self.measure)

    @property
    def digits(self) -> int:
        """Behind the point."""
        return 0 if self.measure == "df" else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting(Frozen):
    """Of two models with the same constructs, one has only some of the other's paths; alike: all of them."""

    smaller: int
    larger: int
    alike: bool


def by_name(what: str, names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Columns of a flat row, one a model."""
    return {f"{what} {name}": value for name, value in zip(names, values, strict=True)}


def _least(values: Sequence[float | None]) -> int | None:
    there = [(value, k) for k, value in enumerate(values) if value is not None]
    return min(there)[1] if there else None
