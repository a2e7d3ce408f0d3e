"""All simulations by name."""

from __future__ import annotations

from benchmarks.levels import other_works, path_works

WORKS = path_works.WORKS | other_works.WORKS
