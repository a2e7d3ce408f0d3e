"""The pages about frameworks tell the truth: their examples run and their lists are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar import frameworks
from safar.domain.framework import BadFramework, ElementKind, Level, Role, Side

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_of_a_derived_framework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("how-to/derive-a-framework.md", "toml")
    Path("ours.toml").write_text(example, encoding="utf-8")
    ours = frameworks.load_file("ours.toml")
    assert ours.element("output.complaint.first-contact").step == "output"
    for code in blocks("how-to/derive-a-framework.md", "python"):
        exec(compile(code, "derive-a-framework.md", "exec"), {})  # noqa: S102


def test_the_example_of_an_error() -> None:
    (text,) = blocks("how-to/derive-a-framework.md", "text")
    with pytest.raises(BadFramework) as raised:
        frameworks.load_text('name = "ours"\nbase = "stepwise"\ndrop = ["awarenes"]', where="ours.toml")
    assert text.strip() == f"Error: {raised.value.message} ({raised.value.code})"


def test_the_reference_names_everything() -> None:
    page = (DOCS / "reference" / "frameworks.md").read_text(encoding="utf-8")
    wanted = [*frameworks.names(), *frameworks.known_capabilities(), *Level, *Role, *Side, *ElementKind]
    assert [name for name in wanted if f"`{name}`" not in page] == []
    for code in blocks("reference/frameworks.md", "python"):
        exec(compile(code, "frameworks.md", "exec"), {})  # noqa: S102
