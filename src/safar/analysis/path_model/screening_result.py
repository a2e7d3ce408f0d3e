"""Items and rows before any model, as one frozen result: screening, normality, adequacy, factors found and confirmed.

Source: docs/methods/item-screening.md, normality.md, factorability.md, exploratory-factors.md, confirmatory-factors.md
and reliability.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.paper_table import PaperTable
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.screening_parts import (
    GOOD_CFI,
    GOOD_RMSEA,
    GOOD_SRMR,
    HALF,
    LEAST_ITEM_REST,
    LEAST_KMO,
    LEVEL,
    MUCH_AT_END,
    MUCH_KURTOSIS,
    MUCH_MISSING,
    MUCH_SKEW,
    Adequacy,
    Eigenvalue,
    FactorFit,
    ScreenedConstruct,
    ScreenedItem,
    ScreeningFindings,
)
from safar.analysis.path_model.screening_tables import screening_tables
from safar.analysis.path_model.speaking import count, is_or_below, name, names, number, percent, seed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningResult(ScreeningFindings):
    """What to look at before any model (see `ScreeningFindings` for its fields)."""

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "items": columns("text: construct item whole: factor"),
        "constructs": columns("text: construct whole: items"),
        "adequacy": columns("whole: bartlett_df"),
        "eigenvalues": columns("whole: number"),
        "loadings": columns("text: construct item"),
        "cfa": columns("whole: df truth: admissible"),
        "rows": columns("text: odd whole: row"),
    }

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
        return screening_tables(self)

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
