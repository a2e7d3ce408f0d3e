"""The sentences of further results (prediction, groups, segments …), each in English and Persian."""

from __future__ import annotations

FURTHER: dict[str, tuple[str, str]] = {
    # Prediction
    "prediction-title": ("Prediction by path model {model}", "پیش‌بینی با مدل مسیر {model}"),
    "prediction-note": (
        "Out of sample, {how}; {start}. Linear: regression on {regressors}.",
        "برون از نمونه، {how}؛ {start}. خطی: رگرسیون بر {regressors}.",
    ),
    "prediction-parts": ("{folds} parts, {repeats} times (seed {seed})", "{folds} بخش، {repeats} بار (بذر {seed})"),
    "prediction-one-out": ("one row left out at a time", "هر بار با کنار گذاشتن یک ردیف"),
    "start-direct": (
        "from the row's own scores of what acts on a construct directly",
        "از نمرهٔ خود ردیف در آنچه مستقیم بر هر سازه اثر دارد",
    ),
    "start-earliest": (
        "from the row's own scores of what nothing acts on",
        "از نمرهٔ خود ردیف در سازه‌های برون‌زا",
    ),
    "regressors-exogenous": ("the items of what nothing acts on", "گویه‌های سازه‌های برون‌زا"),
    "regressors-others": ("the items of all other constructs", "گویه‌های همهٔ سازه‌های دیگر"),
    "method-prediction": (
        "Prediction was examined by PLSpredict and CVPAT, {how}, {start}, against the mean of the other rows and "
        "linear regression on {regressors}.",
        "پیش‌بینی با PLSpredict و CVPAT سنجیده شد، {how}، {start}، در برابر میانگین ردیف‌های دیگر و رگرسیون خطی بر "
        "{regressors}.",
    ),
    "cvpat-title": (
        "Does the model predict better than simpler means? (CVPAT)",
        "آیا مدل بهتر از راه‌های ساده‌تر پیش‌بینی می‌کند؟ (CVPAT)",
    ),
    "cvpat-note": ("Below zero the model predicts better.", "کمتر از صفر: مدل بهتر پیش‌بینی می‌کند."),
    "power-high": (
        "High predictive power: all {all} items are predicted better than by linear regression and by the mean.",
        "توان پیش‌بینی بالا: هر {all} گویه بهتر از رگرسیون خطی و از میانگین پیش‌بینی می‌شود.",
    ),
    "power-medium": (
        "Medium predictive power: {better} of {all} items are predicted better than by linear regression and by the "
        "mean.",
        "توان پیش‌بینی متوسط: {better} گویه از {all} گویه بهتر از رگرسیون خطی و از میانگین پیش‌بینی می‌شود.",
    ),
    "power-low": (
        "Low predictive power: only {better} of {all} items are predicted better than by linear regression and by the "
        "mean.",
        "توان پیش‌بینی پایین: تنها {better} گویه از {all} گویه بهتر از رگرسیون خطی و از میانگین پیش‌بینی می‌شود.",
    ),
    "power-none": (
        "No predictive power: none of {all} items is predicted better than by linear regression and by the mean.",
        "توان پیش‌بینی ندارد: هیچ‌یک از {all} گویه بهتر از رگرسیون خطی و از میانگین پیش‌بینی نمی‌شود.",
    ),
    "cvpat-mean-better": (
        "It predicts better than the mean of others' answers ({p}).",
        "بهتر از میانگین پاسخ دیگران پیش‌بینی می‌کند ({p}).",
    ),
    "cvpat-mean-not": (
        "It does not predict better than the mean of others' answers ({p}): nothing else here is worth acting on yet.",
        "بهتر از میانگین پاسخ دیگران پیش‌بینی نمی‌کند ({p}): هنوز نمی‌توان بر پایهٔ آن کاری کرد.",
    ),
    "cvpat-mean-worse": (
        "It predicts worse than the mean of others' answers ({p}): nothing else here is to be acted on.",
        "بدتر از میانگین پاسخ دیگران پیش‌بینی می‌کند ({p}): نباید بر پایهٔ آن کاری کرد.",
    ),
    "cvpat-linear-better": (
        "It predicts better than linear regression ({p}).",
        "بهتر از رگرسیون خطی پیش‌بینی می‌کند ({p}).",
    ),
    "cvpat-linear-worse": (
        "Linear regression predicts better ({p}): the paths leave out something that the answers hold.",
        "رگرسیون خطی بهتر پیش‌بینی می‌کند ({p}): مسیرها چیزی را که در پاسخ‌ها هست کنار گذاشته است.",
    ),
    "cvpat-linear-same": (
        "It predicts about as well as linear regression ({p}).",
        "کمابیش به خوبی رگرسیون خطی پیش‌بینی می‌کند ({p}).",
    ),
    "q2-none": (
        "No item of {construct} is predicted better than by its mean (Q²predict is not above zero).",
        "هیچ گویهٔ {construct} بهتر از میانگین خودش پیش‌بینی نمی‌شود (Q²predict از صفر بیشتر نیست).",
    ),
    "q2-items": (
        "The mean predicts these items as well or better (Q²predict is not above zero): {items}.",
        "میانگین این گویه‌ها را به همان خوبی یا بهتر پیش‌بینی می‌کند (Q²predict از صفر بیشتر نیست): {items}.",
    ),
    "prediction-few": (
        "{n} rows are few for parts: leave one out instead (--folds {n}).",
        "{n} ردیف برای بخش کردن کم است: هر بار یک ردیف را کنار بگذارید (--folds {n}).",
    ),
    # Groups
    "groups-title": ("Groups of path model {model} by {by}", "گروه‌های مدل مسیر {model} بر پایهٔ {by}"),
    "groups-sizes": ("Rows: {sizes}.", "ردیف‌ها: {sizes}."),
    "groups-ungrouped": ("{count} rows have no {by} and are left out.", "{count} ردیف {by} ندارد و کنار گذاشته شد."),
    "groups-not-allowed": (
        "{first} and {second}: comparing is not allowed for paths of {constructs}, which is not the same "
        "thing in both "
        "(MICOM, steps 1 and 2).",
        "{first} و {second}: مسیرهای {constructs} را نمی‌توان با هم سنجید، زیرا در دو گروه یک چیز نیست "
        "(MICOM، گام ۱ و ۲).",
    ),
    "groups-partial": (
        "{first} and {second}: the constructs mean the same, so that paths may be compared; means or "
        "variances differ, "
        "so that rows may not be pooled (partial invariance).",
        "{first} و {second}: سازه‌ها یک معنا دارد و مسیرها سنجیدنی است؛ میانگین یا واریانس فرق دارد و "
        "ردیف‌ها را نباید "
        "یکی کرد (ناوردایی جزئی).",
    ),
    "groups-full": (
        "{first} and {second}: the constructs mean the same and are alike in mean and variance (full "
        "invariance): paths "
        "may be compared, rows pooled.",
        "{first} و {second}: سازه‌ها یک معنا و میانگین و واریانس یکسان دارد (ناوردایی کامل): مسیرها سنجیدنی "
        "است و ردیف‌ها "
        "را می‌توان یکی کرد.",
    ),
    "groups-differ": (
        "{path} differs between {first} ({a}) and {second} ({b}), {p} by permutation after Holm's adjustment.",
        "{path} میان {first} ({a}) و {second} ({b}) فرق دارد، {p} با جایگشت و تعدیل هولم.",
    ),
    "groups-alike": (
        "{first} and {second}: no path that may be compared differs beyond chance.",
        "{first} و {second}: هیچ مسیر سنجیدنی بیش از تصادف فرق ندارد.",
    ),
    "groups-note": (
        "p: by {resamples} permutations; Holm: adjusted for all paths and pairs.",
        "p: با {resamples} جایگشت؛ هولم: تعدیل‌شده برای همهٔ مسیرها و جفت‌ها.",
    ),
    "method-groups": (
        "Groups by {by} ({sizes}) were compared by MICOM and {resamples} permutations, and by as many bootstrap "
        "resamples of each group (seed {seed}); p-values were adjusted by Holm's method.",
        "گروه‌ها بر پایهٔ {by} ({sizes}) با MICOM و {resamples} جایگشت، و به همان شمار نمونهٔ بوت‌استرپ از هر گروه (بذر "
        "{seed})، سنجیده شد؛ p به روش هولم تعدیل شد.",
    ),
    "invariance-title": (
        "Do the constructs mean the same in both groups? (MICOM)",
        "آیا سازه‌ها در دو گروه یک معنا دارد؟ (MICOM)",
    ),
    "distances-title": ("How far the whole models are apart", "فاصلهٔ کل مدل‌ها از هم"),
    # Segments
    "segments-title": ("Segments of path model {model}", "بخش‌های مدل مسیر {model}"),
    "segments-note": (
        "FIMIX. The lower a criterion the better; EN: how surely rows are assigned, 0.5 is asked for.",
        "FIMIX. هر معیار هرچه کمتر بهتر؛ EN: اطمینان از جای ردیف‌ها، دست‌کم ۰٫۵ لازم است.",
    ),
    "method-segments": (
        "Segments, 1 to {most}, were looked for by FIMIX (seed {seed}).",
        "بخش‌ها، از ۱ تا {most}، با FIMIX جست‌وجو شد (بذر {seed}).",
    ),
    "method-rebus": (
        "{count} segments were also formed by REBUS.",
        "{count} بخش با REBUS نیز ساخته شد.",
    ),
    "segment-paths-title": ("Paths in {count} segments", "مسیرها در {count} بخش"),
    "segments-one": (
        "AIC3 and CAIC choose one segment: no sign of hidden kinds of people.",
        "معیارهای AIC3 و CAIC یک بخش را برمی‌گزیند: نشانی از گونه‌های پنهان آدم‌ها نیست.",
    ),
    "segments-many": (
        "AIC3 and CAIC both choose {count} segments.",
        "معیارهای AIC3 و CAIC هر دو {count} بخش را برمی‌گزیند.",
    ),
    "segments-differ": (
        "AIC3 chooses {aic3}, CAIC {caic} segments: how many there are is not clear.",
        "معیار AIC3 {aic3} بخش و CAIC {caic} بخش را برمی‌گزیند: روشن نیست چند بخش هست.",
    ),
    "segments-sure": (
        "Rows fall clearly into {count} segments (EN {en}).",
        "ردیف‌ها به‌روشنی در {count} بخش جا می‌گیرد (EN برابر {en}).",
    ),
    "segments-unsure": (
        "Rows do not fall clearly into {count} segments (EN {en}, 0.5 is asked for).",
        "ردیف‌ها به‌روشنی در {count} بخش جا نمی‌گیرد (EN برابر {en}؛ دست‌کم ۰٫۵ لازم است).",
    ),
    "segments-small": (
        "The smallest segment has {share} of the rows: more likely odd rows than a kind of people.",
        "کوچک‌ترین بخش {share} ردیف‌ها را دارد: بیشتر به ردیف‌های نامعمول می‌ماند تا گونه‌ای از آدم‌ها.",
    ),
    "segments-quality": (
        "REBUS: group quality {quality}, against {all} of one model for all.",
        "REBUS: کیفیت گروه‌ها {quality} در برابر {all} برای یک مدل همگانی.",
    ),
    "segments-no-rebus": ("REBUS was not made: {problem}", "REBUS انجام نشد: {problem}"),
    "segments-caution": (
        "Segments always come out. Believe in them when other data, which had no part in finding them, tell "
        "them apart.",
        "بخش همیشه پیدا می‌شود. وقتی باورش کنید که دادهٔ دیگری، که در یافتنش سهمی نداشته، بخش‌ها را از هم بازشناسد.",
    ),
    # Importance
    "importance-title": ("What moves {target}", "آنچه {target} را جابه‌جا می‌کند"),
    "importance-map": ("Importance-performance map", "نقشهٔ اهمیت و عملکرد"),
    "chart-importance": ("Importance for {target} (points)", "اهمیت برای {target} (واحد)"),
    "chart-performance": ("Performance (0 to 100)", "عملکرد (۰ تا ۱۰۰)"),
    "chart-reading": (
        "Right: matters more. Down: does less well. Dashed: means. Diamonds: items.",
        "راست: مهم‌تر. پایین: عملکرد کمتر. خط‌چین: میانگین‌ها. لوزی: گویه‌ها.",
    ),
    "chart-title-simulated": (
        "What moves {target} (simulated)",
        "آنچه {target} را جابه‌جا می‌کند (شبیه‌سازی‌شده)",
    ),
    "chart-simulated": ("Simulated data.", "دادهٔ شبیه‌سازی‌شده."),
    "importance-items-title": ("Items: importance and performance", "گویه‌ها: اهمیت و عملکرد"),
    "importance-note": (
        "Importance: points of the target, on 0 to 100, that one point moves (total effect). Performance: "
        "mean score on "
        "0 to 100. First: above the mean importance, below the mean performance.",
        "اهمیت: جابه‌جایی هدف، از صفر تا صد، به ازای یک واحد (اثر کل). عملکرد: میانگین نمره از صفر تا صد. "
        "نخست: اهمیت بیش از "
        "میانگین و عملکرد کمتر از میانگین.",
    ),
    "method-importance": (
        "Importance for {target} is the unstandardized total effect, performance the mean score, on 0 to 100 of a "
        "scale of {low} to {high} (weights of {weighing}).",
        "اهمیت برای {target} اثر کل نااستاندارد و عملکرد میانگین نمره است، از صفر تا صد برای مقیاس {low} تا {high} "
        "(با وزن {weighing}).",
    ),
    "weighing-answers": ("answers as they are", "پاسخ‌ها چنان‌که هست"),
    "weighing-standardized": ("standardized answers", "پاسخ‌های استاندارد"),
    "importance-target": (
        "{target} stands at {performance} of 100.",
        "نمرهٔ {target} {performance} از ۱۰۰ است.",
    ),
    "importance-first": (
        "Begin with {construct}: one point more moves {target} by {importance}, and it stands at {performance} of 100.",
        "از {construct} آغاز کنید: یک واحد بیشتر {target} را {importance} جابه‌جا می‌کند و خود {performance} از ۱۰۰ است.",
    ),
    "importance-none": (
        "Nothing is both more important and less well done than the mean; {construct} matters most ({importance}, at "
        "{performance} of 100).",
        "چیزی نیست که هم از میانگین مهم‌تر باشد و هم عملکردش کمتر؛ مهم‌ترین {construct} است ({importance}، نمرهٔ "
        "{performance} از ۱۰۰).",
    ),
    "importance-negative": (
        "{items} of {construct} count against it (weights below zero): its performance may leave 0 to 100.",
        "{items} از {construct} وزن منفی دارد: عملکرد آن ممکن است از صفر تا صد بیرون رود.",
    ),
    "importance-left-out": (
        "Interactions have no performance and are left out: {names}.",
        "اثرهای تعدیلی عملکرد ندارد و کنار گذاشته شد: {names}.",
    ),
    # Sample size
    "sample-title": ("How many answers are needed", "چند پاسخ لازم است"),
    "sample-note": (
        "Level {level}, power {power}. Regression: two-sided; predictors of that size: {predictors}.",
        "سطح {level}، توان {power}. رگرسیون: دوسویه؛ شمار پیش‌بین‌های به همان اندازه: {predictors}.",
    ),
    "method-sample": (
        "How many rows are needed was worked out at the {level} level for a power of {power}, by the inverse square "
        "root, the gamma-exponential rule and regression.",
        "شمار ردیف‌های لازم در سطح {level} و برای توان {power} با ریشهٔ دوم معکوس، قاعدهٔ گاما-نمایی و رگرسیون حساب شد.",
    ),
    "method-power": (
        "Power was simulated with {sets} data sets for each number of rows (seed {seed}).",
        "توان با {sets} دادهٔ شبیه‌سازی‌شده برای هر شمار ردیف سنجیده شد (بذر {seed}).",
    ),
    "sample-needed": (
        "To find a path of {path} with power {power} at level {level}, about {rows} rows are needed.",
        "برای یافتن مسیری به اندازهٔ {path} با توان {power} در سطح {level} حدود {rows} ردیف لازم است.",
    ),
    "power-title": ("Power by simulation", "توان آزمون با شبیه‌سازی"),
    "power-note": (
        "{sets} simulated data sets for each number of rows; items load {loading}.",
        "{sets} دادهٔ شبیه‌سازی‌شده برای هر شمار ردیف؛ بار عاملی گویه‌ها {loading}.",
    ),
    "power-enough": (
        "In the simulation {rows} rows find every path often enough.",
        "در شبیه‌سازی، {rows} ردیف هر مسیری را به اندازهٔ کافی می‌یابد.",
    ),
    "power-short": (
        "In the simulation not even {rows} rows find every path often enough.",
        "در شبیه‌سازی، حتی {rows} ردیف هر مسیری را به اندازهٔ کافی نمی‌یابد.",
    ),
    # Screening
    "screening-title": ("Items and rows of {model}", "گویه‌ها و ردیف‌های {model}"),
    "method-screening": (
        "Before the model, items and rows were screened; the limits of Lilliefors' test were simulated (seed {seed}).",
        "پیش از مدل، گویه‌ها و ردیف‌ها وارسی شد؛ حدهای آزمون لیلیفورس شبیه‌سازی شد (بذر {seed}).",
    ),
    "method-parallel": (
        "Before the model, items and rows were screened; the limits of Lilliefors' test and of parallel analysis were "
        "simulated (seed {seed}).",
        "پیش از مدل، گویه‌ها و ردیف‌ها وارسی شد؛ حدهای آزمون لیلیفورس و تحلیل موازی شبیه‌سازی شد (بذر {seed}).",
    ),
    "normality-title": ("Distribution of the answers", "توزیع پاسخ‌ها"),
    "normality-note": (
        "K-S: Kolmogorov and Smirnov's test in Lilliefors' form. A p-value below .05 speaks against normality; path "
        "models do not need it.",
        "K-S: آزمون کولموگروف-اسمیرنوف به روش لیلیفورس. p کمتر از ۰٫۰۵ نشان نرمال نبودن است؛ مدل مسیر به "
        "نرمال بودن نیاز "
        "ندارد.",
    ),
    "reliability-title": ("Reliability before the model", "پایایی پیش از مدل"),
    "adequacy-title": ("Have the items enough in common?", "آیا گویه‌ها به اندازهٔ کافی مشترک است؟"),
    "eigenvalues-title": ("How many factors (parallel analysis)", "چند عامل (تحلیل موازی)"),
    "loadings-title": ("Exploratory factors, oblimin rotation", "عامل‌های اکتشافی با چرخش ابلیمین"),
    "cfa-title": ("Confirmatory factors", "عامل‌های تأییدی"),
    "screen-same": (
        "{count} of {all} rows give one answer throughout: look at them before they count.",
        "{count} ردیف از {all} ردیف همه‌جا یک پاسخ داده است: پیش از شمردن نگاهشان کنید.",
    ),
    "screen-gappy": (
        "{count} of {all} rows lack more than half of the answers.",
        "{count} ردیف از {all} ردیف بیش از نیمی از پاسخ‌ها را ندارد.",
    ),
    "screen-missing": (
        "More than 5% are missing of {items}.",
        "بیش از ۵٪ پاسخ این گویه‌ها نیست: {items}.",
    ),
    "screen-ends": (
        "More than half of the answers stand at one end of the scale: {items}.",
        "بیش از نیمی از پاسخ‌ها در یک سر مقیاس است: {items}.",
    ),
    "screen-turned": (
        "Goes against the other items of its construct; is it worded the other way round? {items}.",
        "خلاف گویه‌های دیگر سازهٔ خود است؛ آیا وارونه پرسیده شده است؟ {items}.",
    ),
    "screen-rest": (
        "Hardly goes with the other items of its construct (item-rest below 0.30): {items}.",
        "با گویه‌های دیگر سازهٔ خود چندان همراه نیست (همبستگی کمتر از ۰٫۳۰): {items}.",
    ),
    "screen-skew": (
        "Far from symmetric or very peaked: {items}.",
        "بسیار نامتقارن یا کشیده: {items}.",
    ),
    "screen-adds-nothing": (
        "Its construct would be more reliable without it: {items}.",
        "بدون آن پایایی سازه بیشتر می‌شد: {items}.",
    ),
    "screen-normal": (
        "{count} of {all} items are not normal (Kolmogorov-Smirnov, .05).",
        "{count} گویه از {all} گویه نرمال نیست (کولموگروف-اسمیرنوف، سطح ۰٫۰۵).",
    ),
    "screen-kmo": (
        "The items have enough in common (KMO {kmo}; Bartlett {p}).",
        "گویه‌ها به اندازهٔ کافی مشترک است (KMO برابر {kmo}؛ بارتلت {p}).",
    ),
    "screen-kmo-low": (
        "The items have little in common (KMO {kmo}, 0.60 is asked for; Bartlett {p}).",
        "گویه‌ها اشتراک کمی دارد (KMO برابر {kmo}؛ دست‌کم ۰٫۶۰ لازم است؛ بارتلت {p}).",
    ),
    "screen-harman": (
        "One component carries {share} of all items: one way of asking may have made the answers alike (Harman).",
        "یک مؤلفه {share} همهٔ گویه‌ها را در بر دارد: شاید یکسان بودن شیوهٔ پرسش پاسخ‌ها را همانند کرده باشد (هارمن).",
    ),
    "screen-factors": (
        "Parallel analysis proposes as many factors as the model has constructs: {factors}.",
        "تحلیل موازی {factors} عامل پیشنهاد می‌کند، به شمار سازه‌های مدل.",
    ),
    "screen-factors-differ": (
        "Factors that parallel analysis proposes: {factors}; constructs of the model: {constructs}. Factors that go "
        "together may be counted as one: look at a solution with as many factors as constructs.",
        "تحلیل موازی {factors} عامل پیشنهاد می‌کند؛ مدل {constructs} سازه دارد. عامل‌هایی که با هم تغییر می‌کند شاید یکی "
        "شمرده شود: جوابی را هم ببینید که به شمار سازه‌ها عامل دارد.",
    ),
    "screen-no-factors": ("No factors were extracted: {reason}.", "عاملی استخراج نشد: {reason}."),
    "screen-cfa-good": (
        "The measurement fits in a confirmatory factor analysis (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).",
        "سنجش در تحلیل عاملی تأییدی برازنده است (CFI برابر {cfi}، RMSEA برابر {rmsea}، SRMR برابر {srmr}).",
    ),
    "screen-cfa-poor": (
        "The measurement fits poorly in a confirmatory factor analysis (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).",
        "سنجش در تحلیل عاملی تأییدی برازندهٔ خوبی نیست (CFI برابر {cfi}، RMSEA برابر {rmsea}، SRMR برابر {srmr}).",
    ),
    "screen-no-cfa": ("No confirmatory factor analysis: {reason}", "تحلیل عاملی تأییدی انجام نشد: {reason}"),
}
