"""What pages have counted elsewhere travels there whole, and comes back as if it had been counted here."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from safar.server.counting import _failed, _frozen, _packed
from safar.usecases.workspace import Workspace
from safar.web import reading
from safar.web.beside import Beside
from safar.web.counting import count_with, counted
from safar.web.waiting import Maker
from tests.web.page_text import Page
from tests.web.web_cast import NOW, UNIT, Cast

ADDRESSES = (
    "/journey/?attribute.segment=family&vs.channel=email&lines=channel&lanes=all&since=2024-02-02",
    "/journey/touchpoints/bill/?since=2024-02-02",
    "/measure/?metric=nps&by=channel&since=2024-02-02",
    "/measure/answers/?metric=nps&since=2024-02-02",
    *(f"/facts/{kind}/?since=2024-02-02" for kind in ("moves", "answers", "passages", "customers", "feedback")),
    "/search/?q=bill+and+network",
    "/touchpoints/",
    "/rules/",
    "/rules/facts/interactions/?rule=2",
    "/rules/facts/feedback/?rule=none",
    "/facts/moves/?attribute.segment=nobody",
)


def _there(sent: Any) -> Any:
    return pickle.loads(pickle.dumps(sent))  # noqa: S301  # packed here


@pytest.fixture
def travelled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the verbs that were counted elsewhere: there and back as bytes."""
    names = []

    def there(task: Callable[[], Any]) -> Any:
        names.append(task.func.__name__)  # type: ignore[attr-defined]  # a partial
        try:
            packed = _packed(True, _there(task)())
        except Exception as error:
            packed = _failed(error)
        fine, answer = pickle.loads(packed)  # noqa: S301  # packed above
        if not fine:
            raise answer
        return answer

    monkeypatch.setattr(reading, "MAP_PATIENCE_S", 120.0)
    monkeypatch.setattr(reading, "BESIDE_PATIENCE_S", 120.0)
    for maker in ("_LOOKED_UP", "_LATELY"):
        monkeypatch.setattr(reading, maker, Beside(Maker()))
    count_with(there)
    yield names
    count_with(None)


def test_every_kind_of_page_can_be_counted_elsewhere(cast: Cast, travelled: list[str]) -> None:
    client = cast.client("alice")
    for address in ADDRESSES:
        assert client.get(address).status_code == 200, address
    links = Page(client.get("/facts/answers/?since=2024-02-02").content).links
    customer = next(address for address, _ in links if address.startswith("/customers/"))
    assert client.get(f"{customer}?only=contact").status_code == 200
    assert set(travelled) >= {
        "read_journey_map", "read_view", "read_measured", "read_measured_facts", "read_facts", "search_facts",
        "read_inventory", "count_rules", "read_rule_facts", "read_timeline", "unknown_values",
    }  # fmt: skip


def test_what_was_refused_elsewhere_is_told_as_if_it_had_been_here(cast: Cast, travelled: list[str]) -> None:
    client = cast.client("alice")
    assert client.get("/facts/nothing/").status_code == 404
    assert client.get("/facts/moves/?after=nowhere").status_code == 400
    assert "read_facts" in travelled


def test_who_may_see_one_unit_is_told_of_that_one_whoever_asked_before(cast: Cast, travelled: list[str]) -> None:
    def total(name: str) -> str:
        found = re.search(r'id="total">([^<]*)<', cast.client(name).get("/facts/moves/").content.decode())
        assert found
        return found.group(1)

    asked = [total(name) for name in ("alice", "uma", "bob", "uma", "alice")]
    assert asked[0] == asked[2] == asked[4]
    assert asked[1] == asked[3] != asked[0]
    own = cast.client("alice").get(f"/facts/moves/?unit={UNIT}").content.decode()
    assert f'id="total">{asked[1]}<' in own
    assert travelled.count("read_facts") >= 3


def test_a_workspace_is_open_once_where_it_comes_to(tmp_path: Path) -> None:
    own = Workspace.create(tmp_path / "ws", name="Own", now=NOW)
    there = [_there(one) for one in (own, own, own.with_journey("mobile"))]
    assert there[0] == own
    assert there[0].log is there[1].log is there[2].log
    assert there[2].chosen == "mobile"
    assert there[0].log.head() == own.log.head()


def test_without_a_server_it_is_counted_here() -> None:
    assert counted(_frozen, {"a": 1}) == {"a": 1}
