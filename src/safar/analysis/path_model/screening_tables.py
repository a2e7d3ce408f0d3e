"""The tables of a screening as a paper prints them."""

from __future__ import annotations

from safar.analysis.path_model.measurement_doubts import LEAST_RELIABILITY
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.screening_parts import (
    GOOD_CFI,
    GOOD_RMSEA,
    GOOD_SRMR,
    HALF,
    LEAST_ITEM_REST,
    LEAST_KMO,
    MUCH_AT_END,
    MUCH_MISSING,
    ScreeningFindings,
)
from safar.analysis.path_model.speaking import count, number, percent, probability, seed_of


def screening_tables(result: ScreeningFindings) -> tuple[PaperTable, ...]:
    """Items, their distributions, reliability, factors; those that hold anything."""
    made = (
        _item_table(result),
        _normal_table(result),
        _construct_table(result),
        _adequacy_table(result),
        _eigenvalue_table(result),
        _loading_table(result),
        _cfa_table(result),
    )
    return tuple(table for table in made if table.rows)


def _item_table(result: ScreeningFindings) -> PaperTable:
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
                *(percent(share, 0, language) for share in (one.missing, one.floor, one.ceiling)),
                *(number(value, 2, language) for value in (one.mean, one.deviation, one.item_rest, one.alpha_without)),
            )
            for one in result.items
        ),
        words=2,
        notes=[
            say(
                "screening-note",
                language,
                missing=percent(MUCH_MISSING, 0, language),
                end=percent(MUCH_AT_END, 0, language),
                rest=number(LEAST_ITEM_REST, 2, language),
            )
        ],
    )


def _normal_table(result: ScreeningFindings) -> PaperTable:
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


def _construct_table(result: ScreeningFindings) -> PaperTable:
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
        notes=[say("reliability-note", language, reliability=number(LEAST_RELIABILITY, 2, language))],
    )


def _adequacy_table(result: ScreeningFindings) -> PaperTable:
    language, found = result.language, result.adequacy
    rows = [] if found is None else [
        (
            number(found.kmo, 3, language),
            number(found.bartlett, 2, language),
            count(found.bartlett_df, language),
            probability(found.bartlett_p, language),
            percent(found.component, 0, language),
            percent(found.factor, 0, language),
        )
    ]  # fmt: skip
    head = ("KMO", "Bartlett χ²", "df", "p", "First component", "One factor")
    limits = {"kmo": number(LEAST_KMO, 2, language), "half": percent(HALF, 0, language)}
    return paper_table(
        "adequacy",
        say("adequacy-title", language),
        [word(one, language) for one in head],
        rows,
        words=0,
        notes=[say("adequacy-note", language, **limits)],
    )


def _eigenvalue_table(result: ScreeningFindings) -> PaperTable:
    language = result.language
    return paper_table(
        "eigenvalues",
        say("eigenvalues-title", language),
        [word(one, language) for one in ("Number", "Eigenvalue", "Of random rows (95%)")],
        (
            (count(one.number, language), number(one.value, 3, language), number(one.limit, 3, language))
            for one in result.eigenvalues
        ),
        notes=[say("eigenvalues-note", language, seed=seed_of(result.seed, language))],
    )


def _loading_table(result: ScreeningFindings) -> PaperTable:
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
        notes=[say("factor-loadings-note", language)],
    )


def _cfa_table(result: ScreeningFindings) -> PaperTable:
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
    good = {"cfi": GOOD_CFI, "rmsea": GOOD_RMSEA, "srmr": GOOD_SRMR}
    return paper_table(
        "cfa",
        say("cfa-title", language),
        [word(one, language) for one in ("χ²", "df", "p", "CFI", "TLI", "RMSEA", "SRMR")],
        rows,
        words=0,
        notes=[say("cfa-note", language, **{one: number(limit, 2, language) for one, limit in good.items()})],
    )
