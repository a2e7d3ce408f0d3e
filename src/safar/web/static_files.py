"""Static files: our own folder, and the one script that comes with an installed library; compressed once a process."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import django_htmx
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware

_OWN = Path(__file__).parent / "static"
_HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
HTMX_ADDRESS = f"/static/htmx/{_HTMX.name}"


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # untyped library
    """Serves both, compressed to who reads that, without a step that collects files when the product is installed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_files(str(_collected()), prefix="/static/")


@cache
def _collected() -> Path:
    """A folder of this process: every file, and beside each that gains by it a compressed one."""
    folder = Path(tempfile.mkdtemp(prefix="safar-static-"))
    Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=0)
    shutil.copytree(_OWN, folder, dirs_exist_ok=True)
    (folder / "htmx").mkdir()
    shutil.copy2(_HTMX, folder / "htmx")
    compressor = Compressor(use_brotli=False, quiet=True)
    for file in [one for one in folder.rglob("*") if one.is_file() and compressor.should_compress(one.name)]:
        list(compressor.compress(str(file)))
    return folder
