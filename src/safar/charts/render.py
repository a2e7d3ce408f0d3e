"""Charts as files, drawn here without a browser and without the network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from safar.charts import chart
from safar.domain.speech import PERSIAN_DIGITS
from safar.errors import InputError

if TYPE_CHECKING:
    import altair as alt

    from safar.analysis.result import Result


class UnknownChartFormat(InputError):
    """A chart cannot be written in this format."""

    code = "chart.unknown-format"
    next_step = "Name a file that ends in .svg, .png or .json."


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a result. A notebook shows it as SVG, drawn here: no script and nothing from the network."""

    result: Result

    @property
    def altair(self) -> alt.TopLevelMixin:
        """The Altair chart, to change or combine."""
        return chart(self.result)

    def save(self, path: Path | str) -> None:
        """Write it as .svg, .png or .json. Raises: UnknownChartFormat."""
        write_chart(self.result, Path(path))

    def _repr_svg_(self) -> str:
        return as_svg(self.result)


def specification(result: Result) -> dict[str, Any]:
    """The chart as a Vega-Lite specification. Raises: NoChart."""
    found: dict[str, Any] = chart(result).to_dict()
    return found


def chart_of(result: Result) -> Chart:
    """The chart of a result, which a notebook shows. Raises: NoChart, at once."""
    if not _has_diagram(result):
        chart(result)
    return Chart(result)


def _has_diagram(result: Result) -> bool:
    """Whether it is drawn by hand, as SVG."""
    from safar.analysis.path_model.result import PathResult

    return isinstance(result, PathResult)


def as_svg(result: Result) -> str:
    """The chart as SVG, with a title and a description for those who hear it. Raises: NoChart."""
    from safar.analysis.path_model.result import PathResult

    if isinstance(result, PathResult):
        from safar.charts.path_diagram import DiagramLook, draw_path_diagram

        return draw_path_diagram(result, DiagramLook(language=result.language))
    import vl_convert

    wanted = specification(result)
    drawn = str(vl_convert.vegalite_to_svg(wanted, format_locale=_numerals(result)))
    title, subtitle = wanted["title"]["text"], wanted["title"].get("subtitle", "")
    lines = [subtitle] if isinstance(subtitle, str) else subtitle
    told = " ".join(line for line in (*lines, wanted.get("description", "")) if line)
    head, rest = drawn.split(">", 1)
    return f'{head} role="img"><title>{escape(title)}</title><desc>{escape(told)}</desc>{rest}'


def _numerals(result: Result) -> dict[str, Any] | None:
    """How a chart's axes tell numbers: of a result in Persian in its digits."""
    if not str(getattr(result, "language", "en")).startswith("fa"):
        return None
    digits = [*"0123456789".translate(PERSIAN_DIGITS)]
    return {"decimal": "٫", "thousands": "٬", "grouping": [3], "currency": ["", ""], "numerals": digits}


def write_chart(result: Result, path: Path) -> None:
    """Write the chart in the format that the file's ending names. Raises: NoChart, UnknownChartFormat."""
    match path.suffix.lower():
        case ".svg":
            path.write_text(as_svg(result), encoding="utf-8")
        case ".png":
            import vl_convert

            png = (
                vl_convert.svg_to_png(as_svg(result), scale=2)
                if _has_diagram(result)
                else vl_convert.vegalite_to_png(specification(result), scale=2, format_locale=_numerals(result))
            )
            path.write_bytes(png)
        case ".json":
            path.write_text(json.dumps(specification(result), ensure_ascii=False, indent=1), encoding="utf-8")
        case other:
            raise UnknownChartFormat(f"A chart cannot be written as {other or 'a file without an ending'}.")
