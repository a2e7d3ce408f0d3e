"""A path model in lavaan's syntax: `X =~ x1 + x2` (common factor, mode A), `X <~ x1 + x2` (composite, mode B, as
cSEM reads it), `Y ~ X + Z + X:Z`.

Other modes, ways of making interactions and levels of items stand in a comment behind the statement (`# mode A`,
`# method product`, `# nominal: region, plan`, `# ordinal: speed = slow < fair < fast`), which lavaan and cSEM pass
over. What that syntax can say and a path model has no place for (fixed values, covariances, labels) is an error that
names the line, never silence; so is what a model says and that syntax cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from safar.domain.item_level import ItemLevel, Level
from safar.domain.path_model import (
    BadPathModel,
    Construct,
    HigherOrder,
    Interaction,
    InteractionMethod,
    Measured,
    Mode,
    Path,
    PathModel,
)
from safar.files.path_model.lavaan_mistakes import Told, no_name, no_place, no_statement, with_line

_ONE = r"[^\W\d][\w.]*"
_STATEMENT = re.compile(rf"\s*({_ONE}(?:\s*\+\s*{_ONE})*)\s*(=~|<~|~~|~\*~|~|:=|==|\|)\s*(.*)", re.DOTALL)
_NEXT = re.compile(rf"{_ONE}\s*(?:[=<]~|~)")
_NAME = re.compile(_ONE)
_MEASURED = re.compile(rf"({_ONE})\s*(?:=~|<~)")
_LIKE_TILDES = str.maketrans({"\N{TILDE OPERATOR}": "~", "\N{FULLWIDTH TILDE}": "~", "\N{SMALL TILDE}": "~"})
"""As they come out of a printed page."""
_LEVEL = re.compile(r"(nominal|ordinal)\s*:\s*(.*)", re.IGNORECASE)
_REMARK = re.compile(r"(mode|method)[\s:=]+(\S+)", re.IGNORECASE)
_REMARKS: dict[str, tuple[str, ...]] = {"mode": tuple(Mode), "method": tuple(InteractionMethod)}
_MOST_CHARACTERS = 200_000


class Unsayable(BadPathModel):
    """A path model holds what lavaan's syntax cannot say."""

    code = "path-model.not-in-lavaan"
    next_step = "Write the model as TOML, which says everything, or give constructs and items names that lavaan allows."


class _Remark(NamedTuple):
    """What a comment says for the engine: `kind` is mode or method."""

    line: int
    kind: str
    value: str


class _Statement(NamedTuple):
    line: int
    left: str
    operator: str
    terms: tuple[str, ...]
    remark: _Remark | None
    levels: tuple[ItemLevel, ...] = ()

    @property
    def measured(self) -> Measured:
        return Measured.FACTOR if self.operator == "=~" else Measured.COMPOSITE

    @property
    def mode(self) -> Mode:
        return _usual_mode(self.measured) if self.remark is None else Mode(self.remark.value)


def read_lavaan(text: str, *, name: str = "model") -> PathModel:
    """The model of a text. A construct whose terms are all other constructs is a higher-order one.

    Interactions are written X:Z (or X.Z where no construct has that name) and estimated in two stages unless a comment
    says otherwise; the same one twice is quadratic. Raises: BadPathModel, naming the line.
    """
    statements = list(_statements(text.removeprefix("\ufeff").translate(_LIKE_TILDES)))
    told = [
        Told(one.line, one.left, one.operator, [term.replace(":", "*") for term in one.terms]) for one in statements
    ]
    try:
        return _model_of(statements, name)
    except BadPathModel as cause:
        raise (cause if cause.message.startswith("Line ") else with_line(cause, told)) from None


