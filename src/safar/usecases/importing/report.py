"""What an import did, in numbers that balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safar.analysis.frames import Types, columns
from safar.analysis.result import Result
from safar.errors import SafarError
from safar.usecases.importing.aside import Reason


class ImportDoesNotBalance(SafarError):
    """Records or facts were lost on the way: a fault of the program; nothing was committed."""

    code = "import.does-not-balance"
    next_step = "Please report this with the recipe and, if you may, the file."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file in one part. records = accepted + unchanged + set_aside + refused + looked_up.

    accepted: rows that brought something new or corrected; unchanged: rows that stood in the log as they are, or
    stand in the import twice; refused: rows that name somebody who was forgotten: nothing of that person is kept of
    them, neither facts nor the row; looked_up: rows of a file that is only looked up, without those that could not be
    added up, which are set aside. `without_facts` counts rows among
    accepted and unchanged of which the recipe makes nothing. `whole`: False where a dry run read only the file's
    first records.
    """

    file: str
    part: str
    variant: str | None
    records: int
    accepted: int
    unchanged: int
    set_aside: int
    refused: int = 0
    looked_up: int = 0
    without_facts: int = 0
    whole: bool = True

    def __post_init__(self) -> None:
        found = self.accepted + self.unchanged + self.set_aside + self.refused + self.looked_up
        if found != self.records:
            raise ImportDoesNotBalance(f"{self.file}: {self.records} records read, {found} accounted for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactReport:
    """Facts of one table. made = new + changed + unchanged + refused + superseded; `removed` stood there before.

    refused: of people who asked to be forgotten; superseded: said twice in one import, the last counts.
    """

    table: str
    made: int
    new: int
    changed: int
    unchanged: int
    removed: int
    refused: int
    superseded: int

    def __post_init__(self) -> None:
        if self.made != self.new + self.changed + self.unchanged + self.refused + self.superseded:
            raise ImportDoesNotBalance(f"{self.table}: {self.made} facts made, other numbers accounted for.")


_TYPES = columns("text: file part whole: records accepted unchanged set_aside refused looked_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport(Result):
    """What an import did. `import_no` is None where nothing changed, and in a dry run.

    `not_used`: files that play no part in the recipe; they were left alone.
    `compared`: False where a dry run read only the beginning of a file and so did not look into the log: then what it
    says is accepted and new may be so or be unchanged or corrected, and what would go is not known.
    `sample`: facts of the first rows (dry run only). `seconds`: wall time without waiting for another writer.
    """

    source: str
    recipe: str
    import_no: int | None
    version: int
    dry_run: bool
    files: tuple[FileReport, ...]
    facts: tuple[FactReport, ...]
    reasons: tuple[Reason, ...]
    set_aside_files: tuple[str, ...]
    new_people: int
    warnings: tuple[str, ...]
    seconds: float
    sample: tuple[Mapping[str, Any], ...] = ()
    not_used: tuple[str, ...] = ()
    compared: bool = True

    @property
    def records(self) -> int:
        """Records read, of files that make facts or are looked up."""
        return sum(file.records for file in self.files)

    @property
    def accepted(self) -> int:
        """Records that brought something new or corrected."""
        return sum(file.accepted for file in self.files)

    @property
    def unchanged(self) -> int:
        """Records that changed nothing."""
        return sum(file.unchanged for file in self.files)

    @property
    def set_aside(self) -> int:
        """Records set aside."""
        return sum(file.set_aside for file in self.files)

    @property
    def refused(self) -> int:
        """Records that name somebody who was forgotten."""
        return sum(file.refused for file in self.files)

    @property
    def looked_up(self) -> int:
        """Records of files that are only looked up."""
        return sum(file.looked_up for file in self.files)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a file."""
        return [
            {
                "file": file.file,
                "part": file.part,
                "records": file.records,
                "accepted": file.accepted,
                "unchanged": file.unchanged,
                "set_aside": file.set_aside,
                "refused": file.refused,
                "looked_up": file.looked_up,
            }
            for file in self.files
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES
