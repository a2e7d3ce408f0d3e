"""The five papers' models and a company's own, as data files, and their reader.

>>> from safar import frameworks
>>> frameworks.names()[0]
'stepwise'
>>> len(frameworks.load("stepwise").steps)
9
"""

from safar.frameworks.comparing import Comparison, Likeness, Pair, alike, compare
from safar.frameworks.coverage import Capability, Does, gaps, known_capabilities
from safar.frameworks.journey_files import journey_text, journey_texts
from safar.frameworks.searching import Hit, search
from safar.frameworks.shelf import UnknownFramework, find, load, load_file, load_text, names, printed_results
from safar.frameworks.stages import StepMapping, mapping
from safar.frameworks.taking import started_from, take_in
from safar.frameworks.writing import framework_text, starter_text

__all__ = [
    "Capability",
    "Comparison",
    "Does",
    "Hit",
    "Likeness",
    "Pair",
    "StepMapping",
    "UnknownFramework",
    "alike",
    "compare",
    "find",
    "framework_text",
    "gaps",
    "journey_text",
    "journey_texts",
    "known_capabilities",
    "load",
    "load_file",
    "load_text",
    "mapping",
    "names",
    "printed_results",
    "search",
    "started_from",
    "starter_text",
    "take_in",
]
