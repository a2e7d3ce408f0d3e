"""What can be run on a study, each by its name: an analysis takes model, choices and answers, and gives one result.

A further analysis is entered here once; then pages offer it, jobs do it, its result is kept, read back and exported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.result import PathResult
from safar.analysis.result import Result
from safar.analysis.thaw import thaw
from safar.errors import NotFound
from safar.files.path_model import SavedRun
from safar.usecases.path_model_rows import Columns
from safar.usecases.path_models import estimate_model

ESTIMATE = "estimate"


class UnknownAnalysis(NotFound):
    """A study knows no analysis of this name."""

    code = "study.unknown-analysis"
    next_step = "Start it from the study's run page."


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """result: what it gives, which must be readable from its JSON. run: told how far it is through `progress`.

    headline: a few figures for lists; JSON values.
    """

    name: str
    result: type[Result]
    run: Callable[[SavedRun, Columns, bool, Progress], Result]
    headline: Callable[[Any], Mapping[str, Any]]


def analysis(name: str) -> Analysis:
    """The analysis of that name. Raises: UnknownAnalysis."""
    found = ANALYSES.get(name)
    if found is None:
        raise UnknownAnalysis(f"There is no analysis {name[:40]!r}.")
    return found


def read_back(name: str, text: str) -> Result:
    """A result from its JSON. Raises: UnknownAnalysis, also for what another release wrote and this one cannot read."""
    try:
        analysis(name)
        return _read_back(name, text)
    except (KeyError, TypeError, ValueError) as cause:
        raise UnknownAnalysis("The result was written by another release and cannot be read.") from cause


# To build its objects takes as long as to draw the page.
@lru_cache(maxsize=16)
def _read_back(name: str, text: str) -> Result:
    return thaw(ANALYSES[name].result, text)


def _estimate(saved: SavedRun, columns: Columns, simulated: bool, progress: Progress) -> Result:
    return estimate_model(saved, columns, simulated=simulated, progress=progress)


def _estimate_headline(result: PathResult) -> Mapping[str, Any]:
    stands = [str(one.stand) for one in result.verdicts]
    made = result.run.resampling
    return {
        "rows": result.n,
        "data": result.data_digest,
        "model": result.model_digest,
        "srmr": result.fit.srmr,
        "resamples": 0 if made is None else made.resamples,
        "seed": None if made is None else made.seed,
        "consistent": result.run.options.consistent,
        "supported": stands.count("supported"),
        "claims": len(stands),
        "doubts": len(result.doubts),
        "simulated": result.simulated,
    }


ANALYSES: Mapping[str, Analysis] = {
    one.name: one for one in (Analysis(name=ESTIMATE, result=PathResult, run=_estimate, headline=_estimate_headline),)
}
