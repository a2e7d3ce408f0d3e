"""Numbers as a paper prints them, and what does not follow from each other among them.

No data are needed: degrees of freedom follow from the number of items, variances from deviations, GoF from loadings
and R², the t of an only predictor from R² and n. An objection says what was printed and what would follow; it does not
say which of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isqrt, sqrt
from statistics import fmean

from safar.analysis.path_model.measurement_doubts import LEAST_AVE
from safar.analysis.path_model.speaking import number
from safar.analysis.result import Frozen
from safar.domain.wording import counted

R2_BANDS = (("substantial", 0.67), ("moderate", 0.33), ("weak", 0.19))
"""Chin (1998)."""
_ROUNDING = 0.005
_MOST_T_RATIO = 3.0
_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedConstruct(Frozen):
    """What is printed of one construct; None: nothing. loading: the mean of its items', where they are not printed."""

    name: str
    items: int | None = None
    loadings: tuple[float, ...] = ()
    ave: float | None = None
    alpha: float | None = None
    r2: float | None = None
    mean: float | None = None
    deviation: float | None = None
    variance: float | None = None
    normality_p: float | None = None

    @property
    def communality(self) -> float | None:
        """The AVE, or what follows from the loadings."""
        if self.ave is not None:
            return self.ave
        return fmean(value**2 for value in self.loadings) if self.loadings else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPath(Frozen):
    """A path: `coefficient` is what is called so, whatever it is."""

    source: str
    target: str
    coefficient: float | None = None
    t: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(Frozen):
    """A paper's printed results.

    counts: what is counted → every number that is printed for it, in its order ("answers" is taken as n). roles:
    constructs that the model names. r2_above: what all R² are claimed to exceed. normal: whether the text calls the
    answers normal. scale: least and greatest answer.
    """

    constructs: tuple[PrintedConstruct, ...]
    paths: tuple[PrintedPath, ...] = ()
    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    gof: float | None = None
    bartlett_df: int | None = None
    r2_above: float | None = None
    normal: bool | None = None
    scale: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection(Frozen):
    """What does not follow. about: which check; printed, follows: the two sides."""

    about: str
    printed: str
    follows: str

    def __str__(self) -> str:
        return f"{self.printed} {self.follows}"


def objections(printed: Printed) -> tuple[Objection, ...]:
    """Everything that a careful reader would ask about, in the order in which one reads: sample, items, model."""
    checks = (_counts, _roles, _normality, _spread, _items, _validity, _coefficients, _times, _explained, _goodness)
    return tuple(found for check in checks for found in check(printed))


def band(r2: float) -> str:
    """The conventional word for a share of explained variance."""
    return next((word for word, least in R2_BANDS if r2 >= least), "below weak")


def _counts(printed: Printed) -> Iterator[Objection]:
    for what, values in printed.counts.items():
        if len(set(values)) > 1:
            yield Objection(
                about="counts",
                printed=f"The number of {what} is printed as {' and as '.join(f'{value:,}' for value in values)}.",
                follows="Only one of them can be right.",
            )


def _roles(printed: Printed) -> Iterator[Objection]:
    measured = {one.name for one in printed.constructs}
    if absent := [name for name in printed.roles if name not in measured]:
        yield Objection(
            about="not-measured",
            printed=f"The model names {counted(len(printed.roles), 'construct')}; figures are printed for "
            f"{len(measured)}.",
            follows=f"Nothing is known of {', '.join(absent)}.",
        )


def _normality(printed: Printed) -> Iterator[Objection]:
    tested = [one for one in printed.constructs if one.normality_p is not None]
    if printed.normal is None or not tested:
        return
    normal = [one for one in tested if (one.normality_p or 0) >= _LEVEL]
    if printed.normal == (len(normal) == len(tested)):
        return
    low, high = (pick(one.normality_p or 0 for one in tested) for pick in (min, max))
    yield Objection(
        about="normality",
        printed=f"The answers are called {'normal' if printed.normal else 'not normal'} with p from {number(low)} to "
        f"{number(high)}.",
        follows=f"At {_LEVEL} {len(normal)} of {len(tested)} do not depart from normality.",
    )