def _model_of(statements: list[_Statement], name: str) -> PathModel:
    measured = [one for one in statements if one.operator in ("=~", "<~")]
    names = {one.left for one in measured}
    constructs: list[Construct] = []
    higher: list[HigherOrder] = []
    for one in measured:
        parts = [term for term in one.terms if term in names and term != one.left]
        if parts and len(parts) < len(one.terms):
            items = [term for term in one.terms if term not in parts]
            raise BadPathModel(
                f"Line {one.line}: {one.left!r} mixes constructs ({', '.join(parts)}) and items ({', '.join(items)}).",
                next_step=f"Measure {one.left} by constructs alone, or by items alone.",
            )
        if parts and one.levels:
            raise BadPathModel(f"Line {one.line}: {one.left!r} is measured by constructs, which have no level.")
        if parts:
            higher.append(HigherOrder(name=one.left, parts=one.terms, measured=one.measured, mode=one.mode))
        else:
            constructs.append(
                Construct(name=one.left, items=one.terms, measured=one.measured, mode=one.mode, levels=one.levels)
            )
    paths: list[Path] = []
    products: dict[str, tuple[tuple[str, ...], _Remark | None]] = {}
    for one in statements:
        if one.operator != "~":
            continue
        factored = {term: _factors(term, names) for term in one.terms}
        if one.remark is not None and all(len(factors) == 1 for factors in factored.values()):
            raise BadPathModel(f"Line {one.line}: it has no interaction that a method could be of.")
        for factors in (factored[term] for term in one.terms):
            if unmeasured := [part for part in (one.left, *factors) if part not in names]:
                raise BadPathModel(
                    f"Line {one.line}: construct {unmeasured[0]!r} has no items.",
                    next_step=f"Say what measures it: {unmeasured[0]} =~ item1 + item2; where it is a column itself, "
                    f"{unmeasured[0]} =~ {unmeasured[0]}.",
                )
            source = "*".join(factors)
            if len(factors) > 1:
                told = products.get(source, (factors, None))[1]
                if told is not None and one.remark is not None and told.value != one.remark.value:
                    raise BadPathModel(
                        f"Line {one.line}: {source} is made by method {one.remark.value} here and by {told.value} in "
                        f"line {told.line}."
                    )
                products[source] = (factors, told or one.remark)
            paths.append(Path(source=source, target=one.left))
    return PathModel(
        name=name,
        constructs=tuple(constructs),
        higher_orders=tuple(higher),
        interactions=tuple(
            Interaction(factors=factors, method=InteractionMethod(told.value if told else InteractionMethod.TWO_STAGE))
            for factors, told in products.values()
        ),
        paths=tuple(paths),
    )


def write_lavaan(model: PathModel) -> str:
    """The model in that syntax. Expected signs, hypotheses, labels and elements have no place in it and are left out:
    they do not touch the estimates. Whatever does is said. Raises: Unsayable.
    """
    lines = [] if _REMARK.fullmatch(model.name) else [f"# {' '.join(model.name.split())}"]
    for one in model.constructs:
        lines.append(_measurement(one, one.items) + "".join(f"  # {told}" for told in _levels_told(one)))
    for higher in model.higher_orders:
        lines.append(_measurement(higher, higher.parts))
    methods = {one.name: one.method for one in model.interactions}
    usual = InteractionMethod.TWO_STAGE
    for target in model.endogenous:
        sources = model.sources(target)
        for method in (usual, *(other for other in InteractionMethod if other is not usual)):
            if own := [one.replace("*", ":") for one in sources if methods.get(one, usual) is method]:
                remark = "" if method is usual else f"  # method {method}"
                lines.append(f"{target} ~ {' + '.join(own)}{remark}")
    text = "\n".join(lines) + "\n"
    _check_said(model, text)
    return text


def _measurement(one: Construct | HigherOrder, parts: tuple[str, ...]) -> str:
    remark = "" if one.mode is _usual_mode(one.measured) else f"  # mode {one.mode}"
    return f"{one.name} {'=~' if one.measured is Measured.FACTOR else '<~'} {' + '.join(parts)}{remark}"


def _levels_told(one: Construct) -> Iterator[str]:
    for level in (Level.NOMINAL, Level.ORDINAL):
        own = [told for told in one.levels if told.level is level]
        if own:
            texts = [told.item + (f" = {' < '.join(told.order)}" if told.order else "") for told in own]
            yield f"{level}: {', '.join(texts)}"


def _usual_mode(measured: Measured) -> Mode:
    return Mode.A if measured is Measured.FACTOR else Mode.B


def _check_said(model: PathModel, text: str) -> None:
    """Refuse a text that does not read as the model that it was written from. Raises: Unsayable."""
    for kind, names in (("Construct", [one.name for one in model.constructs]), ("Item", model.items),
                        ("Construct", [one.name for one in model.higher_orders])):  # fmt: skip
        if odd := [name for name in names if not _NAME.fullmatch(name)]:
            raise Unsayable(f"{kind} {odd[0]!r} has a name that lavaan's syntax does not allow.")
    try:
        same = _numbers_of(read_lavaan(text)) == _numbers_of(model)
    except BadPathModel as cause:
        raise Unsayable(f"The model cannot be said in lavaan's syntax: {cause.message}") from cause
    if not same:
        raise Unsayable("The model cannot be said in lavaan's syntax: its names would be read as other constructs.")


def _numbers_of(model: PathModel) -> tuple[object, ...]:
    """All that the estimates rest on."""
    return (
        [(one.name, one.items, one.measured, one.mode, one.levels) for one in model.constructs],
        [(one.name, one.parts, one.measured, one.mode) for one in model.higher_orders],
        {(one.name, one.method) for one in model.interactions},
        {(one.source, one.target) for one in model.paths},
    )


