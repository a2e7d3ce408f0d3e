"""`safar model`: path models by partial least squares, from a text and rows of answers to tested claims."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from safar.cli import model_further
from safar.cli.model_options import (
    ANSWERS,
    ASKED,
    CODES,
    CONFIDENCE,
    CONSISTENT,
    COPULA,
    DATA,
    DROP,
    EXACT_FIT,
    FILE,
    FOLDS,
    GAPS,
    INTERVAL,
    LANGUAGE,
    ORDERED,
    REPEATS,
    RESAMPLES,
    SCALE,
    SCHEME,
    SEED,
    TABLE,
    WEIGHT,
    as_told,
    estimate,
    estimated_as,
    resampled_as,
    rows_of,
    spoken,
    version,
)
from safar.cli.output import CsvOption, JsonOption

app = typer.Typer(
    no_args_is_help=True,
    help="Path models (PLS): check, estimate and test claims between what people cannot be asked directly.",
    epilog="Start with: safar model propose relief --out model.toml",
)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    model_further.add(app)
    root.add_typer(app, name="model")


@app.command()
def check(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
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

    saved = as_told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    columns = None if data is None and workspace is None else rows_of(saved, data, workspace, questionnaire)[0]
    found = check_model(saved, columns)
    show_check(found, as_json=as_json, as_csv=as_csv)
    if not found.ready:
        raise typer.Exit(2)


@app.command()
def fit(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    consistent: bool | None = CONSISTENT,
    scheme: str | None = SCHEME,
    exact_fit: bool | None = EXACT_FIT,
    copula: bool | None = COPULA,
    ordered: bool | None = ORDERED,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    lang: str = LANGUAGE,
    table: str = TABLE,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Estimate a model, without resamples: sizes, but nothing of chance.

    Examples:
      safar model fit model.toml --data answers.csv --consistent
      safar model fit model.toml --data answers.xlsx --csv --table items
      safar model fit model.toml --data limesurvey.csv --questionnaire questionnaire.toml
    """
    from safar.cli.model_output import say_other_data, show_result
    from safar.usecases.path_models import open_model

    saved = as_told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight, ordered=ordered)
    saved = estimated_as(saved, consistent=consistent, scheme=scheme, exact_fit=exact_fit, copula=copula)
    saved = replace(saved, run=replace(saved.run, resampling=None))
    result = estimate(saved, data, workspace, questionnaire)
    say_other_data(result)
    show_result(result.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


@app.command()
def bootstrap(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    resamples: int | None = RESAMPLES,
    seed: int | None = SEED,
    interval: str | None = INTERVAL,
    confidence: float | None = CONFIDENCE,
    drop: bool | None = DROP,
    consistent: bool | None = CONSISTENT,
    scheme: str | None = SCHEME,
    exact_fit: bool | None = EXACT_FIT,
    copula: bool | None = COPULA,
    ordered: bool | None = ORDERED,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    save: Path | None = typer.Option(None, "--save", help="Write model, choices and seed: the same numbers again."),
    lang: str = LANGUAGE,
    table: str = TABLE,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Estimate a model with resamples: intervals, tests and a verdict on each claim.

    Examples:
      safar model bootstrap model.toml --data answers.csv --resamples 5000 --seed 1
      safar model bootstrap model.toml --data answers.csv --consistent --interval bca --save run.toml
      safar model bootstrap run.toml --data answers.csv
    """
    from safar.cli.model_output import say_other_data, show_result
    from safar.usecases.path_models import open_model, write_report

    saved = as_told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight, ordered=ordered)
    saved = estimated_as(saved, consistent=consistent, scheme=scheme, exact_fit=exact_fit, copula=copula)
    saved = resampled_as(saved, resamples=resamples, seed=seed, interval=interval, confidence=confidence, drop=drop)
    result = estimate(saved, data, workspace, questionnaire)
    say_other_data(result)
    show_result(result.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)
    if save is not None:
        write_report(result, save.with_suffix(".toml"), version=version())


@app.command()
def report(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    out: list[Path] = typer.Option(
        ..., "--out", "-o", help="A file: .html .md .tex .xlsx .svg .png .json .toml; may be given again."
    ),
    also: list[str] = typer.Option(
        [], "--with", help="Another analysis: screen, predict, groups, segments, importance; may be given again."
    ),
    by: str | None = typer.Option(None, "--by", help="Column of the groups (--with groups)."),
    target: str | None = typer.Option(None, "--target", help="Construct of the map (--with importance)."),
    resamples: int | None = RESAMPLES,
    seed: int | None = SEED,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    lang: str = typer.Option(
        "en", "--lang", "-l", callback=spoken, help="Language of the report and the drawing: en or fa."
    ),
) -> None:
    """Estimate a model as its file says, and write what was found: the whole report, tables, figures or the diagram.

    Examples:
      safar model report run.toml --data answers.csv --out report.html
      safar model report model.toml --data answers.csv -o tables.xlsx -o model.svg -o tables.tex
      safar model report run.toml --data answers.csv -o report.html --with predict --with importance --scale 1-7
    """
    from safar.cli.model_output import say_other_data
    from safar.cli.output import console
    from safar.usecases.path_models import open_model, write_report

    saved = as_told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    saved = resampled_as(saved, resamples=resamples, seed=seed)
    result = estimate(saved, data, workspace, questionnaire)
    further = model_further.analyses(
        saved, also, data=data, workspace=workspace, questionnaire=questionnaire, by=by, target=target
    )
    for path in out:
        write_report(result, path, version=version(), language=lang, further=further)
        console.print(f"Written: {path}", markup=False, soft_wrap=True)
    say_other_data(result)


@app.command()
def compare(
    *,
    models: list[Path] = typer.Argument(
        help="Two to six results (.json of `report` or of --json), or with --data model files too.", show_default=False
    ),
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    predict: bool = typer.Option(
        False, "--predict/--no-predict", help="Also test which predicts better (CVPAT); needs the answers."
    ),
    folds: int = FOLDS,
    repeats: int = REPEATS,
    seed: int | None = SEED,
    lang: str = LANGUAGE,
    table: str = typer.Option(
        "paths", "--table", "-t", help="With --csv: paths, explained, criteria, fit, models, nested; cvpat, losses."
    ),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Models side by side: what became of each claim, what is explained, which explains best with least, how each fits.

    Examples:
      safar model compare first.json second.json third.json
      safar model compare model.toml rival.toml --data answers.csv --predict
    """
    from safar.analysis.path_model.comparison import find_comparison
    from safar.cli.model_output import bar, show_comparison
    from safar.files.path_model import SavedRun
    from safar.usecases.path_model_comparison import check_names, compare_predictions, read_result
    from safar.usecases.path_models import open_model

    rows = data is not None or workspace is not None
    if predict and not rows:
        raise typer.BadParameter("Name the answers too: --data FILE, or --workspace FOLDER.", param_hint="--predict")
    stems = [one.stem for one in models]
    names = stems if len({*stems}) == len(stems) else [str(one) for one in models]
    check_names(names, count=len(models))
    results = [
        estimate(open_model(one), data, workspace, questionnaire)
        if rows and one.suffix.lower() != ".json"
        else read_result(one)
        for one in models
    ]
    prediction = None
    if predict:
        runs = [SavedRun(model=one.model, run=one.run, data_digest=one.data_digest) for one in results]
        read = [rows_of(one, data, workspace, questionnaire) for one in runs]
        columns = {name: values for found, _ in read for name, values in found.items()}
        with bar("models") as progress:
            prediction = compare_predictions(
                list(zip(names, runs, strict=True)), columns, folds=folds, repeats=repeats,
                seed=1 if seed is None else seed, simulated=any(made_up for _, made_up in read), progress=progress,
            )  # fmt: skip
    found = find_comparison(results, called_so=names, prediction=prediction)
    show_comparison(found.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


@app.command()
def propose(
    *,
    framework: str = typer.Argument(help="Name of a framework with paradigm roles, or a .toml file of your own."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Write it there instead of printing it."),
    moderators: bool = typer.Option(True, help="Context and intervening conditions also moderate."),
    lavaan: bool = typer.Option(False, "--lavaan", help="In lavaan's syntax instead of TOML."),
    lang: str = typer.Option("en", "--lang", "-l", callback=spoken, help="Language of the model's name: en or fa."),
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
