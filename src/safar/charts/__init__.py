"""Results become charts: one specification serves page, notebook and report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safar.errors import InputError

if TYPE_CHECKING:
    import altair as alt

    from safar.analysis.result import Result


class NoChart(InputError):
    """There is no chart of this kind of result."""

    code = "chart.none"
    next_step = "Show its rows instead: `to_polars()`, `to_pandas()` or the table of the command line."


def chart(result: Result) -> alt.TopLevelMixin:
    """A chart of a result. Raises: NoChart."""
    from safar.analysis.journey_map import JourneyMap
    from safar.analysis.measurement import Measurement
    from safar.charts import journey_map, measurement

    if isinstance(result, Measurement):
        return measurement.draw(result)
    if isinstance(result, JourneyMap):
        return journey_map.draw(result)
    raise NoChart(f"There is no chart of a {type(result).__name__}.")
