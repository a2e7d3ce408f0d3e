"""Two estimated path models side by side: of runs on pages, of result files, or of results at hand."""

from __future__ import annotations

import json
from pathlib import Path

from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.side_by_side import ResultPair, side_by_side
from safar.analysis.thaw import thaw
from safar.errors import InputError

_MOST_BYTES = 200_000_000


class BadResultFile(InputError):
    """A file holds no estimates of a path model, or cannot be read."""

    code = "path-model.bad-result"
    next_step = "Write one by `safar model report MODEL --data ANSWERS --out result.json`."


def compare_models(
    first: PathResult | Path | str, second: PathResult | Path | str, *, names: tuple[str, str] | None = None
) -> ResultPair:
    """What became of each claim, what is explained and how each fits. Paths are joined by names of constructs.

    first, second: results, or the JSON files of them. names: what they are called (None: files by their names, results
    by those of their models). Information criteria are told where both stand on the same rows. Raises: BadResultFile.
    """
    both = [one if isinstance(one, PathResult) else read_result(Path(one)) for one in (first, second)]
    if names is None:
        called = [
            result.model.name if isinstance(one, PathResult) else Path(one).stem
            for one, result in zip((first, second), both, strict=True)
        ]
        names = (called[0], called[1] if called[1] != called[0] else f"{called[1]} (2)")
    return side_by_side(both[0], both[1], names=names)


def read_result(path: Path) -> PathResult:
    """The estimates that a JSON file holds, alone or beside further analyses. Raises: BadResultFile."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadResultFile(f"{path} is larger than any result ({_MOST_BYTES:,} bytes).")
        told = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told, dict) and isinstance(told.get("model"), dict) and "paths" not in told:
            told = told["model"]  # a report with further analyses
        return thaw(PathResult, json.dumps(told))
    except OSError as cause:
        raise BadResultFile(f"{path} cannot be read: {cause.strerror}.") from cause
    except (KeyError, TypeError, ValueError, StopIteration, AttributeError) as cause:
        raise BadResultFile(f"{path} holds no estimates of a path model.") from cause
