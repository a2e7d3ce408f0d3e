"""XES logs: events in file order under the names that process-mining tools use; hostile XML is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from safar.files.reading import Limits, LoadReport, open_records
from safar.files.reading_errors import FileDamaged, FileEmpty, ForbiddenXml, FormatMismatch, TooLarge, UnpacksTooFar

_LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="unknown"/></global>
  <string key="source" value="made for this test"/>
  <trace>
    <string key="concept:name" value="order 1"/>
    <event>
      <string key="concept:name" value="placed &amp; paid"/>
      <date key="time:timestamp" value="2024-01-01T10:00:00.000+03:30"/>
      <int key="amount" value="12"><string key="unit" value="EUR"/></int>
      <list key="items"><string key="item" value="x"/></list>
    </event>
    <event><string key="concept:name" value="sent"/></event>
    <float key="late" value="1.50"/>
  </trace>
  <trace/>
  <trace><event><string key="Concept:Name" value="سفارش"/></event></trace>
</log>
"""


def load(path: Path, *, limits: Limits | None = None) -> tuple[LoadReport, list[dict[str, Any]], list[str]]:
    with duckdb.connect() as con, open_records(path, limits=limits) as source:
        report = source.load(con, "t")
        rows: list[dict[str, Any]] = con.sql("SELECT * FROM t ORDER BY __record").to_arrow_table().to_pylist()
        assert con.execute("SELECT * FROM t__rejects").fetchall() == []
        return report, rows, source.notes


def write(tmp_path: Path, text: str | bytes, name: str = "log.xes") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "prefixed.xes", "utf16.xes"])
def test_events_carry_their_trace(tmp_path: Path, name: str) -> None:
    text: str | bytes = _LOG
    if name.endswith("gz"):
        text = gzip.compress(_LOG.encode())
    elif name == "prefixed.xes":
        text = (
            _LOG.replace("<", "<xes:")
            .replace("<xes:/", "</xes:")
            .replace("<xes:?", "<?")
            .replace("xmlns=", "xmlns:xes=")
        )
    elif name == "utf16.xes":
        text = _LOG.replace("UTF-8", "UTF-16").encode("utf-16")
    report, rows, notes = load(write(tmp_path, text, name))
    assert report == LoadReport(3, 3, 0)
    empty = dict.fromkeys(
        ("case:concept:name", "case:late", "concept:name", "time:timestamp", "amount", "Concept:Name_2")
    )
    assert rows == [
        {
            **empty,
            "case:concept:name": "order 1",
            "case:late": "1.50",
            "concept:name": "placed & paid",
            "time:timestamp": "2024-01-01T10:00:00.000+03:30",
            "amount": "12",
            "__record": 1,
            "__line": 8,
        },
        {
            **empty,
            "case:concept:name": "order 1",
            "case:late": "1.50",
            "concept:name": "sent",
            "__record": 2,
            "__line": 14,
        },
        {**empty, "Concept:Name_2": "سفارش", "__record": 3, "__line": 18},
    ]
    assert any("3 nested" in note for note in notes)
    assert "3 traces." in notes


_BOMB = "".join(f'<!ENTITY b{at} "{f"&b{at - 1};" * 10}">' for at in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE log [<!ENTITY b0 "ha">{_BOMB}]>',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1:9/log.dtd">',
        '<!DOCTYPE log [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    ],
)
def test_document_types_and_entities_are_refused(tmp_path: Path, doctype: str) -> None:
    text = f'<?xml version="1.0"?>{doctype}<log><trace><event><string key="a" value="x"/></event></trace></log>'
    with pytest.raises(ForbiddenXml):
        load(write(tmp_path, text))


def test_undeclared_entities_and_broken_xml_are_errors(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged, match="line 1"):
        load(write(tmp_path, '<log><trace><string key="a" value="&x;"/></trace></log>'))
    for size in range(60, len(_LOG.encode()) - 8, 90):
        with pytest.raises((FileDamaged, FormatMismatch)):
            load(write(tmp_path, _LOG.encode()[:size]))
    packed = gzip.compress(_LOG.encode())
    with pytest.raises(FileDamaged, match="cut off"):
        load(write(tmp_path, packed[:-5], "log.xes.gz"))
    with pytest.raises(FileDamaged):
        load(write(tmp_path, b'<?xml version="1.0" encoding="klingon"?><log/>'))


def test_sizes_are_bounded(tmp_path: Path) -> None:
    deep = "<log><trace>" + "<container>" * 100 + "</container>" * 100 + "</trace></log>"
    with pytest.raises(TooLarge, match="nested deeper"):
        load(write(tmp_path, deep))
    wide = (
        "<log><trace><event>" + "".join(f'<int key="k{at}" value="1"/>' for at in range(99)) + "</event></trace></log>"
    )
    with pytest.raises(TooLarge, match="different attributes"):
        load(write(tmp_path, wide), limits=Limits(max_columns=50))
    long = f'<log><trace><string key="a" value="{"x" * 6_000_000}"/></trace></log>'
    with pytest.raises(TooLarge, match="one element"):
        load(write(tmp_path, long), limits=Limits(max_line=2**20))
    bomb = gzip.compress(b"<log>" + b" " * 2**26 + b"</log>")
    with pytest.raises(UnpacksTooFar):
        load(write(tmp_path, bomb, "log.xes.gz"))


def test_other_xml_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(FormatMismatch, match="root is <html>"):
        load(write(tmp_path, "<?xml version='1.0'?><html/>"))
    with pytest.raises(FormatMismatch):
        load(write(tmp_path, "a,b\n1,2\n"))
    assert load(write(tmp_path, "<log/>"))[0] == LoadReport(0, 0, 0)


def test_traces_without_events_are_told(tmp_path: Path) -> None:
    trace = '<trace><string key="concept:name" value="a"/></trace>'
    with pytest.raises(FileEmpty, match="has 2 traces but no events"):
        load(write(tmp_path, f"<log>{trace}{trace}</log>"))


@pytest.mark.parametrize("name", ["bpic2012", "helpdesk", "02_teleclaims", "03_repairExample"])
def test_real_logs_give_their_known_cases_and_events(shared_data: Path, name: str) -> None:
    # expected.json was made by another implementation from the same files (see the data's own README).
    expected = json.loads((shared_data / "event_logs/expected/expected.json").read_text())[f"{name}.xes.gz"]
    with duckdb.connect() as con, open_records(shared_data / f"event_logs/xes/{name}.xes.gz") as source:
        report = source.load(con, "t")
        counts = con.execute(
            'SELECT count(DISTINCT "case:concept:name"), count(DISTINCT "concept:name"), max(__record) FROM t'
        ).fetchall()
    assert report == LoadReport(expected["events"], expected["events"], 0)
    assert counts == [(expected["cases"], expected["activities"], expected["events"])]
