"""The questionnaire of a study on pages: proposed, worded, kept, taken along, and answers that come back by it."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from safar.domain.study import Study
from safar.files.path_model import read_path_model
from safar.files.questionnaire import read_lss, read_sss, read_toml, write_questionnaire
from safar.usecases import questionnaires
from safar.usecases import studies as verbs
from safar.usecases.questionnaires import AnswerShape
from safar.usecases.study_data import study_columns
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, Cast

if TYPE_CHECKING:
    from django.test import Client


MODEL = """\
name = "Waiting"

[[constructs]]
name = "respect"
label = { en = "Respect", fa = "احترام" }
element = "relief:trust.respect"
items = ["re1", "re2", "re3"]

[[constructs]]
name = "loyalty"
items = ["lo1", "lo2"]

[[paths]]
from = "respect"
to = "loyalty"
"""
MORE = MODEL.replace('"lo2"', '"lo2", "lo3"')


def _study(cast: Cast, served: Path, *, text: str | None = MODEL, shared: bool = True, owner: str = "bob") -> Study:
    person = cast.person(owner)
    workspace = Workspace.open(served)
    made = verbs.create_study(workspace=workspace, title="Waiting", text=text, person=person, now=NOW)
    return verbs.change_study(made.id, title="Waiting", shared=shared, person=person, now=NOW)


def _now(study: Study) -> Study:
    from safar.store import studies

    found = studies.find_study(study.id)
    assert found
    return found


def _keep(client: Client, study: Study) -> None:
    assert client.post(f"/studies/{study.id}/questionnaire/keep/").status_code == 302


def _form(client: Client, study: Study, *, part: int = 1) -> dict[str, str]:
    """What the form holds, as a browser would send it."""
    page = client.get(f"/studies/{study.id}/questionnaire/edit/?part={part}").content.decode()
    page = page.partition('<form method="post" class="form wording-form">')[2].partition("</form>")[0]
    from html import unescape

    values = {
        name: unescape(text).removeprefix("\n")
        for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }
    for tag in re.findall(r"<input [^>]*>", page):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("type") != "checkbox" or " checked" in tag:
            values[told["name"]] = unescape(told.get("value", "on"))
    for name, options in re.findall(r'<select id="\w+" name="(\w+)".*?>(<option.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen
        values[name] = chosen.group(1)
    return values


def _upload(client: Client, study: Study, *files: SimpleUploadedFile) -> Any:
    return client.post(f"/studies/{study.id}/data/upload/", {"file": list(files)})


def test_the_steps_of_a_study_name_it_between_model_and_run(cast: Cast, served: Path) -> None:
    study = _study(cast, served)
    page = cast.client("bob").get(f"/studies/{study.id}/questionnaire/").content.decode()
    steps = page.partition("study-steps")[2].partition("</ul>")[0]
    places = [steps.index(f'/studies/{study.id}/{one}/"') for one in ("model", "questionnaire", "run")]
    assert places == sorted(places)
    assert re.search(r'questionnaire/" aria-current="page"', steps)


def test_without_a_model_the_next_step_is_said(cast: Cast, served: Path) -> None:
    study = _study(cast, served, text=None)
    client = cast.client("bob")
    page = client.get(f"/studies/{study.id}/questionnaire/").content.decode()
    assert "Nothing to ask yet" in page
    assert f"/studies/{study.id}/model/form/" in page
    assert client.get(f"/studies/{study.id}/questionnaire/edit/").status_code == 302
    refused = client.get(f"/studies/{study.id}/questionnaire.lss")
    assert refused.status_code == 400
    assert "Write the study" in refused.content.decode()
    bad = _study(cast, served, text=MODEL.replace('"re1"', '"re 1"'))
    page = client.get(f"/studies/{bad.id}/questionnaire/").content.decode()
    assert "No questionnaire can be made from the model" in page
    assert "re 1" in page


def test_a_proposal_shows_wording_in_both_languages_and_where_each_item_leads(cast: Cast, served: Path) -> None:
    study = _study(cast, served)
    page = cast.client("vera").get(f"/studies/{study.id}/questionnaire/").content.decode()
    for name in ("re1", "re2", "re3", "lo1", "lo2"):
        assert f'id="item-{name}"' in page
    assert page.count('class="wording" lang="en" dir="ltr"') == 5
    assert page.count('class="wording" lang="fa" dir="rtl"') == 5
    assert '/frameworks/relief/elements/trust.respect/"' in page
    assert "proposed from the model" in page
    assert "The wording is only proposed" in page
    assert "stand for no element" in page  # loyalty
    assert "1 to 5" in page
    assert cast.client("vera").get("/frameworks/relief/elements/trust.respect/").status_code == 200
    assert not _now(study).questionnaire
    # Who only looks is offered nothing to change.
    for action in ("keep/", "edit/", "upload/", "remove/"):
        assert f"/questionnaire/{action}" not in page


def test_wording_is_written_by_a_plain_form_and_kept(cast: Cast, served: Path) -> None:
    study, client = _study(cast, served), cast.client("bob")
    values = _form(client, study)
    assert values["first"] == "en"
    assert values["scale"] == "agreement"
    values |= {
        "text.en.re1": "They listened to me.",
        "text.fa.re1": "به حرفم گوش دادند.",
        "source.re1": "Interview 4",
        "reversed.re2": "on",
        "settled.re3": "on",
        "title.en": "How was it?",
        "scale": "agreement7",
        "first": "fa",
    }
    answer = client.post(f"/studies/{study.id}/questionnaire/edit/", values)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    kept = read_toml(_now(study).questionnaire)
    assert kept.languages == ("fa", "en")
    assert kept.title.text("en") == "How was it?"
    re1 = kept.item("re1")
    assert dict(re1.wording.texts) == {"en": "They listened to me.", "fa": "به حرفم گوش دادند."}
    assert (re1.source, re1.proposed, re1.construct) == ("Interview 4", False, "respect")
    assert kept.item("re2").reversed
    assert kept.item("re2").proposed
    assert not kept.item("re3").proposed
    assert {kept.scale_of(item).greatest for item in kept.items} == {7}
    page = client.get(f"/studies/{study.id}/questionnaire/").content.decode()
    assert "kept with the study" in page
    assert "They listened to me." in page
    assert "1 to 7" in page
    # The form begins with what was kept, and saving it again changes nothing.
    again = _form(client, study)
    assert {name: text for name, text in again.items() if name != "base"} == {
        **{name: text for name, text in values.items() if name not in ("base", "csrfmiddlewaretoken")},
        "csrfmiddlewaretoken": again["csrfmiddlewaretoken"],
        "settled.re1": "on",
    }
    before = _now(study).questionnaire
    client.post(f"/studies/{study.id}/questionnaire/edit/", again)
    assert _now(study).questionnaire == before
    client.post(f"/studies/{study.id}/questionnaire/edit/", again | {"settle": "on"})
    assert not any(item.proposed for item in read_toml(_now(study).questionnaire).items)


def test_what_was_typed_stays_beside_what_is_wrong(cast: Cast, served: Path) -> None:
    study, client = _study(cast, served), cast.client("bob")
    address = f"/studies/{study.id}/questionnaire/edit/"
    values = _form(client, study) | {
        "text.en.re1": "",
        "text.fa.re1": "این می‌ماند",
        "text.en.re2": "bell \x07",
        "text.en.lo1": "x" * 5_001,
        "source.lo2": "y" * 1_001,
        "title.en": "",
        "title.fa": "",
        "scale": "nowhere",
    }
    answer = client.post(address, values)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "This is needed: English is the first language." in page
    assert "این می‌ماند" in page
    assert "control character" in page
    assert page.count('aria-invalid="true"') == 6
    for described in re.findall(r'aria-invalid="true" aria-describedby="([^"]+)"', page):
        assert all(f'id="{one}"' in page for one in described.split())
    assert not _now(study).questionnaire
    # Somebody else's change is not lost.
    stale = _form(client, study)
    _keep(cast.client("alice"), study)
    client.post(address, _form(client, study) | {"text.en.re1": "Alice's"})
    refused = client.post(address, stale | {"text.en.re1": "Bob's"})
    assert refused.status_code == 400
    assert "changed in the meantime" in refused.content.decode()
    assert "Bob&#x27;s" in refused.content.decode()
    assert read_toml(_now(study).questionnaire).item("re1").wording.text("en") == "Alice's"


def test_a_model_that_grew_is_said_and_brought_in_line(cast: Cast, served: Path) -> None:
    from safar.usecases.study_models import save_text

    study, client = _study(cast, served), cast.client("bob")
    client.post(f"/studies/{study.id}/questionnaire/edit/", _form(client, study) | {"text.en.lo1": "I stay."})
    grown = MORE.replace('"re1", ', "")
    save_text(study.id, text=grown, base=1, person=cast.person("bob"), now=NOW)
    page = client.get(f"/studies/{study.id}/questionnaire/").content.decode()
    assert "Some answers would not reach the model" in page
    assert "Nobody asks these items of the model" in page
    assert "Nobody asks it." in page
    assert "No construct of the model uses these" in page
    assert "Further questions" in page
    _keep(client, study)
    kept = read_toml(_now(study).questionnaire)
    assert "lo3" in kept
    assert kept.item("lo3").construct == "loyalty"
    assert kept.item("lo1").wording.text("en") == "I stay."
    assert "Every item of the model is asked" in client.get(f"/studies/{study.id}/questionnaire/").content.decode()
    # What the model does not use can be taken out; what it uses cannot.
    values = _form(client, study) | {"remove.re1": "on", "remove.re2": "on"}
    assert client.post(f"/studies/{study.id}/questionnaire/edit/", values).status_code == 302
    kept = read_toml(_now(study).questionnaire)
    assert "re1" not in kept
    assert "re2" in kept


def test_it_is_taken_away_and_brought_back(cast: Cast, served: Path) -> None:
    study, client = _study(cast, served), cast.client("bob")
    _keep(client, study)
    text = _now(study).questionnaire
    page = client.post(f"/studies/{study.id}/questionnaire/remove/", follow=True).content.decode()
    assert f'action="/studies/{study.id}/questionnaire/undo/"' in page
    assert not _now(study).questionnaire
    assert client.post(f"/studies/{study.id}/questionnaire/undo/", follow=True).status_code == 200
    assert _now(study).questionnaire == text
    copied = verbs.copy_study(
        study.id, workspace=Workspace.open(served), title="Again", person=cast.person("alice"), now=NOW
    )
    assert copied.questionnaire == text


def test_a_file_is_taken_or_refused_with_its_line(cast: Cast, served: Path) -> None:
    study, client = _study(cast, served), cast.client("bob")
    address = f"/studies/{study.id}/questionnaire/upload/"
    model = read_path_model(MODEL)
    made = questionnaires.derive(model, languages=("fa",))
    text = write_questionnaire(made).replace("(lo1)", "(the first)")

    def send(content: str | bytes, name: str = "mine.toml") -> Any:
        body = content.encode() if isinstance(content, str) else content
        return client.post(address, {"file": SimpleUploadedFile(name, body)})

    assert send(text).status_code == 302
    assert _now(study).questionnaire == text
    for ending in ("lss", "sss", "xlsx"):
        sent = questionnaires.export(made, questionnaires.format_of(Path(f"x.{ending}"))).content
        assert send(sent, f"mine.{ending}").status_code == 302, ending
        assert set(model.items) <= {item.id for item in read_toml(_now(study).questionnaire).items}, ending
    assert send(text).status_code == 302
    lines = text.splitlines()
    item = next(at for at, line in enumerate(lines, start=1) if line == 'id = "lo2"')
    scale = next(at for at, line in enumerate(lines, start=1) if line == "least = 1")
    broken = {
        text.replace('id = "lo2"', 'id = "re1"'): item,
        text.replace('id = "lo2"', 'id = "lo 2"'): item,
        text.replace("least = 1", 'least = "one"'): scale,
        text.replace("least = 1", "least = = 1"): scale,
        text.replace("least = 1", "leastt = 1\nleast = 1"): scale,
    }
    for wrong, line in broken.items():
        answer = send(wrong)
        page = answer.content.decode()
        assert answer.status_code == 400
        told = re.search(r'id="refused" role="alert"><strong>Line (\d+):', page) or re.search(r"at line (\d+)", page)
        assert told, page[-3000:]
        assert int(told.group(1)) == line
    for bad, name in ((b"", "x.toml"), (b"\xff\xfe\x00", "x.toml"), (b"<a/>", "x.lss"), (b"PK\x03\x04", "x.xlsx"),
                      (b"hello", "x.pdf"), (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "x.sss")):  # fmt: skip
        answer = send(bad, name)
        assert answer.status_code == 400, name
        page = answer.content.decode()
        assert 'id="refused"' in page, name
        assert "/tmp" not in page, name  # noqa: S108
    assert client.post(address).status_code == 400
    assert send(b"#" * 5_000_001).status_code == 413
    assert _now(study).questionnaire == text


def test_files_have_the_right_name_type_and_content(cast: Cast, served: Path) -> None:
    study = _study(cast, served)
    _keep(cast.client("bob"), study)
    kept = read_toml(_now(study).questionnaire)
    client = cast.client("vera")
    expected = {
        "toml": ("waiting.toml", "application/toml"),
        "lss": ("waiting.lss", "application/xml"),
        "sss": ("waiting.sss", "application/xml"),
        "xlsx": ("waiting.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "html": ("waiting.html", "text/html"),
        "md": ("waiting.md", "text/markdown"),
        "recipe": ("waiting-recipe.toml", "application/toml"),
    }
    bodies = {}
    for ending, (name, kind) in expected.items():
        answer = client.get(f"/studies/{study.id}/questionnaire.{ending}")
        assert answer.status_code == 200, ending
        assert answer["Content-Type"].startswith(kind)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        bodies[ending] = answer.content
    assert read_toml(bodies["toml"].decode()) == kept
    assert {item.id for item in read_lss(bodies["lss"], where="x").questionnaire.items} == {i.id for i in kept.items}
    assert {i.id for i in kept.items} <= {item.id for item in read_sss(bodies["sss"], where="x")[0].questionnaire.items}
    assert bodies["xlsx"].startswith(b"PK")
    assert tomllib.loads(bodies["recipe"].decode())
    assert 'dir="rtl"' in client.get(f"/studies/{study.id}/questionnaire.html?language=fa").content.decode()
    assert client.get(f"/studies/{study.id}/questionnaire.sss?fixed=yes").content != bodies["sss"]
    assert client.get(f"/studies/{study.id}/questionnaire.exe").status_code == 404


@pytest.mark.parametrize("shape", list(AnswerShape))
def test_answers_come_back_as_they_were_exported(cast: Cast, served: Path, shape: AnswerShape) -> None:
    from safar.usecases.path_model_rows import columns_of

    study, client, workspace = _study(cast, served), cast.client("bob"), Workspace.open(served)
    client.post(f"/studies/{study.id}/questionnaire/edit/", _form(client, study) | {"reversed.re2": "on"})
    asked = read_toml(_now(study).questionnaire)
    given = questionnaires.simulate_answers(asked, 40, shape=shape, seed=7, first_day=date(2026, 5, 1))
    ending = {AnswerShape.XLSX: "xlsx", AnswerShape.TRIPLE_S_FIXED: "asc"}.get(shape, "csv")
    files = [SimpleUploadedFile(f"came.{ending}", given)]
    if shape in (AnswerShape.TRIPLE_S, AnswerShape.TRIPLE_S_FIXED):
        described = client.get(
            f"/studies/{study.id}/questionnaire.sss{'?fixed=yes' if shape is AnswerShape.TRIPLE_S_FIXED else ''}"
        )
        files.append(SimpleUploadedFile("came.sss", described.content))
    answer = _upload(client, study, *files)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    plain = served / "plain.csv"
    plain.write_bytes(
        questionnaires.simulate_answers(asked, 40, shape=AnswerShape.PLAIN, seed=7, first_day=date(2026, 5, 1))
    )
    items = read_path_model(MODEL).items
    expected = columns_of(plain, items, questionnaire=asked)
    found = study_columns(workspace, _now(study), items)
    plain.unlink()
    assert set(found) == set(expected) == set(items)
    for name in items:
        np.testing.assert_array_equal(found[name], expected[name])
    assert _now(study).data.simulated
    page = client.get(f"/studies/{study.id}/data/").content.decode()
    assert page.count('class="histogram"') == len(items)
    assert 'id="read-by"' in page
    assert "<code><bdi>re2</bdi></code>" in page.partition('id="read-by"')[2].partition("</p>")[0]
    checks = client.get(f"/studies/{study.id}/checks/").content.decode()
    assert "Ready to be estimated" in checks


def test_answers_that_it_does_not_know_are_told_with_item_and_record(cast: Cast, served: Path) -> None:
    study, client = _study(cast, served), cast.client("bob")
    sent = "re1,re2,re3,lo1,lo2\n" + "1,2,3,4,5\n" * 20 + "1,2,9,4,5\n"
    assert _upload(client, study, SimpleUploadedFile("a.csv", sent.encode())).status_code == 302
    page = client.get(f"/studies/{study.id}/data/").content.decode()
    assert 'id="read-by"' not in page
    assert page.count('class="histogram"') == 5
    _keep(client, study)
    page = client.get(f"/studies/{study.id}/data/").content.decode()
    assert "record 21" in page
    assert str(served) not in page
    persian = client.get(f"/studies/{study.id}/data/?lang=fa").content.decode()
    assert "record 21" not in persian
    # Descriptions come with their data, and with a questionnaire that says what they mean.
    description = SimpleUploadedFile("a.sss", client.get(f"/studies/{study.id}/questionnaire.sss?lang=en").content)
    assert _upload(client, study, description).status_code == 400
    client.post(f"/studies/{study.id}/questionnaire/remove/")
    both = _upload(client, study, SimpleUploadedFile("a.csv", sent.encode()), SimpleUploadedFile("a.sss", b"<sss/>"))
    assert both.status_code == 400
    assert "questionnaire page first" in both.content.decode()


def test_own_answers_are_turned_too(cast: Cast, served: Path) -> None:
    from dataclasses import replace

    from safar.usecases.path_model_rows import answers_of
    from safar.usecases.study_data import take_own_answers
    from safar.usecases.study_questionnaire import change_questionnaire

    text = (
        "name = 'own'\n[[constructs]]\nname='a'\nitems=['ease_of_use']\n"
        "[[constructs]]\nname='b'\nitems=['satisfaction']\n[[paths]]\nfrom='a'\nto='b'\n"
    )
    workspace, bob = Workspace.open(served), cast.person("bob")
    study = _study(cast, served, text=text)
    take_own_answers(study.id, workspace=workspace, speaker="customer", person=bob, now=NOW)
    plain = answers_of(workspace, ["satisfaction"], speaker="customer")["satisfaction"]

    def turn(asked: Any) -> Any:
        pages = [
            replace(page, items=tuple(replace(one, reversed=one.id == "satisfaction") for one in page.items))
            for page in asked.pages
        ]
        return replace(asked, pages=tuple(pages))

    change_questionnaire(study.id, turn, workspace=workspace, person=bob, now=NOW)
    turned = study_columns(workspace, _now(study), ["satisfaction"])["satisfaction"]
    np.testing.assert_array_equal(turned, 6 - plain)


def test_who_sees_and_who_changes(cast: Cast, served: Path) -> None:
    study = _study(cast, served, shared=False)
    address = f"/studies/{study.id}/questionnaire"
    seen, changed = ("/", ".toml", ".lss"), ("/keep/", "/edit/", "/upload/", "/remove/", "/undo/")
    for name in ("alice", "vera"):
        assert {cast.client(name).get(address + page).status_code for page in seen} == {404}
    assert {cast.client("alice").post(address + action).status_code for action in changed} == {404}
    verbs.change_study(study.id, title="Waiting", shared=True, person=cast.person("bob"), now=NOW)
    for name, status in (("alice", 200), ("vera", 200), ("uma", 403), ("charlie", 403)):
        assert {cast.client(name).get(address + page).status_code for page in seen} == {status}, name
    for name in ("vera", "uma", "charlie"):
        assert {cast.client(name).post(address + action).status_code for action in changed} == {403}, name
    assert not _now(study).questionnaire
    _keep(cast.client("alice"), study)
    assert _now(study).questionnaire


def test_large_ones_come_in_parts(cast: Cast, served: Path) -> None:
    items = ", ".join(f'"a{number}"' for number in range(150))
    text = (
        f'name = "large"\n[[constructs]]\nname = "a"\nitems = [{items}]\n[[constructs]]\nname = "b"\nitems = ["b1"]\n'
    )
    study = _study(cast, served, text=text + '[[paths]]\nfrom = "a"\nto = "b"\n')
    client = cast.client("bob")
    for part, count in ((1, 60), (2, 60), (3, 31), (99, 60)):
        page = client.get(f"/studies/{study.id}/questionnaire/?part={part}").content
        assert page.count(b'id="item-') == count
        assert len(page) < 300_000
    values = _form(client, study, part=2) | {"text.en.a70": "Seventy", "next": "yes"}
    answer = client.post(f"/studies/{study.id}/questionnaire/edit/?part=2", values)
    assert answer["Location"].endswith("/questionnaire/edit/?part=3")
    kept = read_toml(_now(study).questionnaire)
    assert kept.item("a70").wording.text("en") == "Seventy"
    assert len(kept.items) == 151


def test_hostile_texts_stay_texts(cast: Cast, served: Path) -> None:
    evil = '<script>alert("1")</script>'
    study, client = _study(cast, served), cast.client("bob")
    values = _form(client, study) | {"text.en.re1": evil, "source.re1": evil, "title.en": evil, "intro.fa": evil}
    assert client.post(f"/studies/{study.id}/questionnaire/edit/", values).status_code == 302
    for page in ("questionnaire/", "questionnaire/edit/", "data/", "questionnaire.html"):
        assert "<script>alert" not in client.get(f"/studies/{study.id}/{page}").content.decode(), page


@pytest.mark.parametrize("language", ["en", "fa"])
def test_pages_ask_the_store_little_and_are_light(cast: Cast, served: Path, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    study, client = _study(cast, served), cast.client("bob")
    for kept in (False, True):
        for page, most in (("questionnaire/", 3), ("questionnaire/edit/", 3), ("questionnaire.lss", 3)):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(f"/studies/{study.id}/{page}?lang={language}")
            assert answer.status_code == 200
            assert len(asked) <= most, (page, kept, [query["sql"] for query in asked.captured_queries])
            assert len(answer.content) < 300_000
            if not page.endswith(".lss"):
                assert not re.search(r"<script(?![^>]* src=)", answer.content.decode())
        # Its word on the next page is said before anything is counted.
        client.post(f"/studies/{study.id}/questionnaire/keep/", follow=True)


def test_the_example_carries_its_questionnaire(cast: Cast, served: Path) -> None:
    from safar.datasets.service_survey import draw_answers

    person, workspace = cast.person("bob"), Workspace.open(served)
    study = verbs.create_example(workspace=workspace, title="Roadside", person=person, now=NOW)
    asked = read_toml(study.questionnaire)
    assert write_questionnaire(asked) == study.questionnaire
    model = read_path_model(study.text)
    trace = questionnaires.trace(asked, model)
    assert trace.whole
    assert not trace.broken
    columns = study_columns(workspace, study, model.items)
    for name, values in draw_answers().items():
        np.testing.assert_array_equal(columns[name], np.array([np.nan if v is None else v for v in values]))
    page = cast.client("bob").get(f"/studies/{study.id}/questionnaire/").content.decode()
    assert "Nothing is open" in page
    assert page.count("/frameworks/relief/elements/") == 22


def _placed(client: Client, study: Study) -> tuple[str, list[list[str]]]:
    """Which questionnaire the page of the order shows, and its items, page by page."""
    told = client.get(f"/studies/{study.id}/questionnaire/order/").content.decode()
    base = re.search(r'name="base" value="(\w+)"', told)
    assert base
    pages = told.split('class="placed-items"')[1:]
    return base.group(1), [re.findall(r'<li id="item-(\w+)"', page) for page in pages]


def test_items_move_and_pages_begin_by_plain_buttons(cast: Cast, served: Path) -> None:
    study, client = _study(cast, served), cast.client("bob")
    address = f"/studies/{study.id}/questionnaire/order/"
    assert address in client.get(f"/studies/{study.id}/questionnaire/").content.decode()
    base, pages = _placed(client, study)
    first, second, *rest = (name for page in pages for name in page)
    done = client.post(address, {"base": base, "do": f"down:{first}"})
    assert done.status_code == 302
    assert done["Location"].endswith(f"#item-{first}")
    base, pages = _placed(client, study)
    assert [name for page in pages for name in page] == [second, first, *rest]
    client.post(address, {"base": base, "do": f"part:{first}"})
    base, pages = _placed(client, study)
    assert pages[0] == [second]
    from safar.usecases.study_access import read_study

    kept = read_toml(read_study(study.id, person=cast.person("bob")).questionnaire)
    assert [[item.id for item in page.items] for page in kept.pages] == pages
    client.post(address, {"base": base, "do": f"join:{first}"})
    assert _placed(client, study)[1][0][:2] == [second, first]
    # What somebody else changed meanwhile is not written over; what is no step is not there.
    client.post(address, {"base": base, "do": f"up:{first}"})
    assert _placed(client, study)[1][0][:2] == [second, first]
    assert client.post(address, {"base": base, "do": "away:re1"}).status_code == 404
    client.post(f"/studies/{study.id}/questionnaire/undo/")
    assert _placed(client, study)[1][0] == [second]
    assert cast.client("vera").post(address, {"do": f"up:{first}"}).status_code in {302, 403, 404}
