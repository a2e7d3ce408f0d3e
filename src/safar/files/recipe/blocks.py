"""The blocks of a recipe that make facts: interactions, feedback, attributes, and rows to set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from safar.domain.fact import (
    CURRENCY,
    Actor,
    AnswerState,
    BadColumnName,
    Direction,
    FactKind,
    FeedbackKind,
    Speaker,
    SubjectKind,
    View,
    extra_column,
)
from safar.files.recipe.model import (
    Attribute,
    Check,
    Condition,
    Feedback,
    Interaction,
    Moment,
    Scale,
    Template,
    Unknown,
    Value,
)
from safar.files.recipe.section import BadRecipe, Section, as_texts, near
from safar.files.recipe.speakers import understood
from safar.files.recipe.values import Defaults, condition, duration, mark, moment, named_map, number, template, value

_SLOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_RATED = (FeedbackKind.NPS, FeedbackKind.CSAT, FeedbackKind.CES, FeedbackKind.RATING)
_SCALES = {
    FeedbackKind.NPS: Scale(low=0, high=10, best=Direction.HIGH),
    FeedbackKind.CSAT: Scale(low=1, high=5, best=Direction.HIGH),
}
NOT_CHOSEN = ("0", "no", "false", "n", "f", "none", "off")
"""What an option's column holds when the option was not ticked, unless `chosen` says what it holds when it was."""


