"""The import pipeline: a recipe becomes SQL, files become staged tables, and the log commits them."""
