"""The experience curve as a chart that PowerPoint can edit: its numbers are in it, its intervals are error bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from safar.analysis.journey_map import Experience
from safar.charts.sheet.canvas import BLUE, MUTED, ORANGE, TINTS
from safar.domain.speech import Speech

PERSIAN_DIGITS = "[$-3000429]"
"""In front of a number's format: the program that shows the slide writes it in Persian digits."""
Group = tuple[str, str, Sequence[Experience]]
"""A line: its name, what it is drawn as (own, other, line-1 …), and its figures."""


def add_chart(
    slide: Any, steps: Sequence[str], groups: Sequence[Group], *, mean: tuple[str, float] | None, speech: Speech,
    box: tuple[Emu, Emu, Emu, Emu],
) -> None:  # fmt: skip
    """Put the chart on a slide. A step without a figure is a gap, never zero."""
    digits = PERSIAN_DIGITS if speech.mirrored else ""
    data = CategoryChartData(number_format=f"{digits}0.0")
    data.categories = list(steps)
    for name, _kind, felt in groups:
        data.add_series(name, [None if one.index is None else round(one.index, 4) for one in felt])
    if mean is not None:
        data.add_series(mean[0], [round(mean[1], 4)] * len(steps))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data).chart
    chart.has_title, chart.has_legend = False, True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.font.size = Pt(11)
    values, names = chart.value_axis, chart.category_axis
    values.minimum_scale, values.maximum_scale, values.major_unit = 0, 100, 25
    values.major_gridlines.format.line.color.rgb = RGBColor(0xD9, 0xDF, 0xE6)
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = f"{digits}0", False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if speech.mirrored:
        names.reverse_order = True
    for (_name, kind, felt), series in zip(groups, chart.plots[0].series, strict=False):
        _draw(series, kind)
        if kind == "own":
            _label(series, felt, form=f"{digits}0.0")
            _intervals(series, felt)
    if mean is not None:
        last = chart.plots[0].series[len(groups)]
        last.smooth, last.marker.style = False, XL_MARKER_STYLE.NONE
        last.format.line.color.rgb, last.format.line.width = _color(MUTED), Pt(1)
        last.format.line.dash_style = MSO_LINE.ROUND_DOT


def _draw(series: Any, kind: str) -> None:
    tint = _color(BLUE if kind == "own" else TINTS.get(kind, ORANGE))
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = tint, Pt(2.25 if kind == "own" else 1.75)
    if kind != "own":
        series.format.line.dash_style = MSO_LINE.DASH
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9 if kind == "own" else 7
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = tint
    series.marker.format.line.color.rgb = tint


def _label(series: Any, felt: Sequence[Experience], *, form: str) -> None:
    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    labels.position = XL_LABEL_POSITION.ABOVE  # beside the point the line would strike it through
    labels.font.size, labels.font.bold = Pt(11), True
    for i, one in enumerate(felt):
        if one.state == "few":  # hollow, as on the map
            point = series.points[i]
            point.marker.style, point.marker.size = XL_MARKER_STYLE.CIRCLE, 9
            point.marker.format.fill.solid()
            point.marker.format.fill.fore_color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
            point.marker.format.line.color.rgb = _color(BLUE)


def _intervals(series: Any, felt: Sequence[Experience]) -> None:
    """Error bars from low to high; python-pptx has none of its own."""
    element = series._element  # noqa: SLF001
    bars = etree.SubElement(element, qn("c:errBars"))
    for tag, value in (("errDir", "y"), ("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{tag}")).set("val", value)
    for tag in ("plus", "minus"):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{tag}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(felt)))
        for i, one in enumerate(felt):
            end = one.high if tag == "plus" else one.low
            if one.index is not None and end is not None:
                point = etree.SubElement(numbers, qn("c:pt"))
                point.set("idx", str(i))
                etree.SubElement(point, qn("c:v")).text = f"{abs(end - one.index):.4f}"
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", "15875")
    fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
    fill.set("val", "7FB0E0")
    categories = element.find(qn("c:cat"))
    categories.addprevious(bars)


def _color(text: str) -> RGBColor:
    return RGBColor.from_string(text[1:])
