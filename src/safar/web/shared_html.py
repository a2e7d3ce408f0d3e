"""Pieces of pages that are the same for many readers: written once, and held for the next one who asks.

A piece is told by what it is made of, not by how old it is: the results that it shows (the very objects), the address,
the language, the day. A template marks it with `{% shared sharing with NAME … %}`, and inside it sees only the
variables that the tag names, so that nothing of one reader (a name, a toast, a form's token) can come to another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

T = TypeVar("T")
MOST = 64
MOST_LETTERS = 16 * 2**20


class _Same:
    """An object that is equal to itself only. Holding it keeps its identity from being given to another."""

    __slots__ = ("one",)

    def __init__(self, one: object) -> None:
        self.one = one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.one is other.one

    def __hash__(self) -> int:
        return id(self.one)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a piece is made of. Two requests with equal ones are shown the same piece."""

    told: tuple[object, ...]

    @classmethod
    def of(cls, request: HttpRequest, *plain: object, results: tuple[object, ...]) -> Sharing | None:
        """None where the request brought something of its own. plain: hashable; results: told apart by identity."""
        if request.method != "GET" or getattr(request, "days_asked", None) is not None:
            return None
        return cls((request.get_full_path(), timezone.localdate(), *plain, *map(_Same, results)))


def once(make: Callable[[], T]) -> Callable[[], T]:
    """A value for a template that is made when the template first asks for it: not where the piece is held already."""
    return cache(make)


@dataclass
class SharedHtml:
    """The pieces of this process. Safe to use from several threads."""

    most: int = MOST
    most_letters: int = MOST_LETTERS
    _held: OrderedDict[tuple[object, ...], SafeString] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: tuple[object, ...], write: Callable[[], SafeString]) -> SafeString:
        """The piece with that key, written by the first who asks for it."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        written = write()
        with self._lock:
            self._held[key] = written
            while len(self._held) > self.most or sum(map(len, self._held.values())) > self.most_letters:
                self._held.popitem(last=False)
        return written


SHARED = SharedHtml()
