"""Options that the commands of `safar model` share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar

import typer

from safar.domain.choice_bounds import COUNTS, SHARES, USUAL

if TYPE_CHECKING:
    from safar.analysis.path_model.result import PathResult
    from safar.files.path_model import SavedRun
    from safar.usecases.path_model_rows import Columns, Labels

Choice = TypeVar("Choice", bound=StrEnum)


class _Bounds(TypedDict):
    min: int
    max: int


def bounds(name: str) -> _Bounds:
    """The ends of a number that people choose, as an option has them."""
    least, most = COUNTS[name]
    return {"min": least, "max": most}


FILE = typer.Argument(help="A model file: TOML or lavaan's syntax (docs/reference/path-model-file.md).")
DATA = typer.Option(None, "--data", "-d", help="Rows of answers: CSV, XLSX, Parquet or JSON lines.")
ANSWERS = typer.Option(None, "--workspace", "-w", help="Or a workspace, whose own survey answers are taken.")
ASKED = typer.Option(
    None, "--questionnaire", "-q", help="What was asked: reads any program's export, turns reversed items."
)
GAPS = typer.Option(None, "--gaps", help="Rows with missing answers: casewise (left out), mean, or nipals.")
CODES = typer.Option([], "--missing", help="A code that means no answer, such as 99; may be given again.")
SCALE = typer.Option(None, "--scale", help="Least and greatest answer, as 1-7: any other is an error.")
WEIGHT = typer.Option(None, "--weight", help="The column of case weights.")
CONSISTENT = typer.Option(None, "--consistent/--plain", help="Correct common factors for their items' error (PLSc).")
SCHEME = typer.Option(None, "--scheme", help="path, factorial or centroid.")
RESAMPLES = typer.Option(
    None, "--resamples", "-n", **bounds("resamples"), help="How many.", show_default=str(USUAL["resamples"])
)
SEED = typer.Option(
    None, "--seed", **bounds("seed"), help="The same seed gives the same numbers.", show_default=str(USUAL["seed"])
)
FOLDS = typer.Option(
    USUAL["folds"], "--folds", **bounds("folds"), help="Parts of the rows; 0 leaves out one at a time."
)
REPEATS = typer.Option(USUAL["repeats"], "--repeats", **bounds("repeats"), help="How often rows are split anew.")
INTERVAL = typer.Option(
    None, "--interval", help="percentile, bias-corrected, bca, basic, normal or student.", show_default="percentile"
)
CONFIDENCE = typer.Option(
    None, "--confidence", min=SHARES["confidence"][0], max=SHARES["confidence"][1], help="Of intervals.",
    show_default="0.95",
)  # fmt: skip
TABLE = typer.Option("paths", "--table", "-t", help="With --csv: paths, effects, items, constructs, htmt, fit …")
ORDERED = typer.Option(None, "--ordered/--as-numbers", help="Answers are ordered codes only (polychoric correlations).")
DROP = typer.Option(
    None, "--drop-inadmissible/--keep-inadmissible", help="Leave out resamples whose estimates cannot be right."
)
EXACT_FIT = typer.Option(None, "--exact-fit/--no-exact-fit", help="Also test whether the model fits exactly.")
COPULA = typer.Option(None, "--copula/--no-copula", help="Also look for hidden causes (Gaussian copula terms).")
PART = typer.Option(None, "--table", "-t", help="With --csv: one of the tables; a wrong name lists them.")


def spoken(told: str) -> str:
    """A language that results speak; any other would be answered in English without a word."""
    if told not in _SPOKEN:
        raise typer.BadParameter(f"{told!r} is none of {', '.join(_SPOKEN)}.")
    return told


_SPOKEN = ("en", "fa")
LANGUAGE = typer.Option("en", "--lang", "-l", callback=spoken, help="Language of sentences: en or fa.")


def as_told(
    saved: SavedRun,
    *,
    gaps: str | None = None,
    missing: Sequence[float] = (),
    scale: str | None = None,
    weight: str | None = None,
    ordered: bool | None = None,
) -> SavedRun:
    """The run with what the options say of the rows."""
    from safar.analysis.path_model.answers import Missing

    run = saved.run
    if gaps is not None:
        run = replace(run, missing=one_of(Missing, gaps, "--gaps"))
    if missing:
        run = replace(run, codes=tuple(missing))
    if scale is not None:
        run = replace(run, scale=read_scale(scale))
    if weight is not None:
        run = replace(run, weight=weight)
    if ordered is not None:
        run = replace(run, ordered=ordered)
    return replace(saved, run=run)


def estimated_as(
    saved: SavedRun,
    *,
    consistent: bool | None = None,
    scheme: str | None = None,
    exact_fit: bool | None = None,
    copula: bool | None = None,
) -> SavedRun:
    """The run with what the options say of the estimation."""
    from safar.analysis.path_model.weights import Scheme

    options = saved.run.options
    if consistent is not None:
        options = replace(options, consistent=consistent)
    if scheme is not None:
        options = replace(options, scheme=one_of(Scheme, scheme, "--scheme"))
    run = replace(saved.run, options=options)
    if exact_fit is not None:
        run = replace(run, exact_fit=exact_fit)
    if copula is not None:
        run = replace(run, copula=copula)
    return replace(saved, run=run)


def resampled_as(
    saved: SavedRun,
    *,
    resamples: int | None = None,
    seed: int | None = None,
    interval: str | None = None,
    confidence: float | None = None,
    drop: bool | None = None,
) -> SavedRun:
    """The run with what the options say of resamples; it has some, whether they say so or not."""
    from safar.analysis.path_model.intervals import IntervalMethod
    from safar.analysis.path_model.run import Resampling

    made = saved.run.resampling or Resampling()
    if resamples is not None:
        made = replace(made, resamples=resamples)
    if seed is not None:
        made = replace(made, seed=seed)
    if interval is not None:
        made = replace(made, interval=one_of(IntervalMethod, interval, "--interval"))
    if confidence is not None:
        made = replace(made, confidence=confidence)
    if drop is not None:
        made = replace(made, drop_inadmissible=drop)
    return replace(saved, run=replace(saved.run, resampling=made))


def one_of(kind: type[Choice], told: str, option: str) -> Choice:
    """The choice that an option names."""
    try:
        return kind(told)
    except ValueError:
        raise typer.BadParameter(f"{told!r} is none of {', '.join(kind)}.", param_hint=option) from None


def read_scale(told: str) -> tuple[float, float]:
    """The ends of a scale: "1-7", "1 to 7"."""
    import re

    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|to|\.\.)\s*(-?\d+(?:\.\d+)?)\s*", told)
    if found is None or float(found[1]) >= float(found[2]):
        raise typer.BadParameter(f"{told!r} is no scale; one reads 1-7.", param_hint="--scale")
    return float(found[1]), float(found[2])


def rows_of(
    saved: SavedRun, data: Path | None, workspace: Path | None, questionnaire: Path | None
) -> tuple[Columns, bool]:
    """The answers, and whether they are simulated."""
    columns, _, simulated = grouped_rows_of(saved, data, workspace, questionnaire, by=None)
    return columns, simulated


def grouped_rows_of(
    saved: SavedRun, data: Path | None, workspace: Path | None, questionnaire: Path | None, *, by: str | None
) -> tuple[Columns, Labels, bool]:
    """The answers, each row's group (empty where none is asked for), and whether they are simulated."""
    from safar.usecases.path_model_rows import answers_in, columns_of, grouped_answers_of, labels_of, made_up
    from safar.usecases.path_models import wanted_columns
    from safar.usecases.questionnaires import open_questionnaire

    if (data is None) == (workspace is None):
        raise typer.BadParameter("Name the rows: --data FILE, or --workspace FOLDER for its survey's answers.")
    asked = None if questionnaire is None else open_questionnaire(questionnaire).questionnaire
    wanted = wanted_columns(saved)
    if data is not None:
        described = asked is not None or data.suffix.lower() == ".sss"
        columns, simulated = (
            answers_in(data, wanted, questionnaire=asked) if described else (columns_of(data, wanted), False)
        )
        return columns, [] if by is None else labels_of(data, by), simulated
    from safar.cli.output import open_workspace

    opened = open_workspace(workspace or Path())
    return *grouped_answers_of(opened, wanted, by, questionnaire=asked), made_up(opened, wanted)


def estimate(saved: SavedRun, data: Path | None, workspace: Path | None, questionnaire: Path | None) -> PathResult:
    """The result of a run, with a bar while resamples are drawn."""
    from safar.cli.model_output import resampling_bar
    from safar.usecases.path_models import estimate_model

    columns, simulated = rows_of(saved, data, workspace, questionnaire)
    with resampling_bar() as progress:
        return estimate_model(saved, columns, simulated=simulated, progress=progress)


def version() -> str:
    """Safar's."""
    from safar import __version__

    return __version__
