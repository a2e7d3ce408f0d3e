"""How numbers are written: found in columns, proposed, read from a recipe and set in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.files.reading import open_records
from safar.files.recipe import read_recipe
from safar.files.recipe.marks import PLAIN, Marks, marks_of, number_of
from safar.files.recipe.number_marks import recipe_marks
from safar.files.recipe.propose import propose_recipe
from safar.files.recipe.revise import TopFields, revise
from safar.files.recipe.roles import ColumnRole, ColumnUse, read_uses

WAYS = [
    (["12,50", "3,10", "1.000,00"], Marks(",", ".")),
    (["12.50", "3.10", "1,000.00"], Marks(".", ",")),
    (["12,50", "3"], Marks(",")),
    (["12.50", "3"], PLAIN),
    (["1.000.000", "250"], Marks(",", ".")),
    (["1,250", "900"], Marks(".", ",", unsure=True)),
    (["1.250", "900"], Marks(unsure=True)),
    (["1'250.50", "900"], Marks(".", "'")),
    (["1’250,50", "900"], Marks(",", "’")),
    (["1 250,50", "1\u202f000,00"], Marks(",", " ")),
    (["1 250.50", "900"], Marks(".", " ")),
    (["0171 234 5678", "030 1234"], PLAIN),
    (["۱٬۲۵۰٫۵۰", "۹۰۰"], Marks("٫", "٬")),
    (["12,50", "12.50"], PLAIN),
    (["north", "south", "3,5"], PLAIN),
    (["2026-01-01", "1,5"], PLAIN),
    ([], PLAIN),
]
GERMAN = "kunde;datum;ereignis;betrag\n" + "".join(
    f"k{i % 5};{i % 28 + 1:02}.03.2026;{('Kauf', 'Storno', 'Anruf')[i % 3]};{amount}\n"
    for i, amount in enumerate(["12,50", "3,10", "1.000,00", "8,00", "2.345,60"] * 6)
)


@pytest.mark.parametrize(("texts", "marks"), WAYS)
def test_the_marks_of_a_column(texts: list[str], marks: Marks) -> None:
    assert marks_of(texts) == marks


@given(
    values=st.lists(st.integers(min_value=-(10**9), max_value=10**9), min_size=1, max_size=20),
    marks=st.sampled_from([Marks(",", "."), Marks(".", ","), Marks(",", "'"), Marks("٫", "٬")]),
)
def test_what_was_written_is_read(values: list[int], marks: Marks) -> None:
    texts = []
    for value in values:
        whole, cents = divmod(abs(value), 100)
        told = f"{whole:,}.{cents:02}".translate({ord(","): marks.thousands, ord("."): marks.decimal})
        texts.append(("-" if value < 0 else "") + told)
    found = marks_of(texts)
    assert found.decimal == marks.decimal
    assert [number_of(text, found) for text in texts] == [value / 100 for value in values]


def _proposal(folder: Path, text: str, name: str = "data.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    with open_records(path) as source:
        return propose_recipe(source).text


def test_german_amounts_and_events_are_proposed(tmp_path: Path) -> None:
    text = _proposal(tmp_path, GERMAN, "hostile.csv")
    assert 'amount = { of = "{betrag}", decimal = ",", thousands = "." }' in text
    assert 'event = "{ereignis}"\n' in text
    assert 'customer = "{kunde}"' in text
    assert recipe_marks(tomllib.loads(text)) == Marks(",", ".")


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("client,date,motif,montant,canal", {"customer": "client", "event": "motif", "channel": "canal"}),
        ("müşteri,tarih,işlem,tutar,kanal", {"customer": "müşteri", "event": "işlem", "channel": "kanal"}),
        ("مشتری,زمان,رویداد,مبلغ,کانال", {"customer": "مشتری", "event": "رویداد", "channel": "کانال"}),
        ("Kunde,Zeit,Vorgang,Preis,Kontaktweg", {"customer": "Kunde", "event": "Vorgang", "channel": "Kontaktweg"}),
    ],
)
def test_header_words_of_other_languages(tmp_path: Path, header: str, roles: dict[str, str]) -> None:
    rows = "".join(f"c{i % 4},2026-03-{i % 28 + 1:02},e{i % 3}x,{i}.50,{('a', 'b')[i % 2]}\n" for i in range(24))
    text = _proposal(tmp_path, f"{header}\n{rows}")
    for role, column in roles.items():
        assert f'{role} = "{{{column}}}"' in text
    assert f"amount = {'{'!s}" in text or 'amount = "{' in text


def test_an_event_of_an_unknown_name_is_known_by_its_words(tmp_path: Path) -> None:
    rows = [f"c{i % 4},2026-03-{i % 28 + 1:02},{('buy', 'call', 'leave')[i % 3]},gold" for i in range(24)]
    text = _proposal(tmp_path, "customer,when,xyz,plan\n" + "\n".join(rows) + "\n")
    assert 'event = "{xyz}" # CHECK THIS' in text
    # What says who a customer is, says the same each time: it is no event.
    rows = [f"c{i % 4},2026-03-{i % 28 + 1:02},{('gold', 'blue')[i % 4 // 2]}" for i in range(24)]
    assert "{xyz}" not in _proposal(tmp_path, "customer,when,xyz\n" + "\n".join(rows) + "\n").split("# Columns")[0]


def test_numbers_that_can_be_read_in_two_ways_are_pointed_out(tmp_path: Path) -> None:
    rows = "".join(f"c{i % 4},2026-03-{i % 28 + 1:02},1.{i:03}\n" for i in range(20))
    assert "CHECK THIS: 1.000 is read as 1.000" in _proposal(tmp_path, f"customer,when,amount\n{rows}")


def test_the_marks_of_all_numbers_are_set_at_the_head(tmp_path: Path) -> None:
    text = _proposal(tmp_path, GERMAN)
    uses = read_uses(text, ["kunde", "datum", "ereignis", "betrag"])

    def revised(marks: Marks) -> str:
        raw = tomllib.loads(text)
        top = TopFields(
            source=raw["source"], key="", zone="UTC", formats=tuple(raw["formats"]), currency="EUR", numbers=marks
        )
        return revise(text, top=top, uses=uses, formats={})

    same = revised(Marks(",", "."))
    assert 'amount = { of = "{betrag}", decimal = ",", thousands = "." }' in same
    plain = tomllib.loads(revised(Marks(".", ",")))
    assert (plain["thousands"], plain["interaction"][0]["amount"]) == (",", "{betrag}")
    assert "decimal" not in plain
    assert read_recipe(revised(Marks("٫", "٬"))).interactions


def test_a_column_that_becomes_an_amount_brings_its_marks(tmp_path: Path) -> None:
    text = _proposal(tmp_path, GERMAN.replace("betrag", "xyz", 1))
    assert "amount" not in text
    raw = tomllib.loads(text)
    uses = read_uses(text, ["kunde", "datum", "ereignis", "xyz"]) | {"xyz": ColumnUse(role=ColumnRole.AMOUNT)}
    top = TopFields(source=raw["source"], key="", zone="UTC", formats=tuple(raw["formats"]), currency="EUR")
    found = tomllib.loads(revise(text, top=top, uses=uses, formats={}, marks={"xyz": Marks(",", ".")}))
    assert found["interaction"][0]["amount"] == {"of": "{xyz}", "decimal": ",", "thousands": "."}
