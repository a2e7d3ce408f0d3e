"""How numbers are written in a column: which sign stands before the decimals, and which between the thousands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from safar.domain.digits import latin_digits

BLANKS = " \u00a0\u2007\u2009\u202f"
"""Blanks that stand between thousands, usual, unbreakable and narrow ones: each of them stands for all."""
_PLAIN_BLANKS = str.maketrans(BLANKS, " " * len(BLANKS))
_NUMBER = re.compile(r"[-+−]?\d[\d.,'’٫٬ ]*")
_SURE = 0.8
"""Least share of a column's texts that are numbers."""


@dataclass(frozen=True, slots=True)
class Marks:
    """`unsure`: what was seen fits another reading as well: 1.000 may be a thousand, or one."""

    decimal: str = "."
    thousands: str = ""
    unsure: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a recipe reads such numbers without being told anything."""
        return self.decimal == "." and not self.thousands


PLAIN = Marks()


def marks_of(texts: Sequence[str]) -> Marks:
    """The marks that all numbers among the texts fit; plain ones where they contradict, or where few are numbers."""
    told = [_tidy(text) for text in texts]
    numbers = [text.lstrip("-+−") for text in told if _NUMBER.fullmatch(text)]
    if not numbers or len(numbers) < _SURE * len(texts):
        return PLAIN
    if any("٫" in text or "٬" in text for text in numbers):
        return _checked(numbers, Marks("٫", "٬" if any("٬" in text for text in numbers) else ""))
    high = next((sign for sign in "'’ " if any(sign in text for text in numbers)), "")
    comma, point = (_before_decimals(numbers, sign) for sign in ",.")
    if comma and point:
        return PLAIN
    if high:
        return _checked(numbers, Marks("," if comma else ".", high))
    if comma or point:
        sign, other = (",", ".") if comma else (".", ",")
        return _checked(numbers, Marks(sign, other if any(other in text for text in numbers) else ""))
    grouped = [sign for sign in ".," if any(sign in text for text in numbers)]
    if len(grouped) != 1:
        return PLAIN
    # Groups of three alone. Twice in a number they are thousands; once, a point is taken for decimals, as engines do.
    sure = any(text.count(grouped[0]) > 1 for text in numbers)
    if grouped == ["."]:
        return _checked(numbers, Marks(",", ".")) if sure else Marks(unsure=True)
    found = _checked(numbers, Marks(".", ","))
    return found if sure or found.is_plain else Marks(".", ",", unsure=True)


def number_of(text: str, marks: Marks) -> float | None:
    """The number that a text is, None where it is none. Where nothing is told, a comma is read as a decimal mark."""
    plain = _tidy(text).replace("−", "-")
    if marks.thousands:
        plain = plain.replace(" " if marks.thousands in BLANKS else marks.thousands, "")
    if " " in plain or "_" in plain:
        return None
    decimal = "," if marks.decimal == "." and not marks.thousands else marks.decimal
    try:
        return float(plain.replace(decimal, "."))
    except ValueError:
        return None


def _tidy(text: str) -> str:
    """The text with digits as 0-9, and one kind of blanks, none around it."""
    return latin_digits(text).translate(_PLAIN_BLANKS).strip()


def _before_decimals(numbers: Sequence[str], sign: str) -> bool:
    """Whether the sign stands before other than three digits somewhere: then it can only be a decimal mark."""
    return any(re.search(rf"^[^{sign}]*{re.escape(sign)}(\d{{1,2}}|\d{{4,}})$", text) for text in numbers)


def _checked(numbers: Sequence[str], marks: Marks) -> Marks:
    """The marks where all numbers fit them, else plain ones."""
    whole = rf"\d{{1,3}}({re.escape(marks.thousands)}\d{{3}})+|\d+" if marks.thousands else r"\d+"
    fits = re.compile(rf"({whole})({re.escape(marks.decimal)}\d+)?")
    return marks if all(fits.fullmatch(text) for text in numbers) else PLAIN
