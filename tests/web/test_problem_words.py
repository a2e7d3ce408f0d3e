"""Errors in the reader's language: every message that a page can show has a Persian text, or says why it has none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from safar.domain.job import JobProblem, JobState
from tests.web.web_cast import NOW, Cast

SOURCE = Path(__file__).resolve().parents[2] / "src" / "safar"
# Layers whose errors reach a page: as a page of its own, beside a field, or as what became of a job.
REACHED = (
    "usecases",
    "web",
    "analysis",
    "domain",
    "frameworks/shelf.py",
    "log",
    "files/reading_errors.py",
    "files/questionnaire",
    "study/",
)
ELSEWHERE = {
    # Written by people into files, and answered with the line: shown in English after a sentence in Persian.
    "recipe", "framework.invalid", "framework.unknown",
    # Said beside their fields by `people_forms`, in words of its own.
    "person", "sign-in",
    # Asked for on the command line and by programs only.
    "backup", "restore", "conversion", "workspace", "simulation", "fact", "settings", "metric.bad-weights",
    "import.recipe-differs", "import.file-in-the-way", "path-model.bad-choice", "path-model.no-table",
    "path-model.bad-result",
    "histogram", "mail.bad-letter", "mail.not-sent", "log.bad-merge", "log.bad-staged", "log.customer-unknown",
    "log.customer-ambiguous", "log.not-found", "log.exists", "log.too-new",
    # Hold the words of the operating system or of the engine.
    "log.write-failed", "log.bad-facts", "import.value-not-taken", "published.not-found",
    # Have several texts in the catalogue, for what their variable parts may be.
    "published.changed-since", "questionnaire.unknown-answer", "path-model.too-few-rows", "path-model.groups",
    "path-model.column-missing",
}  # fmt: skip


_ISOLATES = re.compile("[\u2066-\u2069]")


def _classes() -> dict[str, tuple[str, str | None, Path]]:
    """Of each error class its code and next step."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            told = {
                target.id: item.value.value
                for item in node.body
                if isinstance(item, ast.Assign)
                and isinstance(item.value, ast.Constant)
                and isinstance(item.value.value, str)
                for target in item.targets
                if isinstance(target, ast.Name)
            }
            if "code" in told:
                found[node.name] = (told["code"], told.get("next_step"), file.relative_to(SOURCE))
    return found


def _texts() -> Iterator[tuple[str, str, str]]:
    """(code, where, text) of what pages can show; variable parts are made up."""
    classes = _classes()
    for name, (code, next_step, file) in classes.items():
        if str(file).startswith(REACHED) and next_step:
            yield code, name, str(next_step)
    for file in sorted(SOURCE.rglob("*.py")):
        place = str(file.relative_to(SOURCE))
        if not place.startswith(REACHED):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in classes:
                continue
            code = classes[node.func.id][0]
            for value in [*node.args[:1], *(key.value for key in node.keywords if key.arg == "next_step")]:
                if (text := _example(value)) is not None:
                    yield code, f"{place}:{node.lineno}", text


def _example(value: ast.expr) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "Zq" for part in value.values]
        return "".join(str(part) for part in parts)
    return None


