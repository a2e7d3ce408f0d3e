# ruff: noqa: E501  # files of other programs stand as they come, one row a line
"""Surveys and answers of other programs, as they come: LimeSurvey's and Triple-S files that we did not write."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from safar.domain.questionnaire import ItemKind
from safar.errors import InputError
from safar.files.questionnaire import (
    questionnaire_workbook,
    read_answers_file,
    read_lss,
    read_sss,
    read_table,
    write_lss,
    write_sss,
)
from safar.files.questionnaire.foreign import code_value
from safar.files.questionnaire.strict_xml import SurveyFileBroken, read_xml
from safar.files.reading_errors import ForbiddenXml
from tests.files.questionnaire_kit import small

# Written for this test after the form of published .lss files: version 3 repeats each row a language, version 5 keeps
# words in tables of their own (both with LimeSurvey's own answer codes A1 to A5).
OLD_LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document>
 <LimeSurveyDocType>Survey</LimeSurveyDocType>
 <DBVersion>366</DBVersion>
 <languages><language>en</language><language>de</language></languages>
 <answers><fields><fieldname>qid</fieldname></fields><rows>
  <row><qid>10</qid><code>A1</code><answer>bad</answer><sortorder>1</sortorder><language>en</language></row>
  <row><qid>10</qid><code>A1</code><answer>schlecht</answer><sortorder>1</sortorder><language>de</language></row>
  <row><qid>10</qid><code>A2</code><answer>so so</answer><sortorder>2</sortorder><language>en</language></row>
  <row><qid>10</qid><code>A3</code><answer><![CDATA[<b>good</b> &amp; fine]]></answer><sortorder>3</sortorder><language>en</language></row>
  <row><qid>10</qid><code>NN</code><answer>cannot say</answer><sortorder>4</sortorder><language>en</language></row>
  <row><qid>12</qid><code>bus</code><answer>Bus</answer><sortorder>1</sortorder><language>en</language></row>
  <row><qid>12</qid><code>car</code><answer>Car</answer><sortorder>2</sortorder><language>en</language></row>
 </rows></answers>
 <groups><rows>
  <row><gid>1</gid><sid>7</sid><group_name>About the bus</group_name><group_order>0</group_order><language>en</language></row>
  <row><gid>1</gid><sid>7</sid><group_name>Zum Bus</group_name><group_order>0</group_order><language>de</language></row>
 </rows></groups>
 <questions><rows>
  <row><qid>10</qid><parent_qid>0</parent_qid><gid>1</gid><type>F</type><title>Q1</title><question>Rate:</question><mandatory>Y</mandatory><question_order>1</question_order><language>en</language></row>
  <row><qid>10</qid><parent_qid>0</parent_qid><gid>1</gid><type>F</type><title>Q1</title><question>Werten Sie:</question><mandatory>Y</mandatory><question_order>1</question_order><language>de</language></row>
  <row><qid>12</qid><parent_qid>0</parent_qid><gid>1</gid><type>!</type><title>how</title><question>How do you travel?</question><mandatory>N</mandatory><question_order>2</question_order><language>en</language></row>
  <row><qid>13</qid><parent_qid>0</parent_qid><gid>1</gid><type>M</type><title>many</title><question>Which?</question><mandatory>N</mandatory><question_order>3</question_order><language>en</language></row>
  <row><qid>14</qid><parent_qid>0</parent_qid><gid>1</gid><type>Y</type><title>again</title><question>Again?</question><mandatory>N</mandatory><question_order>4</question_order><language>en</language></row>
  <row><qid>15</qid><parent_qid>0</parent_qid><gid>1</gid><type>5</type><title>five</title><question>How much?</question><mandatory>N</mandatory><question_order>5</question_order><language>en</language></row>
 </rows></questions>
 <subquestions><rows>
  <row><qid>20</qid><parent_qid>10</parent_qid><gid>1</gid><type>T</type><title>SQ002</title><question>Seats</question><question_order>2</question_order><language>en</language></row>
  <row><qid>21</qid><parent_qid>10</parent_qid><gid>1</gid><type>T</type><title>SQ001</title><question>Driver</question><question_order>1</question_order><language>en</language></row>
  <row><qid>21</qid><parent_qid>10</parent_qid><gid>1</gid><type>T</type><title>SQ001</title><question>Fahrer</question><question_order>1</question_order><language>de</language></row>
 </rows></subquestions>
 <surveys><rows><row><sid>7</sid><language>en</language><additional_languages>de</additional_languages></row></rows></surveys>
 <surveys_languagesettings><rows>
  <row><surveyls_language>en</surveyls_language><surveyls_title>Bus survey</surveyls_title></row>
 </rows></surveys_languagesettings>
</document>
"""

