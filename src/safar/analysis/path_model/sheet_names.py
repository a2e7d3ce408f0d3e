"""Short names of tables, as a workbook's sheets bear them, in English and Persian."""

from __future__ import annotations

from safar.analysis.path_model.paper_table import PaperTable
from safar.analysis.path_model.speaking import is_persian

LONGEST = 31
"""Letters of a sheet's name."""
_FORBIDDEN = "[]:*?/\\'"

SHEETS: dict[str, tuple[str, str]] = {
    "items": ("Items", "گویه‌ها"),
    "quantifications": ("Quantifications", "کمّی‌سازی"),
    "constructs": ("Constructs", "سازه‌ها"),
    "cross-loadings": ("Cross-loadings", "بارهای متقاطع"),
    "correlations": ("Fornell-Larcker", "فورنل-لارکر"),
    "lower-correlations": ("Fornell-Larcker, lower order", "فورنل-لارکر، مرتبهٔ پایین‌تر"),
    "htmt": ("HTMT", "HTMT"),
    "paths": ("Paths", "مسیرها"),
    "effects": ("Effects", "اثرها"),
    "mediation": ("Mediation", "میانجی‌گری"),
    "ways": ("Specific indirect effects", "اثرهای غیرمستقیم مشخص"),
    "simple-slopes": ("Simple slopes", "شیب‌های ساده"),
    "fit": ("Fit", "برازش"),
    "criteria": ("Criteria", "ملاک‌های اطلاعات"),
    "exact-fit": ("Exact fit", "برازش دقیق"),
    "endogeneity": ("Endogeneity", "درون‌زایی"),
    "verdicts": ("Verdicts", "داوری‌ها"),
    "screening": ("Screening of items", "غربال گویه‌ها"),
    "normality": ("Normality", "نرمال بودن"),
    "reliability": ("Reliability", "پایایی"),
    "adequacy": ("Adequacy", "کفایت داده"),
    "eigenvalues": ("Eigenvalues", "مقدارهای ویژه"),
    "factor-loadings": ("Factor loadings", "بارهای عاملی"),
    "cfa": ("Confirmatory factors", "تحلیل عاملی تأییدی"),
    "prediction": ("Prediction", "پیش‌بینی"),
    "cvpat": ("CVPAT", "CVPAT"),
    "group-paths": ("Paths in groups", "مسیرها در گروه‌ها"),
    "invariance": ("Invariance", "ناوردایی"),
    "distances": ("Distances of groups", "فاصلهٔ گروه‌ها"),
    "segments": ("Segments", "بخش‌ها"),
    "segment-paths": ("Paths in segments", "مسیرها در بخش‌ها"),
    "importance": ("Importance", "اهمیت"),
    "importance-items": ("Importance of items", "اهمیت گویه‌ها"),
    "sample": ("Sample size", "حجم نمونه"),
    "power": ("Power", "توان"),
}


def sheet_name(table: PaperTable, language: str) -> str:
    """A table's short name; of one that has none, the beginning of its title."""
    known = SHEETS.get(table.name)
    told = table.title if known is None else known[is_persian(language)]
    return "".join(sign for sign in told if sign not in _FORBIDDEN)[:LONGEST]
