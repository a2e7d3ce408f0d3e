"""What is taken out of words, and what stays: by the very SQL that imports and notes use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.files.recipe.model import Redaction
from safar.usecases.importing.redaction import prepare_redaction, redacted

Redact = Callable[[str], str]

# Published test numbers of the card networks: Visa, Mastercard, American Express, Diners (14), Visa of 13 digits.
CARDS = ("4111111111111111", "5500000000000004", "378282246310005", "30569309025904", "4222222222222")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.fixture(scope="module")
def redact() -> Iterator[Redact]:
    with duckdb.connect() as con:
        prepare_redaction(con)
        con.execute("CREATE TEMP TABLE said (words VARCHAR)")

        def clean(words: str) -> str:
            con.execute("DELETE FROM said")
            con.execute("INSERT INTO said VALUES (?)", [words])
            row = con.execute(f"SELECT {redacted('words', Redaction())} FROM said").fetchone()
            assert row is not None
            return str(row[0])

        yield clean


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Visa 4111 1111 1111 1111 12/27 cvc 123", "Visa [card] 12/27 cvc 123"),
        ("my card 4111111111111111 2 times charged", "my card [card] 2 times charged"),
        ("ticket 2 4111111111111111", "ticket 2 [card]"),
        ("cards 4111111111111111 5500000000000004", "cards [card] [card]"),
        ("4111111111111111,5500000000000004", "[card],[card]"),
        ("ref 123 4111-1111-1111-1111 99", "ref 123 [card] 99"),
        ("2.4111111111111111", "2.[card]"),
        ("4111 - 1111 - 1111 - 1111", "[card]"),
        ("amex 3782 822463 10005, 12", "amex [card], 12"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[card]"),
        ("کارت ۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۲ است", "کارت [card] ۱۲ است"),
        ("۲ ٤١١١١١١١١١١١١١١١", "۲ [card]"),
        ("order 4111111111111112 2 times", "order 4111111111111112 2 times"),
    ],
)
def test_a_card_number_goes_whatever_digits_stand_near(redact: Redact, words: str, kept: str) -> None:
    assert redact(words) == kept


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    card=st.sampled_from([*CARDS, CARDS[0].translate(PERSIAN)]),
    before=st.lists(st.integers(0, 99_999), max_size=4),
    after=st.lists(st.integers(0, 99_999), max_size=4),
    gap=st.sampled_from([" ", "-", ".", "/", ", ", "\u00a0", "\n"]),
)
def test_no_number_beside_it_hides_a_card(
    redact: Redact, card: str, before: list[int], after: list[int], gap: str
) -> None:
    found = redact(gap.join([*map(str, before), card, *map(str, after)]))
    assert card not in found
    assert "[card]" in found


@pytest.mark.parametrize(
    "words",
    [
        "from 2020-01-15 to 2020-02-20 10:30:00",
        "order 100234567",
        "invoice 2024000123456",
        "on 2024-10-05 2024 times",
        "arrived 2024-01-05 2024-01-09 08:15",
        "from 2024-01-05T08:15:00.123456Z on",
        "on 05.01.2024 06.01.2024, on 05/01/2024 and 06/02/2024",
        "از ۱۴۰۳/۰۵/۱۲ تا ۱۴۰۳/۰۶/۱۲",
        "word0.5712345678 and 12.0712345678",
        "code A0301234567 and 0301234567b",
        "IBAN DE89 3704 0044 0532 0130 00",
        "IBAN DE89370400440532013000",
    ],
)
def test_dates_and_other_numbers_stay_whole(redact: Redact, words: str) -> None:
    assert redact(words) == words


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("call 0301234567, 0307654321; 0301111111", "call [phone], [phone]; [phone]"),
        ("0301234567,0307654321,0301111111,0302222222", "[phone],[phone],[phone],[phone]"),
        ("0301234567 2024-01-05 030 7654321", "[phone] 2024-01-05 [phone]"),
        ("at 08:05 030 1234567", "at 08:05 [phone]"),
        ("202-555-0123 or (202) 555-0123.", "[phone] or [phone]."),
        ("Tel.0301234567, Tel:+49301234567", "Tel.[phone], Tel:[phone]"),
        ("0044 20 7946 0958", "[phone]"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "[phone]"),
        ("شماره۰۹۱۲۳۴۵۶۷۸۹است", "شماره[phone]است"),  # scripts without capitals write numbers and words in one
        ("a\n0301234567\nb", "a\n[phone]\nb"),
    ],
)
def test_phone_numbers_go_with_whatever_stands_between_them(redact: Redact, words: str, kept: str) -> None:
    assert redact(words) == kept


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(alphabet=st.sampled_from("ab 12.,:/-\nä۳é"), max_size=60))
def test_words_without_long_numbers_stay_as_they_are(redact: Redact, words: str) -> None:
    if "[" not in (found := redact(words)):
        assert found == words


@pytest.mark.parametrize("unit", ["4", "4111 1111 1111 1111 ", "123 ", "0301234567,", "2024-01-05 ", "+0(0.0-"])
def test_long_words_cost_no_more_than_their_length(redact: Redact, unit: str) -> None:
    """80,000 characters: what looked into the whole list for each group took minutes."""
    begun = time.process_time()
    redact(unit * (80_000 // len(unit)))
    assert time.process_time() - begun < 10
