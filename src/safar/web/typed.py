"""What somebody typed into a form: checked field by field; what is wrong stands beside it and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from safar.domain.digits import latin_digits
from safar.domain.label import Label
from safar.web.numerals import number

MOST_LETTERS = 200
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")


@dataclass(slots=True)
class Typed:
    """A form. `values`, `lists`: what stands in it; `wrong`: by field, what is wrong; "" is of the whole."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, posted: QueryDict) -> Typed:
        """What was sent."""
        return cls(
            values={name: str(posted[name]) for name in posted if posted.getlist(name)},
            lists={name: tuple(str(value) for value in posted.getlist(name)) for name in posted},
        )

    @property
    def fits(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    @property
    def whole(self) -> str:
        """What is wrong with the form as a whole."""
        return self.wrong.get("", "")

    def text(self, name: str, *, required: bool = False, most: int = MOST_LETTERS) -> str:
        """A text without spaces around it."""
        found = self.values.get(name, "").strip()
        if "\x00" in found:
            self.wrong[name] = _("This holds a character that cannot be kept.")
        elif len(found) > most:
            self.wrong[name] = _("At most %(most)s letters.") % {"most": number(most)}
        elif required and not found:
            self.wrong[name] = _("This is needed.")
        return found

    def label(self, before: Label | None = None) -> Label:
        """A name in English and Persian (`label_en`, `label_fa`): one of them at least; other languages stay."""
        texts = {tag: self.text(f"label_{tag}") for tag in ("en", "fa")}
        if not any(texts.values()):
            self.wrong["label_en"] = _("Give a name in English or in Persian.")
        others = {} if before is None else {tag: text for tag, text in before.texts.items() if tag not in texts}
        return Label({**others, **{tag: text for tag, text in texts.items() if text}})

    def days(self, name: str, *, required: bool = True) -> int | None:
        """A number of days as seconds; digits of any of the languages."""
        typed = latin_digits(self.text(name, required=required)).replace("٫", ".").replace(",", ".")
        if not typed:
            return None
        if not _NUMBER.fullmatch(typed) or round(float(typed) * 86_400) < 1:
            self.wrong[name] = _("Write a number of days above 0.")
            return None
        return round(float(typed) * 86_400)

    def one_of(self, name: str, allowed: Iterable[str], *, required: bool = False) -> str:
        """One of the words that may be chosen, or "" for none."""
        found = self.text(name, required=required)
        if found and found not in set(allowed):
            self.wrong[name] = _("Choose one of the list.")
        return found

    def many(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Those of the words that were ticked, in the order of the list."""
        ticked = set(self.lists.get(name, ()))
        if not ticked <= set(allowed):
            self.wrong[name] = _("Choose from the list.")
        return tuple(one for one in allowed if one in ticked)

    def position(self, name: str) -> int | None:
        """A place in a list, counted from 0; None: not said."""
        typed = self.text(name)
        if not typed:
            return None
        if not re.fullmatch(r"\d{1,4}", typed):
            self.wrong[name] = _("Choose one of the list.")
            return None
        return int(typed)
