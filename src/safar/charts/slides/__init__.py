"""A journey map as slides that can be edited: native text, tables and a native chart, nothing as a picture."""

from __future__ import annotations

from safar.charts.slides.map_slides import draw_slides

__all__ = ["draw_slides"]
