"""Beside the filters: what their numbers count, and a note where one has a value that nothing has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.web_cast import UNIT, Cast


@pytest.mark.parametrize("address", ["/journey/", "/journey/steps/usage/", "/facts/interactions/", "/measure/"])
def test_a_value_that_nothing_has_is_told_with_those_there_are(cast: Cast, address: str) -> None:
    page = cast.client("alice").get(f"{address}?channel=wbe&channel=app").content.decode()
    notes = re.findall(r'<p class="notice" role="status">(No fact has .*?)</p>', page)
    assert len(notes) == 1
    assert notes[0].startswith("No fact has Channel “wbe”; there are: web, ")
    assert 'role="status">No fact' not in cast.client("alice").get(f"{address}?channel=app").content.decode()


def test_a_mistyped_value_is_told_in_persian_and_of_the_other_group_too(cast: Cast) -> None:
    client = cast.client("bob")
    page = client.get("/journey/?touchpoint=bil&vs.channel=mael").content.decode()
    assert "No fact has Touchpoint “bil”; there are: " in page
    assert "No fact has Channel “mael”; there are: " in page
    client = cast.client("alice")
    client.cookies["safar_lang"] = "fa"
    assert "هیچ رخدادی نقطهٔ تماس «bil» ندارد؛ این‌ها هست: " in client.get("/journey/?touchpoint=bil").content.decode()


def test_a_note_of_a_mistyped_value_names_nothing_of_other_units(cast: Cast, served: Path) -> None:
    from safar.usecases.units import read_units
    from safar.usecases.workspace import Workspace

    page = cast.client("uma").get("/journey/?attribute.unit=nowhere&channel=wbe").content.decode()
    notes = " ".join(re.findall(r'<p class="notice" role="status">(No fact has .*?)</p>', page))
    assert "“nowhere”" in notes
    assert "“wbe”" in notes
    assert not [unit for unit in read_units(Workspace.open(served)) if unit != UNIT and unit in notes]


def test_the_log_is_asked_for_values_only_that_the_form_does_not_offer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safar.web import filter_notes

    def never(*_values: object, **_named: object) -> None:
        raise AssertionError

    monkeypatch.setattr(filter_notes, "unknown_values", never)
    assert cast.client("alice").get("/journey/?channel=app&touchpoint=bill").status_code == 200


def test_the_menu_counts_interactions_as_the_balance_does_and_not_the_contacts_of_the_map(cast: Cast) -> None:
    page = cast.client("alice").get("/journey/?channel=app").content.decode()
    menu = page.partition("<legend>Channel")[2].partition("</fieldset>")[0]
    assert menu.startswith(' <span class="base">· number of interactions</span>')
    offered = re.findall(r'value="app".*?<span class="base">([\d,]+)</span>', menu)
    balance = page.partition("balance-table")[2].partition("</table>")[0]
    assert "Contacts" not in balance
    head = re.findall(r'<th scope="col" class="n">(\w+)</th>', balance)
    rows = {
        name: re.findall(r">([\d,]+)</a>", row) for name, row in re.findall(r'row">([\w ]+)</th>(.*?)</tr>', balance)
    }
    place = [name.casefold() for name in head].index("interactions")
    there = sum(int(rows[name][place].replace(",", "")) for name in ("mapped", "ignored", "unmapped"))
    assert int(offered[0].replace(",", "")) == there
