"""What a model's constructs are called in sentences and tables: by their labels, where the model has them.

One way for all results. Sentences, paths and pairs tell the label (`called`); a row about one construct tells it with
its key (`called_with_key`), which the heads of square tables and all figures for machines (`parts`, files) have.
"""

from __future__ import annotations

from collections.abc import Mapping

from safar.domain.label import Label
from safar.domain.path_model import PathModel

Labels = Mapping[str, Label]
"""By construct, its name for people."""


def labels_of(model: PathModel) -> dict[str, Label]:
    """The labels that a model gives."""
    labels = {one.name: one.label for one in model.constructs} | {one.name: one.label for one in model.higher_orders}
    return {construct: label for construct, label in labels.items() if label is not None}


def called(construct: str, labels: Labels, language: str = "en") -> str:
    """A construct's label; with its key where another one is labeled the same, its key where it has no label.

    An interaction is called by its factors.
    """
    factors = construct.split("*")
    if not any(one in labels for one in factors):
        return construct
    return " × ".join(_called(one, labels, language) for one in factors)


def called_with_key(construct: str, labels: Labels, language: str = "en") -> str:
    """The same, with the key that tables of figures and files have, unless it says the same."""
    told = called(construct, labels, language)
    if told.casefold() == construct.casefold() or told.endswith(f"({construct})"):
        return told
    return f"{told} ({construct})"


def _called(construct: str, labels: Labels, language: str) -> str:
    if construct not in labels:
        return construct
    told = labels[construct].text(language)
    same = sum(one.text(language) == told for one in labels.values()) > 1
    return f"{told} ({construct})" if same else told
