"""The verbs of path models: read one, propose one, check it against answers, estimate it, write what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import BadCaseWeights, Missing, Treatment, read_rows
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.category_answers import check_levels
from safar.analysis.path_model.check import ModelCheck, look_over
from safar.analysis.path_model.digest import digest_of
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.printed import Objection, objections
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.verdicts import judged
from safar.domain.path_model import PathModel
from safar.errors import InputError, NotFound
from safar.files.path_model import SavedRun, is_lavaan, read_lavaan, read_run, write_path_model, write_result_run
from safar.usecases.path_model_rows import Columns, Wanted

if TYPE_CHECKING:
    from safar.domain.framework import Framework

Further = TypeVar("Further", bound=FurtherResult)
_MOST_BYTES = 2_000_000
ENDINGS = (".html", ".md", ".tex", ".xlsx", ".svg", ".png", ".json", ".toml")


class ModelFileMissing(NotFound):
    """There is no path model file of that name, or it cannot be read as text."""

    code = "path-model.file-missing"
    next_step = "Name a file of docs/reference/path-model-file.md, or begin with `safar model propose relief`."


class UnknownReportFormat(InputError):
    """A path model's results cannot be written in this format."""

    code = "path-model.unknown-format"
    next_step = f"Name a file that ends in one of {', '.join(ENDINGS)}."


def read_model(text: str, *, name: str = "model") -> SavedRun:
    """The model of a text in either form, and how it is estimated where the text says so. Raises: BadPathModel."""
    text = text.removeprefix("\ufeff")
    return SavedRun(model=read_lavaan(text, name=name), run=Run()) if is_lavaan(text) else read_run(text)


def open_model(path: Path) -> SavedRun:
    """The model of a file. Raises: ModelFileMissing, BadPathModel."""
    return read_model(_text(path), name=path.stem)


def object_to(source: str) -> tuple[Objection, ...]:
    """What does not follow in printed results: those of a file, or those of a paper by the name of its framework.

    Raises: ModelFileMissing, BadPrinted.
    """
    from safar.files.path_model.printed_form import read_printed
    from safar.frameworks import printed_results

    packaged = None if Path(source).exists() else printed_results(source)
    return objections(read_printed(_text(Path(source)) if packaged is None else packaged))


def write_example(folder: Path, *, seed: int) -> tuple[Path, Path]:
    """A model and simulated answers in the situation of the relief paper, as files of a folder."""
    import polars as pl

    from safar.datasets.relief import relief_answers, relief_model

    folder.mkdir(parents=True, exist_ok=True)
    model, answers = folder / "relief.toml", folder / "simulated-answers.csv"
    model.write_text(write_path_model(relief_model()), encoding="utf-8")
    pl.DataFrame({item: values.astype("int64") for item, values in relief_answers(seed=seed).items()}).write_csv(
        answers
    )
    return model, answers


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ModelFileMissing(f"{path} is larger than any path model ({_MOST_BYTES:,} bytes).")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise ModelFileMissing(f"{path} cannot be read: {cause}") from cause


def propose_model(framework: Framework, *, language: str = "en", moderators: bool = True) -> PathModel:
    """A first model from a framework's paradigm roles. Raises: NoParadigm."""
    from safar.frameworks.proposing import propose

    return propose(framework, language=language, moderators=moderators)


def wanted_columns(saved: SavedRun) -> Wanted:
    """The columns that an analysis needs: items, then the weight; those that may hold texts are marked."""
    weight = saved.run.weight
    return Wanted.of((*saved.model.items, *([weight] if weight is not None else [])), categories=saved.model.levels)


def check_model(saved: SavedRun, columns: Columns | None = None) -> ModelCheck:
    """The model and its answers looked over; what stands in the way is told in the result, not raised."""
    confidence = (saved.run.resampling or Resampling()).confidence
    if columns is None:
        return look_over(saved.model, None, confidence=confidence)
    treatment, problem, effective = None, None, None
    try:
        sample, treatment, _ = sample_of(saved, columns)
        effective = sample.effective
        # One pass finds what only shows in estimating: weights that the data do not determine or that never settle.
        analyze(saved.model, sample, Run(options=saved.run.options), treatment=treatment)
    except InputError as error:
        problem = error
    items = {name: values for name, values in columns.items() if name in saved.model.items}
    return look_over(
        saved.model,
        items,
        codes=saved.run.codes,
        treatment=treatment,
        effective=effective,
        problem=problem,
        confidence=confidence,
    )


