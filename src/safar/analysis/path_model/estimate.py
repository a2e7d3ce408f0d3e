"""One model on a stack of resamples: stages in their order, from correlations to paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.gaps import find_weights_with_gaps
from safar.analysis.path_model.layout import Block, Layout, lay_out
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.products import Columns, Drawn, describe, drawn, residuals
from safar.analysis.path_model.quantify import Quantified, quantify
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.analysis.path_model.stacks import Stack
from safar.analysis.path_model.structure import Structure, find_structure
from safar.analysis.path_model.weights import MOST_ROUNDS, TOLERANCE, Scheme, Weights, find_weights
from safar.domain.path_model import BadPathModel, Interaction, InteractionMethod, Measured, Mode, PathModel


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a model is estimated."""

    scheme: Scheme = Scheme.PATH
    consistent: bool = False
    tolerance: float = TOLERANCE
    most_rounds: int = MOST_ROUNDS


@dataclass(frozen=True, kw_only=True)
class Fits:
    """A model's estimates on a stack of B resamples.

    first: the stage below, where the model has one (higher-order constructs, two-stage interactions); where it has
    both, that stage has its own below: parts, then higher-order constructs, then interactions. spread: [B, J], the
    deviation of what a construct's score stands for: of the product for an interaction, else 1. A path from an
    interaction, divided by its spread, is how much one deviation of the moderator changes the moderated effect.
    quantified: of the last stage, where items are ordinal or nominal: what their categories are worth.
    """

    layout: Layout
    correlations: Stack
    weights: Weights
    structure: Structure
    spread: Stack
    first: Fits | None = None
    quantified: Quantified | None = None

    @property
    def estimated(self) -> NDArray[np.bool_]:
        """[B]: which resamples have estimates: the iteration ended, and the data determine every path."""
        found: NDArray[np.bool_] = self.weights.converged & np.isfinite(self.structure.paths).all(axis=(1, 2))
        return found

    def turned(self, signs: Stack) -> Fits:
        """The same fits with scores turned round where signs [B, J] are -1: only the signs of figures change."""
        if (signs > 0).all():
            return self
        weights, structure = self.weights, self.structure
        of_items = signs[:, self.layout.owner]
        among = signs[:, :, None] * signs[:, None, :]
        return replace(
            self,
            weights=replace(
                weights,
                weights=weights.weights * of_items,
                loadings=weights.loadings * signs[:, None, :],
                scores=weights.scores * among,
            ),
            structure=replace(
                structure,
                loadings=structure.loadings * of_items,
                constructs=structure.constructs * among,
                paths=structure.paths * among,
            ),
        )


def estimate(model: PathModel, sample: Sample, counts: Stack, options: Options) -> Fits:
    """The estimates of each resample. counts: [B, n], as `resample_counts` makes them; ones for the sample itself.

    The sample's columns are the model's items in their order. Rows with gaps count for what they hold (`gaps`); this
    needs mode A and a model of one stage. Ordinal and nominal items are quantified in each resample anew, in the model
    of the first stage and without interactions; all else is estimated from them as from numbers. Raises: BadPathModel.
    """
    if sample.has_gaps:
        return _fit_with_gaps(model, sample, counts, options)
    if model.higher_orders or model.interactions:
        return _last(model, sample, counts, options)[0]
    correlations, quantified = _moments(model, sample, counts, options)
    return _with(_fit(correlations, lay_out(_blocks(model), _pairs(model)), options), quantified)


def estimate_scores(model: PathModel, sample: Sample, counts: Stack, options: Options) -> tuple[Fits, Stack]:
    """The estimates, and each row's standardized scores by them [B, n, J], rows that are not in a resample included.

    Raises: BadPathModel where rows have gaps.
    """
    if sample.has_gaps:
        raise BadPathModel("Rows with gaps have no scores.", next_step="Leave such rows out (casewise), or fill them.")
    fits, stage = _last(model, sample, counts, options)
    return fits, stage.scores(fits.layout.constructs)


def _last(model: PathModel, sample: Sample, counts: Stack, options: Options) -> tuple[Fits, _Stage]:
    correlations, quantified = _moments(model, sample, counts, options)
    of = drawn(sample, counts)
    if quantified is not None and isinstance(sample, ScaledSample):
        numbers = sample.columns(quantified.values)
    else:
        numbers = np.broadcast_to(sample.standardized, (len(counts), *sample.rows.shape))
    items = of.standardized(numbers)
    below: _Stage | None = None
    first: Fits | None = None
    if model.higher_orders or any(one.method is InteractionMethod.TWO_STAGE for one in model.interactions):
        below = _Stage(model, items, of)
        first = below.fit(correlations, _first_pairs(model), options)
    parts = below
    if model.higher_orders and model.interactions:
        # A factor's scores come from a model that has the higher-order constructs and not yet their product.
        below = _Stage(model, items, of, parts=parts)
        first = replace(below.fit(correlations, _plain_pairs(model), options), first=first)
    last = _Stage(model, items, of, parts=parts, factors=below, interactions=model.interactions)
    fits = last.fit(correlations, _pairs(model), options)
    return _with(replace(fits, spread=last.spread(fits), first=first), quantified), last


