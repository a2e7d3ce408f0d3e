"""A simulated survey of a roadside service: five constructs, 17 items, 320 customers, a five-point scale.

The structure is the relief paper's (Eghbali 2021: the arrows of table 11, means and deviations of table 9, mean
loadings near those of table 10; 136 degrees of freedom mean 17 items). The answers are made up: what is found in them
is known beforehand and is never the paper's truth. Nobody was asked. Codes: 1 (not at all) to 5 (entirely); no unit.
"""

from __future__ import annotations

import numpy as np

ANSWERS = 320
SCALE = (1.0, 5.0)
MODEL = """\
name = "Roadside service"

# Five constructs and 17 items, each from 1 (not at all) to 5 (entirely).

[[constructs]]
name = "satisfaction"
element = "relief:satisfaction"
label = { en = "Satisfaction with the service", fa = "رضایت از خدمت" }
items = ["sa1", "sa2", "sa3", "sa4"]

[[constructs]]
name = "experience"
element = "relief:experience"
label = { en = "Customer experience", fa = "تجربهٔ مشتری" }
items = ["ex1", "ex2", "ex3"]

[[constructs]]
name = "support"
element = "relief:relief-support"
label = { en = "Roadside support", fa = "پشتیبانی امداد" }
items = ["su1", "su2", "su3"]

[[constructs]]
name = "strategy"
element = "relief:strategy"
label = { en = "Strategy", fa = "راهبرد" }
items = ["st1", "st2", "st3"]

[[constructs]]
name = "loyalty"
element = "relief:loyalty"
label = { en = "Loyalty", fa = "وفاداری" }
items = ["lo1", "lo2", "lo3", "lo4"]

[[paths]]
from = "satisfaction"
to = "experience"
sign = "+"
hypothesis = "H1"

[[paths]]
from = "experience"
to = "support"
sign = "+"
hypothesis = "H2"

[[paths]]
from = "experience"
to = "loyalty"
sign = "+"
hypothesis = "H3"

[[paths]]
from = "support"
to = "loyalty"
sign = "+"
hypothesis = "H4"

[[paths]]
from = "strategy"
to = "loyalty"
sign = "+"
hypothesis = "H5"
"""
_ASKED = {  # items, mean, deviation, loading
    "satisfaction": (("sa1", "sa2", "sa3", "sa4"), 4.15, 0.79, 0.72),
    "experience": (("ex1", "ex2", "ex3"), 4.02, 0.80, 0.80),
    "support": (("su1", "su2", "su3"), 4.03, 0.80, 0.87),
    "strategy": (("st1", "st2", "st3"), 4.10, 0.74, 0.82),
    "loyalty": (("lo1", "lo2", "lo3", "lo4"), 4.16, 0.72, 0.76),
}
_GAPS = 0.002
"""Share of answers that are not given."""


def draw_answers(*, seed: int = 12, rows: int = ANSWERS) -> dict[str, list[float | None]]:
    """Columns of answers by item, None where none was given. The same seed draws the same."""
    chance = np.random.default_rng(seed)
    satisfaction, strategy = chance.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], rows).T
    experience = 0.85 * satisfaction + np.sqrt(1 - 0.85**2) * chance.normal(size=rows)
    support = 0.80 * experience + np.sqrt(1 - 0.80**2) * chance.normal(size=rows)
    loyalty = 0.40 * experience + 0.30 * support + 0.30 * strategy + 0.35 * chance.normal(size=rows)
    scores = {
        "satisfaction": satisfaction,
        "experience": experience,
        "support": support,
        "strategy": strategy,
        "loyalty": loyalty / loyalty.std(),
    }
    found: dict[str, list[float | None]] = {}
    for name, (items, mean, deviation, loading) in _ASKED.items():
        for item in items:
            own = np.sqrt(1 - loading**2) * chance.normal(size=rows)
            said = np.clip(np.round(mean + deviation * (loading * scores[name] + own)), *SCALE)
            gone = chance.random(rows) < _GAPS
            found[item] = [None if gap else float(value) for value, gap in zip(said, gone, strict=True)]
    return found