def estimate_model(
    saved: SavedRun, columns: Columns, *, simulated: bool = False, progress: Progress | None = None
) -> PathResult:
    """The result of the analysis that `saved` describes: with resamples where its run has them.

    Rows other than those that it names are a doubt of the result, so that every report holds it.
    Raises: an InputError of `path_model.answers` or `path_model.analyze`, naming construct and item.
    """
    sample, treatment, _ = sample_of(saved, columns)
    found = analyze(
        saved.model,
        sample,
        saved.run,
        treatment=treatment,
        model_text=write_path_model(saved.model),
        simulated=simulated,
        progress=progress,
    )
    if saved.data_digest not in (None, found.data_digest):
        return judged(replace(found, other_data=saved.data_digest), found.language)
    return found


def sample_of(
    saved: SavedRun, columns: Columns, *, missing: Missing | None = None
) -> tuple[Sample, Treatment, NDArray[np.intp]]:
    """The sample that a run describes, what was done about gaps, and which of the given rows are in it (from 0).

    missing: instead of the run's. Raises: an InputError of `path_model.answers`.
    """
    run, weight = saved.run, saved.run.weight
    if weight is not None and weight not in columns:
        raise BadCaseWeights(f"The data have no column {weight!r} for the case weights.")
    missing = run.missing if missing is None else missing
    check_levels(
        saved.model,
        consistent=run.options.consistent,
        ordered=run.ordered,
        whole=missing is Missing.CASEWISE,
    )
    return read_rows(
        saved.model,
        columns,
        missing=missing,
        missing_codes=run.codes,
        # An empty weight weighs nothing; an infinite one is refused like any other that cannot be.
        case_weights=None if weight is None else np.nan_to_num(columns[weight], posinf=np.inf, neginf=-np.inf),
        scales=None if run.scale is None else dict.fromkeys(saved.model.items, run.scale),
        ordered=run.ordered,
    )


def with_other_data(found: Further, saved: SavedRun, columns: Columns) -> Further:
    """A further result that says so where its rows are others than those that the saved run names."""
    if saved.data_digest is None:
        return found
    try:
        same = saved.data_digest == digest_of(saved.model, sample_of(saved, columns)[0])
    except InputError:
        same = False  # rows that the run cannot take are none that it was made with
    return found if same else replace(found, other_data=saved.data_digest).in_language(found.language)


def write_report(
    result: PathResult, path: Path, *, version: str, language: str = "en", further: Sequence[FurtherResult] = ()
) -> None:
    """What was found, in the format that the ending names: the whole report (.html, .md, .tex), the figures (.xlsx,
    .json), the diagram (.svg, .png), or what makes the same numbers again (.toml).

    further: results of other analyses of the same model, which reports and figures hold too.
    Raises: UnknownReportFormat.
    """
    from safar.charts.render import write_chart
    from safar.files.path_model import report

    result, further = result.in_language(language), [one.in_language(language) for one in further]
    match path.suffix.lower():
        case ".svg" | ".png":
            write_chart(result, path)
        case ".html":
            page = report.as_page(
                result,
                _diagram(result, language=language),
                further=further,
                drawings=[_drawing(one) for one in further],
                language=language,
                version=version,
            )
            path.write_text(page, encoding="utf-8")
        case ".md":
            path.write_text(
                report.as_markdown_report(result, further=further, language=language, version=version), encoding="utf-8"
            )
        case ".tex":
            path.write_text(
                report.as_latex_report(result, further=further, language=language, version=version), encoding="utf-8"
            )
        case ".xlsx":
            from safar.files.path_model.workbook import path_workbook

            path.write_bytes(path_workbook(result, further=further, version=version))
        case ".json":
            path.write_text(_json(result, further), encoding="utf-8")
        case ".toml":
            path.write_text(write_result_run(result), encoding="utf-8")
        case other:
            raise UnknownReportFormat(f"A report cannot be written as {other or 'a file without an ending'}.")


def _json(result: PathResult, further: Sequence[FurtherResult]) -> str:
    """The result; with further ones, each under its name."""
    if not further:
        return result.to_json()
    kinds = {type(one).__name__.removesuffix("Result").lower(): one for one in further}
    told = ", ".join(f'"{kind}": {one.to_json()}' for kind, one in {"model": result, **kinds}.items())
    return f"{{{told}}}"


def _drawing(found: FurtherResult) -> str:
    """A further result's chart; an empty text where it has none."""
    from safar.charts import NoChart
    from safar.charts.render import as_svg

    try:
        return as_svg(found)
    except NoChart:
        return ""


def _diagram(result: PathResult, *, language: str) -> str:
    from safar.charts.path_diagram import DiagramLook, draw_path_diagram

    return draw_path_diagram(result, DiagramLook(language=language, theme="page", items=True))
