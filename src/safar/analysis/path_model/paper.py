"""A result's tables as a paper prints them: cells of text, which `paper_form` writes as Markdown, HTML and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from safar.analysis.path_model.category_table import category_table
from safar.analysis.path_model.naming import called, labels_of
from safar.analysis.path_model.paper_form import as_html, as_latex, as_markdown, latex_text
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.parts import HTMT_LIMITS, MediationFigure
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import (
    bounds,
    is_persian,
    number,
    percent,
    probability,
    stars,
)
from safar.analysis.path_model.table_notes import (
    drawn_notes,
    exact_fit_notes,
    formative_notes,
    method_notes,
    moderated_notes,
    normal_p_told,
    resampled_notes,
    sample_note,
    slope_at,
)
from safar.domain.speech import PERSIAN_DIGITS

__all__ = ["PaperTable", "as_html", "as_latex", "as_markdown", "latex_text", "paper_tables"]


def paper_tables(result: PathResult) -> tuple[PaperTable, ...]:
    """The tables in the order in which a paper has them: measurement, validity, structure, effects, verdicts; in the
    language of the result's sentences.
    """
    return tuple(
        _in_language(table, result.language)
        for table in (
            _items(result),
            category_table(result),
            _constructs(result),
            _cross_loadings(result),
            _fornell_larcker(result),
            _lower_fornell_larcker(result),
            _htmt(result),
            _paths(result),
            _effects(result),
            _mediation(result),
            _slopes(result),
            _fit(result),
            _exact_fit(result),
            _endogeneity(result),
            _verdicts(result),
        )
        if table.rows
    )


def _in_language(table: PaperTable, language: str) -> PaperTable:
    """Heads and words of a table told in English, and its figures; sentences are in their language already."""
    if not is_persian(language):
        return table
    return replace(
        table,
        title=word(table.title, language),
        head=tuple(word(one, language) for one in table.head),
        rows=tuple(
            tuple(cell if k < table.words else _persian(cell, language) for k, cell in enumerate(row))
            for row in table.rows
        ),
    )


def _persian(cell: str, language: str) -> str:
    """A figure, an interval or a word in Persian."""
    told = word(cell.strip(), language)
    if told != cell.strip() or not any(letter.isdigit() for letter in cell):
        return told
    whole = re.sub(r"(?<!\d)\.", "0.", cell)
    return whole.replace(",", "،").replace(".", "٫").replace("%", "٪").translate(PERSIAN_DIGITS)


def _items(result: PathResult) -> PaperTable:
    return PaperTable(
        name="items",
        title="Items: loadings and weights",
        head=("Construct", "Item", "Loading", "Interval", "Weight", "Interval ", "VIF"),
        rows=tuple(
            (
                result.called_with_key(one.construct),
                one.item,
                number(one.loading.estimate) + stars(one.loading.p),
                bounds(one.loading.low, one.loading.high, 2),
                number(one.weight.estimate) + stars(one.weight.p),
                bounds(one.weight.low, one.weight.high, 2),
                number(one.vif, 2),
            )
            for one in result.items
        ),
        notes=(*resampled_notes(result), say("stars", result.language)),
        words=2,
    )


def _constructs(result: PathResult) -> PaperTable:
    labels = labels_of(result.model)
    head = ("Construct", "Items", "α", "α std.", "ω", "ρA", "ρC", "AVE", "R²", "R² adj.", "VIF")
    return PaperTable(
        name="constructs",
        title="Constructs: reliability, convergent validity and what is explained",
        # The heads of square tables and figures for machines have keys, all else names: here both stand side by side.
        head=(head[0], "Name", *head[1:]) if labels else head,
        words=2 if labels else 1,
        rows=tuple(
            (
                one.construct,
                *((called(one.construct, labels, result.language),) if labels else ()),
                str(one.items),
                number(one.alpha),
                number(one.alpha_standardized),
                number(one.omega),
                number(one.rho_a),
                number(one.rho_c),
                number(one.ave),
                number(one.r2.estimate if one.r2 else None),
                number(one.r2_adjusted),
                number(one.full_vif, 2),
            )
            for one in result.constructs
        ),
        notes=(say("constructs-note", result.language), *formative_notes(result), *method_notes(result)),
    )


def _cross_loadings(result: PathResult) -> PaperTable:
    names = result.cross_loadings[0].names if result.cross_loadings else ()
    return paper_table(
        "cross-loadings",
        "Cross-loadings: items with the scores of all constructs",
        ["Construct", "Item", *names],
        (
            (result.called_with_key(one.construct), one.item, *map(number, one.loadings))
            for one in result.cross_loadings
            if len(names) > 1
        ),
        words=2,
    )


def _fornell_larcker(result: PathResult) -> PaperTable:
    title = "Correlations of constructs; on the diagonal the root of the AVE (Fornell-Larcker)"
    return _square(result, "correlations", title, result.names, result.correlations)


def _lower_fornell_larcker(result: PathResult) -> PaperTable:
    title = "The same of lower-order constructs, by the items that were asked (Fornell-Larcker)"
    return _square(result, "lower-correlations", title, result.lower_names, result.lower_correlations)


def _square(
    result: PathResult, name: str, title: str, names: Sequence[str], values: Sequence[Sequence[float]]
) -> PaperTable:
    return paper_table(
        name,
        title,
        ("Construct", *names),
        (
            (result.called_with_key(one), *(number(value) if k <= j else "" for k, value in enumerate(values[j])))
            for j, one in enumerate(names)
        ),
    )


def _htmt(result: PathResult) -> PaperTable:
    bound = say("value" if result.run.resampling is None else "upper bound", result.language)
    return PaperTable(
        name="htmt",
        title="Discriminant validity: heterotrait-monotrait ratio (HTMT)",
        head=(
            "Constructs",
            "HTMT",
            "Upper bound",
            *(f"< {limit:.2f}" for limit in HTMT_LIMITS),
            "HTMT2",
            "Bound",
        ),
        rows=tuple(
            (
                result.pair(one.one, one.other),
                number(one.value),
                number(one.upper),
                *("yes" if limit in one.below else "no" for limit in HTMT_LIMITS),
                number(one.htmt2),
                number(one.htmt2_upper),
            )
            for one in result.htmt
        ),
        notes=(say("htmt-note", result.language, bound=bound),),
    )


def _paths(result: PathResult) -> PaperTable:
    return PaperTable(
        name="paths",
        title="Paths",
        head=("Hypothesis", "Path", "Estimate", "Std. error", "t", "p", "Interval", "f²", "VIF", "Verdict"),
        rows=tuple(
            (
                one.hypothesis or "–",
                result.arrow(one.source, one.target),
                number(one.figure.estimate) + stars(one.figure.p),
                number(one.figure.standard_error),
                number(one.figure.t, 2),
                one.figure.told_p(),
                bounds(one.figure.low, one.figure.high),
                number(one.f2),
                number(one.vif, 2),
                str(verdict.stand),
            )
            for one, verdict in zip(result.paths, result.verdicts, strict=True)
        ),
        notes=resampled_notes(result),
        words=2,
    )


def _effects(result: PathResult) -> PaperTable:
    return PaperTable(
        name="effects",
        title="Total and indirect effects",
        head=("From → to", "Total", "Interval", "p", "Indirect", "Interval ", "p "),
        rows=tuple(
            (
                result.arrow(one.source, one.target),
                number(one.total.estimate) + stars(one.total.p),
                bounds(one.total.low, one.total.high, 2),
                one.total.told_p(),
                *(
                    (
                        number(one.indirect.estimate) + stars(one.indirect.p),
                        bounds(one.indirect.low, one.indirect.high, 2),
                        one.indirect.told_p(),
                    )
                    if one.indirect.estimate
                    else ("–", "–", "–")
                ),
            )
            for one in result.effects
        ),
        notes=(*resampled_notes(result), *moderated_notes(result)[1:]),
    )


def _mediation(result: PathResult) -> PaperTable:
    rows = []
    for one in result.mediations:
        several = len(one.ways) > 1
        for way in one.ways:
            effect = way.effect
            rows.append(
                (
                    result.arrow(*way.constructs),
                    number(effect.estimate) + stars(effect.p),
                    bounds(effect.low, effect.high, 2),
                    effect.told_p(),
                    *(("", "", "") if several else _kind(one)),
                )
            )
        if several:
            effect = one.indirect
            rows.append(
                (
                    result.arrow(one.source, "…", one.target),
                    number(effect.estimate) + stars(effect.p),
                    bounds(effect.low, effect.high, 2),
                    effect.told_p(),
                    *_kind(one),
                )
            )
    return paper_table(
        "mediation",
        "Mediation: specific indirect effects",
        ("Way", "Indirect", "Interval", "p", "Direct", "Kind", "Share"),
        rows,
        notes=(*resampled_notes(result), say("mediation-note", result.language), *moderated_notes(result)[1:]),
    )


def _slopes(result: PathResult) -> PaperTable:
    return paper_table(
        "simple-slopes",
        "Simple slopes",
        ("Path", "Moderator at", "Slope", "Interval", "p"),
        (
            (
                result.arrow(one.source, one.target),
                slope_at(result, one),
                number(one.slope.estimate) + stars(one.slope.p),
                bounds(one.slope.low, one.slope.high),
                one.slope.told_p(),
            )
            for one in result.slopes
        ),
        notes=(*resampled_notes(result), *moderated_notes(result)),
        words=2,
    )


def _kind(one: MediationFigure) -> tuple[str, str, str]:
    return (
        number(one.direct.estimate if one.direct else None),
        "–" if one.kind is None else str(one.kind),
        "–" if one.share is None or one.direct is None else percent(one.share),
    )


def _exact_fit(result: PathResult) -> PaperTable:
    return paper_table(
        "exact-fit",
        "Test of exact fit",
        ("Distance", "Tested", "Value", "Critical", "p", "Rejected"),
        (
            (
                one.distance,
                word(one.tested, result.language),
                number(one.value),
                number(one.critical),
                probability(one.p),
                "yes" if one.rejected else "no",
            )
            for one in result.exact_fit
        ),
        notes=exact_fit_notes(result),
        words=2,
    )


def _endogeneity(result: PathResult) -> PaperTable:
    return paper_table(
        "endogeneity",
        "Endogeneity: Gaussian copula terms",
        ("Path", "Normal p", "Copula term", "Interval", "p", "Path with term", "Suspected"),
        (
            (
                result.arrow(one.source, one.target),
                normal_p_told(one.normal_p),
                number(one.term.estimate if one.term else None),
                bounds(one.term.low, one.term.high, 2) if one.term else "–",
                probability(one.term.p if one.term else None),
                number(one.path.estimate if one.path else None),
                "yes" if one.there else "no",
            )
            for one in result.copulas
        ),
        notes=(*drawn_notes(result), say("endogeneity-note", result.language)),
    )


def _fit(result: PathResult) -> PaperTable:
    fit, language = result.fit, result.language
    told = (
        ("SRMR, estimated model", number(fit.srmr)),
        ("SRMR, saturated model", number(fit.srmr_saturated)),
        ("d_ULS", number(fit.d_uls)),
        ("d_G", number(fit.d_g)),
        ("NFI", number(fit.nfi)),
        ("GoF", number(fit.gof)),
    )
    return PaperTable(
        name="fit",
        title="Fit",
        head=("Measure", "Value"),
        rows=tuple((word(one, language), value) for one, value in told),
        notes=(say("gof-note", result.language), sample_note(result)),
    )


def _verdicts(result: PathResult) -> PaperTable:
    return PaperTable(
        name="verdicts",
        title="Verdicts and reasons to doubt them",
        head=("Verdict", "Reasons to doubt it"),
        rows=tuple((one.says, " ".join(doubt.says for doubt in one.doubts) or "–") for one in result.verdicts),
        notes=tuple(doubt.says for doubt in result.doubts),
        words=2,
    )
