"""How the documentation is built: `make docs`."""

project = "Safar"
author = "The Safar authors"
copyright = "2026, the Safar authors"  # noqa: A001  # Sphinx names it so
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "methods/fa"]  # the product shows the translated methods; these pages are in English
html_theme = "furo"
html_title = "Safar"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nitpicky = True
suppress_warnings = ["myst.header"]
