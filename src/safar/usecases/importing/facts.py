"""The blocks of a recipe as SELECTs over the kept values of one file's rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from safar.domain.fact import (
    ATTRIBUTES,
    CURRENCY,
    FEEDBACK,
    INTERACTIONS,
    LEAST_WEIGHT,
    MOST_WEIGHT,
    Actor,
    Column,
    FactKind,
    Speaker,
    View,
)
from safar.files.recipe.model import Attribute, Feedback, Interaction, Recipe, Unknown, Value
from safar.sql import literal
from safar.usecases.importing.answers import Answer, answers
from safar.usecases.importing.plan import MONEY, Plan
from safar.usecases.importing.problems import TimeColumns, column_of
from safar.usecases.importing.texts import row_key

BASES: dict[str, tuple[Column, ...]] = {
    "interactions": INTERACTIONS,
    "feedback": FEEDBACK,
    "attributes": ATTRIBUTES,
}
_SURROGATES = {
    "customer": ("customer_ns", "customer_ext"),
    "subject": ("subject_ns", "subject_ext"),
}


def staged_names(table: str) -> tuple[str, ...]:
    """Columns of a staged table without links and properties: the fact's, with the surrogate key replaced."""
    names: list[str] = []
    for column in BASES[table]:
        if column.name != "import_no":
            names.extend(_SURROGATES.get(column.name, (column.name,)))
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Select:
    """One fact of each good row for which `where` holds; `columns` are SQL by name, the others are empty."""

    columns: dict[str, str]
    where: str


