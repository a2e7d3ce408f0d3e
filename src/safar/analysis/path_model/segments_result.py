"""Segments as one frozen result: how many, by FIMIX's criteria, and whose rows are whose, by FIMIX and REBUS.

Source: docs/methods/segments-of-a-path-model.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.answers import check_whole
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.fimix import Criteria, Mixture, fimix
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.naming import labels_of
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.rebus import FEWEST, BadSegments, Segments, group_quality, rebus
from safar.analysis.path_model.speaking import count, name, number, percent, seed_of
from safar.analysis.result import Frozen
from safar.domain.path_model import PathModel

SURE = 0.5
"""The entropy criterion that assigning rows to segments asks for."""
SMALL = 0.05
"""A segment with a smaller share is more likely a few odd rows."""
DECIDING = ("aic3", "caic")
_NO_CRITERIA = ("log_likelihood", "parameters", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCriteria(Frozen):
    """FIMIX with so many segments. shares: of the rows, the largest first. en: None for one segment."""

    segments: int
    log_likelihood: float
    parameters: int
    aic: float
    aic3: float
    aic4: float
    bic: float
    caic: float
    hq: float
    mdl5: float
    en: float | None
    shares: tuple[float, ...]
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPath(Frozen):
    """A path in each segment, and of all rows. method: "fimix" or "rebus"."""

    method: str
    source: str
    target: str
    everyone: float
    segments: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentsResult(FurtherResult):
    """Segments that nobody knew before.

    best: by criterion, the number of segments with its least value. chosen: how many are shown. rows: positions of the
    rows among those given, counted from 1; fimix_members, rebus_members: the segment of each, counted from 1.
    quality: of REBUS (group quality index), quality_of_all: of one model for all. problem: why REBUS was not made.
    """

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "criteria": columns("text: shares whole: segments parameters truth: settled"),
        "paths": columns("text: method source target"),
        "members": columns("whole: row fimix rebus"),
        "rebus": columns("text: sizes problem whole: segments truth: settled"),
    }

    criteria: tuple[SegmentCriteria, ...]
    best: Mapping[str, int]
    chosen: int
    seed: int
    paths: tuple[SegmentPath, ...]
    rows_of: tuple[int, ...]
    fimix_members: tuple[int, ...]
    rebus_members: tuple[int, ...]
    rebus_sizes: tuple[int, ...]
    quality: float | None
    quality_of_all: float
    settled: bool | None
    problem: str | None

    @property
    def title(self) -> str:
        """What it is."""
        return say("segments-title", self.language, model=name(self.model_name, self.language))

    @property
    def parts(self) -> Mapping[str, Rows]:
        """criteria: a row a number of segments. paths. members: a row a row of the data."""
        nobody = (None,) * len(self.rows_of)
        return {
            "criteria": [
                {field: getattr(one, field) for field in SegmentCriteria.__slots__ if field != "shares"}
                | {"shares": " ".join(f"{share:.3f}" for share in one.shares)}
                for one in self.criteria
            ],
            "paths": [
                {"method": one.method, "source": one.source, "target": one.target, "everyone": one.everyone}
                | {f"segment_{k}": value for k, value in enumerate(one.segments, 1)}
                for one in self.paths
            ],
            "members": [
                {"row": row, "fimix": by_fimix, "rebus": by_rebus}
                for row, by_fimix, by_rebus in zip(
                    self.rows_of, self.fimix_members or nobody, self.rebus_members or nobody, strict=True
                )
            ],
            "rebus": [
                {"segments": len(self.rebus_sizes), "sizes": " ".join(map(str, self.rebus_sizes)),
                 "quality": self.quality, "quality_of_all": self.quality_of_all, "settled": self.settled,
                 "problem": self.problem}
            ],
        }  # fmt: skip

    def tables(self) -> tuple[PaperTable, ...]:
        """Criteria, then paths by segment."""
        language = self.language
        head = ("Segments", "ln L", "AIC3", "AIC4", "BIC", "CAIC", "MDL5", "EN", "Shares")
        criteria = paper_table(
            "segments",
            self.title,
            [word(one, language) for one in head],
            (
                (
                    count(one.segments, language),
                    *(
                        number(value, 1, language)
                        for value in (one.log_likelihood, one.aic3, one.aic4, one.bic, one.caic, one.mdl5)
                    ),
                    number(one.en, 2, language),
                    " ".join(percent(share, 0, language) for share in one.shares),
                )
                for one in self.criteria
            ),
            notes=[say("segments-note", language)],
        )
        if not self.paths:
            return (criteria,)
        numbered = [f"{word('Segment', language)} {count(k, language)}" for k in range(1, self.chosen + 1)]
        paths = paper_table(
            "segment-paths",
            say("segment-paths-title", language, count=count(self.chosen, language)),
            [word("Method", language), word("Path", language), word("All", language), *numbered],
            (
                (
                    one.method.upper(),
                    self.arrow(one.source, one.target, language),
                    number(one.everyone, 2, language),
                    *(number(value, 2, language) for value in one.segments),
                )
                for one in self.paths
            ),
            words=2,
            notes=[say("segment-paths-note", language)],
        )
        return criteria, paths

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        most, seed = count(len(self.criteria), language), seed_of(self.seed, language)
        told = say("method-segments", language, most=most, seed=seed)
        if not self.rebus_sizes:
            return told
        return f"{told} {say('method-rebus', language, count=count(len(self.rebus_sizes), language))}"

    def spoken(self, language: str) -> Iterator[str]:
        """How many, how sure, and what not to make of them."""
        first, second = (self.best[one] for one in DECIDING)
        if first != second:
            yield say("segments-differ", language, aic3=count(first, language), caic=count(second, language))
        elif first == 1:
            yield say("segments-one", language)
        else:
            yield say("segments-many", language, count=count(first, language))
        shown = next((one for one in self.criteria if one.segments == self.chosen), None)
        if shown is not None and shown.en is not None:
            key = "segments-sure" if shown.en >= SURE else "segments-unsure"
            yield say(key, language, en=number(shown.en, 2, language), count=count(self.chosen, language))
            if shown.shares[-1] < SMALL:
                yield say("segments-small", language, share=percent(shown.shares[-1], 0, language))
        if self.quality is not None:
            yield say(
                "segments-quality",
                language,
                quality=number(self.quality, 2, language),
                all=number(self.quality_of_all, 2, language),
            )
        if self.problem is not None:
            yield say("segments-no-rebus", language, problem=self.problem)
        if self.chosen > 1:
            yield say("segments-caution", language)


def find_segments(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    most: int = 4,
    chosen: int | None = None,
    starts: int = 20,
    seed: int = 1,
    rows_of: Sequence[int] | None = None,
    simulated: bool = False,
    progress: Progress | None = None,
) -> SegmentsResult:
    """FIMIX with 1 to `most` segments, and REBUS with as many as the criteria choose.

    chosen: shows so many instead. rows_of: [n], positions of the sample's rows among those given, from 1.
    Raises: AnswersMissing, BadSegments.
    """
    check_whole(model, sample, "Finding segments")
    most = max(most, chosen or 1)
    if most * FEWEST > sample.n:
        raise BadSegments(f"{most} segments of {sample.n} rows: a segment needs {FEWEST} at least.")
    mixtures: list[Mixture] = []
    for segments in range(1, most + 1):
        mixtures += fimix(model, sample, options, segments=[segments], starts=starts, seed=seed)
        if progress is not None:
            progress(segments, most + 1)
    best = {field.name: _least(mixtures, field.name) for field in fields(Criteria) if field.name not in _NO_CRITERIA}
    shown = chosen or best["caic"]
    everyone = estimate(model, sample, np.ones((1, sample.n)), options)
    found, problem = _rebus(model, sample, options, shown)
    if progress is not None:
        progress(most + 1, most + 1)
    paths: list[SegmentPath] = []
    names = everyone.layout.constructs
    rebus_paths = None if found is None else found.fits.structure.paths
    for method, by_segment in (("fimix", mixtures[shown - 1].paths), ("rebus", rebus_paths)):
        if shown > 1 and by_segment is not None:
            paths += [
                SegmentPath(
                    method=method,
                    source=path.source,
                    target=path.target,
                    everyone=float(everyone.structure.paths[0, names.index(path.source), names.index(path.target)]),
                    segments=tuple(
                        float(value) for value in by_segment[:, names.index(path.source), names.index(path.target)]
                    ),
                )
                for path in model.paths
            ]
    return SegmentsResult(
        model_name=model.name,
        n=sample.n,
        criteria=tuple(_criteria(one) for one in mixtures),
        best=best,
        chosen=shown,
        seed=seed,
        paths=tuple(paths),
        rows_of=tuple(range(1, sample.n + 1) if rows_of is None else map(int, rows_of)),
        fimix_members=tuple(int(one) + 1 for one in mixtures[shown - 1].members) if shown > 1 else (),
        rebus_members=() if found is None else tuple(int(one) + 1 for one in found.members),
        rebus_sizes=() if found is None else tuple(map(int, found.sizes)),
        quality=None if found is None else found.quality,
        quality_of_all=group_quality(everyone, np.array([float(sample.n)])),
        settled=None if found is None else found.settled,
        problem=problem,
        simulated=simulated,
        labels=labels_of(model),
    ).in_language("en")


def _least(mixtures: Sequence[Mixture], criterion: str) -> int:
    """The number of segments with the least value of a criterion."""
    values = [float(getattr(one.criteria, criterion)) for one in mixtures]
    return 1 + values.index(min(values))


def _rebus(model: PathModel, sample: Sample, options: Options, segments: int) -> tuple[Segments | None, str | None]:
    if segments < 2:
        return None, None
    try:
        return rebus(model, sample, options, segments=segments), None
    except BadSegments as reason:
        return None, reason.message


def _criteria(found: Mixture) -> SegmentCriteria:
    told = found.criteria
    return SegmentCriteria(
        segments=len(found.shares),
        log_likelihood=told.log_likelihood,
        parameters=told.parameters,
        aic=told.aic,
        aic3=told.aic3,
        aic4=told.aic4,
        bic=told.bic,
        caic=told.caic,
        hq=told.hq,
        mdl5=told.mdl5,
        en=told.en if len(found.shares) > 1 else None,
        shares=tuple(map(float, found.shares)),
        settled=found.settled,
    )
