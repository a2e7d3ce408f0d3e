"""Everything that can be set, typed or go wrong is documented; every example runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_reference_pages_are_the_code_s_own() -> None:
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_metric_has_a_method_page() -> None:
    from safar.analysis.measure import METRICS

    for name in METRICS:
        page = DOCS / "methods" / f"{name.replace('_', '-')}.md"
        assert page.is_file(), f"docs/methods lacks {page.name}"


@pytest.mark.parametrize("page", sorted((DOCS / "methods").glob("*.md")), ids=lambda p: p.stem)
def test_method_pages_have_their_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    for part in ("formula", "worked", "limits", "when not to use"):
        assert part in text, f"{page.name} lacks the part {part!r}"


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("*.md")), ids=lambda p: p.stem)
def test_decisions_name_what_was_rejected(page: Path) -> None:
    assert re.search(r"^## Alternatives rejected\n\n- \*\*", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_links_lead_somewhere() -> None:
    broken = []
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        if "_build" in page.parts:
            continue
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def test_every_page_of_the_product_has_a_how_to(served: Path) -> None:
    """The page that lists them names each entry of the navigation: its title, its address, and a how-to."""
    from safar.web.navigation import AREAS

    table = (DOCS / "reference" / "access.md").read_text(encoding="utf-8")
    addresses = {name: address for address, name in re.findall(r"^\| `([^`<]+)` \| ([\w-]+) \|", table, re.MULTILINE)}
    listed = (DOCS / "how-to" / "find-the-page.md").read_text(encoding="utf-8")
    for area in AREAS:
        for entry in area.entries:
            row = f"| {entry.title} | `{addresses[entry.page]}` | ["
            assert row in listed, f"docs/how-to/find-the-page.md lacks a row that begins: {row}"


def test_the_index_leads_to_every_how_to() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in (DOCS / "how-to").glob("*.md"):
        assert f"how-to/{page.stem}" in index, f"docs/index.md does not lead to {page.name}"
