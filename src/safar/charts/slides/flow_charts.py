"""How many come how far, and what becomes of the others, as column charts that PowerPoint can edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Emu, Pt

from safar.analysis.journey_map import StepColumn
from safar.charts.sheet.canvas import BLUE, BLUE_FILL, BLUE_SOFT, GREY_FILL, INK, ORANGE_FILL
from safar.charts.slides.curve_chart import PERSIAN_DIGITS
from safar.domain.speech import Speech

_ROOM = 0.09
"""Of the tallest column: a lower piece has no room for its figure, which the table of the next slides has."""
_GRID = RGBColor(0xD9, 0xDF, 0xE6)


@dataclass(frozen=True, slots=True)
class Columns:
    """A series: its name, its color, and a figure for each step."""

    name: str
    color: str
    values: Sequence[int]


def fates(steps: Sequence[StepColumn], speech: Speech) -> list[Columns]:
    """Of the passages that reached each step: how many went further, and how the others ended. They add up."""
    _ = speech.text
    return [
        Columns(
            _("went further"),
            BLUE_FILL,
            [one.remaining - one.completed - one.open - one.dropped for one in steps],
        ),
        Columns(_("complete"), BLUE_SOFT, [one.completed for one in steps]),
        Columns(_("open"), GREY_FILL, [one.open for one in steps]),
        Columns(_("lost"), ORANGE_FILL, [one.dropped for one in steps]),
    ]


def contacts(steps: Sequence[StepColumn], other: Sequence[StepColumn] | None, speech: Speech) -> list[Columns]:
    """How many contacts each step has; beside them those of the group that is compared with."""
    own = "A" if other is not None else speech.text("Contacts")
    found = [Columns(own, BLUE, [one.volume for one in steps])]
    if other is not None:
        found.append(Columns("B", ORANGE_FILL, [one.volume for one in other]))
    return found


def add_columns(
    slide: Any, steps: Sequence[str], series: Sequence[Columns], *, stacked: bool, speech: Speech,
    box: tuple[Emu, Emu, Emu, Emu],
) -> None:  # fmt: skip
    """Put a chart on a slide, with its figures on its columns."""
    digits = PERSIAN_DIGITS if speech.mirrored else ""
    data = CategoryChartData(number_format=f"{digits}#,##0")
    data.categories = list(steps)
    for one in series:
        data.add_series(one.name, list(one.values))
    kind = XL_CHART_TYPE.COLUMN_STACKED if stacked else XL_CHART_TYPE.COLUMN_CLUSTERED
    chart = slide.shapes.add_chart(kind, *box, data).chart
    chart.has_title, chart.has_legend = False, len(series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.font.size = Pt(11)
    plot, values, names = chart.plots[0], chart.value_axis, chart.category_axis
    plot.gap_width = 45
    values.minimum_scale = 0
    values.has_major_gridlines = stacked
    if stacked:
        values.major_gridlines.format.line.color.rgb = _GRID
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = f"{digits}#,##0", False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if speech.mirrored:
        names.reverse_order = True
    for one, drawn in zip(series, plot.series, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = RGBColor.from_string(one.color[1:])
        labels = drawn.data_labels
        labels.show_value, labels.number_format = True, f'{digits}[>={_least(series, stacked)}]#,##0;""'
        labels.number_format_is_linked = False
        labels.position = XL_LABEL_POSITION.CENTER if stacked else XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size, labels.font.color.rgb = Pt(10), RGBColor.from_string(INK[1:])


def _least(series: Sequence[Columns], stacked: bool) -> int:
    """The least figure that is written on its column."""
    if not stacked:
        return 1
    tallest = max((sum(values) for values in zip(*(one.values for one in series), strict=True)), default=0)
    return max(1, round(tallest * _ROOM))