def _spread(printed: Printed) -> Iterator[Objection]:
    for one in printed.constructs:
        if one.deviation is not None and one.variance is not None:
            low, high = ((one.deviation + side) ** 2 + side for side in (-_ROUNDING, _ROUNDING))
            if not low <= one.variance <= high:
                yield Objection(
                    about="variance",
                    printed=f"{one.name}: deviation {number(one.deviation, 2)}, variance {number(one.variance, 2)}.",
                    follows=f"The square of the deviation is {number(one.deviation**2, 2)}.",
                )
        if printed.scale is not None and one.mean is not None:
            least, most = printed.scale
            if not least <= one.mean <= most:
                yield Objection(
                    about="scale",
                    printed=f"{one.name}: mean {number(one.mean, 2)}.",
                    follows=f"The scale goes from {least:g} to {most:g}.",
                )
            elif one.deviation is not None and one.deviation**2 > (one.mean - least) * (most - one.mean) + _ROUNDING:
                yield Objection(
                    about="scale",
                    printed=f"{one.name}: mean {number(one.mean, 2)}, deviation {number(one.deviation, 2)}.",
                    follows=f"On a scale from {least:g} to {most:g} no answers have both.",
                )


def items_of(degrees: int) -> int | None:
    """How many items Bartlett's degrees of freedom p (p - 1) / 2 imply; None where no number of items gives them."""
    root = isqrt(1 + 8 * degrees)
    return (1 + root) // 2 if root * root == 1 + 8 * degrees and root % 2 else None


def _items(printed: Printed) -> Iterator[Objection]:
    told = [one.items for one in printed.constructs if one.items is not None]
    stated = {value for what, values in printed.counts.items() if "item" in what for value in values}
    if len(told) == len(printed.constructs):
        stated.add(sum(told))
    if printed.bartlett_df is None:
        return
    implied = items_of(printed.bartlett_df)
    if implied is None:
        yield Objection(
            about="bartlett",
            printed=f"Bartlett's test is printed with {printed.bartlett_df} degrees of freedom.",
            follows="p items give p (p − 1) / 2 of them; no number of items gives these.",
        )
        return
    if wrong := sorted(stated - {implied}):
        yield Objection(
            about="bartlett",
            printed=f"Bartlett's test is printed with {printed.bartlett_df} degrees of freedom.",
            follows=f"That means {implied} items, not {' or '.join(map(str, wrong))}.",
        )
    elif not stated:
        yield Objection(
            about="bartlett",
            printed=f"The number of items is printed nowhere; Bartlett's test has {printed.bartlett_df} degrees of "
            "freedom.",
            follows=f"That means {implied} items.",
        )
    needed = _items_needed(printed)
    if needed is not None and abs(needed - implied) > 0.2 * implied:
        yield Objection(
            about="alpha",
            printed=f"Alphas and loadings are printed for {len(printed.constructs)} constructs.",
            follows=f"Together they need about {needed:.0f} items (alpha grows with their number), not {implied}.",
        )


def _items_needed(printed: Printed) -> float | None:
    """Items that give the printed alphas at the printed loadings, were all items of a construct alike."""
    needed = 0.0
    for one in printed.constructs:
        shared = one.communality
        if one.alpha is None or shared is None or not (0 < shared < 1 and 0 < one.alpha < 1):
            return None
        needed += one.alpha * (1 - shared) / (shared * (1 - one.alpha))
    return needed


def _validity(printed: Printed) -> Iterator[Objection]:
    for one in printed.constructs:
        shared = one.communality
        if one.ave is not None and one.loadings:
            follows = fmean(value**2 for value in one.loadings)
            if abs(follows - one.ave) > 2 * _ROUNDING:
                yield Objection(
                    about="ave",
                    printed=f"{one.name}: AVE {number(one.ave, 2)}.",
                    follows=f"Its loadings give {number(follows, 2)}.",
                )
        if shared is not None and shared < LEAST_AVE:
            yield Objection(
                about="convergent-validity",
                printed=f"{one.name}: "
                + (f"AVE {number(one.ave, 2)}." if one.ave is not None else f"loading {_loadings(one)}."),
                follows=f"Its items share {number(shared, 2)} of their variance with it, less than half.",
            )


