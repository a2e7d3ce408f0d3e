"""A model with every choice of its analysis in one file: what makes the same numbers again from the same data."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import BadPathModel, PathModel
from safar.files.path_model.toml_form import read_model_table, write_path_model
from safar.files.toml_place import Table, parse_toml, toml_text

MOST_RESAMPLES = 1_000_000
_LARGEST = 1e12
_FLAGS = ("ordered", "exact_fit", "copula")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """A model, how it is estimated, and the digest of the data that it was estimated on (None: on none yet)."""

    model: PathModel
    run: Run
    data_digest: str | None = None


def read_run(text: str) -> SavedRun:
    """The model of a TOML text, with its [run] table where it has one. Raises: BadPathModel, naming the place."""
    top = parse_toml(text, complain=BadPathModel)
    run, digest = _run(top.table("run")) if top.has("run") else (Run(), None)
    model = read_model_table(top)
    top.finish()
    return SavedRun(model=model, run=run, data_digest=digest)


def write_run(model: PathModel, run: Run, *, data_digest: str | None = None) -> str:
    """The canonical text: the model's own, then [run] with every choice, defaults included."""
    lines = ["", "[run]", f'scheme = "{run.options.scheme}"', f"consistent = {str(run.options.consistent).lower()}"]
    lines += [f"tolerance = {run.options.tolerance!r}", f"most_rounds = {run.options.most_rounds}"]
    lines += [f'missing = "{run.missing}"']
    if run.codes:
        lines.append(f"missing_codes = [{', '.join(map(repr, run.codes))}]")
    if run.scale is not None:
        lines.append(f"scale = [{float(run.scale[0])!r}, {float(run.scale[1])!r}]")
    if run.weight is not None:
        lines.append(f"weight = {toml_text(run.weight)}")
    # What is not asked for is not said: files of older versions stay as they are.
    lines += [f"{name} = true" for name in _FLAGS if getattr(run, name)]
    if (made := run.resampling) is not None:
        lines += [f"resamples = {made.resamples}", f"seed = {made.seed}", f'interval = "{made.interval}"']
        lines.append(f"confidence = {made.confidence!r}")
        if made.drop_inadmissible:
            lines.append("drop_inadmissible = true")
    if data_digest is not None:
        lines.append(f"data = {toml_text(data_digest)}")
    return write_path_model(model) + "\n".join(lines) + "\n"


def write_result_run(result: PathResult) -> str:
    """What makes a result again, with the digest of its data."""
    return write_run(result.model, result.run, data_digest=result.data_digest)


def _run(table: Table) -> tuple[Run, str | None]:
    options = Options(
        scheme=Scheme(table.one_of("scheme", tuple(Scheme), required=False) or Scheme.PATH),
        consistent=table.flag("consistent"),
        tolerance=_number(table, "tolerance", least=1e-14, most=1e-2, otherwise=Options().tolerance),
        most_rounds=int(_number(table, "most_rounds", least=1, most=1e6, otherwise=Options().most_rounds)),
    )
    run = Run(
        options=options,
        resampling=_resampling(table),
        missing=Missing(table.one_of("missing", tuple(Missing), required=False) or Missing.CASEWISE),
        codes=_numbers(table, "missing_codes"),
        scale=_scale(table),
        weight=table.optional_text("weight"),
        ordered=table.flag("ordered"),
        exact_fit=table.flag("exact_fit"),
        copula=table.flag("copula"),
    )
    digest = table.optional_text("data")
    table.finish()
    return run, digest


def _resampling(table: Table) -> Resampling | None:
    usual = Resampling()
    interval = table.one_of("interval", tuple(IntervalMethod), required=False)
    made = Resampling(
        resamples=int(_number(table, "resamples", least=0, most=MOST_RESAMPLES, otherwise=0)),
        seed=int(_number(table, "seed", least=0, most=2**53, otherwise=usual.seed)),
        interval=IntervalMethod(interval or usual.interval),
        confidence=_number(table, "confidence", least=0.5, most=0.999, otherwise=usual.confidence),
        drop_inadmissible=table.flag("drop_inadmissible"),
    )
    return made if made.resamples else None


def _scale(table: Table) -> tuple[float, float] | None:
    ends = _numbers(table, "scale")
    if not ends:
        return None
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise table.wrong("scale", "must be two numbers, the least and the greatest answer, as [1, 7].")
    return ends[0], ends[1]


def _number(table: Table, name: str, *, least: float, most: float, otherwise: float) -> float:
    return table.number(name, least=least, most=most) if table.has(name) else otherwise


def _numbers(table: Table, name: str) -> tuple[float, ...]:
    found = table.value(name, required=False)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(
        isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < _LARGEST for one in found
    ):
        raise table.wrong(name, f"must be a list of numbers, not {found!r}.")
    return tuple(float(one) for one in found)
