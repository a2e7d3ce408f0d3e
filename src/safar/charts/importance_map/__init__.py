"""The importance-performance map as a drawing of its own, for pages: SVG without a script, in the page's colors."""

from safar.charts.importance_map.drawing import MapSize, draw_importance_map

__all__ = ["MapSize", "draw_importance_map"]
