"""What a methods paragraph says of items that are not numbers. English and Persian."""

from __future__ import annotations

from collections.abc import Sequence

from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import name
from safar.domain.item_level import Level


def quantified_english(result: PathResult) -> list[str]:
    """How ordinal and nominal items became numbers; nothing where there are none."""
    ordinal, nominal = _items(result, Level.ORDINAL), _items(result, Level.NOMINAL)
    if not ordinal and not nominal:
        return []
    ways = []
    if ordinal:
        ways.append(f"{_told(ordinal, 'ordinal')} by monotone regression, rising or falling, whichever varied more")
    if nominal:
        ways.append(f"{_told(nominal, 'nominal')} by the categories' means")
    again = ", in each resample anew" if result.run.resampling is not None else ""
    return [
        f"Non-metric PLS (Russolillo 2012) quantified {'; '.join(ways)}; both on the inner proxy of the item's "
        f"construct, in every round of the iteration{again}."
    ]


def quantified_persian(result: PathResult) -> list[str]:
    """The same."""
    ordinal, nominal = _items(result, Level.ORDINAL), _items(result, Level.NOMINAL)
    if not ordinal and not nominal:
        return []
    ways = []
    if ordinal:
        ways.append(
            f"گویه‌های ترتیبی ({_persian(ordinal)}) با رگرسیون یکنوا، صعودی یا نزولی، هر کدام که پراکندگی بیشتری داشت"
        )
    if nominal:
        ways.append(f"گویه‌های اسمی ({_persian(nominal)}) با میانگین رده‌ها")
    again = " و در هر نمونهٔ بوت‌استرپ از نو" if result.run.resampling is not None else ""
    return [f"در PLS غیرمتری (روسولیلو ۲۰۱۲)، {' و '.join(ways)} بر تقریب درونی سازهٔ خود، در هر دور{again}، کمّی شد."]


def _items(result: PathResult, level: Level) -> list[str]:
    # Where answers are ordered codes of polychoric correlations, nothing is quantified.
    return [] if result.run.ordered else [one.item for one in result.model.levels.values() if one.level is level]


def _told(items: Sequence[str], level: str) -> str:
    return f"the {level} {'item' if len(items) == 1 else 'items'} {', '.join(items)}"


def _persian(items: Sequence[str]) -> str:
    return "، ".join(name(one, "fa") for one in items)
