"""Filters for the pages of studies: figures as papers print them, words of analyses, and bars."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from safar.analysis.path_model.distribution import Distribution
from safar.analysis.path_model.speaking import probability as printed_probability
from safar.web import numerals
from safar.web.study_words import analysis_name, figure, told

register = template.Library()
_WIDTH, _HEIGHT = 110.0, 44.0
_FILES = {"html": "HTML", "md": "Markdown", "tex": "LaTeX", "xlsx": "XLSX", "svg": "SVG", "png": "PNG", "json": "JSON",
          "toml": "TOML", "csv": "CSV"}  # fmt: skip


@register.filter
def analysis_words(text: str) -> str:
    """See `study_words.told`."""
    return told(text)


@register.filter
def probability(p: float | None) -> str:
    """A p-value as papers print it, with its sign."""
    said = printed_probability(p)
    return figure(said if said.startswith("<") or p is None else f"= {said}")


@register.filter
def known(value: Any, places: int = 0) -> str:
    """A number, a dash where there is none or where what it stands in is not there."""
    return numerals.number(None if value == "" else value, places)


@register.filter
def asstring(value: object) -> str:
    """What it says of itself."""
    return str(value)


@register.filter
def file_word(ending: str) -> str:
    """What a format is called."""
    return _FILES.get(ending, ending)


@register.filter
def analysis_title(kind: str) -> str:
    """What an analysis is called."""
    return analysis_name(kind)


@register.filter
def fit_word(measure: str) -> str:
    """What a measure of fit is called."""
    return {
        "srmr": "SRMR",
        "srmr_saturated": _("SRMR, saturated model"),
        "d_uls": "d_ULS",
        "d_g": "d_G",
        "nfi": "NFI",
        "gof": "GoF",
        "chi_square": "χ²",
        "df": _("degrees of freedom"),
        "cfi": "CFI",
        "nnfi": "NNFI (TLI)",
        "rmsea": "RMSEA",
        "gfi": "GFI",
        "rms_theta": "RMS_theta",
    }.get(measure, measure)


@register.filter
def bar_x(at: int, of: Distribution) -> str:
    """Where a bar begins, of so many."""
    return f"{at * _WIDTH / len(of.bars) + 0.5:.1f}"


@register.filter
def bar_width(of: Distribution) -> str:
    """How wide a bar is."""
    return f"{max(_WIDTH / len(of.bars) - 1, 1):.1f}"


@register.filter
def bar_y(count: int | None, of: Distribution) -> str:
    """Where a bar ends."""
    return f"{_HEIGHT - _tall(count, of):.1f}"


@register.filter
def bar_height(count: int | None, of: Distribution) -> str:
    """How tall a bar is; one that is not told has a height that says nothing."""
    return f"{_tall(count, of):.1f}"


def _tall(count: int | None, of: Distribution) -> float:
    if count is None:
        return 4.0
    return _HEIGHT * count / of.highest
