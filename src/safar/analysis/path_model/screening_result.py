"""Items and rows before any model, as one frozen result: screening, normality, adequacy, factors found and confirmed.

Source: docs/methods/item-screening.md, normality.md, factorability.md, exploratory-factors.md, confirmatory-factors.md
and reliability.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.speaking import count, is_or_below, name, names, number, percent, probability, seed_of
from safar.analysis.result import Frozen

LEAST_KMO = 0.60
MUCH_MISSING = 0.05
MUCH_AT_END = 0.50
LEAST_ITEM_REST = 0.30
MUCH_SKEW = 2.0
MUCH_KURTOSIS = 7.0
HALF = 0.50
LEVEL = 0.05
GOOD_CFI, GOOD_RMSEA, GOOD_SRMR = 0.90, 0.08, 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedItem(Frozen):
    """An item. None: not a number (no variation, a single item, too many rows for Shapiro and Wilk's test).

    missing, floor, ceiling: shares. item_rest: correlation with the mean of the construct's other items;
    alpha_without: raw alpha of these. kmo: sampling adequacy. factor: the extracted one that it loads on most, from 1.
    """

    construct: str
    item: str
    missing: float | None
    floor: float | None
    ceiling: float | None
    mean: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    item_rest: float | None
    alpha_without: float | None
    kolmogorov: float | None
    kolmogorov_p: float | None
    shapiro: float | None
    shapiro_p: float | None
    kmo: float | None
    factor: int | None
    factor_loadings: tuple[float, ...]
    cfa_loading: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedConstruct(Frozen):
    """Reliability of a construct's items before any model, raw and standardized; None for fewer items than it needs."""

    construct: str
    items: int
    alpha: float | None
    alpha_standardized: float | None
    omega: float | None
    omega_standardized: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eigenvalue(Frozen):
    """An eigenvalue of the items' correlations, and what random rows stay under (parallel analysis)."""

    number: int
    value: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Adequacy(Frozen):
    """Whether items have enough in common: KMO, Bartlett's test, and how much one factor of all carries (Harman)."""

    kmo: float
    bartlett: float
    bartlett_df: int
    bartlett_p: float
    component: float | None
    factor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFit(Frozen):
    """Of the confirmatory factor analysis, all constructs free to correlate."""

    chi_square: float
    df: int
    p: float | None
    cfi: float
    tli: float | None
    rmsea: float | None
    srmr: float
    admissible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningResult(FurtherResult):
    """What to look at before any model. n: rows without gaps, on which all but screening and normality rest.

    given: rows that came. same: positions (from 1) of rows with one answer throughout; gappy: of rows with more than
    half of the answers missing. factors: how many parallel analysis proposes, None where nobody asked; rotated: how
    many were extracted and rotated. no_factors, no_cfa: why there are none.
    """

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "items": columns("text: construct item whole: factor"),
        "constructs": columns("text: construct whole: items"),
        "adequacy": columns("whole: bartlett_df"),
        "eigenvalues": columns("whole: number"),
        "loadings": columns("text: construct item"),
        "cfa": columns("whole: df truth: admissible"),
        "rows": columns("text: odd whole: row"),
    }

    given: int
    same: tuple[int, ...]
    gappy: tuple[int, ...]
    items: tuple[ScreenedItem, ...]
    constructs: tuple[ScreenedConstruct, ...]
    adequacy: Adequacy | None
    eigenvalues: tuple[Eigenvalue, ...]
    factors: int | None
    rotated: int
    factor_correlations: tuple[tuple[float, ...], ...]
    no_factors: str | None
    cfa: FactorFit | None
    cfa_correlations: tuple[tuple[float, ...], ...]
    no_cfa: str | None
    seed: int

    @property
    def title(self) -> str:
        """What it is."""
        return say("screening-title", self.language, model=name(self.model_name, self.language))

    @property
    def parts(self) -> Mapping[str, Rows]:
        """items, constructs, adequacy, eigenvalues, loadings, cfa, rows: flat rows each."""
        plain = [one for one in ScreenedItem.__slots__ if one != "factor_loadings"]
        return {
            "items": [{field: getattr(one, field) for field in plain} for one in self.items],
            "constructs": [
                {field: getattr(one, field) for field in ScreenedConstruct.__slots__} for one in self.constructs
            ],
            "adequacy": []
            if self.adequacy is None
            else [{field: getattr(self.adequacy, field) for field in Adequacy.__slots__}],
            "eigenvalues": [{field: getattr(one, field) for field in Eigenvalue.__slots__} for one in self.eigenvalues],
            "loadings": [
                {"construct": one.construct, "item": one.item}
                | {f"factor_{k}": value for k, value in enumerate(one.factor_loadings, 1)}
                for one in self.items
                if self.rotated
            ],
            "cfa": [] if self.cfa is None else [{field: getattr(self.cfa, field) for field in FactorFit.__slots__}],
            "rows": [{"row": row, "odd": "one answer throughout"} for row in self.same]
            + [{"row": row, "odd": "more than half missing"} for row in self.gappy],
        }

    def tables(self) -> tuple[PaperTable, ...]:
        """Items, their distributions, reliability, factors."""
        return tuple(
            table
            for table in (
                _item_table(self),
                _normal_table(self),
                _construct_table(self),
                _adequacy_table(self),
                _eigenvalue_table(self),
                _loading_table(self),
                _cfa_table(self),
            )
            if table.rows
        )

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        key = "method-screening" if self.factors is None else "method-parallel"
        return say(key, language, seed=seed_of(self.seed, language))

    def spoken(self, language: str) -> Iterator[str]:
        """What is odd, and whether the items go together as the model says."""
        if self.same:
            yield say("screen-same", language, count=count(len(self.same), language), all=count(self.given, language))
        if self.gappy:
            yield say("screen-gappy", language, count=count(len(self.gappy), language), all=count(self.given, language))
        for key, wrong in (
            ("screen-missing", [one.item for one in self.items if (one.missing or 0) > MUCH_MISSING]),
            ("screen-ends", [one.item for one in self.items if max(one.floor or 0, one.ceiling or 0) > MUCH_AT_END]),
            ("screen-turned", [o.item for o in self.items if o.item_rest is not None and o.item_rest < 0]),
            ("screen-rest", [o.item for o in self.items if 0 <= _known(o.item_rest, 1) < LEAST_ITEM_REST]),
            ("screen-skew", [o.item for o in self.items if _far_from_normal(o)]),
            ("screen-adds-nothing", self._better_without()),
        ):
            if wrong:
                yield say(key, language, items=names(wrong, language))
        tested = [one for one in self.items if one.kolmogorov_p is not None]
        if tested:
            off = sum(one.kolmogorov_p is not None and one.kolmogorov_p <= LEVEL for one in tested)
            yield say("screen-normal", language, count=count(off, language), all=count(len(tested), language))
        yield from self._of_factors(language)

    def _better_without(self) -> list[str]:
        alphas = {one.construct: one.alpha for one in self.constructs}
        return [
            one.item
            for one in self.items
            if one.alpha_without is not None and one.alpha_without > (alphas[one.construct] or 1) + 0.01
        ]

    def _of_factors(self, language: str) -> Iterator[str]:
        if self.adequacy is not None:
            enough = self.adequacy.kmo >= LEAST_KMO
            yield say(
                "screen-kmo" if enough else "screen-kmo-low",
                language,
                kmo=number(self.adequacy.kmo, 2, language),
                p=is_or_below(self.adequacy.bartlett_p, language),
            )
            if (self.adequacy.component or 0) >= HALF:
                yield say("screen-harman", language, share=percent(self.adequacy.component or 0, 0, language))
        if self.factors is not None:
            key = "screen-factors" if self.factors == len(self.constructs) else "screen-factors-differ"
            yield say(
                key, language, factors=count(self.factors, language), constructs=count(len(self.constructs), language)
            )
        if self.no_factors is not None:
            yield say("screen-no-factors", language, reason=self.no_factors)
        if self.cfa is not None:
            good = self.cfa.cfi >= GOOD_CFI and (self.cfa.rmsea or 0) <= GOOD_RMSEA and self.cfa.srmr <= GOOD_SRMR
            yield say(
                "screen-cfa-good" if good and self.cfa.admissible else "screen-cfa-poor",
                language,
                cfi=number(self.cfa.cfi, 2, language),
                rmsea=number(self.cfa.rmsea, 3, language),
                srmr=number(self.cfa.srmr, 3, language),
            )
        if self.no_cfa is not None:
            yield say("screen-no-cfa", language, reason=self.no_cfa)


