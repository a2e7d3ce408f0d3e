"""The fact schema: what may stand in the experience log.

One description generates the table schema, the SQL checks and the decoders, so that "valid" means one
thing. Facts live in tables and never become Python objects row by row.

Identity of a fact: (`row_id`, `slot`) within its table. `row_id` names the source's row: the first 12 bytes
of md5(source, key). `slot` names which fact of that row it is. The same identity with the same content is
the same fact; with other content it is a correction. Order is (time, `row_no`, `slot_no`).

Besides the columns listed here a table may carry `link_<kind>` (what ties facts together: order, ticket,
session, account …) and `prop_<name>` (anything else worth filtering by). They are text, added as they come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from safar.errors import InputError


class FactTable(StrEnum):
    """The tables that an import may fill with facts."""

    INTERACTIONS = "interactions"
    FEEDBACK = "feedback"
    ATTRIBUTES = "attributes"


class FactKind(StrEnum):
    """What an interaction is: a contact, the act of asking, or the act of answering."""

    CONTACT = "contact"
    INVITATION = "invitation"
    SUBMISSION = "submission"


class Actor(StrEnum):
    """Who acts in an interaction."""

    CUSTOMER = "customer"
    COMPANY = "company"


class Speaker(StrEnum):
    """Who says a piece of feedback."""

    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    MANAGER = "manager"


class View(StrEnum):
    """Which side of a gap a rating tells. Most ratings tell what was experienced."""

    EXPERIENCED = "experienced"
    EXPECTED = "expected"
    BELIEVED = "believed"
    REPORTED = "reported"
    PROMISED = "promised"
    DELIVERED = "delivered"


class FeedbackKind(StrEnum):
    """What kind of thing was said; decides which metrics may be computed from it."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    RATING = "rating"
    CHOICE = "choice"
    TEXT = "text"


class AnswerState(StrEnum):
    """A question's outcome. Only `answered` carries a value, an option or a text."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"
    NEVER_USED = "never_used"


class Direction(StrEnum):
    """Which end of a scale is the good one."""

    HIGH = "high"
    LOW = "low"


class SubjectKind(StrEnum):
    """What an identity or an attribute is about."""

    CUSTOMER = "customer"
    ACCOUNT = "account"


class ColumnType(StrEnum):
    """Types that the tables use. Times are microseconds UTC; keys are 12 bytes; money is decimal(18, 4)."""

    KEY = "key"
    TEXT = "text"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT = "float"
    MONEY = "money"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `personal` marks words or identifiers of a person; `allowed` closes a text column.

    `content` is false for columns that say where a fact came from rather than what it says: they are left
    out when two versions of a fact are compared.
    """

    name: str
    type: ColumnType
    doc: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    personal: bool = False
    content: bool = True


