"""The questionnaire of the simulated survey of a roadside service (`service_survey`): its 17 items in two languages.

Each item is about an element of the relief paper's model (Eghbali 2021); the wording is this example's own. Nobody was
asked. Answers: 1 (not at all) to 5 (entirely); no unit.
"""

# A text a line, in both languages, as the file has it.
# ruff: noqa: E501
QUESTIONNAIRE = """\
name = "roadside-service"
title = { en = "Your experience with our roadside service", fa = "تجربهٔ شما از خدمات امداد خودروی ما" }
languages = ["en", "fa"]
intro = { en = "There are no right or wrong answers; your own experience counts.", fa = "پاسخ درست یا نادرستی وجود ندارد؛ تجربهٔ خود شما مهم است." }
closing = { en = "Thank you.", fa = "سپاسگزاریم." }

[[scales]]
id = "extent"
least = 1
greatest = 5
best = "high"
ask = { en = "How far is this true for you?", fa = "این تا چه اندازه دربارهٔ شما درست است؟" }
labels."1" = { en = "Not at all", fa = "هیچ" }
labels."5" = { en = "Entirely", fa = "کاملاً" }

[[pages]]

[[pages.items]]
id = "sa1"
asks = { en = "As a subscriber I get the roadside help that I was promised.", fa = "به‌عنوان مشترک، همان امدادی را می‌گیرم که قولش را داده‌اند." }
scale = "extent"
construct = "satisfaction"
element = "relief:satisfaction.subscriber-relief"
source = "Written for this example"

[[pages.items]]
id = "ex1"
asks = { en = "Help is there quickly.", fa = "کمک زود می‌رسد." }
scale = "extent"
construct = "experience"
element = "relief:experience.time-to-service"
source = "Written for this example"

[[pages.items]]
id = "su1"
asks = { en = "After my call I do not wait long.", fa = "پس از تماس، زیاد منتظر نمی‌مانم." }
scale = "extent"
construct = "support"
element = "relief:relief-support.waiting-time"
source = "Written for this example"

[[pages.items]]
id = "st1"
asks = { en = "The company keeps making its service better.", fa = "شرکت خدمات خود را پیوسته بهتر می‌کند." }
scale = "extent"
construct = "strategy"
element = "relief:strategy.quality-improvement"
source = "Written for this example"

[[pages.items]]
id = "lo1"
asks = { en = "I can rely on this company.", fa = "می‌توانم به این شرکت تکیه کنم." }
scale = "extent"
construct = "loyalty"
element = "relief:loyalty.brand-reliability"
source = "Written for this example"

[[pages.items]]
id = "sa2"
asks = { en = "My car is towed reliably when it has to be.", fa = "هر وقت لازم باشد، خودروی من با اطمینان حمل می‌شود." }
scale = "extent"
construct = "satisfaction"
element = "relief:satisfaction.towing"
source = "Written for this example"

[[pages.items]]
id = "ex2"
asks = { en = "The people who come to help look well kept.", fa = "کارکنانی که برای کمک می‌آیند آراسته‌اند." }
scale = "extent"
construct = "experience"
element = "relief:experience.neatness"
source = "Written for this example"

[[pages.items]]
id = "su2"
asks = { en = "My request is taken down without delay.", fa = "درخواستم بی‌درنگ ثبت می‌شود." }
scale = "extent"
construct = "support"
element = "relief:relief-support.registration-time"
source = "Written for this example"

[[pages.items]]
id = "st2"
asks = { en = "Prices are fair.", fa = "قیمت‌ها منصفانه است." }
scale = "extent"
construct = "strategy"
element = "relief:strategy.pricing"
source = "Written for this example"

[[pages]]

[[pages.items]]
id = "lo2"
asks = { en = "I shall renew my subscription.", fa = "اشتراکم را تمدید می‌کنم." }
scale = "extent"
construct = "loyalty"
element = "relief:loyalty.renewal"
source = "Written for this example"

[[pages.items]]
id = "sa3"
asks = { en = "Technical advice on the phone helps me to drive on.", fa = "مشاورهٔ فنی تلفنی کمکم می‌کند دوباره راه بیفتم." }
scale = "extent"
construct = "satisfaction"
element = "relief:satisfaction.remote-advice"
source = "Written for this example"

[[pages.items]]
id = "ex3"
asks = { en = "I am served well from beginning to end.", fa = "از آغاز تا پایان، خدمت خوبی می‌گیرم." }
scale = "extent"
construct = "experience"
element = "relief:experience.service-quality"
source = "Written for this example"

[[pages.items]]
id = "su3"
asks = { en = "What I pay is worth it.", fa = "هزینه‌ای که می‌پردازم می‌ارزد." }
scale = "extent"
construct = "support"
element = "relief:relief-support.cost-satisfaction"
source = "Written for this example"

[[pages.items]]
id = "st3"
asks = { en = "Employees answer for what they do.", fa = "کارکنان پاسخ‌گوی کار خود هستند." }
scale = "extent"
construct = "strategy"
element = "relief:strategy.accountability"
source = "Written for this example"

[[pages.items]]
id = "lo3"
asks = { en = "I recommend this company to others.", fa = "این شرکت را به دیگران پیشنهاد می‌کنم." }
scale = "extent"
construct = "loyalty"
element = "relief:loyalty.word-of-mouth"
source = "Written for this example"

[[pages.items]]
id = "sa4"
asks = { en = "My car is mended on the spot.", fa = "خودروی من همان‌جا تعمیر می‌شود." }
scale = "extent"
construct = "satisfaction"
element = "relief:satisfaction.on-site-repair"
source = "Written for this example"

[[pages.items]]
id = "lo4"
asks = { en = "On the next breakdown I shall call this company again.", fa = "در خرابی بعدی باز هم با همین شرکت تماس می‌گیرم." }
scale = "extent"
construct = "loyalty"
element = "relief:loyalty"
source = "Written for this example"
"""
