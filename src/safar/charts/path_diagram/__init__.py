"""The diagram of a path model: constructs in layers from causes to effects, paths with their coefficients."""

from safar.charts.path_diagram.drawing import DiagramLook, draw_path_diagram, draw_path_model

__all__ = ["DiagramLook", "draw_path_diagram", "draw_path_model"]
