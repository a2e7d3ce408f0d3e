"""A questionnaire brought in line with a model that has changed: what is asked stays, what nobody asks is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from safar.domain.framework import Framework
from safar.domain.label import Label
from safar.domain.path_model import PathModel
from safar.domain.questionnaire import AnswerScale, Item, Page, Questionnaire
from safar.study.derive import LANGUAGES, derive
from safar.study.scales import AGREEMENT, in_languages


def aligned(questionnaire: Questionnaire, model: PathModel, *, frameworks: Mapping[str, Framework]) -> Questionnaire:
    """Every item of the model that nobody asks comes on pages at the end, its wording a proposal; an item that is asked
    for another construct is asked for the model's. Wording, order, scales and further questions stay.

    Raises: BadQuestionnaire where an item's name cannot name a question, or another question has it.
    """
    owners = {item: construct.name for construct in model.constructs for item in construct.items}
    pages = [
        replace(page, items=tuple(_for_its_construct(item, owners) for item in page.items))
        for page in questionnaire.pages
    ]
    spoken = [tag for tag in questionnaire.languages if tag in LANGUAGES] or ["en"]
    scale = _usual(questionnaire)
    proposed = derive(model, frameworks=frameworks, languages=spoken, scale=scale)
    base = questionnaire.languages[0]
    for page in proposed.pages:
        lacking = tuple(_worded_in(item, base) for item in page.items if item.id not in questionnaire)
        if lacking:
            pages.append(Page(items=lacking))
    scales = questionnaire.scales
    if scale.id not in {one.id for one in scales} and any(item.id not in questionnaire for item in proposed.items):
        scales = (*scales, in_languages(scale, spoken))
    return replace(questionnaire, pages=tuple(pages), scales=scales)


def _for_its_construct(item: Item, owners: Mapping[str, str]) -> Item:
    owner = owners.get(item.id)
    return item if owner is None or item.construct == owner else replace(item, construct=owner)


def _usual(questionnaire: Questionnaire) -> AnswerScale:
    """The scale that most ratings are answered on."""
    used = Counter(item.scale for item in questionnaire.ratings)
    most = used.most_common(1)
    return next((one for one in questionnaire.scales if most and one.id == most[0][0]), AGREEMENT)


def _worded_in(item: Item, language: str) -> Item:
    """With something to read in the questionnaire's first language, in which nothing can be proposed."""
    if language in item.wording.texts:
        return item
    return replace(item, wording=Label({**item.wording.texts, language: item.wording.text()}))
