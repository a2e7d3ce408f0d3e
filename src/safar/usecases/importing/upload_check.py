"""Whether an uploaded file is what imports read: told by its content, whatever it is called."""

from __future__ import annotations

import zipfile
from pathlib import Path

from safar.files.reading import open_records
from safar.files.reading_errors import FormatUnknown
from safar.files.records import Limits, ReadOptions
from safar.settings import Settings

_ENDINGS = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".parquet",
    ".pq",
    ".jsonl",
    ".ndjson",
    ".json",
    ".xes",
    ".csv.gz",
    ".tsv.gz",
    ".jsonl.gz",
    ".xes.gz",
)
_START = 4096
_PAGES = (b"<svg", b"<!doctype html", b"<html", b"<script", b"<?php", b"<!doctype svg")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def safe_ending(name: str) -> str:
    """The ending that tells the format, one of ours; empty where the name has none of them."""
    folded = name.casefold()
    return max((ending for ending in _ENDINGS if folded.endswith(ending)), key=len, default="")


def check_content(path: Path, *, name: str, settings: Settings) -> None:
    """Open the file as an import would, after refusing what only looks like data.

    Raises: FileProblem, naming the path: a page or drawing (SVG, HTML), an archive, a picture, an unknown ending, an
    empty or damaged file.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if any(text.startswith(one) for one in _PAGES) or (text.startswith(b"<") and any(one in text for one in _PAGES)):
        raise FormatUnknown(f"{path}: this is a web page or a drawing (HTML or SVG), not data.")
    if start.startswith(b"PK") and not _is_workbook(path):
        raise FormatUnknown(f"{path}: this is a ZIP archive; unpack it and upload the files in it.")
    if any(start.startswith(one) for one in _PICTURES):
        raise FormatUnknown(f"{path}: this is a picture, a sound or a film, not data.")
    if not safe_ending(name):
        raise FormatUnknown(f"{path}: its name ends in none of {', '.join(_ENDINGS)}.")
    with open_records(path, options=ReadOptions(guess=True), limits=Limits.from_settings(settings)) as source:
        source.head(1)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
