"""A path model as TOML: read, check, write in one canonical form."""

from __future__ import annotations

from safar.domain.item_level import ItemLevel, Level
from safar.domain.label import Label
from safar.domain.model_sketch import ModelSketch
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
from safar.files.toml_place import Table, parse_toml, toml_label, toml_name, toml_text, toml_texts

SIGNS = {"+": 1, "-": -1}
"""How expected signs are written."""


def read_toml(text: str) -> PathModel:
    """The model that a TOML text describes. Unknown keys are errors. Raises: BadPathModel, naming the place."""
    top = parse_toml(text, complain=BadPathModel)
    if top.has("run"):  # how to estimate it: `run_form` reads that
        top.table("run")
    model = read_model_table(top)
    top.finish()
    return model


def read_model_table(top: Table) -> PathModel:
    """The model of a file that may hold more than the model."""
    if not any(top.has(one) for one in ("name", "constructs", "paths")):
        raise BadPathModel(
            "The text describes no model: it has no constructs and no paths.",
            next_step="Write lines as `X =~ x1 + x2` and `Y ~ X`, or begin with `safar model propose relief`.",
        )
    name = top.text("name")
    constructs = [_construct(table) for table in top.tables("constructs")]
    return PathModel(
        name=name,
        constructs=tuple(one for one in constructs if isinstance(one, Construct)),
        higher_orders=tuple(one for one in constructs if isinstance(one, HigherOrder)),
        interactions=tuple(_interaction(table) for table in top.tables("interactions", required=False)),
        paths=tuple(_path(table) for table in top.tables("paths", required=False)),
    )


def write_path_model(model: PathModel | ModelSketch) -> str:
    """The canonical TOML of a model, or of one that is being made: equal ones give equal text."""
    lines = [f"name = {toml_text(model.name)}"]
    for one in model.constructs:
        lines += ["", "[[constructs]]", f"name = {toml_text(one.name)}", *_label_lines(one.label)]
        lines += [f"items = {toml_texts(one.items)}", f'measured = "{one.measured}"', f'mode = "{one.mode}"']
        if one.levels:
            told = ", ".join(f"{toml_name(level.item)} = {_level_text(level)}" for level in one.levels)
            lines.append(f"levels = {{ {told} }}")
        if one.element is not None:
            lines.append(f"element = {toml_text(one.element)}")
    for higher in model.higher_orders:
        lines += ["", "[[constructs]]", f"name = {toml_text(higher.name)}", *_label_lines(higher.label)]
        lines += [f"parts = {toml_texts(higher.parts)}", f'measured = "{higher.measured}"', f'mode = "{higher.mode}"']
    for product in model.interactions:
        lines += ["", "[[interactions]]", f"of = {toml_texts(product.factors)}", f'method = "{product.method}"']
    for path in model.paths:
        lines += ["", "[[paths]]", f"from = {toml_text(path.source)}", f"to = {toml_text(path.target)}"]
        if path.sign is not None:
            lines.append(f'sign = "{"+" if path.sign > 0 else "-"}"')
        if path.hypothesis:
            lines.append(f"hypothesis = {toml_text(path.hypothesis)}")
    return "\n".join(lines) + "\n"


def _construct(table: Table) -> Construct | HigherOrder:
    measured = table.one_of("measured", tuple(Measured), required=False)
    mode = table.one_of("mode", tuple(Mode), required=False) or Mode.A
    if table.has("parts"):
        if table.has("items"):
            raise table.wrong("items", "stands beside parts; a construct has items, or constructs as its parts.")
        higher = HigherOrder(
            name=table.text("name"),
            label=table.label() if table.has("label") else None,
            parts=table.texts("parts", required=True),
            measured=Measured(measured or Measured.COMPOSITE),
            mode=Mode(mode),
        )
        table.finish()
        return higher
    construct = Construct(
        name=table.text("name"),
        label=table.label() if table.has("label") else None,
        items=table.texts("items", required=True),
        # Mode B weighs parts, so that nobody need say so twice.
        measured=Measured(measured or (Measured.COMPOSITE if mode == Mode.B else Measured.FACTOR)),
        mode=Mode(mode),
        element=table.optional_text("element"),
        levels=read_levels(table),
    )
    table.finish()
    return construct


def read_levels(table: Table) -> tuple[ItemLevel, ...]:
    """The levels of a construct's items: a word, or the answers of an ordinal item from the least to the greatest."""
    if not table.has("levels"):
        return ()
    found = table.table("levels")
    told = table.value("levels")
    return tuple(_level(found, item, told[item]) for item in told)


def _level(table: Table, item: str, told: object) -> ItemLevel:
    if isinstance(told, list):
        if not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in told) or not told:
            raise table.wrong(item, "must be a list of answers, from the least to the greatest.")
        order = tuple(one.strip() if isinstance(one, str) else f"{one:g}" for one in told)
        return ItemLevel(item=item, level=Level.ORDINAL, order=order)
    return ItemLevel(item=item, level=Level(table.one_of(item, tuple(Level)) or Level.NUMERIC))


def _level_text(one: ItemLevel) -> str:
    return toml_texts(one.order) if one.order else f'"{one.level}"'


def _interaction(table: Table) -> Interaction:
    method = table.one_of("method", tuple(InteractionMethod), required=False)
    found = Interaction(
        factors=table.texts("of", required=True), method=InteractionMethod(method or InteractionMethod.TWO_STAGE)
    )
    table.finish()
    return found


def _path(table: Table) -> Path:
    sign = table.one_of("sign", tuple(SIGNS), required=False)
    path = Path(
        source=table.text("from"),
        target=table.text("to"),
        sign=None if sign is None else SIGNS[sign],
        hypothesis=table.optional_text("hypothesis") or "",
    )
    table.finish()
    return path


def _label_lines(label: Label | None) -> list[str]:
    return [] if label is None else [f"label = {toml_label(label)}"]
