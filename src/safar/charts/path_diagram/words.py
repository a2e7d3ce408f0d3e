"""The words of a path diagram, in English and Persian."""

from __future__ import annotations

from dataclasses import dataclass

from safar.domain.speech import PERSIAN_DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands around the drawing. `{n}` is a count."""

    mirrored: bool
    rows: str
    plain: str
    consistent: str
    simulated: str
    inadmissible: str
    reading: tuple[str, ...]
    reading_plain: tuple[str, ...]
    more: str
    not_estimated: str
    reading_model: tuple[str, ...]

    def figure(self, told: str) -> str:
        """A number in the language's digits."""
        return told.translate(PERSIAN_DIGITS).replace(".", "٫") if self.mirrored else told

    def count(self, n: int) -> str:
        """A count in the language's digits."""
        return f"{n:,}".translate(PERSIAN_DIGITS).replace(",", "٬") if self.mirrored else f"{n:,}"


_ENGLISH = Words(
    mirrored=False,
    rows="{n} rows",
    plain="PLS",
    consistent="consistent PLS",
    simulated="simulated",
    inadmissible="inadmissible: the estimates cannot be right as they stand",
    reading=(
        "Width: size of the coefficient. Blue: positive, orange: negative; gray and dashed: the interval holds zero.",
        "* p < .05, ** p < .01, *** p < .001. R²: share that is explained.",
    ),
    reading_plain=(
        "Width: size of the coefficient. Blue: positive, orange: negative. R²: share that is explained.",
        "Without resamples nothing is said of chance.",
    ),
    more="… {n} more",
    not_estimated="not estimated yet",
    reading_model=("+ and blue: a positive effect is expected; − and orange: a negative one; gray: either.",),
)
_PERSIAN = Words(
    mirrored=True,
    rows="{n} ردیف",
    plain="حداقل مربعات جزئی",
    consistent="حداقل مربعات جزئی سازگار",
    simulated="شبیه‌سازی‌شده",
    inadmissible="ناپذیرفتنی: برآوردها به این صورت نمی‌تواند درست باشد",
    reading=(
        "پهنا: اندازهٔ ضریب. آبی: مثبت، نارنجی: منفی؛ خاکستری و خط‌چین: بازه صفر را در بر دارد.",
        "یک، دو و سه ستاره: معناداری در سطح ۰٫۰۵، ۰٫۰۱ و ۰٫۰۰۱. ضریب تعیین (R²): سهم تبیین‌شده.",
    ),
    reading_plain=(
        "پهنا: اندازهٔ ضریب. آبی: مثبت، نارنجی: منفی. ضریب تعیین (R²): سهم تبیین‌شده.",
        "بدون بازنمونه‌گیری دربارهٔ تصادف چیزی گفته نمی‌شود.",
    ),
    more="… {n} گویهٔ دیگر",
    not_estimated="هنوز برآورد نشده",
    reading_model=("+ و آبی: انتظار اثر مثبت؛ − و نارنجی: انتظار اثر منفی؛ خاکستری: هر دو.",),
)


def words_of(language: str) -> Words:
    """Persian for "fa", English for any other language."""
    return _PERSIAN if language.startswith("fa") else _ENGLISH
