"""`safar frameworks`: the papers' models and a company's own, read, searched, compared and derived."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape

from safar.cli.framework_shelf import OwnOption, all_of, find
from safar.cli.output import CsvOption, JsonOption, console, show_rows
from safar.domain.framework import ElementKind, Role, Side

if TYPE_CHECKING:
    from safar.domain.framework import Element, Framework

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="The five papers' models and your own: list, show, search, compare, derive.",
    epilog="Start with: safar frameworks list",
)


_LANG = typer.Option("en", "--lang", "-l", help="Language of the names: en, fa, or one that you added.")
_NAME = typer.Argument(help="Name of a framework (see `list`; `own`: the workspace's), or a .toml file.")


@app.command("list")
def list_frameworks(
    as_json: bool = JsonOption, as_csv: bool = CsvOption, lang: str = _LANG, workspace: Path | None = OwnOption
) -> None:
    """The packaged frameworks and the workspace's own: their size, and how much of each nothing covers yet.

    Example: safar frameworks list
    """
    from safar import frameworks

    rows = []
    for framework in all_of(workspace):
        said = [element for element in framework.elements if element.kind != "structure"]
        rows.append(
            {
                "name": framework.name,
                "year": str(framework.paper.year or "–"),
                "about": framework.label.text(lang),
                "elements": len(framework.elements),
                "to assess": len(said),
                "nothing yet": len(frameworks.gaps(framework)),
            }
        )
    show_rows(rows, as_json=as_json, as_csv=as_csv)
    if not (as_json or as_csv):
        console.print("\nNext: safar frameworks show stepwise")


@app.command()
def show(
    *,
    name: str = _NAME,
    step: str | None = typer.Option(None, "--step", "-s", help="Only this step of the journey."),
    role: Role | None = typer.Option(None, "--role", "-r", help="Only this role of the paradigm model."),
    kind: ElementKind | None = typer.Option(None, "--kind", "-k", help="Only this kind."),
    actor: Side | None = typer.Option(None, "--actor", "-a", help="Only where this side acts."),
    element: str | None = typer.Option(None, "--element", "-e", help="One element with everything known of it."),
    lang: str = _LANG,
    workspace: Path | None = OwnOption,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """The elements of a framework, or one of them in full.

    Examples:
      safar frameworks show stepwise --step output
      safar frameworks show automotive --role consequence
      safar frameworks show stepwise --element output.complaint.churn
      safar frameworks show our-own.toml --kind practice --lang fa
      safar frameworks show own -w acme
    """
    framework = find(name, workspace)
    if element is not None:
        _show_element(framework, element, lang=lang, as_json=as_json, as_csv=as_csv)
        return
    wanted = {"step": step, "role": role, "kind": kind, "actor": actor}
    asked = {key: str(value) for key, value in wanted.items() if value is not None}
    found = [e for e in framework.elements if all(getattr(e, key) == value for key, value in asked.items())]
    if as_json or as_csv:
        show_rows([_row(framework, e, lang) for e in found], as_json=as_json, as_csv=as_csv)
        return
    if not found:
        _nothing(framework, asked)
        return
    console.print(framework.label.text(lang), style="bold", markup=False)
    console.print(f"{framework.paper}\n", style="dim", markup=False)
    show_rows([_short(e, lang, indent=not asked) for e in found])
    disputed = sum(bool(e.readings) for e in found)
    if disputed or framework.contradictions:
        console.print(
            f"\n* The paper speaks of it in more than one way: {disputed} of these, and"
            f" {len(framework.contradictions)} matters of the whole.\nNext: safar frameworks readings {name}"
        )


@app.command()
def readings(
    name: str = _NAME,
    workspace: Path | None = OwnOption,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Where a paper contradicts itself: every reading, side by side.

    Example: safar frameworks readings relief
    """
    framework = find(name, workspace)
    rows = [
        {"about": about, "where": reading.where, "says": reading.says}
        for about, told in (
            *((c.about, c.readings) for c in framework.contradictions),
            *((e.id, e.readings) for e in framework.elements if e.readings),
        )
        for reading in told
    ]
    show_rows(
        rows, as_json=as_json, as_csv=as_csv, empty="It says nothing in two ways. Next: safar frameworks show NAME"
    )


@app.command()
def search(
    *,
    text: str = typer.Argument(help="Words, in English or Persian."),
    lang: str | None = typer.Option(None, "--lang", "-l", help="Look only in names of this language."),
    file: list[Path] = typer.Option([], "--file", "-f", help="Look in your own files too."),
    workspace: Path | None = OwnOption,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Elements whose name holds every word, in all frameworks and the workspace's own.

    Examples:
      safar frameworks search complaint
      safar frameworks search "زمان انتظار"
    """
    from safar import frameworks

    shelf = [*all_of(workspace), *map(frameworks.load_file, file)]
    hits = frameworks.search(text, lang, frameworks=shelf)
    if as_json or as_csv:
        rows = [{"framework": hit.framework.name, **_row(hit.framework, hit.element, lang or "en")} for hit in hits]
        show_rows(rows, as_json=as_json, as_csv=as_csv)
        return
    show_rows(
        [
            {  # the id has a line of its own: it is copied whole
                "element": f"{hit.element.label.text(lang or 'en')}\n{hit.framework.name} {hit.element.id}",
                "measured or managed by": _measured(hit.element),
            }
            for hit in hits
        ],
        empty=f"No element has {escape(repr(text))} in its name."
        " Next: fewer or shorter words, or safar frameworks show stepwise",
    )


@app.command()
def compare(
    *,
    left: str = typer.Argument(help="Name (`own`: the workspace's) or .toml file."),
    right: str = typer.Argument(help="Name (`own`: the workspace's) or .toml file."),
    lang: str = _LANG,
    workspace: Path | None = OwnOption,
    every: bool = typer.Option(False, "--all", help="Also what only one of them has, and what is the same."),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """What two frameworks share. Between papers this is a guess from the names, for you to judge.

    Examples:
      safar frameworks compare stepwise automotive
      safar frameworks compare stepwise our-own.toml --all
      safar frameworks compare stepwise own -w acme
    """
    from safar import frameworks

    found = frameworks.compare(find(left, workspace), find(right, workspace))
    rows: list[dict[str, Any]] = [
        {
            "likeness": str(pair.likeness),
            found.left.name: pair.left.label.text(lang),
            found.right.name if found.right.name != found.left.name else "right": pair.right.label.text(lang),
            "score": pair.score,
        }
        for pair in found.pairs
        if every or as_json or as_csv or pair.likeness != "same"
    ]
    names = list(rows[0]) if rows else ["likeness", found.left.name, found.right.name, "score"]
    if every or as_json or as_csv or found.by_id:
        for side, elements, other in ((1, found.only_left, 2), (2, found.only_right, 1)):
            for element in elements:
                row = {
                    "likeness": f"only {(found.left, found.right)[side - 1].name}",
                    names[side]: element.label.text(lang),
                }
                rows.append({key: row.get(key, "" if key == names[other] else None) for key in names})
    show_rows(rows, as_json=as_json, as_csv=as_csv, empty="They are the same. Next: safar frameworks derive --help")
    if not (as_json or as_csv):
        console.print(
            f"\n{len(found.pairs)} correspond; only {found.left.name}: {len(found.only_left)};"
            f" only {found.right.name}: {len(found.only_right)}.",
            markup=False,
        )


@app.command()
def gaps(
    name: str | None = typer.Argument(None, help="One framework; all of them when left out."),
    lang: str = _LANG,
    workspace: Path | None = OwnOption,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """What nothing in the product measures or manages yet: the map of what remains.

    Examples:
      safar frameworks gaps
      safar frameworks gaps stepwise --csv
    """
    from safar import frameworks

    shelf = [find(name, workspace)] if name is not None else all_of(workspace)
    rows = [
        {"framework": framework.name, **_row(framework, element, lang)}
        for framework in shelf
        for element in frameworks.gaps(framework)
    ]
    if as_json or as_csv:
        show_rows(rows, as_json=as_json, as_csv=as_csv)
        return
    shown = ("framework", "within", "name", "kind")
    show_rows([{key: row[key] for key in shown} for row in rows], empty="Everything has something. Well done.")
    for framework in shelf:
        said = sum(element.kind != "structure" for element in framework.elements)
        console.print(f"{framework.name}: {len(frameworks.gaps(framework))} of {said} have nothing yet", markup=False)


@app.command()
def steps(
    file: Path | None = typer.Option(None, "--file", "-f", help="Your own table of steps."),
    lang: str = _LANG,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Which of the nine steps each of the five stages stands for: a stated table that you may edit.

    Example: safar frameworks steps
    """
    from safar import frameworks

    table = frameworks.mapping(path=file)
    source, target = frameworks.load(table.source), frameworks.load(table.target)
    rows = [
        {
            table.source: _step_name(source, step, lang),
            table.target: ", ".join(_step_name(target, other, lang) for other in others),
        }
        for step, others in table.steps
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@app.command()
def derive(
    base: str = typer.Argument(help="The framework to start from: a name (see `list`)."),
    file: Path = typer.Argument(help="The file to write, such as ours.toml."),
    name: str | None = typer.Option(None, "--name", help="Name of your framework.", show_default="the file's name"),
) -> None:
    """Write a file of your own that starts from a framework; then edit it.

    Example: safar frameworks derive stepwise ours.toml
    """
    from safar import frameworks
    from safar.errors import InputError

    text = frameworks.starter_text(frameworks.load(base), name=name or file.stem)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise InputError(f"{file} exists already.", next_step="Give another file name, or remove that one.") from error
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error}", next_step="Give a folder that exists.") from error
    console.print(
        f"Wrote {file}.\nNext: edit it, then: safar frameworks compare {shlex.join([base, str(file)])}",
        soft_wrap=True,
        markup=False,
    )


def _row(framework: Framework, element: Element, lang: str) -> dict[str, Any]:
    above = framework.path(element.id)[:-1]
    return {
        "id": element.id,
        "name": element.label.text(lang),
        "within": " › ".join(e.label.text(lang) for e in above),
        "level": str(element.level),
        "role": _said(element.role),
        "step": element.step or "",
        "actor": _said(element.actor),
        "kind": str(element.kind),
        "printed in": "; ".join(map(str, element.places)),
        "only in": element.only_in,
        "measured by": ", ".join(element.measured_by),
    }


def _short(element: Element, lang: str, *, indent: bool) -> dict[str, str]:
    name = element.label.text(lang) + (" *" if element.readings else "")
    return {
        "name": "  " * element.depth + name if indent else name,
        "kind": "" if element.kind == "structure" else str(element.kind),
        "actor": _said(element.actor) if element.kind != "structure" else "",
        "printed in": str(element.places[0]).replace(", row ", ":") if element.places else "",
        "measured by": _measured(element),
    }


def _step_name(framework: Framework, step: str, lang: str) -> str:
    return next((e.label.text(lang) for e in framework.elements if e.step == step), step)


def _measured(element: Element) -> str:
    return ", ".join(element.measured_by) or ("" if element.kind == "structure" else "nothing yet")


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _show_element(framework: Framework, element_id: str, *, lang: str, as_json: bool, as_csv: bool) -> None:
    from safar.frameworks import known_capabilities

    element = framework.element(element_id)
    row = _row(framework, element, lang)
    told: Sequence[tuple[str, str]] = [(reading.where, reading.says) for reading in element.readings]
    if as_json:
        names = dict(element.label.texts)
        whole = {**row, "names": names, "figures": dict(element.figures), "readings": [list(pair) for pair in told]}
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    if as_csv:
        show_rows([row], as_csv=True)
        return
    able = known_capabilities()
    fields = [(key, value) for key, value in row.items() if value and key != "measured by"]
    fields += [(f"in {tag}", name) for tag, name in element.label.texts.items()]
    fields += [(key, f"{number:g}") for key, number in element.figures.items()]
    fields += [
        (f"{able[key].does} it", f"{able[key].label.text(lang)} ({able[key].how})") if key in able else ("linked", key)
        for key in element.measured_by
    ]
    if not element.measured_by and element.kind != "structure":
        fields.append(("measured by", "nothing yet"))
    fields += [(f"says {where}", says) for where, says in told]
    show_rows([{"what": key, "": value} for key, value in fields])


def _nothing(framework: Framework, asked: dict[str, str]) -> None:
    console.print(
        f"{framework.name} has no element with " + ", ".join(f"{k} {v}" for k, v in asked.items()) + ".", markup=False
    )
    for key in asked:
        known = sorted({str(getattr(e, key)) for e in framework.elements if getattr(e, key) is not None})
        console.print(f"Its {key}s are: {', '.join(known) or 'not said'}", markup=False)
    console.print(f"Next: safar frameworks show {framework.name}", markup=False)


def register(root: typer.Typer) -> None:
    """Add `safar frameworks`."""
    root.add_typer(app, name="frameworks")
