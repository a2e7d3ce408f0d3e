"""The map as a file on the pages: who sees the map may have it, as they see it."""

from __future__ import annotations

import csv
import io
import re

import pytest

from safar.analysis.journey_map import JourneyMap
from safar.analysis.map_parts import LANES as LANES_OF_FILES
from safar.usecases.export_map import FORMATS, MEDIA_TYPES
from safar.web import reading
from safar.web.map_view import LANES
from tests.web.web_cast import UNIT, Cast

pytestmark = pytest.mark.usefixtures("waits_for_everything")


def figures(body: bytes) -> dict[tuple[str, str, str], dict[str, str]]:
    rows = csv.DictReader(io.StringIO(body.decode()))
    return {(one["lane"], one["place"], one["figure"]): one for one in rows}


def test_pages_and_files_have_the_same_lanes() -> None:
    assert tuple(LANES) == LANES_OF_FILES


def test_the_page_offers_every_format_of_this_view(cast: Cast) -> None:
    body = cast.client("vera").get("/journey/?channel=app&lanes=flow,felt").content.decode()
    found = re.findall(r'href="(/journey/map\.(\w+)[^"]*)"', body)
    assert {name for _, name in found} == set(FORMATS)
    assert all("channel=app" in address and "lanes=flow%2Cfelt" in address for address, _ in found)


def test_every_format_comes_as_a_file(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("vera")
    for one in ("csv", "xlsx", "pptx", "svg"):
        answer = client.get(f"/journey/map.{one}?lang=en")
        assert answer.status_code == 200
        assert answer["Content-Type"] == MEDIA_TYPES[one]
        assert re.fullmatch(rf'attachment; filename="safar-map-[\w-]+\.{one}"', answer["Content-Disposition"])
        assert "no-store" in answer["Cache-Control"]
    rows = figures(client.get("/journey/map.csv").content)
    assert rows["whole", "", "passages"]["value"] == str(the_map.passages)
    for step in the_map.steps:
        assert rows["flow", step.id, "remaining"]["value"] == str(step.remaining)


def test_filters_lanes_and_language_are_those_of_the_address(cast: Cast) -> None:
    client = cast.client("alice")
    body = client.get("/journey/map.svg?channel=app&vs.channel=email&lines=channel&lanes=flow,felt&lang=fa").content
    drawn = body.decode()
    assert 'xml:lang="fa"' in drawn
    assert "تجربه" in drawn
    assert "نقاط تماس" not in drawn
    rows = figures(client.get("/journey/map.csv?channel=app&vs.channel=email&lang=en").content)
    assert rows["about", "", "filters"]["text"] == "Channel: app"
    assert ("comparison", "usage", "experience") in rows


def test_who_sees_one_unit_gets_the_map_of_that_unit(cast: Cast) -> None:
    whole = figures(cast.client("alice").get("/journey/map.csv").content)
    mine = figures(cast.client("uma").get("/journey/map.csv").content)
    same = figures(cast.client("alice").get(f"/journey/map.csv?unit={UNIT}").content)
    assert int(mine["whole", "", "moves"]["value"]) < int(whole["whole", "", "moves"]["value"])
    assert mine["whole", "", "moves"] == same["whole", "", "moves"]
    assert not any(figure == "filtered_out" for _, _, figure in mine)
    assert cast.client("uma").get("/journey/map.csv?unit=elsewhere").status_code == 403


def test_what_cannot_be_made_is_refused(cast: Cast) -> None:
    client = cast.client("alice")
    assert client.get("/journey/map.exe").status_code == 400
    assert client.get("/journey/map.csv?nonsense=1").status_code == 400
    assert client.post("/journey/map.csv").status_code == 405


def test_a_file_that_takes_long_is_waited_for_on_a_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FILE_PATIENCE_S", 0.0)
    answer = cast.client("alice").get("/journey/map.pptx?channel=web&lanes=flow")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer
