"""The questions of the surveys, and what was answered, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from safar.datasets.telecom.truth import Flags, Floats, Ints, Truth

VIEWS = ("experienced", "expected", "believed", "promised", "delivered")
EXPERIENCED, EXPECTED, BELIEVED, PROMISED, DELIVERED = range(5)
STATES = ("answered", "blank", "not_applicable", "never_used")
ANSWERED, BLANK, NOT_APPLICABLE, NEVER_USED = range(4)
SPEAKERS = ("customer", "employee", "manager")
CUSTOMER, EMPLOYEE, MANAGER = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """Names, kinds and scales by question number; NaN and "" where there is no scale."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    low: Floats
    high: Floats
    best: tuple[str, ...]
    surveys: tuple[str, ...]

    def number(self, name: str) -> int:
        """The number of a question."""
        return self.names.index(name)


def make_questions(truth: Truth) -> Questions:
    """A rating for every touchpoint asked about, and the questions on the whole."""
    asked = list(truth.table["surveys"]["invited"])
    rows: list[tuple[str, str, float, float, str]] = [(name, "rating", 1, 5, "high") for name in asked]
    rows += [(f"expectation_{name}", "rating", 1, 5, "high") for name in truth.table["expectations"]]
    rows += [
        ("recommendation", "nps", 0, 10, "high"),
        ("satisfaction", "csat", 1, 5, "high"),
        ("effort", "ces", 1, 7, "high"),
        ("delivery_days", "rating", 0, 30, "low"),
        ("engagement", "rating", 1, 5, "high"),
        ("improve_first", "choice", np.nan, np.nan, ""),
        ("comment", "text", np.nan, np.nan, ""),
    ]
    names, kinds, low, high, best = zip(*rows, strict=True)
    surveys = (*(f"survey.{name}" for name in asked), "survey.relationship", "survey.expectation", "staff.pulse")
    return Questions(names=names, kinds=kinds, low=np.array(low), high=np.array(high), best=best, surveys=surveys)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Everyone who was asked: one row an invitation. `tone`: what would be said, in points of 1-5.

    `person` counts the staff member within the block (-1: a customer). `weight` corrects for unequal chances
    of being asked and of answering by segment and channel, not for silence.
    """

    who: Ints
    run: Ints
    at: Floats
    survey: Ints
    channel: Ints
    tone: Floats
    answered: Flags
    answered_at: Floats
    weight: Floats
    speaker: Ints
    person: Ints

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One row an answer: `row` numbers the invitation; `pair` is -1 for none, `option` a touchpoint or -1."""

    row: Ints
    question: Ints
    view: Ints
    state: Ints
    value: Floats
    option: Ints
    pair: Ints


@dataclass(slots=True)
class AnswerSheet:
    """Gathers answers, question by question."""

    chunks: list[Answers] = field(default_factory=list)

    def add(
        self,
        rows: Ints,
        question: int,
        value: Floats,
        *,
        view: int = EXPERIENCED,
        state: Ints | None = None,
        option: Ints | None = None,
        pair: Ints | None = None,
    ) -> None:
        """One question's answers; where the state is not `answered` the value is dropped."""
        size = len(rows)
        states = np.zeros(size, np.int64) if state is None else state
        self.chunks.append(
            Answers(
                row=rows.astype(np.int64),
                question=np.full(size, question),
                view=np.full(size, view),
                state=states,
                value=np.where(states == ANSWERED, value, np.nan),
                option=np.full(size, -1) if option is None else option,
                pair=np.full(size, -1) if pair is None else pair,
            )
        )

    def finish(self) -> Answers:
        """All answers, sorted by invitation; within one in the order of asking."""
        names = Answers.__dataclass_fields__
        columns = {name: np.concatenate([getattr(chunk, name) for chunk in self.chunks]) for name in names}
        order = np.argsort(columns["row"], kind="stable")
        return Answers(**{name: column[order] for name, column in columns.items()})


def join_asked(parts: list[Asked]) -> Asked:
    """Invitations one after the other."""
    return Asked(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in Asked.__dataclass_fields__})
