"""What the figures say of each claim, in plain words, and the reasons not to believe them yet.

The limits are conventions, named with whoever proposed them; docs/methods/path-models.md prints them in a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, isfinite

from scipy.special import ndtri

from safar.analysis.path_model.result import (
    ConstructFigure,
    Doubt,
    Figure,
    PathFigure,
    PathResult,
    Resampling,
    Stand,
    Verdict,
)
from safar.analysis.path_model.speaking import bounds, number, probability
from safar.domain.path_model import Measured
from safar.domain.wording import counted

LEAST_RELIABILITY = 0.70
LEAST_AVE = 0.50
DISTINCT = 0.90
MOST_VIF = 5.0
WATCHED_VIF = 3.3
MOST_SRMR = 0.08
FEW_ITEMS = 3
MOST_FAILED = 0.01
"""Share of resamples that may fail or be inadmissible before it is said."""
MOST_LEFT_OUT = 0.05
"""Share of rows."""
MOST_ROWS = 20_000
POWER = 0.80


def least_sample(coefficient: float, *, level: float = 0.05, power: float = POWER) -> int | None:
    """Rows that a path of this size needs, by the inverse square root (Kock and Hadaya 2018), one-sided.

    None for a path of no size: no sample is large enough.
    """
    if not abs(coefficient) > 1e-6:
        return None
    return ceil((float(ndtri(1 - level) + ndtri(power)) / abs(coefficient)) ** 2)


def find_doubts(result: PathResult) -> tuple[Doubt, ...]:
    """Every reason to doubt, those of the whole analysis first."""
    return (*_of_all(result), *_of_constructs(result))


def judge(result: PathResult, doubts: Sequence[Doubt]) -> tuple[Verdict, ...]:
    """A verdict on each path, in the order of the model."""
    return tuple(_verdict(result, path, doubts) for path in result.paths)


def _of_all(result: PathResult) -> Iterator[Doubt]:
    if not result.admissible:
        yield Doubt(
            reason="inadmissible",
            says="The estimates cannot be right as they stand: a reliability lies outside 0 to 1, a loading beyond 1, "
            "or the constructs' correlations cannot belong together. Their intervals share the fault.",
        )
    made = result.run.resampling
    if made is not None:
        for reason, count, told in (
            ("failed-replicates", result.failed, "could not be estimated and are left out"),
            ("inadmissible-replicates", result.inadmissible, "gave estimates that cannot be right and are kept"),
        ):
            if count > MOST_FAILED * made.resamples:
                share = f"{count:,} of {made.resamples:,} resamples ({count / made.resamples:.1%})"
                yield Doubt(reason=reason, says=f"{share} {told}; the intervals rest on an unsteady model.")
    left_out, rows = result.treatment.left_out, result.treatment.rows
    if left_out > MOST_LEFT_OUT * rows:
        yield Doubt(
            reason="left-out",
            says=f"{left_out:,} of {rows:,} rows ({left_out / rows:.0%}) were left out for missing answers; who does "
            "not answer may differ from who does.",
        )
    if result.fit.srmr > MOST_SRMR:
        yield Doubt(
            reason="fit",
            says=f"SRMR is {number(result.fit.srmr)}, above {MOST_SRMR:.2f}: the paths do not reproduce the items' "
            "correlations well (a convention, not a test).",
        )


def _of_constructs(result: PathResult) -> Iterator[Doubt]:
    for one in result.constructs:
        yield from _of_reliability(one)
        if one.full_vif is not None and one.full_vif > WATCHED_VIF:
            yield Doubt(
                reason="common-method",
                says=f"{one.construct} shares so much with all others (full collinearity VIF "
                f"{number(one.full_vif, 1)}, above {WATCHED_VIF}) that one way of asking may have made it.",
                constructs=(one.construct,),
            )
    bound = "upper bound" if result.run.resampling is not None else "value"
    for pair in result.htmt:
        if DISTINCT not in pair.below:
            value = pair.value if pair.upper is None else pair.upper
            yield Doubt(
                reason="discriminant-validity",
                says=f"{pair.one} and {pair.other} can hardly be told apart (HTMT {number(pair.value, 2)}, {bound} "
                f"{number(value, 2)}, not below {DISTINCT:.2f}).",
                constructs=(pair.one, pair.other),
            )
    for item in result.items:
        kind = next(one for one in result.constructs if one.construct == item.construct)
        if kind.mode == "B" and item.vif > MOST_VIF:
            yield Doubt(
                reason="item-collinearity",
                says=f"Item {item.item} of {item.construct} says what the others say (VIF {number(item.vif, 1)}): its "
                "weight is unsteady.",
                constructs=(item.construct,),
            )


def _of_reliability(one: ConstructFigure) -> Iterator[Doubt]:
    if one.items < FEW_ITEMS and one.measured == Measured.FACTOR:
        told = "one item, so that its error is taken for nothing" if one.items == 1 else "two items only"
        yield Doubt(reason="few-items", says=f"{one.construct} is measured by {told}.", constructs=(one.construct,))
    if one.measured != Measured.FACTOR or one.items == 1:
        return
    low = [
        (name, value)
        for name, value in (("alpha", one.alpha), ("rho_A", one.rho_a), ("rho_C", one.rho_c))
        if value is not None and value < LEAST_RELIABILITY
    ]
    if low:
        told = ", ".join(f"{name} {number(value, 2)}" for name, value in low)
        yield Doubt(
            reason="reliability",
            says=f"{one.construct} is measured unreliably ({told}; {LEAST_RELIABILITY:.2f} is asked for).",
            constructs=(one.construct,),
        )
    if one.ave is not None and one.ave < LEAST_AVE:
        yield Doubt(
            reason="convergent-validity",
            says=f"Less than half of what the items of {one.construct} vary is its own (AVE {number(one.ave, 2)}).",
            constructs=(one.construct,),
        )


def _verdict(result: PathResult, path: PathFigure, doubts: Sequence[Doubt]) -> Verdict:
    ends = {name for end in (path.source, path.target) for name in end.split("*")}
    # Two constructs that cannot be told apart concern a path only where it joins them or both act on its target.
    beside = {one.source for one in result.paths if one.target == path.target} | {path.target}
    concern = [
        doubt
        for doubt in doubts
        if doubt.constructs
        and set(doubt.constructs) & ends
        and (len(doubt.constructs) == 1 or set(doubt.constructs) <= beside)
    ]
    concern = [*_of_path(result, path), *concern]
    made = result.run.resampling
    stand = Stand.UNTESTED if made is None else _stand(path)
    name = f"{path.hypothesis}: " if path.hypothesis else ""
    says = f"{name}{path.source} → {path.target} {_sentence(path, stand, made)}"
    if concern:
        says += f" {counted(len(concern), 'reason')} to doubt it."
    return Verdict(
        hypothesis=path.hypothesis,
        source=path.source,
        target=path.target,
        stand=stand,
        says=says,
        doubts=tuple(concern),
    )


def _of_path(result: PathResult, path: PathFigure) -> Iterator[Doubt]:
    size = abs(path.figure.estimate)
    need = least_sample(size)
    if need is None or (size < 1 and need > result.n):
        many = f"about {need:,} rows" if need is not None and need <= MOST_ROWS else "more rows than surveys have"
        yield Doubt(
            reason="sample",
            says=f"A path of {number(size, 2)} needs {many} to be found four times of five (inverse square root); "
            f"there are {result.n:,}.",
        )
    if path.vif is not None and path.vif > MOST_VIF:
        yield Doubt(
            reason="collinearity",
            says=f"{path.source} nearly follows from what acts on {path.target} beside it (VIF {number(path.vif, 1)}).",
        )
    if not isfinite(path.figure.estimate) or size > 1:
        yield Doubt(
            reason="size", says=f"A standardized path of {number(path.figure.estimate, 2)} speaks for collinearity."
        )


def _stand(path: PathFigure) -> Stand:
    figure = path.figure
    if figure.low is None or figure.high is None:
        return Stand.UNTESTED
    if figure.low <= 0 <= figure.high:
        return Stand.NOT_SUPPORTED
    if path.sign is not None and path.sign * figure.estimate < 0:
        return Stand.WRONG_SIGN
    return Stand.SUPPORTED


def _sentence(path: PathFigure, stand: Stand, made: Resampling | None) -> str:
    value = number(path.figure.estimate, 2)
    if made is None or stand is Stand.UNTESTED:
        return f"is estimated at {value}; without resamples nothing is said of chance."
    figure: Figure = path.figure
    told = f"({value}, {made.confidence:.0%} interval {bounds(figure.low, figure.high, 2)}, p {_p(figure.p)})"
    match stand:
        case Stand.SUPPORTED:
            return f"is supported {told}."
        case Stand.WRONG_SIGN:
            expected = "positive" if path.sign == 1 else "negative"
            return f"has the wrong sign: {expected} was expected, the opposite was found {told}."
    return f"is not supported: the interval holds zero {told}."


def _p(p: float | None) -> str:
    told = probability(p)
    return told if told.startswith("<") else f"= {told}"