class Blocks:
    """Reads the blocks of one recipe. Top-level `time`, `customer`, `channel` … hold where a block is silent."""

    def __init__(self, top: Section, *, defaults: Defaults, files: list[str], source: str) -> None:
        self.top = top
        self.defaults = defaults
        self.files = files
        self.namespace = top.text("namespace") or source
        self._slots: set[tuple[str, str]] = set()
        self._made: dict[str, Interaction] = {}
        self._links = self._pairs(top, "links", "link_")
        self._props = self._pairs(top, "props", "prop_")
        for name in ("time", "customer", "channel", "unit", "currency", "weight", "language", "speaker"):
            if top.any(name) == "":
                raise BadRecipe(f'{name} = "" at the top of the recipe says nothing: leave the line out.')

    def interactions(self) -> tuple[Interaction, ...]:
        """All [[interaction]] blocks."""
        found = []
        for section in self.top.tables("interaction"):
            block = self._interaction(section)
            self._made[block.slot] = block
            found.append(block)
        return tuple(found)

    def feedback(self) -> tuple[Feedback, ...]:
        """All [[feedback]] blocks."""
        return tuple(self._feedback(section) for section in self.top.tables("feedback"))

    def attributes(self) -> tuple[Attribute, ...]:
        """All [[attribute]] blocks."""
        return tuple(self._attribute(section) for section in self.top.tables("attribute"))

    def checks(self) -> tuple[Check, ...]:
        """All [[set_aside]] blocks."""
        found = []
        for section in self.top.tables("set_aside"):
            if not section.has("when"):
                raise BadRecipe(f"{section.at('when')} is missing: say which rows to set aside.")
            when = condition(section.any("when"), section.at("when"), self.defaults)
            found.append(Check(when=when, reason=section.needed("reason"), file=self._file(section)))
            section.done()
        return tuple(found)

    def _interaction(self, section: Section) -> Interaction:
        slot = self._slot(section, "interaction")
        amount = section.any("amount")
        spent = section.any("duration")
        block = Interaction(
            slot=slot,
            path=section.path,
            file=self._file(section),
            kind=self._closed(section, "kind", FactKind, "contact"),
            event=self._must(section, "event"),
            time=self._time(section),
            when=self._when(section),
            key=self._key(section),
            customer=self._value(section, "customer"),
            namespace=section.text("namespace") or self.namespace,
            channel=self._value(section, "channel"),
            unit=self._value(section, "unit"),
            actor=self._closed(section, "actor", Actor, None),
            status=self._value(section, "status", inherit=False),
            duration=None if spent is None else duration(spent, section.at("duration"), self.defaults),
            amount=None if amount is None else number(amount, section.at("amount"), self.defaults),
            currency=self._currency(section) if amount is not None else None,
            links=(*self._links, *self._pairs(section, "links", "link_")),
            props=(*self._props, *self._pairs(section, "props", "prop_")),
        )
        section.any("currency")
        section.done()
        if amount is not None and block.currency is None:
            raise BadRecipe(f'{section.at("amount")}: say the money\'s `currency`, like currency = "EUR".')
        return block

    def _feedback(self, section: Section) -> Feedback:
        within = self._within(section)
        kind = FeedbackKind(section.choice("kind", FeedbackKind) or _missing(section, "kind"))
        slot = self._slot(section, "feedback", default=within.slot + "." + _short(section, kind))
        weight = (
            section.any(
                "weight",
            )
            if section.has("weight")
            else self.top.any("weight")
        )
        questions = section.any("questions")
        options = section.any("options")
        block = Feedback(
            slot=slot,
            path=section.path,
            submission=within.slot,
            file=self._file(section, within.file),
            kind=kind,
            question=self._value(section, "question", inherit=False),
            value=self._value(section, "value", inherit=False),
            questions=_pairs_of(questions, section.at("questions")),
            options=_pairs_of(options, section.at("options")),
            codes=section.texts("codes"),
            leave_out=section.texts("except"),
            chosen=section.texts("chosen"),
            map=named_map(section.any("map"), section.at("map"), self.defaults) if section.has("map") else None,
            unknown=Unknown(section.choice("unknown", Unknown, Unknown.SET_ASIDE) or Unknown.SET_ASIDE),
            decimal=mark(section, "decimal", self.defaults.decimal),
            thousands=mark(section, "thousands", self.defaults.thousands),
            when=self._when(section),
            scale=self._scale(section, kind),
            states=self._states(section),
            keep_blank=section.choice("blank", ("keep", "skip"), self._blank(section, kind)) == "keep",
            speaker=self._speaker(section),
            view=View(section.choice("view", View, View.EXPERIENCED) or View.EXPERIENCED),
            pair=self._value(section, "pair", inherit=False),
            weight=None if weight is None else number(weight, section.at("weight"), self.defaults),
            language=self._value(section, "language") if kind == FeedbackKind.TEXT else None,
            redact=section.flag("redact", True),
            optional=section.flag("optional", False),
            event=self._value(section, "event", inherit=False),
            channel=self._value(section, "channel", inherit=False),
            unit=self._value(section, "unit", inherit=False),
            time=moment(section.any("time"), section.at("time"), self.defaults) if section.has("time") else None,
        )
        section.done()
        _check_shape(block)
        return block

    def _attribute(self, section: Section) -> Attribute:
        raw = section.table("values")
        if raw is None or not raw.raw:
            raise BadRecipe(f'{section.at("values")} is missing: write it like values = {{ segment = "{{segment}}" }}.')
        of = self._value(section, "of", inherit=False) or self._value(section, "customer")
        if of is None:
            raise BadRecipe(f"{section.at('of')} is missing: say whose attribute it is.")
        block = Attribute(
            slot=self._slot(section, "attribute", default="attributes"),
            path=section.path,
            file=self._file(section),
            subject=SubjectKind(section.choice("subject", SubjectKind, SubjectKind.CUSTOMER) or SubjectKind.CUSTOMER),
            of=of,
            namespace=section.text("namespace") or self.namespace,
            values=tuple(
                (_attribute(name, raw.at(name)), value(one, raw.at(name), self.defaults))
                for name, one in raw.raw.items()
            ),
            time=self._time(section),
            when=self._when(section),
            key=self._key(section),
        )
        section.done()
        return block

    def _slot(self, section: Section, table: str, default: str | None = None) -> str:
        slot = section.text("slot") or default
        if slot is None:
            raise BadRecipe(f'{section.at("slot")} is missing: name this fact of the row, like slot = "ordered".')
        if not _SLOT.fullmatch(slot):
            raise BadRecipe(f"{section.at('slot')}: {slot!r} may hold letters, digits, '_', '-' and '.', 64 at most.")
        if (table, slot) in self._slots:
            raise BadRecipe(f"{section.at('slot')}: two {table} blocks share the slot {slot!r}; give each its own.")
        self._slots.add((table, slot))
        return slot

    def _file(self, section: Section, default: str | None = None) -> str:
        name = section.text("file") or default or self.files[0]
        if name not in self.files:
            raise BadRecipe(f"{section.at('file')}: there is no [[file]] named {name!r}{near(name, self.files)}.")
        return name

    def _within(self, section: Section) -> Interaction:
        name = section.text("in")
        told = [block for block in self._made.values() if block.kind.constant == FactKind.SUBMISSION]
        if name is None and len(told) == 1:
            return told[0]
        if name is None:
            raise BadRecipe(
                f'{section.at("in")} is missing: name the slot of the [[interaction]] with kind = "submission" in '
                "which this was said."
            )
        if name not in self._made:
            raise BadRecipe(f"{section.at('in')}: no [[interaction]] has the slot {name!r}{near(name, self._made)}.")
        return self._made[name]

    def _value(self, section: Section, name: str, *, inherit: bool = True) -> Value | None:
        if section.has(name):
            return None if section.any(name) == "" else value(section.any(name), section.at(name), self.defaults)
        if inherit and self.top.has(name):
            return value(self.top.any(name), name, self.defaults)
        return None

    def _must(self, section: Section, name: str) -> Value:
        found = self._value(section, name, inherit=False)
        if found is None:
            raise BadRecipe(f"{section.at(name)} is missing.")
        return found

    def _time(self, section: Section) -> Moment:
        if section.has("time"):
            return moment(section.any("time"), section.at("time"), self.defaults)
        if self.top.has("time"):
            return moment(self.top.any("time"), "time", self.defaults)
        raise BadRecipe(f'{section.at("time")} is missing: say when it happened, like time = "{{created_at}}".')

    def _when(self, section: Section) -> Condition | None:
        return condition(section.any("when"), section.at("when"), self.defaults) if section.has("when") else None

    def _key(self, section: Section) -> Template | None:
        raw = section.any("key")
        if raw is None:
            return None
        path = section.at("key")
        text = "/".join("{" + one + "}" for one in as_texts(raw, path)) if isinstance(raw, list) else raw
        if not isinstance(text, str) or not template(text, path).columns:
            raise BadRecipe(f'{path}: expected a list of columns or text like "{{order_id}}".')
        return template(text, path)

    def _closed(self, section: Section, name: str, allowed: Any, default: str | None) -> Any:
        found = self._value(section, name, inherit=False)
        if found is None:
            return None if default is None else Value(of=(Template(((False, default),)),), path=section.at(name))
        for one in _outcomes(found):
            if one not in {str(member) for member in allowed}:
                raise BadRecipe(f"{section.at(name)}: {one!r} is not one of {', '.join(allowed)}.")
        return found

    def _speaker(self, section: Section) -> Value:
        """Who speaks: one for all rows, or a column that says it; customers where the recipe does not say."""
        told = self._value(section, "speaker")
        if told is None:
            return Value(of=(Template(((False, str(Speaker.CUSTOMER)),)),), path=section.at("speaker"))
        for one in _outcomes(told):
            if one not in set(Speaker):
                raise BadRecipe(f"{told.path}: {one!r} is not one of {', '.join(Speaker)}{near(one, Speaker)}.")
        return understood(told)

    def _currency(self, section: Section) -> Value | None:
        found = self._value(section, "currency")
        for one in _outcomes(found) if found is not None else ():
            if one and re.fullmatch(CURRENCY, one) is None:
                raise BadRecipe(f"{section.at('currency')}: {one!r} is no code of three capital letters, like EUR.")
        return found

    def _pairs(self, section: Section, name: str, prefix: str) -> tuple[tuple[str, Value], ...]:
        table = section.table(name)
        found = []
        for key, one in table.raw.items() if table else ():
            path = f"{section.at(name)}.{key}"
            try:
                column = extra_column(prefix + key).name
            except BadColumnName as error:
                raise BadRecipe(f"{path}: {error.message} {error.next_step}") from error
            found.append((column, value(one, path, self.defaults)))
        return tuple(found)

    def _scale(self, section: Section, kind: FeedbackKind) -> Scale | None:
        table = section.table("scale")
        if kind not in _RATED:
            if table:
                raise BadRecipe(f"{table.path}: only ratings have a scale, {kind} has none.")
            return None
        if table is None:
            if kind not in _SCALES:
                raise BadRecipe(
                    f'{section.at("scale")} is missing: write scale = {{ min = 1, max = 5, best = "high" }}.'
                )
            return _SCALES[kind]
        low, high = table.number("min"), table.number("max")
        best = table.choice("best", Direction, Direction.HIGH) or Direction.HIGH
        table.done()
        if low is None or high is None or low >= high:
            raise BadRecipe(f"{table.path}: needs `min` and `max`, the first below the second.")
        if kind == FeedbackKind.NPS and (low, high, best) != (0, 10, Direction.HIGH):
            raise BadRecipe(f'{table.path}: nps is a 0-10 question, 10 best; use kind = "rating" for other scales.')
        return Scale(low=low, high=high, best=Direction(best))

    def _states(self, section: Section) -> tuple[tuple[str, AnswerState], ...]:
        if not section.has("states"):
            return ()
        pairs = named_map(section.any("states"), section.at("states"), self.defaults)
        allowed = [state for state in AnswerState if state != AnswerState.ANSWERED]
        for code, state in pairs:
            if state not in allowed:
                raise BadRecipe(f"{section.at('states')}.{code}: {state!r} is not one of {', '.join(allowed)}.")
        return tuple((code, AnswerState(state)) for code, state in pairs)

    def _blank(self, section: Section, kind: FeedbackKind) -> str:
        many = section.has("options") or section.has("codes")
        return "skip" if kind == FeedbackKind.TEXT or many else "keep"


