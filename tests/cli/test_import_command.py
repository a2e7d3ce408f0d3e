"""`safar import` as people use it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safar.cli import app
from safar.cli.import_report import rate_told, show_report
from safar.cli.output import console
from safar.usecases.import_ import FileInTheWay, RecipeFileDiffers, import_files
from safar.usecases.workspace import Workspace

RUN = CliRunner()
RECIPE = """
source = "s"
key = "{id}"
[[interaction]]
slot = "e"
kind = "submission"
event = "review"
time = "{at}"
[[feedback]]
kind = "csat"
question = "q"
value = "{score}"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    assert RUN.invoke(app, ["init", "ws"]).exit_code == 0
    monkeypatch.setenv("SAFAR_WORKSPACE", "ws")
    (tmp_path / "a.csv").write_text("id,at,score\n1,2024-01-01,5\n2,2024-01-02,9\n3,2024-01-03,1\n", encoding="utf-8")
    (tmp_path / "r.toml").write_text(RECIPE, encoding="utf-8")
    return tmp_path


def _say(*words: str) -> str:
    done = RUN.invoke(app, ["import", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_import_mend_and_undo(place: Path) -> None:
    told = _say("a.csv", "--recipe", "r.toml")
    assert "3 records = 2 accepted + 0 unchanged + 1 set aside" in told
    assert "outside the scale 1 to 5" in told
    assert all(len(line) <= 80 for line in told.splitlines())
    assert "Nothing changed" in _say("a.csv", "--recipe", "r.toml")
    assert _say("--set-aside", "1", "-o", "-") == _say("--set-aside", "1")
    assert not Path("-").exists()
    _say("--set-aside", "1", "-o", "mend.csv")
    mended = (place / "mend.csv").read_text(encoding="utf-8").replace("2024-01-02,9", "2024-01-02,4")
    (place / "mend.csv").write_text(mended, encoding="utf-8")
    assert "1 record = 1 accepted" in _say("mend.csv", "--mended", "1")
    assert "Import 2 is undone" in _say("--undo", "2")


def test_json_holds_the_whole_report(place: Path) -> None:
    told = json.loads(_say("a.csv", "--recipe", "r.toml", "--json"))
    assert told["files"][0]["set_aside"] == 1
    assert told["reasons"][0]["value"] == "9"


def test_a_dry_run_shows_the_first_facts(place: Path) -> None:
    told = _say("a.csv", "--recipe", "r.toml", "--dry-run")
    assert "nothing was changed" in told
    assert "record 1 feedback e.q" in told


def test_without_a_recipe_one_is_proposed_and_written(place: Path) -> None:
    told = _say("a.csv")
    assert "Nothing was imported" in told
    assert (place / "a.recipe.toml").is_file()
    assert "3 accepted" in _say("a.csv", "--yes")


def test_ready_recipes_are_listed_and_shown(place: Path) -> None:
    assert "marketplace-orders" in _say("--list-recipes")
    assert 'source = "event-log"' in _say("--show-recipe", "event-log-xes")


def test_a_ready_recipe_that_fits_is_named(place: Path) -> None:
    (place / "log.csv").write_text("Case ID,Activity,Timestamp\n1,a,2024-01-01\n", encoding="utf-8")
    assert "--recipe event-log-xes" in _say("log.csv")


def test_a_ready_recipe_that_cannot_read_the_times_does_not_fit(place: Path) -> None:
    rows = "".join(f"{i},a,{i + 10}/01/2024 10:00:00\n" for i in range(1, 9))
    (place / "log.csv").write_text(f"Case ID,Activity,Timestamp\n{rows}", encoding="utf-8")
    told = _say("log.csv", "--yes")
    assert "event-log-xes" not in told
    assert "8 records = 8 accepted" in told


def test_an_encoding_that_is_told_gets_a_file_in(place: Path) -> None:
    rows = "".join(f"{i},2024-01-0{i},{i % 5 + 1},سلام و درود بر شما دوست گرامي {i}\n" for i in range(1, 9))
    (place / "w.csv").write_bytes(f"id,at,score,comment\n{rows}".encode("windows-1256"))
    (place / "guessed.csv").write_bytes((place / "w.csv").read_bytes())
    assert 'encoding = "windows-1256" # CHECK THIS: guessed from the letters' in _say("guessed.csv")
    # Nothing speaks for one of the encodings that are guessed: the next step says how to tell one.
    (place / "other.csv").write_bytes("列,词\n一,很好的服务\n二,太慢了不满意\n".encode("gb18030"))
    refused = RUN.invoke(app, ["import", "other.csv"])
    assert refused.exit_code != 0
    assert "--encoding" in _next_step(refused.exception)
    told = _say("w.csv", "--encoding", "windows-1256")
    assert 'encoding = "windows-1256"' in told
    assert "8 accepted" in _say("w.csv", "--recipe", "w.recipe.toml")


def _next_step(problem: BaseException | None) -> str:
    return str(getattr(problem, "next_step", ""))


def test_printed_commands_name_the_workspace_that_was_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAFAR_WORKSPACE")
    told = _say("a.csv", "-w", "ws")
    assert "safar import a.csv --recipe a.recipe.toml -w ws" in told
    told = _say("a.csv", "-w", "ws", "--recipe", "r.toml")
    assert "--set-aside 1 -o mend.csv -w ws" in told
    assert "safar journey propose -w ws" in told
    assert "safar import mend.csv --mended 1 -w ws" in _say("--set-aside", "1", "-o", "mend.csv", "-w", "ws")


def test_a_dry_run_of_several_files_names_each(place: Path) -> None:
    (place / "b.csv").write_text("id,at,score\n7,2024-02-01,5\n", encoding="utf-8")
    told = _say("a.csv", "b.csv", "--recipe", "r.toml", "--dry-run")
    assert "record 1 of a.csv feedback e.q" in told
    assert "record 1 of b.csv feedback e.q" in told


def test_repeated_keys_are_one_reason(place: Path) -> None:
    rows = "".join(f"{i},2024-01-0{day},5\n" for i in (1, 2, 3) for day in (1, 2))
    (place / "twice.csv").write_text(f"id,at,score\n{rows}", encoding="utf-8")
    told = json.loads(_say("twice.csv", "--recipe", "r.toml", "--json"))
    reasons = [(one["reason"], one["rows"]) for one in told["reasons"]]
    assert reasons == [("same key as an earlier row, with other content", 3)]


def test_a_dry_run_of_a_long_file_says_how_far_it_read(place: Path) -> None:
    rows = "".join(f"{number},2024-01-01,5\n" for number in range(100_001))
    (place / "long.csv").write_text(f"id,at,score\n{rows}", encoding="utf-8")
    told = _say("long.csv", "--recipe", "r.toml", "--dry-run")
    assert "the first 100,000 records of long.csv were read and checked" in told
    assert "What of it is new, corrected or unchanged, and what would go, is not told" in told
    assert "accepted" not in told
    assert "--all" in told
    told = _say("long.csv", "--recipe", "r.toml", "--dry-run", "--all")
    assert "everything was read and checked" in told
    assert "100,001 records = " in told


@pytest.mark.parametrize(
    ("done", "total", "records", "elapsed", "told"),
    [
        (0, 2_000_000, 0, 0.0, "0.0 of 2.0 MB"),
        (1_500_000, 2_000_000, 700, 3.0, "1.5 of 2.0 MB, 0.5 MB/s"),
        (0, 0, 1_200, 0.1, "1,200 rows"),
        (0, 0, 1_200, 2.0, "1,200 rows, 600/s"),
        (0, 0, 0, 5.0, ""),
    ],
)
def test_progress_tells_a_rate(done: int, total: int, records: int, elapsed: float, told: str) -> None:
    assert rate_told(done, total, records, elapsed) == told


def test_reasons_and_values_are_told_whole(place: Path) -> None:
    (place / "r.toml").write_text(RECIPE.replace('"{at}"', '{ of = "{at}", zone = "Europe/Berlin" }'), encoding="utf-8")
    (place / "a.csv").write_text("id,at,score\n1,2024-03-31 02:30:00,5\n2,2024-01-02,4\n", encoding="utf-8")
    told = _say("a.csv", "--recipe", "r.toml")
    table = told[told.index("Set aside") :]
    words = " ".join(table.split())
    assert all(len(line) <= 80 for line in told.splitlines())
    for word in (
        "no",
        "such",
        "time",
        "Europe/Berlin:",
        "clocks",
        "went",
        "forward",
        "2024-03-31",
        "02:30:00",
        "line 2",
    ):
        assert word in words
    assert "…" not in table


def test_a_long_token_leaves_its_reason_readable(place: Path) -> None:
    (place / "a.csv").write_text("id,at,score\n1,2024-01-01,5\n2," + "x" * 300 + ",4\n", encoding="utf-8")
    told = _say("a.csv", "--recipe", "r.toml")
    table = told[told.index("Set aside") :]
    assert all(len(line) <= 80 for line in told.splitlines())
    assert "not a time" in " ".join(table.split())
    assert "xxx…" in table


def test_one_record_a_second_is_said_of_one(place: Path) -> None:
    (place / "a.csv").write_text("id,at,score\n1,2024-01-01,5\n", encoding="utf-8")
    seen = import_files(
        workspace=Workspace.open(place / "ws", environ={}),
        paths=[place / "a.csv"],
        recipe=RECIPE,
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    with console.capture() as said:
        show_report(replace(seen, seconds=1.0))
    assert "1 record/s" in said.get()


def test_checking_and_merging_the_log_print_csv(place: Path) -> None:
    _say("a.csv", "--recipe", "r.toml")
    for words, head in ((["verify"], "versions_checked,"), (["compact"], "files_before,")):
        done = RUN.invoke(app, ["log", *words, "--csv"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        first, second = done.output.splitlines()
        assert head in first + ","
        assert first.count(",") == second.count(",")


def test_what_prints_a_table_prints_csv(place: Path) -> None:
    _say("a.csv", "--recipe", "r.toml")
    assert _say("--list-recipes", "--csv").startswith("name,")
    told = RUN.invoke(app, ["log", "info", "--csv"]).output.splitlines()
    assert told[0].startswith("table,rows")
    told = RUN.invoke(app, ["log", "versions", "--csv"]).output.splitlines()
    assert told[0].endswith("set aside")
    assert told[-1].endswith(",1")
    assert _say("--undo", "1", "--csv").startswith("table,")
    assert "import 1 undone" in RUN.invoke(app, ["log", "info"]).output


def test_an_import_that_set_nothing_aside_says_where_to_look(place: Path) -> None:
    (place / "a.csv").write_text("id,at,score\n1,2024-01-01,5\n", encoding="utf-8")
    _say("a.csv", "--recipe", "r.toml")
    done = RUN.invoke(app, ["import", "--set-aside", "1"])
    assert done.exit_code != 0
    assert "safar log versions" in str(getattr(done.exception, "next_step", done.output))


def test_whether_a_file_has_a_header_can_be_said(place: Path) -> None:
    (place / "rows.csv").write_text("5,2026-01-01 10:00,ann\n3,2026-01-02 11:00,bob\n", encoding="utf-8")
    assert "2 records = 2 accepted" in _say("rows.csv", "--yes")
    told = _say("rows.csv", "--yes", "--header", "--dry-run")
    assert "1 record = 1 accepted" in told
    assert "CHECK THIS: columns are named 5" in told
    assert RUN.invoke(app, ["import", "rows.csv", "--no-header", "--recipe", "r.toml"]).exit_code == 2


def test_a_dry_run_of_undoing_tells_and_changes_nothing(place: Path) -> None:
    _say("a.csv", "--recipe", "r.toml")
    (place / "a.csv").write_text("id,at,score\n1,2024-01-01,2\n3,2024-01-03,1\n", encoding="utf-8")
    _say("a.csv", "--recipe", "r.toml")
    told = _say("--undo", "2", "--dry-run")
    assert "undoing import 2 would take 1 fact away and bring 1 fact back. Nothing was changed." in told
    rows = _say("--undo", "2", "--dry-run", "--json")
    assert "import 2 undone" not in RUN.invoke(app, ["log", "versions"]).output
    assert _say("--undo", "2", "--json") == rows
    assert RUN.invoke(app, ["import", "--undo", "2", "--dry-run"]).exit_code != 0


def test_undoing_takes_no_files(place: Path) -> None:
    _say("a.csv", "--recipe", "r.toml")
    for words in (["a.csv", "--undo", "1"], ["a.csv", "--undo", "1", "--dry-run"], ["a.csv", "--set-aside", "1"]):
        done = RUN.invoke(app, ["import", *words])
        assert done.exit_code == 2
        assert "takes no files" in done.output
    assert len(json.loads(RUN.invoke(app, ["log", "versions", "--json"]).output)) == 2


def test_a_second_proposal_says_that_the_first_is_kept(place: Path) -> None:
    (place / "b.csv").write_bytes(
        "id,at,score,city\n1,2024-01-01,5,Łódź\n2,2024-01-02,4,Łomża\n".encode("windows-1250")
    )
    again = ["b.csv", "--encoding", "windows-1250"]
    _say("b.csv", "--encoding", "windows-1252")
    kept = (place / "b.recipe.toml").read_text(encoding="utf-8")
    done = RUN.invoke(app, ["import", *again])
    assert isinstance(done.exception, RecipeFileDiffers)
    assert "b.recipe.toml exists and differs" in done.exception.message
    assert (place / "b.recipe.toml").read_text(encoding="utf-8") == kept
    headless = RUN.invoke(app, ["import", *again, "--no-header"])
    assert isinstance(headless.exception, RecipeFileDiffers)
    assert "--recipe c.toml" in _say(*again, "--save", "c.toml")
    assert "--recipe b.recipe.toml" in _say(*again, "--replace-recipe")
    assert 'encoding = "windows-1250"' in (place / "b.recipe.toml").read_text(encoding="utf-8")
    assert "says the same already" in _say(*again)


def test_rows_set_aside_are_written_over_nothing(place: Path) -> None:
    (place / "b.csv").write_text("id,at,score\n7,2024-02-01,8\n", encoding="utf-8")
    _say("a.csv", "b.csv", "--recipe", "r.toml")
    told = _say("--set-aside", "1", "-o", "mend.csv")
    assert "mend.csv --mended 1" in told
    assert "mend-2.csv --mended 1" in told
    assert "8" in (place / "mend-2.csv").read_text(encoding="utf-8")
    (place / "mend-2.csv").write_text("half mended", encoding="utf-8")
    done = RUN.invoke(app, ["import", "--set-aside", "1", "-o", "mend.csv"])
    assert isinstance(done.exception, FileInTheWay)
    assert (place / "mend-2.csv").read_text(encoding="utf-8") == "half mended"
    _say("--set-aside", "1", "-o", "mend.csv", "--force")
    assert "half" not in (place / "mend-2.csv").read_text(encoding="utf-8")
    (place / "folder").mkdir()
    assert "folder/set-aside-2.csv" in _say("--set-aside", "1", "-o", "folder")


def test_an_import_that_is_not_there_is_named(place: Path) -> None:
    done = RUN.invoke(app, ["import", "--set-aside", "99"])
    assert "There is no import 99." in str(getattr(done.exception, "message", ""))
