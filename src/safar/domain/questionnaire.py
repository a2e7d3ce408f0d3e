"""A questionnaire: what is asked, in which words and languages, on which scale, and what each answer stands for.

An item's `id` is its name everywhere: the indicator in a path model, the column of an export, the question in the
experience log. So answers come back without being renamed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from safar.domain.fact import Direction
from safar.domain.label import Label
from safar.errors import InputError

MOST_ITEMS = 1_000
MOST_PAGES = 200
MOST_SCALES = 100
MOST_POINTS = 101
MOST_OPTIONS = 500
MOST_LANGUAGES = 20
LONGEST_TEXT = 5_000
"""Most characters of one text in one language."""
RESERVED = frozenset(
    {"respondent", "id", "answered_on", "submitdate", "datestamp", "startdate", "lastpage", "startlanguage", "seed",
     "token", "simulated"}
)  # fmt: skip
"""Columns that files of answers have besides the items."""
_ID = re.compile(r"[^\W\d_][\w.]{0,63}")
_OPTION = re.compile(r"[A-Za-z0-9]{1,5}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadQuestionnaire(InputError):
    """A questionnaire contradicts itself, or could not be asked."""

    code = "questionnaire.invalid"
    next_step = "Correct the item, scale or page that is named; docs/reference/questionnaire-file.md shows the form."


class UnknownItem(InputError):
    """A questionnaire has no item of that name."""

    code = "questionnaire.unknown-item"
    next_step = "See the items with: safar questionnaire check FILE"


class NotSpoken(InputError):
    """A questionnaire is not asked in the language that was named."""

    code = "questionnaire.unknown-language"
    next_step = "Name one of its languages, or add yours to `languages` and to the texts of the questionnaire."


class ItemKind(StrEnum):
    """What kind of answer an item takes: a value of a scale, one of some options, a number, or words."""

    RATING = "rating"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """The way out of a scale: `code` stands for it in data (no value of the scale), `label` is what people read.

    written: further codes by which another program writes it.
    """

    code: int
    label: Label
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerScale:
    """Whole numbers from `least` to `greatest`.

    best: which end is the good one. labels: what people read, by value; a value without one shows its number.
    ask: what stands above the items that are answered on it.
    """

    id: str
    least: int
    greatest: int
    best: Direction = Direction.HIGH
    labels: Mapping[int, Label] = field(default_factory=dict)
    ask: Label | None = None
    not_applicable: NotApplicable | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(sorted(self.labels.items()))))
        where = f"Scale {self.id!r}"
        _check_id(self.id, "answer scale")
        if not self.least < self.greatest:
            raise BadQuestionnaire(f"{where}: its least value {self.least} must be below its greatest {self.greatest}.")
        if self.greatest - self.least >= MOST_POINTS or max(abs(self.least), abs(self.greatest)) > 1_000:
            raise BadQuestionnaire(f"{where} has more than {MOST_POINTS} points, or a value beyond 1,000.")
        if outside := [value for value in self.labels if not self.least <= value <= self.greatest]:
            raise BadQuestionnaire(f"{where} names the value {outside[0]}, which it does not have.")
        texts = [*self.labels.values()]
        if (way_out := self.not_applicable) is not None:
            if self.least <= way_out.code <= self.greatest or not 0 <= way_out.code <= 9_999:
                raise BadQuestionnaire(
                    f"{where}: the code {way_out.code} of not applicable is a value of the scale, or not 0 to 9999.",
                    next_step="Give it a number that no answer can be, such as 99.",
                )
            texts.append(way_out.label)
            for code in way_out.written:
                if not _OPTION.fullmatch(code) or code in {str(value) for value in self.values}:
                    raise BadQuestionnaire(f"{where}: not applicable cannot be written as {code!r}.")
        for label in (*texts, *([] if self.ask is None else [self.ask])):
            _check_label(label, where)
        for language in {tag for label in texts for tag in label.texts}:
            said = [plain(label.texts[language]) for label in texts if language in label.texts]
            if (twice := _twice(said)) is not None:
                raise BadQuestionnaire(
                    f"{where} calls two of its answers {twice!r} ({language}): in words they could not be told apart."
                )
        if wrong := [
            (value, label.text())
            for value, label in self.labels.items()
            for text in label.texts.values()
            if plain(text) in {str(other) for other in self.values if other != value}
        ]:
            raise BadQuestionnaire(f"{where}: the value {wrong[0][0]} is called by another's number, {wrong[0][1]!r}.")

    @property
    def values(self) -> range:
        """All its values, least first."""
        return range(self.least, self.greatest + 1)

    @property
    def points(self) -> int:
        """How many values it has."""
        return len(self.values)

    def text(self, value: int, language: str = "en") -> str:
        """What people read for a value."""
        found = self.labels.get(value)
        return found.text(language) if found is not None else str(value)

    def turned(self, value: float) -> float:
        """The value at the same distance from the other end."""
        return self.least + self.greatest - value


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice. code: 1 to 5 letters and digits."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question.

    scale: of a rating. options: of a choice. construct: which construct of the path model it measures; none for
    questions about the person. element: what of a framework it is about, as "relief:trust.respect". source: where the
    wording comes from. reversed: agreement speaks against the construct. proposed: nobody has looked at the words yet.
    """

    id: str
    wording: Label
    kind: ItemKind = ItemKind.RATING
    scale: str | None = None
    options: tuple[Option, ...] = ()
    construct: str | None = None
    element: str | None = None
    source: str = ""
    reversed: bool = False
    required: bool = False
    proposed: bool = False

    def __post_init__(self) -> None:
        _check_id(self.id, "item")
        where = f"Item {self.id!r}"
        _check_label(self.wording, where)
        if (self.kind is ItemKind.RATING) != (self.scale is not None):
            raise BadQuestionnaire(
                f"{where}: a rating needs a scale, and only a rating has one.",
                next_step=f'Say scale = "…" for {self.id}, or kind = "choice", "number" or "text".',
            )
        if (self.kind is ItemKind.CHOICE) != bool(self.options):
            raise BadQuestionnaire(f"{where}: a choice needs options, and only a choice has them.")
        if self.reversed and self.kind is not ItemKind.RATING:
            raise BadQuestionnaire(f"{where}: only a rating can be reversed.")
        if len(self.source) > LONGEST_TEXT:
            raise BadQuestionnaire(f"{where}: its source is longer than {LONGEST_TEXT:,} characters.")
        self._check_options(where)

    def _check_options(self, where: str) -> None:
        if len(self.options) > MOST_OPTIONS:
            raise BadQuestionnaire(f"{where} has more than {MOST_OPTIONS} options.")
        for option in self.options:
            if not _OPTION.fullmatch(option.code):
                raise BadQuestionnaire(f"{where}: option {option.code!r} must be 1 to 5 letters and digits.")
            _check_label(option.label, f"{where}, option {option.code!r}")
        if (twice := _twice(option.code.casefold() for option in self.options)) is not None:
            raise BadQuestionnaire(f"{where} has the option {twice!r} twice.")
        for language in {tag for option in self.options for tag in option.label.texts}:
            said = [plain(one.label.texts[language]) for one in self.options if language in one.label.texts]
            if (twice := _twice(said)) is not None:
                raise BadQuestionnaire(f"{where} calls two options {twice!r} ({language}).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Items that stand together, in order."""

    items: tuple[Item, ...]
    title: Label | None = None
    intro: Label | None = None

    def __post_init__(self) -> None:
        for label in (self.title, self.intro):
            if label is not None:
                _check_label(label, "A page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """Pages of items, the scales that they are answered on, and the languages that they are asked in (the first is
    the base). Raises BadQuestionnaire, naming the item, scale or page.
    """

    name: str
    title: Label
    pages: tuple[Page, ...]
    languages: tuple[str, ...] = ("en",)
    scales: tuple[AnswerScale, ...] = ()
    intro: Label | None = None
    closing: Label | None = None
    _items: Mapping[str, Item] = field(init=False, compare=False, repr=False)
    _scales: Mapping[str, AnswerScale] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", {item.id: item for item in self._asked()})
        object.__setattr__(self, "_scales", {scale.id: scale for scale in self.scales})
        if not _ID.fullmatch(self.name.replace("-", "_")):
            raise BadQuestionnaire(
                f"name: {self.name!r} cannot name a questionnaire: a letter, then letters, digits, '_', '-' or '.'."
            )
        self._check_languages()
        for label in (self.title, self.intro, self.closing):
            if label is not None:
                _check_label(label, f"Questionnaire {self.name!r}")
        self._check_items()

    def _asked(self) -> Iterator[Item]:
        return (item for page in self.pages for item in page.items)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of asking."""
        return tuple(self._asked())

    @property
    def ratings(self) -> tuple[Item, ...]:
        """The items that are answered on a scale."""
        return tuple(item for item in self._asked() if item.kind is ItemKind.RATING)

    def item(self, item_id: str) -> Item:
        """The item of that name. Raises: UnknownItem."""
        found = self._items.get(item_id)
        if found is None:
            raise UnknownItem(f"The questionnaire {self.name!r} has no item {item_id!r}.")
        return found

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._items

    def spoken(self, language: str | None = None) -> str:
        """A language of the questionnaire; None: its first. Raises: NotSpoken."""
        if language is None:
            return self.languages[0]
        if language not in self.languages:
            raise NotSpoken(
                f"The questionnaire {self.name!r} is asked in {', '.join(self.languages)}, not in {language!r}."
            )
        return language

    def scale_of(self, item: Item) -> AnswerScale:
        """The scale that a rating is answered on. Raises: UnknownItem for an item without one."""
        if item.scale is None:
            raise UnknownItem(f"Item {item.id!r} is no rating.")
        return self._scales[item.scale]

    def _check_languages(self) -> None:
        if not self.languages or len(self.languages) > MOST_LANGUAGES:
            raise BadQuestionnaire(f"A questionnaire has 1 to {MOST_LANGUAGES} languages.")
        for tag in self.languages:
            if not _LANGUAGE.fullmatch(tag):
                raise BadQuestionnaire(f'languages: {tag!r} is no language tag such as "en" or "fa".')
        if (twice := _twice(self.languages)) is not None:
            raise BadQuestionnaire(f"languages: {twice!r} stands there twice.")

    def _check_items(self) -> None:
        items = self.items
        if not items:
            raise BadQuestionnaire(f"The questionnaire {self.name!r} asks nothing.", next_step="Add an item to a page.")
        if len(items) > MOST_ITEMS or len(self.pages) > MOST_PAGES or len(self.scales) > MOST_SCALES:
            raise BadQuestionnaire(
                f"A questionnaire has at most {MOST_ITEMS:,} items, {MOST_PAGES} pages and {MOST_SCALES} scales."
            )
        # Spreadsheets, databases and some survey programs do not tell upper from lower case in names of columns.
        if (twice := _twice(item.id.casefold() for item in items)) is not None:
            raise BadQuestionnaire(f"Two items are named {twice!r} (upper and lower case count as the same).")
        if (twice := _twice(scale.id for scale in self.scales)) is not None:
            raise BadQuestionnaire(f"Two scales are named {twice!r}.")
        if clash := [item.id for item in items if item.id.casefold() in RESERVED]:
            raise BadQuestionnaire(
                f"Item {clash[0]!r} is named as a column that files of answers have anyway.",
                next_step=f"Rename {clash[0]}, in the path model too where it is one of its items.",
            )
        for number, page in enumerate(self.pages, start=1):
            if not page.items:
                raise BadQuestionnaire(f"Page {number} asks nothing.", next_step="Give it an item, or take it out.")
        base = self.languages[0]
        for item in items:
            if item.scale is not None and item.scale not in self._scales:
                raise BadQuestionnaire(
                    f"Item {item.id!r} is answered on the scale {item.scale!r}, which does not exist.",
                    next_step=f"Add the scale, or name one of {', '.join(self._scales) or 'those that you add'}.",
                )
            if base not in item.wording.texts:
                raise BadQuestionnaire(
                    f"Item {item.id!r} has no wording in {base!r}, the first language.",
                    next_step=f"Write what {item.id} asks in {base}, or put another language first.",
                )


def plain(text: str) -> str:
    """A text as it is compared: white space squeezed, case folded."""
    return " ".join(text.split()).casefold()


def _check_id(name: str, what: str) -> None:
    if not _ID.fullmatch(name):
        also = ", in the path model too where it is one of its items" if what == "item" else ""
        raise BadQuestionnaire(
            f"{name!r} cannot be the name of an {what}: a letter, then letters, digits, '_' or '.', 64 at most.",
            next_step=f"Rename {name!r}{also}.",
        )


def _check_label(label: Label, where: str) -> None:
    if not label.texts:
        raise BadQuestionnaire(f"{where} has a text without any language.")
    for language, text in label.texts.items():
        if not text.strip():
            raise BadQuestionnaire(f"{where} has an empty text ({language}).")
        if len(text) > LONGEST_TEXT:
            raise BadQuestionnaire(f"{where} has a text of more than {LONGEST_TEXT:,} characters ({language}).")
        if _CONTROL.search(text):
            raise BadQuestionnaire(f"{where} has a control character in a text ({language}).")


def _twice(values: Iterable[str]) -> str | None:
    return next((value for value, times in Counter(values).items() if times > 1), None)
