"""Studies on pages: who may, from answers to a tested table, two results side by side, and what comes from outside."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.result import PathResult
from safar.domain.study import Study, StudyRun
from safar.usecases import studies as verbs
from safar.usecases.study_analyses import read_back
from safar.usecases.study_files import answers_file
from safar.usecases.study_models import choices_of, save_text
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, Cast, do_all_work

MOST_BYTES = 300_000
TEXT = """\
name = "small"
[[constructs]]
name = "care"
items = ["a1", "a2", "a3"]
[[constructs]]
name = "loyalty"
items = ["b1", "b2", "b3"]
[[paths]]
from = "care"
to = "loyalty"
sign = "+"
hypothesis = "H1"
"""


def _example(cast: Cast, served: Path, *, owner: str = "bob", shared: bool = True, resamples: int = 60) -> Study:
    """The simulated study, with fewer resamples than people draw."""
    from dataclasses import replace

    from safar.usecases.study_data import keep_choices

    person = cast.person(owner)
    made = verbs.create_example(workspace=Workspace.open(served), title="Roadside", person=person, now=NOW)
    run = choices_of(made)
    assert run.resampling
    fewer = replace(run, resampling=replace(run.resampling, resamples=resamples))
    keep_choices(made.id, choices=fewer, person=person, now=NOW)
    return verbs.change_study(made.id, title="Roadside", shared=shared, person=person, now=NOW)


def _run(cast: Cast, served: Path, study: Study, form: Mapping[str, Any] | None = None) -> str:
    values = {"resamples": 60, "seed": 1, "interval": "percentile", "confidence": "0.95", "scheme": "path"}
    answer = cast.client("bob").post(f"/studies/{study.id}/run/", {**values, **(form or {})})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    do_all_work(served)
    return str(answer["Location"])


def _newest(study: Study) -> StudyRun:
    from safar.store import studies

    found = studies.find_run(studies.list_runs(study.id)[0].id)
    assert found
    return found


def test_the_list_says_what_to_do_and_gives_an_example(cast: Cast, served: Path) -> None:
    empty = cast.client("bob").get("/studies/").content.decode()
    assert "No studies yet" in empty
    assert "Nobody was asked." in empty
    assert "/studies/example/" not in cast.client("vera").get("/studies/").content.decode()
    there = cast.client("bob").post("/studies/example/", follow=True)
    page = there.content.decode()
    assert "Simulated data" in page
    assert "320 rows, 17 columns" in page
    assert "5 constructs, 17 items, 5 paths" in page
    listed = cast.client("bob").get("/studies/").content.decode()
    assert "Roadside service (simulated)" in listed
    assert "Roadside service (simulated)" not in cast.client("alice").get("/studies/").content.decode()


def test_from_data_to_a_result_that_is_the_verbs(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    client = cast.client("bob")
    data = client.get(f"/studies/{study.id}/data/").content.decode()
    assert data.count('class="histogram"') == 17
    assert "First rows" in data
    checks = client.get(f"/studies/{study.id}/checks/").content.decode()
    assert "Ready to be estimated" in checks
    assert "KMO" in checks
    address = _run(cast, served, study)
    run = _newest(study)
    result = read_back("estimate", run.result)
    assert isinstance(result, PathResult)
    assert result.n == run.headline["rows"] < 320
    assert result.simulated
    assert result.to_json() == run.result
    page = client.get(address).content.decode()
    assert len(page) < MOST_BYTES
    for path in result.paths:
        assert f">{path.figure.estimate:.3f}" in page
    for verdict in result.verdicts:
        assert verdict.says.split(" ", 1)[0] in page
    assert "<svg" in page
    assert page.count("<rect") > client.get(f"{address}?items=hidden").content.decode().count("<rect")
    assert "5,000" not in page
    assert "partial least squares" in page


def test_the_same_seed_gives_the_same_result_whoever_runs_it(cast: Cast, served: Path, tmp_path: Path) -> None:
    from safar.usecases.path_models import open_model

    study = _example(cast, served)
    address = _run(cast, served, study)
    first = _newest(study)
    _run(cast, served, study)
    assert _newest(study).result == first.result
    file = tmp_path / "report.toml"
    file.write_bytes(cast.client("bob").get(f"{address}report.toml").content)
    saved = open_model(file)
    result = read_back("estimate", first.result)
    assert isinstance(result, PathResult)
    assert saved.data_digest == result.data_digest
    assert saved.run == result.run


def test_every_file_and_table_is_there(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    address = _run(cast, served, study)
    client = cast.client("vera")
    starts = {"html": b"<!doctype", "md": b"# ", "tex": b"% Compi", "xlsx": b"PK", "svg": b"<svg", "json": b"{",
              "toml": b"name"}  # fmt: skip
    for ending, start in starts.items():
        answer = client.get(f"{address}report.{ending}")
        assert answer.status_code == 200, ending
        assert answer.content.startswith(start), (ending, answer.content[:40])
        assert "attachment" in answer["Content-Disposition"]
    for ending in ("html", "md", "tex", "csv"):
        assert client.get(f"{address}report.{ending}?table=paths").status_code == 200
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}report.csv?table=paths").content.decode())))
    assert [row["source"] for row in rows] == ["satisfaction", "experience", "experience", "support", "strategy"]
    page = client.get(address).content.decode()
    links = set(re.findall(r'href="([^"]*/report\.[^"]*)"', page))
    assert len(links) > 30
    for link in links - {f"{address}report.png"}:
        assert client.get(link).status_code == 200, link
    for bad in ("report.exe", "report.csv", "report.html?table=nothing", "report.csv?table=nothing"):
        assert client.get(address + bad).status_code == 404, bad


def test_two_results_side_by_side(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    _run(cast, served, study)
    first = _newest(study)
    text = study.text.replace('from = "support"\nto = "loyalty"', 'from = "satisfaction"\nto = "loyalty"')
    save_text(study.id, text=text, base=study.version, person=cast.person("bob"), now=NOW)
    _run(cast, served, study)
    second = _newest(study)
    client = cast.client("vera")
    page = client.get(f"/studies/compare/?run={first.id}&run={second.id}").content.decode()
    assert "All stand on the same" in page
    assert "All have the same items." in page
    assert "BIC" in page
    assert page.count("<select") == 3
    # Addresses that were sent when two were compared still lead there.
    assert client.get(f"/studies/compare/?first={first.id}&second={second.id}").content.decode().count("<table") > 3
    assert re.search(r"<bdi>Roadside support</bdi>[^b]*→</span> <bdi>Loyalty</bdi>", page)
    assert re.search(r'<th scope="row"[^>]*><bdi>Roadside support</bdi></th>', page)
    other = _example(cast, served, owner="alice", shared=False)
    _ = other
    alone = client.get("/studies/compare/")
    assert alone.status_code == 200
    nobody = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"/studies/compare/?first={first.id}&second={nobody}").status_code == 404
    assert client.get("/studies/compare/?first=x&second=y").status_code == 404


def test_criteria_of_other_rows_are_not_compared(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    _run(cast, served, study)
    first = _newest(study)
    _run(cast, served, study, {"seed": 2})
    client = cast.client("bob")
    client.post(f"/studies/{study.id}/data/reading/", {"codes": "", "least": "", "greatest": "", "missing": "mean"})
    _run(cast, served, study)
    page = client.get(f"/studies/compare/?run={first.id}&run={_newest(study).id}").content.decode()
    assert "They stand on different rows" in page
    assert "BIC" not in page


def test_who_sees_and_changes_what(cast: Cast, served: Path) -> None:
    study = _example(cast, served, shared=False)
    address = f"/studies/{study.id}/"
    pages = ["", "data/", "checks/", "model/", "model/form/", "versions/", "run/", "runs/"]
    for name in ("alice", "vera"):
        for page in pages:
            assert cast.client(name).get(address + page).status_code == 404, (name, page)
    verbs.change_study(study.id, title="Roadside", shared=True, person=cast.person("bob"), now=NOW)
    for page in pages:
        assert cast.client("alice").get(address + page).status_code == 200
        assert cast.client("vera").get(address + page).status_code == 200, page
        assert cast.client("uma").get(address + page).status_code == 403
        assert cast.client("charlie").get(address + page).status_code == 403
    assert "/studies/" not in cast.client("uma").get("/help/").content.decode()
    data = cast.client("vera").get(f"{address}data/").content.decode()
    assert "First rows" not in data
    assert "histogram" in data
    for action in ("change/", "copy/", "remove/", "data/own/", "data/remove/", "model/", "model/form/", "run/"):
        assert cast.client("vera").post(address + action).status_code == 403, action
    # A member may work on it, and only its maker takes it back.
    answer = cast.client("alice").post(f"{address}change/", {"title": "Other"})
    assert answer.status_code == 302
    from safar.store import studies

    found = studies.find_study(study.id)
    assert found
    assert (found.title, found.shared) == ("Other", True)


def test_remove_and_bring_back(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    client = cast.client("bob")
    page = client.post(f"/studies/{study.id}/remove/", follow=True).content.decode()
    assert f'action="/studies/{study.id}/restore/"' in page
    assert client.get(f"/studies/{study.id}/").status_code == 404
    assert client.post(f"/studies/{study.id}/restore/", follow=True).status_code == 200
    assert client.get(f"/studies/{study.id}/data/").status_code == 200
    copied = client.post(f"/studies/{study.id}/copy/", follow=True).content.decode()
    assert "Copy of Roadside" in copied
    assert "320 rows" in copied


def test_text_with_faults_is_kept_and_told_with_its_line(cast: Cast, served: Path) -> None:
    client = cast.client("bob")
    made = client.post("/studies/new/", {"title": "Own", "way": "nothing"})
    address = str(made["Location"])
    bad = TEXT.replace('to = "loyalty"', 'to = "loyaltx"')
    looked = client.post(f"{address}model/look/", {"text": bad}).content.decode()
    assert "Line 8:" in looked
    assert "loyaltx" in looked
    plain = client.post(f"{address}model/", {"text": bad, "base": 1, "look": "yes"}).content.decode()
    assert "Line 8:" in plain
    assert "<h1" in plain
    assert client.post(f"{address}model/", {"text": bad, "base": 1}).status_code == 302
    assert "It cannot be estimated yet." in client.get(address).content.decode()
    assert client.post(f"{address}run/", {"resamples": 10, "seed": 1, "interval": "percentile", "confidence": "0.95",
                                          "scheme": "path"}).status_code == 400  # fmt: skip
    broken = client.post(f"{address}model/look/", {"text": 'name = "x'}).content.decode()
    assert "Line 1:" in broken
    stale = client.post(f"{address}model/", {"text": TEXT, "base": 1})
    assert stale.status_code == 400
    assert "loyalty" in stale.content.decode()
    assert client.post(f"{address}model/", {"text": TEXT + "[run]\nresamples = 99\n", "base": 2}).status_code == 302
    page = client.get(f"{address}model/").content.decode()
    assert "[run]" not in page.split("<textarea")[1].split("</textarea>")[0]
    assert 'value="99"' in client.get(f"{address}run/").content.decode()
    versions = client.get(f"{address}versions/?version=2").content.decode()
    assert "loyaltx" in versions
    assert client.post(f"{address}versions/2/restore/", follow=True).status_code == 200
    assert "loyaltx" in client.get(f"{address}model/").content.decode()


def test_the_form_makes_the_same_model(cast: Cast, served: Path) -> None:
    from safar.store import studies

    client = cast.client("bob")
    address = str(client.post("/studies/new/", {"title": "By form", "way": "nothing"})["Location"])
    base = iter(range(1, 50))

    def do(what: str, **values: str) -> str:
        sent = {"do": what, "base": next(base), "measured": "factor", "mode": "A", **values}
        answer = client.post(f"{address}model/form/", sent)
        assert answer.status_code == 302, answer.content.decode()[-4000:]
        return client.get(f"{address}model/form/").content.decode()

    do("add-construct", name="care", items="a1, a2 a3")
    do("add-construct", name="loyal", items='b1 b2 "b 3"')
    do("change-construct", construct="loyal", name="loyalty", items="b1 b2 b3")
    page = do("add-path", source="care", target="loyalty", sign="+", hypothesis="H1")
    assert "In order: 2 constructs, 6 items, 1 paths." in page
    found = studies.find_study(UUID(address.split("/")[2]))
    assert found
    from safar.files.path_model import read_path_model

    assert read_path_model(found.text).paths == read_path_model(TEXT).paths
    assert read_path_model(found.text).constructs == read_path_model(TEXT).constructs
    page = do(
        "change-construct", construct="care", name="care", items="a1 a2 a3", levels="a1: nominal\r\na2: low < high"
    )
    assert "a2: low &lt; high</textarea>" in page
    found = studies.find_study(UUID(address.split("/")[2]))
    assert found
    assert 'levels = { a1 = "nominal", a2 = ["low", "high"] }' in found.text
    odd = {"do": "change-construct", "base": 1, "measured": "factor", "mode": "A", "construct": "care",
           "name": "care", "items": "a1 a2 a3", "levels": "a1: odd"}  # fmt: skip
    wrong = client.post(f"{address}model/form/", odd)
    assert wrong.status_code == 400
    assert "a1: odd" in wrong.content.decode()
    do("change-path", construct="care", target_of="loyalty", sign="-", hypothesis="H2")
    page = do("remove-construct", construct="care")
    assert "None yet. A path says" in page
    # What was typed stays beside what is wrong with it.
    wrong = client.post(
        f"{address}model/form/",
        {"do": "add-construct", "base": next(base), "name": "x*y", "items": "c1", "measured": "factor", "mode": "A"},
    )
    assert wrong.status_code == 400
    assert 'value="x*y"' in wrong.content.decode()


def test_a_framework_and_a_file_begin_a_study(cast: Cast, served: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = cast.client("bob")
    made = client.post("/studies/new/", {"title": "Relief", "way": "framework", "framework": "relief"})
    assert made.status_code == 302, made.content.decode()[-3000:]
    assert "constructs" in client.get(made["Location"]).content.decode()
    lavaan = SimpleUploadedFile("m.lav", b"care =~ a1 + a2\nloyalty =~ b1 + b2\nloyalty ~ care\n")
    made = client.post("/studies/new/", {"title": "Lavaan", "way": "file", "file": lavaan})
    assert made.status_code == 302
    assert "2 constructs, 4 items, 1 paths" in client.get(made["Location"]).content.decode()
    for form in ({"title": "", "way": "nothing"}, {"title": "x", "way": "file"}, {"title": "x", "way": "framework"},
                 {"title": "x", "way": "file", "file": SimpleUploadedFile("m", b"\xff\xfe\x00")},
                 {"title": "x", "way": "file", "file": SimpleUploadedFile("m", b"#" * 300_000)}):  # fmt: skip
        answer = client.post("/studies/new/", form)
        assert answer.status_code == 400, form
        assert 'class="wrong"' in answer.content.decode()


def test_answers_are_uploaded_kept_and_taken_away(cast: Cast, served: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = cast.client("bob")
    address = str(client.post("/studies/new/", {"title": "Up", "way": "nothing"})["Location"])
    study = UUID(address.split("/")[2])
    workspace = Workspace.open(served)
    sent = "a1,a2,who\n" + "".join(f"{k % 5 + 1},{k % 3 + 1},=cmd|{k}\n" for k in range(30))
    file = SimpleUploadedFile("mine.csv", sent.encode())
    answer = client.post(f"{address}data/upload/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    path = answers_file(workspace, study)
    assert path.is_file()
    assert path.stat().st_mode & 0o077 == 0
    assert not list((served / "uploads").glob("*"))
    page = client.get(f"{address}data/").content.decode()
    assert "30 rows, 3 columns" in page
    assert page.count('class="histogram"') == 2
    for bad in (b"", b"PK\x03\x04zip", b"<svg onload=alert(1)>", b"a,b\n1,2,3\n"):
        answer = client.post(f"{address}data/upload/", {"file": SimpleUploadedFile("x.csv", bad)})
        assert answer.status_code == 400, bad
        assert str(served) not in answer.content.decode()
    assert path.is_file()
    reading = {"codes": "99", "least": "1", "greatest": "۵", "missing": "casewise", "weight": ""}
    assert client.post(f"{address}data/reading/", reading).status_code == 302
    wrong = client.post(f"{address}data/reading/", {**reading, "least": "9", "codes": "x"})
    assert wrong.status_code == 400
    assert "is no number" in wrong.content.decode()
    assert client.get(f"{address}data/remove/").status_code == 200
    assert client.post(f"{address}data/remove/").status_code == 302
    assert not path.exists()
    assert "No answers yet" in client.get(f"{address}data/").content.decode()


def test_own_answers_are_never_listed_and_staff_only_together(cast: Cast, served: Path) -> None:
    from dataclasses import replace

    import numpy as np

    from safar.analysis.path_model.distribution import distribution
    from safar.usecases.study_data import TooFewInStudy, _protected, look_at_data, take_own_answers

    workspace, bob = Workspace.open(served), cast.person("bob")
    study = _example(cast, served)
    text = (
        "name = 'own'\n[[constructs]]\nname='a'\nitems=['ease_of_use']\n"
        "[[constructs]]\nname='b'\nitems=['satisfaction']\n[[paths]]\nfrom='a'\nto='b'\n"
    )
    study = save_text(study.id, text=text, base=study.version, person=bob, now=NOW)
    data = take_own_answers(study.id, workspace=workspace, speaker="customer", person=bob, now=NOW)
    assert not answers_file(workspace, study.id).exists()
    look = look_at_data(workspace=workspace, study=replace(study, data=data), person=bob)
    assert look.first == ()
    page = cast.client("bob").get(f"/studies/{study.id}/data/").content.decode()
    assert "Rows are never listed" in page
    assert "First rows" not in page
    assert cast.client("bob").post(f"/studies/{study.id}/data/own/", {"speaker": "nobody"}).status_code == 400
    values = np.array([1.0] * 20 + [5.0] * 3)
    assert _protected(workspace, {"x": values})["x"] is values
    for few in (np.array([1.0] * 4), np.array([1.0] * 20 + [np.nan] * 3)):
        with pytest.raises(TooFewInStudy):
            _protected(workspace, {"x": few})
    bars = distribution("x", values, least=5).bars
    assert [bar.count for bar in bars] == [None, None]


def _grouped(cast: Cast, served: Path) -> Study:
    """The example with a column of branches, uploaded as a file."""
    import polars as pl
    from django.core.files.uploadedfile import SimpleUploadedFile

    from safar.datasets.service_survey import draw_answers

    study = _example(cast, served)
    frame = pl.DataFrame(draw_answers()).with_columns(branch=pl.Series([("north", "south")[k % 2] for k in range(320)]))
    file = SimpleUploadedFile("rows.csv", frame.write_csv().encode())
    assert cast.client("bob").post(f"/studies/{study.id}/data/upload/", {"file": file}).status_code == 302
    return study


@pytest.mark.parametrize("kind", ["screen", "predict", "importance", "groups", "segments"])
def test_a_further_analysis_is_run_kept_and_shown(cast: Cast, served: Path, kind: str) -> None:
    from safar.usecases.study_analyses import ANALYSES

    study, bob = _grouped(cast, served), cast.client("bob")
    few = {"permutations": 99, "folds": 4, "repeats": 1, "most": 2}  # fewer than people draw
    started = bob.post(f"/studies/{study.id}/runs/further/", {"kind": kind, "by": "branch", **few})
    assert started.status_code == 302, started.content.decode()[-3000:]
    do_all_work(served)
    address = started["Location"]
    page = bob.get(address).content.decode()
    assert "Take it along" in page, page[-3000:]
    assert page.count("<table") >= 1
    assert len(page) < MOST_BYTES
    result = read_back(kind, _newest(study).result)
    for sentence in result.sentences:
        assert sentence.split(",")[0].split("'")[0][:12] in page
    persian = bob.get(f"{address}?lang=fa").content.decode()
    assert all(part not in persian for part in ("Segments that", "Prediction of", "Groups compared"))
    first = next(iter(result.parts))
    assert bob.get(f"{address}report.csv?table={first}&lang=en").status_code == 200
    # What tells of single rows is for who works with the study.
    for name in ANALYSES[kind].rows:
        assert bob.get(f"{address}report.csv?table={name}").status_code == 200
        assert cast.client("vera").get(f"{address}report.csv?table={name}").status_code == 404
        assert cast.client("vera").get(f"{address}report.json").status_code == 404
        assert bob.get(f"{address}report.json").status_code == 200


OWN_FRAMEWORK = """\
name = "own"
label = { en = "Our view" }
[paper]
title = "Ours"
[elements]
plan = { en = "Plan and promise", measured_by = ["touchpoint:bill"] }

