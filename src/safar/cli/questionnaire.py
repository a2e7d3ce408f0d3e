"""`safar questionnaire`: from a path model to what is asked, and from what was answered back to the model."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import CsvOption, JsonOption, console, errors, show_part, show_rows
from safar.domain.wording import counted

if TYPE_CHECKING:
    from safar.domain.path_model import PathModel
    from safar.domain.questionnaire import Questionnaire
    from safar.study.trace import Trace

app = typer.Typer(
    no_args_is_help=True,
    help="Questionnaires: derive one from a path model, export it, trace its items, take its answers.",
    epilog="Start with: safar questionnaire new model.toml --out questionnaire.toml",
)
_FILE = typer.Argument(help="A questionnaire: .toml, .lss (LimeSurvey), .sss (Triple-S) or .xlsx.")
_MODEL = typer.Option(None, "--model", "-m", help="The path model that it is asked for.")
_FRAMEWORK = typer.Option([], "--framework", "-f", help="A framework file of your own; may be given again.")
_LANG = typer.Option("en", "--lang", "-l", help="en or fa.")
_SHOWN = typer.Option(
    None, "--lang", "-l", help="One of its languages.", show_default="English, or its first where it has no English"
)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="questionnaire")


@app.command()
def new(
    *,
    model: Path = typer.Argument(help="A path model file."),
    out: Path | None = typer.Option(
        None, "--out", "-o", help="Write it there instead of printing it; the ending says how."
    ),
    lang: str = _LANG,
    also: list[str] = typer.Option([], "--also", help="A further language; may be given again."),
    name: str | None = typer.Option(None, "--name", help="Its name; it stands in files and in the log."),
    in_order: bool = typer.Option(False, "--in-order", help="Construct by construct, not in turns."),
    framework: list[Path] = _FRAMEWORK,
) -> None:
    """Derive a questionnaire from a path model: an item for each indicator, worded after its framework as a proposal.

    Examples:
      safar questionnaire new model.toml --out questionnaire.toml
      safar questionnaire new model.toml --lang fa --also en --out questionnaire.toml
    """
    from safar.usecases.frameworks import read_frameworks
    from safar.usecases.path_models import open_model
    from safar.usecases.questionnaires import Format, derive, export, format_of

    made = derive(
        open_model(model).model, language=lang, languages=also, name=name, mixed=not in_order,
        frameworks=read_frameworks(framework),
    )  # fmt: skip
    if out is None:
        typer.echo(export(made, Format.TOML).content.decode(), nl=False)
        return
    out.write_bytes(export(made, format_of(out), language=lang).content)
    console.print(
        f"Written: {out} ({counted(len(made.items), 'item')} on {counted(len(made.pages), 'page')})",
        markup=False,
        soft_wrap=True,
    )
    console.print("The wording is proposed: read every item before anybody is asked.", markup=False)
    console.print(f"Next: safar questionnaire check {out} --model {model}", markup=False, soft_wrap=True)


@app.command()
def check(
    *,
    file: Path = _FILE,
    model: Path | None = _MODEL,
    framework: list[Path] = _FRAMEWORK,
    lang: str | None = _SHOWN,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Look over a questionnaire; with --model, whether it asks what the model needs (exit code 2 where not).

    Examples:
      safar questionnaire check questionnaire.toml
      safar questionnaire check questionnaire.toml --model model.toml
    """
    asked = _open(file)
    shown = _shown(asked, lang)
    if model is None:
        rows = _item_rows(asked, shown)
        show_rows(rows, as_json=as_json, as_csv=as_csv, title=asked.title.text(shown))
        return
    found = _traced(asked, model, framework, shown)
    if as_json or as_csv:
        show_rows(found.parts["broken"], as_json=as_json, as_csv=as_csv)
    else:
        _say_broken(found)
    if not found.whole:
        raise typer.Exit(2)


