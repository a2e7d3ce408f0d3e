"""Every page of a real server while another process commits facts every few seconds.

Server time is what a client on the same machine waits for a whole answer. Which addresses there are is read from the
server's one table of them, so that none is forgotten. *Published* is what everybody looks at: each address again and
again, in random order. *Never asked* are pages under random filters, other customers, other words, other rules: each
answer comes soon, with how long it is being counted already where it is not ready; `ready` is when it was. The
workspace is a copy (by hard links) of the staged one, because facts arrive in it. Everything is bounded in time.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.frame import Target, peak_mb, report
from benchmarks.furnishing import furnished
from benchmarks.page_addresses import Sample, never_asked, preview_form, samples
from benchmarks.serving import Answer, Reader, arriving, copied, family, quantile, serving
from benchmarks.workspaces import opened, staged
from safar.settings import Settings
from safar.usecases.journey_map import prepare

OVERHEAD_MB = 700
"""What a server holds beside its engine: interpreter, libraries, templates, one renderer."""
PUBLISHED_S, ASKED_S = 150.0, 90.0
"""For the published views of all pages, so that each is asked for some fifteen times; and for what was never asked."""
PAUSE_S = 0.02
MAP_EVERY = 8
"""Other pages, before the map is opened again."""
ASK_PATIENCE_S = 20.0
"""For one question never asked before; beyond it somebody would have left."""
_MOST_KB = 300
_FILLED = 65_536
"""Bytes of a download that a browser can show something of: its first rows."""
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
TARGETS = (
    Target("map_p95_s", "published map, facts arriving: p95 of server time, s", most=0.3),
    Target(
        "published_worst_p95_s", "published view of the slowest page, facts arriving: p95 of server time, s", most=0.3
    ),
    Target("asked_worst_p95_s", "never asked before, slowest page: p95 of server time, s", most=2.0),
    Target("largest_kb", "weight of the heaviest page, kB", most=_MOST_KB),
    Target("peak_mb", "peak memory of the server, MiB", most=Settings().memory_limit_mb + OVERHEAD_MB),
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure the pages at all sizes; the table by page is of the largest."""
    rows, details = [], {}
    for size in sizes:
        folder = copied(staged(size, seed=seed))
        try:
            row, details = _measured(folder, seed=seed)
            rows.append({"facts": size} | row)
        finally:
            shutil.rmtree(folder)
    report("pages", rows, x="facts", targets=TARGETS, peer="none: seconds that a reader waits", details=details)


def _measured(folder: Path, *, seed: int) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    prepare(opened(folder))
    found = furnished(folder)
    chance = random.Random(seed)  # noqa: S311  # which page next, not a secret
    asked = samples(found)
    pages, files = ([one for one in asked if one.is_file is is_file] for is_file in (False, True))
    with serving(folder) as (reader, server):
        firsts = {}
        for one in pages:
            firsts[one.name] = reader.until_ready(one.path)
            print(f"{firsts[one.name][0]:8.2f} s until {one.name} was ready", flush=True)
        wrong = {
            name: answers[-1].status for name, (_, answers) in firsts.items() if answers[-1].status not in (200, 302)
        }
        assert not wrong, wrong
        with arriving(folder):
            published = _published(reader, pages, chance)
            print("published views are asked for; now what was never asked", flush=True)
            never, ready = _never(reader, found, chance)
            downloads = [_download(reader, one) for one in files]
        commits = opened(folder).log.head().number
        peak = sum(map(peak_mb, family(server)))
    by_page = [_line(one, firsts[one.name], published[one.name]) for one in pages]
    by_ask = [_asked_line(name, never[name], ready[name]) for name in never]
    by_page.sort(key=lambda row: -row["p95_s"])
    by_ask.sort(key=lambda row: -row["p95_s"])
    summary = {
        "pages": len(pages),
        "published_asked": sum(row["asked"] for row in by_page),
        "published_p95_s": quantile([one.seconds for answers in published.values() for one in answers], 0.95),
        "map_p95_s": next(row["p95_s"] for row in by_page if row["page"] == "journey"),
        "published_worst_p95_s": by_page[0]["p95_s"],
        "counting": sum(row["counting"] for row in by_page),
        "never_asked": sum(row["asked"] for row in by_ask),
        "asked_p95_s": quantile([one for seconds in never.values() for one in seconds], 0.95),
        "asked_worst_p95_s": by_ask[0]["p95_s"],
        "ready_p95_s": quantile([one for seconds in ready.values() for one in seconds], 0.95),
        "largest_kb": max(row["kb"] for row in by_page),
        "commits_seen": commits,
        "peak_mb": peak,
        "load": os.getloadavg()[0],
    }
    return summary, {"published, by page": by_page, "never asked, by page": by_ask, "downloads": downloads}


