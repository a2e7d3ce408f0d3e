"""The methods paragraph of a paper, from what was really run. English and Persian."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.category_paragraph import quantified_english, quantified_persian
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.parts import COPULA_LEVEL
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.run import MOST_TEST_RESAMPLES
from safar.analysis.path_model.speaking import name, number
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import InteractionMethod, Measured, Mode
from safar.domain.speech import PERSIAN_DIGITS

_NAMED_OR_DIGIT = re.compile("\u2068[^\u2069]*\u2069|[0-9]")
"""A name of the model or the data (see `speaking.name`), whose digits stay as they are, or a digit."""
_INTERVALS = {
    IntervalMethod.PERCENTILE: ("percentile", "صدکی"),
    IntervalMethod.BIAS_CORRECTED: ("bias-corrected", "اصلاح‌شده از اریبی"),
    IntervalMethod.BCA: ("bias-corrected and accelerated", "اصلاح‌شده و شتاب‌یافته (BCa)"),
    IntervalMethod.BASIC: ("basic", "پایه"),
    IntervalMethod.NORMAL: ("normal-theory", "نرمال"),
    IntervalMethod.STUDENT: ("Student's t", "تی استیودنت"),
}
_SCHEMES = {
    Scheme.PATH: ("path", "مسیر"),
    Scheme.FACTORIAL: ("factorial", "عاملی"),
    Scheme.CENTROID: ("centroid", "مرکزی"),
}
_INTERACTIONS = {
    InteractionMethod.TWO_STAGE: ("the two-stage approach", "روش دومرحله‌ای"),
    InteractionMethod.PRODUCT: ("products of standardized items", "حاصل‌ضرب گویه‌های استاندارد"),
    InteractionMethod.ORTHOGONAL: ("orthogonalized products of items", "حاصل‌ضرب‌های متعامدشدهٔ گویه‌ها"),
}


def methods_paragraph(
    result: PathResult, language: str = "en", *, further: Sequence[FurtherResult] = (), version: str = ""
) -> str:
    """What was done, in sentences to put into a paper: Persian for "fa", English for any other language.

    further: results of other analyses that are told of beside it. version: of Safar; left out where it is empty.
    """
    told = _persian(result, version) if language == "fa" else _english(result, version)
    return " ".join([*told, *(one.method(language) for one in further)])


def _english(result: PathResult, version: str) -> list[str]:
    run, model = result.run, result.model
    kind = "consistent partial least squares (PLSc)" if run.options.consistent else "partial least squares (PLS)"
    told = [
        f"The model of {len(model.constructs) + len(model.higher_orders)} constructs, {len(model.items)} items and "
        f"{len(model.paths)} paths was estimated by {kind} path modeling with the {_SCHEMES[run.options.scheme][0]} "
        f"weighting scheme (start from equal weights; stop at changes below {_plain(run.options.tolerance)} after "
        f"{result.rounds} rounds) "
        f"in Safar{version and ' ' + version}.",
        _measurement(result),
        _rows_english(result),
    ]
    told += quantified_english(result)
    if model.interactions:
        ways = dict.fromkeys(_INTERACTIONS[one.method][0] for one in model.interactions)
        told.append(f"Interactions were formed by {' and '.join(ways)}.")
    if model.higher_orders:
        made_as = "; ".join(
            f"{one.name} as a {'common factor' if one.measured is Measured.FACTOR else 'composite'} in mode {one.mode}"
            for one in model.higher_orders
        )
        told.append(
            f"Higher-order constructs were estimated in two stages, with the scores of their parts as items: {made_as}."
        )
    if (made := run.resampling) is not None:
        told.append(
            f"Inference rests on {made.resamples:,} bootstrap resamples (seed {made.seed}) with "
            f"{_INTERVALS[made.interval][0]} {made.confidence:.0%} intervals and two-sided p-values; scores were "
            f"aligned in sign with the sample's. {result.failed:,} resamples failed and were left out; "
            f"{result.inadmissible:,} were inadmissible and {'left out too' if made.drop_inadmissible else 'kept'}. "
            f"HTMT was computed from absolute correlations and tested one-sided."
        )
    else:
        told.append("No resamples were drawn of the estimates, so that they have no intervals and no p-values.")
    told += _tests_english(result)
    fit = result.fit
    told.append(
        f"SRMR was {number(fit.srmr)} (saturated {number(fit.srmr_saturated)})"
        + (f"; GoF, which is no test of fit, was {number(fit.gof, 2)}." if fit.gof is not None else ".")
    )
    return told


def _tests_english(result: PathResult) -> list[str]:
    told, made = [], result.run.of_tests
    most = f", the most that tests draw; seed {made.seed}" if _is_held(result) else f"; seed {made.seed}"
    drawn = f"({made.resamples:,} resamples{most})"
    if result.exact_fit:
        told.append(
            f"Exact fit was tested at the {_level(made.confidence)}% level by the bootstrap of Beran and Srivastava "
            f"(1985), for the whole model and for its measurement alone {drawn}; {result.exact_fit_lost:,} "
            "inadmissible resamples were left out."
        )
    if result.copulas:
        told.append(
            f"Endogeneity was examined by Gaussian copula terms (Park and Gupta 2012) at the {COPULA_LEVEL:.0%} level "
            f"{drawn}."
        )
    return told


def _is_held(result: PathResult) -> bool:
    """Whether tests drew fewer resamples than intervals."""
    made = result.run.resampling
    return made is not None and made.resamples > MOST_TEST_RESAMPLES


def _level(confidence: float) -> str:
    """In per cent."""
    return f"{round(100 * (1 - confidence), 3):g}"


def _measurement(result: PathResult) -> str:
    factors = sum(one.measured is Measured.FACTOR for one in result.model.constructs)
    composites = len(result.model.constructs) - factors
    modes = [one.mode for one in result.model.constructs]
    told = [f"{factors} were measured as common factors"] if factors else []
    told += [f"{composites} as composites"] if composites else []
    ways = ", ".join(f"{modes.count(mode)} in mode {mode.value}" for mode in Mode if mode in modes)
    return f"Of the measured constructs {' and '.join(told)} ({ways})."


def _rows_english(result: PathResult) -> str:
    run, treatment = result.run, result.treatment
    told = f"Of {treatment.rows:,} rows {result.n:,} were used"
    if treatment.without_weight:
        told += f"; {treatment.without_weight:,} without a weight were left out"
    if run.missing is Missing.CASEWISE and treatment.left_out:
        told += f"; {treatment.left_out:,} with missing answers were left out"
    elif treatment.left_out:
        told += f"; {treatment.left_out:,} without any answer were left out"
    if run.missing is Missing.MEAN and treatment.with_gaps:
        told += f"; {sum(treatment.gaps.values()):,} missing answers were replaced by their item's mean"
    elif run.missing is Missing.NIPALS and treatment.with_gaps:
        told += (
            f"; {treatment.with_gaps - treatment.left_out:,} with missing answers counted for what they hold (NIPALS)"
        )
    if run.weight:
        told += f"; rows were weighted by {run.weight}"
    if run.ordered:
        told += "; answers were taken as ordered codes (polychoric correlations)"
    return told + "."


def _persian(result: PathResult, version: str) -> list[str]:
    run, model = result.run, result.model
    stop = _plain(run.options.tolerance).replace(".", "٫")
    kind = "حداقل مربعات جزئی سازگار (PLSc)" if run.options.consistent else "حداقل مربعات جزئی (PLS)"
    told = [
        f"مدل با {len(model.constructs) + len(model.higher_orders)} سازه، {len(model.items)} گویه و "
        f"{len(model.paths)} مسیر به روش مدل‌سازی مسیر {kind} با طرح وزن‌دهی {_SCHEMES[run.options.scheme][1]} "
        f"(آغاز از وزن‌های برابر؛ توقف با تغییر کمتر از {stop} پس از {result.rounds} دور) در "
        f"نرم‌افزار سفر{version and ' ' + version} برآورد شد.",
        _measurement_persian(result),
        _rows_persian(result),
    ]
    told += quantified_persian(result)
    if model.interactions:
        ways = dict.fromkeys(_INTERACTIONS[one.method][1] for one in model.interactions)
        told.append(f"اثرهای تعدیلی با {' و '.join(ways)} ساخته شد.")
    if model.higher_orders:
        made_as = "؛ ".join(
            f"{name(one.name, 'fa')} {'عامل مشترک' if one.measured is Measured.FACTOR else 'ترکیب'} در حالت {one.mode}"
            for one in model.higher_orders
        )
        told.append(f"سازه‌های مرتبهٔ بالاتر در دو مرحله، با نمرهٔ بخش‌هایشان به جای گویه، برآورد شد: {made_as}.")
    if (made := run.resampling) is not None:
        told.append(
            f"استنباط بر {made.resamples} نمونهٔ بوت‌استرپ (بذر {made.seed}) با بازه‌های {_INTERVALS[made.interval][1]} "
            f"{made.confidence * 100:g} درصدی و p دوسویه استوار است؛ علامت نمره‌ها با علامت نمره‌های نمونه هم‌سو شد. "
            f"{result.failed} نمونهٔ بوت‌استرپ برآورد نشد و کنار گذاشته شد؛ {result.inadmissible} ناپذیرفتنی بود و "
            f"{'آن هم کنار گذاشته' if made.drop_inadmissible else 'نگه داشته'} شد. "
            "HTMT از همبستگی‌های مطلق حساب و یک‌طرفه آزموده شد."
        )
    else:
        told.append("برای برآوردها بازنمونه‌گیری نشد و بازه و p ندارد.")
    told += _tests_persian(result)
    fit = result.fit
    told.append(
        f"مقدار SRMR برابر {_decimal(fit.srmr)} (مدل اشباع {_decimal(fit.srmr_saturated)}) بود"
        + (f" و GoF، که آزمون برازش نیست، {_decimal(fit.gof)} بود." if fit.gof is not None else ".")
    )
    return [_NAMED_OR_DIGIT.sub(_in_persian, one) for one in told]


def _in_persian(found: re.Match[str]) -> str:
    return found[0].translate(PERSIAN_DIGITS) if len(found[0]) == 1 else found[0]


def _tests_persian(result: PathResult) -> list[str]:
    told, made = [], result.run.of_tests
    most = "، بیشترین شمار برای آزمون‌ها" if _is_held(result) else ""
    drawn = f"({made.resamples} نمونهٔ بوت‌استرپ{most}؛ بذر {made.seed})"
    if result.exact_fit:
        told.append(
            f"برازش دقیق در سطح {_level(made.confidence)} درصد با بوت‌استرپ بران و سریواستاوا برای کل مدل و برای "
            f"سنجش به‌تنهایی آزموده شد {drawn}؛ {result.exact_fit_lost} نمونهٔ ناپذیرفتنی کنار گذاشته شد."
        )
    if result.copulas:
        told.append(f"درون‌زایی با جمله‌های کوپولای گاوسی در سطح {COPULA_LEVEL * 100:g} درصد بررسی شد {drawn}.")
    return told


def _decimal(value: float) -> str:
    return number(value).replace(".", "٫")


def _plain(value: float) -> str:
    """A small number without an exponent."""
    return str(np.format_float_positional(value, trim="-"))


def _measurement_persian(result: PathResult) -> str:
    factors = sum(one.measured is Measured.FACTOR for one in result.model.constructs)
    composites = len(result.model.constructs) - factors
    modes = [one.mode for one in result.model.constructs]
    told = [f"{factors} سازه عامل مشترک"] if factors else []
    told += [f"{composites} سازه ترکیب"] if composites else []
    ways = "، ".join(f"{modes.count(mode)} در حالت {mode.value}" for mode in Mode if mode in modes)
    return f"در سنجش، {' و '.join(told)} بود ({ways})."


def _rows_persian(result: PathResult) -> str:
    run, treatment = result.run, result.treatment
    told = f"از {treatment.rows} ردیف، {result.n} ردیف به کار رفت"
    if treatment.without_weight:
        told += f"؛ {treatment.without_weight} ردیف بی‌وزن کنار گذاشته شد"
    if run.missing is Missing.CASEWISE and treatment.left_out:
        told += f"؛ {treatment.left_out} ردیف با پاسخ گمشده کنار گذاشته شد"
    elif treatment.left_out:
        told += f"؛ {treatment.left_out} ردیف بی‌پاسخ کنار گذاشته شد"
    if run.missing is Missing.MEAN and treatment.with_gaps:
        told += f"؛ {sum(treatment.gaps.values())} پاسخ گمشده با میانگین گویه پر شد"
    elif run.missing is Missing.NIPALS and treatment.with_gaps:
        told += (
            f"؛ {treatment.with_gaps - treatment.left_out} ردیف با پاسخ گمشده به اندازهٔ پاسخ‌هایش به شمار آمد (NIPALS)"
        )
    if run.weight:
        told += f"؛ ردیف‌ها با {name(run.weight, 'fa')} وزن گرفت"
    if run.ordered:
        told += "؛ پاسخ‌ها تنها رتبه‌ای گرفته شد (همبستگی چندرشته‌ای)"
    return told + "."