@app.command()
def trace(
    *,
    file: Path = _FILE,
    model: Path = typer.Option(..., "--model", "-m", help="The path model that it is asked for."),
    framework: list[Path] = _FRAMEWORK,
    lang: str | None = _SHOWN,
    table: str = typer.Option("items", "--table", "-t", help="With --csv: items, constructs or broken."),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Follow every item: to its construct, the framework element that it stands for, and what else measures that.

    Examples:
      safar questionnaire trace questionnaire.toml --model model.toml
      safar questionnaire trace questionnaire.toml --model model.toml --csv --table constructs
    """
    asked = _open(file)
    found = _traced(asked, model, framework, _shown(asked, lang))
    if as_json:
        typer.echo(found.to_json())
        return
    if as_csv:
        show_part(found.parts, table)
        return
    told = found.told()
    console.print(told.title, style="bold", markup=False)
    for line in told.above:
        console.print(line, markup=False)
    show_rows(told.rows, right=("page",))
    _say_broken(found)


@app.command()
def export(
    *,
    file: Path = _FILE,
    out: list[Path] = typer.Option(
        ..., "--out", "-o", help="A file: .toml .lss .sss .xlsx .html .md; may be given again."
    ),
    lang: str | None = typer.Option(None, "--lang", "-l", help="Language of .html and .md; the first where not said."),
    fixed: bool = typer.Option(False, "--fixed", help="With .sss: the data stand in fixed columns, not as CSV."),
    names: bool = typer.Option(
        False, "--names", help="With .html and .md: print item names, for who types answers in."
    ),
) -> None:
    """Write a questionnaire for another program, or for paper. Item names stay the same everywhere.

    Examples:
      safar questionnaire export questionnaire.toml --out survey.lss
      safar questionnaire export questionnaire.toml -o entry.xlsx -o paper.html --lang fa
      safar questionnaire export survey.lss --out questionnaire.toml
    """
    from safar.usecases.questionnaires import Format, format_of
    from safar.usecases.questionnaires import export as exported

    asked = _open(file)
    asked.spoken(lang)
    for path in out:
        wanted = format_of(path)
        if wanted is Format.TRIPLE_S and fixed:
            wanted = Format.TRIPLE_S_FIXED
        path.write_bytes(exported(asked, wanted, language=lang, names=names).content)
        console.print(f"Written: {path}", markup=False, soft_wrap=True)


@app.command()
def recipe(
    *,
    file: Path = _FILE,
    answers: Path | None = typer.Option(None, "--data", "-d", help="A file of answers, whose headings it shall know."),
    on: datetime | None = typer.Option(
        None, "--on", formats=["%Y-%m-%d"], help="The day of answers that carry none, such as 2026-01-31."
    ),
    out: Path | None = typer.Option(None, "--out", "-o", help="Write it there instead of printing it."),
) -> None:
    """Write the import recipe of the answers: with it they land in the experience log as feedback, item by item.

    Examples:
      safar questionnaire recipe questionnaire.toml --out recipe.toml
      safar import responses.csv --recipe recipe.toml
    """
    from safar.usecases.questionnaires import recipe as written

    text = written(_open(file), answers=answers, on=None if on is None else on.date())
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    console.print(
        f"Written: {out}", f"Next: `safar import ANSWERS --recipe {out}`", sep="\n", markup=False, soft_wrap=True
    )


@app.command()
def answers(
    *,
    file: Path = _FILE,
    data: Path | None = typer.Argument(None, help="Answers: a CSV or XLSX export, or a Triple-S .sss beside its data."),
    simulate: int | None = typer.Option(None, "--simulate", help="Make up so many respondents instead, and say so."),
    model: Path | None = _MODEL,
    seed: int = typer.Option(1, "--seed", min=0, help="Of simulated answers: the same seed gives the same."),
    shape: str = typer.Option(
        "plain",
        "--as",
        help="Of simulated answers: plain, limesurvey, limesurvey-full, triple-s, triple-s-fixed, xlsx.",
    ),
    out: Path | None = typer.Option(
        None, "--out", "-o", help="Write the answers there (read ones as CSV, items as columns)."
    ),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Read answers as a program exported them and say what came; or simulate some, to try everything beforehand.

    Examples:
      safar questionnaire answers questionnaire.toml responses.csv
      safar questionnaire answers questionnaire.toml responses.csv --out numbers.csv
      safar questionnaire answers questionnaire.toml --simulate 320 --model model.toml --out answers.csv
    """
    from safar.usecases.questionnaires import read_answers

    asked = _open(file)
    if (data is None) == (simulate is None):
        raise typer.BadParameter("Name a file of answers, or say --simulate N.")
    if simulate is not None:
        _simulate(asked, simulate, model=model, seed=seed, shape=shape, out=out)
        return
    found = read_answers(asked, data or Path())
    if out is not None:
        found.table().write_csv(out)
        errors.print(f"Written: {out}", markup=False, soft_wrap=True)
    if as_json:
        typer.echo(found.to_json())
    elif as_csv:
        show_rows(found.rows(), as_csv=True)
    else:
        told = found.told()
        console.print(told.title + (" [simulated]" if told.simulated else ""), style="bold", markup=False)
        for line in told.above:
            console.print(line, markup=False)
        show_rows(told.rows, right=("answers", "n/a", "blank", "different", "mean"))
        for line in told.notes:
            console.print(line, markup=False)


def _simulate(asked: Questionnaire, n: int, *, model: Path | None, seed: int, shape: str, out: Path | None) -> None:
    from safar.cli.output import now
    from safar.usecases.path_models import open_model
    from safar.usecases.questionnaires import AnswerShape, simulate_answers

    if shape not in tuple(AnswerShape):
        raise typer.BadParameter(f"{shape!r} is none of {', '.join(AnswerShape)}.", param_hint="--as")
    if out is None:
        raise typer.BadParameter("Name the file of simulated answers.", param_hint="--out")
    followed = None if model is None else open_model(model).model
    first = now().date().replace(month=1, day=1)  # the same file all year
    out.write_bytes(simulate_answers(asked, n, shape=shape, seed=seed, first_day=first, model=followed))
    console.print(f"Written: {out} ({n:,} simulated respondents)", markup=False, soft_wrap=True)


def _open(file: Path) -> Questionnaire:
    """The questionnaire of a file; what was left out of another program's goes to the error stream."""
    from safar.usecases.questionnaires import open_questionnaire

    read = open_questionnaire(file)
    for note in read.notes:
        errors.print(f"Note: {note}", markup=False, soft_wrap=True)
    return read.questionnaire


def _shown(asked: Questionnaire, lang: str | None) -> str:
    """The language that a command shows. Raises: NotSpoken."""
    return asked.spoken(lang or ("en" if "en" in asked.languages else None))


def _model(path: Path) -> PathModel:
    from safar.usecases.path_models import open_model

    return open_model(path).model


def _traced(asked: Questionnaire, model: Path, framework: list[Path], lang: str) -> Trace:
    from safar.usecases.frameworks import read_frameworks
    from safar.usecases.questionnaires import trace as traced

    return traced(asked, _model(model), frameworks=read_frameworks(framework), language=lang)


def _say_broken(found: Trace) -> None:
    from safar.study.trace import SERIOUS

    for one in found.broken:
        console.print(f"{'Broken' if one.what in SERIOUS else 'Note'}: {one.says}", markup=False, soft_wrap=True)
    if found.whole:
        console.print("Whole: every indicator of the model is asked for its construct.", style="bold")
    else:
        errors.print("[bold red]Not whole:[/] answers could not reach every construct of the model.", soft_wrap=True)


def _item_rows(asked: Questionnaire, language: str) -> list[dict[str, str]]:
    return [
        {
            "page": str(number),
            "item": item.id + (" (reversed)" if item.reversed else ""),
            "answered": item.scale or str(item.kind),
            "construct": item.construct or "–",
            "asks": item.wording.text(language),
        }
        for number, page in enumerate(asked.pages, start=1)
        for item in page.items
    ]
