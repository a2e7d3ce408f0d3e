"""The reasons to doubt how constructs are measured, in plain words; limits are conventions (docs/methods)."""

from __future__ import annotations

from collections.abc import Iterator

from safar.analysis.path_model.findings import Findings
from safar.analysis.path_model.parts import ConstructFigure, Doubt, Figure, ItemFigure
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.screening import LEAST_TURNED
from safar.analysis.path_model.speaking import is_persian, name, number
from safar.domain.path_model import Measured

LEAST_RELIABILITY = 0.70
LEAST_AVE = 0.50
MOST_VIF = 5.0
FEW_ITEMS = 3


def named(result: Findings, construct: str, language: str) -> str:
    """A construct as a sentence names it."""
    return name(result.called(construct, language), language)


def of_items(result: Findings, language: str) -> Iterator[Doubt]:
    """Of items against the constructs that they measure."""
    kinds = {one.construct: one for one in result.constructs}
    for construct in dict.fromkeys(item.construct for item in result.items if item.vif is None):
        told = say("items-combined", language, construct=named(result, construct, language))
        yield Doubt(reason="items-combined", says=told, constructs=(construct,))
    for item in result.items:
        # Of parts that need not agree (mode B) a loading below zero is no fault.
        if kinds[item.construct].mode != "B" and _turned(item.loading):
            yield _of_item(result, item, "item-turned", number(item.loading.estimate, 2, language), language)
        if kinds[item.construct].mode == "B" and item.vif is not None and item.vif > MOST_VIF:
            yield _of_item(result, item, "item-collinearity", number(item.vif, 1, language), language)
    for one in result.cross_loadings:
        if one.nearest != one.construct and (kind := kinds.get(one.construct)) and kind.mode == "A":
            values = dict(zip(one.names, one.loadings, strict=True))
            yield Doubt(
                reason="cross-loading",
                says=say(
                    "cross-loading",
                    language,
                    item=name(one.item, language),
                    construct=named(result, one.construct, language),
                    nearest=named(result, one.nearest, language),
                    other=number(values[one.nearest], 2, language),
                    own=number(values[one.construct], 2, language),
                ),
                constructs=(one.construct,),
            )


def _of_item(result: Findings, item: ItemFigure, reason: str, value: str, language: str) -> Doubt:
    construct = named(result, item.construct, language)
    told = say(reason, language, item=name(item.item, language), construct=construct, value=value)
    return Doubt(reason=reason, says=told, constructs=(item.construct,))


def _turned(loading: Figure) -> bool:
    """Whether an item runs against its construct: surely, by its interval, or by much."""
    surely = loading.high is None or loading.high < 0
    return loading.estimate < 0 and (surely or loading.estimate < -LEAST_TURNED)


def of_reliability(result: Findings, one: ConstructFigure, language: str) -> Iterator[Doubt]:
    """Of how well a construct is measured by its items."""
    construct = named(result, one.construct, language)
    if one.items < FEW_ITEMS and one.measured == Measured.FACTOR:
        told = say("one-item" if one.items == 1 else "two-items", language, construct=construct)
        yield Doubt(reason="few-items", says=told, constructs=(one.construct,))
    if one.measured != Measured.FACTOR or one.items == 1:
        return
    low = [
        (kind, value)
        for kind, value in (("alpha", one.alpha), ("rho_A", one.rho_a), ("rho_C", one.rho_c))
        if value is not None and value < LEAST_RELIABILITY
    ]
    if low:
        comma = "، " if is_persian(language) else ", "
        told = comma.join(f"{kind} {number(value, 2, language)}" for kind, value in low)
        limit = number(LEAST_RELIABILITY, 2, language)
        yield Doubt(
            reason="reliability",
            says=say("reliability", language, construct=construct, told=told, limit=limit),
            constructs=(one.construct,),
        )
    if one.ave is not None and one.ave < LEAST_AVE:
        yield Doubt(
            reason="convergent-validity",
            says=say("convergent-validity", language, construct=construct, value=number(one.ave, 2, language)),
            constructs=(one.construct,),
        )
