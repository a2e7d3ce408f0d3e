"""What a proposed recipe leaves open is asked for on the page of the upload, in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.test_import_pages import _table as table_of
from tests.web.web_cast import Cast


@pytest.fixture
def bob(cast: Cast, empty: Path) -> Any:
    """Somebody who may import, in a workspace in which nothing is yet."""
    assert empty.is_dir()
    return cast.client("bob")


def _upload(client: Any, name: str, body: bytes) -> str:
    answer = client.post(f"/imports/new/?upload={uuid4()}", {"files": [SimpleUploadedFile(name, body)]})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def _page(client: Any, draft: str, **told: str) -> str:
    text: str = client.get(draft, told).content.decode()
    return text


def _import_is_off(page: str) -> bool:
    return (
        "disabled"
        in page.split('id="go"')[1]
        .split("</form>", maxsplit=1)[0]
        .rsplit('<button type="submit"', maxsplit=1)[-1]
        .split(">", maxsplit=1)[0]
    )


def test_import_stays_off_until_a_time_is_told(bob: Any) -> None:
    draft = _upload(bob, "calls.csv", b"customer,event,stars\nc1,call,4\nc2,visit,5\nc3,visit,1\n")
    page = _page(bob, draft)
    assert "No column was seen to hold a time" in page
    assert "Nothing is imported until the time is told" in page
    assert _import_is_off(page)
    assert "هیچ ستونی زمان ندارد" in _page(bob, draft, lang="fa")
    assert bob.post(f"{draft}?lang=en", table_of(page) | {"time": "2026-01-31"}).status_code == 302
    page = _page(bob, draft, lang="en")
    assert "Nothing is imported until" not in page
    assert not _import_is_off(page)
    assert table_of(page)["time"] == "2026-01-31"


def test_an_old_encoding_is_guessed_said_and_can_be_changed(bob: Any) -> None:
    text = "customer;date;comment\nc1;2026-03-01;خدمات چاپ بسيار خوب بود\nc2;2026-03-02;از پشتيبانى راضى نيستم\n"
    draft = _upload(bob, "words.csv", text.encode("windows-1256"))
    page = _page(bob, draft)
    assert table_of(page)["encoding"] == "windows-1256"
    assert "Guessed from the letters" in page
    assert "خدمات چاپ" in page
    assert not _import_is_off(page)
    assert bob.post(draft, table_of(page) | {"encoding": "iso-8859-1"}).status_code == 302
    page = _page(bob, draft)
    assert "خدمات چاپ" not in page
    assert table_of(page)["encoding"] == "iso-8859-1"
    # With none told, the file is not read, and the field is still there to tell one.
    assert bob.post(draft, table_of(page) | {"encoding": ""}).status_code == 302
    page = _page(bob, draft)
    assert _import_is_off(page)
    assert "the text is not UTF-8" in page
    assert "encoding" in table_of(page)


def test_dates_of_the_solar_hijri_calendar_are_proposed_and_can_be_told(bob: Any) -> None:
    text = "شناسه مشتری;تاریخ;رویداد;امتیاز\n۱;۱۴۰۴/۰۸/۰۱ ۱۰:۰۰;تماس;۴\n"
    text += "۲;۱۴۰۴/۰۲/۳۱ ۱۰:۰۰;خرید;۵\n۳;۱۴۰۴/۰۷/۳۱ ۱۰:۰۰;خرید;۱\n"
    draft = _upload(bob, "calls.csv", text.encode())
    page = _page(bob, draft)
    assert '<option value="jalali" selected>' in page
    assert "2025-10-23" in page.split('id="preview"')[1]
    assert "by the Solar Hijri calendar" in page  # 31 Mehr is no day
    persian = _page(bob, draft, lang="fa")
    assert "زمانی به‌شکل" in persian
    assert "not a time as" not in persian
    assert bob.post(f"{draft}?lang=en", table_of(page) | {"calendar": "gregorian"}).status_code == 302
    assert "2025-10-23" not in _page(bob, draft, lang="en").split('id="preview"')[1]


def test_what_tells_rows_apart_is_named_as_people_write_it(bob: Any) -> None:
    rows = "\n".join(f"c{n},2026-03-0{n},thank you all,call" for n in range(1, 6))
    draft = _upload(bob, "calls.csv", f"customer,when,comment,event\n{rows}\n,,late,call\n".encode())
    page = _page(bob, draft)
    assert "[&#x27;" not in page
    assert "is empty ()" not in page
    assert "time is empty" in page
    assert "say key = " not in page
    assert table_of(page)["role-2"] == "comment"
    assert "()" not in _page(bob, draft, lang="fa").split('id="columns"')[1].split("</form>")[0]


def test_an_encoding_that_cannot_be_guessed_is_asked_for_and_the_import_goes_on(bob: Any) -> None:
    persian, russian = "خدمات چاپ بسيار خوب بود", "Все очень хорошо работает"
    lines = [f"c{i};2026-03-0{1 + i % 9};".encode() + text for i, text in enumerate(
        [persian.encode("windows-1256"), russian.encode("windows-1251")] * 4
    )]  # fmt: skip
    draft = _upload(bob, "mixed.csv", b"\n".join([b"customer;date;comment", *lines, b""]))
    page = _page(bob, draft, lang="en")
    assert "In which encoding is this text?" in page
    assert "safar import" not in page
    assert 'id="go"' not in page
    reading = r'name="tell-encoding" value="([^"]+)" required>.*?<bdi class="example"[^>]*>([^<]*)</bdi>'
    offered = dict(re.findall(reading, page))
    assert persian in offered["windows-1256"]
    assert {"windows-1252", "iso-8859-1", "utf-8"} <= set(offered) | {"windows-1252"}
    # What nobody offered changes nothing.
    bob.post(draft, {"tell-encoding": "klingon"})
    assert "In which encoding is this text?" in _page(bob, draft)
    assert "این متن با کدام کدگذاری است؟" in _page(bob, draft, lang="fa")
    assert bob.post(draft, {"tell-encoding": "windows-1256"}).status_code == 302
    page = _page(bob, draft, lang="en")
    assert table_of(page)["encoding"] == "windows-1256"
    assert persian in page
    assert not _import_is_off(page)


def test_a_recipe_that_reads_a_text_wrongly_is_told_the_encoding_too(bob: Any) -> None:
    text = "customer;date;comment\nc1;2026-03-01;خدمات چاپ\nc2;2026-03-02;راضى نيستم\n"
    draft = _upload(bob, "words.csv", text.encode("windows-1256"))
    _page(bob, draft)
    recipe = bob.get(f"{draft}recipe.toml").content.decode()
    told = recipe.replace('encoding = "windows-1256"', 'delimiter = ";"')
    assert told != recipe
    assert bob.post(draft, {"text": told}).status_code == 302
    assert bob.post(draft, {"tell-encoding": "windows-1256"}).status_code == 302
    changed = bob.get(f"{draft}recipe.toml").content.decode()
    assert 'encoding = "windows-1256"' in changed
    assert 'delimiter = ";"' in changed
    assert "خدمات چاپ" in _page(bob, draft)
