"""The table of columns of a file as a form: what each is to the recipe, and the fields at the recipe's head.

One direction at a time: the page draws the table from the recipe's text, and a posted table is put back into that
text, changing what was changed alone. The text is the recipe; a posted text replaces it whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from safar.files.recipe.marks import Marks
from safar.files.recipe.number_marks import recipe_marks
from safar.files.recipe.revise import TopFields, fixed_times, key_of
from safar.files.recipe.roles import ColumnRole, ColumnUse, is_plain, read_uses
from safar.usecases.importing.recognition import SeenColumn, SeenFile

MOST_COLUMNS = 300
"""Columns that are corrected in a table; of a wider file the recipe's text is edited."""
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "windows-1256", "windows-1251", "iso-8859-1", "iso-8859-15", "gb18030")
DELIMITERS = (",", ";", "\t", "|")
NUMBERS: dict[str, Marks] = {
    "1234.56": Marks(),
    "1234,56": Marks(","),
    "1.234,56": Marks(",", "."),
    "1,234.56": Marks(".", ","),
    "1'234.56": Marks(".", "'"),
    "1 234,56": Marks(",", " "),
    "1 234.56": Marks(".", " "),
    "۱٬۲۳۴٫۵۶": Marks("٫", "٬"),
}
"""Ways to write numbers, by an example."""
LONGEST_FIELD = 200
_TYPED = (
    "source",
    "key",
    "zone",
    "formats",
    "numbers",
    "currency",
    "encoding",
    "delimiter",
    "sheet",
    "time",
    "calendar",
)
_PLACE = re.compile(r"(?:With [^:]*: )?(source|key|zone|formats|calendar|format\.\w+)\b")
_COLUMN = re.compile(r"column (.+?): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """A line of the table. `wrong`: what is wrong with it; `aside`: why rows would be set aside for it."""

    at: int
    seen: SeenColumn
    use: ColumnUse
    examples: tuple[tuple[str, bool], ...]
    low: str
    high: str
    wrong: str = ""
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadForm:
    """The fields at the recipe's head, as typed. `numbers`: a key of `NUMBERS`, empty where it is none of these.

    `time`: of all rows, where no column holds it; `NO_TIME` while nobody has told it.
    """

    source: str = ""
    key: str = ""
    zone: str = ""
    formats: str = ""
    numbers: str = ""
    currency: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    time: str = ""
    calendar: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


def roles() -> list[tuple[str, str]]:
    """What a column may be, in words."""
    return [
        (str(ColumnRole.TIME), _("Time")),
        (str(ColumnRole.CUSTOMER), _("Customer")),
        (str(ColumnRole.EVENT), _("Event")),
        (str(ColumnRole.CHANNEL), _("Channel")),
        (str(ColumnRole.UNIT), _("Unit (branch, team)")),
        (str(ColumnRole.STATUS), _("Status")),
        (str(ColumnRole.AMOUNT), _("Amount of money")),
        (str(ColumnRole.DURATION), _("Duration")),
        (str(ColumnRole.QUESTION), _("Question (its name)")),
        (str(ColumnRole.RATING), _("Rating")),
        (str(ColumnRole.CHOICE), _("Choice")),
        (str(ColumnRole.COMMENT), _("Comment")),
        (str(ColumnRole.SPEAKER), _("Who speaks (customer, employee)")),
        (str(ColumnRole.WEIGHT), _("Weight of the answer")),
        (str(ColumnRole.ATTRIBUTE), _("About the customer")),
        (str(ColumnRole.PROPERTY), _("About the event")),
        (str(ColumnRole.LINK), _("Number of an order or case")),
        (str(ColumnRole.IGNORED), _("Not used")),
        (str(ColumnRole.OTHER), _("As the recipe's text says")),
    ]


def read_head(text: str, seen: SeenFile) -> HeadForm:
    """The fields as the recipe has them."""
    raw = tomllib.loads(text)
    layout = raw.get("format", {})
    formats = raw.get("formats", [])
    marks = recipe_marks(raw) if is_plain(raw) else None
    return HeadForm(
        source=str(raw.get("source", "")),
        key=key_of(raw, [column.name for column in seen.columns]),
        zone=str(raw.get("zone", "UTC")),
        formats=" | ".join([formats] if isinstance(formats, str) else map(str, formats)),
        numbers=next((name for name, one in NUMBERS.items() if one == marks), ""),
        currency=next((str(b["currency"]) for b in raw.get("interaction", []) if "currency" in b), ""),
        encoding=str(layout.get("encoding", "")),
        delimiter=str(layout.get("delimiter", "")),
        sheet=str(layout.get("sheet", "")),
        calendar=str(raw.get("calendar", "gregorian")),
        time=next((str(one["time"]) for one in fixed_times(raw)), "") if is_plain(raw) else "",
    )


def posted_head(data: QueryDict) -> HeadForm:
    """The fields as they were sent, bounded."""
    typed: dict[str, Any] = {name: data.get(name, "")[:LONGEST_FIELD].strip(" ") for name in _TYPED}
    return replace(HeadForm(), **typed)


def top_fields(form: HeadForm, text: str, seen: SeenFile) -> TopFields:
    """What the recipe takes of the fields."""
    raw = tomllib.loads(text)
    columns = [column.name for column in seen.columns]
    key = form.key
    if key == key_of(raw, columns):
        key = raw.get("key", "")
    elif key in columns:
        key = "{" + key + "}"
    layout = {"encoding": form.encoding, "delimiter": form.delimiter, "sheet": form.sheet}
    formats = tuple(one.strip() for one in form.formats.split("|") if one.strip())
    return TopFields(
        source=form.source,
        key=key,
        zone=form.zone,
        formats=formats,
        currency=form.currency,
        format=layout,
        time=form.time,
        calendar=form.calendar or str(raw.get("calendar", "")),
        numbers=None if form.numbers == read_head(text, seen).numbers else NUMBERS.get(form.numbers),
    )


def posted_uses(data: QueryDict, text: str, seen: SeenFile) -> dict[str, ColumnUse]:
    """The uses as they were sent; what was not sent, or is none, stays as it is."""
    names = [column.name for column in seen.columns]
    uses = read_uses(text, names)
    for at, column in enumerate(seen.columns[:MOST_COLUMNS]):
        told = data.get(f"role-{at}", "")
        if told not in set(ColumnRole):
            continue
        role, before = ColumnRole(told), uses[column.name]
        if role is not ColumnRole.RATING:
            uses[column.name] = before if role is before.role else ColumnUse(role=role)
            continue
        low, high = _number(data.get(f"low-{at}")), _number(data.get(f"high-{at}"))
        if before.role is not ColumnRole.RATING and low is None and high is None:
            low, high = usual_scale(column)
        best = "low" if data.get(f"best-{at}") == "low" else "high"
        kind = before.kind if before.role is ColumnRole.RATING else "rating"
        if kind == "nps" and (low, high, best) != (0, 10, "high"):
            kind = "rating"
        uses[column.name] = ColumnUse(role=role, kind=kind, low=low, high=high, best=best)
    return uses


def usual_scale(column: SeenColumn) -> tuple[float, float]:
    """The usual scale that a column's numbers fit; a rating's fields begin with it."""
    low, high = column.low if column.low is not None else 1, column.high if column.high is not None else 5
    for least, most in ((1, 5), (1, 7), (1, 10), (0, 10), (0, 100)):
        if least <= low and high <= most:
            return least, most
    return low, max(high, low + 1)


def rows(
    seen: SeenFile, uses: Mapping[str, ColumnUse], *, wrong: Mapping[str, str], aside: Mapping[str, Sequence[str]]
) -> list[ColumnRow]:
    """The lines of the table."""
    found = []
    for at, column in enumerate(seen.columns[:MOST_COLUMNS]):
        use = uses[column.name]
        masks = use.role is ColumnRole.COMMENT
        pairs = zip(column.examples, column.redacted if masks else column.examples, strict=True)
        found.append(
            ColumnRow(
                at=at,
                seen=column,
                use=use,
                examples=tuple(
                    (_short(shown, 60 if shown == plain else 140), shown != plain) for plain, shown in pairs
                ),
                low=_told(use.low),
                high=_told(use.high),
                wrong=wrong.get(column.name, ""),
                aside=tuple(aside.get(column.name, ())),
            )
        )
    return found


def may_edit(text: str, seen: Sequence[SeenFile]) -> bool:
    """Whether the table can change the recipe."""
    return len(seen) == 1 and len(seen[0].columns) <= MOST_COLUMNS and is_plain(tomllib.loads(text))


def set_beside(message: str, seen: SeenFile) -> tuple[dict[str, str], dict[str, str], str]:
    """Where an error belongs: by field of the head, by column, or nowhere in particular."""
    if found := _PLACE.match(message):
        return {found.group(1).removeprefix("format."): message}, {}, ""
    if (found := _COLUMN.match(message)) and found.group(1) in {column.name for column in seen.columns}:
        return {}, {found.group(1): message}, ""
    return {}, {}, message


def _number(text: str | None) -> float | None:
    try:
        return float((text or "")[:20].replace("٫", ".").replace(",", "."))
    except ValueError:
        return None


def _told(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def plain_uses(text: str, seen: SeenFile) -> dict[str, Any]:
    """The uses as the recipe has them."""
    return read_uses(text, [column.name for column in seen.columns])
