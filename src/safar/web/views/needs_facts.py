"""Pages that show facts say what to do while there are none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase

from safar.web.problems import nothing_imported
from safar.web.reading import has_facts
from safar.web.workspaces import workspace

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs_facts(view: View[P]) -> View[P]:
    """The view, or the page that says how to import."""

    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs) if has_facts(workspace()) else nothing_imported(request)

    return cast("View[P]", wraps(view)(checked))
