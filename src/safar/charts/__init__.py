"""Results become charts: one specification serves page, notebook and report."""
