"""Geometry of what is drawn by hand as SVG. Lengths are in drawing units; columns are equally wide."""
