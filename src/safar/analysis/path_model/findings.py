"""The figures of an estimated path model: what verdicts are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safar.analysis.path_model.answers import Treatment
from safar.analysis.path_model.model_result import ModelResult
from safar.analysis.path_model.naming import called, called_with_key, labels_of
from safar.analysis.path_model.parts import (
    CategoryFigure,
    CommonMethod,
    ConstructFigure,
    CopulaFigure,
    CrossLoading,
    Doubt,
    EffectFigure,
    ExactFitFigure,
    FitFigures,
    HtmtFigure,
    ItemFigure,
    MediationFigure,
    ModelCriteria,
    PathFigure,
    SampleSize,
    SlopeFigure,
    Verdict,
)
from safar.analysis.path_model.run import Run
from safar.analysis.path_model.speaking import chain, name
from safar.domain.path_model import PathModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings(ModelResult):
    """What was found of an estimated path model: all fields of `PathResult`.

    treatment: what became of the rows; n of them are estimated from. correlations: of the constructs, in their order,
    with the root of the AVE on the diagonal (Fornell and Larcker); lower_names, lower_correlations: the same of the
    first stage's constructs, where some are parts of higher-order ones. failed and inadmissible count resamples.
    admissible: whether the sample's own estimates can be right. cross_loadings: of asked items with constructs of the
    first stage. mediations: empty also where a model has too many ways. exact_fit, copulas: where the run asks for
    them; lost: resamples without an admissible estimate that the test of exact fit leaves out. language: of verdicts
    and doubts. model_text and data_digest: what these figures follow from, with `run`. other_data: the digest that the
    saved run names, where it is of other rows than these. item_digests: of each item's answers alone, by which
    results of models with other items know the same rows. categories: what those of ordinal and nominal items are
    worth.
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
    cross_loadings: tuple[CrossLoading, ...]
    mediations: tuple[MediationFigure, ...]
    common_method: CommonMethod | None
    sample_size: SampleSize
    fit: FitFigures
    criteria: tuple[ModelCriteria, ...] = ()
    exact_fit: tuple[ExactFitFigure, ...] = ()
    exact_fit_lost: int = 0
    copulas: tuple[CopulaFigure, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    simulated: bool = False
    language: str = "en"
    other_data: str | None = None
    lower_names: tuple[str, ...] = ()
    lower_correlations: tuple[tuple[float, ...], ...] = ()
    slopes: tuple[SlopeFigure, ...] = ()
    categories: tuple[CategoryFigure, ...] = ()
    item_digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def model_digest(self) -> str:
        """SHA-256 of the model's text."""
        from hashlib import sha256

        return sha256(self.model_text.encode()).hexdigest()

    def called(self, construct: str, language: str) -> str:
        """A construct as sentences name it: by its label, where the model has one."""
        return called(construct, labels_of(self.model), language)

    def called_with_key(self, construct: str) -> str:
        """A construct as a row of a table names it, in the language of the sentences."""
        return called_with_key(construct, labels_of(self.model), self.language)

    def arrow(self, *constructs: str) -> str:
        """A path, or a chain of them, as tables name it, in the language of the sentences."""
        labels = labels_of(self.model)
        return chain([called(one, labels, self.language) for one in constructs], self.language)

    def pair(self, one: str, other: str) -> str:
        """Two constructs as tables name them, in the language of the sentences."""
        labels, language = labels_of(self.model), self.language
        return " – ".join(name(called(construct, labels, language), language) for construct in (one, other))

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
