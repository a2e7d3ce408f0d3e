"""A paper's printed results as TOML, so that they can be checked against each other."""

from __future__ import annotations

from safar.analysis.path_model.printed import Printed, PrintedConstruct, PrintedPath
from safar.errors import InputError
from safar.files.toml_place import Table, parse_toml

_LARGEST = 1e12
_FIGURES = ("ave", "alpha", "r2", "mean", "deviation", "variance", "normality_p")


class BadPrinted(InputError):
    """A file of printed results contradicts its form."""

    code = "path-model.printed"
    next_step = "Correct the place that is named; docs/reference/path-model-file.md shows the form."


def read_printed(text: str) -> Printed:
    """The printed results that a TOML text holds. Raises: BadPrinted, naming the place."""
    top = parse_toml(text, complain=BadPrinted)
    counts = top.table("counts") if top.has("counts") else None
    scale = _numbers(top, "scale")
    if scale and (len(scale) != 2 or not scale[0] < scale[1]):
        raise top.wrong("scale", "must be two numbers, the least and the greatest answer, as [1, 5].")
    degrees = _number(top, "bartlett_df")
    found = Printed(
        constructs=tuple(_construct(one) for one in top.tables("constructs")),
        paths=tuple(_path(one) for one in top.tables("paths", required=False)),
        counts={} if counts is None else {name: _whole(counts, name) for name in counts.names()},
        roles=top.texts("roles"),
        gof=_number(top, "gof"),
        bartlett_df=None if degrees is None else int(degrees),
        r2_above=_number(top, "r2_above"),
        normal=top.flag("normal") if top.has("normal") else None,
        scale=(scale[0], scale[1]) if scale else None,
    )
    top.finish()
    return found


def _construct(table: Table) -> PrintedConstruct:
    figures = {name: _number(table, name) for name in _FIGURES}
    items = _number(table, "items")
    found = PrintedConstruct(
        name=table.text("name"),
        items=None if items is None else int(items),
        loadings=_numbers(table, "loadings"),
        ave=figures["ave"],
        alpha=figures["alpha"],
        r2=figures["r2"],
        mean=figures["mean"],
        deviation=figures["deviation"],
        variance=figures["variance"],
        normality_p=figures["normality_p"],
    )
    table.finish()
    return found


def _path(table: Table) -> PrintedPath:
    found = PrintedPath(
        source=table.text("from"), target=table.text("to"),
        coefficient=_number(table, "coefficient"), t=_number(table, "t"),
    )  # fmt: skip
    table.finish()
    return found


def _number(table: Table, name: str) -> float | None:
    if not table.has(name):
        table.value(name, required=False)  # so that the error of an unknown key names it among the known ones
        return None
    return table.number(name, least=-_LARGEST, most=_LARGEST)


def _numbers(table: Table, name: str) -> tuple[float, ...]:
    """A list of numbers; one number alone stands for a list of one."""
    found = table.value(name, required=False)
    if found is None:
        return ()
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < _LARGEST for one in listed):
        raise table.wrong(name, f"must be a number or a list of numbers, not {found!r}.")
    return tuple(float(one) for one in listed)


def _whole(table: Table, name: str) -> tuple[int, ...]:
    return tuple(int(value) for value in _numbers(table, name))
