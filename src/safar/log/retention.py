"""How long the log's past is kept, and clearing away what is past its time.

Three spans, each within the next: what can be *read* (data files and Delta commits, by `keep_versions_days`), what can
be *undone* (manifests and the rows that imports replaced, by `keep_undo_days` and `keep_undo_versions`, whichever keeps
more), and the reports of imports and the rows they set aside, which are kept for good.

The newest manifest says where the spans begin, and it is written before anything is deleted. So a crash in between
leaves files that nobody asks for any more, and the next compaction deletes them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from safar.log import delta, disk, manifest
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.schema import FACTS
from safar.log.transaction import Progress


def oldest_readable(folder: LogFolder, now: datetime) -> int:
    """The oldest version that was the newest at some moment of the last `keep_versions_days`."""
    since = now - timedelta(days=folder.settings.keep_versions_days)
    numbers = manifest.numbers(folder.versions)
    for number, following in zip(reversed(numbers[:-1]), reversed(numbers[1:]), strict=True):
        if manifest.read(folder.versions, following).at < since:
            return following if number < following else number
    return numbers[0]


def oldest_undoable(folder: LogFolder, now: datetime) -> int:
    """The oldest version that is one of the last `keep_undo_versions`, or younger than `keep_undo_days`."""
    since = now - timedelta(days=folder.settings.keep_undo_days)
    numbers = manifest.numbers(folder.versions)
    oldest = numbers[-folder.settings.keep_undo_versions :][0]
    for number in reversed([n for n in numbers if n < oldest]):
        if manifest.read(folder.versions, number).at < since:
            break
        oldest = number
    return oldest


def first_undoable(folder: LogFolder, head: LogVersion) -> int:
    """The number of the first import that can still be undone, or of the next one where none can."""
    first = manifest.read(folder.versions, head.kept_from)
    return first.import_no if first.kind == "import" else first.import_no + 1


def clear_history(folder: LogFolder, head: LogVersion, progress: Progress) -> int:
    """Delete what lies before the spans that `head` names; returns how many files went.

    Only the holder of the lock may do this. Doing it twice does no harm.
    """
    gone = 0
    settled = first_undoable(folder, head)
    for place in sorted(folder.imports.iterdir()) if folder.imports.exists() else ():
        saved = [place / f"replaced-{table}.parquet" for table in FACTS]
        saved = [path for path in saved if place.name.isdigit() and int(place.name) < settled and path.exists()]
        for path in saved:
            path.unlink()
            gone += 1
        if saved:
            disk.sync_folder(place)
            progress("replaced rows cleared")
    past = [number for number in manifest.numbers(folder.versions) if number < head.kept_from]
    for number in past:  # the oldest first: what is left is always without a gap
        manifest.path_of(folder.versions, number).unlink()
        gone += 1
        progress("manifest cleared")
    if past:
        disk.sync_folder(folder.versions)
    oldest = manifest.read(folder.versions, head.readable_from)
    for table, pinned in oldest.tables.items():
        gone += delta.forget_before(folder.table(table), pinned, cleared=lambda: progress("table log cleared"))
    return gone
