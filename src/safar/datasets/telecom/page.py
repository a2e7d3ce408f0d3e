"""The reference page of the simulated company, written from its truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from safar.datasets.telecom.truth import STEPS, read_truth

_INTRODUCTION = """\
# The simulated company

Safar Telecom (simulated) exists only as a generator. Its truth is one file, `safar/datasets/telecom/truth.toml`:
the generator reads that file and nothing else, and tests compare what is computed from the facts with it. This
page is written from the same file (`make reference`).

```python
from safar.datasets import telecom

for batch in telecom.batches(facts=10_000, seed=1):
    print(batch.interactions.num_rows, batch.feedback.num_rows, batch.attributes.num_rows)
```

- **Size**: from 1,000 to a billion facts, within 2 %. Customers are made in blocks, one after the other; memory does
  not grow with the stream, and a longer stream of the same seed begins with the shorter one.
- **Same seed, same facts**: `telecom.digest` names them; neither the size of batches nor the process matters.
- **Period**: {days} days from `start` (2024-01-01 where none is given), local time UTC+03:30. Days below count from
  there.
- **Customers, staff and comments are made up.** Comments hold no names, addresses or numbers to call, so nothing needs
  to be redacted. The source is called `{source}` and the workspace is marked `simulated`.
- **Ratings** are the experience behind a contact, in points of a 1-5 scale, rounded and cut off at the ends of the
  scale. One standard deviation of the customer's mood moves it by {halo}; from contact to contact it differs
  by {noise}, from unit to unit by {unit_sd}.
"""


def truth_page() -> str:
    """The page as Markdown."""
    truth = read_truth()
    table = truth.table
    parts = [_INTRODUCTION.format(**table["company"], **table["experience"])]
    parts += ["## Who the customers are", _rows("segment", table["segments"]), _changes(table)]
    parts += [
        _rows("plan", table["plans"]),
        _rows("region", table["regions"]),
        _listed("Languages", table["languages"]),
    ]
    parts += ["## Which step loses whom", _passing()]
    parts += ["## What follows the service review", _output(table["output"])]
    parts += ["## Touchpoints and what they do to the recommendation", _touchpoints(table["touchpoints"])]
    parts += [_listed("The answer from 0 to 10 is", table["recommendation"])]
    parts += ["## Events that are no touchpoint", _rows("event", table["noise_events"])]
    parts += ["## Promises and expectations", _listed("Delivery", table["promise"])]
    parts += [_rows("expectation", table["expectations"])]
    parts += ["## Improvements", _improvements(table["improvements"])]
    parts += ["## What happened", _listed("Outage", table["outage"]), _listed("Price change", table["price_change"])]
    parts += [_listed("Call-centre queue", table["queue"]), _listed("Calendar", table["calendar"])]
    parts += ["## Who is asked and who answers", _listed("Surveys", table["surveys"])]
    parts += ["## What staff believe", _listed("Beliefs", table["beliefs"])]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return "" if value is None else str(value)


def _rows(name: str, section: Mapping[str, Mapping[str, Any]]) -> str:
    """A section whose rows have the same keys."""
    keys = list(dict.fromkeys(key for row in section.values() for key in row))
    return _table(
        [name, *(key.replace("_", " ") for key in keys)], ([k, *map(v.get, keys)] for k, v in section.items())
    )


def _listed(title: str, section: Mapping[str, Any]) -> str:
    """A section of single figures."""
    return _table([title, ""], ([key.replace("_", " "), value] for key, value in section.items()))


def _changes(table: Mapping[str, Any]) -> str:
    moves = [f"{name} to {row['to']} {row['per_year']} a year" for name, row in table["segment_changes"].items()]
    home = f"moving house {table['moving']['per_year']} a year"
    bands = ", ".join(f"{name} from day {day}" for name, day in table["tenure_days"].items())
    return (
        f"They change: {', '.join([*moves, home])}. Tenure bands of a contract: {bands}. "
        f"{table['company']['existing_share']} of the customers had a contract before the first day; "
        f"{table['company']['anonymous_share']} of the first contacts follow one of somebody unknown.\n\n"
        "`nps` shifts the recommendation, `response` the log-odds of answering, `invite` is the chance of being asked."
    )


def _passing() -> str:
    truth = read_truth()
    steps = [step for step in STEPS if step in truth.table["steps"]]
    rows = []
    for step in steps:
        row = truth.table["steps"][step]
        rows.append([step, *truth.passing(step).tolist(), row["gap_days"]])
    return "Chance of reaching the next step, and median days to it:\n\n" + _table(
        ["step", *truth.segments, "days"], rows
    )


def _output(section: Mapping[str, Any]) -> str:
    moods = [[mood, *section[mood].values(), section["advocacy"][mood]] for mood in ("unhappy", "neutral", "happy")]
    ways = [[way, section["loyalty"][way], section["leaves"][way]] for way in section["loyalty"]]
    return "\n\n".join(
        [
            f"By mood, a standard normal: unhappy below {section['unhappy_below']}, "
            f"happy above {section['happy_above']}. "
            f"All within {section['window_days']} days; {section['recovered']} of the complaints are resolved; "
            f"{section['again']} of those who buy again start another run.",
            _table(["mood", "repeat", "complaint", "silence", "advocacy once loyal"], moods),
            _table(["way out", "becomes loyal", "leaves"], ways),
            f"Of the unhappy who say nothing, {section['silent_unhappy_leaves']} leave.",
        ]
    )


def _touchpoints(section: Mapping[str, Mapping[str, Any]]) -> str:
    rows = (
        [name, row["step"], row["event"], row["channels"], row["quality"], row.get("effect", 0.0)]
        for name, row in section.items()
    )
    words = (
        "`quality` is the mean rating before all else; `effect` how many points of the recommendation follow from one "
        "point better at the latest contact there. What is rated best need not matter; what matters is rated low.\n\n"
    )
    return words + _table(["touchpoint", "step", "events", "channels", "quality", "effect"], rows)


def _improvements(section: Mapping[str, Mapping[str, Any]]) -> str:
    rows = ([name, row["touchpoint"], row["day"], row["effect"], row["units"]] for name, row in section.items())
    return (
        "Points added to the touchpoint's rating, in some units, from a day on. One works, one does not.\n\n"
        + _table(["improvement", "touchpoint", "day", "effect", "units"], rows)
    )
