"""Many people at once, each with a session and a connection of their own, on one thread of the standard library.

Written by hand because the crowd shares the machine with what it measures: it costs a tenth of a client library.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE_S = 60.0
"""Longer than any answer may take: beyond it the person counts as not served."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer to one person. `at`: seconds since the crowd began; `error`: empty, or what went wrong."""

    person: int
    path: str
    at: float
    seconds: float
    status: int
    bytes: int
    error: str = ""


@dataclass
class Person:
    """Somebody with a browser: one connection that is kept, cookies, and a fixed way of choosing the next page."""

    number: int
    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, *, began: float) -> Visit:
        """Open a page and read it to its end. A connection that the server closed while it was idle is made anew."""
        asked = time.perf_counter()
        for last in (False, True):
            kept = self._streams is not None
            try:
                async with asyncio.timeout(PATIENCE_S):
                    status, size = await self._once(path)
                return Visit(self.number, path, asked - began, time.perf_counter() - asked, status, size)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                self.leave()
                if last or not kept or isinstance(error, TimeoutError):
                    told = f"{type(error).__name__}: {error}"
                    return Visit(self.number, path, asked - began, time.perf_counter() - asked, 0, 0, told)
        raise AssertionError("unreachable")

    async def _once(self, path: str) -> tuple[int, int]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=2**20)
        reader, writer = self._streams
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nCookie: {cookies}\r\n\r\n"
        writer.write(head.encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        for name, value in headers:
            if name == "set-cookie":
                pair = value.split(";", 1)[0]
                self.cookies[pair.partition("=")[0]] = pair.partition("=")[2]
        told = dict(headers)
        if told.get("transfer-encoding") == "chunked":
            size = await _chunks(reader)
        else:
            size = int(told.get("content-length", "0"))
            await reader.readexactly(size)
        if told.get("connection", "").lower() == "close":
            self.leave()
        return int(lines[0].split()[1]), size

    def leave(self) -> asyncio.StreamWriter | None:
        """Close the connection; what is closing now, if there was one."""
        if self._streams is None:
            return None
        writer = self._streams[1]
        writer.close()
        self._streams = None
        return writer


async def all_leave(people: Sequence[Person]) -> None:
    """Everybody closes their connection, and it is closed."""
    writers = [one.leave() for one in people]
    await asyncio.gather(*(one.wait_closed() for one in writers if one is not None), return_exceptions=True)


async def _chunks(reader: asyncio.StreamReader) -> int:
    size = 0
    while length := int((await reader.readline()).split(b";")[0], 16):
        size += length
        await reader.readexactly(length + 2)
    await reader.readline()
    return size


async def signed_in(base: str, links: Sequence[str], *, at_once: int = 8) -> list[Person]:
    """Everybody comes in by a one-time address of their own, some at a time. Raises: AssertionError where one fails."""
    turns, began = asyncio.Semaphore(at_once), time.perf_counter()

    async def one(number: int, link: str) -> Person:
        async with turns:
            person = Person(number, base)
            visit = await person.get(f"{link}?next=/healthz", began=began)
            assert visit.status == 302, visit
            return person

    return list(await asyncio.gather(*(one(number, link) for number, link in enumerate(links))))


async def stampede(people: Sequence[Person], paths: Sequence[str]) -> list[Visit]:
    """All of them open a page in the same moment."""
    began = time.perf_counter()
    return list(await asyncio.gather(*(one.get(paths[one.number % len(paths)], began=began) for one in people)))


async def visiting(
    people: Sequence[Person],
    choose: Callable[[random.Random], str],
    *,
    think_s: float,
    seconds: float,
    seed: int,
) -> list[Visit]:
    """Each opens a page about every `think_s` seconds (waiting included where the page came sooner), for `seconds`."""
    began, found = time.perf_counter(), []

    async def one(person: Person) -> None:
        chance = random.Random(seed * 100_003 + person.number)  # noqa: S311  # which page next, not a secret
        # From the start they are spread over the time that each of them takes.
        due = began + chance.random() * think_s
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            found.append(await person.get(choose(chance), began=began))
            due = max(due + think_s * (0.5 + chance.random()), time.perf_counter())

    await asyncio.gather(*(one(person) for person in people))
    return found
