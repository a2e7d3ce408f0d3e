"""One model on a stack of resamples: stages in their order, from correlations to paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from safar.analysis.path_model.gaps import find_weights_with_gaps
from safar.analysis.path_model.layout import Block, Layout, lay_out
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.products import Drawn, describe, drawn, products, residuals
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

    first: the stage below, where the model has one (higher-order constructs, two-stage interactions). spread: [B, J],
    the deviation of what a construct's score stands for: of the product for an interaction, else 1. A path from an
    interaction, divided by its spread, is how much one deviation of the moderator changes the moderated effect.
    """

    layout: Layout
    correlations: Stack
    weights: Weights
    structure: Structure
    spread: Stack
    first: Fits | None = None

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
    needs mode A and a model of one stage. Raises: BadPathModel.
    """
    if sample.has_gaps:
        return _fit_with_gaps(model, sample, counts, options)
    correlations = sample.correlations_of(counts)
    if not model.higher_orders and not model.interactions:
        return _fit(correlations, lay_out(_blocks(model), _pairs(model)), options)
    first = None
    if model.higher_orders or any(one.method is InteractionMethod.TWO_STAGE for one in model.interactions):
        first = _fit(correlations, lay_out(_blocks(model), _first_pairs(model)), options)
    last = _LastStage(model, sample, drawn(sample, counts), first)
    fits = _fit(last.joined(correlations), lay_out(last.blocks, _pairs(model)), options)
    return replace(fits, spread=last.spread(fits), first=first)


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


def _first_pairs(model: PathModel) -> list[tuple[str, str]]:
    """Paths of the first stage: without interactions, and to and from the parts of a higher-order construct."""
    parts = {one.name: one.parts for one in model.higher_orders}
    made = {one.name for one in model.interactions}
    return [
        (source, target)
        for path in model.paths
        if path.source not in made
        for source in parts.get(path.source, (path.source,))
        for target in parts.get(path.target, (path.target,))
    ]


class _LastStage:
    """The items of the last stage: those of the sample, then columns made of first scores or of products."""

    def __init__(self, model: PathModel, sample: Sample, of: Drawn, first: Fits | None) -> None:
        self._model, self._sample, self._of, self._first = model, sample, of, first
        self._scores = None if first is None else _scores(first, sample, of)
        inner = {part for one in model.higher_orders for part in one.parts}
        self.blocks = [block for block in _blocks(model) if block.name not in inner]
        self._places = [model.items.index(item) for block in self.blocks for item in block.items]
        made: list[Stack] = []
        for higher in model.higher_orders:
            made.append(self._first_scores(higher.parts))
            self.blocks.append(Block(higher.name, higher.parts, higher.mode, higher.measured))
        for one in model.interactions:
            columns, labels = self._interaction(one)
            made.append(columns)
            self.blocks.append(Block(one.name, labels, Mode.A, Measured.COMPOSITE))
        self._made = describe(np.concatenate(made, axis=2), sample, of)

    def joined(self, correlations: Stack) -> Stack:
        """Correlations of all items of this stage."""
        among = correlations[:, np.array(self._places, dtype=np.intp)[:, None], self._places]
        across = self._made.across[:, self._places]
        found: Stack = np.block([[among, across], [across.transpose(0, 2, 1), self._made.among]])
        return found

    def spread(self, fits: Fits) -> Stack:
        """See `Fits`. Of several items: their deviations averaged by the size of their loadings."""
        spread = fits.spread.copy()
        for one in self._model.interactions:
            place = fits.layout.constructs.index(one.name)
            block = fits.layout.block(place)
            size = np.abs(fits.structure.loadings[:, block])
            made = slice(block.start - len(self._places), block.stop - len(self._places))
            spread[:, place] = (size * self._made.deviations[:, made]).sum(axis=1) / size.sum(axis=1)
        return spread

    def _first_scores(self, names: Sequence[str]) -> Stack:
        assert self._first is not None and self._scores is not None  # noqa: S101, PT018 - see `estimate`
        return self._scores[:, :, [self._first.layout.constructs.index(name) for name in names]]

    def _interaction(self, one: Interaction) -> tuple[Stack, tuple[str, ...]]:
        if one.method is InteractionMethod.TWO_STAGE:
            return np.prod([self._score(name) for name in one.factors], axis=0)[:, :, None], (one.name,)
        blocks = [self._model.construct(name).items for name in one.factors]
        parts = [self._standardized(items) for items in blocks]
        found, labels = parts[0], blocks[0]
        for part, items in zip(parts[1:], blocks[1:], strict=True):
            found, labels = products(found, part), tuple(f"{a}*{b}" for a in labels for b in items)
        if one.method is InteractionMethod.ORTHOGONAL:
            different = list(dict.fromkeys(one.factors))
            on = [part for name, part in dict(zip(one.factors, parts, strict=True)).items() if name in different]
            found = residuals(found, np.concatenate(on, axis=2), self._of)
        return found, labels

    def _standardized(self, items: Sequence[str]) -> Stack:
        chosen = self._sample.standardized[:, [self._model.items.index(item) for item in items]]
        return self._of.standardized(np.broadcast_to(chosen, (len(self._of.total), *chosen.shape)))

    def _score(self, name: str) -> Stack:
        """A factor's scores [B, n]; a higher-order construct's are the mean of its parts'."""
        higher = next((one for one in self._model.higher_orders if one.name == name), None)
        scores = self._first_scores((name,) if higher is None else higher.parts)
        return self._of.standardized(scores.mean(axis=2, keepdims=True))[:, :, 0]


def _scores(fits: Fits, sample: Sample, of: Drawn) -> Stack:
    """Standardized scores in each row of the sample, [B, n, J]."""
    items = of.standardized(np.broadcast_to(sample.standardized, (len(of.total), *sample.rows.shape)))
    weights = np.zeros((len(items), fits.layout.n_items, fits.layout.n_constructs))
    weights[:, np.arange(fits.layout.n_items), fits.layout.owner] = fits.weights.weights
    return of.standardized(np.matmul(items, weights))