def _loadings(one: PrintedConstruct) -> str:
    low, high = min(one.loadings), max(one.loadings)
    return number(low, 2) if low == high else f"{number(low, 2)} to {number(high, 2)}"


def _coefficients(printed: Printed) -> Iterator[Objection]:
    beyond = [one for one in printed.paths if one.coefficient is not None and abs(one.coefficient) > 1]
    if not beyond:
        return
    sizes = [abs(one.coefficient or 0) for one in beyond]
    yield Objection(
        about="coefficients",
        printed=f"{counted(len(beyond), 'path coefficient')} from {min(sizes):g} to {max(sizes):g}.",
        follows="Standardized coefficients hardly pass 1: these can only be t-values, and the sizes of the effects are "
        "not printed.",
    )


def _times(printed: Printed) -> Iterator[Objection]:
    """The t of an only predictor follows from R² and n, whatever the units."""
    answers = printed.counts.get("answers", ())
    explained = {one.name: one.r2 for one in printed.constructs}
    for path in printed.paths:
        told = path.t
        if told is None and path.coefficient is not None and abs(path.coefficient) > 1:
            told = path.coefficient
        r2 = explained.get(path.target)
        alone = sum(one.target == path.target for one in printed.paths) == 1
        if told is None or r2 is None or not answers or not alone or not 0 < r2 < 1:
            continue
        expected = sqrt(r2 * (max(answers) - 2) / (1 - r2))
        if not 1 / _MOST_T_RATIO <= abs(told) / expected <= _MOST_T_RATIO:
            yield Objection(
                about="t-value",
                printed=f"{path.source} → {path.target}: t {told:g}.",
                follows=f"The only predictor of an R² of {number(r2)} in {max(answers)} answers has a t of about "
                f"{expected:.0f}.",
            )


def _explained(printed: Printed) -> Iterator[Objection]:
    targets = {path.target for path in printed.paths}
    given = [one for one in printed.constructs if one.r2 is not None]
    if printed.paths and (caused := [one for one in given if one.name not in targets]):
        yield Objection(
            about="r2-exogenous",
            printed=f"R² is printed for {' and '.join(one.name for one in caused)}.",
            follows="No path leads there: nothing explains them, and an R² has no meaning.",
        )
    if printed.r2_above is not None:
        below = [one for one in given if (one.r2 or 0) <= printed.r2_above]
        if below:
            told = ", ".join(f"{one.name} {number(one.r2)} ({band(one.r2 or 0)})" for one in below)
            yield Objection(
                about="r2-claim",
                printed=f"Every R² is said to be above {number(printed.r2_above, 2)}.",
                follows=f"These are not: {told}.",
            )


def _goodness(printed: Printed) -> Iterator[Objection]:
    shared = [one.communality for one in printed.constructs if one.communality is not None]
    targets = {path.target for path in printed.paths}
    given = [one for one in printed.constructs if one.r2 is not None]
    if printed.gof is None or not shared or not given:
        return
    ways = {sqrt(fmean(shared) * fmean(one.r2 or 0 for one in given))}
    if explained := [one.r2 or 0 for one in given if one.name in targets]:
        ways.add(sqrt(fmean(shared) * fmean(explained)))
    if all(abs(value - printed.gof) > 2 * _ROUNDING for value in ways):
        told = " or ".join(number(value, 2) for value in sorted(ways))
        how = " (all R², or those of constructs that a path leads to)" if len(ways) > 1 else ""
        yield Objection(
            about="gof",
            printed=f"GoF is printed as {number(printed.gof, 2)}.",
            follows=f"The printed loadings and R² give {told}{how}. Besides, GoF is no test: it does not fall when a "
            "model is wrong.",
        )
