"""A recipe proposed from a file's columns and first rows: valid at once, commented, to be edited."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safar.domain.calendars import Calendar
from safar.domain.wording import counted
from safar.files.recipe.event_column import with_event
from safar.files.recipe.headless import data_names
from safar.files.recipe.long_format import as_long, long_keys
from safar.files.recipe.model import ASK_TIME, NO_TIME, Recipe
from safar.files.recipe.naming import free_name, own_words, plain_name
from safar.files.recipe.profile import Profile, Role, as_survey, is_survey, profile
from safar.files.recipe.rated_scale import outside, usual_scale
from safar.files.recipe.read import read_recipe
from safar.files.recipe.speakers import speaker_of
from safar.files.records import LINE, RECORD, RecordSource

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 500
KEY_SAMPLE = 20_000
"""Rows in which a key has to be different."""
_TOLD = re.compile(r"review|response|survey|answer|feedback|submission|rating|comment", re.I)
_ENOUGH = 20
"""Rows from which on a column that is different in every row is taken for a key, whatever its name."""
_OF_A_PERSON = re.compile(r"mail|phone|mobile|\btel|\bname|name$|address|adresse|iban|passport", re.I)
"""What is different in every row only because every row is another person's."""


def propose_recipe(
    source: RecordSource,
    *,
    rows: int = SAMPLE,
    name: str | None = None,
    headless: bool = False,
    leave_out: str | None = None,
) -> Recipe:
    """A recipe for a file that has none, from its columns and first rows. Its text is in `Recipe.text`.

    `name`: of the file, where that is not how it lies on disk. `headless`: nobody said that it has no header, which is
    how it was opened; it only looks so. `leave_out`: how the names of columns begin that are not looked at.
    """
    many = source.head(max(rows, KEY_SAMPLE))
    head = many.slice(0, rows)
    columns = [name for name in head.column_names if name not in (RECORD, LINE)]
    if leave_out:
        columns = [one for one in columns if not one.startswith(leave_out)]
    profiles = [profile(name, head.column(name).to_pylist()) for name in columns]
    profiles = with_event(head, as_long(profiles))
    # A column that tells the first rows apart may still repeat further down.
    repeats = {name for name in columns if not _tells_apart(many, [name])}
    people = [one.name for one in profiles if one.role == Role.CUSTOMER]
    times = [one.name for one in profiles if one.role == Role.TIME]
    pairs = [(who, when) for who in people for when in times if _tells_apart(many, [who, when])]
    longs = long_keys(profiles, lambda columns: _tells_apart(many, columns))
    stem = (name or source.path.name).split(".")[0]
    name = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:64].strip("-") or "source"
    encoding = source.options.encoding or source.guessed
    header = "seen" if headless else "" if source.options.header else "told"
    found = proposal(
        name,
        profiles,
        rows=head.num_rows,
        repeats=repeats,
        pairs=longs or pairs,
        encoding=encoding,
        sheets=source.sheets,
        no_header=header,
        guessed=source.guessed is not None,
    )
    return read_recipe(found)


def _tells_apart(rows: pa.Table, columns: list[str]) -> bool:
    """Whether these columns are filled in every row, and no two rows agree in all of them."""
    chosen = rows.select(columns)
    if any(column.null_count for column in chosen.columns):
        return False
    return bool(chosen.group_by(columns).aggregate([]).num_rows == rows.num_rows)


def proposal(
    name: str,
    profiles: list[Profile],
    *,
    rows: int,
    repeats: Collection[str] = (),
    pairs: Sequence[tuple[str, ...]] = (),
    encoding: str | None = None,
    sheets: Sequence[str] = (),
    no_header: str = "",
    guessed: bool = False,
) -> str:
    """The TOML of a proposal. `repeats`: columns known to be no key; `pairs`: of customer and time that tell all rows
    apart; `encoding`: what the recipe has to tell, perhaps `guessed`; `sheets`: of a workbook, the one that
    was read first; `no_header`: "told" or "seen" where the first line is a row."""
    if is_survey(profiles):
        profiles = [as_survey(one) for one in profiles]
    return _Proposal(name, profiles, rows, repeats, pairs, encoding, sheets, no_header, guessed).text()


