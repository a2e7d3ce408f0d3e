"""Answer scales that a questionnaire can begin with, and one of them put in place of those that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from safar.domain.fact import Direction
from safar.domain.label import Label
from safar.domain.questionnaire import AnswerScale, NotApplicable, Page, Questionnaire

_WAY_OUT = NotApplicable(code=99, label=Label({"en": "Does not apply to me", "fa": "دربارهٔ من صدق نمی‌کند"}))
_HOW_FAR = Label({"en": "How far do you agree?", "fa": "تا چه اندازه موافقید؟"})
_NO, _YES = (
    Label({"en": "Strongly disagree", "fa": "کاملاً مخالفم"}),
    Label({"en": "Strongly agree", "fa": "کاملاً موافقم"}),
)
_DISAGREE, _AGREE = Label({"en": "Disagree", "fa": "مخالفم"}), Label({"en": "Agree", "fa": "موافقم"})
_NEITHER = Label({"en": "Neither agree nor disagree", "fa": "نه موافقم و نه مخالفم"})


def _agreement(name: str, least: int, greatest: int, labels: Mapping[int, Label]) -> AnswerScale:
    return AnswerScale(
        id=name,
        least=least,
        greatest=greatest,
        best=Direction.HIGH,
        labels=labels,
        ask=_HOW_FAR,
        not_applicable=_WAY_OUT,
    )


AGREEMENT = _agreement("agreement", 1, 5, {1: _NO, 2: _DISAGREE, 3: _NEITHER, 4: _AGREE, 5: _YES})
SCALES: tuple[AnswerScale, ...] = (
    AGREEMENT,
    _agreement(
        "agreement7", 1, 7,
        {1: _NO, 2: _DISAGREE, 3: Label({"en": "Rather disagree", "fa": "بیشتر مخالفم"}), 4: _NEITHER,
         5: Label({"en": "Rather agree", "fa": "بیشتر موافقم"}), 6: _AGREE, 7: _YES},
    ),
    _agreement("agreement10", 1, 10, {1: _NO, 10: _YES}),
    _agreement("agreement11", 0, 10, {0: _NO, 10: _YES}),
)  # fmt: skip
"""Agreement on 5, 7, 10 and 11 points. The long ones name their ends only."""


def scale_between(ends: tuple[float, float] | None) -> AnswerScale:
    """The scale with these ends; the usual one where there is none, or no ends are known."""
    return next((one for one in SCALES if ends == (one.least, one.greatest)), AGREEMENT)


def in_languages(scale: AnswerScale, languages: Sequence[str]) -> AnswerScale:
    """The scale with its texts in these languages only; a text that has none of them stays whole."""

    def kept(label: Label) -> Label:
        return Label({tag: text for tag, text in label.texts.items() if tag in languages} or dict(label.texts))

    way_out = scale.not_applicable
    return replace(
        scale,
        labels={value: kept(label) for value, label in scale.labels.items()},
        ask=None if scale.ask is None else kept(scale.ask),
        not_applicable=None if way_out is None else replace(way_out, label=kept(way_out.label)),
    )


def rescaled(questionnaire: Questionnaire, scale: AnswerScale) -> Questionnaire:
    """The questionnaire with all its ratings on one scale, in place of those that it had."""
    pages = tuple(
        Page(
            title=page.title,
            intro=page.intro,
            items=tuple(item if item.scale is None else replace(item, scale=scale.id) for item in page.items),
        )
        for page in questionnaire.pages
    )
    return replace(questionnaire, pages=pages, scales=(in_languages(scale, questionnaire.languages),))