# The first record description that the standard's own introduction prints, shortened (a published example in wide use).
OLD_SSS = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE sss PUBLIC "-//Triple-S//DTD Survey Interchange v1.2//EN" "http://www.triple-s.org/dtd/sss_v12.dtd">
<sss version="1.2" options="standardnames">
<date>21 September 2001</date>
<survey>
 <name>SP5201-1</name>
 <title>Historic House Exit Survey<br/>First Wave</title>
 <record ident="V">
  <variable ident="1" type="single"><name>Q1</name><label>Number of visits</label><position start="1"/>
   <values><value code="1">First visit</value><value code="2">Within the year</value><value code="3">Before</value></values>
  </variable>
  <variable ident="2" type="multiple"><name>Q2</name><label>Attractions</label><position start="2" finish="10"/>
   <values><value code="1">Forest</value><value code="9">Other</value></values></variable>
  <variable ident="3" type="character"><name>Q3</name><label>Others</label><position start="11" finish="20"/><size>10</size></variable>
  <variable ident="5" type="quantity"><name>Q5</name><label>Miles</label><position start="21" finish="23"/>
   <values><range from="1" to="499"/><value code="500">500 or more</value></values></variable>
  <variable ident="6" type="logical"><name>Q6</name><label>Come again</label><position start="24"/></variable>
  <variable ident="99" type="quantity" use="weight"><name>Q99</name><label>Weight</label><position start="25" finish="31"/>
   <values><range from="0.0000" to="99.9999"/></values></variable>
 </record>