def test_pages_say_errors_in_persian(served: Path) -> None:
    from django.utils import translation

    from safar.web.problem_words import problem_text

    unknown = []
    with translation.override("fa"):
        for code, where, text in _texts():
            if not {code, code.partition(".")[0]} & ELSEWHERE and problem_text(text) == text:
                unknown.append(f"{where} {code}: {text}")
    assert not unknown, "\n".join(unknown)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Import 1,234 was undone already.", "ورود دادهٔ ۱۲۳۴ پیش‌تر"),
        ("Journey 'main' has no steps.", "سفر «main»"),
        ("There is no group {'step': 'use'} in this measurement by step.", "گروه {'step': 'use'}"),
        ("The rules 'main' was published anew by Ann in the meantime.", "Ann"),
        ("The rules 'main' was published anew in the meantime.", "در این میان"),
        ("20 jobs of yours wait or run already.", "۲۰ کار"),
        ("Item 'x1', option 'b' has an empty text (en).", "گویهٔ «x1»، گزینهٔ «b»"),
        ("Scale 'agree': its least value 7 must be below its greatest 1.", "مقیاس «agree»: کمترین مقدار آن، ۷"),
        (
            "'1x' cannot be the name of an answer scale: a letter, then letters, digits, '_' or '.', 64 at most.",
            "نام مقیاس",
        ),
        ("Item 'x1', record 12: '9' is no answer on the scale 'agree' of 1 to 7.", "رکورد ۱۲"),
        ("a.csv: 3 of 9 rows are broken; record 4 (line 7): odd.", "رکورد ۴ (سطر ۷)"),
        ("a.csv: 3 of 9 rows are broken; record 4: odd.", "رکورد ۴"),
        ("Item 'x1', record 12: 'a' is none of its options: b, c.", "گزینه‌های آن نیست: b, c"),
        ("Item 'x1', record 12: 'a' is no number.", "گویهٔ «x1»، رکورد ۱۲"),
        ("A questionnaire is not written as a file without an ending.", "پروندهٔ بی‌پسوند"),
        ("30 rows (4 of 34 left out for their gaps) for the 3 paths to Trust.", "(۴ از ۳۴"),
        ('A rule without a match would take everything; say `event = "*"` if that is meant.', '`event = "*"`'),
        ("Line 4: Item 'a1' measures two constructs: A and H.", "سطر ۴: گویهٔ «a1»"),
        ("Line 12: The paths form a circle: A -> B -> A.", "سطر ۱۲: "),
        ("The paths to 'Y' are not determined: A, B and C determine each other exactly.", "A, B و C یکدیگر را"),
    ],
)
def test_names_and_numbers_stand_in_the_persian_text(served: Path, text: str, says: str) -> None:
    from django.utils import translation

    from safar.web.problem_words import problem_text

    with translation.override("en"):
        assert problem_text(text, code="log.x") == text
    with translation.override("fa"):
        assert says in _ISOLATES.sub("", problem_text(text, code="log.x"))
        assert not re.search(r"[a-z] [a-z]", problem_text(text).replace("`event = ", ""))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("There is no such place on the map.", "چنین جایی روی نقشه نیست."),
        ("'x' is no answer.", "«\u2068x\u2069» از جنس \u2068answer\u2069 نیست."),
        (
            "since: 'never' is no date (2026-01-31) and no time.",
            "\u2068since\u2069: «\u2068never\u2069» نه تاریخ است (مانند \u20662026-01-31\u2069) و نه زمان.",
        ),
    ],
)
def test_what_is_left_to_right_keeps_to_itself_in_a_persian_sentence(served: Path, text: str, says: str) -> None:
    from django.utils import translation

    from safar.web.problem_words import problem_text

    with translation.override("fa"):
        assert problem_text(text) == says


def test_a_page_of_a_problem_is_set_as_its_language_is(cast: Cast) -> None:
    body = cast.client("vera").get("/journey/?since=never&lang=fa").content.decode()
    assert '<p class="message">\u2068since\u2069: ' in body


def test_what_is_not_known_is_shown_after_what_it_is_about(served: Path) -> None:
    from django.utils import translation

    from safar.web.problem_words import problem_text

    with translation.override("fa"):
        found = problem_text("A thing that nobody foresaw.", code="recipe.odd")
    assert found == "دستور ورود داده جور نیست. (A thing that nobody foresaw.)"


def test_a_failed_job_and_a_missing_page_speak_persian(cast: Cast) -> None:
    from safar.store import jobs
    from safar.usecases.work import _LOST, _LOST_NEXT

    client = cast.client("bob")
    page = client.post("/facts/answers/export/?channel=app", {"format": "csv"})["Location"]
    held = jobs.claim(kinds=["export-facts"], worker="a", now=NOW)
    assert held
    problem = JobProblem(code="job.worker-lost", message=_LOST, next_step=_LOST_NEXT)
    later = NOW + timedelta(minutes=1)
    assert jobs.finish(held[1], state=JobState.FAILED, progress=held[0].progress, now=later, problem=problem)
    shown = client.get(f"{page}?lang=fa").content.decode()
    assert "فرایندی که این کار را می‌کرد" in shown
    assert "The process that did this work" not in shown
    english = client.get(f"{page}?lang=en").content.decode()
    assert "The process that did this work" in english
    gone = client.get("/boards/00000000-0000-4000-8000-000000000000/?lang=fa")
    assert gone.status_code == 404
    assert "چنین تخته‌ای نیست" in gone.content.decode()


@pytest.mark.parametrize(
    ("language", "named"), [("en", "the page “\u2068Missing answers"), ("fa", "صفحهٔ «\u2068Missing answers")]
)
def test_a_method_page_that_an_error_names_is_one_link_away(served: Path, language: str, named: str) -> None:
    from django.utils import translation

    from safar.analysis.path_model.answers import TooFewRows
    from safar.web.problem_words import problem_text
    from safar.web.templatetags.wording import help_links

    with translation.override(language):
        told = problem_text(TooFewRows.next_step)
        assert named in told.replace("“Missing", "“\u2068Missing")
        assert "docs/" not in told
        shown = help_links(f"{told} <b>")
    assert '<a class="help" href="/help/missing-answers/">' in shown
    assert "&lt;b&gt;" in shown


def test_no_page_is_told_a_file_of_the_documentation(served: Path) -> None:
    from django.utils import translation

    from safar.web.problem_words import problem_text

    for language in ("en", "fa"):
        with translation.override(language):
            assert not [text for _code, _where, text in _texts() if "docs/" in problem_text(text)]
