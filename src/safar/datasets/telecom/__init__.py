"""Safar Telecom (simulated): a company with nine journey steps whose truth is known (`truth.toml`).

Units: facts have UTC times and the offset +03:30; ratings stand on the question's own scale; money in EUR; nothing
is missing but what the fact schema allows to be. Two years from `start`. Everything here is made up and says so.
"""

from __future__ import annotations

from importlib import resources

from safar.datasets.telecom.stream import SEED, START, BadSize, Staged, batches, check_size, digest, stage
from safar.datasets.telecom.tables import FactBatch
from safar.datasets.telecom.truth import Truth, read_truth, truth_from, truth_text

__all__ = [
    "SEED",
    "START",
    "BadSize",
    "FactBatch",
    "Staged",
    "Truth",
    "batches",
    "check_size",
    "digest",
    "journey_text",
    "read_truth",
    "rules_text",
    "stage",
    "truth_from",
    "truth_text",
]


def journey_text() -> str:
    """The journey of the company, as a journey file."""
    return (resources.files(__name__) / "journey.toml").read_text(encoding="utf-8")


def rules_text() -> str:
    """Which event is which touchpoint, as a rules file."""
    return (resources.files(__name__) / "rules.toml").read_text(encoding="utf-8")
