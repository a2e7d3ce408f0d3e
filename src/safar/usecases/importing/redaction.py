"""Taking addresses, phone numbers, card numbers and own patterns out of words, in SQL."""

from __future__ import annotations

import duckdb

from safar.files.recipe.model import Redaction
from safar.files.records import literal
from safar.usecases.importing.parsing import ascii_digits

_D = "[0-9۰-۹٠-٩]"
_EMAIL = r"[\p{L}0-9._%+'-]+@[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+"
_CARD = rf"{_D}(?:[ \x{{00A0}}.-]?{_D}){{12,18}}"
_PHONE = (
    rf"(?:\+|00){_D}{{1,3}}(?:[ \x{{00A0}}()./-]{{0,3}}{_D}){{6,12}}"
    rf"|\(?[0۰٠]{_D}{{1,4}}\)?(?:[ \x{{00A0}}./-]{{0,2}}{_D}){{6,10}}"
    rf"|\b{_D}{{3}}[ .-]{_D}{{3}}[ .-]{_D}{{4}}\b|\({_D}{{2,4}}\)[ ]?{_D}{{3,5}}[ .-]?{_D}{{4}}"
)
_LUHN = """CREATE OR REPLACE TEMP MACRO passes_luhn(digits) AS (
  list_sum(list_transform(range(1, length(digits) + 1), lambda i:
    CASE WHEN i % 2 = 1 THEN CAST(substr(digits, length(digits) + 1 - i, 1) AS INTEGER)
         ELSE (2 * CAST(substr(digits, length(digits) + 1 - i, 1) AS INTEGER)) // 10
            + (2 * CAST(substr(digits, length(digits) + 1 - i, 1) AS INTEGER)) % 10 END)) % 10 = 0)"""


def prepare_redaction(con: duckdb.DuckDBPyConnection) -> None:
    """Make the check-digit macro that `redacted` uses."""
    con.execute(_LUHN)


def redacted(sql: str, redaction: Redaction) -> str:
    """SQL of the words without what must go. Card numbers go only when their check digit is right."""
    for pattern, instead in redaction.patterns:
        sql = f"regexp_replace({sql}, {literal(pattern)}, {literal(instead.replace(chr(92), chr(92) * 2))}, 'g')"
    if redaction.email:
        sql = f"regexp_replace({sql}, {literal(_EMAIL)}, '[e-mail]', 'g')"
    if redaction.card:
        sql = _without_cards(sql)
    if redaction.phone:
        sql = f"regexp_replace({sql}, {literal(_PHONE)}, '[phone]', 'g')"
    return sql


def _without_cards(sql: str) -> str:
    digits = ascii_digits("found")
    is_card = f"passes_luhn(regexp_replace({digits}, '[^0-9]', '', 'g'))"
    cards = f"list_filter(regexp_extract_all({sql}, {literal(_CARD)}), lambda found: {is_card})"
    cleaned = f"list_reduce(list_prepend({sql}, {cards}), lambda words, card: replace(words, card, '[card]'))"
    return f"CASE WHEN regexp_matches({sql}, {literal(_CARD)}) THEN {cleaned} ELSE {sql} END"
