"""Two groups on one map in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safar.domain.wording import counted, span

if TYPE_CHECKING:
    from safar.analysis.map_comparison import Difference, GroupSize, MapComparison, PlaceComparison

_WORDS = {"too_few": "too few", "none": "–", "open": "still open"}


def show_comparison(found: MapComparison, step: str | None, *, language: str) -> None:
    """Print it: the steps, or one step with its touchpoints."""
    from safar.cli.output import console, show_rows

    places = _chosen(found, step)
    for name, group in (("A", found.a), ("B", found.b)):
        console.print(
            f"{name}: {_said(group)} · {counted(group.passages, 'passage')} of {counted(group.customers, 'customer')}",
            markup=False,
        )
    if found.shared_customers:
        console.print(
            f"In both groups: {counted(found.shared_customers, 'customer')}; the intervals reckon with that.",
            style="dim",
        )
    show_rows([_row(place, language) for place in places], right=("index", "A - B", "95 %", "reach", "wait"))
    console.print(
        "* the difference holds after Holm's correction over all places; wait: difference of the medians.", style="dim"
    )


def _chosen(found: MapComparison, step: str | None) -> list[PlaceComparison]:
    if step is None:
        return [place for place in found.places if place.level in ("whole", "step")]
    return [place for place in found.places if step in (place.id, place.step) and place.level != "whole"]


def _said(group: GroupSize) -> str:
    return ", ".join(f"{name} = {value}" for name, value in group.filters.items()) or "everything"


def _row(place: PlaceComparison, language: str) -> dict[str, Any]:
    felt, wait = place.of("experience"), place.of("wait")
    share = place.of("remaining") or place.of("reach") or place.of("completion")
    both = "–" if felt is None or felt.a is None or felt.b is None else f"{felt.a:.0f} / {felt.b:.0f}"
    between = "–" if felt is None or felt.low is None or felt.high is None else f"{felt.low:+.1f} to {felt.high:+.1f}"
    return {
        "place": (place.id or "whole") if language == "en" else place.label.text(language),
        "index": both,
        "A - B": _points(felt, 1),
        "95 %": between,
        "reach": _points(share, 100, " %"),
        "wait": _wait(wait),
    }


def _points(one: Difference | None, factor: float, unit: str = "") -> str:
    if one is None or one.difference is None:
        return "–" if one is None else _WORDS.get(one.state, "–")
    return f"{one.difference * factor:+.1f}{unit}{'*' if one.holds else ''}"


def _wait(one: Difference | None) -> str:
    if one is None or one.difference is None:
        return "–" if one is None else _WORDS.get(one.state, "–")
    sign = "+" if one.difference > 0 else "-" if one.difference < 0 else ""
    return f"{sign}{span(abs(one.difference))}{'*' if one.holds else ''}"
