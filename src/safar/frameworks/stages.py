"""How the steps of one journey correspond to those of another: stated tables under `mappings/`, editable."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from safar.domain.framework import BadFramework
from safar.frameworks.reading import only, parse, table, text, texts
from safar.frameworks.shelf import UnknownFramework, load


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMapping:
    """Which steps of `target` each step of `source` stands for. Every target step has exactly one source."""

    source: str
    target: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]

    def targets(self, step: str) -> tuple[str, ...]:
        """The target's steps for one source step; none for an unknown step."""
        return dict(self.steps).get(step, ())


def mapping(source: str = "b2b", target: str = "stepwise", *, path: Path | None = None) -> StepMapping:
    """The stated table from `source` to `target`; `path` names a company's own instead.

    Raises: UnknownFramework when there is none, BadFramework when a step is missing, unknown or told twice.
    """
    name = f"{source}-to-{target}.toml" if path is None else path.name
    found = files("safar.frameworks") / "mappings" / name if path is None else path
    if not found.is_file():
        raise UnknownFramework(f"There is no table of steps {name}.", next_step="Packaged is b2b-to-stepwise.")
    content = parse(found.read_text(encoding="utf-8"), where=name)
    only(content, {"from", "to", "steps"}, where=name)
    lines = table(content.get("steps"), f"{name}: [steps]")
    left, right = (load(text(content.get(key), f"{name}: {key}")) for key in ("from", "to"))
    steps = tuple((step, tuple(texts(told, f"{name}: {step!r}"))) for step, told in lines.items())
    _complete([step for step, _ in steps], left.steps, where=f"{name}: steps of {left.name}")
    _complete([step for _, told in steps for step in told], right.steps, where=f"{name}: steps of {right.name}")
    return StepMapping(source=left.name, target=right.name, steps=steps)


def _complete(told: list[str], known: tuple[str, ...], *, where: str) -> None:
    for problem, steps in (
        ("unknown", [step for step in told if step not in known]),
        ("missing", [step for step in known if step not in told]),
        ("told twice", [step for step in known if told.count(step) > 1]),
    ):
        if steps:
            raise BadFramework(f"{where}: {problem}: {', '.join(steps)}.")
