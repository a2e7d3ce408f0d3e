"""What a report says around its sentences and tables, in English and Persian."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.path_model.speaking import is_persian


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """Headings and labels."""

    method: str
    says: str
    doubts: str
    tables: str
    simulated: str
    about: str
    model: str
    data: str
    model_digest: str
    data_digest: str
    lower: str
    upper: str


_ENGLISH = ReportWords(
    method="Method",
    says="What the model says",
    doubts="Reasons to doubt all of it",
    tables="Tables",
    simulated="simulated data",
    about="About",
    model="Model",
    data="Data",
    model_digest="Digest of the model",
    data_digest="Digest of the data",
    lower="lower",
    upper="upper",
)
_PERSIAN = ReportWords(
    method="روش",
    says="مدل چه می‌گوید",
    doubts="دلیل‌های تردید در همهٔ آن",
    tables="جدول‌ها",
    simulated="دادهٔ شبیه‌سازی‌شده",
    about="درباره",
    model="مدل",
    data="داده",
    model_digest="چکیدهٔ مدل",
    data_digest="چکیدهٔ داده",
    lower="پایین",
    upper="بالا",
)


def report_words(language: str) -> ReportWords:
    """Persian for "fa", else English."""
    return _PERSIAN if is_persian(language) else _ENGLISH
