"""What is said below a result's tables, in the language of its sentences."""

from __future__ import annotations

from safar.analysis.path_model.copula import MOST_NORMAL_P
from safar.analysis.path_model.numeral import Form, Numeral
from safar.analysis.path_model.parts import SlopeFigure
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import (
    NEVER_ZERO,
    count,
    is_persian,
    name,
    names,
    number,
    percent,
    probability,
    seed_of,
)
from safar.analysis.path_model.verdicts import rows_told


def resampled_notes(result: PathResult) -> tuple[str, ...]:
    """How intervals were made."""
    made, language = result.run.resampling, result.language
    if made is None:
        return (say("not-resampled", language),)
    floor = 1 / max(made.resamples - result.failed, 1)
    # Below what is printed as "< .001" there is nothing to say.
    held = (say("least-p", language, p=number(floor, 3, language)),) if floor >= NEVER_ZERO else ()
    return (
        say(
            "resampled",
            language,
            interval=word(str(made.interval), language),
            confidence=percent(made.confidence, 0, language),
            resamples=count(made.resamples, language),
            failed=count(result.failed, language),
            inadmissible=count(result.inadmissible, language),
            kept=word("left out" if made.drop_inadmissible else "kept", language),
        ),
        *held,
    )


def whole_notes(result: PathResult) -> tuple[str, ...]:
    """What is said of the whole model below its tables: a common method, and what the rows can find."""
    return (*method_notes(result), sample_note(result))


def formative_notes(result: PathResult) -> tuple[str, ...]:
    """That measures of agreement say nothing of items that are parts."""
    formed = [
        result.called(one.construct, result.language) for one in result.constructs if one.mode == "B" and one.items > 1
    ]
    return (say("formative-note", result.language, constructs=names(formed, result.language)),) if formed else ()


def method_notes(result: PathResult) -> tuple[str, ...]:
    """Whether one way of asking may have made the answers alike; nothing where that cannot be seen."""
    found, language = result.common_method, result.language
    if found is None:
        return ()
    return (
        say(
            "method-suspected" if found.suspected else "method-not-suspected",
            language,
            construct=name(result.called(found.construct, language), language),
            value=number(found.full_vif, 2, language),
            limit=number(found.limit, 1, language),
        ),
    )


def sample_note(result: PathResult) -> str:
    """What the rows can find."""
    return say("rows-find", result.language, **rows_told(result.sample_size, result.language))


def drawn_notes(result: PathResult) -> tuple[str, ...]:
    """How many resamples the tests of exact fit and endogeneity drew, which may be fewer than the intervals'."""
    language, made = result.language, result.run.of_tests
    held = (result.run.resampling or made).resamples > made.resamples
    key = "tests-held" if held else "tests-drawn"
    return (say(key, language, resamples=count(made.resamples, language), seed=seed_of(made.seed, language)),)


def exact_fit_notes(result: PathResult) -> tuple[str, ...]:
    """The same, and how many of them the test of exact fit lost."""
    return (
        *drawn_notes(result),
        say("tests-lost", result.language, count=count(result.exact_fit_lost, result.language)),
    )


def normal_p_told(p: float | None) -> Numeral:
    """The p-value of a predictor's scores being normal: where the test gives none, it is above its last."""
    if p is not None:
        return probability(p)
    return Numeral(f"> {MOST_NORMAL_P:.2f}".replace("0.", "."), MOST_NORMAL_P, 2, Form.ABOVE)


def moderated_notes(result: PathResult) -> tuple[str, ...]:
    """What simple slopes are, then where effects through a moderated path hold; nothing where nothing moderates."""
    return (say("slopes-note", result.language), say("moderated-note", result.language)) if result.slopes else ()


def slope_at(result: PathResult, one: SlopeFigure) -> str:
    """Where the moderators stand."""
    language = result.language
    told = []
    for moderator, at in one.moderators:
        construct = name(result.called(moderator, language), language)
        if at:
            side = number(at, 0, language) if at < 0 else f"+{number(at, 0, language)}"
            told.append(say("slope-at", language, construct=construct, at=side))
        else:
            told.append(say("slope-mean", language, construct=construct))
    return ("، " if is_persian(language) else ", ").join(told)
