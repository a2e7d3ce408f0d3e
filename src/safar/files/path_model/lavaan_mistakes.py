"""What is wrong in a text of lavaan's syntax, each with its line and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from safar.domain.path_model import BadPathModel

_MEASURES = ("=~", "<~")
_PATH = re.compile(r"(?:[Pp]ath|circle:) (\S+) -> ([^\s:]+)")
_QUOTED = re.compile(r"'([^']+)'")
_OPERATOR = re.compile(r"=~|<~|~|:=")
_QUOTES = re.compile(r"(?:[\w.]+\s*(?:<-|=)\s*)?r?['\"]+")
_NAMES = "Names hold letters, digits, underscores and dots here and begin with a letter; the TOML form takes any name."
_ARROWS = ("->", "<-", "=", "\N{RIGHTWARDS ARROW}")
_OUT = {
    "~~": "Take the line out: correlations of causes are found anyway, and those of items' errors are not looked for.",
    ":=": "Take the line out: indirect and total effects of all paths are told without it.",
    "==": "Take the line out: every path and every weight is estimated freely.",
    "|": "Take the line out; that answers are ordered is a choice of the run (--ordered).",
    "~*~": "Take the line out: answers are standardized.",
}


class Told(NamedTuple):
    """A statement as mistakes are looked up in it: names on its left, and on its right (interactions by asterisk)."""

    line: int
    left: str
    operator: str
    right: Sequence[str]


def no_statement(line: int, told: str) -> BadPathModel:
    """Of a line that reads like nothing."""
    step = None
    if _QUOTES.fullmatch(told):
        step = "Give the text between the quotation marks alone."
    elif "~" in told:
        step = _NAMES
    elif any(arrow in told for arrow in _ARROWS):
        step = "A path reads like `Y ~ X`: what is acted on stands first. Items read like `X =~ x1 + x2`."
    return BadPathModel(f"Line {line}: {told!r} is no statement; one reads like `X =~ x1 + x2`.", next_step=step)


def no_place(line: int, operator: str) -> BadPathModel:
    """Of what lavaan can say and a path model has no place for."""
    return BadPathModel(
        f"Line {line}: {operator!r} has no place in a path model; take the line out.", next_step=_OUT[operator]
    )


def no_name(line: int, term: str, *, regressed: bool, constructs: Container[str]) -> BadPathModel:
    """Of a term that is no name. regressed: it stands behind a tilde alone."""
    first, _, rest = term.partition("*")
    told, step = f"{term!r} is no name.", _NAMES
    if not term:
        told, step = "a name is missing beside a +.", "Name what stands there, or take the + out."
    elif _OPERATOR.search(term):
        told = f"{term!r} stands behind a +, which joins it to the statement before."
        step = "Take out the + at the end of the line before."
    elif rest and first.strip() in constructs and rest.strip() in constructs:
        told = f"{term!r} is no name; an interaction is written {first.strip()}:{rest.strip()}."
        step = f"Write {first.strip()}:{rest.strip()}, beside both of its constructs."
    elif rest:
        told = f"{term!r} is no name; fixed values and labels (1*x1) have no place in a path model."
        step = f"Write {rest.strip()} alone; indirect and total effects are told without labels."
    elif regressed and term in ("0", "1"):
        told, step = f"{term!r} is no name; a path model has no intercepts.", "Take it out: answers are standardized."
    elif "," in term:
        step = f"Join names by a plus: {' + '.join(part.strip() for part in term.split(','))}."
    return BadPathModel(f"Line {line}: {told}", next_step=step)


def with_line(cause: BadPathModel, statements: Sequence[Told]) -> BadPathModel:
    """A contradiction of the whole model, with the line of the last statement that holds what it names."""
    line = None
    if path := _PATH.search(cause.message):
        source, target = path.group(1), path.group(2).rstrip(".")
        line = next((one.line for one in reversed(statements) if one.left == target and source in one.right), None)
    for name in [] if line else _QUOTED.findall(cause.message):
        own = [one.line for one in statements if one.left == name and one.operator in _MEASURES]
        line = next(iter(own[::-1] or [one.line for one in reversed(statements) if name in one.right]), None)
        if line is not None:
            break
    if line is None:
        return cause
    return BadPathModel(f"Line {line}: {cause.message}", next_step=cause.next_step)