</survey>
</sss>
"""


def test_an_old_limesurvey_file_with_its_own_codes() -> None:
    read = read_lss(OLD_LSS.encode())
    asked = read.questionnaire
    assert [(item.id, item.kind, item.required) for item in asked.items] == [
        ("Q1_SQ001", ItemKind.RATING, True),
        ("Q1_SQ002", ItemKind.RATING, True),
        ("how", ItemKind.CHOICE, False),
        ("again", ItemKind.CHOICE, False),
        ("five", ItemKind.RATING, False),
    ]
    assert read.notes == ("Question many was left out: a questionnaire has no place for LimeSurvey's type M.",)
    scale = asked.scale_of(asked.item("Q1_SQ001"))
    assert (scale.least, scale.greatest) == (1, 3)
    assert scale.text(1, "de") == "schlecht"
    assert scale.text(3) == "good & fine"
    assert scale.not_applicable is not None
    assert scale.not_applicable.label.text() == "cannot say"
    assert asked.item("Q1_SQ001").wording.texts == {"en": "Driver", "de": "Fahrer"}
    assert asked.pages[0].title is not None
    assert asked.pages[0].title.texts == {"en": "About the bus", "de": "Zum Bus"}


@pytest.mark.parametrize(
    "text",
    [
        'id,"Q1[SQ001]","Q1[SQ002]",how,again,five\n1,A1,A3,bus,Y,5\n2,NN,A2,car,N,\n',
        "id,Q1_SQ001,Q1_SQ002,how,again,five\n1,bad,good & fine,Bus,Yes,5\n2,cannot say,so so,Car,No,N/A\n",
        '"Response ID","Rate: [Driver]","Rate: [Seats]","How do you travel?","Again?","How much?"\n'
        "1,schlecht,good & fine,Bus,Yes,5\n2,cannot say,so so,Car,No,\n",
    ],
)
def test_its_answers_by_code_in_full_and_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.csv"
    path.write_text(text, encoding="utf-8")
    found = read_answers_file(read_lss(OLD_LSS.encode()).questionnaire, read_table(path))
    assert np.array_equal(found["Q1_SQ001"], [1, np.nan], equal_nan=True)
    assert found["Q1_SQ002"].tolist() == [3, 2]
    assert np.array_equal(found["five"], [5, np.nan], equal_nan=True)
    assert dict(found.choices) == {"how": ["bus", "car"], "again": ["Y", "N"]}
    assert found.items[0].not_applicable == 1
    assert not found.simulated


def test_an_old_triple_s_file_with_fixed_columns(tmp_path: Path) -> None:
    read, layout = read_sss(OLD_SSS)
    assert [(item.id, item.kind) for item in read.questionnaire.items] == [
        ("Q1", ItemKind.RATING),
        ("Q3", ItemKind.TEXT),
        ("Q5", ItemKind.NUMBER),
        ("Q6", ItemKind.CHOICE),
    ]
    assert read.notes == ("Variable Q2 was left out: a questionnaire has no place for type multiple.",)
    assert not layout.csv
    described = tmp_path / "old.xml"
    described.write_bytes(OLD_SSS)
    (tmp_path / "old.asc").write_bytes(b"2100000001Garden    0121 0.75\r\n3000000000             01.25\r\n")
    found = read_answers_file(read.questionnaire, read_table(described))
    assert found["Q1"].tolist() == [2, 3]
    assert np.array_equal(found["Q5"], [12, np.nan], equal_nan=True)
    assert dict(found.choices) == {"Q6": ["1", "0"]}
    assert list(found.words["Q3"]) == ["Garden", None]


def test_scores_that_run_against_the_codes_are_a_reversed_item() -> None:
    read, _layout = read_sss(write_sss(small()))
    asked = read.questionnaire
    assert [item.id for item in asked.items if item.reversed] == ["trust2"]
    scale = asked.scale_of(asked.item("trust2"))
    assert scale.not_applicable is not None
    assert scale.not_applicable.code == 99
    assert len(asked.scales) == 1


def test_what_is_written_is_well_formed_and_in_the_order_of_the_standard() -> None:
    for fixed in (False, True):
        root = ET.fromstring(write_sss(small(), fixed=fixed))  # noqa: S314  # our own file
        assert root.tag == "sss"
        assert root.attrib == {"version": "2.0", "languages": "en fa"}
        names = []
        for variable in root.iter("variable"):
            assert [one.tag for one in variable][:3] == ["name", "label", "position"]
            names.append(variable.findtext("name"))
        assert names == ["respondent", "answered_on", "trust1", "trust2", "loyal1", "loyal2", "region"]
        places = [variable.find("position") for variable in root.iter("variable")]
        starts = [int(place.attrib["start"]) for place in places if place is not None]
        if fixed:
            ends = [int(place.attrib["finish"]) for place in places if place is not None]
            assert starts[1:] == [end + 1 for end in ends[:-1]]
        else:
            assert starts == list(range(1, 8))


def test_an_lss_file_holds_the_tables_that_its_importer_reads() -> None:
    """Read as the importer does: rows refer to each other by number, words to both kinds of question."""
    root = ET.fromstring(write_lss(small()))  # noqa: S314  # our own file
    assert root.findtext("LimeSurveyDocType") == "Survey"
    assert [one.text for one in root.iter("language")][:2] == ["en", "fa"]

    def rows(table: str) -> list[dict[str, str]]:
        found = root.find(table)
        assert found is not None, table
        listed = [one.text for one in found.iter("fieldname")]
        told = [{cell.tag: cell.text or "" for cell in row} for row in found.iter("row")]
        assert all(list(row) == listed for row in told), table
        return told

    questions, under = rows("questions"), rows("subquestions")
    assert [(one["title"], one["type"]) for one in questions] == [("A1", "F"), ("region", "L")]
    assert [one["title"] for one in under] == ["trust1", "trust2", "loyal1", "loyal2"]
    ids = {one["qid"] for one in questions}
    assert {one["parent_qid"] for one in under} <= ids
    assert {one["gid"] for one in questions + under} <= {one["gid"] for one in rows("groups")}
    worded = {(one["qid"], one["language"]) for one in rows("question_l10ns")}
    assert worded == {(one["qid"], tag) for one in questions + under for tag in ("en", "fa")}
    answers = rows("answers")
    assert [one["code"] for one in answers if one["qid"] == questions[0]["qid"]] == ["1", "2", "3", "4", "5", "99"]
    assert {one["qid"] for one in answers} <= ids
    assert {one["aid"] for one in rows("answer_l10ns")} == {one["aid"] for one in answers}
    assert [one["surveyls_language"] for one in rows("surveys_languagesettings")] == ["en", "fa"]
    (survey,) = rows("surveys")
    assert (survey["language"], survey["additional_languages"], survey["datestamp"]) == ("en", "fa", "Y")


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><sss>&x;</sss>"""


