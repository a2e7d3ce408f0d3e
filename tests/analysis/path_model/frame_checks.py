"""The tables of a result as frames: their column types are said beforehand, and the values keep to them."""

from __future__ import annotations

import polars as pl

from safar.analysis.path_model.model_result import ModelResult

_KINDS = {bool: "truth", int: "whole", float: "number", str: "text"}


def check_frames(result: ModelResult) -> None:
    """Every table of the result."""
    for part, rows in result.parts.items():
        types = result.column_types(part)
        for row in rows:
            for name, value in row.items():
                kind = next((kind for of, kind in _KINDS.items() if isinstance(value, of)), None)
                kinds = (kind, "number") if kind == "whole" else (kind,)
                assert value is None or types[name] in kinds, (part, name, value)
        polars, pandas = result.to_polars(part), result.to_pandas(part)
        assert len(polars) == len(pandas) == len(rows)
        assert list(polars.columns) == list(pandas.columns) == list(types)
        assert pl.Null not in polars.dtypes
        for one in range(min(len(rows), 3)):
            assert polars[one].to_dicts() == [dict(rows[one])]
        numbers = [name for name, kind in types.items() if kind == "number"]
        assert all(pandas[name].dtype == "float64" for name in numbers)
