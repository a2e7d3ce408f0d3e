"""A recipe proposed from a file's columns and first rows: valid at once, commented, to be edited."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from safar.domain.wording import counted
from safar.files.recipe.model import Recipe
from safar.files.recipe.profile import Profile, Role, as_survey, is_survey, profile
from safar.files.recipe.read import read_recipe
from safar.files.records import LINE, RECORD, RecordSource

SAMPLE = 500
KEY_SAMPLE = 20_000
"""Rows in which a key has to be different."""
_TOLD = re.compile(r"review|response|survey|answer|feedback|submission|rating|comment", re.I)
_SCALES = ((1, 5), (0, 10), (1, 7), (1, 10), (1, 4), (1, 6))
_UNKNOWN_TIME = "2000-01-01"


def propose_recipe(source: RecordSource, *, rows: int = SAMPLE) -> Recipe:
    """A recipe for a file that has none, from its columns and first rows. Its text is in `Recipe.text`."""
    many = source.head(max(rows, KEY_SAMPLE))
    head = many.slice(0, rows)
    columns = [name for name in head.column_names if name not in (RECORD, LINE)]
    profiles = [profile(name, head.column(name).to_pylist()) for name in columns]
    # A column that tells the first rows apart may still repeat further down.
    repeats = {name for name in columns if len(many.column(name).unique()) < many.num_rows}
    name = re.sub(r"[^A-Za-z0-9]+", "-", source.path.name.split(".")[0]).strip("-") or "source"
    encoding = source.options.encoding
    return read_recipe(proposal(name, profiles, rows=head.num_rows, repeats=repeats, encoding=encoding))


def proposal(
    name: str, profiles: list[Profile], *, rows: int, repeats: Collection[str] = (), encoding: str | None = None
) -> str:
    """The TOML of a proposal. `repeats`: columns known to be no key; `encoding`: what the recipe has to tell."""
    if is_survey(profiles):
        profiles = [as_survey(one) for one in profiles]
    return _Proposal(name, profiles, rows, repeats, encoding).text()


@dataclass(slots=True)
class _Proposal:
    name: str
    profiles: list[Profile]
    rows: int
    repeats: Collection[str] = ()
    encoding: str | None = None
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        key, customer = self._key(), self._first(Role.CUSTOMER)
        times, ratings = self._all(Role.TIME), self._all(Role.RATING)
        case = self._first(Role.CASE)
        self._say(
            f"# Proposed for {self.name} from {counted(self.rows, 'row')}. Read it and correct it, then import with",
            "# --recipe THIS FILE. Every field is described in docs/reference/recipe-file.md.",
            "recipe = 1",
            f"name = {_q(self.name)}",
            f"source = {_q(self.name)} # one name for all files of this kind, this month's and next month's",
        )
        if case is not None and key is None:
            self._say('key = "*" # no column tells rows apart: the whole row stands for itself')
        elif key is not None:
            self._say(f"key = {_q(_ref(key))} # what tells one row from another, and stays when a row is corrected")
        else:
            self._say(
                '# key = "{…}" # no column tells rows apart: name one if there is one,',
                "# so that a corrected row replaces the old one instead of standing beside it",
            )
        self._say('zone = "UTC" # where clocks stood that wrote times without an offset, like "Europe/London"')
        formats = list(dict.fromkeys(time.format for time in times if time.format))
        if formats and formats != ["iso"]:
            unsure = " # day or month first? The rows seen fit both" if any(t.unsure_day for t in times) else ""
            self._say(f"formats = {json.dumps(formats)}{unsure}")
        if customer is not None:
            self._say(f"customer = {_q(_ref(customer))}")
        for role in (Role.CHANNEL, Role.UNIT, Role.WEIGHT):
            column = self._first(role)
            if column is not None:
                self._say(f"{role} = {_number(column) if role == Role.WEIGHT else _q(_ref(column))}")
        if self.encoding is not None:
            self._say("", "[format]", f"encoding = {_q(self.encoding)}")
        if case is not None:
            self._say(
                "", "[links]", f"case = {_q(_ref(case))} # ties the events of one case together; it is no customer"
            )
        elif key is not None and key is not customer:
            self._say("", "[links]", f"{_name(key.name)} = {_q(_ref(key))}")
        if len(times) > 1 and case is None and len(ratings) < 3:
            self._moments(times)
        else:
            self._one(times, bool(ratings or self._all(Role.TEXT)))
        self._answers(ratings)
        self._left()
        return "\n".join(self.lines) + "\n"

    def _moments(self, times: list[Profile]) -> None:
        """Several times in a row: each is an interaction of its own."""
        told = bool(self._all(Role.RATING) or self._all(Role.TEXT))
        last = times[-1] if self._all(Role.RATING) else times[0]
        taken: set[str] = set()
        for time in times:
            slot = _name(re.sub(r"(?i)[ _]*(date|time|timestamp|at|datetime)$", "", time.name))
            slot = slot if slot not in taken else _name(time.name)
            taken.add(slot)
            self._say("", "[[interaction]]", f'slot = "{slot}"', f"event = {_q(slot.replace('_', ' '))}")
            if told and time is last:
                self._say('kind = "submission" # the ratings and words of the row were said here')
            if time.filled < self.rows:
                self._say(f"when = {_q(time.name)} # only where it is not empty")
            self._say(f"time = {_q(_ref(time))}")
            if time is times[0]:
                self._details()

    def _one(self, times: list[Profile], told: bool) -> None:
        event = self._first(Role.EVENT)
        self._say("", "[[interaction]]", f'slot = "{"answered" if told else "event"}"')
        if told:
            self._say('kind = "submission" # the ratings and words of the row were said in it')
        self._say(f"event = {_q(_ref(event) if event is not None else self.name)}")
        if times:
            self._say(f"time = {_q(_ref(times[0]))}")
        else:
            self._say(f'time = "{_UNKNOWN_TIME}" # EDIT THIS: no column holds a time')
        self._details()

    def _details(self) -> None:
        status, amount, duration = self._first(Role.STATUS), self._first(Role.AMOUNT), self._first(Role.DURATION)
        if status is not None:
            self._say(f"status = {_q(_ref(status))}")
        if amount is not None:
            self._say(f"amount = {_number(amount)}", 'currency = "EUR" # EDIT THIS')
        if duration is not None:
            unit = "min" if "min" in duration.name.casefold() else "s"
            self._say(f"duration = {{ of = {_q(_ref(duration))}, unit = {_q(unit)}{_comma(duration)} }}")

    def _answers(self, ratings: list[Profile]) -> None:
        groups: dict[tuple[tuple[int, int, tuple[str, ...]], bool], list[Profile]] = {}
        for rating in ratings:
            groups.setdefault((_scale(rating), rating.comma), []).append(rating)
        for number, (((low, high, missing), comma), columns) in enumerate(groups.items(), start=1):
            is_nps = (low, high) == (0, 10) and all(re.search(r"nps|recommend", c.name, re.I) for c in columns)
            kind = "nps" if is_nps else "rating"
            self._say("", "[[feedback]]", f'kind = "{kind}"', f'slot = "ratings-{number}"', "questions = {")
            self.lines[-1] = "questions = { " + ", ".join(f"{_q(_name(c.name))} = {_q(c.name)}" for c in columns) + " }"
            if not is_nps:
                self._say(f'scale = {{ min = {low}, max = {high}, best = "high" }} # is the greatest number the best?')
            if comma:
                self._say('decimal = ","')
            if missing:
                states = ", ".join(f'"{code}" = "not_applicable"' for code in missing)
                self._say(f"states = {{ {states} }} # outside the scale: codes of answers that are missing?")
        for column in self._all(Role.TEXT):
            self._say("", "[[feedback]]", 'kind = "text"', f"question = {_q(_name(column.name))}")
            self._say(f"value = {_q(_ref(column))}")

    def _left(self) -> None:
        left = [column.name for column in self._all(Role.OTHER) if column.filled]
        left += [column.name for role in (Role.ID, Role.EVENT, Role.STATUS) for column in self._all(role)[1:]]
        if left:
            self._say("", "# Columns not used: " + ", ".join(left[:30]) + (" …" if len(left) > 30 else ""))
            rated = [c.name for c in self._all(Role.OTHER) if c.low is not None and c.low >= 0 and (c.high or 0) <= 10]
            if rated:
                self._say(f"# CHECK THIS: {', '.join(rated[:10])}: small numbers; a rating belongs in a [[feedback]]")
            self._say('# Use one as a property of interactions: props = { plan = "{Plan}" }, or of the customer:')
            self._say("# [[attribute]]", '# values = { segment = "{Segment}" }')

    def _key(self) -> Profile | None:
        """A column that is filled and different in every row; one named like an identifier comes first.

        Of several identifiers, the one named as the file is, or as what the rows tell: a review's, not its order's.
        """
        unique = [
            column
            for column in self.profiles
            if column.name not in self.repeats
            and column.filled == self.rows == column.distinct
            and column.role not in (Role.TIME, Role.TEXT, Role.AMOUNT)
        ]
        named = [column for column in unique if column.role in (Role.ID, Role.CASE, Role.CUSTOMER)]
        told = bool(self._all(Role.RATING) or self._all(Role.TEXT))
        named.sort(key=lambda column: not self._named_after_file(column))
        if told:
            named.sort(key=lambda column: not _TOLD.search(column.name))
        sure = self.rows >= 3
        return next(iter([*named, *unique] if sure else named), None)

    def _named_after_file(self, column: Profile) -> bool:
        """Whether a word of the column's name is one of the file's: `review.id` in reviews.csv."""
        words = {one.rstrip("s") for one in _name(self.name).split("_") if len(one) > 3}
        return bool(words & {one.rstrip("s") for one in _name(column.name).split("_")})

    def _all(self, role: Role) -> list[Profile]:
        return [column for column in self.profiles if column.role == role and column.filled]

    def _first(self, role: Role) -> Profile | None:
        return next(iter(self._all(role)), None)

    def _say(self, *lines: str) -> None:
        self.lines.extend(lines)


def _scale(rating: Profile) -> tuple[int, int, tuple[str, ...]]:
    """The usual scale that the values fit; values that stick out look like codes of missing answers."""
    numbers = sorted({float(value.replace(",", ".")) for value in rating.values if _is_number(value)})
    for low, high in _SCALES:
        inside = [number for number in numbers if low <= number <= high]
        codes = [number for number in numbers if not low <= number <= high]
        if (low, high) == (1, 5) and codes and set(codes) <= {0.0, 6.0, 7.0, 8.0, 9.0} and numbers[-1] <= 6:
            return low, high, tuple(f"{code:g}" for code in codes)
        if len(inside) == len(numbers):
            return low, high, ()
    return int(min(numbers)), max(int(max(numbers)), int(min(numbers)) + 1), ()


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+([.,]\d+)?", text) is not None


def _number(column: Profile) -> str:
    """The TOML of a number's column."""
    return f"{{ of = {_q(_ref(column))}{_comma(column)} }}" if column.comma else _q(_ref(column))


def _comma(column: Profile) -> str:
    return ', decimal = ","' if column.comma else ""


def _ref(column: Profile) -> str:
    return "{" + column.name + "}"


def _name(name: str) -> str:
    """A name that may stand for a link, a slot or a question."""
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold()).strip("_")
    return plain if re.match(r"[a-z]", plain) else f"c_{plain}"[:50]


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
