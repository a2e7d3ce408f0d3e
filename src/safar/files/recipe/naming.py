"""Names that a recipe made by the program gives to questions, slots, links and properties: from the columns' own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_JOINERS = "\u200c\u200d"
"""Stand inside words of some scripts."""
_LONGEST = 50


def own_words(column: str) -> str:
    """The column's own words in small letters of any script, underscores between: for questions and events."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", unicodedata.normalize("NFC", column))
    kept = "".join(one if unicodedata.category(one)[0] in "LMN" or one in _JOINERS else "_" for one in split)
    words = re.sub(r"_+", "_", kept).strip("_" + _JOINERS).lower()
    return words if words[:1].isalpha() else f"c_{words}".rstrip("_")


def plain_name(column: str, otherwise: str) -> str:
    """A name of small Latin letters, digits and underscores, as slots, links and properties need it.

    `otherwise` where the column's name has letters of another kind: a name with holes would tell nobody anything.
    """
    words = own_words(column)
    return (words if words.isascii() else otherwise)[:_LONGEST].rstrip("_")


def free_name(taken: Collection[str], name: str) -> str:
    """The name, or with a number behind it where that is taken."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found
