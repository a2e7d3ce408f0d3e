"""Delimited text (CSV, TSV …): encoding, dialect, a vectorized scan, the repair of strange files, the reader."""
