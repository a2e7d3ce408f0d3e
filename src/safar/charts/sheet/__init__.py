"""A journey map to take along: one drawing of the whole map (SVG, PNG, PDF) and slides (PPTX)."""
