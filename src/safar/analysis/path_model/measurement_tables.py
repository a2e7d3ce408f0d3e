"""Tables of measurement as a paper prints them: items, constructs, and whether these can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safar.analysis.path_model.category_table import category_table
from safar.analysis.path_model.measurement_doubts import LEAST_AVE, LEAST_RELIABILITY
from safar.analysis.path_model.naming import called, labels_of
from safar.analysis.path_model.paper_table import PaperTable, figure_cells, figure_head, paper_table
from safar.analysis.path_model.parts import HTMT_LIMITS
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import bracketed, count, number, seed_of
from safar.analysis.path_model.table_notes import formative_notes, method_notes, resampled_notes

_WIDEST_HEAD = 60
"""Names of more letters beside each other would make a square table wider than a page: numbers stand for them."""


def measurement_tables(result: PathResult, *, whole: bool) -> tuple[PaperTable, ...]:
    """Items, constructs, cross-loadings, and the tables of discriminant validity. whole: with every figure."""
    return (
        _items(result, whole=whole),
        category_table(result),
        _constructs(result, whole=whole),
        _cross_loadings(result),
        _fornell_larcker(result),
        _lower_fornell_larcker(result),
        _htmt(result),
    )


def _items(result: PathResult, *, whole: bool) -> PaperTable:
    return PaperTable(
        name="items",
        title="Items: loadings and weights",
        head=(
            "Construct",
            "Item",
            *figure_head("Loading", whole=whole),
            *figure_head("Weight", whole=whole, mark=" "),
            "VIF",
        ),
        rows=tuple(
            (
                result.called_with_key(one.construct),
                one.item,
                *figure_cells(one.loading, whole=whole),
                *figure_cells(one.weight, whole=whole),
                number(one.vif, 2),
            )
            for one in result.items
        ),
        notes=(*resampled_notes(result), say("stars", result.language)),
        words=2,
    )


def _constructs(result: PathResult, *, whole: bool) -> PaperTable:
    labels = labels_of(result.model)
    bounds = ("Interval",) if whole else ()
    head = ("Construct", "Items", "α", "α std.", "ω", "ρA", "ρC", "AVE", "R²", *bounds, "R² adj.", "VIF")
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
                count(one.items),
                number(one.alpha),
                number(one.alpha_standardized),
                number(one.omega),
                number(one.rho_a),
                number(one.rho_c),
                number(one.ave),
                number(one.r2.estimate if one.r2 else None),
                *([bracketed(one.r2.low, one.r2.high) if one.r2 else "–"] if whole else ()),
                number(one.r2_adjusted),
                number(one.full_vif, 2),
            )
            for one in result.constructs
        ),
        notes=(
            say(
                "reliability-limits",
                result.language,
                reliability=number(LEAST_RELIABILITY, 2, result.language),
                ave=number(LEAST_AVE, 2, result.language),
            ),
            say("constructs-note", result.language),
            *formative_notes(result),
            *method_notes(result),
        ),
    )


def _cross_loadings(result: PathResult) -> PaperTable:
    names = result.cross_loadings[0].names if result.cross_loadings else ()
    head, numbered = _square_head(names)
    return paper_table(
        "cross-loadings",
        "Cross-loadings: items with the scores of all constructs",
        ["Construct", "Item", *head],
        (
            (numbered(one.construct, result), one.item, *map(number, one.loadings))
            for one in result.cross_loadings
            if len(names) > 1
        ),
        words=2,
        notes=[say("cross-loadings-note", result.language), *_numbered_note(result, head, names)],
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
    head, numbered = _square_head(names)
    return paper_table(
        name,
        title,
        ("Construct", *head),
        (
            (numbered(one, result), *(number(value) if k <= j else "" for k, value in enumerate(values[j])))
            for j, one in enumerate(names)
        ),
        notes=[say("fornell-larcker-note", result.language), *_numbered_note(result, head, names)],
    )


def _numbered_note(result: PathResult, head: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    return () if tuple(head) == tuple(names) else (say("numbered-note", result.language),)


def _square_head(names: Sequence[str]) -> tuple[tuple[str, ...], Callable[[str, PathResult], str]]:
    """The heads of a table whose columns are constructs, and how its rows name one: with its number, where numbers
    stand for many long names.
    """
    places = {one: str(k) for k, one in enumerate(names, 1)}
    if sum(map(len, names)) <= _WIDEST_HEAD:
        return tuple(names), lambda one, result: result.called_with_key(one)
    return tuple(
        places.values()
    ), lambda one, result: f"{seed_of(int(places[one]), result.language)}. {result.called(one, result.language)}"


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
