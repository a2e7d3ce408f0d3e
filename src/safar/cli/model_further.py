"""`safar model screen|predict|groups|segments|importance|sample`: what is asked besides the model's own estimates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.model_options import (
    ANSWERS,
    ASKED,
    CODES,
    CONSISTENT,
    DATA,
    FILE,
    FOLDS,
    GAPS,
    LANGUAGE,
    PART,
    REPEATS,
    SCALE,
    SCHEME,
    SEED,
    WEIGHT,
    as_told,
    bounds,
    estimated_as,
    grouped_rows_of,
    one_of,
    rows_of,
)
from safar.cli.output import CsvOption, JsonOption
from safar.domain.choice_bounds import USUAL

if TYPE_CHECKING:
    from safar.analysis.path_model.further_result import FurtherResult
    from safar.files.path_model import SavedRun

ANALYSES = ("screen", "predict", "groups", "segments", "importance")


def add(app: typer.Typer) -> None:
    """The commands, in the order in which a study comes to them."""
    for command in (sample, screen, predict, groups, segments, importance):
        app.command()(command)


def sample(
    *,
    file: Path | None = typer.Argument(None, help="A model file; without one only the rules are asked."),
    path: list[float] = typer.Option([0.2], "--path", "-p", help="A size of path to be found; may be given again."),
    level: float = typer.Option(0.05, min=0.0001, max=0.49, help="Level of the test."),
    power: float = typer.Option(0.8, min=0.5, max=0.999, help="How often it is to be found."),
    rows: list[int] = typer.Option(
        [], "--rows", help="Simulate with so many rows (needs a model); may be given again.", min=10, max=100_000
    ),
    loading: float = typer.Option(0.7, min=0.1, max=0.99, help="Of the items, in the simulation."),
    data_sets: int = typer.Option(200, "--data-sets", min=10, max=10_000, help="To simulate for each number of rows."),
    seed: int | None = SEED,
    lang: str = LANGUAGE,
    table: str | None = PART,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """How many answers are needed to find paths of given sizes: by rule, and by simulation of a model.

    Examples:
      safar model sample --path 0.2 --path 0.3
      safar model sample model.toml --path 0.2 --rows 150 --rows 250
    """
    from safar.cli.model_output import bar, show_further
    from safar.usecases.path_model_analyses import needed_sample
    from safar.usecases.path_models import open_model

    if rows and file is None:
        raise typer.BadParameter(
            "A simulation needs a model: safar model sample MODEL --rows 200.", param_hint="--rows"
        )
    with bar("data sets") as progress:
        found = needed_sample(
            None if file is None else open_model(file), paths=path, level=level, power=power, sizes=rows,
            loading=loading, data_sets=data_sets, seed=_seed(seed), progress=progress,
        )  # fmt: skip
    show_further(found.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


def screen(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    factors: int | None = typer.Option(
        None, "--factors", **bounds("factors"), help="To extract.", show_default="as parallel analysis proposes"
    ),
    cfa: bool = typer.Option(True, "--cfa/--no-cfa", help="Confirm the constructs' factors (needs the extra cfa)."),
    seed: int | None = SEED,
    lang: str = LANGUAGE,
    table: str | None = PART,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Items and rows before any model: gaps, ends of the scale, normality, KMO, Bartlett, reliability, factors.

    Examples:
      safar model screen model.toml --data answers.csv --scale 1-7 --missing 99
      safar model screen model.toml --data answers.csv --csv --table loadings
    """
    from safar.cli.model_output import bar, show_further
    from safar.usecases.path_model_analyses import screen_model
    from safar.usecases.path_models import open_model

    saved = as_told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    columns, simulated = rows_of(saved, data, workspace, questionnaire)
    with bar("steps") as progress:
        found = screen_model(
            saved, columns, factors=factors, confirmatory=cfa, seed=_seed(seed), simulated=simulated, progress=progress
        )
    show_further(found.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


def predict(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    folds: int = FOLDS,
    repeats: int = REPEATS,
    antecedents: str = typer.Option("direct", help="direct: from what acts on a construct; earliest: from exogenous."),
    benchmark: str = typer.Option("exogenous", help="Items of the regression: exogenous, or others (all of them)."),
    seed: int | None = SEED,
    consistent: bool | None = CONSISTENT,
    scheme: str | None = SCHEME,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    lang: str = LANGUAGE,
    table: str | None = PART,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Does the model predict people it has not seen? PLSpredict against regression and the mean, with CVPAT.

    Examples:
      safar model predict model.toml --data answers.csv
      safar model predict model.toml --data answers.csv --folds 0 --json
    """
    from safar.analysis.path_model.prediction import Antecedents, Benchmark
    from safar.cli.model_output import bar, show_further
    from safar.usecases.path_model_analyses import predict_model

    saved = _saved(file, consistent, scheme, gaps, missing, scale, weight)
    columns, simulated = rows_of(saved, data, workspace, questionnaire)
    with bar("fits") as progress:
        found = predict_model(
            saved, columns, folds=folds, repeats=repeats, seed=_seed(seed), simulated=simulated, progress=progress,
            antecedents=one_of(Antecedents, antecedents, "--antecedents"),
            benchmark=one_of(Benchmark, benchmark, "--benchmark"),
        )  # fmt: skip
    show_further(found.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


def groups(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    by: str = typer.Option(
        ..., "--by", "-b", help="Column of the groups; in a workspace an attribute, channel or unit."
    ),
    resamples: int = typer.Option(
        USUAL["permutations"], "--resamples", "-n", **bounds("permutations"), help="And permutations."
    ),
    seed: int | None = SEED,
    consistent: bool | None = CONSISTENT,
    scheme: str | None = SCHEME,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    lang: str = LANGUAGE,
    table: str | None = PART,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Do paths differ between groups of people? First whether the constructs mean the same to them (MICOM).

    Examples:
      safar model groups model.toml --data answers.csv --by gender
      safar model groups model.toml --data answers.csv --by region --csv --table invariance
    """
    from safar.cli.model_output import bar, show_further
    from safar.usecases.path_model_analyses import compare_model_groups

    saved = _saved(file, consistent, scheme, gaps, missing, scale, weight)
    columns, labels, simulated = grouped_rows_of(saved, data, workspace, questionnaire, by=by)
    with bar("resamples") as progress:
        found = compare_model_groups(
            saved, columns, by=by, labels=labels, resamples=resamples, seed=_seed(seed), simulated=simulated,
            progress=progress,
        )  # fmt: skip
    show_further(found.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


def segments(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    most: int = typer.Option(USUAL["most"], "--most", "-k", **bounds("most"), help="Most segments that are tried."),
    show: int | None = typer.Option(
        None, "--show", **bounds("show"), help="Show so many.", show_default="as the criteria choose"
    ),
    seed: int | None = SEED,
    consistent: bool | None = CONSISTENT,
    scheme: str | None = SCHEME,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    lang: str = LANGUAGE,
    table: str | None = PART,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Are there kinds of people, not known beforehand, with models of their own? FIMIX says how many, REBUS who.

    Examples:
      safar model segments model.toml --data answers.csv --most 4
      safar model segments model.toml --data answers.csv --show 2 --csv --table members
    """
    from safar.cli.model_output import bar, show_further
    from safar.usecases.path_model_analyses import segment_model

    saved = _saved(file, consistent, scheme, gaps, missing, scale, weight)
    columns, simulated = rows_of(saved, data, workspace, questionnaire)
    with bar("steps") as progress:
        found = segment_model(
            saved, columns, most=most, chosen=show, seed=_seed(seed), simulated=simulated, progress=progress
        )
    show_further(found.in_language(lang), table=table, as_json=as_json, as_csv=as_csv)


def importance(
    *,
    file: Path = FILE,
    data: Path | None = DATA,
    workspace: Path | None = ANSWERS,
    questionnaire: Path | None = ASKED,
    target: str | None = typer.Option(None, "--target", "-T", help="A construct.", show_default="the last one"),
    weighing: str = typer.Option("answers", help="Weights for answers, or (as some tools) for standardized ones."),
    framework: list[Path] = typer.Option([], "--framework", help="A framework of your own that constructs stand for."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Also draw the map: .svg, .png or .json."),
    consistent: bool | None = CONSISTENT,
    scheme: str | None = SCHEME,
    gaps: str | None = GAPS,
    missing: list[float] = CODES,
    scale: str | None = SCALE,
    weight: str | None = WEIGHT,
    lang: str = LANGUAGE,
    table: str | None = PART,
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """Where improvement pays: how much each construct and item matters to a target, and how well it does.

    Examples:
      safar model importance model.toml --data answers.csv --target loyalty --scale 1-7
      safar model importance model.toml --data answers.csv --scale 1-7 --out map.svg
    """
    from safar.analysis.path_model.importance import Weighing
    from safar.charts.render import write_chart
    from safar.cli.model_output import show_further
    from safar.usecases.frameworks import read_frameworks
    from safar.usecases.path_model_analyses import map_importance

    saved = _saved(file, consistent, scheme, gaps, missing, scale, weight)
    columns, simulated = rows_of(saved, data, workspace, questionnaire)
    found = map_importance(
        saved, columns, target=target, weighing=one_of(Weighing, weighing, "--weighing"),
        frameworks=read_frameworks(framework), simulated=simulated,
    ).in_language(lang)  # fmt: skip
    show_further(found, table=table, as_json=as_json, as_csv=as_csv)
    if out is not None:
        write_chart(found, out)


def analyses(
    saved: SavedRun,
    names: Sequence[str],
    *,
    data: Path | None,
    workspace: Path | None,
    questionnaire: Path | None,
    by: str | None,
    target: str | None,
) -> list[FurtherResult]:
    """The further analyses that a report is to hold, as their commands make them by default."""
    from safar.cli.model_output import bar
    from safar.usecases import path_model_analyses as verbs

    for name in names:
        if name not in ANALYSES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(ANALYSES)}.", param_hint="--with")
    if "groups" in names and by is None:
        raise typer.BadParameter("Name the column of the groups: --by COLUMN.", param_hint="--with groups")
    if not names:
        return []
    columns, labels, simulated = grouped_rows_of(saved, data, workspace, questionnaire, by=by)
    seed = saved.run.resampling.seed if saved.run.resampling is not None else 1
    with bar("steps") as progress:
        made: dict[str, Callable[[], FurtherResult]] = {
            "screen": lambda: verbs.screen_model(saved, columns, seed=seed, simulated=simulated, progress=progress),
            "predict": lambda: verbs.predict_model(saved, columns, seed=seed, simulated=simulated, progress=progress),
            "groups": lambda: verbs.compare_model_groups(
                saved, columns, by=by or "", labels=labels, seed=seed, simulated=simulated, progress=progress
            ),
            "segments": lambda: verbs.segment_model(saved, columns, seed=seed, simulated=simulated, progress=progress),
            "importance": lambda: verbs.map_importance(saved, columns, target=target, simulated=simulated),
        }
        return [made[name]() for name in dict.fromkeys(names)]


def _seed(told: int | None) -> int:
    return 1 if told is None else told


def _saved(
    file: Path,
    consistent: bool | None,
    scheme: str | None,
    gaps: str | None,
    missing: Sequence[float],
    scale: str | None,
    weight: str | None,
) -> SavedRun:
    from safar.usecases.path_models import open_model

    saved = as_told(open_model(file), gaps=gaps, missing=missing, scale=scale, weight=weight)
    return estimated_as(saved, consistent=consistent, scheme=scheme)
