"""The examples of README and tutorial run, in order, and print or show what they say they do.

A block fenced as `console` holds commands (`$ …`) and, below each, what it prints; a line `…` stands for any lines.
A block fenced as `python` is run by itself, as one would run it who typed commands since the last one; a `text` block
right below it is what it prints. A `text` block that begins with an address holds that page of the workspace that was
served last, and below the address what stands on it.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "tutorial").glob("*.md"))]
DEMO = "safar demo {} --facts 20000 --no-serve"
HOW_TO = {
    "back-up-and-restore": ["mkdir backups", DEMO.format("acme")],
    "count-options": [],
    "derive-a-framework": [],
    "estimate-a-path-model": [],
    "look-after-the-log": [
        "safar init acme",
        *(f"safar import visits-{n}.csv --recipe visits.toml -w acme" for n in (1, 2, 3)),
    ],
    "make-a-questionnaire": [],
    "measure": [DEMO.format(".")],
    "use-the-simulated-company": [],
}
"""Pages of docs/how-to that can be followed as they are, and the commands that make what each supposes to be there."""
VISITS = """
source = "visits"
key = "{no}"
[[interaction]]
slot = "visit"
event = "visit"
time = "{day}"
customer = "{person}"
"""
_NAMED_FILE = re.compile(r"`([\w.-]+\.(?:csv|toml))`:\n\n```(?:text|toml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(console|python|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PORT = "http://127.0.0.1:8321"
_WAITS = 'http-equiv="refresh"'
PATIENCE_S = 120


class Pages:
    """The pages of a served workspace, as a signed-in reader sees them."""

    def __init__(self, folder: str) -> None:
        command = ["safar", "serve", "-w", folder, "--port", "0", "--no-browser"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout
        link = next(found for line in self.server.stdout if (found := re.search(r"http://\S+/sign-in/\S+", line)))
        self.base = link.group().split("/sign-in/")[0]
        self.window = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.window.open(link.group(), timeout=60).read()

    def text(self, path: str) -> str:
        """The words of a page, once what it counts is there."""
        deadline = time.monotonic() + PATIENCE_S
        while _WAITS in (page := self.window.open(self.base + path, timeout=PATIENCE_S).read().decode()):
            assert time.monotonic() < deadline, f"{path} still waits"
            time.sleep(0.5)
        words = re.sub(r"<(script|style|title)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
        return _one_line(html.unescape(words))

    def close(self) -> None:
        """Stop serving."""
        self.server.terminate()
        self.server.communicate(timeout=60)


@pytest.fixture
def served() -> Iterator[dict[str, Pages]]:
    """What a tutorial serves, by folder."""
    opened: dict[str, Pages] = {}
    yield opened
    for pages in opened.values():
        pages.close()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and the command on the path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_examples_run(page: Path, shell: Path, served: dict[str, Pages]) -> None:
    _run_page(page.read_text(encoding="utf-8"), served)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", HOW_TO)
def test_a_how_to_can_be_followed(name: str, shell: Path, served: dict[str, Pages]) -> None:
    text = (ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    if any("visits" in command for command in HOW_TO[name]):
        (shell / "visits.toml").write_text(VISITS, encoding="utf-8")
        for number, people in enumerate((("ann@example.org", "a.smith@example.org"), ("bob",), ("cem",)), start=1):
            rows = [f"{number}-{who},2026-03-0{number},{who}" for who in people]
            (shell / f"visits-{number}.csv").write_text("\n".join(["no,day,person", *rows, ""]), encoding="utf-8")
    for command in HOW_TO[name]:
        subprocess.run(command, shell=True, check=True, capture_output=True, timeout=600)  # noqa: S602  # our own
    for file, content in _NAMED_FILE.findall(text):
        (shell / file).write_text(content, encoding="utf-8")
    _run_page(text, served)


def _run_page(page: str, served: dict[str, Pages]) -> None:
    printed, before = "", ""
    blocks = FENCE.findall(page)
    assert blocks, "the page has no example"
    for kind, text in blocks:
        if kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, "the page", "exec"), {})  # noqa: S102  # our own documentation
            printed = out.getvalue()
        elif kind == "console":
            _run_console(text, served)
        elif text.startswith(PORT):
            _look(text, *list(served.values())[-1:])
        elif before == "python":
            assert _even(text) == _even(printed)
        before = kind


def _look(text: str, pages: Pages) -> None:
    address, *lines = text.splitlines()
    shown = pages.text(address.removeprefix(PORT))
    for line in lines:
        assert _one_line(line) in shown, f"{address} does not say: {line}"


def _run_console(text: str, served: dict[str, Pages]) -> None:
    for command, expected in re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        if command.startswith(("make ", "git ")):
            continue  # what they run stands in the Makefile's own tests
        if found := re.fullmatch(r"safar serve -w (\S+)", command):
            served[found.group(1)] = Pages(found.group(1))  # it goes on until the tutorial ends
            continue
        done = subprocess.run(  # noqa: S602  # the documentation's own commands
            command, shell=True, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if expected.strip():
            pattern = r"[\s\S]*".join(re.escape(part.strip()) for part in re.split(r"^…$", _even(expected), flags=re.M))
            assert re.search(pattern, _even(done.stdout)), f"{command} printed:\n{done.stdout}\nexpected:\n{expected}"


def _even(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[\u2066-\u2069]", "", text).split())