def _values(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(str(member.value) for member in enum)


_T = ColumnType
PROVENANCE: tuple[Column, ...] = (
    Column("source", _T.TEXT, "Name of the source that the recipe declares.", required=True, content=False),
    Column("row_id", _T.KEY, "md5(source, key), first 12 bytes: the source's row.", required=True, content=False),
    Column("slot", _T.TEXT, "Which fact of the row this is.", required=True, content=False),
    Column(
        "row_no", _T.INT64, "Row number in the file that first brought it; breaks ties of time.", True, content=False
    ),
    Column("slot_no", _T.INT16, "Position of the slot within its row; breaks ties of row.", True, content=False),
    Column("import_no", _T.INT32, "The import that brought this version of the fact.", True, content=False),
)
_WHEN: tuple[Column, ...] = (
    Column("ts", _T.TIME, "When it happened, UTC.", required=True),
    Column("utc_offset_min", _T.INT16, "The source's offset from UTC, in minutes.", required=True),
)
_WHERE: tuple[Column, ...] = (
    Column("customer", _T.INT64, "Surrogate key of the customer; empty where nobody is known."),
    Column("event", _T.TEXT, "The source's name of what happened; rules turn it into a touchpoint.", required=True),
    Column("channel", _T.TEXT, "Channel of the contact: web, app, call, branch …"),
    Column("unit", _T.TEXT, "Organisational unit: branch, team, region …"),
)

INTERACTIONS: tuple[Column, ...] = (
    *PROVENANCE,
    *_WHEN,
    *_WHERE,
    Column("kind", _T.TEXT, "contact, invitation or submission.", required=True, allowed=_values(FactKind)),
    Column("actor", _T.TEXT, "Who acts: customer or company.", allowed=_values(Actor)),
    Column("status", _T.TEXT, "Outcome as the source says it: failed, answered …"),
    Column("duration_s", _T.FLOAT, "Length of the contact in seconds."),
    Column("amount", _T.MONEY, "Money that changed hands."),
    Column("currency", _T.TEXT, "ISO 4217 code of `amount`."),
)

FEEDBACK: tuple[Column, ...] = (
    *PROVENANCE,
    *_WHEN,
    *_WHERE,
    Column("submission", _T.KEY, "`row_id` of the interaction (a submission) that it was said in.", required=True),
    Column("speaker", _T.TEXT, "Who speaks.", required=True, allowed=_values(Speaker)),
    Column("view", _T.TEXT, "Which side of a gap.", required=True, allowed=_values(View)),
    Column("pair", _T.TEXT, "Ties the two sides of one gap together."),
    Column("question", _T.TEXT, "Identifier of the question.", required=True),
    Column("kind", _T.TEXT, "What kind of answer.", required=True, allowed=_values(FeedbackKind)),
    Column("state", _T.TEXT, "Answered, or why not.", required=True, allowed=_values(AnswerState)),
    Column("value", _T.FLOAT, "The rating, on the question's own scale."),
    Column("option", _T.TEXT, "The option chosen, theme codes included."),
    Column("text", _T.TEXT, "The words, after redaction.", personal=True),
    Column("language", _T.TEXT, "Language of the words, where known."),
    Column("weight", _T.FLOAT, "Survey weight, 0 or 1e-9 to 1e9; 1 where none.", required=True),
    Column("scale_min", _T.FLOAT, "Least value of the scale."),
    Column("scale_max", _T.FLOAT, "Greatest value of the scale."),
    Column("scale_best", _T.TEXT, "Which end is good.", allowed=_values(Direction)),
)

ATTRIBUTES: tuple[Column, ...] = (
    *PROVENANCE,
    Column("subject_kind", _T.TEXT, "customer or account.", required=True, allowed=_values(SubjectKind)),
    Column("subject", _T.INT64, "Surrogate key of the customer or account.", required=True),
    Column("name", _T.TEXT, "Name of the attribute: segment, plan, region …", required=True),
    Column("value", _T.TEXT, "Its value from `valid_from` on; empty means 'no longer known'.", personal=True),
    Column("valid_from", _T.TIME, "From when it holds, UTC.", required=True),
)

IDENTITIES: tuple[Column, ...] = (
    Column("subject_kind", _T.TEXT, "customer or account.", required=True, allowed=_values(SubjectKind)),
    Column("namespace", _T.TEXT, "Which system's identifiers these are.", required=True),
    Column("lookup", _T.KEY, "Salted hash of (kind, namespace, identifier), first 12 bytes.", required=True),
    Column("external_id", _T.TEXT, "The identifier as the source gives it.", personal=True),
    Column("subject", _T.INT64, "Random surrogate key; the only thing that facts carry.", required=True),
    Column("import_no", _T.INT32, "The import that first brought it.", required=True),
)

ALIASES: tuple[Column, ...] = (
    Column("subject", _T.INT64, "A surrogate key that turned out to be somebody already known.", required=True),
    Column("same_as", _T.INT64, "The surrogate key to read it as.", required=True),
    Column("merged_at", _T.TIME, "When that was decided.", required=True),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "interactions": INTERACTIONS,
    "feedback": FEEDBACK,
    "attributes": ATTRIBUTES,
    "identities": IDENTITIES,
    "aliases": ALIASES,
}

CURRENCY = "[A-Z]{3}"
"""Regular expression of a currency's code (ISO 4217)."""
LEAST_WEIGHT, MOST_WEIGHT = 1e-9, 1e9
"""Bounds of a survey weight that is not 0: beyond them squares and sums lose their digits. Weights that count the
people behind an answer, or their days in a year, lie well inside."""
EXTRA_PREFIXES = ("link_", "prop_")
_EXTRA_NAME = re.compile(r"(link|prop)_[a-z][a-z0-9_]{0,55}")


class BadColumnName(InputError):
    """An extra column's name cannot be used."""

    code = "fact.bad-column-name"
    next_step = "Use lower-case letters, digits and underscores, a letter first, 56 at most."


def extra_column(name: str) -> Column:
    """The column for `link_<kind>` or `prop_<name>`. Raises: BadColumnName."""
    if not _EXTRA_NAME.fullmatch(name):
        raise BadColumnName(f"{name!r} cannot be the name of a link or property column.")
    what = "Ties facts together" if name.startswith("link_") else "Property of the fact"
    return Column(name, ColumnType.TEXT, f"{what}: {name[5:]}.")
