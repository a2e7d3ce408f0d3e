"""A served demo, a real browser, and the accessibility checker: what the browser tests of every page share."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from safar.analysis.journey_map import JourneyMap
from safar.usecases.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_ADDRESS = re.compile(r"http://\S+/sign-in/\S+")


@dataclass(frozen=True)
class Demo:
    """A demo that is being served."""

    folder: Path
    base: str
    signed_in: str
    the_map: JourneyMap

    def fresh_address(self) -> str:
        """Another one-time address."""
        return _run("serve", "-w", str(self.folder), "--sign-in-link").strip()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from safar.cli import main; main()", *arguments]


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"}


def _run(*arguments: str) -> str:
    return subprocess.run(
        _command(*arguments), capture_output=True, text=True, env=_environ(), check=True, timeout=120
    ).stdout


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    from datetime import UTC, datetime

    from safar.usecases.journey_map import read_journey_map

    folder = tmp_path_factory.mktemp("browser") / "demo"
    with subprocess.Popen(
        _command("demo", str(folder), "--facts", "20000", "--port", "0", "--no-browser"),
        stdout=subprocess.PIPE,
        text=True,
        env=_environ(),
    ) as server:
        assert server.stdout
        printed = next(found for line in server.stdout if (found := _ADDRESS.search(line))).group()
        the_map = read_journey_map(Workspace.open(folder), now=datetime.now(UTC))
        yield Demo(folder, printed.split("/sign-in/")[0], printed, the_map)
        server.terminate()


# By module: while its event loop runs, Django refuses to touch the database on this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium here; on Debian: sudo apt-get install chromium (or name it in CHROMIUM)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, as it comes with an installed package."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page, axe: str) -> list[tuple[str, str, list[str]]]:
    """What the checker holds against the open page: (rule, what is wrong, the first elements)."""
    page.evaluate(axe)
    passed, violations = page.evaluate("axe.run(document).then(done => [done.passes.length, done.violations])")
    assert passed > 10
    return [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]]) for one in violations]


@dataclass
class Visit:
    """A window, with everything that went wrong in it."""

    page: Page
    context: BrowserContext
    problems: list[str]


@pytest.fixture
def visit(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A signed-in window. Any console message and any request to elsewhere is a problem."""
    options = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1600, "height": 1000}, **options})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    context.on(
        "request",
        lambda asked: (
            problems.append(f"elsewhere: {asked.url}")
            if urlsplit(asked.url).netloc != urlsplit(demo.base).netloc
            else None
        ),
    )
    page.goto(demo.fresh_address())
    yield Visit(page, context, problems)
    context.close()
    assert not problems
