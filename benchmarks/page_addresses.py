"""Which addresses are asked for: one of each kind that the one table of addresses lists, and ever new questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

FACTS = ("moves", "answers", "passages", "customers", "arrivals", "interactions", "feedback")
TABLES = ("interactions", "feedback")
CHANNELS = ("web", "app", "call", "chat", "email", "shop")
SEGMENTS = ("consumer", "family", "business", "youth")
WORDS = ("bill", "network", "waiting", "price", "friendly", "shop", "late", "app", "refund", "coverage")
_FILES = (".csv", ".xlsx", ".toml", "/file", "<int:part>/", ".<str:format>")
"""How routes end that are downloads, not pages."""
_ALSO = {
    "journey": ({"lines": "attribute.segment"}, {"vs.channel": "app", "channel": "web"}, {"lanes": "numbers"}),
    "measure": ({"metric": "nps", "by": "step"}, {"metric": "csat", "over": "month"}),
    "measure-answers": ({"metric": "nps"},),
    "search": ({"q": "bill"},),
    "framework-compare": ({"left": "stepwise", "right": "automotive"},),
    "own-element": ({"id": "output"},),
    "journey-step": ({"id": "usage"},),
    "journey-touchpoint": ({"id": "bill"},),
    "journey-remove-step": ({"id": "usage"},),
    "rule": ({"place": "3"},),
    "days": ({"page.since": "1403-08"},),
    "rules-facts": ({"rule": "3"},),
}
"""What an address is also asked with, where it shows something else then."""
_ONLY_WITH = ("measure-answers", "journey-remove-step", "days", "rules-facts")
"""Addresses that mean nothing without."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One address to ask for. `name`: of its route, with what is special about this one."""

    name: str
    path: str
    is_file: bool


def samples(found: Mapping[str, Any]) -> list[Sample]:
    """Every address that the server has and that can be looked at, at least once. `found`: see `furnishing`."""
    asked = []
    for route in found["routes"]:
        for name, path in _filled(route["name"], route["route"], found):
            is_file = route["route"].endswith(_FILES)
            if route["name"] not in _ONLY_WITH:
                asked.append(Sample(name, path, is_file))
            asked += [
                Sample(f"{name}, {', '.join(more)}", f"{path}?{urlencode(more)}", is_file)
                for more in _ALSO.get(route["name"], ())
            ]
    return asked


def _filled(name: str, route: str, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    if "<str:kind>" in route:
        kinds = FACTS if name.startswith("facts") else TABLES
        return [(f"{name} {kind}", route.replace("<str:kind>", kind)) for kind in kinds]
    holes = {
        "<str:step>": "usage",
        "<str:touchpoint>": "bill",
        "<str:name>": "stepwise",
        "<str:element>": "output",
        "<str:key>": found["customers"][0],
        "<str:method>": "nps",
        "<str:format>": "html" if name == "study-report" else "csv",
        "<int:part>": "1",
        **{
            f"<uuid:{one}>": found[one]
            for one in ("person", "board", "chart", "upload", "job", "view", "note", "study")
        },
        "<int:number>": str(found["run" if name.startswith("study-") else "number"]),
    }
    for hole, value in holes.items():
        route = route.replace(hole, value)
    assert "<" not in route, f"say what to ask for at {route}"
    return [(name, route)]


def never_asked(found: Mapping[str, Any], chance: random.Random) -> dict[str, Callable[[], str]]:
    """By page: an address that hardly anybody has asked for before, a new one at each call."""

    def filters(prefix: str = "") -> list[tuple[str, str]]:
        day = date.fromisoformat(found["first_day"]) + timedelta(days=chance.randrange(max(1, found["days"])))
        asked = [(f"{prefix}since", day.isoformat())]
        kind = chance.randrange(3)
        if kind == 0:
            asked += [(f"{prefix}channel", one) for one in chance.sample(CHANNELS, 2)]
        elif kind == 1:
            asked.append((f"{prefix}attribute.segment", chance.choice(SEGMENTS)))
        else:
            asked.append((f"{prefix}step", chance.choice(found["steps"])))
        return asked

    def page(path: str, *more: tuple[str, str]) -> str:
        return f"{path}?{urlencode([*filters(), *more])}"

    def one_of(names: Sequence[str]) -> str:
        return chance.choice(list(names))

    asks: dict[str, Callable[[], str]] = {
        "journey": lambda: page("/journey/"),
        "journey, compared": lambda: page("/journey/", *filters("vs.")),
        "journey, lines": lambda: page("/journey/", ("lines", "attribute.segment")),
        "step": lambda: page(f"/journey/steps/{one_of(found['steps'])}/"),
        "touchpoint": lambda: page(f"/journey/touchpoints/{one_of(found['touchpoints'])}/"),
        "measure": lambda: page("/measure/", ("metric", "nps"), ("by", "step"), ("over", "month")),
        "measure-answers": lambda: page("/measure/answers/", ("metric", "csat")),
        "customer": lambda: f"/customers/{one_of(found['customers'])}/",
        "search": lambda: f"/search/?{urlencode({'q': f'{one_of(WORDS)} {one_of(WORDS)[:3]}'})}",
    }
    for kind in FACTS:
        asks[f"facts {kind}"] = lambda kind=kind: page(f"/facts/{kind}/")
    return asks


def preview_form(found: Mapping[str, Any], chance: random.Random, token: str) -> str:
    """A rule as somebody types it: what it looks at, and where it leads."""
    event = chance.choice(["app.*", "call.*", "order.*", "bill.*", "web.*", "*.opened", "shop.*", "*.sent"])
    typed = {
        "csrfmiddlewaretoken": token,
        "column.0": "event",
        "patterns.0": event,
        "column.1": "channel",
        "patterns.1": chance.choice(CHANNELS),
        "touchpoint": chance.choice(found["touchpoints"]),
        "position": "0",
    }
    return urlencode(typed)
