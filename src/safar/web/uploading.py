"""Receiving files: written to the workspace's private folder as they arrive, never to anywhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from safar.usecases.uploads import MOST_FILES, UploadedFile, shown_name, stored_name

WHOLE = "whole"
"""Beside the files while they arrive: how many bytes are to come."""


class PrivateUploadHandler(FileUploadHandler):
    """Takes the files of one request. What lies beyond the limit is read and dropped, so that the page can say so."""

    def __init__(self, request: HttpRequest, *, folder: Path, most: int) -> None:
        super().__init__(request)
        self.folder = folder
        self.most = most
        self.received: list[UploadedFile] = []
        self.too_large = False
        self.too_many = False
        self._total = 0
        self._open: IO[bytes] | None = None
        self._name = self._stored = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, str],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Say how much is to come, for whoever asks how far it is."""
        del input_data, META, boundary, encoding
        (self.folder / WHOLE).write_text(str(content_length), encoding="ascii")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._close()
        self.too_many = self.too_many or len(self.received) >= MOST_FILES
        if self.too_many or self.too_large:
            return
        self._name = shown_name(self.file_name or "")
        self._stored = stored_name(len(self.received) + 1, self._name)
        descriptor = os.open(self.folder / self._stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._open = os.fdopen(descriptor, "wb", buffering=0)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        del start
        self._total += len(raw_data)
        self.too_large = self.too_large or self._total > self.most
        if self._open is not None and not self.too_large:
            self._open.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """It is there. Nothing is given to Django: the file stays where it is."""
        if self._open is not None and (file_size or self._name != "file"):
            self.received.append(UploadedFile(name=self._name, stored=self._stored, bytes=file_size))
        self._close()

    def upload_interrupted(self) -> None:
        """The sender is gone."""
        self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def received_bytes(folder: Path) -> tuple[int, int]:
    """How many bytes of an upload are here, and of how many; zeros where nothing arrives there."""
    try:
        whole = int((folder / WHOLE).read_text(encoding="ascii"))
        return sum(path.stat().st_size for path in folder.iterdir() if path.name != WHOLE), whole
    except (OSError, ValueError):
        return 0, 0
