"""What dragging posts: the same form as the buttons, with the place that something was dropped at."""

from __future__ import annotations

import re

import pytest

from tests.web.web_cast import Cast


def _order(body: str, kind: str) -> list[str]:
    return re.findall(rf'data-drag="{kind}"[^>]*? data-id="([^"]+)"', body)


@pytest.mark.parametrize(("kind", "address"), [("step", "/journey/edit/"), ("rule", "/rules/")])
def test_a_part_dropped_at_a_place_stands_there_and_can_be_taken_back(cast: Cast, kind: str, address: str) -> None:
    client = cast.client("alice")
    before = client.get(address).content.decode()
    names = _order(before, kind)
    post = "/journey/edit/arrange/" if kind == "step" else "/rules/arrange/"
    answer = client.post(post, {"do": f"to:{kind}:{names[0]}", "position": "2", "into": ""}, follow=True)
    after = answer.content.decode()
    if kind == "step":
        assert _order(after, kind) == [*names[1:3], names[0], *names[3:]]
    assert re.findall(r"<code[^>]*>[^<]+", after) != re.findall(r"<code[^>]*>[^<]+", before) or kind == "step"
    undo = "/journey/edit/undo/" if kind == "step" else "/rules/undo/"
    assert f'action="{undo}"' in after
    back = client.post(undo, follow=True).content.decode()
    assert _order(back, kind) == names


def test_a_touchpoint_is_dropped_into_another_step(cast: Cast) -> None:
    client = cast.client("alice")
    page = client.get("/journey/edit/").content.decode()
    steps = {part.split('"')[0]: _order(part, "touchpoint") for part in page.split('id="step-')[1:]}
    there, here = (name for name, own in list(steps.items())[-2:] if own)
    moved = steps[here][0]
    form = {"do": f"to:touchpoint:{moved}", "position": "1", "into": there}
    page = client.post("/journey/edit/arrange/", form, follow=True).content.decode()
    after = {part.split('"')[0]: _order(part, "touchpoint") for part in page.split('id="step-')[1:]}
    assert after[there] == [steps[there][0], moved, *steps[there][1:]]
    assert moved not in after[here]


@pytest.mark.parametrize(
    "form",
    [
        {"do": "to:touchpoint:bill", "position": "-1"},
        {"do": "to:touchpoint:bill", "position": "999999"},
        {"do": "to:touchpoint:bill", "position": "x", "into": "nowhere"},
        {"do": "to:step:nowhere", "position": "1"},
        {"do": "to:step", "position": "1"},
    ],
)
def test_no_place_breaks_it(cast: Cast, form: dict[str, str]) -> None:
    assert cast.client("alice").post("/journey/edit/arrange/", form).status_code in (302, 404)
    assert cast.client("alice").post("/rules/arrange/", form).status_code in (302, 404)
