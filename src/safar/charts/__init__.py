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
    from safar.analysis.conversion import Conversion
    from safar.analysis.graph import JourneyGraph
    from safar.analysis.journey_map import JourneyMap
    from safar.analysis.measurement import Measurement
    from safar.analysis.path_model.importance_result import ImportanceResult
    from safar.analysis.variants import Variants
    from safar.charts import conversion, graph, importance, journey_map, measurement, variants

    match result:
        case Measurement():
            return measurement.draw(result)
        case JourneyMap():
            return journey_map.draw(result)
        case JourneyGraph():
            return graph.draw(result)
        case Variants():
            return variants.draw(result)
        case Conversion():
            return conversion.draw(result)
        case ImportanceResult():
            return importance.draw(result)
    raise NoChart(f"There is no chart of a {type(result).__name__}.")
