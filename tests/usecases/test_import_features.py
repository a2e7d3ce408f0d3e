"""Each feature of the recipe on a small file made for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from safar.usecases.importing.columns import ColumnNotFound
from tests.files.xlsx_writing import sheet_xml, text_cell, write_workbook
from tests.usecases.import_kit import Bench

HEAD = 'recipe = 1\nsource = "s"\nkey = "{id}"\n'
EVENT = '[[interaction]]\nslot = "e"\nevent = "event"\n'


def _at(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def test_columns_may_have_any_of_several_names(bench: Bench) -> None:
    recipe = HEAD + '[columns]\nid = ["Nr", "No."]\nat = ["When", "Date of call"]\n' + EVENT + 'time = "{at}"\n'
    bench.run(bench.file("a.csv", "When,Nr\n2024-01-01,1\n"), recipe)
    bench.run(bench.file("b.csv", "no.,date  of call\n2,2024-01-02\n"), recipe)
    assert bench.facts("interactions", "ts", order="ts") == [(_at(2024, 1, 1),), (_at(2024, 1, 2),)]


TIMES = [
    ("2024-03-31T01:30:00Z", 'time = "{at}"', _at(2024, 3, 31, 1, 30), 0),
    ("2024-03-31 01:30:00.250+05:30", 'time = "{at}"', _at(2024, 3, 30, 20, 0, 0, 250000), 330),
    ("2024-07-01 10:00-07", 'time = "{at}"', _at(2024, 7, 1, 17), -420),
    ("2024-07-01 10:00:00", 'time = { of = "{at}", zone = "Europe/London" }', _at(2024, 7, 1, 9), 60),
    ("2024-01-01 10:00:00", 'time = { of = "{at}", zone = "Asia/Tehran" }', _at(2024, 1, 1, 6, 30), 210),
    ("31/12/2024", 'time = { of = "{at}", formats = "%d/%m/%Y", clock = "12:00" }', _at(2024, 12, 31, 12), 0),
    ("12/31/2024 1:05 PM", 'time = { of = "{at}", formats = "%m/%d/%Y %I:%M %p" }', _at(2024, 12, 31, 13, 5), 0),
    ("1717200000", 'time = { of = "{at}", formats = "unix" }', _at(2024, 6, 1), 0),
    ("1717200000123", 'time = { of = "{at}", formats = "unix-ms" }', _at(2024, 6, 1, 0, 0, 0, 123000), 0),
    ("5", 'time = "2024-05-{at}"', None, None),
    ("05", 'time = "2024-05-{at}"', _at(2024, 5, 5), 0),
    ("x", 'time = "2024-05-17"', _at(2024, 5, 17), 0),
    ("x", "time = 2024-05-17T08:00:00+02:00", _at(2024, 5, 17, 6), 120),
    ("1899-12-31", 'time = "{at}"', None, None),
    ("infinity", 'time = "{at}"', None, None),
]


def test_times_in_all_their_forms(bench: Bench) -> None:
    """One file a case, all in one recipe's manner; None: set aside."""
    for number, (text, time, expected, offset) in enumerate(TIMES):
        recipe = HEAD.replace('"s"', f'"s{number}"') + EVENT + time + "\n"
        report = bench.run(bench.file("a.csv", f"id,at\n1,{text}\n"), recipe)
        if expected is None and text != "5":
            assert report.set_aside == 1, text
            continue
        found = bench.facts("interactions", "ts, utc_offset_min", where=f"source = 's{number}'")
        assert found == [(expected or _at(2024, 5, 5), offset if offset is not None else 0)], text


def test_numbers_units_and_money(bench: Bench) -> None:
    recipe = (
        HEAD
        + 'decimal = ","\nthousands = "."\n'
        + EVENT
        + 'time = "2024-01-01"\nduration = { of = "{min}", unit = "min" }\namount = "{money}"\ncurrency = "{cur}"\n'
    )
    text = "id;min;money;cur\n1;2,5;1.234,50;EUR\n2;۱۲;-3;USD\n3;1;12.34.5x;EUR\n4;-1;1;EUR\n5;;;\n"
    report = bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("interactions", "duration_s, amount, currency") == [
        (150.0, Decimal("1234.5000"), "EUR"),
        (720.0, Decimal("-3.0000"), "USD"),
        (None, None, None),
    ]
    assert sorted(one.reason for one in report.reasons) == ["duration is negative", "not a number"]


def test_a_decimal_point_is_not_taken_for_a_thousands_mark(bench: Bench) -> None:
    recipe = HEAD + 'decimal = ","\n' + EVENT + 'time = "2024-01-01"\namount = "{a}"\ncurrency = "EUR"\n'
    report = bench.run(bench.file("a.csv", "id;a\n1;1.234\n2;1,5\n"), recipe)
    assert report.set_aside == 1
    assert bench.facts("interactions", "amount") == [(Decimal("1.5000"),)]


def test_duration_from_two_times(bench: Bench) -> None:
    recipe = HEAD + EVENT + 'time = "{a}"\nduration = { start = "{a}", end = "{b}" }\n'
    bench.run(bench.file("a.csv", "id,a,b\n1,2024-01-01 10:00,2024-01-01 10:01:30\n2,2024-01-01,\n"), recipe)
    assert bench.facts("interactions", "duration_s") == [(90.0,), (None,)]


def test_values_are_changed_replaced_extracted_and_mapped(bench: Bench) -> None:
    recipe = (
        HEAD
        + '[maps]\nchannels = { "1" = "web", "2" = "call" }\n'
        + EVENT
        + """time = "2024-01-01"
channel = { of = "{ch}", map = "channels" }
unit = { of = ["{branch}", "{region}"], change = ["squeeze", "upper"], default = "HEAD OFFICE" }
status = { of = "{st}", map = { ok = "done" }, unknown = "keep" }
props.plan = { of = "{plan}", extract = "plan ([a-z]+)", missing = ["plan none"] }
props.tag = { of = "{plan}", replace = { "[aeiou]" = "*" } }
props.both = "{branch}/{region}"
"""
    )
    text = "id,ch,branch,region,st,plan\n1,1, new   york ,east,ok,plan gold\n2,2,,west,odd,plan none\n3,9,,,,\n4,,,,,\n"
    report = bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("interactions", "channel, unit, status, prop_plan, prop_tag, prop_both") == [
        ("web", "NEW YORK", "done", "gold", "pl*n g*ld", "new   york/east"),
        ("call", "WEST", "odd", None, "pl*n n*n*", None),
        (None, "HEAD OFFICE", None, None, None, None),
    ]
    assert [(one.reason, one.value) for one in report.reasons] == [("not in the map of interaction[1].channel", "9")]


def test_conditions_and_derived_columns(bench: Bench) -> None:
    recipe = (
        HEAD
        + """formats = ["%d.%m.%Y"]
[derive.late]
cases = [
  { when = [{ column = "state", is = "done" }, { column = "done", after = "{due}" }], value = "late" },
  { when = { any = [{ column = "state", like = "cancel*" }, { not = "due" }] }, value = "off" },
]
otherwise = "on time"
[derive.total]
multiply = ["{n}", "{price}"]
[[interaction]]
slot = "big"
event = "{late}"
time = "{due}"
when = [{ column = "n", at_least = 2 }, { column = "due", not_before = "2024-01-02" }]
amount = "{total}"
currency = "EUR"
[[interaction]]
slot = "all"
event = "{late}"
time = "01.01.2024"
[[set_aside]]
when = { column = "n", below = 0 }
reason = "a negative number of items"
"""
    )
    text = (
        "id;state;due;done;n;price\n1;done;02.01.2024;03.01.2024;2;1.5\n2;done;02.01.2024;01.01.2024;1;1\n"
        "3;cancelled;02.01.2024;;5;2\n4;open;;;1;1\n5;open;01.01.2024;;3;1\n6;open;01.01.2024;;-1;1\n"
    )
    report = bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("interactions", "row_no, event, amount", where="slot = 'big'") == [
        (1, "late", Decimal("3.0000")),
        (3, "off", Decimal("10.0000")),
    ]
    events = [event for (event,) in bench.facts("interactions", "event", where="slot = 'all'")]
    assert events == ["late", "on time", "off", "off", "on time"]
    assert [one.reason for one in report.reasons] == ["a negative number of items"]


SURVEY = (
    HEAD
    + """
weight = "{w}"
[maps]
gone = { "0" = "blank", "6" = "never_used", "N/A" = "not_applicable" }
[[interaction]]
slot = "answered"
kind = "submission"
event = "survey"
time = "2024-01-01"
customer = "{id}"
[[feedback]]
kind = "rating"
slot = "seen"
questions = { speed = "Q1", care = "Q2" }
scale = { min = 1, max = 5, best = "low" }
states = "gone"
[[feedback]]
kind = "rating"
slot = "expected"
view = "expected"
questions = { speed = "E1" }
scale = { min = 1, max = 5, best = "low" }
[[feedback]]
kind = "choice"
question = "themes"
options = ["theme *"]
except = ["theme none"]
[[feedback]]
kind = "choice"
slot = "why"
question = "why"
codes = ["W1", "W2"]
map = { "1" = "price", "2" = "quality", "9" = "" }
[[feedback]]
kind = "csat"
slot = "words"
question = "words"
value = "{Q3}"
map = { good = "5", bad = "1" }
[[feedback]]
kind = "choice"
question = "again"
value = "{again}"
map = { y = "yes", n = "no" }
unknown = "empty"
"""
)


def test_a_wide_survey(bench: Bench) -> None:
    text = (
        "id,w,Q1,Q2,E1,theme a,theme b,theme none,W1,W2,Q3,again\n"
        "1,0.5,1,6,2,1,0,1,1,2,good,y\n2,2,0,N/A,,,yes,,9,,,maybe\n3,1,6.0,4,3,no,false,,,2,bad,n\n"
    )
    report = bench.run(bench.file("a.csv", text), SURVEY)
    assert report.set_aside == 0
    seen = "question, state, value, weight, pair"
    assert bench.facts("feedback", seen, where="slot LIKE 'seen%'") == [
        ("speed", "answered", 1.0, 0.5, "speed"),
        ("care", "never_used", None, 0.5, None),
        ("speed", "blank", None, 2.0, "speed"),
        ("care", "not_applicable", None, 2.0, None),
        ("speed", "never_used", None, 1.0, "speed"),
        ("care", "answered", 4.0, 1.0, None),
    ]
    assert bench.facts("feedback", "view, value, pair, scale_best", where="slot = 'expected:speed'") == [
        ("expected", 2.0, "speed", "low"),
        ("expected", None, "speed", "low"),
        ("expected", 3.0, "speed", "low"),
    ]
    assert bench.facts("feedback", "row_no, option", where="question = 'themes'") == [(1, "theme a"), (2, "theme b")]
    assert bench.facts("feedback", "row_no, option", where="question = 'why'") == [
        (1, "price"),
        (1, "quality"),
        (3, "quality"),
    ]
    assert bench.facts("feedback", "value, state", where="question = 'words'") == [
        (5.0, "answered"),
        (None, "blank"),
        (1.0, "answered"),
    ]
    assert bench.facts("feedback", "option, state", where="question = 'again'") == [
        ("yes", "answered"),
        (None, "blank"),
        ("no", "answered"),
    ]


def test_a_wave_with_other_columns_codes_and_date(bench: Bench) -> None:
    recipe = (
        'recipe = 1\nsource = "s"\nkey = "{wave}-{id}"\noptional = ["care"]\n'
        '[derive]\nwave = "none"\n[maps]\nrated = { "9" = "blank" }\n'
        '[[interaction]]\nslot = "a"\nkind = "submission"\nevent = "survey"\ntime = "{wave}-05-01"\n'
        '[[feedback]]\nkind = "csat"\nslot = "q"\nquestions = ["speed", "care"]\nstates = "rated"\n'
        '[[variant]]\nmatch = "*2023*"\nderive.wave = "2023"\ncolumns.speed = "Q1"\n'
        '[[variant]]\nhas = ["Q7"]\nderive.wave = "2024"\nmaps.rated = { "0" = "blank" }\n'
        'columns = { speed = "Q7", care = "Q8" }\n'
    )
    files = [
        bench.file("survey-2023.csv", "id,Q1\n1,5\n2,9\n"),
        bench.file("other.csv", "Q8,Q7,id\n3,4,1\n0,0,2\n"),
    ]
    report = bench.run(files, recipe)
    assert [file.variant for file in report.files] == ["variant 1", "variant 2"]
    assert bench.facts("feedback", "ts, question, state, value", order="ts, row_no, question") == [
        (_at(2023, 5, 1), "speed", "answered", 5.0),
        (_at(2023, 5, 1), "speed", "blank", None),
        (_at(2024, 5, 1), "care", "answered", 3.0),
        (_at(2024, 5, 1), "speed", "answered", 4.0),
        (_at(2024, 5, 1), "care", "blank", None),
        (_at(2024, 5, 1), "speed", "blank", None),
    ]
    assert bench.facts("interactions", "count(*)", order="1") == [(4,)]


def test_one_answer_a_row_with_the_respondent_s_key(bench: Bench) -> None:
    recipe = (
        'recipe = 1\nsource = "s"\nkey = ["person", "q"]\n'
        '[[interaction]]\nslot = "survey"\nkind = "submission"\nkey = "{person}"\nevent = "survey"\ntime = "{at}"\n'
        '[[feedback]]\nkind = "rating"\nquestion = "{q}"\nvalue = "{a}"\nscale = { min = 0, max = 10 }\n'
    )
    text = "person,at,q,a\np,2024-01-01,speed,3\np,2024-01-01,care,10\nr,2024-01-02,speed,0\n"
    report = bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("interactions", "count(*)", order="1") == [(2,)]
    assert bench.facts("feedback", "question, value") == [("speed", 3.0), ("care", 10.0), ("speed", 0.0)]
    with bench.query() as ask:
        orphans = ask("SELECT count(*) FROM feedback WHERE submission NOT IN (SELECT row_id FROM interactions)")
    assert orphans == [(0,)]
    assert {fact.table: fact.superseded for fact in report.facts} == {"interactions": 1, "feedback": 0}


def test_attributes_hold_from_their_time(bench: Bench) -> None:
    recipe = (
        HEAD + 'customer = "{who}"\n[[attribute]]\ntime = "{since}"\nvalues = { plan = "{plan}", town = "{town}" }\n'
        '[[attribute]]\nslot = "acct"\nsubject = "account"\nof = "{acct}"\ntime = "2024-01-01"\n'
        'values = { size = "big" }\n'
    )
    text = (
        "id,who,since,plan,town,acct\n1,ann,2024-01-01,gold,Bonn,x\n2,ann,2024-02-01,silver,,x\n"
        "3,,2024-01-01,gold,Bonn,\n"
    )
    bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("attributes", "row_no, subject_kind, name, value, valid_from") == [
        (1, "customer", "plan", "gold", _at(2024, 1, 1)),
        (1, "customer", "town", "Bonn", _at(2024, 1, 1)),
        (1, "account", "size", "big", _at(2024, 1, 1)),
        (2, "customer", "plan", "silver", _at(2024, 2, 1)),
        (2, "account", "size", "big", _at(2024, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("write to ann.b+c@mail.example.org, please", "write to [e-mail], please"),
        ("call +49 (0)30 1234-5678 now", "call [phone] now"),
        ("call 030/12345678", "call [phone]"),
        ("شماره ۰۹۱۲۳۴۵۶۷۸۹ است", "شماره [phone] است"),
        ("card 4111-1111-1111-1111 stolen", "card [card] stolen"),
        ("order 4111111111111112 lost", "order 4111111111111112 lost"),
        ("paid 12,500 in 2024 for 3 items", "paid 12,500 in 2024 for 3 items"),
        ("my ticket T-12345 and T-99", "my ticket [ticket] and [ticket]"),
        ("two lines\nann@x.org 😀", "two lines\n[e-mail] 😀"),
    ],
)
def test_words_are_redacted_before_they_are_kept(bench: Bench, words: str, kept: str) -> None:
    recipe = (
        HEAD
        + '[[redact.pattern]]\nmatch = "T-[0-9]+"\nwith = "[ticket]"\n'
        + '[[interaction]]\nslot = "e"\nkind = "submission"\nevent = "event"\ntime = "2024-01-01"\n'
        + '[[feedback]]\nkind = "text"\nquestion = "q"\nvalue = "{words}"\nlanguage = "en"\n'
    )
    bench.run(bench.file("a.csv", f'id,words\n1,"{words}"\n'), recipe)
    assert bench.facts("feedback", "text, language") == [(kept, "en")]


def test_redaction_can_be_turned_off(bench: Bench) -> None:
    recipe = (
        HEAD
        + "[redact]\nemail = false\n"
        + '[[interaction]]\nslot = "e"\nkind = "submission"\nevent = "x"\ntime = "2024-01-01"\n'
        + '[[feedback]]\nkind = "text"\nquestion = "q"\nvalue = "{words}"\n'
    )
    bench.run(bench.file("a.csv", "id,words\n1,a@b.org 4111 1111 1111 1111\n"), recipe)
    assert bench.facts("feedback", "text") == [("a@b.org [card]",)]


def test_missing_words_and_invitations(bench: Bench) -> None:
    recipe = (
        HEAD
        + 'missing = ["NULL", "-"]\n[[interaction]]\nslot = "asked"\nkind = "invitation"\nactor = "company"\n'
        + 'event = "asked"\ntime = "{at}"\nwhen = "at"\nchannel = "{ch}"\n'
    )
    report = bench.run(bench.file("a.csv", "id,at,ch\n1,2024-01-01,-\n2,NULL,web\n"), recipe)
    assert bench.facts("interactions", "kind, actor, channel") == [("invitation", "company", None)]
    assert report.files[0].without_facts == 1


def test_names_with_quotes_and_braces_are_only_names(bench: Bench) -> None:
    recipe = (
        HEAD + '[[interaction]]\nslot = "e"\nevent = "it\'s {{new}} \\"x\\""\ntime = "2024-01-01"\nunit = "{a\'b}"\n'
    )
    bench.run(bench.file("a.csv", "id,a'b\n1,x'); DROP TABLE t; --\n"), recipe)
    assert bench.facts("interactions", "event, unit") == [('it\'s {new} "x"', "x'); DROP TABLE t; --")]


FORMATS = HEAD + EVENT + 'time = "{at}"\nunit = "{town}"\n'
ROWS = [("1", "2024-01-01 10:00:00", "Bonn"), ("2", "2024-01-02 11:00:00", "Köln")]
UNITS = [(_at(2024, 1, 1, 10), "Bonn"), (_at(2024, 1, 2, 11), "Köln")]


def test_json_lines_and_compressed_files_give_the_same_facts(bench: Bench) -> None:
    import gzip
    import json

    path = bench.folder / "a.csv.gz"
    path.write_bytes(gzip.compress(("id,at,town\n" + "".join(",".join(row) + "\n" for row in ROWS)).encode()))
    bench.run(path, FORMATS)
    assert bench.facts("interactions", "ts, unit") == UNITS
    lines = "\n".join(json.dumps(dict(zip(("town", "id", "at"), (c, a, b), strict=True))) for a, b, c in ROWS)
    assert bench.run(bench.file("a.jsonl", lines + "\n"), FORMATS).import_no is None


def test_an_encoding_that_is_told_is_used(bench: Bench) -> None:
    path = bench.folder / "a.csv"
    path.write_bytes("id;at;town\n1;2024-01-01;تهران\n".encode("windows-1256"))
    layout = '[format]\nencoding = "windows-1256"\ndelimiter = ";"\n'
    bench.run(path, HEAD + layout + EVENT + 'time = "{at}"\nunit = "{town}"\n')
    assert bench.facts("interactions", "unit") == [("تهران",)]


def test_a_lone_star_takes_every_column_not_named_otherwise(bench: Bench) -> None:
    recipe = (
        HEAD
        + 'customer = "{who}"\n[columns]\nstars = ["Stars"]\n'
        + '[[interaction]]\nslot = "e"\nkind = "submission"\nevent = "said"\ntime = "{at}"\nwhen = "Kind"\n'
        + '[[feedback]]\nkind = "csat"\nquestion = "order"\nvalue = "{stars}"\n'
        + '[[feedback]]\nkind = "choice"\nslot = "why"\nquestion = "why"\noptions = ["why *"]\n'
        + '[[feedback]]\nkind = "choice"\nslot = "theme"\nquestion = "theme"\noptions = ["*"]\n'
    )
    text = "id,who,at,kind,Stars,why late,price,staff\n7,1,2024-01-01,1,5,1,1,0\n"
    bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("feedback", "question, option", where="kind = 'choice'") == [
        ("why", "why late"),
        ("theme", "price"),
    ]


def test_local_times_that_no_clock_showed_are_set_aside_and_those_shown_twice_are_told(bench: Bench) -> None:
    recipe = HEAD.replace('key = "{id}"', 'key = "{id}"\nzone = "Europe/Berlin"') + (
        '[[interaction]]\nslot = "e"\nevent = "e"\ntime = "{at}"\n'
    )
    text = (
        "id,at\n1,2024-03-31 02:30:00\n2,2024-10-27 02:30:00\n3,2024-10-27T02:30:00+02:00\n4,2024-03-31 03:00:00\n"
        "5,2024-03-31 01:59:59\n6,2024-10-27 03:00:00\n7,2024-10-27 01:59:00\n8,2024-06-01\n"
    )
    report = bench.run(bench.file("a.csv", text), recipe)
    assert [(one.reason, one.record, one.value) for one in report.reasons] == [
        ("no such time in Europe/Berlin: clocks went forward", 1, "2024-03-31 02:30:00")
    ]
    assert [note for note in report.warnings if "came twice" in note] == [
        "a.csv: 1 row with a local time that came twice, when clocks went back; the later one is taken. "
        "An offset written with the time would tell."
    ]
    assert bench.facts("interactions", "ts, utc_offset_min", where="row_no IN (2, 3)") == [
        (_at(2024, 10, 27, 1, 30), 60),
        (_at(2024, 10, 27, 0, 30), 120),
    ]


def test_a_day_without_a_midnight_begins_with_its_first_moment(bench: Bench) -> None:
    recipe = HEAD.replace('key = "{id}"', 'key = "{id}"\nzone = "Asia/Tehran"') + (
        '[[interaction]]\nslot = "e"\nevent = "e"\ntime = "{at}"\n'
    )
    bench.run(bench.file("a.csv", "id,at\n1,2021-03-22\n2,2021-03-22 00:30\n"), recipe)
    assert bench.facts("interactions", "ts, utc_offset_min") == [(_at(2021, 3, 21, 20, 30), 270)]


def test_a_map_comes_before_states(bench: Bench) -> None:
    recipe = HEAD + (
        '[[interaction]]\nslot = "e"\nkind = "submission"\nevent = "e"\ntime = "2024-01-01"\n'
        '[[feedback]]\nkind = "csat"\nquestion = "q"\nvalue = "{q}"\nunknown = "keep"\n'
        'map = { "Good" = "4", "Did not use" = "6", "Far" = "9", "5" = "1" }\n'
        'states = { "0" = "blank", "6" = "never_used", "5" = "not_applicable" }\n'
    )
    text = "id,q\n1,Good\n2,Did not use\n3,6\n4,0\n5,Far\n6,5\n7,8\n"
    report = bench.run(bench.file("a.csv", text), recipe)
    assert bench.facts("feedback", "row_no, state, value") == [
        (1, "answered", 4.0),
        (2, "never_used", None),
        (3, "never_used", None),
        (4, "blank", None),
        (6, "answered", 1.0),
    ]
    assert [(one.reason, one.value) for one in report.reasons] == [("outside the scale 1 to 5", "Far → 9")]
    assert report.set_aside == 2


def _sheet(*rows: list[str]) -> str:
    return sheet_xml(
        *(
            f'<row r="{at}">{"".join(text_cell(f"{chr(65 + nth)}{at}", cell) for nth, cell in enumerate(row))}</row>'
            for at, row in enumerate(rows, start=1)
        )
    )


def test_a_variant_is_judged_by_the_sheet_that_it_names(bench: Bench) -> None:
    sheets = {
        "About": _sheet(["note"], ["hello"]),
        "Data 2023": _sheet(["Respondent", "Day"], ["r1", "2023-05-01"]),
        "Codes": _sheet(["code"], ["1"]),
    }
    path = write_workbook(bench.folder / "survey23.xlsx", sheets)
    recipe = HEAD + EVENT + 'time = "{at}"\n[[variant]]\nhas = ["Nobody"]\nformat.sheet = "Data 2022"\n'
    recipe += '[[variant]]\nhas = ["Respondent"]\nformat.sheet = "Data 2023"\n'
    recipe += 'columns = { id = "Respondent", at = "Day" }\n'
    report = bench.run(path, recipe)
    assert (report.accepted, report.files[0].variant) == (1, "variant 2")
    with pytest.raises(ColumnNotFound, match=r"No \[\[variant\]\] fits survey23.xlsx \(its columns: note\)"):
        bench.run(path, recipe.replace('"Respondent"', '"Customer"'))
    plain = HEAD.replace("{id}", "{Respondent}") + EVENT + 'time = "{Day}"\n'
    assert bench.run(path, plain.replace('"s"', '"t"', 1), sheet="Data 2023").accepted == 1
    assert bench.run(path, plain.replace('"s"', '"u"', 1), sheet="2").accepted == 1


_ENCODED = """
source = "x"
[[file]]
name = "k"
%s
encoding = "windows-1250"
key = "{o}"
lookup = [{ file = "z", on = "o" }]
[[file]]
name = "z"
has = ["v"]
%s
[[interaction]]
slot = "s"
event = "e"
time = "{am}"
unit = "{town} {v}"
"""


@pytest.mark.parametrize("first", ['match = "k*"', 'has = ["town"]'])
@pytest.mark.parametrize(
    ("second", "encoding"),
    [
        ('encoding = "utf-16"', "utf-16"),
        ("", "utf-16"),  # the byte order mark tells
        ('encoding = "windows-1252"', "utf-8-sig"),  # the byte order mark is believed
        ("", "utf-8"),
        ('encoding = "windows-1252"', "windows-1252"),
    ],
)
def test_each_file_is_read_in_its_own_encoding(bench: Bench, first: str, second: str, encoding: str) -> None:
    orders, values = bench.folder / "k.csv", bench.folder / "z.csv"
    orders.write_bytes("o;town;am\na;Łódź;2024-01-01\n".encode("windows-1250"))
    values.write_bytes("o;v\na;Größe ÿ\n".encode(encoding))
    bench.run([orders, values], _ENCODED % (first, second))
    assert bench.facts("interactions", "unit") == [("Łódź Größe ÿ",)]
