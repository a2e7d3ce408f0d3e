"""Cells of a table that remember the numbers that they tell, so that a spreadsheet gets these and not their letters."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self


class Form(StrEnum):
    """How a number is told."""

    PLAIN = "plain"
    SHARE = "share"
    PROBABILITY = "probability"
    AT_MOST = "at most"
    ABOVE = "above"


class Numeral(str):
    """A number as a paper prints it. digits: after the point; value: None where there is none.

    marks: stars behind it. A share is of 1 and told in per cent.
    """

    __slots__ = ("digits", "form", "marks", "value")
    value: float | None
    digits: int
    form: Form
    marks: str

    def __new__(cls, told: str, value: float | None, digits: int = 3, form: Form = Form.PLAIN, marks: str = "") -> Self:
        """told: with its marks."""
        made = super().__new__(cls, told)
        made.value, made.digits, made.form, made.marks = value, digits, form, marks
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (Numeral, (str(self), self.value, self.digits, self.form, self.marks))

    def told_as(self, told: str) -> Numeral:
        """The same number in other letters."""
        return Numeral(told, self.value, self.digits, self.form, self.marks)

    def marked(self, marks: str) -> Numeral:
        """The same with marks behind it."""
        return Numeral(f"{self}{marks}", self.value, self.digits, self.form, marks)


class Bounds(str):
    """An interval in brackets: two numbers in one cell; low and high are None where there is none."""

    __slots__ = ("digits", "high", "low")
    low: float | None
    high: float | None
    digits: int

    def __new__(cls, told: str, low: float | None, high: float | None, digits: int = 3) -> Self:
        """told: in whatever language."""
        made = super().__new__(cls, told)
        made.low, made.high, made.digits = low, high, digits
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (Bounds, (str(self), self.low, self.high, self.digits))

    def told_as(self, told: str) -> Bounds:
        """The same interval in other letters."""
        return Bounds(told, self.low, self.high, self.digits)
