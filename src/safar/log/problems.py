"""What can go wrong with the log."""

from __future__ import annotations

from safar.errors import Conflict, InputError, NotFound, SafarError


class LogMissing(NotFound):
    """There is no experience log in the folder."""

    code = "log.not-found"
    next_step = "Check the path, or create a workspace there first."


class LogExists(Conflict):
    """The folder already holds an experience log."""

    code = "log.exists"
    next_step = "Open it instead, or choose an empty folder."


class LogTooNew(InputError):
    """The log was written by a newer version of Safar."""

    code = "log.too-new"
    next_step = "Install the version of Safar that wrote it, or a later one."


class LogDamaged(SafarError):
    """A file of the log is missing or cannot be read."""

    code = "log.damaged"
    next_step = "Run `safar log verify`; restore the named files from a backup."


class VersionGone(NotFound):
    """The version of the log does not exist, or its files were cleared away."""

    code = "log.version-gone"
    next_step = "Run `safar log versions` to see which versions can be read."


class WriterBusy(Conflict):
    """Another process is writing to the log."""

    code = "log.writer-busy"
    next_step = "Wait for it to end, or raise the setting writer_wait_s."


class WriteFailed(SafarError):
    """The log could not be written; nothing of this change was kept."""

    code = "log.write-failed"
    next_step = "Free disk space or mend the folder's permissions, then run the same command again."


class ForgottenMeanwhile(Conflict):
    """Somebody was forgotten while an import was being prepared; nothing of the import was kept."""

    code = "log.forgotten-meanwhile"
    next_step = "Repeat the import: it will leave out what speaks of that person."


class MemoryShort(SafarError):
    """The work does not fit into the memory that the settings allow; nothing of this change was kept."""

    code = "log.memory-short"
    next_step = "Raise the setting memory_limit_mb, lower threads, or import in smaller parts."


class BadFacts(InputError):
    """Facts break the rules of the fact schema; none of them was kept."""

    code = "log.bad-facts"
    next_step = "Set the offending rows aside, or mend the recipe that produced them."


class BadStaged(InputError):
    """The staged tables do not have the layout of facts."""

    code = "log.bad-staged"
    next_step = (
        "Stage the columns of docs/reference/log-layout.md, without import_no, with customer_ns and customer_ext."
    )


class ImportUnknown(NotFound):
    """There is no such import, or it was undone already."""

    code = "log.import-unknown"
    next_step = "Run `safar log versions` to see the imports."


class ImportSettled(Conflict):
    """The import can no longer be undone: compaction cleared away what it replaced."""

    code = "log.import-settled"
    next_step = (
        "Import a corrected file instead. To keep later imports longer, raise keep_undo_days or keep_undo_versions."
    )


class UndoConflict(Conflict):
    """Later imports changed facts that this import brought or replaced."""

    code = "log.undo-conflict"
    next_step = "Undo the named later imports first, newest first."


class CustomerUnknown(NotFound):
    """No identity of the log has this identifier."""

    code = "log.customer-unknown"
    next_step = "Check the identifier and its namespace; an identifier that was forgotten is not found again."


class AmbiguousCustomer(InputError):
    """The identifier stands in several namespaces."""

    code = "log.customer-ambiguous"
    next_step = "Name the namespace as well."


class BadMerge(InputError):
    """These two customers cannot be merged, or were never merged."""

    code = "log.bad-merge"
    next_step = "Merge two different known keys, and unmerge only what was merged."