def _moments(model: PathModel, sample: Sample, counts: Stack, options: Options) -> tuple[Stack, Quantified | None]:
    """Correlations of the items in each resample; with what categories are worth, where there are any."""
    if not isinstance(sample, ScaledSample):
        return sample.correlations_of(counts), None
    found = quantify(
        sample,
        counts,
        lay_out(_blocks(model), _first_pairs(model)),
        scheme=options.scheme,
        tolerance=options.tolerance,
        most_rounds=options.most_rounds,
    )
    return found.correlations, found


def _with(fits: Fits, quantified: Quantified | None) -> Fits:
    """Estimates from quantified items: they have settled where the items have too."""
    if quantified is None:
        return fits
    weights = replace(
        fits.weights,
        rounds=np.maximum(fits.weights.rounds, quantified.rounds),
        converged=fits.weights.converged & quantified.converged,
    )
    return replace(fits, weights=weights, quantified=quantified)


def _fit_with_gaps(model: PathModel, sample: Sample, counts: Stack, options: Options) -> Fits:
    if model.higher_orders or model.interactions:
        raise BadPathModel(
            "Rows with gaps cannot be used for higher-order constructs or interactions.",
            next_step="Leave such rows out (casewise), or fill them (mean).",
        )
    layout = lay_out(_blocks(model), _pairs(model))
    correlations, weights = find_weights_with_gaps(
        sample, counts, layout, scheme=options.scheme, tolerance=options.tolerance, most_rounds=options.most_rounds
    )
    return _described(correlations, layout, weights, options)


def _fit(correlations: Stack, layout: Layout, options: Options) -> Fits:
    weights = find_weights(
        correlations, layout, scheme=options.scheme, tolerance=options.tolerance, most_rounds=options.most_rounds
    )
    return _described(correlations, layout, weights, options)


def _described(correlations: Stack, layout: Layout, weights: Weights, options: Options) -> Fits:
    return Fits(
        layout=layout,
        correlations=correlations,
        weights=weights,
        structure=find_structure(weights, layout, consistent=options.consistent),
        spread=np.ones((len(correlations), layout.n_constructs)),
    )


def _blocks(model: PathModel) -> list[Block]:
    return [Block(one.name, one.items, one.mode, one.measured) for one in model.constructs]


def _pairs(model: PathModel) -> list[tuple[str, str]]:
    return [(path.source, path.target) for path in model.paths]


def _plain_pairs(model: PathModel) -> list[tuple[str, str]]:
    """Paths without those from interactions."""
    made = {one.name for one in model.interactions}
    return [pair for pair in _pairs(model) if pair[0] not in made]


def _first_pairs(model: PathModel) -> list[tuple[str, str]]:
    """Paths of the first stage: without interactions, and to and from the parts of a higher-order construct."""
    parts = {one.name: one.parts for one in model.higher_orders}
    return [
        (first, second)
        for source, target in _plain_pairs(model)
        for first in parts.get(source, (source,))
        for second in parts.get(target, (target,))
    ]


