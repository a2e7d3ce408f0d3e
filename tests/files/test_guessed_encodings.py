"""Which old encoding a text is in, by its letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from safar.files.letters import guess_encoding
from safar.files.reading import ReadOptions, open_records
from safar.files.reading_errors import WrongEncoding
from safar.files.recipe.propose import propose_recipe

PERSIAN = "شناسه;تاريخ;نظر\n1;2026-03-01;خدمات چاپ بسيار خوب بود\n2;2026-03-02;از پشتيبانى راضى نيستم، گران و كند\n"
GERMAN = "Kunde;Datum;Bemerkung\n1;2026-03-01;sehr schön, größer\n2;2026-03-02;Öffnungszeiten ändern\n"
FRENCH = "client;date;remarque\n1;2026-03-01;très bien reçu, merci à vous\n2;2026-03-02;où est l'été ?\n"
RUSSIAN = "клиент;дата;отзыв\n1;2026-03-01;всё очень хорошо\n2;2026-03-02;Долго ждал ответа\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PERSIAN, "windows-1256"),
        (GERMAN, "windows-1252"),
        (FRENCH, "windows-1252"),
        ("price;note\n5 €;“good” – fine\n", "windows-1252"),
        (RUSSIAN, "windows-1251"),
    ],
)
def test_the_letters_tell_the_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    assert guess_encoding(text.encode(encoding)) == encoding
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode(encoding))
    with open_records(path, options=ReadOptions(guess=True)) as source:
        assert source.guessed == encoding
        recipe = propose_recipe(source)
    assert recipe.format.encoding == encoding
    assert "# CHECK THIS: guessed from the letters" in recipe.text
    with pytest.raises(WrongEncoding):  # an import never guesses
        open_records(path)


def test_what_says_nothing_is_not_guessed() -> None:
    assert guess_encoding(b"a,b\n1,2\n") is None
    assert guess_encoding("列,词\n一,很好的服务\n二,太慢了不满意\n".encode("gb18030")) is None
    assert guess_encoding(bytes(range(128, 256)) * 8) is None


def test_unicode_is_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(PERSIAN, encoding="utf-8")
    with open_records(path, options=ReadOptions(guess=True)) as source:
        assert source.guessed is None
        assert "encoding" not in propose_recipe(source).text
