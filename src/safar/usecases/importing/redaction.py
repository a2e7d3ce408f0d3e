"""Taking addresses, phone numbers, card numbers and own patterns out of words, in SQL.

The engine's patterns look neither back nor ahead, so that they stay linear in the length of the words. What stands
beside a number is therefore matched along and put back, and card numbers are looked for among the groups of digits.
"""

from __future__ import annotations

import duckdb

from safar.files.recipe.model import Redaction
from safar.sql import literal
from safar.usecases.importing.parsing import digits_only

_D = "[0-9۰-۹٠-٩]"
_EMAIL = r"[\p{L}0-9._%+'-]+@[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+"

# Digits in groups. A card number is some whole groups of them: of three digits or more, so that dates, times and
# lists of small numbers are none; or all of them, where somebody wrote it in pairs or digit by digit.
_GAP = r"[ \x{00A0}\x{2007}\x{2009}\x{202F}\x{2010}-\x{2013}./_-]"
_STRETCH = rf"{_D}(?:{_GAP}{{0,3}}{_D}){{12,}}"
_LARGE = rf"{_D}{{3,}}(?:{_GAP}+{_D}{{3,}})*"
_SMALL = rf"{_D}(?:{_GAP}+{_D})*|{_D}{{2}}(?:{_GAP}+{_D}{{2}})*(?:{_GAP}+{_D})?"
_MOST_GROUPS = 6  # 19 digits in groups of three

_PHONE = (
    rf"(?:\+|00){_D}{{1,3}}(?:[ \x{{00A0}}()./-]{{0,3}}{_D}){{6,12}}"
    rf"|\(?[0۰٠]{_D}{{1,4}}\)?(?:[ \x{{00A0}}./-]{{0,2}}{_D}){{6,10}}"
    rf"|{_D}{{3}}[ .-]{_D}{{3}}[ .-]{_D}{{4}}|\({_D}{{2,4}}\)[ ]?{_D}{{3,5}}[ .-]?{_D}{{4}}"
)
# Beside a phone number stand no digit, no decimal mark and no letter of a script with capitals: such are codes.
# Scripts without capitals write numbers and words in one. A comma between two long numbers is no decimal mark.
_WORD = r"\p{Lu}\p{Ll}\p{N}"
_BEFORE = rf"(^|[^{_WORD}.,]|^[.,]|[^\p{{N}}][.,]|{_D}{{4}}[.,])"
_AFTER = rf"($|[^{_WORD}.,]|[.,](?:$|[^\p{{N}}]|{_D}{{3}}))"
_PHONE_ALONE = rf"{_BEFORE}(?:{_PHONE}){_AFTER}"

_YEAR, _MONTH, _DAY = (
    rf"(?:[1۱١][3-9۳-۹٣-٩]|[2۲٢][0۰٠]){_D}{{2}}",
    r"(?:[0۰٠]?[1-9۱-۹١-٩]|[1۱١][0-2۰-۲٠-٢])",
    rf"(?:[0۰٠][1-9۱-۹١-٩]|[12۱۲١٢]{_D}|[3۳٣][01۰۱٠١]|[1-9۱-۹١-٩])",
)
# What is never a phone number, nor a part of one: dates, times, and an account number in its groups of four.
_OTHER = (
    rf"(?:^|[^\p{{L}}\p{{N}}])(?:{_YEAR}[-./]{_MONTH}[-./]{_DAY}|{_DAY}[-./]{_MONTH}[-./]{_YEAR}"
    rf"|{_D}{{1,2}}:{_D}{{2}}(?::{_D}{{2}}(?:[.,]{_D}+)?)?"
    r"|[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)"
)

_LUHN = """CREATE OR REPLACE TEMP MACRO passes_luhn(digits) AS (
  list_sum(list_transform(range(1, length(digits) + 1), lambda i:
    CASE WHEN i % 2 = 1 THEN CAST(substr(digits, length(digits) + 1 - i, 1) AS INTEGER)
         ELSE (2 * CAST(substr(digits, length(digits) + 1 - i, 1) AS INTEGER)) // 10
            + (2 * CAST(substr(digits, length(digits) + 1 - i, 1) AS INTEGER)) % 10 END)) % 10 = 0)"""
_IS_CARD = """CREATE OR REPLACE TEMP MACRO is_card(digits) AS (
  CASE WHEN length(digits) BETWEEN 13 AND 19 THEN passes_luhn(digits) ELSE false END)"""


def _cardless() -> str:
    """Macro of words without their card numbers.

    Each group of digits is laid beside those that follow it, to see how many further a card that begins with it ends
    (-1: none begins), and then beside what was found for those before it. Nothing looks into the whole list for each
    group, which would make long words cost their square; step follows step, because nested lambdas take long to plan.
    """
    stretch = literal(_STRETCH)
    pieces = f"list_zip(regexp_split_to_array(words, {stretch}), regexp_extract_all(words, {stretch}))"
    split = f"""list_transform({pieces}, lambda piece: {{'words': piece[1], 'stretch': piece[2],
      'small': CASE WHEN regexp_full_match(piece[2], {literal(_SMALL)}) THEN {digits_only("piece[2]")} END,
      'digits': regexp_extract_all(piece[2], {literal(_D + "+")}),
      'gaps': regexp_extract_all(piece[2], {literal(_GAP + "+")})}})"""
    following = ["part.digits", *(f"part.gaps[{n}:], part.digits[{n + 1}:]" for n in range(1, _MOST_GROUPS))]
    found = [" || ".join(f"near[{one}]" for one in range(1, 2 * further + 2)) for further in range(_MOST_GROUPS)]
    large = f"CASE WHEN regexp_full_match(one, {literal(_LARGE)}) THEN {digits_only('one')} END"
    numbers = f"list_transform([{', '.join(reversed(found))}], lambda one: {large})"
    longest = f"list_position(list_transform({numbers}, lambda digits: is_card(digits)), true)"
    ends = f"{_MOST_GROUPS} - coalesce(nullif({longest}, 0), {_MOST_GROUPS + 1})"
    reach = f"list_transform(list_zip({', '.join(following)}), lambda near: {ends})"
    known = f"""list_transform({split}, lambda part: {{'words': part.words, 'small': part.small,
      'digits': part.digits, 'gaps': part.gaps, 'reach': {reach}}})"""
    before = [f"list_concat([{', '.join(['-1'] * back)}], part.reach)" for back in range(1, _MOST_GROUPS)]
    goes_on = " OR ".join(f"coalesce(place[{3 + back}] >= {back}, false)" for back in range(1, _MOST_GROUPS))
    clean = f"""list_transform(
      list_zip(part.digits, list_prepend('', part.gaps), part.reach, {", ".join(before)}), lambda place:
        CASE WHEN place[1] IS NULL THEN '' WHEN place[3] >= 0 THEN place[2] || '[card]'
             WHEN {goes_on} THEN '' ELSE place[2] || place[1] END)"""
    return f"""CREATE OR REPLACE TEMP MACRO cardless(words) AS (
  CASE WHEN regexp_matches(words, {stretch}) THEN array_to_string(list_transform({known}, lambda part:
         part.words || CASE WHEN is_card(part.small) THEN '[card]'
                            ELSE coalesce(array_to_string({clean}, ''), '') END), '')
       ELSE words END)"""


_MAY_BE_PHONE = rf"{_D}(?:[ \x{{00A0}}()./-]{{0,3}}{_D}){{6}}"
# Twice, because two numbers may share what stands between them.
_PHONES = f"{literal(_PHONE_ALONE)}, '\\1[phone]\\2', 'g'"
_PHONELESS = f"""CREATE OR REPLACE TEMP MACRO phoneless(words) AS (
  CASE WHEN regexp_matches(words, {literal(_MAY_BE_PHONE)})
       THEN array_to_string(list_transform(
         list_zip(regexp_split_to_array(words, {literal(_OTHER)}), regexp_extract_all(words, {literal(_OTHER)})),
         lambda piece: regexp_replace(regexp_replace(piece[1], {_PHONES}), {_PHONES}) || coalesce(piece[2], '')), '')
       ELSE words END)"""


def prepare_redaction(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros that `redacted` uses."""
    for macro in (_LUHN, _IS_CARD, _cardless(), _PHONELESS):
        con.execute(macro)


def redacted(sql: str, redaction: Redaction) -> str:
    """SQL of the words without what must go. Card numbers go only when their check digit is right."""
    for pattern, instead in redaction.patterns:
        sql = f"regexp_replace({sql}, {literal(pattern)}, {literal(instead.replace(chr(92), chr(92) * 2))}, 'g')"
    if redaction.email:
        sql = f"regexp_replace({sql}, {literal(_EMAIL)}, '[e-mail]', 'g')"
    if redaction.card:
        sql = f"cardless({sql})"
    if redaction.phone:
        sql = f"phoneless({sql})"
    return sql
