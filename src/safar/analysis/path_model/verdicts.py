"""What the figures say of each claim, in plain words, and the reasons not to believe them yet.

The limits are conventions, named with whoever proposed them; docs/methods/path-models.md prints them in a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, isfinite
from typing import TypeVar

from scipy.special import ndtri

from safar.analysis.path_model.categories import category_doubts, fitted_doubts
from safar.analysis.path_model.findings import Findings
from safar.analysis.path_model.measurement_doubts import MOST_VIF, named, of_items, of_reliability
from safar.analysis.path_model.parts import (
    WATCHED_VIF,
    Doubt,
    PathFigure,
    SampleSize,
    Stand,
    Verdict,
)
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.run import Resampling
from safar.analysis.path_model.speaking import (
    arrow,
    bounds,
    count,
    is_or_below,
    names,
    number,
    percent,
)
from safar.analysis.path_model.uncorrected import uncorrected_higher_orders, uncorrected_interactions
from safar.domain.path_model import Measured

DISTINCT = 0.90
MOST_SRMR = 0.08
MOST_FAILED = 0.01
"""Share of resamples that may fail or be inadmissible before it is said."""
MOST_LEFT_OUT = 0.05
"""Share of rows."""
SMALL_PATH = 0.20
"""A path worth finding: what a sample must be large enough for."""
POWER = 0.80
WITHOUT_ERROR = 0.95
"""Alpha from which a copula term holds its level nearly (docs/methods/endogeneity.md)."""
FOUND_BY_CHANCE = (0.10, 0.14)
"""Share of samples in which a consistent path is found that is not there, where both constructs have no other path."""
LEAST_T = 1.96
Found = TypeVar("Found", bound=Findings)


def least_sample(coefficient: float, *, level: float = 0.05, power: float = POWER) -> int | None:
    """Rows that a path of this size needs, by the inverse square root (Kock and Hadaya 2018); the level is one-sided.

    None for a path of no size: no sample is large enough.
    """
    if not abs(coefficient) > 1e-6:
        return None
    return ceil((float(ndtri(1 - level) + ndtri(power)) / abs(coefficient)) ** 2)


def rows_told(found: SampleSize, language: str) -> dict[str, str]:
    """What is said of the rows, in a language."""
    counted = count(found.n, language)
    if found.effective is None:
        n = say("plain-rows", language, n=counted)
    else:
        n = say("weighted-rows", language, n=counted, effective=count(round(found.effective), language))
    return {
        "n": n,
        "least": number(found.least_path, 2, language),
        "level": percent(found.level, 0 if round(100 * found.level, 6) % 1 == 0 else 1, language),
    }


def judged(result: Found, language: str = "en") -> Found:
    """The result with its doubts and verdicts, in a language."""
    doubts = find_doubts(result, language)
    return replace(
        result,
        doubts=tuple(one for one in doubts if not one.constructs),
        verdicts=judge(result, doubts, language),
        language=language,
    )


def find_doubts(result: Findings, language: str = "en") -> tuple[Doubt, ...]:
    """Every reason to doubt, those of the whole analysis first."""
    return (*_of_all(result, language), *_of_constructs(result, language))


def judge(result: Findings, doubts: Sequence[Doubt], language: str = "en") -> tuple[Verdict, ...]:
    """A verdict on each path, in the order of the model."""
    return tuple(_verdict(result, path, doubts, language) for path in result.paths)


def _of_all(result: Findings, language: str) -> Iterator[Doubt]:
    if result.other_data is not None:
        yield Doubt(reason="other-data", says=say("other-data", language))
    if not result.admissible:
        yield Doubt(reason="inadmissible", says=say("inadmissible", language))
    made = result.run.resampling
    if made is not None:
        dropped = "dropped-replicates" if made.drop_inadmissible else "inadmissible-replicates"
        for reason, lost in (("failed-replicates", result.failed), (dropped, result.inadmissible)):
            if lost > MOST_FAILED * made.resamples:
                yield Doubt(reason=reason, says=_of(reason, lost, made.resamples, 1, language))
    rows = result.treatment
    for reason, lost, of in (
        ("no-weight", rows.without_weight, rows.rows),
        ("left-out", rows.left_out, rows.weighted),
    ):
        if lost > MOST_LEFT_OUT * of:
            yield Doubt(reason=reason, says=_of(reason, lost, of, 0, language))
    yield from category_doubts(result, language)
    if rows.strays:
        told = ", ".join(f"{item} ({number(code, 0, language)})" for item, code in rows.strays.items())
        yield Doubt(reason="stray-codes", says=say("stray-codes", language, items=told))
    if result.run.options.consistent:
        for reason, found in (
            ("uncorrected-higher-orders", uncorrected_higher_orders(result.model)),
            ("uncorrected-interactions", uncorrected_interactions(result.model)),
        ):
            if found:
                told = names([result.called(one, language) for one in found], language)
                yield Doubt(reason=reason, says=say(reason, language, names=told))
    if result.sample_size.least_path > SMALL_PATH:
        yield Doubt(reason="sample", says=say("sample", language, **rows_told(result.sample_size, language)))
    if result.fit.srmr > MOST_SRMR:
        value, limit = number(result.fit.srmr, 3, language), number(MOST_SRMR, 2, language)
        yield Doubt(reason="fit", says=say("fit", language, value=value, limit=limit))
    rejected = [one for one in result.exact_fit if one.rejected and one.tested == "estimated"]
    if rejected:
        told = "; ".join(f"{one.distance} {is_or_below(one.p, language)}" for one in rejected)
        yield Doubt(reason="exact-fit", says=say("exact-fit", language, distances=told))


def _of(reason: str, some: int, everything: int, digits: int, language: str) -> str:
    return say(
        reason,
        language,
        count=count(some, language),
        all=count(everything, language),
        share=percent(some / everything, digits, language),
    )


def _of_constructs(result: Findings, language: str) -> Iterator[Doubt]:
    for one in result.constructs:
        yield from of_reliability(result, one, language)
        if one.full_vif is not None and one.full_vif > WATCHED_VIF:
            yield Doubt(
                reason="common-method",
                says=say(
                    "common-method",
                    language,
                    construct=named(result, one.construct, language),
                    value=number(one.full_vif, 1, language),
                    limit=number(WATCHED_VIF, 1, language),
                ),
                constructs=(one.construct,),
            )
    parts = [set(one.parts) for one in result.model.higher_orders]
    # The ratio asks whether two common factors are one; of what is made of its parts it says nothing.
    made = {one.name for one in result.model.constructs if one.measured is Measured.COMPOSITE}
    made |= {one.name for one in result.model.higher_orders if one.measured is Measured.COMPOSITE}
    for pair in result.htmt:
        both = {pair.one, pair.other}
        # Parts of one higher-order construct may be alike: that is why they are its parts.
        if DISTINCT not in pair.below and both.isdisjoint(made) and not any(both <= one for one in parts):
            yield Doubt(
                reason="discriminant-validity",
                says=say(
                    "discriminant-validity" if pair.upper is not None else "discriminant-validity-plain",
                    language,
                    one=named(result, pair.one, language),
                    other=named(result, pair.other, language),
                    value=number(pair.value, 2, language),
                    upper=number(pair.value if pair.upper is None else pair.upper, 2, language),
                    limit=number(DISTINCT, 2, language),
                ),
                constructs=(pair.one, pair.other),
            )
    yield from of_items(result, language)


def _verdict(result: Findings, path: PathFigure, doubts: Sequence[Doubt], language: str) -> Verdict:
    # What is wrong with a part of a higher-order construct is wrong with the construct.
    parts = {one.name: one.parts for one in result.model.higher_orders}
    ends = {
        one for end in (path.source, path.target) for name in end.split("*") for one in (name, *parts.get(name, ()))
    }
    # Two constructs that cannot be told apart concern a path only where it joins them or both act on its target.
    beside = {one.source for one in result.paths if one.target == path.target} | {path.target}
    beside |= {part for one in beside for part in parts.get(one, ())}
    concern = [
        doubt
        for doubt in doubts
        if doubt.constructs
        and set(doubt.constructs) & ends
        and (len(doubt.constructs) == 1 or set(doubt.constructs) <= beside)
    ]
    made = result.run.resampling
    stand = Stand.UNTESTED if made is None else _stand(path)
    found = stand in (Stand.SUPPORTED, Stand.WRONG_SIGN)
    fitted = fitted_doubts(result, ends, language) if found else ()
    concern = [*_of_path(result, path, language), *_of_pair(result, path, stand, language), *fitted, *concern]
    hypothesis = f"{path.hypothesis}: " if path.hypothesis else ""
    says = f"{hypothesis}{_arrow(result, path, language)} {_sentence(path, stand, made, language)}"
    if concern:
        key = "one-doubt" if len(concern) == 1 else "doubts"
        says += f" {say(key, language, count=count(len(concern), language))}"
    return Verdict(
        hypothesis=path.hypothesis,
        source=path.source,
        target=path.target,
        stand=stand,
        says=says,
        doubts=tuple(concern),
    )


def _of_path(result: Findings, path: PathFigure, language: str) -> Iterator[Doubt]:
    size = abs(path.figure.estimate)
    if path.vif is not None and path.vif > MOST_VIF:
        yield Doubt(
            reason="collinearity",
            says=say(
                "collinearity",
                language,
                source=named(result, path.source, language),
                target=named(result, path.target, language),
                value=number(path.vif, 1, language),
            ),
        )
    if not isfinite(path.figure.estimate) or size > 1:
        yield Doubt(reason="size", says=say("size", language, value=number(path.figure.estimate, 2, language)))
    for one in result.copulas:
        here = (one.source, one.target) == (path.source, path.target)
        if one.there and here and _hardly_errs(result, one.source):
            yield Doubt(
                reason="endogeneity",
                says=say(
                    "endogeneity",
                    language,
                    source=named(result, one.source, language),
                    target=named(result, one.target, language),
                    value=number(one.term.estimate if one.term else None, 2, language),
                    p=is_or_below(one.term.p if one.term else None, language),
                ),
            )


def _of_pair(result: Findings, path: PathFigure, stand: Stand, language: str) -> Iterator[Doubt]:
    """That the weights of two constructs that only have each other follow the very correlation that is tested.

    Simulated in docs/methods/path-model-intervals.md: corrected for error, chance is found too often, but not by t.
    """
    found = stand in (Stand.SUPPORTED, Stand.WRONG_SIGN)
    ends = {path.source, path.target}
    beside = any(ends & {one.source, one.target} for one in result.paths if one is not path)
    corrected = any(
        one.construct in ends and one.measured == Measured.FACTOR and one.items > 1 for one in result.constructs
    )
    if found and result.run.options.consistent and corrected and not beside:
        t = path.figure.t
        key = "only-path-held" if t is not None and abs(t) >= LEAST_T else "only-path-open"
        yield Doubt(
            reason="only-path",
            says=say(
                key,
                language,
                path=_arrow(result, path, language),
                often=percent(FOUND_BY_CHANCE[0], 0, language),
                most=percent(FOUND_BY_CHANCE[1], 0, language),
                level=percent(0.05, 0, language),
                t=number(t, 2, language),
                least=number(LEAST_T, 2, language),
            ),
        )


def _arrow(result: Findings, path: PathFigure, language: str) -> str:
    return arrow(result.called(path.source, language), result.called(path.target, language), language)


def _hardly_errs(result: Findings, construct: str) -> bool:
    """Whether a copula term can be believed: answers with errors make terms where nothing is hidden."""
    found = next((one for one in result.constructs if one.construct == construct), None)
    return found is not None and (found.alpha is None or found.alpha >= WITHOUT_ERROR)


def _stand(path: PathFigure) -> Stand:
    figure = path.figure
    if figure.low is None or figure.high is None:
        return Stand.UNTESTED
    if figure.low <= 0 <= figure.high:
        return Stand.NOT_SUPPORTED
    if path.sign is not None and path.sign * figure.estimate < 0:
        return Stand.WRONG_SIGN
    return Stand.SUPPORTED


def _sentence(path: PathFigure, stand: Stand, made: Resampling | None, language: str) -> str:
    figure = path.figure
    value = number(figure.estimate, 2, language)
    if made is None or stand is Stand.UNTESTED:
        return say("untested", language, value=value)
    figures = say(
        "figures",
        language,
        value=value,
        level=percent(made.confidence, 0, language),
        interval=bounds(figure.low, figure.high, 2, language),
        p=is_or_below(figure.p, language, least=figure.least_p),
    )
    match stand:
        case Stand.SUPPORTED:
            return say("supported", language, figures=figures)
        case Stand.WRONG_SIGN:
            expected = say("positive" if path.sign == 1 else "negative", language)
            return say("wrong-sign", language, expected=expected, figures=figures)
    return say("not-supported", language, figures=figures)
