"""One question by another: what else the same submission said, as a dimension.

`answer:QUESTION` gives the option chosen or the rating, where a submission answers that question once;
`answer:QUESTION=OPTION` gives yes or no, whether the submission's answer has that option. Missing: null where the
submission did not answer the other question. Source: docs/methods/share.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from safar.analysis.closest import closest
from safar.analysis.dimension import Dimension, DimensionKind
from safar.domain.fact import AnswerState, FeedbackKind
from safar.errors import InputError, NotFound

MOST_OPTIONS = 1000
"""Beyond so many options an answer is more like a text than like a choice."""


class UnknownOption(NotFound):
    """Nobody chose an option of that name."""

    code = "measure.unknown-option"
    next_step = "Use one of those named; `safar measure share --question QUESTION` lists the options of a question."


class SeveralAnswers(InputError):
    """A question with several answers in one submission has no one answer to break down by."""

    code = "measure.several-answers"
    next_step = "Break down by one option: answer:QUESTION=OPTION, yes or no."


def with_other_answers(table: ir.Table, wanted: Sequence[Dimension], feedback: ir.Table) -> ir.Table:
    """`table` with the columns of the dimensions that are answers to other questions; no row more or less.

    Raises: SeveralAnswers, UnknownOption.
    """
    for one in wanted:
        if one.kind is DimensionKind.ANSWER and one.question is not None:
            said = _by_submission(feedback, one)
            joined = table.left_join(said, table.submission == said.other_submission)
            table = joined.select(*[table[c] for c in table.columns], said.other_answer.name(one.column))
    return table


def _by_submission(feedback: ir.Table, one: Dimension) -> ir.Table:
    """What each submission answered: `other_submission`, `other_answer`."""
    mine = feedback.filter((feedback.question == one.question) & (feedback.state == AnswerState.ANSWERED.value))
    if one.option is not None:
        mine = mine.filter(mine.option.notnull())
        check_options([one.option], options_of(mine), question=str(one.question))
        has = (mine.option == one.option).cast("int8").max()
        found = mine.group_by(other_submission=mine.submission).aggregate(has=has)
        return found.select("other_submission", other_answer=ibis.ifelse(found.has == 1, "yes", "no"))
    whole = ibis.ifelse(mine.value == mine.value.floor(), mine.value.cast("int64").cast("string"), None)
    rating = whole.coalesce(mine.value.cast("string"))
    told = ibis.ifelse(mine.kind == FeedbackKind.CHOICE.value, mine.option, rating)
    mine = mine.mutate(told=told).filter(told.notnull())
    found = mine.group_by(other_submission=mine.submission).aggregate(first=mine.told.min(), last=mine.told.max())
    several = int(found.aggregate(n=(found["first"] != found["last"]).sum()).to_pyarrow()["n"][0].as_py() or 0)
    if several:
        raise SeveralAnswers(f"Question {one.question!r} has several answers in {several:,} submissions.")
    return found.select("other_submission", other_answer=found["first"])


def options_of(answers: ir.Table) -> list[str]:
    """The options chosen in `answers`, the most frequent first. Missing: null is no option."""
    mine = answers.filter(answers.option.notnull())
    counts = mine.group_by("option").aggregate(n=mine.count())
    ranked = counts.order_by(counts.n.desc(), counts.option).limit(MOST_OPTIONS + 1)
    return [str(name) for name in ranked.to_pyarrow().column("option").to_pylist()]


def check_options(named: Sequence[str], known: Sequence[str], *, question: str) -> None:
    """A mistyped option must not show as "nobody chose it". Raises: UnknownOption."""
    for name in named:
        if name not in known:
            there = f"there are {', '.join(closest(name, known))}" if known else "there are none yet"
            raise UnknownOption(f"Question {question!r} has no option {name!r}; {there}.")
