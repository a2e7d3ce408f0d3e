"""What can be wrong with a whole file. What is wrong with one record is a reject, not an error."""

from __future__ import annotations

from safar.errors import InputError


class FileProblem(InputError):
    """A file cannot be read as asked; nothing of it was imported."""

    code = "files.problem"
    next_step = "Check the file named in the message and try again; nothing of it was imported."


class FileMissing(FileProblem):
    """There is no file at that path, it is a folder, or it may not be read."""

    code = "files.missing"
    next_step = "Check the path and the rights of the file; give one file, not a folder."


class FileEmpty(FileProblem):
    """The file holds nothing, not even a header."""

    code = "files.empty"
    next_step = "Check that the export finished; a table needs at least its header."


class FormatUnknown(FileProblem):
    """The format cannot be told from name and content, or is not one that can be read."""

    code = "files.format-unknown"
    next_step = "Name the format (csv, xlsx, parquet, jsonl, xes), or convert the file to one of them."


class FormatMismatch(FileProblem):
    """The content is of another format than the name or the recipe says."""

    code = "files.format-mismatch"
    next_step = "Give the file its true extension, or name its true format."


class FileDamaged(FileProblem):
    """The file is cut off or damaged: its own structure does not hold."""

    code = "files.damaged"
    next_step = "Fetch or export the file again; compare its size with the original."


class UnpacksTooFar(FileProblem):
    """A compressed file unpacks to more than the settings allow: perhaps a decompression bomb."""

    code = "files.unpacks-too-far"
    next_step = "If the file is honest, raise max_unzipped_mb or max_unzip_ratio and try again."


class TooLarge(FileProblem):
    """A part of the file (sheet, nesting, number of columns, one value) is larger than may be read."""

    code = "files.too-large"
    next_step = "Split the file, or save it in a streaming format such as CSV or Parquet."


class ForbiddenXml(FileProblem):
    """The XML holds a document type or entities, which are forbidden because they can harm the reader."""

    code = "files.forbidden-xml"
    next_step = "Remove the DOCTYPE and its entities; logs written by process-mining tools have none."


class WrongEncoding(FileProblem):
    """The text is not in the encoding that was told or detected."""

    code = "files.encoding"
    next_step = (
        'Name the encoding: `safar import FILE --encoding NAME`, or encoding = "NAME" under [format] in the recipe. '
        "Examples: windows-1256 (Persian, Arabic), windows-1252 (Western), iso-8859-1, "
        "windows-1251 (Cyrillic), gb18030 (Chinese), utf-16 or utf-8 (sets undecodable records aside)."
    )


class BadReadOption(FileProblem):
    """An option for reading (delimiter, quote, encoding, sheet …) cannot be used with this file."""

    code = "files.bad-option"
    next_step = "Correct the option; docs/reference/file-formats.md lists them all."


class HeaderUnusable(FileProblem):
    """The header cannot be read, so no column has a name."""

    code = "files.header"
    next_step = "Correct the header line, or tell delimiter, quote and encoding."


class RowsUnreadable(FileProblem):
    """Rows of a file of answers are broken, so that an analysis would silently leave them out."""

    code = "files.rows-unreadable"
    next_step = "Mend the row that is named, or save the file again from the program that it came from."


class RecordsDoNotBalance(FileProblem):
    """The records that were read do not add up to the records that the file holds."""

    code = "files.unbalanced"
    next_step = "Nothing was imported. Tell delimiter and quote; if it stays, report the first lines of the file."


class NoSpace(FileProblem):
    """The disk for temporary files is full."""

    code = "files.no-space"
    next_step = "Free some space, or point TMPDIR to a larger disk, and try again; nothing was imported."
    exit_code = 1


class EngineRefused(FileProblem):
    """The engine could not take the records: out of memory, or its temporary disk space is full."""

    code = "files.engine"
    next_step = "Raise memory_limit_mb or free disk space, and try again; nothing was imported."
    exit_code = 1
