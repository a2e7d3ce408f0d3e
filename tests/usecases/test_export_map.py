"""The map as a file: opened again by other programs, every figure as the result has it, nothing outside its page."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx import Presentation

from safar.analysis.journey_map import JourneyMap, StepColumn, TouchpointCell
from safar.analysis.map_comparison import Difference
from safar.analysis.map_figures import figures_of
from safar.analysis.map_parts import FELT, FLOW, LANES, MapParts
from safar.analysis.voice import PlaceVoice, Voice
from safar.charts.sheet.around import AroundMap
from safar.charts.sheet.words import CellWords
from safar.charts.sheet.writing import Run, line_width, wrap
from safar.domain.label import Label
from safar.domain.speech import Speech
from safar.usecases.export_map import FORMATS, UnknownMapFormat, export_map
from safar.web.words import speech_in
from tests.web.sample_map import cell, felt, sample_map

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ('=cmd|" /C calc"!A0', "<script>alert(1)</script>", "+1+1", "@SUM(A1)", "a\u202eb\x07", "W" * 400)
_A3 = (1190.55, 841.89)


def parts(**changes: Any) -> MapParts:
    return MapParts(map=sample_map(), **changes)


def persian() -> Speech:
    return speech_in("fa", time_zone="Asia/Tehran")


def named(found: JourneyMap, names: tuple[str, ...]) -> JourneyMap:
    """The map with other names of touchpoints."""
    steps = []
    for step in found.steps:
        touchpoints = tuple(
            replace(one, label=Label({"en": names[i % len(names)]}), owner=names[i % len(names)], standard=names[0])
            for i, one in enumerate(step.touchpoints)
        )
        steps.append(replace(step, touchpoints=touchpoints))
    return replace(found, steps=tuple(steps))


def grown(each: int) -> JourneyMap:
    """A map whose steps have that many touchpoints."""
    found = sample_map()
    steps = tuple(
        replace(
            step,
            touchpoints=tuple(
                cell(step.id, i, f"Touchpoint number {i} of {step.id}", volume=1_000 + i, index=60.0, n=300)
                for i in range(each)
            ),
        )
        for step in found.steps
    )
    return replace(found, steps=steps)


def texts(svg: bytes) -> str:
    return " ".join("".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314 - our own


def slide_texts(body: bytes) -> str:
    found = []
    for slide in Presentation(io.BytesIO(body)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [one.text for row in shape.table.rows for one in row.cells]
        found.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(found)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_and_bounded(format: str) -> None:
    body = export_map(parts(), format=format, speech=persian())
    starts = {"png": b"\x89PNG", "pdf": b"%PDF", "pptx": b"PK", "xlsx": b"PK", "svg": b"<svg", "csv": b"lane,"}
    assert body.startswith(starts[format])
    assert len(body) < 3_000_000


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownMapFormat):
        export_map(parts(), format="exe")


def test_the_table_has_every_figure_of_the_result() -> None:
    found = sample_map()
    rows = list(csv.DictReader(io.StringIO(export_map(parts(), format="csv").decode())))
    assert len({(r["lane"], r["step"], r["place"], r["label"], r["figure"], r["group"]) for r in rows}) == len(rows)
    by = {(r["lane"], r["step"], r["place"], r["figure"], r["group"]): r for r in rows}
    for step in found.steps:
        places: tuple[StepColumn | TouchpointCell, ...] = (step, *step.touchpoints)
        for place in places:
            felt = by["felt", step.id, place.id, "experience", ""]
            assert (felt["value"] or None) == (None if place.experience.index is None else str(place.experience.index))
            assert felt["n"] == str(place.experience.n)
            assert felt["state"] == place.experience.state
            assert by["numbers", step.id, place.id, "contacts", ""]["value"] == str(place.volume)
        assert by["flow", step.id, step.id, "dropped", ""]["value"] == str(step.dropped)
        wait = step.time_since_previous_step
        row = by["waiting", step.id, step.id, "since_previous_median", ""]
        assert row["value"] == ("" if wait.median_s is None else str(wait.median_s))
    assert by["whole", "", "", "passages", ""]["value"] == str(found.passages)
    assert by["about", "", "", "simulated", ""]["text"] in ("yes", "no")


def test_lanes_that_are_off_are_in_no_file() -> None:
    some = parts(lanes=(FELT,))
    lanes = {row.lane for row in figures_of(some)} & set(LANES)
    assert lanes == {FELT}
    drawn = texts(export_map(some, format="svg"))
    assert "Touchpoints" not in drawn
    assert "Waiting" not in drawn
    assert openpyxl.load_workbook(io.BytesIO(export_map(some, format="xlsx"))).sheetnames[:3] == [
        "Read me", "Whole journey", "Experience",
    ]  # fmt: skip


def test_the_workbook_holds_numbers_as_numbers_and_says_what_is_missing() -> None:
    found = sample_map()
    book = openpyxl.load_workbook(io.BytesIO(export_map(parts(), format="xlsx")))
    sheet = book["Experience"]
    head = [one.value for one in sheet[1]]
    rows = {(row[0].value, row[1].value or None): row for row in sheet.iter_rows(min_row=2)}
    for step in found.steps:
        row = rows[step.label.text(), None]
        value = row[head.index("Experience")]
        if step.experience.index is None:
            assert value.value == "too few"
        else:
            assert value.value == pytest.approx(step.experience.index)
            assert value.number_format == "0.0"
            assert row[head.index("Experience · low")].value == pytest.approx(step.experience.low)
        assert row[head.index("Experience · rests on")].value == step.experience.n
    waiting = book["Waiting"]
    names = [one.value for one in waiting[1]]
    second = next(row for row in waiting.iter_rows(min_row=2) if row[0].value == found.steps[1].label.text())
    value = second[names.index("since the step before")].value
    assert isinstance(value, timedelta)
    assert value.total_seconds() == pytest.approx(found.steps[1].time_since_previous_step.median_s, abs=1)
    assert all(one.data_type != "f" for each in book for row in each.iter_rows() for one in row)


def test_hostile_names_are_words_everywhere() -> None:
    hostile = MapParts(map=named(sample_map(), HOSTILE))
    book = openpyxl.load_workbook(io.BytesIO(export_map(hostile, format="xlsx")))
    values = [one for each in book for row in each.iter_rows() for one in row]
    assert all(one.data_type != "f" for one in values)
    assert not any(isinstance(one.value, str) and one.value.startswith(("=", "+", "@")) for one in values)
    for row in csv.reader(io.StringIO(export_map(hostile, format="csv").decode())):
        assert not any(value.startswith(("=", "+", "@")) for value in row)
    drawn = export_map(hostile, format="svg")
    assert b"<script" not in drawn
    assert "<script>alert(1)</script>" in texts(drawn).replace("\u2068", "").replace("\u2069", "")
    assert "\u202e" not in texts(drawn)
    assert "<script>" in slide_texts(export_map(hostile, format="pptx"))


def test_slides_hold_the_curve_as_a_chart_with_its_data() -> None:
    found = sample_map()
    deck = Presentation(io.BytesIO(export_map(parts(), format="pptx", address="https://safar.example/journey/?a=1")))
    chart = next(s.chart for slide in deck.slides for s in slide.shapes if s.has_chart)
    own = chart.plots[0].series[0]
    expected = [None if s.experience.index is None else round(s.experience.index, 4) for s in found.steps]
    assert list(own.values) == expected
    bars = own._element.find(".//{*}errBars/{*}plus/{*}numLit")
    given = {int(p.get("idx")): float(p.find("{*}v").text) for p in bars.findall("{*}pt")}
    for i, step in enumerate(found.steps):
        if step.experience.high is not None and step.experience.index is not None:
            assert given[i] == pytest.approx(step.experience.high - step.experience.index, abs=1e-3)
    inside = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert inside is not None
    assert [row[1].value for row in inside.iter_rows(min_row=2)] == expected
    for slide in deck.slides:
        assert "https://safar.example/journey/?a=1" in slide.notes_slide.notes_text_frame.text
    told = slide_texts(export_map(parts(), format="pptx"))
    for word in ("too few answers", "Forty minutes of music", "chatbot_opened", "130,000 = 127,496"):
        assert word in told


def charts_of(body: bytes) -> list[Any]:
    return [s.chart for slide in Presentation(io.BytesIO(body)).slides for s in slide.shapes if s.has_chart]


def test_slides_draw_how_far_passages_come_and_their_contacts() -> None:
    found = sample_map()
    _curve, flow, contacts = charts_of(export_map(parts(), format="pptx"))
    went, complete, still_open, lost = (list(one.values) for one in flow.plots[0].series)
    assert lost == [step.dropped for step in found.steps]
    assert complete == [step.completed for step in found.steps]
    assert still_open == [step.open for step in found.steps]
    # The four add up to who came so far, and who went further is who came to the next step.
    assert [sum(four) for four in zip(went, complete, still_open, lost, strict=True)] == [
        step.remaining for step in found.steps
    ]
    assert went[:-1] == [step.remaining for step in found.steps[1:]]
    assert list(contacts.plots[0].series[0].values) == [step.volume for step in found.steps]
    inside = openpyxl.load_workbook(io.BytesIO(contacts.part.chart_workbook.xlsx_part.blob)).active
    assert inside is not None
    assert [row[1].value for row in inside.iter_rows(min_row=2)] == [step.volume for step in found.steps]
    no_flow = tuple(lane for lane in LANES if lane != FLOW)
    assert len(charts_of(export_map(parts(lanes=no_flow), format="pptx"))) == 1


def test_slides_compare_contacts_of_two_groups() -> None:
    other = replace(sample_map(), steps=tuple(replace(one, volume=one.volume // 3) for one in sample_map().steps))
    contacts = charts_of(export_map(parts(other=other), format="pptx"))[-1]
    assert [one.name for one in contacts.plots[0].series] == ["A", "B"]
    assert list(contacts.plots[0].series[1].values) == [one.volume for one in other.steps]


def test_pains_are_read_from_afar_and_nothing_lies_on_anything() -> None:
    found = sample_map()
    long = replace(found.pains[0].quotes[0], text="We waited, and waited, and nobody came. " * 9)
    many = tuple(
        replace(pain, quotes=(long, long, long), label=Label({"en": f"{name} {i}"}))
        for i, pain in enumerate(found.pains * 3)
        for name in ("Hotline", "W" * 90)
    )
    for speech in (persian(), speech_in("en", time_zone="UTC")):
        body = export_map(MapParts(map=replace(found, pains=many)), format="pptx", speech=speech)
        pages = [
            slide
            for slide in Presentation(io.BytesIO(body)).slides
            if any(s.name.startswith("Rect") for s in slide.shapes)
        ]
        assert len(pages) >= 3
        told = 0
        for slide in pages:
            boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]
            for i, one in enumerate(boxes):
                for other in boxes[i + 1 :]:
                    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                    assert apart, (slide.shapes.title.text, one, other)
            sizes = [
                r.font.size.pt
                for s in slide.shapes
                if s.has_text_frame
                for p in s.text_frame.paragraphs
                for r in p.runs
            ]
            told += sizes.count(15.0)
        assert told == 3 * len(many)


def test_nothing_leaves_a_slide_and_many_touchpoints_take_several() -> None:
    for found, least in ((sample_map(), 10), (named(grown(7), HOSTILE), 14)):
        deck = Presentation(io.BytesIO(export_map(MapParts(map=found), format="pptx")))
        width, height = deck.slide_width or 0, deck.slide_height or 0
        assert least <= len(deck.slides) < 60
        for slide in deck.slides:
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.left + shape.width <= width + 1
                assert shape.top + shape.height <= height + 1
                if shape.has_table:
                    rows = shape.table.rows
                    assert sum(row.height for row in rows) <= height - shape.top
                    sizes = {r.font.size.pt for row in rows for c in row.cells for p in c.text_frame.paragraphs
                             for r in p.runs if r.font.size}  # fmt: skip
                    assert min(sizes) >= 10


def test_persian_slides_read_from_the_right() -> None:
    deck = Presentation(io.BytesIO(export_map(parts(), format="pptx", speech=persian())))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.table._tbl.tblPr.get("rtl") == "1"
            frames = [shape.text_frame] if shape.has_text_frame else []
            for paragraph in (p for frame in frames for p in frame.paragraphs):
                assert paragraph._p.pPr.get("rtl") == "1"
                assert paragraph._p.pPr.get("algn") == "r"
    told = slide_texts(export_map(parts(), format="pptx", speech=persian()))
    assert "۶۸٫۴" in told
    assert not re.search(r"(?<![A-Za-z0-9_a-f])[0-9]{3,}(?![0-9a-f])", re.sub(r"\b[0-9a-f]{12}\b|\(fa\)", "", told))


@pytest.mark.parametrize("language", ["en", "fa"])
def test_no_text_leaves_the_drawing(language: str) -> None:
    speech = speech_in(language, time_zone="UTC")
    for found in (sample_map(), named(grown(7), HOSTILE)):
        root = ET.fromstring(export_map(MapParts(map=found), format="svg", speech=speech))  # noqa: S314 - our own
        width, height = float(root.get("width", "")), float(root.get("height", ""))
        count = 0
        for one in root.iter(f"{SVG}text"):
            x, y, wide = (float(one.get(name, "")) for name in ("x", "y", "data-width"))
            left = x - wide if one.get("text-anchor") == "end" else x
            assert left >= 0
            assert left + wide <= width
            assert y - float(one.get("font-size", "")) >= 0
            assert y <= height
            count += 1
        assert count > 150


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200),
    most=st.floats(min_value=40, max_value=600),
)
def test_wrapped_lines_fit_and_lose_no_letter(text: str, most: float) -> None:
    lines = wrap((Run(text),), 12.0, most)
    assert all(line_width(line, 12.0) <= most + 0.01 for line in lines)
    kept = "".join(run.text for line in lines for run in line)
    assert _plain(kept) == _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[\s\u2066-\u2069]", "", text)


def test_every_wrapped_line_of_a_quote_keeps_its_direction() -> None:
    """Each line is drawn alone: an isolate that was left open would let the full stop jump to the other side."""
    said = "“The price went up twice this year and nobody told us why. I will look elsewhere.”"
    lines = wrap((Run(f"\u2068{said}\u2069"),), 12.0, 160)
    told = ["".join(run.text for run in line) for line in lines]
    assert len(told) > 2
    for line in told:
        assert line.startswith("\u2066"), line
        assert line.count("\u2066") == line.count("\u2069") == 1, line
    assert told[-1].endswith(".”\u2069")
    persian = wrap((Run("\u2068“قیمت دو بار بالا رفت (App) و کسی به ما چیزی نگفت.”\u2069"),), 12.0, 120)
    assert all(line[0].text.startswith("\u2067") and line[-1].text.endswith("\u2069") for line in persian)
    (cut,) = wrap((Run(f"\u2068{said}\u2069"),), 12.0, 160, lines=1)
    assert cut[-1].text.endswith("…\u2069")


def test_the_page_prints_on_a3_and_the_picture_is_bounded() -> None:
    body = export_map(parts(), format="pdf")
    box = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", body)
    assert box
    assert [float(one) for one in box.groups()] == pytest.approx(_A3, abs=0.1)
    assert len(re.findall(rb"/Type ?/Page\b(?!s)", body)) == 1
    with Image.open(io.BytesIO(export_map(MapParts(map=grown(7)), format="png"))) as image:
        assert image.width * image.height <= 9_100_000
        assert image.getcolors(1_000_000) is not None


def test_who_sees_some_units_is_not_told_what_filters_leave_out() -> None:
    found = sample_map()
    balance = tuple(replace(one, filtered_out=77_777) for one in found.balance)
    told = MapParts(map=replace(found, balance=balance))
    assert "77,777" in texts(export_map(told, format="svg"))
    for one in ("svg", "csv", "xlsx", "pptx"):
        body = export_map(replace(told, bounded=True), format=one)
        text = slide_texts(body) if one == "pptx" else body.decode("utf-8", "replace")
        assert "77,777" not in text
        assert "77777" not in text


def test_a_journey_without_passages_is_drawn() -> None:
    found = sample_map()
    empty: tuple[StepColumn, ...] = ()
    bare = replace(found, steps=empty, pains=(), unmapped=(), ways_out=None, largest_loss=None, passages=0)
    for one in FORMATS:
        assert export_map(MapParts(map=bare, lanes=(FLOW, FELT)), format=one)


def test_answers_are_data_where_nobody_was_seen() -> None:
    found = sample_map()
    step = next(one for one in found.steps if any(not cell.volume for cell in one.touchpoints))
    asked = tuple(one if one.volume else replace(one, experience=felt(68.5, 1_334)) for one in step.touchpoints)
    empty = len(AroundMap(MapParts(map=found), persian()).without_data())
    steps = tuple(replace(step, touchpoints=asked) if one is step else one for one in found.steps)
    shown = MapParts(map=replace(found, steps=steps))
    assert len(AroundMap(shown, persian()).without_data()) == empty - 1
    assert "no contacts" not in texts(export_map(parts(), format="svg"))
    assert "no contacts" in texts(export_map(shown, format="svg"))


def test_words_are_data_where_nobody_rated() -> None:
    found = sample_map()
    unseen = AroundMap(MapParts(map=found), persian()).without_data()
    here = PlaceVoice(level="touchpoint", id=unseen[0].id, comments=1_234, pleased=0, displeased=0)
    shown = MapParts(map=found, voice=Voice(journey="j", filters={}, places=(here,), origin=found.origin))
    assert len(AroundMap(shown, persian()).without_data()) == len(unseen) - 1
    drawn = texts(export_map(shown, format="svg"))
    assert "1,234 comments" in drawn
    assert "words, but" in drawn  # the line may break behind it
    assert "words, but" not in texts(export_map(parts(), format="svg"))


def test_a_share_and_why_it_is_not_compared_stand_apart() -> None:
    early = Difference(measure="remaining", state="open", n_a=90, n_b=80, a=0.9, b=1.0)
    words = CellWords(MapParts(map=sample_map()), speech_in("en", time_zone="UTC"))
    (line,) = words.difference(early)
    assert "".join(run.text for run in line) == "B: 100.0 % – still open: too early to compare"


def test_an_empty_cell_is_no_higher_than_its_row() -> None:
    """A line without text is 18 points high where no size is said: rows grew over the footer."""
    deck = Presentation(io.BytesIO(export_map(parts(), format="pptx")))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    cells = [one for table in tables for row in table.rows for one in row.cells]
    empty = [line for one in cells for line in one.text_frame.paragraphs if not line.runs]
    assert empty
    for line in empty:
        (size,) = line._p.xpath("a:endParaRPr/@sz")
        assert int(size) <= 1400
