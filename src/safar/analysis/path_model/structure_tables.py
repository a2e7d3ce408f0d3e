"""Tables of what acts on what as a paper prints them: paths, effects, mediation, fit, verdicts."""

from __future__ import annotations

from safar.analysis.path_model.paper_table import PaperTable, figure_cells, figure_head, paper_table
from safar.analysis.path_model.parts import MediationFigure
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import bracketed, count, number, percent, probability, starred
from safar.analysis.path_model.table_notes import (
    drawn_notes,
    exact_fit_notes,
    moderated_notes,
    normal_p_told,
    resampled_notes,
    sample_note,
    slope_at,
)
from safar.analysis.path_model.telling_ways import told_ways, ways_notes


def structure_tables(result: PathResult, *, whole: bool) -> tuple[PaperTable, ...]:
    """Paths to verdicts. whole: every way of mediation and every figure, as a workbook holds them."""
    return (
        _paths(result),
        _effects(result, whole=whole),
        _mediation(result),
        _ways(result, whole=whole),
        _slopes(result, whole=whole),
        _fit(result),
        *([_criteria(result)] if whole else []),
        _exact_fit(result),
        _endogeneity(result),
        _verdicts(result),
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
                starred(one.figure.estimate, one.figure.p),
                number(one.figure.standard_error),
                number(one.figure.t, 2),
                one.figure.told_p(),
                bracketed(one.figure.low, one.figure.high),
                number(one.f2),
                number(one.vif, 2),
                str(verdict.stand),
            )
            for one, verdict in zip(result.paths, result.verdicts, strict=True)
        ),
        notes=(say("paths-note", result.language), *resampled_notes(result)),
        words=2,
    )


def _effects(result: PathResult, *, whole: bool) -> PaperTable:
    without = figure_head("Indirect", whole=whole, p=True)
    return PaperTable(
        name="effects",
        title="Total and indirect effects",
        head=(
            "From → to",
            *figure_head("Total", whole=whole, p=True),
            *figure_head("Indirect", whole=whole, p=True, mark=" "),
        ),
        rows=tuple(
            (
                result.arrow(one.source, one.target),
                *figure_cells(one.total, whole=whole, p=True),
                *(figure_cells(one.indirect, whole=whole, p=True) if one.indirect.estimate else ("–",) * len(without)),
            )
            for one in result.effects
        ),
        notes=(*resampled_notes(result), *moderated_notes(result)[1:]),
    )


def _mediation(result: PathResult) -> PaperTable:
    """A row a pair of constructs with something between them."""
    return paper_table(
        "mediation",
        "Mediation: what passes through other constructs",
        ("From → to", "Total", "Direct", *figure_head("Indirect", p=True), "Ways", "Kind", "Share"),
        (
            (
                result.arrow(one.source, one.target),
                starred(one.total.estimate, one.total.p),
                "–" if one.direct is None else starred(one.direct.estimate, one.direct.p),
                *figure_cells(one.indirect, p=True),
                count(len(one.ways)),
                *_kind(one),
            )
            for one in result.mediations
        ),
        notes=(*resampled_notes(result), say("mediation-note", result.language), *moderated_notes(result)[1:]),
    )


def _ways(result: PathResult, *, whole: bool) -> PaperTable:
    """A row a chain of mediators: all of them, or those of substance."""
    told = told_ways(result.mediations, whole=whole)
    return paper_table(
        "ways",
        "Mediation: specific indirect effects",
        ("Way", *figure_head("Indirect", whole=whole, p=True)),
        ((result.arrow(*way.constructs), *figure_cells(way.effect, whole=whole, p=True)) for way in told.shown),
        notes=(*resampled_notes(result), *ways_notes(told, result.language), *moderated_notes(result)[1:]),
    )


def _slopes(result: PathResult, *, whole: bool) -> PaperTable:
    return paper_table(
        "simple-slopes",
        "Simple slopes",
        ("Path", "Moderator at", *figure_head("Slope", whole=whole, p=True)),
        (
            (
                result.arrow(one.source, one.target),
                slope_at(result, one),
                *figure_cells(one.slope, whole=whole, p=True, digits=3),
            )
            for one in result.slopes
        ),
        notes=(*resampled_notes(result), *moderated_notes(result)),
        words=2,
    )


def _kind(one: MediationFigure) -> tuple[str, str]:
    return (
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
                bracketed(one.term.low, one.term.high, 2) if one.term else "–",
                probability(one.term.p if one.term else None),
                number(one.path.estimate if one.path else None),
                "yes" if one.there else "no",
            )
            for one in result.copulas
        ),
        notes=(*drawn_notes(result), say("endogeneity-note", result.language)),
    )


def _criteria(result: PathResult) -> PaperTable:
    return paper_table(
        "criteria",
        "Information criteria of what is explained",
        ("Construct", "AIC", "AICc", "BIC", "HQ"),
        (
            (
                result.called_with_key(one.construct),
                *(number(value, 1) for value in (one.aic, one.aicc, one.bic, one.hq)),
            )
            for one in result.criteria
        ),
        notes=[say("criteria-note", result.language)],
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
