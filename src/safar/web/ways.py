"""The ways out of the output step, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def ways() -> dict[str, str]:
    """Each way (as `analysis.output.WAYS` names it) in the reader's language, in the order of the page."""
    return {
        "repeat": _("bought again"),
        "recovered": _("complained, and was won back"),
        "complaint_lost": _("complained, and was lost"),
        "silence": _("silence"),
        "open": _("still open"),
    }
