"""Whether tests and intervals of path models hold their level, on simulated answers: the tables of the method pages.

`python -m benchmarks.levels [NAME …]` runs them (seeded, bounded in time, with a bar); `--write` puts the tables into
the method pages. `tests/analysis/path_model/test_levels.py` runs a few of each again, from other seeds.
"""
