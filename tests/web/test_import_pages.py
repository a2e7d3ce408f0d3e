"""Imports on pages: from the upload to the balance, what is refused, and who may."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from safar.usecases.workspace import Workspace
from tests.files.xlsx_writing import sheet_xml, text_cell, write_workbook
from tests.web.page_text import Page
from tests.web.web_cast import NOW, Cast, do_all_work

HEAD = "response id,customer,answered at,branch,satisfaction,ease,comment,plan"
PHONE = "0171 234 5678"


def _row(number: int, *, score: str = "4", comment: str = "fine, thanks") -> str:
    day = f"2026-03-{number % 27 + 1:02d} 10:00"
    return f'r{number},c{number % 7},{day},north,{score},{number % 7 + 1},"{comment}",gold'


def _csv(rows: int = 60, *, more: Sequence[str] = ()) -> bytes:
    said = [f"Please call {PHONE} or write to ann{n}@example.org about it, number {n}" for n in range(rows)]
    lines = [_row(n, comment=said[n], score=str(n % 5 + 1)) for n in range(rows)]
    return "\n".join([HEAD, *lines, *more, ""]).encode()


@pytest.fixture
def place(cast: Cast, empty: Path) -> Path:
    """A workspace in which nothing is yet, and the cast."""
    assert cast.bob.pk
    return empty


def _upload(client: Any, *files: tuple[str, bytes], mend: int | None = None) -> Any:
    sent = [SimpleUploadedFile(name, body) for name, body in files]
    told: dict[str, Any] = {"files": sent} | ({"mend": str(mend)} if mend else {})
    return client.post(f"/imports/new/?upload={uuid4()}", told)


def _table(page: str) -> dict[str, str]:
    """The form of columns as it stands."""
    found: dict[str, str] = {}
    form = page.split('id="columns"')[1].partition("</form>")[0]
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = (re.findall(r'value="([^"]*)" selected', body) or [""])[0]
    for name, body in re.findall(r'<select id="(key|encoding|delimiter)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = (re.findall(r'value="([^"]*)" selected', body) or [""])[0]
    for attributes in re.findall(r"<input ([^>]*)>", form):
        values = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        if values.get("type") not in ("hidden", "checkbox"):
            found[values["name"]] = values.get("value", "")
    return found


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "uploads").rglob("*") if path.is_file()] if (folder / "uploads").exists() else []


def test_the_whole_path_of_a_csv(cast: Cast, place: Path) -> None:
    client = cast.client("bob")
    assert "No import yet" in client.get("/imports/").content.decode()
    broken = [_row(90, score="many"), _row(91, comment='=HYPERLINK(""x"")', score="lots")]
    draft = _upload(client, ("../../survey.csv", _csv(more=broken)))["Location"]
    stored = [path for path in _files(place) if path.suffix == ".csv"]
    assert [path.name for path in stored] == ["1.csv"]
    assert stored[0].stat().st_mode & 0o777 == 0o600
    assert stored[0].parent.stat().st_mode & 0o777 == 0o700

    page = client.get(draft).content.decode()
    assert "survey.csv" in page
    assert "../.." not in page
    table = _table(page)
    names = HEAD.split(",")
    roles = {name: table[f"role-{at}"] for at, name in enumerate(names)}
    assert roles["answered at"] == "time"
    assert roles["customer"] == "customer"
    assert roles["comment"] == "comment"
    assert table["key"] == "response id"
    assert "[phone]" in page
    assert PHONE not in page.split('id="preview"')[0]

    # Corrected in place: one column is a rating, low being good; another tells of the customer.
    at = names.index("ease")
    table |= {f"role-{at}": "rating", f"low-{at}": "1", f"high-{at}": "7", f"best-{at}": "low"}
    table |= {f"role-{names.index('plan')}": "attribute", "zone": "Europe/Berlin", "source": "survey"}
    answer = client.post(draft, table)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    after = client.get(draft).content.decode()
    assert _table(after) == table
    text = client.get(f"{draft}recipe.toml").content.decode()
    assert 'zone = "Europe/Berlin"' in text
    assert 'best = "low"' in text
    assert "# what tells one row from another" in text

    # All rows are checked, and nothing is changed.
    assert client.post(f"{draft}check/").status_code == 302
    checked = client.get(draft).content.decode()
    assert 'id="checked"' in checked
    assert "not a number" in checked
    assert Workspace.open(place).log.head().import_no == 0

    job = client.post(f"{draft}start/")["Location"]
    do_all_work(place)
    done = client.get(job).content.decode()
    assert "62 records = 60 accepted + 0 unchanged + 2 set aside" in done, done
    assert "/imports/1/" in done
    assert _files(place) == []

    # The check of another file of the source says what the import would find, and take away.
    smaller = _upload(client, ("survey.csv", _csv(10)))["Location"]
    client.post(smaller, {"text": text})
    client.post(f"{smaller}check/", {"snapshot": "on"})
    told = client.get(smaller).content.decode()
    assert "<b>10</b> unchanged" in told
    counts = re.findall(r'data-number="file">([0-9,]+)</td>', told)
    assert counts[:4] == ["0", "0", "10", "50"]
    going = sum(int(one.replace(",", "")) for one in counts[3::4])
    assert f"As checked, {going:,} facts go away." in told
    assert re.search(r'name="snapshot"[^>]* checked', told)
    client.post(f"{smaller}drop/")

    shown = client.get("/imports/1/").content.decode()
    assert "Bob" in shown
    assert "not a number" in shown
    rows: Any = client.get("/imports/1/set-aside/1/")
    body = b"".join(rows.streaming_content).decode()
    assert "'=HYPERLINK" in body
    assert body.count("\n") >= 3
    listed = client.get("/imports/").content.decode()
    assert "Bob" in listed
    assert "survey" in listed

    # Mended in a spreadsheet, and brought back.
    mended = body.replace("many", "3").replace("lots", "2")
    plain = _upload(client, ("corrected.csv", mended.encode()))["Location"]  # by the ordinary page
    told = client.get(plain).content.decode()
    assert 'href="/imports/1/">import 1</a> set aside' in told
    assert "mended rows of import 1" in told
    client.post(f"{plain}drop/")
    back = _upload(client, ("mend-1.csv", mended.encode()), mend=1)["Location"]
    assert "mended rows of import 1" in client.get(back).content.decode()
    job = client.post(f"{back}start/")["Location"]
    do_all_work(place)
    assert "2 records = 2 accepted" in client.get(job).content.decode()
    con = Workspace.open(place).log
    feedback = con.tables().feedback
    words = feedback.filter(feedback.text.notnull()).text.to_pyarrow().to_pylist()
    assert any(one.startswith("=HYPERLINK") for one in words)
    assert not any(PHONE in one or "@example.org" in one for one in words)

    # And taken back.
    assert "Undo import 1" in client.get("/imports/2/undo/").content.decode().replace("2", "1")
    assert client.post("/imports/2/undo/").status_code == 302
    assert "undone" in client.get("/imports/").content.decode()


def test_a_workbook_and_the_recipe_as_text(cast: Cast, place: Path, tmp_path: Path) -> None:
    columns = ("id", "when", "what")
    lines = [columns, *[(f"t{n}", f"2026-02-{n + 1:02d} 08:00", "called") for n in range(20)]]
    cells = [
        f'<row r="{r}">' + "".join(text_cell(f"{'ABC'[c]}{r}", text) for c, text in enumerate(line)) + "</row>"
        for r, line in enumerate(lines, start=1)
    ]
    path = write_workbook(tmp_path / "tickets.xlsx", {"Tickets": sheet_xml(*cells)})
    client = cast.client("alice")
    draft = _upload(client, ("tickets.xlsx", path.read_bytes()))["Location"]
    page = client.get(draft).content.decode()
    assert "XLSX" in page
    # A text that is no recipe is refused beside itself, and stays as typed.
    for text, told in (("source = [", "not TOML"), ("source = 'a'\nrecipy = 1", "did you mean")):
        refused = client.post(draft, {"text": text})
        assert refused.status_code == 200
        body = refused.content.decode()
        assert 'id="text-wrong"' in body
        assert told in body
        assert text.splitlines()[0].replace("'", "&#x27;") in body
        # What was imported now would go by the recipe before: nothing is, until the change is mended or left.
        assert 'id="refused"' in body
        assert re.search(r'<button type="submit" disabled>Import</button>', body)
    assert 'id="refused"' not in client.get(draft).content.decode()
    text = 'source = "tickets"\nkey = "{id}"\n[[interaction]]\nslot = "called"\nevent = "{what}"\ntime = "{when}"\n'
    assert client.post(draft, {"text": text}).status_code == 302
    table = _table(client.get(draft).content.decode())
    assert (table["role-1"], table["role-2"], table["source"]) == ("time", "event", "tickets")
    wrong = client.post(draft, table | {"zone": "Mars/Base"}).content.decode()
    assert 'value="Mars/Base"' in wrong
    assert "is no time zone" in wrong
    job = client.post(f"{draft}start/")["Location"]
    do_all_work(place)
    assert "20 records = 20 accepted" in client.get(job).content.decode()


def _zip() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("data.zip", _zip(), "ZIP archive"),
        ("data.xlsx", _zip(), "ZIP archive"),
        ("data.csv", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "HTML or SVG"),
        ("data.xes", b"<?xml version='1.0'?><svg onload='x'/>", "HTML or SVG"),
        ("data.csv", b"<!DOCTYPE html><html><script>alert(1)</script>", "HTML or SVG"),
        ("data.csv", b"\x89PNG\r\n\x1a\n", "picture"),
        ("data.exe", b"MZ\x90", "its name ends in none"),
        ("data.csv", b"", "empty"),
        ("data.xlsx", b"a,b\n1,2\n", "named as xlsx"),
        ("data.parquet", b"PAR1 broken", "data.parquet"),
    ],
)
def test_what_is_no_data_is_refused(cast: Cast, place: Path, name: str, body: bytes, told: str) -> None:
    answer = _upload(cast.client("bob"), ("good.csv", _csv(5)), (name, body))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert told in page
    assert str(place) not in page.split("safar import FILE")[0]
    assert "<script>alert" not in page
    assert _files(place) == []


def test_how_numbers_are_written_is_proposed_and_corrected(cast: Cast, place: Path) -> None:
    client = cast.client("bob")
    amounts = ["12,50", "3,10", "1.000,00", "8,00"] * 6
    lines = [f"k{n % 5};{n + 1:02}.03.2026;{('Kauf', 'Storno')[n % 2]};{amount}" for n, amount in enumerate(amounts)]
    draft = _upload(client, ("umsatz.csv", "\n".join(["kunde;datum;ereignis;betrag", *lines, ""]).encode()))["Location"]
    page = client.get(draft).content.decode()
    assert "<option selected>1.234,56</option>" in page
    assert "0 of them would be set aside" in page
    table = _table(page) | {"numbers": "1,234.56", "key": "*"}
    assert client.post(draft, table).status_code == 302
    after = client.get(draft).content.decode()
    assert "<option selected>1,234.56</option>" in after
    assert "not a number" in after
    assert 'thousands = ","' in client.get(f"{draft}recipe.toml").content.decode()
    assert client.post(draft, table | {"numbers": "1.234,56"}).status_code == 302
    assert "0 of them would be set aside" in client.get(draft).content.decode()


def test_limits(cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safar.web.views import uploads

    client = cast.client("alice")  # the owner is told where the workspace is
    monkeypatch.setattr(uploads, "_MB", 10)  # so that 200 "MB" are 2,000 bytes
    answer = _upload(client, ("large.csv", _csv(400)))
    assert answer.status_code == 413
    assert f"safar import FILE -w {place}" in answer.content.decode()
    assert _files(place) == []
    monkeypatch.undo()
    assert _upload(client, *[(f"{n}.csv", _csv(5)) for n in range(21)]).status_code == 413
    assert _upload(client).status_code == 400
    assert _files(place) == []
    assert _upload(client, ("a" * 400 + ".csv", _csv(5))).status_code == 302
    for _ in range(9):
        assert _upload(client, ("x.csv", _csv(5))).status_code == 302
    assert _upload(client, ("x.csv", _csv(5))).status_code == 409


def test_names_are_shown_and_never_paths(cast: Cast, place: Path) -> None:
    for name in ("../../../etc/passwd.csv", "..\\..\\boot.csv", "/abs/olute.csv", "a\u202ecsv.csv", "<b>.csv"):
        answer = _upload(cast.client("bob"), (name, _csv(5)))
        assert answer.status_code == 302, name
        assert "<b>.csv" not in cast.client("bob").get(answer["Location"]).content.decode()
    inside = {path.name for path in _files(place)}
    assert inside <= {"1.csv", "draft.json", "recipe.toml", "whole"}


def test_a_broken_file_is_told_in_words(cast: Cast, place: Path) -> None:
    body = b"PK\x03\x04" + b"\0" * 300
    assert _upload(cast.client("bob"), ("book.xlsx", body)).status_code == 400
    draft = _upload(cast.client("bob"), ("lines.csv", b"just one line without anything\n"))
    assert draft.status_code in (302, 400)
    if draft.status_code == 302:
        assert cast.client("bob").get(draft["Location"]).status_code == 200
    assert place.exists()


def test_an_upload_is_its_uploader_s(cast: Cast, place: Path) -> None:
    draft = _upload(cast.client("bob"), ("x.csv", _csv(5)))["Location"]
    for address in (draft, f"{draft}recipe.toml"):
        for name, status in (("bob", 200), ("alice", 404), ("vera", 403), ("uma", 403), ("charlie", 403), (None, 302)):
            assert cast.client(name).get(address).status_code == status, (name, address)
    for verb in ("check", "start", "drop"):
        for name, status in (("alice", 404), ("vera", 403), (None, 302)):
            assert cast.client(name).post(f"{draft}{verb}/").status_code == status, (name, verb)
    assert cast.client("bob").post(f"{draft}drop/").status_code == 302
    assert _files(place) == []


def test_csrf_is_asked_for_and_nothing_is_left(cast: Cast, place: Path) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.bob)
    assert _upload(client, ("x.csv", _csv(5))).status_code == 403
    assert _files(place) == []
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get("/imports/new/").content.decode())
    assert token
    sent = {"csrfmiddlewaretoken": token.group(1), "files": SimpleUploadedFile("x.csv", _csv(5))}
    assert client.post(f"/imports/new/?upload={uuid4()}", sent).status_code == 302


def test_who_lost_the_right_imports_nothing(cast: Cast, place: Path) -> None:
    client = cast.client("bob")
    draft = _upload(client, ("x.csv", _csv(30)))["Location"]
    job = client.post(f"{draft}start/")["Location"]
    cast.bob.role = "viewer"
    cast.bob.save()
    do_all_work(place)
    assert "import.not-allowed" in client.get(job).content.decode()
    assert Workspace.open(place).log.head().import_no == 0


def test_committed_and_then_killed(cast: Cast, place: Path) -> None:
    """A worker that is lost after the commit: the work is begun again and finds that it is done."""
    from uuid import UUID

    from safar.usecases.import_ import import_files
    from safar.usecases.uploads import find_upload

    client = cast.client("bob")
    draft = _upload(client, ("x.csv", _csv(30)))["Location"]
    client.get(draft)
    job = client.post(f"{draft}start/")["Location"]
    opened, number = Workspace.open(place), UUID(draft.split("/")[3])
    found = find_upload(workspace=opened, upload=number, person=cast.bob.pk)
    import_files(
        workspace=opened,
        paths=found.paths,
        names=found.names,
        recipe=found.recipe_text,
        now=NOW,
        origin={"by": str(cast.bob.pk), "upload": number.hex},
    )
    do_all_work(place)
    page = client.get(job).content.decode()
    assert "30 records = 30 accepted" in page
    assert "/imports/1/" in page
    assert Workspace.open(place).log.head().import_no == 1
    assert _files(place) == []


def test_the_same_file_twice_changes_nothing(cast: Cast, place: Path) -> None:
    client = cast.client("bob")
    for told in ("30 accepted", "Nothing changed"):
        draft = _upload(client, ("x.csv", _csv(30)))["Location"]
        client.get(draft)
        job = client.post(f"{draft}start/")["Location"]
        do_all_work(place)
        assert told in client.get(job).content.decode()


def test_old_uploads_go_and_forgetting_reaches_them(cast: Cast, place: Path) -> None:
    import os
    from datetime import timedelta

    from safar.usecases.forget import forget_person
    from safar.usecases.uploads import clear_old_uploads

    client = cast.client("bob")
    draft = _upload(client, ("x.csv", _csv(30)))["Location"]
    client.get(draft)
    client.post(f"{draft}start/")
    do_all_work(place)
    draft = _upload(client, ("again.csv", _csv(30)))["Location"]
    opened = Workspace.open(place)
    forget_person(workspace=opened, external_id="c3", now=NOW)
    kept = next(path for path in _files(place) if path.suffix == ".csv").read_text()
    assert "c2" in kept
    assert ",c3," not in kept
    assert clear_old_uploads(workspace=opened, now=NOW - timedelta(days=3650)) == 0
    for path in _files(place):
        os.utime(path, (0, 0))
    os.utime(_files(place)[0].parent, (0, 0))
    assert clear_old_uploads(workspace=opened, now=NOW) == 1
    assert client.get(draft).status_code == 404


def _balances(text: str) -> dict[str, int]:
    """The numbers of a balance line ("6 records = 2 accepted + …"), which add up."""
    line = re.search(r"([\d,]+) records = ([^.<]*)", text)
    assert line, text
    parts = re.findall(r"([\d,]+) ([a-z][a-z ]*[a-z])", line.group(2))
    found = {name.strip(): int(number.replace(",", "")) for number, name in parts}
    assert sum(found.values()) == int(line.group(1).replace(",", "")), line.group()
    return found


@pytest.mark.parametrize("check", [True, False])
def test_what_forgetting_refused_stands_in_the_balance(cast: Cast, place: Path, check: bool) -> None:
    from safar.usecases.forget import forget_person

    client = cast.client("bob")
    draft = _upload(client, ("x.csv", _csv(30)))["Location"]
    client.get(draft)
    client.post(f"{draft}start/")
    do_all_work(place)
    forget_person(workspace=Workspace.open(place), external_id="c3", now=NOW)
    draft = _upload(client, ("x.csv", _csv(40)))["Location"]
    client.get(draft)
    if check:
        client.post(f"{draft}check/")
        page = client.get(draft).content
    else:
        job = client.post(f"{draft}start/")["Location"]
        do_all_work(place)
        told = Page(client.get(job).content)
        assert _balances(told.text)["of forgotten people"] > 0
        page = client.get(next(address for address, _ in told.links if re.fullmatch(r"/imports/\d+/", address))).content
        assert "Of forgotten people" in Page(page).text
    mine = sum(n % 7 == 3 for n in range(40))
    assert _balances(Page(page).text)["of forgotten people"] == mine


def test_pages_ask_the_database_little(cast: Cast, place: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assert place.exists()
    client = cast.client("bob")
    draft = _upload(client, ("x.csv", _csv(30)))["Location"]
    client.get(draft)
    client.post(f"{draft}start/")
    do_all_work(place)
    draft = _upload(client, ("x.csv", _csv(30)))["Location"]
    for address, most in (("/imports/", 3), ("/imports/1/", 3), ("/imports/new/", 2), (draft, 2)):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(asked) <= most, [one["sql"] for one in asked]
        assert len(answer.content) < 300_000