def _known(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _far_from_normal(one: ScreenedItem) -> bool:
    return abs(one.skewness or 0) > MUCH_SKEW or abs(one.kurtosis or 0) > MUCH_KURTOSIS


def _item_table(result: ScreeningResult) -> PaperTable:
    language = result.language
    head = ("Construct", "Item", "Missing", "Floor", "Ceiling", "Mean", "SD", "Item-rest", "α without")
    return paper_table(
        "screening",
        result.title,
        [word(one, language) for one in head],
        (
            (
                result.called_with_key(one.construct),
                one.item,
                *(
                    "–" if share is None else percent(share, 0, language)
                    for share in (one.missing, one.floor, one.ceiling)
                ),
                *(number(value, 2, language) for value in (one.mean, one.deviation, one.item_rest, one.alpha_without)),
            )
            for one in result.items
        ),
        words=2,
    )


def _normal_table(result: ScreeningResult) -> PaperTable:
    language = result.language
    head = ("Item", "Skewness", "Kurtosis", "K-S", "p", "Shapiro-Wilk", "p ", "KMO")
    return paper_table(
        "normality",
        say("normality-title", language),
        [word(one, language) for one in head],
        (
            (
                one.item,
                number(one.skewness, 2, language),
                number(one.kurtosis, 2, language),
                number(one.kolmogorov, 3, language),
                probability(one.kolmogorov_p, language),
                number(one.shapiro, 3, language),
                probability(one.shapiro_p, language),
                number(one.kmo, 2, language),
            )
            for one in result.items
        ),
        notes=[say("normality-note", language)],
    )


def _construct_table(result: ScreeningResult) -> PaperTable:
    language = result.language
    return paper_table(
        "reliability",
        say("reliability-title", language),
        [word(one, language) for one in ("Construct", "Items", "α", "α std.", "ω", "ω std.")],
        (
            (
                result.called_with_key(one.construct),
                count(one.items, language),
                *(
                    number(value, 2, language)
                    for value in (one.alpha, one.alpha_standardized, one.omega, one.omega_standardized)
                ),
            )
            for one in result.constructs
        ),
    )


def _adequacy_table(result: ScreeningResult) -> PaperTable:
    language, found = result.language, result.adequacy
    rows = [] if found is None else [
        (
            number(found.kmo, 3, language),
            number(found.bartlett, 2, language),
            count(found.bartlett_df, language),
            probability(found.bartlett_p, language),
            "–" if found.component is None else percent(found.component, 0, language),
            "–" if found.factor is None else percent(found.factor, 0, language),
        )
    ]  # fmt: skip
    head = ("KMO", "Bartlett χ²", "df", "p", "First component", "One factor")
    return paper_table(
        "adequacy", say("adequacy-title", language), [word(one, language) for one in head], rows, words=0
    )


def _eigenvalue_table(result: ScreeningResult) -> PaperTable:
    language = result.language
    return paper_table(
        "eigenvalues",
        say("eigenvalues-title", language),
        [word(one, language) for one in ("Number", "Eigenvalue", "Of random rows (95%)")],
        (
            (count(one.number, language), number(one.value, 3, language), number(one.limit, 3, language))
            for one in result.eigenvalues
        ),
    )


def _loading_table(result: ScreeningResult) -> PaperTable:
    language = result.language
    numbered = [f"{word('Factor', language)} {count(k, language)}" for k in range(1, result.rotated + 1)]
    return paper_table(
        "factor-loadings",
        say("loadings-title", language),
        [word("Construct", language), word("Item", language), *numbered],
        (
            (
                result.called_with_key(one.construct),
                one.item,
                *(number(value, 2, language) for value in one.factor_loadings),
            )
            for one in result.items
            if result.rotated
        ),
        words=2,
    )


def _cfa_table(result: ScreeningResult) -> PaperTable:
    language, found = result.language, result.cfa
    rows = [] if found is None else [
        (
            number(found.chi_square, 2, language),
            count(found.df, language),
            probability(found.p, language),
            number(found.cfi, 3, language),
            number(found.tli, 3, language),
            number(found.rmsea, 3, language),
            number(found.srmr, 3, language),
        )
    ]  # fmt: skip
    return paper_table(
        "cfa", say("cfa-title", language), ["χ²", "df", "p", "CFI", "TLI", "RMSEA", "SRMR"], rows, words=0
    )
