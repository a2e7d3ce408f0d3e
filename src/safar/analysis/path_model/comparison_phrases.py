"""The sentences of models beside each other, each in English and Persian."""

from __future__ import annotations

COMPARISON: dict[str, tuple[str, str]] = {
    "comparison-title": ("{count} path models side by side", "{count} مدل مسیر در کنار هم"),
    "comparison-same-rows": ("All stand on the same {n} rows.", "همه بر همان {n} ردیف استوار است."),
    "comparison-other-rows": (
        "They stand on different rows: what each explains and how it fits is told, criteria are not compared. Estimate "
        "all of them with the same answers, and leave the same rows out.",
        "این‌ها بر ردیف‌های متفاوتی استوار است: آنچه هر یک تبیین می‌کند و برازش آن گفته می‌شود، اما معیارها سنجیده نمی‌شود. "
        "همه را با همان پاسخ‌ها برآورد کنید و همان ردیف‌ها را کنار بگذارید.",
    ),
    "comparison-same-items": ("All have the same items.", "گویه‌های همه یکی است."),
    "comparison-other-items": (
        "Not all have the same items: each measure of fit is of another table of correlations, so read it for each "
        "model alone.",
        "گویه‌های همه یکی نیست: هر سنجهٔ برازش از جدول همبستگی دیگری است؛ آن را برای هر مدل به‌تنهایی بخوانید.",
    ),
    "comparison-other-way": (
        "They are not estimated alike ({what}): criteria would compare the ways of estimating, so none is told.",
        "این‌ها به یک شیوه برآورد نشده است ({what}): معیارها شیوه‌های برآورد را می‌سنجید، پس گفته نمی‌شود.",
    ),
    "way-consistent": ("consistent or plain", "سازگار یا ساده"),
    "way-ordered": ("ordered codes or numbers", "کدهای مرتب یا عدد"),
    "comparison-measured": (
        "{constructs}: not the same items everywhere, so that it is another construct; its criteria are not compared.",
        "{constructs}: گویه‌ها همه‌جا یکی نیست، پس سازه‌ای دیگر است؛ معیارهای آن سنجیده نمی‌شود.",
    ),
    "comparison-nested": (
        "{smaller} is nested in {larger}: the same constructs, and some of its paths.",
        "{smaller} درون {larger} جای دارد: همان سازه‌ها و بخشی از مسیرهای آن.",
    ),
    "comparison-alike": (
        "{smaller} and {larger} claim the same paths between the same constructs.",
        "{smaller} و {larger} همان مسیرها را میان همان سازه‌ها ادعا می‌کند.",
    ),
    "comparison-not-nested": ("None is nested in another.", "هیچ‌یک درون دیگری جای ندارد."),
    "comparison-verdicts": ("Verdicts differ on {paths}.", "حکم‌ها در این مسیرها فرق دارد: {paths}."),
    "comparison-no-verdicts": ("No verdict differs.", "هیچ حکمی فرق ندارد."),
    "comparison-no-test": ("No test is made of differences of paths.", "تفاوت مسیرها آزمون نمی‌شود."),
    "comparison-best": (
        "{construct}: {model} is best by BIC (weight {weight}) and by GM.",
        "{construct}: {model} از نظر BIC (وزن {weight}) و از نظر GM بهترین است.",
    ),
    "comparison-best-bic": (
        "{construct}: {model} is best by BIC (weight {weight}).",
        "{construct}: {model} از نظر BIC بهترین است (وزن {weight}).",
    ),
    "comparison-divided": (
        "{construct}: BIC prefers {model} (weight {weight}), GM prefers {other}.",
        "{construct}: BIC مدل {model} را برتر می‌داند (وزن {weight}) و GM مدل {other} را.",
    ),
    "comparison-unsure": (
        "A weight below {limit} does not single a model out: report those that come close too.",
        "وزنی کمتر از {limit} یک مدل را جدا نمی‌کند: مدل‌های نزدیک به آن را نیز گزارش کنید.",
    ),
    "comparison-paths": ("Paths", "مسیرها"),
    "comparison-marks": (
        "✓ supported, ✗ not supported, ± supported with the other sign, – no such path.",
        "✓ تأیید شد، ✗ تأیید نشد، ± با علامت دیگر تأیید شد، – چنین مسیری نیست.",
    ),
    "comparison-explained": ("What is explained", "آنچه تبیین می‌شود"),
    "comparison-criteria": ("Which model explains best with least", "کدام مدل با کمترین، بیشترین را تبیین می‌کند"),
    "comparison-criteria-note": (
        "Smaller is better; weights add up to one among the models compared.",
        "کوچک‌تر بهتر است؛ جمع وزن‌ها در میان مدل‌های سنجیده یک است.",
    ),
    "comparison-fit": ("Fit", "برازش"),
    "rivals-title": ("Which model predicts better? ({models})", "کدام مدل بهتر پیش‌بینی می‌کند؟ ({models})"),
    "rivals-rows": (
        "{n} rows that every model can use, {how}; {items} items that every model predicts.",
        "{n} ردیف که همهٔ مدل‌ها به کار می‌برند، {how}؛ {items} گویه که همهٔ مدل‌ها پیش‌بینی می‌کنند.",
    ),
    "rivals-losses": ("Mean squared errors out of sample", "میانگین توان دوم خطا برون از نمونه"),
    "rivals-tests": ("Models two by two (CVPAT)", "مدل‌ها دوبه‌دو (CVPAT)"),
    "rivals-note": (
        "Below zero the first model predicts better. p: two-sided, by Holm's rule over the pairs.",
        "کمتر از صفر: مدل نخست بهتر پیش‌بینی می‌کند. p: دوسویه، با قاعدهٔ هولم در میان جفت‌ها.",
    ),
    "rivals-mean-note": (
        "Mean: predicting every answer by the mean of the other rows.",
        "میانگین: پیش‌بینی هر پاسخ با میانگین ردیف‌های دیگر.",
    ),
    "rivals-better": (
        "{better} predicts better than {worse} ({p}).",
        "{better} بهتر از {worse} پیش‌بینی می‌کند ({p}).",
    ),
    "rivals-same": (
        "{better} and {worse} predict about equally well ({p}): prefer the simpler one, or the better founded one.",
        "{better} و {worse} کمابیش به یک اندازه خوب پیش‌بینی می‌کند ({p}): مدل ساده‌تر یا مدلی را برگزینید که دلیل بهتری "
        "دارد.",
    ),
    "rivals-alike": (
        "{better} and {worse} predict the same.",
        "پیش‌بینی {better} و {worse} یکی است.",
    ),
    "rivals-below-mean": (
        "{model} does not predict better than the mean of others' answers.",
        "{model} بهتر از میانگین پاسخ دیگران پیش‌بینی نمی‌کند.",
    ),
    "method-rivals": (
        "Predictions of the models were compared by CVPAT on the same rows and folds, {how}, two by two, with p-values "
        "by Holm's rule.",
        "پیش‌بینی مدل‌ها با CVPAT بر همان ردیف‌ها و بخش‌ها، {how}، دوبه‌دو و با p به قاعدهٔ هولم سنجیده شد.",
    ),
}