def _outcomes(value: Value) -> list[str]:
    """What the recipe itself says that a value can be: its constant, what its map gives, its default."""
    found = [value.constant] if value.constant is not None else []
    found += [to for _, to in value.map or ()]
    return found + ([value.default] if value.default is not None else [])


def _short(section: Section, kind: FeedbackKind) -> str:
    """A name for a block that gives itself none: it must not change when another block is added."""
    question, view = section.any("question"), section.any("view")
    plain = isinstance(question, str) and _SLOT.fullmatch(question) is not None
    return (question if plain else str(kind)) + (f".{view}" if isinstance(view, str) else "")


def _attribute(name: str, path: str) -> str:
    """The name of an attribute: people filter by it in addresses and commands, so it must be plain to write there."""
    plain = name.replace("\u200c", "").replace("\u200d", "")  # joiners stand inside words of some scripts
    if len(name) > 64 or name != name.strip() or not plain.isprintable() or set(name) & set("'\"`={}<>"):
        raise BadRecipe(
            f"{path}: {name!r} cannot be the name of an attribute: 64 printable characters at most, no quotes, braces, "
            "angle brackets or '=', no white space around it."
        )
    if not name:
        raise BadRecipe(f"{path}: an attribute needs a name.")
    return name


def _missing(section: Section, name: str) -> str:
    raise BadRecipe(f"{section.at(name)} is missing.")


def _pairs_of(raw: object, path: str) -> tuple[tuple[str, str], ...]:
    """(our name, column) from a table, or from a list of columns that are named as we name them."""
    if raw is None:
        return ()
    if isinstance(raw, Mapping):
        return tuple((str(key), " ".join(as_texts(one, f"{path}.{key}")[0].split())) for key, one in raw.items())
    return tuple((name, " ".join(name.split())) for name in as_texts(raw, path))


def _check_shape(block: Feedback) -> None:
    path = block.path
    used = [bool(block.questions), bool(block.options), bool(block.codes)]
    if sum(used) > 1:
        raise BadRecipe(f"{path}: `questions`, `options` and `codes` exclude each other.")
    if block.questions:
        if block.question is not None or block.value is not None:
            raise BadRecipe(f"{path}: `questions` names columns; `question` and `value` are for one question alone.")
        return
    if block.question is None:
        raise BadRecipe(f"{path}.question is missing: give the question an identifier.")
    if block.options or block.codes:
        if block.kind != FeedbackKind.CHOICE:
            raise BadRecipe(f'{path}: `options` and `codes` need kind = "choice".')
        return
    if block.value is None:
        raise BadRecipe(f'{path}.value is missing: say which column holds the answer, like value = "{{score}}".')
