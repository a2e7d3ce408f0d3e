"""The chart of variants: a bar for the share of each, with its path in words above it."""

from __future__ import annotations

import altair as alt

from safar.analysis.variants import Variants
from safar.charts.frame import INK, MUTED, heading, way
from safar.charts.measurement import BLUE
from safar.domain.wording import counted, span

MOST_BARS = 20
"""Variants drawn; the rarer ones are left out, and the chart says so."""
_WIDTH, _ROW, _LETTERS = 640.0, 40.0, 100


def draw(result: Variants) -> alt.LayerChart:
    """The most frequent first; its bar has the full length."""
    shown = result.variants[:MOST_BARS]
    longest = max((variant.share for variant in shown), default=1.0)
    rows = [
        {
            "y": i * _ROW + 22,
            "y2": i * _ROW + 34,
            "middle": i * _ROW + 28,
            "above": i * _ROW + 12,
            "zero": 0,
            "one": longest,
            "share": variant.share,
            "path": way(variant.path, most=_LETTERS),
            "told": f"{variant.share:.1%} · {counted(variant.passages, 'passage')}"
            + (f" · median {span(variant.median_s)}" if len(variant.path) > 1 else ""),
            "passages": variant.passages,
        }
        for i, variant in enumerate(shown)
    ]
    height = max(1, len(rows)) * _ROW
    x = alt.Scale(domain=[0, 1.42 * longest], nice=False)  # room for the figures behind a bar
    y = alt.Scale(domain=[0, height], nice=False, reverse=True)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=x, axis=None)

    def down(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=y, axis=None)

    base = alt.Chart(alt.InlineData(values=rows)).encode(
        tooltip=["path:N", alt.Tooltip("share:Q", format=".1%"), "passages:Q"]
    )
    layers = [
        base.mark_rect(color=BLUE, cornerRadius=2).encode(x=across("zero"), x2="share:Q", y=down("y"), y2="y2:Q"),
        base.mark_text(align="left", fontSize=11, color=INK).encode(x=across("zero"), y=down("above"), text="path:N"),
        base.mark_text(align="left", fontSize=10, color=MUTED, dx=6).encode(
            x=across("one"), y=down("middle"), text="told:N"
        ),
    ]
    title = heading("Which ways passages take", origin=result.origin, filters=result.filters, notes=_notes(result))
    description = "; ".join(f"{' to '.join(variant.path)}: {variant.share:.1%}" for variant in shown)
    drawn: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=_WIDTH, height=height, title=title, description=description or "There are no passages.")
        .configure_view(stroke=None)
    )
    return drawn


def _notes(result: Variants) -> list[str]:
    if not result.passages:
        return ["There are no passages."]
    shown = result.variants[:MOST_BARS]
    told = f"{counted(result.passages, 'passage')} by {counted(result.distinct, 'way')}, {result.single:,} taken once."
    if len(shown) < result.distinct:
        share = sum(variant.share for variant in shown)
        told += f" The {len(shown)} most frequent make up {share:.0%}; the others are left out."
    return [told]
