"""Comments in several languages, put together from phrases by tone and topic (`words.toml`), set-based."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safar.datasets.telecom import columns as col
from safar.datasets.telecom.columns import Column
from safar.datasets.telecom.questions import Asked
from safar.datasets.telecom.surveys import Panel
from safar.datasets.telecom.truth import Flags, Floats, Ints

TONES = ("bad", "mixed", "good")
TOPICS = ("delivery", "activation", "bill", "help", "digital", "people")


@dataclass(frozen=True, slots=True, eq=False)
class Comments:
    """One row a comment: the invitation that it answers, its language, its words."""

    row: Ints
    language: Ints
    text: Column


@dataclass(frozen=True, slots=True, eq=False)
class _Phrases:
    """Phrases end to end, with where each cell begins and how many it holds; split at {n}.

    `begun`: the head as the beginning of a sentence; `ends`: whether a sentence may begin after the phrase.
    """

    head: Column
    begun: Column
    ends: Flags
    tail: Column
    counted: Flags
    first: Ints
    count: Ints

    def choose(self, cell: Ints, chance: Floats) -> Ints:
        """The number of one phrase of each cell."""
        chosen: Ints = self.first[cell] + (chance * self.count[cell]).astype(np.int64)
        return chosen


def _phrases(cells: list[list[str]]) -> _Phrases:
    flat = [phrase for cell in cells for phrase in cell]
    parts = [phrase.partition("{n}") for phrase in flat]
    count = np.array([len(cell) for cell in cells])
    return _Phrases(
        head=pa.array([head for head, _, _ in parts]),
        begun=pa.array([head[:1].upper() + head[1:] for head, _, _ in parts]),
        ends=np.array([not phrase or phrase[-1] in ".!" for phrase in flat]),
        tail=pa.array([tail for _, _, tail in parts]),
        counted=np.array([bool(mark) for _, mark, _ in parts]),
        first=np.cumsum(count) - count,
        count=count,
    )


@lru_cache(maxsize=1)
def _book() -> tuple[tuple[str, ...], dict[str, str], _Phrases, _Phrases, _Phrases]:
    """Languages, topic of each touchpoint; openings, cores, closings by (language, tone[, topic])."""
    table = tomllib.loads((resources.files(__package__) / "words.toml").read_text(encoding="utf-8"))
    languages = tuple(name for name in table if name != "topic_of")
    opening = _phrases([table[one]["open"][tone] for one in languages for tone in TONES])
    closing = _phrases([table[one]["close"][tone] for one in languages for tone in TONES])
    cores = [
        table[one]["topics"][topic]["good" if tone == "good" else "bad"]
        for one in languages
        for tone in TONES
        for topic in TOPICS
    ]
    return languages, table["topic_of"], opening, _phrases(cores), closing


def comment(panel: Panel, asked: Asked) -> Comments:
    """Words of some of those who answered: more often after the best and the worst."""
    truth, rng, table = panel.truth, panel.rng, panel.truth.table["surveys"]
    languages, topic_of, opening, core, closing = _book()
    names = list(table["invited"])
    speaks = (asked.survey <= len(names)) & asked.answered & ~np.isnan(asked.tone)
    extreme = (asked.tone < 2.5) | (asked.tone >= 4.5)
    chance = table["comment"] + np.where(extreme, table["comment_extreme"], 0.0)
    rows = np.flatnonzero(speaks & (rng.random(len(asked)) < chance))
    size = len(rows)
    tone = np.digitize(asked.tone[rows], [2.5, 3.5])
    of_survey = np.array([TOPICS.index(topic_of[name]) for name in names] + [-1])
    topic = of_survey[asked.survey[rows]]
    topic = np.where(topic >= 0, topic, (rng.random(size) * len(TOPICS)).astype(np.int64))
    spoken = np.array([languages.index(name) for name in truth.languages])
    language = panel.people.language[asked.who[rows]]
    cell = spoken[language] * len(TONES) + tone
    begin = opening.choose(cell, rng.random(size))
    middle = core.choose(cell * len(TOPICS) + topic, rng.random(size))
    end = closing.choose(cell, rng.random(size))
    number = col.digits(2 + np.floor(np.abs(rng.standard_normal(size)) * 9).astype(np.int64))
    counted = col.either(core.counted[middle], number, "")
    head = col.either(opening.ends[begin], col.take(core.begun, middle), col.take(core.head, middle))
    tail = col.take(core.tail, middle)
    said = col.joined(head, counted, tail, ".")
    full = col.joined(col.take(opening.head, begin), " ", said, " ", col.take(closing.head, end))
    return Comments(row=rows, language=language, text=pc.utf8_trim_whitespace(full))