@dataclass(slots=True)
class Facts:
    """What one file's rows give: SELECT lists by table, over the file's kept values, and further row identities."""

    recipe: Recipe
    plan: Plan
    file: str
    selects: dict[str, list[Select]] = field(default_factory=lambda: {name: [] for name in BASES})
    row_ids: list[str] = field(default_factory=list)
    kept: dict[str, None] = field(default_factory=dict)
    _slot_no: int = 0

    def build(self) -> None:
        """Go through all blocks. `slot_no` counts the recipe's facts, so it is the same in every file."""
        for block in self.recipe.interactions:
            self._slot_no += 1
            if block.file == self.file:
                self._interaction(block)
        for feedback in self.recipe.feedback:
            if feedback.file == self.file:
                self._feedback(feedback)
            else:
                self._slot_no += max(1, len(feedback.questions), len(feedback.options), len(feedback.codes))
        for attribute in self.recipe.attributes:
            if attribute.file == self.file:
                self._attribute(attribute)
            else:
                self._slot_no += len(attribute.values)

    def _use(self, sql: str) -> str:
        """Keep a column of the plan for the facts; constants pass through."""
        if sql[:1] in "cxrvwy" and sql[1:].isdigit():
            self.kept[sql] = None
        return sql

    def _add(self, table: str, slot: str, values: dict[str, str], *, where: list[str], slot_no: int) -> None:
        columns = {
            "source": literal(self.recipe.source),
            "row_id": "row_id",
            "slot": literal(slot),
            "row_no": "__record",
            "slot_no": str(slot_no),
            **values,
        }
        self.selects[table].append(Select(columns, " AND ".join(part for part in where if part)))

    def _interaction(self, block: Interaction) -> None:
        guard = self._flag(self.plan.flag(block.when))
        values = self._common(block, guard)
        values["kind"] = self._one_of(FactKind, block.kind, guard, needed="kind")
        values["actor"] = "NULL" if block.actor is None else self._one_of(Actor, block.actor, guard)
        values["status"] = self._maybe(block.status, guard)
        if block.duration is not None:
            values["duration_s"] = self._use(self.plan.duration(block.duration, guard=guard))
        if block.amount is not None:
            values["amount"] = self._use(self.plan.number(block.amount, type=MONEY, guard=guard))
            values["currency"] = self._currency(block.currency, values["amount"], guard)
        if block.key is not None:
            values["row_id"] = self._row_id(block, None)
            self.row_ids.append(values["row_id"])
        self._add("interactions", block.slot, values, where=[guard or ""], slot_no=self._slot_no)

    def _one_of(self, allowed: type[StrEnum], value: Value, guard: str | None, *, needed: str | None = None) -> str:
        """A text that must be one of a closed list; what the recipe itself says was looked at as it was read."""
        sql = self._text(value, guard, needed=needed)
        if value.constant is None:
            known = ", ".join(literal(str(one)) for one in allowed)
            reason = f"none of {', '.join(str(one) for one in allowed)}"
            bad = f"{sql} NOT IN ({known})"
            self.plan.check(f"{guard} AND {bad}" if guard else bad, column=column_of(value), value=sql, reason=reason)
        return sql

    def _speaker(self, value: Value, guard: str | None) -> str:
        """Who speaks. Where nobody is told the row is set aside: no answer becomes a customer's for want of a word."""
        sql = self._one_of(Speaker, value, guard)
        if value.constant is None:
            # A word that the map does not list is told of as such, not as a word that is missing.
            listed = value.map is not None and value.unknown is Unknown.SET_ASIDE
            word = self.plan.kept_text(replace(value, map=None) if listed else value, guard=guard)
            empty = f"{guard} AND {word} IS NULL" if guard else f"{word} IS NULL"
            self.plan.check(empty, column=column_of(value), value="NULL", reason="speaker is empty")
        return sql

    def _currency(self, value: Value | None, amount: str, guard: str | None) -> str:
        """The currency of an amount: it must be said, as a code; where there is no amount there is none."""
        if value is None or value.constant is not None:
            return self._maybe(value, guard)
        sql = self._text(value, guard)
        held = f"{guard} AND {amount} IS NOT NULL" if guard else f"{amount} IS NOT NULL"
        column = column_of(value)
        self.plan.check(f"{held} AND {sql} IS NULL", column=column, value="NULL", reason="amount without currency")
        self.plan.check(
            f"{held} AND NOT regexp_full_match({sql}, {literal(CURRENCY)})",
            column=column,
            value=sql,
            reason="no currency code of three capital letters",
        )
        return f"CASE WHEN {amount} IS NOT NULL THEN {sql} END"

    def _row_id(self, block: Interaction, prefer: str | None) -> str:
        """Identity of the row that a block's facts belong to: the file's own row, or one by the block's own key."""
        spec = self.recipe.file(block.file)
        if block.key is None and prefer is None:
            return "row_id"
        key = block.key or spec.key
        if key is None:
            return "row_id"
        text = self.plan.template(key, path=f"{block.path}.key", prefer=prefer)
        self.plan.check(
            f"{text} IS NULL", column=", ".join(key.columns), value="NULL", reason=f"key of {block.slot} is empty"
        )
        mark = block.slot if block.key is not None else "" if spec == self.recipe.main else block.file
        return self._use(self.plan.keep(3, row_key(prefixed(text, mark), self.recipe.source)))

    def _common(self, block: Interaction, guard: str | None, prefer: str | None = None) -> dict[str, str]:
        """When, who, where, links and properties of an interaction: feedback said in it has the same."""
        time = self._time(self.plan.time(block.time, guard=guard, prefer=prefer))
        customer = self._maybe(block.customer, guard, prefer)
        named = literal(block.namespace)
        values = {
            "ts": time.utc,
            "utc_offset_min": time.offset,
            "customer_ns": "NULL" if customer == "NULL" else f"CASE WHEN {customer} IS NOT NULL THEN {named} END",
            "customer_ext": customer,
            "event": self._text(block.event, guard, prefer, needed="event"),
            "channel": self._maybe(block.channel, guard, prefer),
            "unit": self._maybe(block.unit, guard, prefer),
        }
        for name, value in (*block.links, *block.props):
            values[name] = self._maybe(value, guard, prefer)
        return values

    def _feedback(self, block: Feedback) -> None:
        within = next(one for one in self.recipe.interactions if one.slot == block.submission)
        prefer = within.file if within.file != self.file else None
        guards = [self.plan.flag(within.when, prefer=prefer), self.plan.flag(block.when)]
        guard = self._both([one for one in guards if one is not None])
        values = self._common(within, guard, prefer)
        values["submission"] = self._row_id(within, prefer)
        for name in ("event", "channel", "unit"):
            own: Value | None = getattr(block, name)
            if own is not None:
                values[name] = self._text(own, guard, needed="event" if name == "event" else None)
        if block.time is not None:
            time = self._time(self.plan.time(block.time, guard=guard))
            values |= {"ts": time.utc, "utc_offset_min": time.offset}
        values |= {
            "speaker": self._speaker(block.speaker, guard),
            "view": literal(block.view),
            "kind": literal(block.kind),
            "weight": self._weight(block, guard),
            "language": self._maybe(block.language, guard),
        }
        if block.scale is not None:
            values["scale_min"] = repr(float(block.scale.low))
            values["scale_max"] = repr(float(block.scale.high))
            values["scale_best"] = literal(block.scale.best)
        for number, answer in enumerate(answers(self.plan, self.recipe, block, guard), start=1):
            self._answer(block, answer, values, guard, self._slot_no + number)
        self._slot_no += max(1, len(block.questions), len(block.options), len(block.codes))

    def _answer(self, block: Feedback, answer: Answer, values: dict[str, str], guard: str | None, slot_no: int) -> None:
        own = {name: self._use(sql) for name, sql in answer.columns.items()}
        pair = self._maybe(block.pair, guard) if block.pair is not None else self._default_pair(answer)
        where = [guard or "", *(self._whole(part) for part in answer.where)]
        self._add("feedback", answer.slot, {**values, "pair": pair, **own}, where=where, slot_no=min(slot_no, 32_000))

    def _default_pair(self, answer: Answer) -> str:
        """The question ties two sides together where it is asked under more than one view."""
        views: set[View] = set()
        for block in self.recipe.feedback:
            asked = {question for question, _ in block.questions}
            if block.question is not None and block.question.constant is not None:
                asked.add(block.question.constant)
            if answer.question in asked:
                views.add(block.view)
        return literal(answer.question) if answer.question is not None and len(views) > 1 else "NULL"

    def _weight(self, block: Feedback, guard: str | None) -> str:
        if block.weight is None:
            return "1.0"
        name, text = (
            self._use(self.plan.number(block.weight, guard=guard)),
            self.plan.text(block.weight.value, guard=guard),
        )
        self.plan.check(
            f"{guard or 'true'} AND ({text} IS NULL OR {name} < 0)",
            column=column_of(block.weight.value),
            value=f"CAST({name} AS VARCHAR)",
            reason="weight is empty or negative",
        )
        self.plan.check(
            f"{guard or 'true'} AND isfinite({name}) AND ({name} > {MOST_WEIGHT!r} "
            f"OR ({name} > 0 AND {name} < {LEAST_WEIGHT!r}))",
            column=column_of(block.weight.value),
            value=f"CAST({name} AS VARCHAR)",
            reason="weight is neither 0 nor between a thousand millionth and a thousand million",
        )
        return name

    def _attribute(self, block: Attribute) -> None:
        guard = self._flag(self.plan.flag(block.when))
        subject = self._text(block.of, guard)
        known = self._both([one for one in (guard, self.plan.keep(4, f"{subject} IS NOT NULL")) if one is not None])
        time = self._time(self.plan.time(block.time, guard=known))
        row_id = "row_id"
        if block.key is not None:
            text = self.plan.template(block.key, path=f"{block.path}.key")
            empty = f"{text} IS NULL" if known is None else f"{known} AND {text} IS NULL"
            reason = f"key of {block.slot} is empty"
            self.plan.check(empty, column=", ".join(block.key.columns), value="NULL", reason=reason)
            row_id = self._use(self.plan.keep(3, row_key(prefixed(text, block.slot), self.recipe.source)))
            self.row_ids.append(row_id)
        for name, value in block.values:
            self._slot_no += 1
            told = self._text(value, known)
            values = {
                "row_id": row_id,
                "subject_kind": literal(block.subject),
                "subject_ns": literal(block.namespace),
                "subject_ext": subject,
                "name": literal(name),
                "value": told,
                "valid_from": time.utc,
            }
            slot = f"{block.slot}:{name}"
            self._add("attributes", slot, values, where=[known or "", f"{told} IS NOT NULL"], slot_no=self._slot_no)

    def _time(self, time: TimeColumns) -> TimeColumns:
        return TimeColumns(self._use(time.utc), self._use(time.offset))

    def _text(self, value: Value, guard: str | None, prefer: str | None = None, *, needed: str | None = None) -> str:
        sql = self._use(self.plan.kept_text(value, prefer=prefer, guard=guard))
        if needed is not None and value.constant is None:
            bad = f"{guard} AND {sql} IS NULL" if guard else f"{sql} IS NULL"
            self.plan.check(bad, column=column_of(value), value="NULL", reason=f"{needed} is empty")
        return sql

    def _maybe(self, value: Value | None, guard: str | None, prefer: str | None = None) -> str:
        return "NULL" if value is None else self._text(value, guard, prefer)

    def _flag(self, name: str | None) -> str | None:
        return None if name is None else self._use(name)

    def _whole(self, sql: str) -> str:
        """Keep the column that a condition of an answer begins with."""
        self._use(sql.split(" ", 1)[0])
        return sql

    def _both(self, guards: list[str]) -> str | None:
        if not guards:
            return None
        return " AND ".join(self._use(one) for one in dict.fromkeys(guards))


def prefixed(key: str, mark: str) -> str:
    """SQL of a key that cannot be the same as one of another kind of row of the source."""
    return key if not mark else f"({literal(mark + chr(31))} || {key})"