def _statements(text: str) -> Iterator[_Statement]:
    if len(text) > _MOST_CHARACTERS:
        raise BadPathModel(f"The text is longer than {_MOST_CHARACTERS:,} characters.")
    constructs = set(_MEASURED.findall(text))
    for line, told, remark, levels in _lines(text):
        found = _STATEMENT.fullmatch(told)
        if found is None:
            raise no_statement(line, told.strip())
        left, operator, right = found.groups()
        if operator in ("~~", "~*~", ":=", "==", "|"):
            raise no_place(line, operator)
        if "+" in left and operator != "~":
            raise no_statement(line, told.strip())
        wanted = "method" if operator == "~" else "mode"
        if remark is not None and remark.kind != wanted:
            raise BadPathModel(f"Line {remark.line}: a {remark.kind} says nothing of {told.strip()!r}.")
        if levels and operator == "~":
            raise BadPathModel(f"Line {line}: a level is said of items, behind what they measure.")
        if not right or _NEXT.match(right):
            # A line that ends with its operator goes on: what follows may be the next statement.
            if operator == "~":
                raise BadPathModel(
                    f"Line {line}: nothing is named that acts on {left!r}.",
                    next_step=f"Name it behind the sign: {left} ~ construct; or take the line out.",
                )
            raise BadPathModel(
                f"Line {line}: construct {left!r} has no items.",
                next_step=f"Say what measures it: {left} =~ item1 + item2.",
            )
        terms = tuple(term.strip() for term in right.split("+"))
        for term in terms:
            if not all(_NAME.fullmatch(part) for part in term.split(":")):
                raise no_name(line, term, regressed=operator == "~", constructs=constructs)
        for one in left.split("+"):
            yield _Statement(line, one.strip(), operator, terms, remark, levels)


def _lines(text: str) -> Iterator[tuple[int, str, _Remark | None, tuple[ItemLevel, ...]]]:
    """Statements with the number of their first line: a line that ends or begins with + goes on."""
    told, first, remark = "", 0, None
    levels: tuple[ItemLevel, ...] = ()
    for number, raw in enumerate(text.splitlines(), start=1):
        code, *comments = re.split(r"[#!]", raw)
        said = _remark(number, comments)
        leveled = tuple(one for comment in comments for one in _levels(comment))
        lines = [line for part in code.split(";") if (line := part.strip())]
        if (said is not None or leveled) and (not lines and not told.endswith(("+", "~"))):
            what = f"the level of {leveled[0].item}" if said is None else f"{said.kind} {said.value}"
            raise BadPathModel(
                f"Line {number}: {what} stands alone.",
                next_step="Put it behind the statement that it is about, into the same line.",
            )
        for line in lines:
            if told and (told.endswith(("+", "~")) or line.startswith("+")):
                told += " " + line
                continue
            if told:
                yield first, told, remark, levels
            told, first, remark, levels = line, number, None, ()
        levels += leveled
        if said is not None:
            if remark is not None and remark != said._replace(line=remark.line):
                raise BadPathModel(
                    f"Line {number}: {said.kind} {said.value}, and {remark.value} in line {remark.line}."
                )
            remark = remark or said
    if told:
        yield first, told, remark, levels


def _levels(comment: str) -> list[ItemLevel]:
    """The levels of items that a comment says; none where it is for people."""
    if (found := _LEVEL.fullmatch(comment.strip())) is None:
        return []
    level, told = Level(found.group(1).lower()), []
    for one in found.group(2).split(","):
        item, _, order = one.partition("=")
        answers = tuple(answer.strip() for answer in order.split("<")) if order.strip() else ()
        told.append(ItemLevel(item=item.strip(), level=level, order=answers))
    return told


def _remark(line: int, comments: list[str]) -> _Remark | None:
    """What a line's comments say for the engine; None where they are for people."""
    for comment in comments:
        if (found := _REMARK.fullmatch(comment.strip())) is None:
            continue
        kind, value = found.group(1).lower(), found.group(2)
        for one in _REMARKS[kind]:
            if value.lower() == one.lower():
                return _Remark(line, kind, one)
        raise BadPathModel(f"Line {line}: {value!r} is no {kind}; there are {', '.join(_REMARKS[kind])}.")
    return None


def _factors(term: str, names: set[str]) -> tuple[str, ...]:
    if ":" in term:
        return tuple(term.split(":"))
    if term in names or "." not in term:
        return (term,)
    return tuple(term.split("."))
