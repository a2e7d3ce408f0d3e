"""`safar model`: path models by partial least squares, from a text and rows of answers to tested claims."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from safar.cli.output import CsvOption, JsonOption

if TYPE_CHECKING:
    from safar.analysis.path_model.result import PathResult
    from safar.files.path_model import SavedRun
    from safar.usecases.path_model_rows import Columns

Choice = TypeVar("Choice", bound=StrEnum)

app = typer.Typer(
    no_args_is_help=True,
    help="Path models (PLS): check, estimate and test claims between what people cannot be asked directly.",
    epilog="Start with: safar model propose relief --out model.toml",
)
_FILE = typer.Argument(help="A model file: TOML or lavaan's syntax (docs/reference/path-model-file.md).")
_DATA = typer.Option(None, "--data", "-d", help="Rows of answers: CSV, XLSX, Parquet or JSON lines.")
_ANSWERS = typer.Option(None, "--workspace", "-w", help="Or a workspace, whose own survey answers are taken.")
_ASKED = typer.Option(
    None, "--questionnaire", "-q", help="What was asked: reads any program's export, turns reversed items."
)
_GAPS = typer.Option(None, "--gaps", help="Rows with missing answers: casewise (left out), mean, or nipals.")
_CODES = typer.Option([], "--missing", help="A code that means no answer, such as 99; may be given again.")
_SCALE = typer.Option(None, "--scale", help="Least and greatest answer, as 1-7: any other is an error.")
_WEIGHT = typer.Option(None, "--weight", help="The column of case weights.")
_CONSISTENT = typer.Option(None, "--consistent/--plain", help="Correct common factors for their items' error (PLSc).")
_SCHEME = typer.Option(None, "--scheme", help="path, factorial or centroid.")
_RESAMPLES = typer.Option(None, "--resamples", "-n", min=2, max=1_000_000, help="How many.", show_default="5000")
_SEED = typer.Option(None, "--seed", min=0, help="The same seed gives the same numbers.", show_default="1")
_INTERVAL = typer.Option(
    None, "--interval", help="percentile, bias-corrected, bca, basic, normal or student.", show_default="percentile"
)
_CONFIDENCE = typer.Option(None, "--confidence", min=0.5, max=0.999, help="Of intervals.", show_default="0.95")
_TABLE = typer.Option("paths", "--table", "-t", help="With --csv: paths, effects, items, constructs, htmt, fit …")


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="model")


@app.command()
def check(
    *,
    file: Path = _FILE,
    data: Path | None = _DATA,
    workspace: Path | None = _ANSWERS,
    questionnaire: Path | None = _ASKED,
    gaps: str | None = _GAPS,
    missing: list[float] = _CODES,
    scale: str | None = _SCALE,
    weight: str | None = _WEIGHT,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Look over a model, and its answers, before anything is estimated. Exit code 2 where it cannot be estimated.

    Examples:
      safar model check model.toml
      safar model check model.toml --data answers.csv --scale 1-7 --missing 99
    """
    from safar.cli.model_output import show_check
    from safar.usecases.path_models import check_model, open_model

    saved = _told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    columns = None if data is None and workspace is None else _columns(saved, data, workspace, questionnaire)[0]
    found = check_model(saved, columns)
    show_check(found, as_json=as_json, as_csv=as_csv)
    if not found.ready:
        raise typer.Exit(2)


