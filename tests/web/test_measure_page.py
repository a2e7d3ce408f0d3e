"""The measure page: its numbers are the verb's, for everybody within what they may see."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from safar.analysis.measurement import Measurement
from safar.usecases.measure import measure
from safar.usecases.workspace import Workspace
from tests.web.page_text import whole_number
from tests.web.web_cast import UNIT, Cast

CROSSING = [
    ("nps", ()),
    ("nps", ("channel",)),
    ("csat", ("channel", "quarter")),
    ("ces", ("attribute:segment",)),
    ("experience_index", ("step",)),
    ("experience_index", ("quarter",)),
    ("top_box", ("channel", "attribute:segment")),
    ("share", ("channel",)),
]


def _address(metric: str, by: tuple[str, ...], **more: str) -> str:
    return "/measure/?" + urlencode([("metric", metric.replace("_", "-")), *(("by", one) for one in by), *more.items()])


def _verb(served: Path, metric: str, by: tuple[str, ...], where: dict[str, str] | None = None) -> Measurement:
    question = "improve_first" if metric == "share" else None
    return measure(workspace=Workspace.open(served), metric=metric, by=by, where=where, question=question)


def _shown(found: Measurement) -> list[str]:
    places = 2 if found.metric in ("mean", "ces") else 1
    values = [cell.value.value for cell in found.cells]
    return sorted(f"{value:.{places}f}" for value in values if value is not None)


def _figures(page: str) -> list[str]:
    body = re.search(r"<tbody[^>]*>(.*?)</tbody>", page, re.DOTALL)
    assert body
    found = re.findall(r'class="figure"[^>]*><b>([^<]*)</b>', body.group(1))
    return sorted(one.replace("\u2066", "").replace("\u2069", "").replace("−", "-").replace(",", "") for one in found)


@pytest.mark.parametrize(("metric", "by"), CROSSING)
def test_the_page_shows_what_the_verb_says(cast: Cast, served: Path, metric: str, by: tuple[str, ...]) -> None:
    answer = cast.client("vera").get(_address(metric, by))
    assert answer.status_code == 200
    expected = [one if float(one) else one.replace("-", "") for one in _shown(_verb(served, metric, by))]
    assert _figures(answer.content.decode()) == sorted(expected)
    assert len(answer.content) < 300_000


@pytest.mark.parametrize(("metric", "by"), CROSSING)
def test_a_figure_opens_as_many_answers_as_it_counts(
    cast: Cast, served: Path, metric: str, by: tuple[str, ...]
) -> None:
    found, client = _verb(served, metric, by), cast.client("vera")
    page = client.get(_address(metric, by)).content.decode()
    links = {html.unescape(one) for one in re.findall(r'href="(/measure/answers/[^"]*)"', page)}
    cells = [cell for cell in found.cells if cell.value.n][:4]
    assert cells
    for cell in cells:
        wanted = [one for one in links if one.endswith(urlencode([("group", _key(cell.dims))]))]
        assert len(wanted) == 1, cell.dims
        listed = client.get(wanted[0]).content.decode()
        total = re.search(r'id="total">([^<]*)<', listed)
        assert total
        assert whole_number(total.group(1)) == (cell.value.chosen if metric == "share" else cell.value.n)


def test_groups_that_count_a_person_more_often_than_the_total_say_so(cast: Cast, served: Path) -> None:
    found = _verb(served, "csat", ("touchpoint", "channel"))
    assert found.total
    assert found.total.n != found.balance.used
    page = cast.client("vera").get(_address("csat", ("touchpoint", "channel"))).content.decode()
    told = re.search(r'class="small muted once"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert told
    assert f"once: {found.total.n:,}." in told.group(1)
    assert f"{found.balance.used:,} in all" in told.group(1)
    assert 'class="small muted once"' not in cast.client("vera").get(_address("csat", ())).content.decode()
    every = _address("csat", ("touchpoint",), repeats="all")
    assert 'class="small muted once"' not in cast.client("vera").get(every).content.decode()


@pytest.mark.parametrize("part", ["filtered_out", "other_speakers", "other_views"])
def test_what_filters_leave_out_is_closed_to_who_sees_some_units(cast: Cast, part: str) -> None:
    address = f"/measure/answers/?metric=csat&by=channel&part={part}"
    assert cast.client("uma").get(address).status_code == 403
    assert cast.client("vera").get(address).status_code == 200
    assert cast.client("vera").get("/measure/answers/?metric=csat&part=zzz").status_code == 400


def test_answers_of_employees_are_counted_and_never_listed(cast: Cast) -> None:
    page = cast.client("alice").get("/measure/?metric=mean&question=engagement&by=speaker").content.decode()
    assert "never listed" in page
    assert "/measure/answers/" not in page.split('id="figures-title"')[1].split("</table>")[0]


def test_what_cannot_be_measured_does_not_name_the_page(cast: Cast) -> None:
    page = cast.client("vera").get("/measure/?by=zzz").content.decode()
    assert "<h1>Measure</h1>" in page


def _key(dims: tuple[str | None, ...]) -> str:
    from safar.web.measure_page import key_of

    return key_of(dims)


def test_the_files_hold_the_rows_of_the_verb(cast: Cast, served: Path) -> None:
    from python_calamine import CalamineWorkbook

    found, client = _verb(served, "nps", ("channel",)), cast.client("bob")
    answer = client.get("/measure/table.csv?metric=nps&by=channel")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert [row["channel"] for row in rows] == [cell.dims[0] for cell in found.cells]
    assert [int(row["n"]) for row in rows] == [cell.value.n for cell in found.cells]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/measure/table.xlsx?metric=nps&by=channel").content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "channel"
    assert [row[sheet[0].index("n")] for row in sheet[1:]] == [cell.value.n for cell in found.cells]


def test_a_file_for_spreadsheets_runs_nothing() -> None:
    from zipfile import ZipFile

    from safar.files.table_files import csv_lines, workbook

    rows: list[list[object]] = [["=1+1", 3.5], ["https://example.org", -2], ["@x", None]]
    text = "".join(csv_lines(["name", "n"], rows))
    assert "'=1+1" in text
    assert "\n-2" not in text
    sheet = ZipFile(io.BytesIO(workbook(["name", "n"], rows))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_groups_are_compared_with_a_test(cast: Cast, served: Path) -> None:
    found = _verb(served, "csat", ("channel",))
    named = [cell for cell in found.cells if cell.value.value is not None][:3]
    pairs = [("metric", "csat"), ("by", "channel"), ("a", _key(named[0].dims))]
    pairs += [("b", _key(cell.dims)) for cell in named[1:]]
    page = cast.client("vera").get("/measure/?" + urlencode(pairs)).content.decode()
    section = page[page.index('class="card block tests"') :]
    for other in named[1:]:
        difference = found.compare(named[0].dims, other.dims).difference
        assert difference is not None
        assert f"{abs(difference):.1f}" in section
    assert "Holm" in section


def test_who_sees_some_units_measures_these_only(cast: Cast, served: Path) -> None:
    own = _verb(served, "experience_index", ("channel",), {"unit": UNIT})
    page = cast.client("uma").get("/measure/?metric=experience-index&by=channel").content.decode()
    assert _figures(page) == _shown(own)
    assert "left out by filters" not in page
    for address in ("/measure/", "/measure/answers/", "/measure/table.csv", "/measure/table.xlsx"):
        assert cast.client("uma").get(f"{address}?metric=nps&unit=elsewhere").status_code == 403, address
    by_unit = cast.client("uma").get("/measure/table.csv?metric=experience-index&by=unit")
    rows = list(csv.DictReader(io.StringIO(b"".join(by_unit).decode())))
    assert {row["unit"] for row in rows} <= {UNIT}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("metric=nonsense", 404),
        ("by=nowhere", 404),
        ("by=channel&by=unit&by=source", 400),
        ("over=century", 400),
        ("period=last-century", 400),
        ("metric=nps&by=channel&a=nonsense", 400),
        ("metric=nps&by=channel&a=%5B%22moon%22%5D", 404),
        ("color=red", 400),
        ("question=" + "x" * 500, 400),
        ("question=%00", 400),
        ("row=-5", 200),
        ("row=99999999999", 200),
    ],
)
def test_what_cannot_be_measured_is_said(cast: Cast, query: str, status: int) -> None:
    assert cast.client("vera").get(f"/measure/?{query}").status_code == status


def test_what_a_form_sends_is_made_to_fit(cast: Cast) -> None:
    """A form that changes the metric still sends the question of the one before, and empty lists."""
    client = cast.client("vera")
    page = client.get("/measure/?metric=nps&question=improve_first&by=&by=&over=&period=").content.decode()
    assert "This cannot be measured" not in page
    assert "Net Promoter Score" in page


def test_relative_periods_end_with_the_last_fact(cast: Cast, served: Path) -> None:
    page = cast.client("vera").get("/measure/?metric=csat&period=last-30-days").content.decode()
    assert "ends with the last fact" in page
    page = cast.client("vera").get("/measure/?metric=csat&kept_period=last-30-days&since=2025-01-01").content.decode()
    assert "last 30 days</span>" not in page


def test_query_counts_are_fixed(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("vera")
    for address in ("/measure/?metric=nps&by=channel", "/measure/answers/?metric=nps"):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) == 2, (address, [one["sql"] for one in queries])  # the session and its account


def test_method_pages_are_one_link_away(cast: Cast) -> None:
    client = cast.client("vera")
    page = client.get("/measure/?metric=nps").content.decode()
    for link in set(re.findall(r'href="(/help/[^"]+)"', page)):
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert b"style=" not in answer.content
    assert client.get("/help/..%2F/").status_code == 404
    assert client.get("/help/nonsense/").status_code == 404


def test_an_attribute_says_of_whom_it_is_only_where_its_name_does_not(cast: Cast) -> None:
    client = cast.client("bob")
    page = client.get("/measure/?metric=nps&by=attribute:segment&lang=fa").content.decode()
    assert "گروه مشتری" in page
    assert "گروه مشتری مشتری" not in page
    page = client.get("/measure/?metric=nps&by=attribute:unit&lang=en").content.decode()
    first = page[page.index('name="by"') :]
    offered = re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', first[: first.index("</select>")])
    titles = dict(offered)
    assert (titles["unit"], titles["attribute:unit"]) == ("Unit", "Unit of the customer")
    assert (titles["language"], titles["attribute:language"]) == ("Language", "Language of the customer")
    assert len(set(titles.values())) == len(titles)
