"""The sentences of path models' results, each in English and Persian; `{…}` are told by the caller, "
"already written."""

from __future__ import annotations

from safar.analysis.path_model.comparison_phrases import COMPARISON
from safar.analysis.path_model.further_phrases import FURTHER
from safar.analysis.path_model.note_phrases import NOTES
from safar.analysis.path_model.speaking import is_persian
from safar.analysis.path_model.table_words import PERSIAN_WORDS

_PHRASES: dict[str, tuple[str, str]] = {
    # Doubts of the whole analysis
    "other-data": (
        "These are other rows than those that the saved run was made with: its numbers are not repeated here.",
        "این ردیف‌ها همان ردیف‌هایی نیست که اجرای ذخیره‌شده با آن ساخته شد: عددهای آن اینجا تکرار نشده است.",
    ),
    "stray-codes": (
        "Answers stand far from all others, as codes for no answer do: {items}. If they mean none, say so (--missing).",
        "پاسخ‌هایی از همهٔ پاسخ‌های دیگر دورند، مانند نشانه‌های بی‌پاسخ بودن: {items}. اگر چنین است، بگویید (‎--missing).",
    ),
    "inadmissible": (
        "The estimates cannot be right as they stand: a reliability lies outside 0 to 1, a loading beyond 1, "
        "or the constructs' correlations cannot belong together. Their intervals share the fault.",
        "برآوردها به این صورت نمی‌تواند درست باشد: پایایی بیرون از صفر تا یک است، بار عاملی از یک بیشتر است، یا "
        "همبستگی سازه‌ها با هم نمی‌خواند. بازه‌ها نیز همین عیب را دارد.",
    ),
    "failed-replicates": (
        "{count} of {all} resamples ({share}) could not be estimated and are left out; the intervals rest on an "
        "unsteady model.",
        "{count} نمونه از {all} نمونهٔ بوت‌استرپ ({share}) برآورد نشد و کنار گذاشته شد؛ بازه‌ها بر مدلی "
        "ناپایدار استوار است.",
    ),
    "inadmissible-replicates": (
        "{count} of {all} resamples ({share}) gave estimates that cannot be right and are kept; the "
        "intervals rest on "
        "an unsteady model.",
        "{count} نمونه از {all} نمونهٔ بوت‌استرپ ({share}) برآوردی ناپذیرفتنی داد و نگه داشته شد؛ بازه‌ها بر "
        "مدلی ناپایدار "
        "استوار است.",
    ),
    "dropped-replicates": (
        "{count} of {all} resamples ({share}) gave estimates that cannot be right and are left out; the "
        "intervals rest "
        "on what remains.",
        "{count} نمونه از {all} نمونهٔ بوت‌استرپ ({share}) برآوردی ناپذیرفتنی داد و کنار گذاشته شد؛ بازه‌ها "
        "بر باقی‌مانده "
        "استوار است.",
    ),
    "left-out": (
        "{count} of {all} rows ({share}) were left out for missing answers; who does not answer may differ from who "
        "does.",
        "{count} ردیف از {all} ردیف ({share}) به سبب پاسخ گمشده کنار گذاشته شد؛ کسی که پاسخ نمی‌دهد شاید با "
        "کسی که پاسخ "
        "می‌دهد فرق دارد.",
    ),
    "no-weight": (
        "{count} of {all} rows ({share}) were left out because they have no weight; find out why.",
        "{count} ردیف از {all} ردیف ({share}) چون وزن ندارد کنار گذاشته شد؛ سبب آن را بیابید.",
    ),
    "uncorrected-higher-orders": (
        "The correction for error does not reach {names}: as a composite of factors' scores it is taken with their "
        "error, so that its paths come out too small.",
        "تصحیح خطا به {names} نمی‌رسد: این ترکیب از نمرهٔ عامل‌ها با خطای آن‌ها گرفته می‌شود و مسیرهایش کوچک‌تر از آنچه هست "
        "برآورد می‌شود.",
    ),
    "uncorrected-interactions": (
        "The correction for error does not reach {names}: error multiplies in a product, so that the interaction's "
        "path comes out too small.",
        "تصحیح خطا به {names} نمی‌رسد: خطا در حاصل‌ضرب چند برابر می‌شود و مسیر تعدیل کوچک‌تر از آنچه هست برآورد می‌شود.",
    ),
    "sample": (
        "{n} find only paths of {least} and more four times of five, tested two-sided at {level} (inverse square "
        "root): smaller ones may be there unseen, and those found tend to be told too large.",
        "{n} تنها مسیرهای {least} و بزرگ‌تر را در آزمون دوسویه در سطح {level} چهار بار از پنج بار می‌یابد (ریشهٔ دوم "
        "معکوس): شاید مسیرهای کوچک‌تر باشد و دیده نشود، و آنچه یافت شود بیشتر بزرگ‌تر از آنچه هست برآورد می‌شود.",
    ),
    "plain-rows": ("{n} rows", "{n} ردیف"),
    "weighted-rows": (
        "{n} weighted rows (as much as {effective} of equal weight, Kish 1965)",
        "{n} ردیف وزن‌دار (برابر با {effective} ردیف هم‌وزن، کیش ۱۹۶۵)",
    ),
    "fit": (
        "SRMR is {value}, above {limit}: the paths do not reproduce the items' correlations well (a "
        "convention, not a "
        "test).",
        "شاخص SRMR برابر {value} و از {limit} بیشتر است: مسیرها همبستگی گویه‌ها را خوب بازنمی‌سازد (قراری "
        "مرسوم، نه آزمون).",
    ),
    "exact-fit": (
        "Exact fit is rejected ({distances}): the distance between data and model is more than chance.",
        "برازش دقیق رد شد ({distances}): فاصلهٔ داده و مدل بیش از تصادف است.",
    ),
    # Doubts of constructs and items
    "one-item": (
        "{construct} is measured by one item, so that its error is taken for nothing.",
        "سازهٔ {construct} تنها یک گویه دارد و خطای آن هیچ گرفته می‌شود.",
    ),
    "two-items": ("{construct} is measured by two items only.", "سازهٔ {construct} تنها دو گویه دارد."),
    "reliability": (
        "{construct} is measured unreliably ({told}; {limit} is asked for).",
        "سنجش سازهٔ {construct} پایا نیست ({told}؛ دست‌کم {limit} لازم است).",
    ),
    "convergent-validity": (
        "Less than half of what the items of {construct} vary is its own (AVE {value}).",
        "کمتر از نیمی از واریانس گویه‌های {construct} از خود آن است (میانگین واریانس استخراج‌شده {value}).",
    ),
    "common-method": (
        "{construct} shares so much with all others (full collinearity VIF {value}, above {limit}) that one way of "
        "asking may have made it.",
        "سازهٔ {construct} با همهٔ سازه‌های دیگر چنان مشترک است (تورم واریانس هم‌خطی کامل {value}، بیش از "
        "{limit}) که شاید "
        "یکسان بودن شیوهٔ پرسش آن را ساخته باشد.",
    ),
    "discriminant-validity": (
        "{one} and {other} can hardly be told apart (HTMT {value}, upper bound {upper}, not below {limit}).",
        "سازه‌های {one} و {other} را به‌سختی می‌توان از هم بازشناخت (HTMT برابر {value}، کران بالا {upper}، نه "
        "کمتر از {limit}).",
    ),
    "discriminant-validity-plain": (
        "{one} and {other} can hardly be told apart (HTMT {value}, not below {limit}).",
        "سازه‌های {one} و {other} را به‌سختی می‌توان از هم بازشناخت (HTMT برابر {value}، نه کمتر از {limit}).",
    ),
    "upper bound": ("upper bound", "کران بالا"),
    "value": ("value", "مقدار"),
    "cross-loading": (
        "Item {item} of {construct} goes more with {nearest} ({other} against {own}).",
        "گویهٔ {item} از سازهٔ {construct} با {nearest} بیشتر همراه است ({other} در برابر {own}).",
    ),
    "item-turned": (
        "Item {item} loads below zero on {construct} ({value}): it runs against the construct's other items. Turn its "
        "answers round where it was asked in reverse; where the others were, the construct's scores and the signs of "
        "its paths are turned, and their answers are what to turn.",
        "بار گویهٔ {item} بر سازهٔ {construct} منفی است ({value}): خلاف گویه‌های دیگر سازه پیش می‌رود. اگر وارونه "
        "پرسیده شده است، پاسخ‌هایش را برگردانید؛ اگر گویه‌های دیگر وارونه پرسیده شده است، نمره‌های سازه و علامت مسیرهایش "
        "برگشته است و پاسخ‌های آن‌ها را باید برگرداند.",
    ),
    "items-combined": (
        "An item of {construct} follows exactly from its other items, as a sum of them would: it says nothing of its "
        "own, and the construct's reliability is too high.",
        "یکی از گویه‌های {construct} دقیقاً از گویه‌های دیگرش به دست می‌آید، چنان‌که جمع آن‌ها به دست می‌آید: خودش چیزی "
        "نمی‌گوید و پایایی سازه بیش از اندازه است.",
    ),
    "item-collinearity": (
        "Item {item} of {construct} says what the others say (VIF {value}): its weight is unsteady.",
        "گویهٔ {item} از سازهٔ {construct} همان را می‌گوید که گویه‌های دیگر می‌گوید (تورم واریانس {value}): "
        "وزنش ناپایدار است.",
    ),
    # Doubts of paths
    "collinearity": (
        "{source} nearly follows from what acts on {target} beside it (VIF {value}).",
        "{source} تقریباً از سازه‌های دیگری که بر {target} اثر دارد نتیجه می‌شود (تورم واریانس {value}).",
    ),
    "size": (
        "A standardized path of {value} speaks for collinearity.",
        "مسیر استاندارد {value} نشانهٔ هم‌خطی است.",
    ),
    "endogeneity": (
        "{source} may carry a hidden cause of {target} (Gaussian copula term {value}, {p}).",
        "{source} شاید علتی پنهان از {target} را با خود دارد (جملهٔ کوپولای گاوسی {value}، {p}).",
    ),
    "only-path-held": (
        "{path} is the only path of both its constructs: in a consistent model p and percentile intervals find such "
        "a path in {often} to {most} of samples where there is none, and not in {level}. Go by the t-test, which "
        "keeps its level: it finds the path too (t = {t}; {least} is asked for).",
        "{path} تنها مسیر هر دو سازه است: در مدل سازگار، p و بازهٔ صدکی چنین مسیری را که نیست به‌جای {level} در {often} "
        "تا {most} نمونه‌ها می‌یابد. به آزمون t تکیه کنید که سطحش درست است: آن نیز مسیر را می‌یابد (t برابر {t}؛ "
        "{least} لازم است).",
    ),
    "only-path-open": (
        "{path} is the only path of both its constructs: in a consistent model p and percentile intervals find such "
        "a path in {often} to {most} of samples where there is none, and not in {level}. Go by the t-test, which "
        "keeps its level: it does not find the path (t = {t}; {least} is asked for).",
        "{path} تنها مسیر هر دو سازه است: در مدل سازگار، p و بازهٔ صدکی چنین مسیری را که نیست به‌جای {level} در {often} "
        "تا {most} نمونه‌ها می‌یابد. به آزمون t تکیه کنید که سطحش درست است: آن مسیر را نمی‌یابد (t برابر {t}؛ "
        "{least} لازم است).",
    ),
    # Verdicts
    "untested": (
        "is estimated at {value}; without resamples nothing is said of chance.",
        "برابر {value} برآورد شد؛ بدون بازنمونه‌گیری دربارهٔ تصادف چیزی گفته نمی‌شود.",
    ),
    "figures": ("({value}, {level} interval {interval}, {p})", "({value}، بازهٔ {level} از {interval}، {p})"),
    "supported": ("is supported {figures}.", "تأیید شد {figures}."),
    "wrong-sign": (
        "has the wrong sign: {expected} was expected, the opposite was found {figures}.",
        "علامت خلاف انتظار دارد: انتظار {expected} بود و عکس آن دیده شد {figures}.",
    ),
    "positive": ("positive", "مثبت"),
    "negative": ("negative", "منفی"),
    "not-supported": (
        "is not supported: the interval holds zero {figures}.",
        "تأیید نشد: بازه صفر را در بر دارد {figures}.",
    ),
    # Notes of tables
    "not-resampled": ("No resamples were drawn.", "بازنمونه‌گیری نشد."),
    "resampled": (
        "Intervals: {interval}, {confidence}, {resamples} resamples; {failed} failed, {inadmissible} "
        "inadmissible and "
        "{kept}.",
        "بازه‌ها: {interval}، {confidence}، {resamples} نمونهٔ بوت‌استرپ؛ {failed} برآورد نشد، "
        "{inadmissible} ناپذیرفتنی بود و "
        "{kept}.",
    ),
    "least-p": (
        "p from so many resamples is {p} at least: “≤” is put before it there, and stars follow from that value.",
        "p از این شمار بازنمونه دست‌کم {p} است: آنجا «حداکثر» پیش از آن می‌آید و ستاره‌ها از همین مقدار پیروی می‌کند.",
    ),
    "stars": ("* p < .05, ** p < .01, *** p < .001.", "یک، دو و سه ستاره: p کمتر از ۰٫۰۵، ۰٫۰۱ و ۰٫۰۰۱."),
    "constructs-note": (
        "α: of the answers as they are; α std.: of standardized ones; ω: by one common factor. VIF: by all other "
        "constructs.",
        "α: پاسخ‌ها چنان‌که هست؛ α استاندارد: پاسخ‌های استانداردشده؛ ω: با یک عامل مشترک. VIF: با همهٔ سازه‌های دیگر.",
    ),
    "formative-note": (
        "Mode B ({constructs}): items are parts that need not agree, and α, ρC and AVE say nothing of them.",
        "حالت B ({constructs}): گویه‌ها بخش‌هایی‌اند که لازم نیست با هم بخوانند؛ α و ρC و AVE چیزی از آن‌ها نمی‌گوید.",
    ),
    "method-suspected": (
        "Common method: {construct} has the largest full collinearity VIF, {value}, above {limit}: one way of asking "
        "may have made the answers alike.",
        "روش مشترک: بزرگ‌ترین تورم واریانس هم‌خطی کامل از آنِ {construct} است، {value}، بیش از {limit}: شاید "
        "یکسان بودن شیوهٔ "
        "پرسش پاسخ‌ها را همانند کرده باشد.",
    ),
    "method-not-suspected": (
        "Common method: {construct} has the largest full collinearity VIF, {value}, not above {limit}: no sign of it.",
        "روش مشترک: بزرگ‌ترین تورم واریانس هم‌خطی کامل از آنِ {construct} است، {value}، نه بیش از {limit}: "
        "نشانی از آن نیست.",
    ),
    "rows-find": (
        "Sample: {n} find paths of {least} and more four times of five, tested two-sided at {level} (inverse "
        "square root).",
        "نمونه: {n} مسیرهای {least} و بزرگ‌تر را در آزمون دوسویه در سطح {level} چهار بار از پنج بار می‌یابد (ریشهٔ "
        "دوم معکوس).",
    ),
    "htmt-note": (
        "Absolute correlations. The one-sided {bound} is compared with each limit. HTMT2: by geometric means.",
        "همبستگی‌های مطلق. {bound} یک‌طرفه با هر حد سنجیده می‌شود. HTMT2: با میانگین هندسی.",
    ),
    "gof-note": (
        "GoF is printed for comparison with older papers; it does not fall when a model is wrong.",
        "GoF برای سنجش با مقاله‌های پیشین آمده است؛ اگر مدل نادرست باشد کم نمی‌شود.",
    ),
    "mediation-note": (
        "Kinds by Zhao, Lynch and Chen (2010). Share: indirect over total (VAF), told only where both point the same "
        "way; of a small total effect it says little.",
        "گونه‌ها بر پایهٔ ژائو، لینچ و چن (۲۰۱۰). سهم: غیرمستقیم به کل (VAF)، تنها وقتی هر دو هم‌جهت است؛ "
        "دربارهٔ اثر کل "
        "کوچک چیز زیادی نمی‌گوید.",
    ),
    "ways-left-out": (
        "Shown are {shown} of {all} ways: {rule}. {left} are left out here; the workbook (.xlsx), the saved result "
        "(.json) and the table of ways as CSV hold them all.",
        "از {all} راه {shown} راه آمده است: {rule}. {left} راه اینجا نیامده است؛ همه در کارپوشه (.xlsx)، در نتیجهٔ "
        "ذخیره‌شده (.json) و در جدول راه‌ها (CSV) هست.",
    ),
    "ways-largest": ("the largest by size", "بزرگ‌ترین‌ها"),
    "ways-found": ("those whose interval leaves zero out", "آن‌ها که بازه‌شان صفر را در بر ندارد"),
    "ways-largest-found": (
        "the largest of the {found} whose interval leaves zero out",
        "بزرگ‌ترین‌ها از {found} راهی که بازه‌شان صفر را در بر ندارد",
    ),
    "ways-none-found": (
        "the largest by size, as no interval leaves zero out",
        "بزرگ‌ترین‌ها، زیرا بازهٔ هیچ‌یک بیرون از صفر نیست",
    ),
    "numbered-note": (
        "Columns bear the numbers of the constructs.",
        "شمارهٔ هر ستون شمارهٔ سازه است.",
    ),
    "criteria-note": (
        "Smaller is better, among models of the same rows.",
        "کمتر بهتر است، در میان مدل‌های همان ردیف‌ها.",
    ),
    "slope-at": ("{construct} {at} SD", "{construct} در {at} انحراف معیار"),
    "slope-mean": ("{construct} at its mean", "{construct} در میانگین"),
    "slopes-note": (
        "Slope: what one standard deviation more does where the moderator stands at its mean, or one standard "
        "deviation below or above it; all else at its mean.",
        "شیب: اثر یک انحراف معیار بیشتر، وقتی تعدیل‌گر در میانگین است یا یک انحراف معیار کمتر یا بیشتر از آن؛ بقیه در "
        "میانگین.",
    ),
    "moderated-note": (
        "Indirect and total effects through a moderated path hold at the moderator's mean.",
        "اثر غیرمستقیم و کل از راه مسیری که تعدیل می‌شود، در میانگین تعدیل‌گر درست است.",
    ),
    "endogeneity-note": (
        "Suspected at the 1% level; intervals of 99%. Where items have errors (loadings of 0.80) a term is found in a "
        "tenth of the samples though nothing is hidden.",
        "مشکوک در سطح ۱٪؛ بازه‌های ۹۹٪. وقتی گویه‌ها خطا دارد (بار ۰٫۸۰) در یک‌دهم نمونه‌ها جمله دیده می‌شود، هرچند چیزی "
        "پنهان نیست.",
    ),
    "tests-drawn": ("{resamples} resamples (seed {seed}).", "{resamples} نمونهٔ بوت‌استرپ (بذر {seed})."),
    "tests-held": (
        "{resamples} resamples (seed {seed}): tests draw no more.",
        "{resamples} نمونهٔ بوت‌استرپ (بذر {seed}): آزمون‌ها بیش از این نمی‌کشد.",
    ),
    "tests-lost": ("{count} inadmissible ones are left out.", "{count} نمونهٔ ناپذیرفتنی کنار گذاشته شد."),
    "categories-note": (
        "A value is what the category stands for, in standard deviations of the item: over the rows its mean is zero "
        "and its variance one. Nothing is tested of it.",
        "مقدار، عددی است که رده به جای آن می‌نشیند، به واحد انحراف معیار گویه: میانگین آن در ردیف‌ها صفر و واریانسش یک "
        "است. چیزی دربارهٔ آن آزموده نمی‌شود.",
    ),
    "categories-absent": (
        "Some resamples hold no row of a category: they say nothing of its value, and its interval rests on the "
        "others.",
        "در برخی نمونه‌های بوت‌استرپ هیچ ردیفی از یک رده نیست؛ آن‌ها دربارهٔ مقدار آن چیزی نمی‌گوید و بازهٔ آن بر بقیه "
        "استوار است.",
    ),
    "fitted-names": (
        "Nominal items ({items}) take numbers that fit what their construct is joined to, so that chance is found too "
        "often: without any effect, a path like this was found in {one} (one such item of three) to {all} (all three) "
        "of simulated samples.",
        "گویه‌های اسمی ({items}) عددهایی می‌گیرد که به همسایه‌های سازه برازش شده، پس تصادف بیش از اندازه یافت می‌شود: در "
        "نمونه‌های شبیه‌سازی‌شدهٔ بی‌اثر، چنین مسیری در {one} (یک گویه از سه) تا {all} (هر سه) آن‌ها یافت شد.",
    ),
    "few-rows-a-category": (
        "{count} categories of nominal items ({items}) have fewer than {few} rows: their numbers follow these rows, "
        "chance included, and make the model look better than it is.",
        "{count} رده از گویه‌های اسمی ({items}) کمتر از {few} ردیف دارد: عدد آن‌ها پیرو همان ردیف‌هاست، با آنچه در آن‌ها "
        "تصادفی است، و مدل را بهتر از آنچه هست نشان می‌دهد.",
    ),
    "one-doubt": ("1 reason to doubt it.", "یک دلیل برای تردید در آن هست."),
    "doubts": ("{count} reasons to doubt it.", "{count} دلیل برای تردید در آن هست."),
}
_ALL = {**_PHRASES, **NOTES, **FURTHER, **COMPARISON}


def say(key: str, language: str, /, **told: str) -> str:
    """A sentence in Persian for "fa", else in English. told: what stands in it, written in that language."""
    return _ALL[key][is_persian(language)].format(**told)


def word(english: str, language: str) -> str:
    """A word of a table's head."""
    return PERSIAN_WORDS.get(english, english) if is_persian(language) else english