@app.command()
def fit(
    *,
    file: Path = _FILE,
    data: Path | None = _DATA,
    workspace: Path | None = _ANSWERS,
    questionnaire: Path | None = _ASKED,
    consistent: bool | None = _CONSISTENT,
    scheme: str | None = _SCHEME,
    gaps: str | None = _GAPS,
    missing: list[float] = _CODES,
    scale: str | None = _SCALE,
    weight: str | None = _WEIGHT,
    table: str = _TABLE,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Estimate a model, without resamples: sizes, but nothing of chance.

    Examples:
      safar model fit model.toml --data answers.csv --consistent
      safar model fit model.toml --data answers.xlsx --csv --table items
      safar model fit model.toml --data limesurvey.csv --questionnaire questionnaire.toml
    """
    from safar.cli.model_output import show_result
    from safar.usecases.path_models import open_model

    saved = _told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    saved = _estimated_as(saved, consistent=consistent, scheme=scheme)
    saved = replace(saved, run=replace(saved.run, resampling=None))
    show_result(_estimate(saved, data, workspace, questionnaire), table=table, as_json=as_json, as_csv=as_csv)


@app.command()
def bootstrap(
    *,
    file: Path = _FILE,
    data: Path | None = _DATA,
    workspace: Path | None = _ANSWERS,
    questionnaire: Path | None = _ASKED,
    resamples: int | None = _RESAMPLES,
    seed: int | None = _SEED,
    interval: str | None = _INTERVAL,
    confidence: float | None = _CONFIDENCE,
    consistent: bool | None = _CONSISTENT,
    scheme: str | None = _SCHEME,
    gaps: str | None = _GAPS,
    missing: list[float] = _CODES,
    scale: str | None = _SCALE,
    weight: str | None = _WEIGHT,
    save: Path | None = typer.Option(None, "--save", help="Write model, choices and seed: the same numbers again."),
    table: str = _TABLE,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Estimate a model with resamples: intervals, tests and a verdict on each claim.

    Examples:
      safar model bootstrap model.toml --data answers.csv --resamples 5000 --seed 1
      safar model bootstrap model.toml --data answers.csv --consistent --interval bca --save run.toml
      safar model bootstrap run.toml --data answers.csv
    """
    from safar.cli.model_output import show_result
    from safar.usecases.path_models import open_model, write_report

    saved = _told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    saved = _estimated_as(saved, consistent=consistent, scheme=scheme)
    saved = _resampled_as(saved, resamples=resamples, seed=seed, interval=interval, confidence=confidence)
    result = _estimate(saved, data, workspace, questionnaire)
    show_result(result, table=table, as_json=as_json, as_csv=as_csv)
    if save is not None:
        write_report(result, save.with_suffix(".toml"), version=_version())
    _say_other_data(saved, result)


@app.command()
def report(
    *,
    file: Path = _FILE,
    data: Path | None = _DATA,
    workspace: Path | None = _ANSWERS,
    questionnaire: Path | None = _ASKED,
    out: list[Path] = typer.Option(
        ..., "--out", "-o", help="A file: .html .md .tex .xlsx .svg .png .json .toml; may be given again."
    ),
    resamples: int | None = _RESAMPLES,
    seed: int | None = _SEED,
    lang: str = typer.Option(
        "en", "--lang", "-l", help="Language of the method's paragraph and the drawing: en or fa."
    ),
) -> None:
    """Estimate a model as its file says, and write what was found: the whole report, tables, figures or the diagram.

    Examples:
      safar model report run.toml --data answers.csv --out report.html
      safar model report model.toml --data answers.csv -o tables.xlsx -o model.svg -o tables.tex
    """
    from safar.cli.output import console
    from safar.usecases.path_models import open_model, write_report

    saved = _resampled_as(open_model(file), resamples=resamples, seed=seed, interval=None, confidence=None)
    result = _estimate(saved, data, workspace, questionnaire)
    for path in out:
        write_report(result, path, version=_version(), language=lang)
        console.print(f"Written: {path}", markup=False, soft_wrap=True)
    _say_other_data(saved, result)


@app.command()
def propose(
    *,
    framework: str = typer.Argument(help="Name of a framework with paradigm roles, or a .toml file of your own."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Write it there instead of printing it."),
    moderators: bool = typer.Option(True, help="Context and intervening conditions also moderate."),
    lavaan: bool = typer.Option(False, "--lavaan", help="In lavaan's syntax instead of TOML."),
    lang: str = typer.Option("en", "--lang", "-l", help="Language of the model's name: en or fa."),
) -> None:
    """A first model from a framework's roles: causal → central → strategies → consequences. A beginning to be changed.

    Examples:
      safar model propose relief --out model.toml
      safar model propose automotive --no-moderators --lavaan
    """
    from safar import frameworks
    from safar.cli.output import console
    from safar.files.path_model import write_lavaan, write_path_model
    from safar.usecases.path_models import propose_model

    found = propose_model(frameworks.find(framework), language=lang, moderators=moderators)
    text = write_lavaan(found) if lavaan else write_path_model(found)
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    told = f"{len(found.constructs)} constructs, {len(found.items)} items, {len(found.paths)} paths: {out}"
    console.print(told, f"Next: safar model check {out} --data ANSWERS.csv", sep="\n", markup=False, soft_wrap=True)


@app.command()
def printed(
    *,
    file: str = typer.Argument(
        help="A paper's printed numbers as TOML (docs/reference/path-model-file.md), or the packaged paper: relief."
    ),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Say what does not follow from each other in printed results. No data are needed.

    Examples:
      safar model printed paper.toml
      safar model printed relief
    """
    from safar.cli.model_output import show_objections
    from safar.usecases.path_models import object_to

    show_objections(object_to(file), as_json=as_json, as_csv=as_csv)


@app.command()
def example(
    *,
    folder: Path = typer.Argument(help="Where relief.toml and simulated-answers.csv are written."),
    seed: int = typer.Option(1, "--seed", min=0, help="The same seed draws the same answers."),
) -> None:
    """Write a model and simulated answers to try all this on: five constructs, 17 items, 320 people.

    Example: safar model example study
    """
    from safar.cli.output import console
    from safar.usecases.path_models import write_example

    model, answers = write_example(folder, seed=seed)
    console.print(f"{model}, {answers} (simulated)", markup=False, soft_wrap=True)
    console.print(f"Next: safar model bootstrap {model} --data {answers} --scale 1-5", markup=False, soft_wrap=True)


def _told(
    saved: SavedRun, *, gaps: str | None, missing: list[float], scale: str | None, weight: str | None
) -> SavedRun:
    from safar.analysis.path_model.answers import Missing

    run = saved.run
    if gaps is not None:
        run = replace(run, missing=_one_of(Missing, gaps, "--gaps"))
    if missing:
        run = replace(run, codes=tuple(missing))
    if scale is not None:
        run = replace(run, scale=_scale(scale))
    if weight is not None:
        run = replace(run, weight=weight)
    return replace(saved, run=run)


def _estimated_as(saved: SavedRun, *, consistent: bool | None, scheme: str | None) -> SavedRun:
    from safar.analysis.path_model.weights import Scheme

    options = saved.run.options
    if consistent is not None:
        options = replace(options, consistent=consistent)
    if scheme is not None:
        options = replace(options, scheme=_one_of(Scheme, scheme, "--scheme"))
    return replace(saved, run=replace(saved.run, options=options))


def _resampled_as(
    saved: SavedRun, *, resamples: int | None, seed: int | None, interval: str | None, confidence: float | None
) -> SavedRun:
    from safar.analysis.path_model.intervals import IntervalMethod
    from safar.analysis.path_model.result import Resampling

    made = saved.run.resampling or Resampling()
    if resamples is not None:
        made = replace(made, resamples=resamples)
    if seed is not None:
        made = replace(made, seed=seed)
    if interval is not None:
        made = replace(made, interval=_one_of(IntervalMethod, interval, "--interval"))
    if confidence is not None:
        made = replace(made, confidence=confidence)
    return replace(saved, run=replace(saved.run, resampling=made))


def _one_of(kind: type[Choice], told: str, option: str) -> Choice:
    try:
        return kind(told)
    except ValueError:
        raise typer.BadParameter(f"{told!r} is none of {', '.join(kind)}.", param_hint=option) from None


def _scale(told: str) -> tuple[float, float]:
    import re

    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|to|\.\.)\s*(-?\d+(?:\.\d+)?)\s*", told)
    if found is None or float(found[1]) >= float(found[2]):
        raise typer.BadParameter(f"{told!r} is no scale; one reads 1-7.", param_hint="--scale")
    return float(found[1]), float(found[2])


def _columns(
    saved: SavedRun, data: Path | None, workspace: Path | None, questionnaire: Path | None
) -> tuple[Columns, bool]:
    """The answers, and whether they are simulated."""
    from safar.usecases.path_model_rows import answers_in, answers_of, columns_of, made_up
    from safar.usecases.path_models import wanted_columns
    from safar.usecases.questionnaires import open_questionnaire

    if (data is None) == (workspace is None):
        raise typer.BadParameter("Name the rows: --data FILE, or --workspace FOLDER for its survey's answers.")
    asked = None if questionnaire is None else open_questionnaire(questionnaire).questionnaire
    wanted = wanted_columns(saved)
    if data is not None and (asked is not None or data.suffix.lower() == ".sss"):
        return answers_in(data, wanted, questionnaire=asked)
    if data is not None:
        return columns_of(data, wanted), False
    from safar.cli.output import open_workspace

    opened = open_workspace(workspace or Path())
    return answers_of(opened, wanted, questionnaire=asked), made_up(opened, wanted)


def _estimate(saved: SavedRun, data: Path | None, workspace: Path | None, questionnaire: Path | None) -> PathResult:
    from safar.cli.model_output import resampling_bar
    from safar.usecases.path_models import estimate_model

    columns, simulated = _columns(saved, data, workspace, questionnaire)
    with resampling_bar() as progress:
        return estimate_model(saved, columns, simulated=simulated, progress=progress)


def _say_other_data(saved: SavedRun, result: PathResult) -> None:
    from safar.cli.output import errors
    from safar.usecases.path_models import same_data

    if same_data(saved, result) is False:
        errors.print("[bold]Note:[/] these are other data than those that the saved run names.", soft_wrap=True)


def _version() -> str:
    from safar import __version__

    return __version__
