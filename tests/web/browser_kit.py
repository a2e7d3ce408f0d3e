"""A served demo, a real browser, and the accessibility checker: what the browser tests of every page share."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from safar.analysis.journey_map import JourneyMap
from safar.usecases.workspace import Workspace
from tests import processes

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
class Served:
    """A workspace that is being served, and the one-time address that was printed: it works once, for ten minutes."""

    folder: Path
    base: str
    printed: str

    def fresh_address(self, *whom: str) -> str:
        """Another one-time address: the owner's, or with `--for` and a name somebody else's."""
        return run("serve", "-w", str(self.folder), "--sign-in-link", *whom).strip()


@dataclass(frozen=True)
class Demo(Served):
    """A demo that is being served."""

    the_map: JourneyMap


def environ() -> dict[str, str]:
    """The surroundings of a command of this project."""
    return processes.environ(COLUMNS="80")


def run(*arguments: str) -> str:
    """What a command prints."""
    return subprocess.run(
        processes.safar(*arguments), capture_output=True, text=True, env=environ(), check=True, timeout=120
    ).stdout


@contextmanager
def serving(*arguments: str, folder: Path) -> Iterator[Served]:
    """A command that serves that workspace, until the end of the block."""
    with subprocess.Popen(
        processes.safar(*arguments, "--port", "0", "--no-browser"), stdout=subprocess.PIPE, text=True, env=environ()
    ) as server:
        try:
            printed = next((found.group() for line in server.stdout or () if (found := _ADDRESS.search(line))), "")
            assert printed, "the command served nothing"
            yield Served(folder, printed.split("/sign-in/")[0], printed)
        finally:
            server.terminate()


@contextmanager
def serving_demo(folder: Path, *, facts: int = 20_000) -> Iterator[Served]:
    """A new demo in that folder."""
    with serving("demo", str(folder), "--facts", str(facts), folder=folder) as served:
        yield served


def chromium() -> str | None:
    """Where the browser is."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


# By module: what one file's tests change is nothing to the next file's, in whatever order they run.
@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    from datetime import UTC, datetime

    from safar.usecases.journey_map import read_journey_map

    with serving_demo(tmp_path_factory.mktemp("browser") / "demo") as served:
        the_map = read_journey_map(Workspace.open(served.folder), now=datetime.now(UTC))
        yield Demo(served.folder, served.base, served.printed, the_map)


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Served]:
    """A small demo of its own: just printed, and free to be changed."""
    with serving_demo(tmp_path / "demo", facts=6_000) as served:
        yield served


# By module: while its event loop runs, Django refuses to touch the database on this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    found = chromium()
    if found is None:
        pytest.skip("no Chromium here; on Debian: sudo apt-get install chromium (or name it in CHROMIUM)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
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
