"""Results kept as text beside what they were made from, each under a name that starts with its log version.

A name is `<version>-<about>`: `about` tells one result from another, whatever version of the log it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safar.log import disk


@dataclass(frozen=True, slots=True)
class RememberedFiles:
    """The kept results of one folder, at most `most`.

    endings: ends of names that are counted by themselves (ending → most), so that no number of one kind pushes another
    one out.
    """

    folder: Path
    most: int
    endings: Mapping[str, int] = field(default_factory=dict)

    def remembered(self, name: str) -> str | None:
        """A result that was kept under this name, if it still is."""
        try:
            return (self.folder / f"{name}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def last_remembered(self, about: str) -> tuple[int, str] | None:
        """The newest version of a result, with its log version."""
        while (found := max(self.folder.glob(f"*-{about}.json"), default=None)) is not None:
            text = self.remembered(found.stem)
            if text is not None:
                return int(found.name.partition("-")[0]), text
            # Replaced by a newer version since it was found: look for that one.
        return None

    def remember(self, name: str, text: str) -> None:
        """Keep a result. Its older versions are removed, and the oldest results of its kind beyond `most`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        disk.replace(self.folder / f"{name}.json", text.encode())
        about = name.partition("-")[2]
        for file in self.folder.glob(f"*-{about}.json"):
            if file.stem < name:
                file.unlink(missing_ok=True)
        kind = [file for file in self.folder.glob("*.json") if self._ending(file.stem) == self._ending(name)]
        for file in sorted(kind, key=disk.written_at, reverse=True)[self.endings.get(self._ending(name), self.most) :]:
            file.unlink(missing_ok=True)

    def _ending(self, name: str) -> str:
        return next((one for one in self.endings if name.endswith(one)), "")