@pytest.mark.parametrize("hostile", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("read", [read_lss, read_sss])
def test_xml_that_declares_anything_is_refused(hostile: bytes, read: object) -> None:
    assert callable(read)
    with pytest.raises(ForbiddenXml):
        read(hostile)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (b"", "no element found"),
        (b"<document>", "line 1: no element found"),
        (b"<document/>", "no LimeSurvey survey structure"),
        (b"\xff\xfe\x00", "line 1"),
        (b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", "no LimeSurvey survey structure"),
    ],
)
def test_what_is_no_lss_file_says_so(broken: bytes, told: str) -> None:
    with pytest.raises(SurveyFileBroken, match=told):
        read_lss(broken, where="mine.lss")


def test_nesting_is_bounded() -> None:
    with pytest.raises(SurveyFileBroken, match="nested"):
        read_xml(b"<a>" * 100 + b"</a>" * 100, where="deep")


@pytest.mark.parametrize("cut", range(0, 4_000, 211))
def test_a_file_that_is_cut_off_or_garbled_is_an_error_of_ours(cut: int) -> None:
    for content, read in ((write_lss(small()), read_lss), (write_sss(small()), read_sss)):
        whole = len(content)
        for damaged in (content[: cut % whole], content[: cut % whole] + b"<x>" + content[cut % whole :]):
            with pytest.raises(InputError):
                read(damaged)


def test_data_that_do_not_fit_their_description(tmp_path: Path) -> None:
    described = tmp_path / "survey.sss"
    described.write_bytes(write_sss(small()))
    (tmp_path / "survey.csv").write_text("respondent,answered_on,trust1\n1,20260101,4\n")
    with pytest.raises(SurveyFileBroken, match=r"line 2: trust2 would be field 4, but there are 3"):
        read_table(described)


def test_codes_as_programs_number_them() -> None:
    told = {"4": 4, "A4": 4, "AO04": 4, "SQ010": 10, "N2": -2, "0": 0}
    assert {code: code_value(code) for code in told} == told
    assert [code_value(code) for code in ("bus", "", "4a", "ABCD1")] == [None] * 4


def test_limesurvey_s_csv_with_semicolons_and_a_byte_order_mark(tmp_path: Path) -> None:
    """As its remote interface sends it."""
    path = tmp_path / "remote.csv"
    head = '"id";"submitdate";"lastpage";"startlanguage";"seed";"A1[trust1]";"A1[trust2]";"A1[loyal1]";"A1[loyal2]";"region"'
    path.write_text(
        f'{head}\n"1";"2026-01-05 10:00:00";"2";"fa";"77";"5";"1";"4";"99";"n"\n"2";"";"1";"en";"78";"3";"";"";"";""\n',
        encoding="utf-8-sig",
    )
    found = read_answers_file(small(), read_table(path))
    assert found.respondents == 2
    assert found.unused == ()
    assert found["trust1"].tolist() == [5, 3]
    assert np.array_equal(found["trust2"], [5, np.nan], equal_nan=True), "turned"
    assert np.isnan(found["loyal2"]).all()
    assert list(found.choices["region"]) == ["n", None]


def test_the_workbook_offers_what_may_be_answered_and_hides_its_lists(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "entry.xlsx"
    path.write_bytes(questionnaire_workbook(small()))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Answers", "Items", "Scales", "Texts", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    entry = book["Answers"]
    assert [cell.value for cell in entry[1]] == [
        "respondent",
        "answered_on",
        "trust1",
        "trust2",
        "loyal1",
        "loyal2",
        "region",
    ]
    offered = {str(one.sqref).split(":")[0]: one for one in entry.data_validations.dataValidation if one.type == "list"}
    assert set(offered) == {"C2", "D2", "E2", "F2", "G2"}
    assert offered["C2"].formula1 == "Lists!$C$1:$C$6"
    assert [book["Lists"][f"C{row}"].value for row in range(1, 7)] == [1, 2, 3, 4, 5, 99]
    assert [book["Lists"][f"G{row}"].value for row in range(1, 3)] == ["n", "s"]
    assert offered["C2"].promptTitle == "trust1"
    assert entry["C1"].comment.text == "1. trust1 is good"