def _published(reader: Reader, pages: list[Sample], chance: random.Random) -> dict[str, list[Answer]]:
    """Each page again and again, in random order, until the time is over; each twice at least.

    The map, which everybody opens, is asked for between them, so that its 95th percentile is one of many answers.
    """
    found: dict[str, list[Answer]] = {one.name: [] for one in pages}
    the_map = next(one for one in pages if one.name == "journey")
    end, rounds = time.monotonic() + PUBLISHED_S, 0
    while rounds < 2 or time.monotonic() < end:
        rounds += 1
        for place, page in enumerate(chance.sample(pages, len(pages))):
            for one in (page, the_map) if place % MAP_EVERY == 0 else (page,):
                found[one.name].append(reader.get(one.path))
                time.sleep(PAUSE_S)
    return found


def _never(
    reader: Reader, found: dict[str, Any], chance: random.Random
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """By page: server time of each request, and how long each question took until it was answered."""
    token = _TOKEN.search(reader.get("/rules/edit/").body)
    assert token

    def preview() -> tuple[float, list[Answer]]:
        answer = reader.post("/rules/preview/", preview_form(found, chance, token.group(1).decode()))
        assert answer.status == 200, answer.status
        return answer.seconds, [answer]

    def page(address: Callable[[], str]) -> Callable[[], tuple[float, list[Answer]]]:
        return lambda: reader.until_ready(address(), patience_s=ASK_PATIENCE_S)

    asks = {name: page(address) for name, address in never_asked(found, chance).items()}
    asks["rules-preview"] = preview
    requests: dict[str, list[float]] = {name: [] for name in asks}
    ready: dict[str, list[float]] = {name: [] for name in asks}
    end = time.monotonic() + ASKED_S
    while time.monotonic() < end:
        # In random order, those that were asked least first.
        name = min(asks, key=lambda one: (len(ready[one]), chance.random()))
        seconds, answers = asks[name]()
        ready[name].append(seconds)
        requests[name] += [one.seconds for one in answers]
    told = [name for name in asks if ready[name]]
    return {name: requests[name] for name in told}, {name: ready[name] for name in told}


def _download(reader: Reader, one: Sample) -> dict[str, Any]:
    begun, filled = (reader.begin(one.path, most=most) for most in (1, _FILLED))
    return {"download": one.name, "status": begun.status, "begins_s": begun.seconds, "filled_s": filled.seconds}


def _line(one: Sample, first: tuple[float, list[Answer]], answers: list[Answer]) -> dict[str, Any]:
    seconds = [answer.seconds for answer in answers]
    return {
        "page": one.name,
        "first_s": first[0],
        "asked": len(seconds),
        "p50_s": quantile(seconds, 0.5),
        "p95_s": quantile(seconds, 0.95),
        "worst_s": max(seconds),
        "counting": sum(answer.counting for answer in answers),
        "kb": max(len(answer.body) for answer in answers) / 1000,
    }


def _asked_line(name: str, requests: list[float], ready: list[float]) -> dict[str, Any]:
    return {
        "page": name,
        "asked": len(ready),
        "requests": len(requests),
        "p50_s": quantile(requests, 0.5),
        "p95_s": quantile(requests, 0.95),
        "ready_p50_s": quantile(ready, 0.5),
        "ready_worst_s": max(ready),
    }
