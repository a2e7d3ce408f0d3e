"""Static files: our own folder, and the one script that comes with an installed library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django_htmx
from whitenoise.middleware import WhiteNoiseMiddleware

_HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx"
HTMX_ADDRESS = "/static/htmx/htmx-2.min.js"


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # untyped library
    """Serves both without a step that collects files into one folder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_files(str(_HTMX), prefix="/static/htmx/")
