"""A path model as a notebook user meets it: `safar.PathModel("…").bootstrap(data)`. Never changed; each verb gives a
frozen result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.importance import Weighing
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.prediction import Antecedents, Benchmark
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.weights import Scheme
from safar.analysis.telling import Telling
from safar.domain.path_model import PathModel
from safar.files.path_model import SavedRun, write_lavaan, write_run
from safar.usecases import path_models as verbs
from safar.usecases.path_model_analyses import (
    compare_model_groups,
    map_importance,
    needed_sample,
    predict_model,
    screen_model,
    segment_model,
)
from safar.usecases.path_model_choices import checked
from safar.usecases.path_model_rows import Columns, Data, answers_of, columns_of, grouped_answers_of, labels_of, made_up
from safar.usecases.workspace import Workspace

if TYPE_CHECKING:
    from safar.analysis.path_model.bootstrap import Progress
    from safar.analysis.path_model.check import ModelCheck
    from safar.analysis.path_model.further_result import FurtherResult
    from safar.analysis.path_model.groups_result import GroupsResult
    from safar.analysis.path_model.importance_result import ImportanceResult
    from safar.analysis.path_model.prediction_result import PredictionResult
    from safar.analysis.path_model.sample_result import SampleResult
    from safar.analysis.path_model.screening_result import ScreeningResult
    from safar.analysis.path_model.segments_result import SegmentsResult


class LibraryPathModel:
    """A model with its verbs as methods. data: a file, a Polars or pandas frame, a mapping, a questionnaire's answers,
    or a workspace (its own survey answers).
    """

    __slots__ = ("_saved",)

    def __init__(self, text: str | PathModel, *, name: str = "model") -> None:
        """text: lavaan's syntax or TOML (docs/reference/path-model-file.md), whose [run] is heeded.

        Raises: BadPathModel, naming the place.
        """
        read = SavedRun(model=text, run=Run()) if isinstance(text, PathModel) else verbs.read_model(text, name=name)
        self._saved: SavedRun = read

    @classmethod
    def open(cls, path: Path | str) -> LibraryPathModel:
        """The model of a file. Raises: ModelFileMissing, BadPathModel."""
        return cls._of(verbs.open_model(Path(path)))

    @classmethod
    def propose(cls, framework: str, *, language: str = "en", moderators: bool = True) -> LibraryPathModel:
        """A first model from the paradigm roles of a framework. Raises: UnknownFramework, NoParadigm."""
        from safar import frameworks

        found = verbs.propose_model(frameworks.find(framework), language=language, moderators=moderators)
        return cls._of(SavedRun(model=found, run=Run()))

    @classmethod
    def _of(cls, saved: SavedRun) -> LibraryPathModel:
        return cls(write_run(saved.model, saved.run, data_digest=saved.data_digest))

    @property
    def model(self) -> PathModel:
        """Constructs, items and paths."""
        return self._saved.model

    @property
    def run(self) -> Run:
        """How it is estimated where nothing else is said."""
        return self._saved.run

    def check(self, data: Data | None = None, **how: Any) -> ModelCheck:
        """The model, with its answers where they are given, looked over. how: missing, codes, scale, weight."""
        saved = self._with(**how)
        return verbs.check_model(saved, None if data is None else self._columns(saved, data))

    def fit(
        self,
        data: Data,
        *,
        consistent: bool | None = None,
        scheme: Scheme | str | None = None,
        missing: Missing | str | None = None,
        codes: Sequence[float] | None = None,
        scale: tuple[float, float] | None = None,
        weight: str | None = None,
        ordered: bool | None = None,
        exact_fit: bool | None = None,
        copula: bool | None = None,
    ) -> PathResult:
        """The estimates, without resamples: nothing is said of chance.

        codes: answers that mean none. scale: the least and the greatest answer. weight: the column of case weights.
        ordered: answers are ordered codes and no more. exact_fit, copula: also test exact fit, look for hidden causes.
        Raises: an InputError, naming construct and item.
        """
        saved = self._with(
            consistent=consistent,
            scheme=scheme,
            missing=missing,
            codes=codes,
            scale=scale,
            weight=weight,
            ordered=ordered,
            exact_fit=exact_fit,
            copula=copula,
        )
        saved = replace(saved, run=replace(saved.run, resampling=None))
        return self._estimated(saved, data, None)

    def bootstrap(
        self,
        data: Data,
        *,
        resamples: int | None = None,
        seed: int | None = None,
        interval: IntervalMethod | str | None = None,
        confidence: float | None = None,
        drop_inadmissible: bool | None = None,
        progress: Progress | None = None,
        **how: Any,
    ) -> PathResult:
        """The estimates with intervals, tests and verdicts. The same seed gives the same numbers.

        drop_inadmissible: leave resamples out whose estimates cannot be right. how: as `fit`. progress: told (done, in
        all). Raises: an InputError, naming construct and item.
        """
        saved = self._with(**how)
        made = saved.run.resampling or Resampling()
        told = checked(
            resamples=resamples, seed=seed, interval=interval, confidence=confidence,
            drop_inadmissible=drop_inadmissible,
        )  # fmt: skip
        made = replace(made, **told)
        return self._estimated(replace(saved, run=replace(saved.run, resampling=made)), data, progress)

    def screen(
        self, data: Data, *, factors: int | None = None, confirmatory: bool = True, seed: int = 1, **how: Any
    ) -> ScreeningResult:
        """Items and rows before any model: gaps, ends, normality, KMO, reliability, factors found and confirmed.

        factors: to extract; None: as parallel analysis proposes. how: missing, codes, scale, weight; progress.
        """
        saved, more = self._further(how)
        told = checked(factors=factors, confirmatory=confirmatory, seed=seed)
        columns, simulated = self._columns(saved, data), _simulated(saved, data)
        return screen_model(saved, columns, **told, simulated=simulated, progress=more)

    def predict(
        self,
        data: Data,
        *,
        folds: int = 10,
        repeats: int = 10,
        antecedents: Antecedents | str = Antecedents.DIRECT,
        benchmark: Benchmark | str = Benchmark.EXOGENOUS,
        seed: int = 1,
        **how: Any,
    ) -> PredictionResult:
        """Whether it predicts people it has not seen (PLSpredict, CVPAT). folds: 0 leaves one out. how: as `fit`.

        Raises: an InputError, naming construct and item.
        """
        saved, more = self._further(how)
        told = checked(folds=folds, repeats=repeats, seed=seed, antecedents=antecedents, benchmark=benchmark)
        columns, simulated = self._columns(saved, data), _simulated(saved, data)
        return predict_model(saved, columns, **told, simulated=simulated, progress=more)

    def groups(self, data: Data, by: str, *, resamples: int = 1_000, seed: int = 1, **how: Any) -> GroupsResult:
        """Whether constructs and paths are the same in groups of people. by: their column. how: as `fit`.

        Raises: ColumnMissing, BadGroups, and as `fit`.
        """
        saved, more = self._further(how)
        told = checked(permutations=resamples, seed=seed)
        wanted = verbs.wanted_columns(saved)
        if isinstance(data, Workspace):
            columns, labels = grouped_answers_of(data, wanted, by)
        else:
            columns, labels = columns_of(data, wanted), labels_of(data, by)
        return compare_model_groups(
            saved,
            columns,
            by=by,
            labels=labels,
            resamples=told["permutations"],
            seed=told["seed"],
            simulated=_simulated(saved, data),
            progress=more,
        )

    def segments(
        self, data: Data, *, most: int = 4, show: int | None = None, seed: int = 1, **how: Any
    ) -> SegmentsResult:
        """Kinds of people that nobody knew, each with paths of its own (FIMIX, REBUS). how: as `fit`.

        Raises: BadSegments, and as `fit`.
        """
        saved, more = self._further(how)
        told = checked(most=most, show=show, seed=seed)
        columns, simulated = self._columns(saved, data), _simulated(saved, data)
        chosen = told.pop("show", None)
        return segment_model(saved, columns, **told, chosen=chosen, simulated=simulated, progress=more)

    def importance(
        self, data: Data, target: str | None = None, *, weighing: Weighing | str = Weighing.ANSWERS, **how: Any
    ) -> ImportanceResult:
        """What matters most to a target (None: the last construct), and how well it does. how: as `fit`, with scale.

        Raises: BadScale, BadPathModel, and as `fit`.
        """
        saved, _ = self._further(how)
        told = checked(weighing=weighing)
        columns, simulated = self._columns(saved, data), _simulated(saved, data)
        return map_importance(saved, columns, target=target, **told, simulated=simulated)

    def sample(self, *paths: float, rows: Sequence[int] = (), seed: int = 1, **how: Any) -> SampleResult:
        """How many rows paths of these sizes need (none: 0.2); rows: simulate these numbers too.

        how: level, power, loading, data_sets, progress. Raises: BadPower, BadPopulation.
        """
        return needed_sample(self._saved, paths=paths or (0.2,), sizes=rows, seed=seed, **how)

    def write(
        self, result: PathResult, path: Path | str, *, language: str = "en", further: Sequence[FurtherResult] = ()
    ) -> None:
        """A result as a file; the ending says which: .html, .md, .tex, .xlsx, .svg, .png, .json or .toml.

        further: results of other analyses, for the report to hold. Raises: UnknownReportFormat.
        """
        from safar import __version__

        verbs.write_report(result, Path(path), version=__version__, language=language, further=further)

    def to_toml(self) -> str:
        """The model and how it is estimated, as a file holds it."""
        return write_run(self.model, self.run)

    def to_lavaan(self) -> str:
        """The model in lavaan's syntax; signs, hypotheses and labels have no place there.

        Modes other than its own and how interactions are made are said in comments. Raises: Unsayable.
        """
        return write_lavaan(self.model)

    def __repr__(self) -> str:
        return self._told().text()

    def _repr_html_(self) -> str:
        return self._told().html()

    def _told(self) -> Telling:
        model, levels = self.model, self.model.levels
        rows = [
            {"construct": one.name, "measured": f"{one.measured}, mode {one.mode}",
             "items": ", ".join(f"{item} ({levels[item].level})" if item in levels else item for item in one.items),
             "acted on by": ", ".join(model.sources(one.name)) or "–"}
            for one in model.constructs
        ] + [
            {"construct": one.name, "measured": f"higher order, mode {one.mode}", "items": ", ".join(one.parts),
             "acted on by": ", ".join(model.sources(one.name)) or "–"}
            for one in model.higher_orders
        ]  # fmt: skip
        return Telling(title=f"Path model {model.name}", simulated=False, rows=tuple(rows))

    def _with(
        self,
        *,
        consistent: bool | None = None,
        scheme: Scheme | str | None = None,
        missing: Missing | str | None = None,
        codes: Sequence[float] | None = None,
        scale: tuple[float, float] | None = None,
        weight: str | None = None,
        ordered: bool | None = None,
        exact_fit: bool | None = None,
        copula: bool | None = None,
    ) -> SavedRun:
        run = self._saved.run
        options: Options = replace(run.options, **checked(consistent=consistent, scheme=scheme))
        told = checked(
            missing=missing, codes=codes, scale=scale, weight=weight, ordered=ordered, exact_fit=exact_fit,
            copula=copula,
        )  # fmt: skip
        return replace(self._saved, run=replace(run, options=options, **told))

    def _further(self, how: dict[str, Any]) -> tuple[SavedRun, Progress | None]:
        """The run of a further analysis, and its progress."""
        plain = {name: value for name, value in how.items() if name != "progress"}
        return self._with(**plain), how.get("progress")

    def _columns(self, saved: SavedRun, data: Data) -> Columns:
        wanted = verbs.wanted_columns(saved)
        return answers_of(data, wanted) if isinstance(data, Workspace) else columns_of(data, wanted)

    def _estimated(self, saved: SavedRun, data: Data, progress: Progress | None) -> PathResult:
        columns = self._columns(saved, data)
        return verbs.estimate_model(saved, columns, simulated=_simulated(saved, data), progress=progress)


def _simulated(saved: SavedRun, data: Data) -> bool:
    """Whether the rows say that they are made up."""
    if isinstance(data, Workspace):
        return made_up(data, verbs.wanted_columns(saved))
    return bool(getattr(data, "simulated", False))