class _Stage:
    """One stage's items: those of the sample, then columns made of the scores of a stage below, or of products.

    items: the sample's, [B, n, p], standardized in each resample.
    parts: the stage that gives the scores of higher-order constructs' parts; None where this is that stage itself.
    factors: the stage that gives the scores of interactions' factors.
    """

    def __init__(
        self,
        model: PathModel,
        items: Stack,
        of: Drawn,
        *,
        parts: _Stage | None = None,
        factors: _Stage | None = None,
        interactions: Sequence[Interaction] = (),
    ) -> None:
        self._model, self._of, self._factors, self._parts = model, of, factors, parts
        self._interactions = interactions
        self._items = items
        higher_orders = () if parts is None else model.higher_orders
        inner = {part for one in higher_orders for part in one.parts}
        self._blocks = [block for block in _blocks(model) if block.name not in inner]
        self._places = [model.items.index(item) for block in self._blocks for item in block.items]
        made: list[Stack] = []
        for higher in higher_orders:
            made.append(_there(parts).scores(higher.parts))
            self._blocks.append(Block(higher.name, higher.parts, higher.mode, higher.measured))
        for one in interactions:
            columns, labels = self._interaction(one)
            made.append(columns)
            self._blocks.append(Block(one.name, labels, Mode.A, Measured.COMPOSITE))
        self._made: Columns | None = describe(np.concatenate(made, axis=2), items, of) if made else None
        self._scores: Stack | None = None
        self._names: tuple[str, ...] = ()

    def fit(self, correlations: Stack, pairs: Sequence[tuple[str, str]], options: Options) -> Fits:
        """This stage's estimates; its scores are kept. correlations: of the sample's items."""
        fits = _fit(self._joined(correlations), lay_out(self._blocks, pairs), options)
        items = self._items[:, :, self._places]
        if self._made is not None:
            items = np.concatenate([items, self._of.standardized(self._made.values)], axis=2)
        weights = np.zeros((len(items), fits.layout.n_items, fits.layout.n_constructs))
        weights[:, np.arange(fits.layout.n_items), fits.layout.owner] = fits.weights.weights
        self._scores = self._of.standardized(np.matmul(items, weights))
        self._names = fits.layout.constructs
        return fits

    def _joined(self, correlations: Stack) -> Stack:
        """Correlations of all items of this stage."""
        among = correlations[:, np.array(self._places, dtype=np.intp)[:, None], self._places]
        if self._made is None:
            return among
        across = self._made.across[:, self._places]
        found: Stack = np.block([[among, across], [across.transpose(0, 2, 1), self._made.among]])
        return found

    def spread(self, fits: Fits) -> Stack:
        """See `Fits`. Of several items: their deviations averaged by the size of their loadings."""
        spread = fits.spread.copy()
        for one in self._interactions:
            assert self._made is not None  # noqa: S101 - an interaction makes columns
            place = fits.layout.constructs.index(one.name)
            block = fits.layout.block(place)
            size = np.abs(fits.structure.loadings[:, block])
            made = slice(block.start - len(self._places), block.stop - len(self._places))
            spread[:, place] = (size * self._made.deviations[:, made]).sum(axis=1) / size.sum(axis=1)
        return spread

    def scores(self, names: Sequence[str]) -> Stack:
        """Standardized scores [B, n, k] of k constructs, once the stage is fitted."""
        assert self._scores is not None  # noqa: S101 - see `_last`
        return self._scores[:, :, [self._names.index(name) for name in names]]

    def _interaction(self, one: Interaction) -> tuple[Stack, tuple[str, ...]]:
        if one.method is InteractionMethod.TWO_STAGE:
            scores = _there(self._factors).scores(one.factors)
            return np.prod(scores, axis=2, keepdims=True), (one.name,)
        parts = {name: self._items_of(name) for name in one.factors}
        labels = {name: self._labels_of(name) for name in one.factors}
        chosen = _combinations(one.factors, [len(labels[name]) for name in one.factors])
        columns = [parts[name][:, :, chosen[:, k]] for k, name in enumerate(one.factors)]
        found = np.prod(columns, axis=0)
        if one.method is InteractionMethod.ORTHOGONAL:
            found = residuals(found, np.concatenate(list(parts.values()), axis=2), self._of)
        named = ("*".join(labels[name][k] for name, k in zip(one.factors, row, strict=True)) for row in chosen)
        return found, tuple(named)

    def _items_of(self, name: str) -> Stack:
        """A factor's standardized items [B, n, k]; of a higher-order construct its parts' scores."""
        for higher in self._model.higher_orders:
            if higher.name == name:
                return _there(self._parts).scores(higher.parts)
        return self._items[:, :, [self._model.items.index(item) for item in self._model.construct(name).items]]

    def _labels_of(self, name: str) -> tuple[str, ...]:
        for higher in self._model.higher_orders:
            if higher.name == name:
                return higher.parts
        return self._model.construct(name).items


def _there(stage: _Stage | None) -> _Stage:
    assert stage is not None  # noqa: S101 - see `_last`
    return stage


def _combinations(factors: Sequence[str], sizes: Sequence[int]) -> NDArray[np.intp]:
    """Which item of each factor each product takes, [m, k]; of one factor with itself each pair once."""
    found = np.stack(np.meshgrid(*(np.arange(size) for size in sizes), indexing="ij"), axis=-1).reshape(-1, len(sizes))
    once = np.ones(len(found), dtype=bool)
    for second in range(1, len(factors)):
        for first in range(second):
            if factors[first] == factors[second]:
                once &= found[:, first] <= found[:, second]
    return found[once]