@dataclass(slots=True)
class _Proposal:
    name: str
    profiles: list[Profile]
    rows: int
    repeats: Collection[str] = ()
    pairs: Sequence[tuple[str, ...]] = ()
    encoding: str | None = None
    sheets: Sequence[str] = ()
    no_header: str = ""
    guessed: bool = False
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The recipe as TOML, with a comment wherever somebody has to decide."""
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
        self._key_line(key, case)
        jalali = any(time.calendar is Calendar.JALALI for time in times)
        zone = "Asia/Tehran" if jalali else "UTC"
        self._say(f'zone = "{zone}" # where clocks stood that wrote times without an offset, like "Europe/London"')
        if jalali:
            self._say('calendar = "jalali" # CHECK THIS: dates are of the Solar Hijri calendar')
        formats = list(dict.fromkeys(time.format for time in times if time.format))
        if formats and formats != ["iso"]:
            unsure = (
                " # CHECK THIS: day or month first? The rows seen fit both" if any(t.unsure_day for t in times) else ""
            )
            self._say(f"formats = {json.dumps(formats)}{unsure}")
        if customer is not None:
            self._say(f"customer = {_q(_ref(customer))}")
        for role in (Role.CHANNEL, Role.UNIT, Role.WEIGHT):
            column = self._first(role)
            if column is not None:
                self._say(f"{role} = {_number(column) if role == Role.WEIGHT else _q(_ref(column))}")
        self._speakers()
        self._layout()
        if case is not None:
            self._say(
                "", "[links]", f"case = {_q(_ref(case))} # ties the events of one case together; it is no customer"
            )
        elif key is not None and key is not customer:
            self._say("", "[links]", f"{plain_name(key.name, 'key')} = {_q(_ref(key))}")
        if len(times) > 1 and case is None and len(ratings) < 3:
            self._moments(times)
        else:
            self._one(times, bool(ratings or self._all(Role.TEXT)))
        self._answers(ratings)
        self._left()
        return "\n".join(self.lines) + "\n"

    def _key_line(self, key: Profile | None, case: Profile | None) -> None:
        """What tells one row from another, as far as the columns seen tell it."""
        alone = [one for one in self.profiles if one.filled and one.name not in self.repeats]
        marks = [one.name for one in alone if one.role in (Role.ID, Role.CASE, Role.CUSTOMER, Role.OTHER)][:3]
        none = "no column is sure to tell rows apart" if alone else "no column tells rows apart"
        if case is not None and key is None:
            self._say(f'key = "*" # {none}: the whole row stands for itself')
        elif key is not None:
            self._say(f"key = {_q(_ref(key))} # what tells one row from another, and stays when a row is corrected")
        elif self.pairs and self._first(Role.QUESTION) is not None:
            self._say(f"key = {json.dumps(list(self.pairs[0]), ensure_ascii=False)} # one answer a row")
        elif self.pairs:
            self._say(
                f"key = {json.dumps(list(self.pairs[0]), ensure_ascii=False)}"
                + ("" if alone else " # no column alone tells rows apart;"),
                "# CHECK THIS: two rows of one customer at one time would be taken for one row",
            )
            if marks:
                self._say(f"# (alone, too, the rows seen are told apart by {' and by '.join(marks)})")
        else:
            self._say(
                f'# CHECK THIS: key = "{{…}}" # {none}: name one if there is one,',
                "# so that a corrected row replaces the old one instead of standing beside it",
            )

    def _speakers(self) -> None:
        """Who speaks, where answers are of customers and of staff: theirs never count among customers'."""
        column = self._first(Role.SPEAKER)
        if column is None or not (self._all(Role.RATING) or self._all(Role.TEXT)):
            return
        known = {value: str(who) for value in column.values if (who := speaker_of(value)) is not None}
        if len(known) == column.distinct and all(value == who for value, who in known.items()):
            self._say(f"speaker = {_q(_ref(column))} # who says the answers: customer, employee or manager")
            return
        pairs = ", ".join(f"{_q(value)} = {_q(who)}" for value, who in known.items())
        self._say(
            f"# CHECK THIS: who says the answers, by the words of {column.name}; rows with other words are set aside",
            f"speaker = {{ of = {_q(_ref(column))}, map = {{ {pairs} }} }}",
        )

    def _layout(self) -> None:
        """How the file is to be read."""
        doubtful = [] if self.no_header else data_names([one.name for one in self.profiles])
        if doubtful:
            told = ", ".join(doubtful[:5]) + (" …" if len(doubtful) > 5 else "")
            self._say(
                f"# CHECK THIS: columns are named {told}. If that is a row, and no header,",
                "# propose anew with --no-header",
            )
        if self.encoding is not None or self.sheets or self.no_header:
            self._say("", "[format]")
        if self.no_header:
            guess = " # CHECK THIS: the first line looks like a row; take this out if it names the columns"
            self._say("header = false" + (guess if self.no_header == "seen" else ""))
        if self.encoding is not None:
            guess = " # CHECK THIS: guessed from the letters; name another where words look wrong"
            self._say(f"encoding = {_q(self.encoding)}" + (guess if self.guessed else ""))
        if self.sheets:
            others = ", ".join(map(_q, self.sheets[1:]))
            self._say(f"sheet = {_q(self.sheets[0])} # CHECK THIS: the other sheets are {others}; --sheet takes one")

    def _moments(self, times: list[Profile]) -> None:
        """Several times in a row: each is an interaction of its own."""
        told = bool(self._all(Role.RATING) or self._all(Role.TEXT))
        last = times[-1] if self._all(Role.RATING) else times[0]
        taken: set[str] = set()
        for time in times:
            short = re.sub(r"(?i)[ _]*(date|time|timestamp|at|datetime)$", "", time.name)
            slot = plain_name(short or time.name, "moment")
            slot = slot if slot not in taken else free_name(taken, plain_name(time.name, "moment"))
            taken.add(slot)
            event = (slot if own_words(time.name).isascii() else own_words(time.name)).replace("_", " ")
            self._say("", "[[interaction]]", f'slot = "{slot}"', f"event = {_q(event)}")
            if told and time is last:
                self._say('kind = "submission" # the ratings and words of the row were said here')
            if time.filled < self.rows:
                self._say(f"when = {_q(time.name)} # only where it is not empty")
            self._say(f"time = {_q(_ref(time))}")
            if time is times[0]:
                self._details()

    def _one(self, times: list[Profile], told: bool) -> None:
        event, asked = self._first(Role.EVENT), self._first(Role.QUESTION)
        self._say("", "[[interaction]]", f'slot = "{"answered" if told else "event"}"')
        if told:
            self._say('kind = "submission" # the ratings and words of the row were said in it')
        if asked is not None and self._key() is None and self.pairs and len(self.pairs[0]) > 1:
            whose = json.dumps(list(self.pairs[0][:-1]), ensure_ascii=False)
            self._say(f"key = {whose} # its answers are several rows")
        doubt = " # CHECK THIS: is it what happened?" if event is not None and event.guessed else ""
        self._say(f"event = {_q(_ref(event) if event is not None else self.name)}{doubt}")
        if times:
            self._say(f"time = {_q(_ref(times[0]))}")
        else:
            self._say(f'time = "{NO_TIME}"{ASK_TIME}')
        self._details()

    def _details(self) -> None:
        status, amount, duration = self._first(Role.STATUS), self._first(Role.AMOUNT), self._first(Role.DURATION)
        if status is not None:
            self._say(f"status = {_q(_ref(status))}")
        if amount is not None:
            self._say(f"amount = {_number(amount)}{_doubt(amount)}", 'currency = "EUR" # CHECK THIS: which currency?')
        if duration is not None:
            unit = "min" if "min" in duration.name.casefold() else "s"
            self._say(f"duration = {{ of = {_q(_ref(duration))}, unit = {_q(unit)}{_marks(duration)} }}")

    def _answers(self, ratings: list[Profile]) -> None:
        groups: dict[tuple[tuple[int, int, tuple[str, ...]], str], list[Profile]] = {}
        for rating in ratings:
            groups.setdefault((usual_scale(rating), rating.marks.decimal), []).append(rating)
        asked: dict[str, str] = {}
        long = self._first(Role.QUESTION)
        for column in (*ratings, *self._all(Role.TEXT)):
            asked[column.name] = free_name(asked.values(), own_words(column.name))
        for number, (((low, high, missing), decimal), columns) in enumerate(groups.items(), start=1):
            is_nps = (low, high) == (0, 10) and all(re.search(r"nps|recommend", c.name, re.I) for c in columns)
            kind = "nps" if is_nps else "rating"
            self._say("", "[[feedback]]", f'kind = "{kind}"', f'slot = "ratings-{number}"')
            if long is not None:
                self._say(
                    f"question = {_q(_ref(long))} # the column that names the question of each row",
                    f"value = {_q(_ref(columns[0]))}",
                    'blank = "skip"',
                )
            else:
                self._say("questions = { " + ", ".join(f"{_q(asked[c.name])} = {_q(c.name)}" for c in columns) + " }")
            if not is_nps:
                self._say(f'scale = {{ min = {low}, max = {high}, best = "high" }} # CHECK THIS: is {high} the best?')
            if decimal != ".":
                self._say(f"decimal = {_q(decimal)}")
            if missing:
                states = ", ".join(f'"{code}" = "not_applicable"' for code in missing)
                self._say(f"states = {{ {states} }} # CHECK THIS: are these codes of missing answers?")
            for column in columns:
                stray = outside(column, (low, high, missing))
                if stray:
                    told = f"{', '.join(stray[:5])}{' …' if len(stray) > 5 else ''} in {column.name}"
                    self._say(f"# CHECK THIS: {told}: outside {low} to {high}; such rows will be set aside")
        for number, column in enumerate(self._all(Role.TEXT), start=1):
            self._say("", "[[feedback]]", 'kind = "text"')
            if not asked[column.name].isascii():
                self._say(f'slot = "words-{number}"')
            question = asked[column.name] if long is None else _ref(long)
            self._say(f"question = {_q(question)}", f"value = {_q(_ref(column))}")

    def _left(self) -> None:
        key = self._key()
        others = [column for column in self._all(Role.OTHER) if column is not key]
        left = [column.name for column in others]
        for role in (Role.ID, Role.EVENT, Role.STATUS, Role.SPEAKER, Role.QUESTION):
            left += [column.name for column in self._all(role)[1:]]
        if left:
            self._say("", "# Columns not used: " + ", ".join(left[:30]) + (" …" if len(left) > 30 else ""))
            rated = [c.name for c in others if c.low is not None and c.low >= 0 and (c.high or 0) <= 10]
            if rated:
                self._say(f"# CHECK THIS: {', '.join(rated[:10])}: small numbers; a rating belongs in a [[feedback]]")
            self._say('# Use one as a property of interactions: props = { plan = "{Plan}" }, or of the customer:')
            self._say("# [[attribute]]", '# values = { segment = "{Segment}" }')

    def _key(self) -> Profile | None:
        """A column that is filled and different in every row; one named like an identifier comes first.

        Of several identifiers, the one named as the file is, or as what the rows tell: a review's, not its order's.
        Who the customer is tells rows apart only where they are no events: the same customer may come again.
        """
        eventful = bool(self._all(Role.TIME))
        unique = [
            column
            for column in self.profiles
            if column.name not in self.repeats
            and column.filled == self.rows == column.distinct
            and column.role in (Role.ID, Role.CASE, Role.OTHER, *([] if eventful else [Role.CUSTOMER]))
        ]
        named = [column for column in unique if column.role != Role.OTHER or self._named_after_file(column)]
        told = bool(self._all(Role.RATING) or self._all(Role.TEXT))
        named.sort(key=lambda column: not self._named_after_file(column))
        if told:
            named.sort(key=lambda column: not _TOLD.search(column.name))
        named.sort(key=lambda column: column.role == Role.CUSTOMER)
        others = [column for column in unique if self.rows >= _ENOUGH and _may_tell(column)]
        return next(iter([*named, *others]), None)

    def _named_after_file(self, column: Profile) -> bool:
        """Whether a word of the column's name is one of the file's: `review.id` in reviews.csv."""
        words = {one.rstrip("s") for one in own_words(self.name).split("_") if len(one) > 3}
        return bool(words & {one.rstrip("s") for one in own_words(column.name).split("_")})

    def _all(self, role: Role) -> list[Profile]:
        return [column for column in self.profiles if column.role == role and column.filled]

    def _first(self, role: Role) -> Profile | None:
        return next(iter(self._all(role)), None)

    def _say(self, *lines: str) -> None:
        self.lines.extend(lines)


def _may_tell(column: Profile) -> bool:
    """Whether values look like marks of a row: no measure, no words, nothing of a person."""
    marks = all(re.fullmatch(r"[^\s.,;]+", value) for value in column.values)
    return marks and not _OF_A_PERSON.search(column.name)


def _number(column: Profile) -> str:
    """The TOML of a number's column."""
    return _q(_ref(column)) if column.marks.is_plain else f"{{ of = {_q(_ref(column))}{_marks(column)} }}"


def _marks(column: Profile) -> str:
    decimal = f", decimal = {_q(column.marks.decimal)}" if column.marks.decimal != "." else ""
    return decimal + (f", thousands = {_q(column.marks.thousands)}" if column.marks.thousands else "")


def _doubt(column: Profile) -> str:
    """What to ask where numbers can be read in two ways."""
    if not column.marks.unsure:
        return ""
    said = next((value for value in column.values if re.search(r"[.,]", value)), "")
    told = re.sub(r"[.,]", "", said) if column.marks.thousands else said
    return f" # CHECK THIS: {said} is read as {told}"


def _ref(column: Profile) -> str:
    return "{" + column.name + "}"


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
