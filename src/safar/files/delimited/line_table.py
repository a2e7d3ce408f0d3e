"""Where each record of a delimited file starts, for the files in which that is not simply one line a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safar.files.records import loaded_names

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

_LINES_AT_ONCE = 500_000


class LineTable:
    """Where each record starts, kept in the engine: only filled when it is not simply one line a record."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, *, header: bool) -> None:
        self._con = con
        self._name = loaded_names(table)[1]
        self._header = int(header)
        self._runs: list[tuple[int, int, int]] = []
        self._records: list[NDArray[np.int64]] = []
        self._starts: list[NDArray[np.int64]] = []
        self._waiting = 0
        self._made = False

    def add(self, first: int, starts: NDArray[np.int64]) -> None:
        """Lines where the records from `first` (0 is the file's first) on start."""
        if len(starts) == 0:
            return
        if int(starts[-1]) - int(starts[0]) == len(starts) - 1:
            self._runs.append((first, int(starts[0]), len(starts)))  # one line a record: three numbers say it
        else:
            self._keep(first, starts)

    def finish(self) -> None:
        """Write what was kept back, so that every record has its line."""
        import numpy as np

        for first, start, count in self._runs:
            self._keep(first, np.arange(start, start + count, dtype=np.int64))
        self._runs.clear()
        self._write()

    def _keep(self, first: int, starts: NDArray[np.int64]) -> None:
        import numpy as np

        self._records.append(np.arange(len(starts), dtype=np.int64) + (first + 1 - self._header))
        self._starts.append(starts)
        self._waiting += len(starts)
        if self._waiting > _LINES_AT_ONCE:
            self._write()

    def _write(self) -> None:
        import numpy as np
        import pyarrow as pa

        if not self._made:
            self._con.execute(f"CREATE TEMP TABLE {self._name} (record BIGINT, line BIGINT)")
            self._made = True
        if not self._waiting:
            return
        record, line = pa.array(np.concatenate(self._records)), pa.array(np.concatenate(self._starts))
        self._records, self._starts, self._waiting = [], [], 0
        self._con.register("__safar_lines", pa.table({"record": record, "line": line}))
        try:
            self._con.execute(f"INSERT INTO {self._name} SELECT record, line FROM __safar_lines")
        finally:
            self._con.unregister("__safar_lines")
