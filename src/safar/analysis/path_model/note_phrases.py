"""What is said below tables: what was computed and where the usual limits lie, in English and Persian."""

from __future__ import annotations

NOTES: dict[str, tuple[str, str]] = {
    "cross-loadings-note": (
        "An item should go most with the scores of its own construct.",
        "هر گویه باید با نمرهٔ سازهٔ خودش بیش از همه همبسته باشد.",
    ),
    "fornell-larcker-note": (
        "On the diagonal the root of the AVE: it should exceed every correlation in its row and column (Fornell and "
        "Larcker 1981).",
        "بر قطر ریشهٔ AVE است: باید از هر همبستگی در سطر و ستون خود بیشتر باشد (فورنل و لارکر ۱۹۸۱).",
    ),
    "reliability-limits": (
        "Asked for: α, ρA and ρC of {reliability}, AVE of {ave}. R²: explained variance.",
        "حد لازم: α و ρA و ρC دست‌کم {reliability} و AVE دست‌کم {ave}. R²: واریانس تبیین‌شده.",
    ),
    "paths-note": (
        "Standardized paths. f²: what the path adds to the explained variance. VIF: of the source, by what acts beside "
        "it.",
        "مسیرهای استاندارد. f²: افزودهٔ مسیر به واریانس تبیین‌شده. VIF: تورم واریانس مبدأ با سازه‌هایی که کنار آن اثر "
        "دارد.",
    ),
    "screening-note": (
        "Missing: much above {missing}. Floor, ceiling: share of answers at the ends of the scale; much above {end}. "
        "Item-rest: correlation with the construct's other items; {rest} is asked for. α without: of the construct "
        "when the item is left out.",
        "گمشده: بیش از {missing} زیاد است. کف و سقف: سهم پاسخ‌ها در دو سر مقیاس؛ بیش از {end} زیاد است. گویه با بقیه: "
        "همبستگی با گویه‌های دیگر سازه؛ دست‌کم {rest} لازم است. α بدون آن: آلفای سازه بدون گویه.",
    ),
    "reliability-note": (
        "α: of the answers as they are; α std.: of standardized ones; ω: by one common factor, in both ways. "
        "{reliability} is asked for.",
        "α: پاسخ‌ها چنان‌که هست؛ α استاندارد: پاسخ‌های استانداردشده؛ ω: با یک عامل مشترک، به هر دو صورت. دست‌کم "
        "{reliability} لازم است.",
    ),
    "adequacy-note": (
        "KMO: {kmo} is asked for. Bartlett's test: a small p says that the items have something in common. First "
        "component: its share of all variance (Harman; {half} and more speaks for a common method). One factor: the "
        "share of one common factor.",
        "KMO: دست‌کم {kmo} لازم است. آزمون بارتلت: p کوچک می‌گوید که گویه‌ها چیزی مشترک دارد. مؤلفهٔ نخست: سهم آن از همهٔ "
        "واریانس (هارمن؛ {half} و بیشتر نشان روش مشترک است). یک عامل: سهم یک عامل مشترک.",
    ),
    "eigenvalues-note": (
        "Factors count as long as the eigenvalue exceeds that of random rows (Horn 1965; seed {seed}).",
        "عامل‌ها تا جایی شمرده می‌شود که مقدار ویژه از ردیف‌های تصادفی بیشتر است (هورن ۱۹۶۵؛ بذر {seed}).",
    ),
    "factor-loadings-note": (
        "Minimum residual extraction; the factors may go together.",
        "استخراج با کمترین باقی‌مانده؛ عامل‌ها می‌تواند با هم همبسته باشد.",
    ),
    "cfa-note": (
        "By convention: CFI at least {cfi}, RMSEA at most {rmsea}, SRMR at most {srmr}.",
        "بنا بر قرار مرسوم: CFI دست‌کم {cfi}، RMSEA حداکثر {rmsea} و SRMR حداکثر {srmr}.",
    ),
    "invariance-note": (
        "c: correlation of the scores that both groups' weights give; at or above the least that chance leaves, the "
        "construct is made in the same way. Means, variances: first group less the second, beside the bounds of "
        "chance; by {resamples} permutations (MICOM). Partial: c, but not both others; full: all three.",
        "c: همبستگی نمره‌هایی که وزن‌های دو گروه می‌دهد؛ اگر از کمترین مقدار تصادفی کمتر نباشد، سازه در هر دو یکسان ساخته "
        "می‌شود. میانگین‌ها و واریانس‌ها: گروه نخست منهای دوم، کنار کران‌های تصادف؛ با {resamples} جایگشت (MICOM). جزئی: "
        "c، اما نه هر دوی دیگر؛ کامل: هر سه.",
    ),
    "distances-note": (
        "Between the correlations that the groups' models imply: d_L squared, d_G geodesic; p by {resamples} "
        "permutations.",
        "میان همبستگی‌هایی که مدل‌های دو گروه می‌سازد: d_L مربعی، d_G ژئودزیک؛ p با {resamples} جایگشت.",
    ),
    "segment-paths-note": (
        "FIMIX: every row belongs to each segment by a share. REBUS: every row belongs to one segment.",
        "FIMIX: هر ردیف با سهمی از آنِ هر بخش است. REBUS: هر ردیف از آنِ یک بخش است.",
    ),
    "importance-items-note": (
        "An item's importance is its construct's, by the item's weight. Performance: mean answer, on 0 to 100.",
        "اهمیت گویه سهم آن از اهمیت سازه است، به وزن گویه. عملکرد: میانگین پاسخ، از صفر تا صد.",
    ),
}