[elements.help]
en = "Help on the road"
from = "relief:measured.experience"
measured_by = ["touchpoint:bill", "touchpoint:gone"]
"""


def test_the_importance_map_is_drawn_and_leads_to_elements_and_touchpoints(cast: Cast, served: Path) -> None:
    workspace, bob = Workspace.open(served), cast.client("bob")
    workspace.publish_framework(OWN_FRAMEWORK, now=NOW)
    study = _example(cast, served)
    text = re.sub(r'element = "[^"]*"\n', "", study.text)
    stands = {"experience": "relief:measured.experience", "strategy": "own:plan", "support": "nobody:knows"}
    for name, element in stands.items():
        text = text.replace(f'name = "{name}"', f'name = "{name}"\nelement = "{element}"')
    save_text(study.id, text=text, base=study.version, person=cast.person("bob"), now=NOW)
    address = bob.post(f"/studies/{study.id}/runs/further/", {"kind": "importance"})["Location"]
    do_all_work(served)
    page = bob.get(address).content.decode()
    assert bob.get(f"/studies/{study.id}/").status_code == 200  # a run without claims is the newest
    # One drawing for a page, one for a phone, each with a name; the table beside them holds the same numbers.
    drawn = re.findall(
        r"<svg[^>]*role=\"img\" aria-label=\"Importance-performance map: What moves Loyalty\".*?</svg>", page, re.S
    )
    assert len(drawn) == 2
    result = read_back("importance", _newest(study).result)
    assert isinstance(result, ImportanceResult)
    for one in result.places:
        assert one.label is not None
        assert page.count(f"{one.importance:.3f}") >= 3
        assert f"{one.label.text('en')} ({one.construct})" in page or one.construct == "strategy"
    assert 'href="#t-importance"' in page
    assert 'id="t-importance"' in page
    assert not re.search(r"<script(?![^>]* src=)|style=", "".join(drawn))
    listed = page.split('class="stands-for"')[1].split("</ul>")[0]
    assert 'href="/frameworks/relief/elements/measured.experience/"' in listed
    assert 'href="/frameworks/own/elements/plan/"' in listed
    # The touchpoint that the journey has, once for each construct, by its name; what it has not is no link.
    assert listed.count('href="/journey/touchpoints/bill/"') == 2, listed
    assert "gone" not in listed
    assert "nobody" not in listed
    for link in re.findall(r'href="([^"]+)"', listed):
        assert bob.get(link).status_code == 200, link
    persian = bob.get(f"{address}?lang=fa").content.decode()
    assert "نقشهٔ اهمیت و عملکرد" in persian
    assert "نمایندهٔ چه هستند" in persian
    drawing = re.findall(r"<svg[^>]*role=\"img\".*?</svg>", persian, re.S)[0]
    assert "تجربهٔ مشتری" in drawing
    assert not re.search(r"[0-9]", "".join(re.findall(r"<text[^>]*>([^<]*)<", drawing)))
    assert len(page) < MOST_BYTES


def test_a_run_of_before_is_shown(cast: Cast, served: Path) -> None:
    import json

    from safar.store.models import StudyRun as Kept

    study, bob = _example(cast, served), cast.client("bob")
    address = bob.post(f"/studies/{study.id}/runs/further/", {"kind": "predict"})["Location"]
    do_all_work(served)
    run = _newest(study)
    told = json.loads(run.result)
    del told["labels"]
    Kept.objects.filter(pk=run.id).update(result=json.dumps(told))
    assert "Take it along" in bob.get(address).content.decode()


def test_a_further_analysis_that_cannot_be_is_said_beside_its_form(cast: Cast, served: Path) -> None:
    study, bob = _example(cast, served), cast.client("bob")
    answer = bob.post(f"/studies/{study.id}/runs/further/", {"kind": "nothing"})
    assert answer.status_code == 400
    assert 'id="further-wrong"' in answer.content.decode()
    # Its file has items only.
    for values in ({"kind": "groups", "by": ""}, {"kind": "groups", "by": "nowhere"}):
        answer = bob.post(f"/studies/{study.id}/runs/further/", values)
        assert answer.status_code == 400
        assert "The answers have no column that makes groups" in answer.content.decode()
    assert cast.client("vera").post(f"/studies/{study.id}/runs/further/", {"kind": "predict"}).status_code == 403
    # A run whose answers went in the meantime says so.
    started = bob.post(f"/studies/{study.id}/runs/further/", {"kind": "predict"})
    answers_file(Workspace.open(served), study.id).unlink()
    do_all_work(served)
    assert "answers are not there any more" in bob.get(started["Location"]).content.decode()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_pages_ask_the_store_little_and_are_light(cast: Cast, served: Path, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    study = _example(cast, served)
    _run(cast, served, study)
    other = _newest(study)
    address = _run(cast, served, study, {"seed": 2})
    run = _newest(study)
    client = cast.client("bob")
    client.cookies["safar_lang"] = language
    pages = {
        "/studies/": 5, "/studies/new/": 3, "": 5, "data/": 4, "checks/": 4, "model/": 4, "model/form/": 4,
        "questionnaire/": 3, "questionnaire/edit/": 3,
        "versions/": 5, "run/": 5, "runs/": 5, address: 4,
        f"/studies/compare/?run={run.id}&run={other.id}": 9,
    }  # fmt: skip
    for page, most in pages.items():
        wanted = page if page.startswith("/") else f"/studies/{study.id}/{page}"
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"{wanted}{'&' if '?' in wanted else '?'}lang={language}")
        assert answer.status_code == 200
        assert len(asked) <= most, (page, [query["sql"] for query in asked.captured_queries])
        assert len(answer.content) < MOST_BYTES
        assert not re.search(r"<script(?![^>]* src=)", answer.content.decode())


def test_hostile_texts_stay_texts(cast: Cast, served: Path) -> None:
    client = cast.client("bob")
    evil = "<script>alert(1)</script>"
    address = str(client.post("/studies/new/", {"title": evil, "way": "nothing"})["Location"])
    text = TEXT.replace("care", evil.replace('"', "")).replace("H1", "=1+1<b>")
    assert client.post(f"{address}model/", {"text": text, "base": 1}).status_code == 302
    for page in ("", "model/", "model/form/", "versions/?version=2", "checks/"):
        assert evil not in client.get(address + page).content.decode(), page
    assert evil not in client.post(f"{address}model/look/", {"text": text}).content.decode()
    large = client.post(f"{address}model/", {"text": "x" * 900_000, "base": 2})
    assert large.status_code == 400
    assert len(large.content) < MOST_BYTES + 220_000
    assert client.post(f"{address}model/look/", {"text": "y" * 2_000_000}).status_code == 400
    assert client.post(f"{address}model/look/", {"text": "name = 'a'\n" * 10_000}).status_code == 200
    assert client.post(f"{address}model/look/", {"text": "a\x00b"}).status_code == 200


def test_formula_cells_are_harmless_in_files(cast: Cast, served: Path) -> None:
    from safar.store import studies

    study = _example(cast, served)
    text = study.text.replace('"satisfaction"', '"=satisfaction"').replace("H1", "=1+1")
    study = save_text(study.id, text=text, base=study.version, person=cast.person("bob"), now=NOW)
    address = _run(cast, served, study)
    body = cast.client("bob").get(f"{address}report.csv?table=paths").content.decode()
    assert "'=1+1,'=satisfaction" in body
    assert studies.list_runs(study.id)


def test_a_run_is_watched_cancelled_and_told_when_it_fails(cast: Cast, served: Path) -> None:
    study = _example(cast, served)
    client = cast.client("bob")
    values = {"resamples": 60, "seed": 1, "interval": "percentile", "confidence": "0.95", "scheme": "path"}
    address = str(client.post(f"/studies/{study.id}/run/", values)["Location"])
    waiting = client.get(address).content.decode()
    assert "hx-trigger" in waiting
    assert "<noscript><meta http-equiv" in waiting
    assert "It begins when a worker is free." in cast.client("vera").get(address).content.decode()
    assert client.get(f"{address}report.html").status_code == 404
    assert cast.client("vera").post(f"{address}cancel/").status_code == 403
    assert client.post(f"{address}cancel/", follow=True).status_code == 200
    over = client.get(address).content.decode()
    assert "cancelled" in over
    assert "Run it again" in over
    do_all_work(served)
    answers_file(Workspace.open(served), study.id).unlink()
    again = str(client.post(f"/studies/{study.id}/runs/again/")["Location"])
    do_all_work(served)
    failed = client.get(again).content.decode()
    assert "answers are not there any more" in failed
    persian = client.get(f"{again}?lang=fa").content.decode()
    assert "answers are not there any more" not in persian


def test_who_lost_the_right_runs_nothing(cast: Cast, served: Path) -> None:
    from safar.domain.person import Role
    from safar.store.models import User

    study = _example(cast, served)
    values = {"resamples": 0, "seed": 1, "interval": "percentile", "confidence": "0.95", "scheme": "path"}
    cast.client("bob").post(f"/studies/{study.id}/run/", values)
    User.objects.filter(pk=cast.bob.pk).update(role=str(Role.VIEWER))
    do_all_work(served)
    assert not _newest(study).is_done


def test_a_run_is_asked_for_everything_that_the_command_can_be_asked(cast: Cast, served: Path) -> None:
    """Ordered answers, exact fit, hidden causes, resamples that cannot be right: only the command offered them."""
    from dataclasses import replace

    from safar.analysis.path_model.answers import Missing
    from safar.usecases.study_data import keep_choices

    study = _example(cast, served)
    form = cast.client("bob").get(f"/studies/{study.id}/run/").content.decode()
    for name in ("ordered", "drop", "exact_fit", "copula"):
        assert f'type="checkbox" name="{name}"' in form
    address = _run(cast, served, study, {"exact_fit": "on", "copula": "on", "drop": "on", "resamples": 30})
    result = read_back("estimate", _newest(study).result)
    assert isinstance(result, PathResult)
    assert result.exact_fit
    assert result.copulas
    assert result.run.resampling
    assert result.run.resampling.drop_inadmissible
    assert not result.run.ordered
    page = cast.client("bob").get(address).content.decode()
    assert 'id="t-exact-fit"' in page
    assert 'id="t-endogeneity"' in page
    # What was chosen is chosen the next time.
    again = cast.client("bob").get(f"/studies/{study.id}/run/").content.decode()
    assert len(re.findall(r'name="(?:drop|exact_fit|copula)" id="\w+" checked', again)) == 3
    person = cast.person("bob")
    keep_choices(study.id, choices=replace(choices_of(study), missing=Missing.MEAN), person=person, now=NOW)
    values = {"resamples": 0, "seed": 1, "interval": "percentile", "confidence": "0.95", "scheme": "path"}
    refused = cast.client("bob").post(f"/studies/{study.id}/run/", {**values, "ordered": "on"})
    assert refused.status_code == 400
    assert "Ordered answers need whole rows" in refused.content.decode()
    _run(cast, served, study, {"resamples": 0})
    keep_choices(study.id, choices=replace(choices_of(study), missing=Missing.CASEWISE), person=person, now=NOW)
    _run(cast, served, study, {"resamples": 0, "ordered": "on"})
    ordered = read_back("estimate", _newest(study).result)
    assert isinstance(ordered, PathResult)
    assert ordered.run.ordered
