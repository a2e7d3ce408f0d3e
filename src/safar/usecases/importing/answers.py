"""Answers: a cell becomes a state and a value, an option, or words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from safar.domain.fact import AnswerState, FeedbackKind
from safar.files.recipe.blocks import NOT_CHOSEN
from safar.files.recipe.model import Feedback, Number, Recipe, Template, Unknown, Value
from safar.sql import literal
from safar.usecases.importing.parsing import number_sql
from safar.usecases.importing.plan import Plan
from safar.usecases.importing.problems import column_of
from safar.usecases.importing.redaction import redacted
from safar.usecases.importing.texts import listed, map_sql

_CHOICES = (FeedbackKind.CHOICE, FeedbackKind.TEXT)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a row: its slot, its question where that is the same for all rows, and the fact's columns.

    Each text of `where` begins with a column of the plan.
    """

    slot: str
    question: str | None
    columns: dict[str, str]
    where: list[str] = field(default_factory=list)


def answers(plan: Plan, recipe: Recipe, block: Feedback, guard: str | None) -> Iterator[Answer]:
    """All answers that a block finds in a row of this file."""
    if block.questions:
        for question, column in _there(plan, block, block.questions):
            text = plan.name(_cell(plan, block, column, "questions"))
            columns, where = _one(plan, recipe, block, text=text, column=column, guard=guard)
            yield Answer(f"{block.slot}:{question}", question, {"question": literal(question), **columns}, where)
        return
    if block.question is None:
        return
    question = plan.kept_text(block.question, guard=guard)
    constant = block.question.constant
    if constant is None:
        _needs(plan, question, block.question, guard)
    if block.options:
        for option, column in _there(plan, block, block.options):
            chosen = plan.keep(4, _chosen(plan.column(column, path=f"{block.path}.options"), block))
            columns = {"question": question, "state": literal(AnswerState.ANSWERED), "option": literal(option)}
            yield Answer(f"{block.slot}:{option}", constant, columns, [f"{chosen} "])
    elif block.codes:
        for name, column in _there(plan, block, tuple((code, code) for code in block.codes)):
            text = plan.name(_cell(plan, block, column, "codes"))
            columns, where = _one(plan, recipe, block, text=text, column=column, guard=guard)
            yield Answer(f"{block.slot}:{name}", constant, {"question": question, **columns}, where)
    elif block.value is not None:
        text = plan.keep(1, plan.text(block.value, guard=guard, decimal=_mark(block)))
        columns, where = _one(plan, recipe, block, text=text, column=column_of(block.value), guard=guard)
        yield Answer(block.slot, constant, {"question": question, **columns}, where)


def _there(plan: Plan, block: Feedback, names: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The pairs whose column this file has. One that is absent and may not be is an error."""
    for ours, column in plan.scope.own.expand(names, block.leave_out):
        absent = column not in plan.scope.recipe.derive and plan.scope.maybe(column) is None
        if absent and (block.optional or plan.scope.is_optional(column)):
            continue
        yield ours, column


def _needs(plan: Plan, sql: str, value: Value, guard: str | None) -> None:
    bad = f"{sql} IS NULL" if guard is None else f"{guard} AND {sql} IS NULL"
    plan.check(bad, column=column_of(value), value="NULL", reason="question is empty")


def _one(
    plan: Plan, recipe: Recipe, block: Feedback, *, text: str, column: str, guard: str | None
) -> tuple[dict[str, str], list[str]]:
    """State and content of one cell, and when it is a fact at all."""
    mapped = text
    if block.map is not None:
        mapped = plan.keep(1, map_sql(text, block.map, keep=block.unknown == Unknown.KEEP))
    rated = block.kind not in _CHOICES
    value = ""
    if rated:
        value = plan.keep(2, number_sql(mapped, _number(block)))
    state = plan.keep(3, _state(block, text, mapped, value))
    # Where a map changed the text, what was tested is said too.
    shown = text if mapped is text else f"CASE WHEN {mapped} = {text} THEN {text} ELSE {text} || ' → ' || {mapped} END"
    answered = f"{state} = 'answered'"
    held = answered if guard is None else f"{guard} AND {answered}"
    if block.map is not None and block.unknown == Unknown.SET_ASIDE:
        bad = f"{held} AND NOT ({listed(text, block.map)})"
        plan.check(bad, column=column, value=text, reason=f"not in the map of {block.path}")
    columns = {"state": state}
    if rated and block.scale is not None:
        low, high = block.scale.low, block.scale.high
        plan.check(
            f"{held} AND {value} IS NULL AND {mapped} IS NOT NULL", column=column, value=shown, reason="not a number"
        )
        outside = f"{held} AND NOT ({value} BETWEEN {low!r} AND {high!r})"
        plan.check(outside, column=column, value=shown, reason=f"outside the scale {low:g} to {high:g}")
        columns["value"] = plan.keep(4, f"CASE WHEN {answered} THEN {value} END")
    elif block.kind == FeedbackKind.TEXT:
        words = redacted(mapped, recipe.redact) if block.redact else mapped
        columns["text"] = plan.keep(4, f"CASE WHEN {answered} THEN {words} END")
    else:
        columns["option"] = plan.keep(4, f"CASE WHEN {answered} THEN {mapped} END")
    return columns, [] if block.keep_blank else [f"{state} <> 'blank'"]


def _cell(plan: Plan, block: Feedback, column: str, field: str) -> str:
    of_column = Value(of=(Template(((True, column),)),), path=f"{block.path}.{field}")
    return plan.text(of_column, decimal=_mark(block))


def _mark(block: Feedback) -> str:
    # Maps list texts as a program writes them; options and words are no numbers.
    return "." if block.map is not None or block.kind in _CHOICES else block.decimal


def _number(block: Feedback) -> Number:
    nothing = Value(of=(Template(()),), path=block.path)
    if block.map is not None:
        return Number(value=nothing)
    return Number(value=nothing, decimal=block.decimal, thousands=block.thousands)


def _state(block: Feedback, text: str, mapped: str, value: str) -> str:
    """SQL of the state: blank where empty, a missing code's state, else answered. Codes may match as numbers.

    The map has been applied: codes speak of what it gives. A text that the map does not list, and does not keep, is
    looked up as it is.
    """
    arms = [f"WHEN {text} IS NULL THEN 'blank'"]
    for code, state in block.states:
        clean = code.strip()
        if not clean:
            arms[0] = f"WHEN {text} IS NULL THEN {literal(state)}"
            continue
        told = mapped if block.map is None else f"coalesce({mapped}, {text})"
        same = f"{told} = {literal(clean)}"
        if _is_number(clean):
            found = value if value and block.map is None else f"try_cast({told} AS DOUBLE)"
            same = f"{same} OR {found} = {float(clean)!r}"
        arms.append(f"WHEN {same} THEN {literal(state)}")
    for old, new in block.map or ():
        if not new:
            arms.append(f"WHEN {text} = {literal(old)} THEN 'blank'")
    if block.map is not None and block.unknown == Unknown.EMPTY:
        arms.append(f"WHEN {mapped} IS NULL THEN 'blank'")
    return f"CASE {' '.join(arms)} ELSE 'answered' END"


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _chosen(text: str, block: Feedback) -> str:
    if block.chosen:
        listed_texts = ", ".join(literal(one.strip()) for one in block.chosen)
        return f"coalesce({text} IN ({listed_texts}), false)"
    words = ", ".join(literal(word) for word in NOT_CHOSEN)
    return (
        f"({text} IS NOT NULL AND lower({text}) NOT IN ({words}) AND coalesce(try_cast({text} AS DOUBLE) <> 0, true))"
    )
