"""A path model in lavaan's syntax: `X =~ x1 + x2` (common factor), `X <~ x1 + x2` (composite), `Y ~ X + Z + X:Z`.

What that syntax can say and a path model has no place for (fixed values, covariances, labels) is an error that names
the line, never silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from safar.domain.path_model import (
    BadPathModel,
    Construct,
    HigherOrder,
    Interaction,
    Measured,
    Path,
    PathModel,
)

_STATEMENT = re.compile(r"\s*([^\W\d][\w.]*)\s*(=~|<~|~~|~|:=|==|\|)\s*(.*)", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w.]*")
_MOST_CHARACTERS = 200_000


class _Statement(NamedTuple):
    line: int
    left: str
    operator: str
    terms: tuple[str, ...]


def read_lavaan(text: str, *, name: str = "model") -> PathModel:
    """The model of a text. A construct whose terms are all constructs is a higher-order one.

    Interactions are written X:Z (or X.Z where no construct has that name) and estimated in two stages; the same one
    twice is quadratic. Raises: BadPathModel, naming the line.
    """
    statements = list(_statements(text))
    measured = [one for one in statements if one.operator in ("=~", "<~")]
    names = {one.left for one in measured}
    constructs: list[Construct] = []
    higher: list[HigherOrder] = []
    for one in measured:
        how = Measured.FACTOR if one.operator == "=~" else Measured.COMPOSITE
        if set(one.terms) <= names:
            higher.append(HigherOrder(name=one.left, parts=one.terms, measured=how))
        else:
            constructs.append(Construct(name=one.left, items=one.terms, measured=how))
    paths: list[Path] = []
    products: dict[str, Interaction] = {}
    for one in statements:
        if one.operator != "~":
            continue
        for term in one.terms:
            factors = _factors(term, names)
            if unmeasured := [part for part in (one.left, *factors) if part not in names]:
                raise BadPathModel(
                    f"Line {one.line}: construct {unmeasured[0]!r} has no items.",
                    next_step=f"Say what measures it: {unmeasured[0]} =~ item1 + item2.",
                )
            source = term
            if len(factors) > 1:
                product = Interaction(factors=factors)
                products[product.name] = product
                source = product.name
            paths.append(Path(source=source, target=one.left))
    return PathModel(
        name=name,
        constructs=tuple(constructs),
        higher_orders=tuple(higher),
        interactions=tuple(products.values()),
        paths=tuple(paths),
    )


def write_lavaan(model: PathModel) -> str:
    """The model in that syntax. Expected signs, hypotheses and labels have no place in it and are left out."""
    lines = [f"# {model.name}"]
    for one in model.constructs:
        lines.append(f"{one.name} {'=~' if one.measured is Measured.FACTOR else '<~'} {' + '.join(one.items)}")
    for higher in model.higher_orders:
        lines.append(f"{higher.name} {'=~' if higher.measured is Measured.FACTOR else '<~'} {' + '.join(higher.parts)}")
    lines += [
        f"{target} ~ {' + '.join(source.replace('*', ':') for source in model.sources(target))}"
        for target in model.endogenous
    ]
    return "\n".join(lines) + "\n"


def _statements(text: str) -> Iterator[_Statement]:
    if len(text) > _MOST_CHARACTERS:
        raise BadPathModel(f"The text is longer than {_MOST_CHARACTERS:,} characters.")
    for line, told in _lines(text):
        found = _STATEMENT.fullmatch(told)
        if found is None:
            raise BadPathModel(f"Line {line}: {told.strip()!r} is no statement; one reads like `X =~ x1 + x2`.")
        left, operator, right = found.groups()
        if operator in ("~~", ":=", "==", "|"):
            raise BadPathModel(f"Line {line}: {operator!r} has no place in a path model; take the line out.")
        terms = tuple(term.strip() for term in right.split("+"))
        for term in terms:
            if not all(_NAME.fullmatch(part) for part in term.split(":")):
                raise BadPathModel(
                    f"Line {line}: {term!r} is no name; fixed values and labels (1*x1) have no place in a path model."
                )
        yield _Statement(line, left, operator, terms)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Statements with the number of their first line: a line that ends or begins with + goes on."""
    told, first = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        for part in re.split(r"[#!]", raw, maxsplit=1)[0].split(";"):
            line = part.strip()
            if not line:
                continue
            if told and (told.endswith(("+", "~")) or line.startswith("+")):
                told += " " + line
                continue
            if told:
                yield first, told
            told, first = line, number
    if told:
        yield first, told


def _factors(term: str, names: set[str]) -> tuple[str, ...]:
    if ":" in term:
        return tuple(term.split(":"))
    if term in names or "." not in term:
        return (term,)
    return tuple(term.split("."))
