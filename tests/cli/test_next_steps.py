"""Commands that are printed can be copied as they stand: they name the workspace that the run was about."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

import safar
from safar.cli import app, main
from safar.domain.wording import WITHOUT_WORKSPACE, complete_commands, counted, place_option, span


def leaves(command: Any, *names: str) -> list[tuple[tuple[str, ...], Any]]:
    inside = getattr(command, "commands", {})
    return [leaf for name, one in inside.items() for leaf in leaves(one, *names, name)] or [(names, command)]


def test_which_commands_are_told_of_a_workspace() -> None:
    for names, command in leaves(typer.main.get_command(app)):
        asks = any("--workspace" in option.opts for option in command.params)
        if names[0] not in ("frameworks", "model"):  # which work with a workspace and without
            assert asks == (names[0] not in WITHOUT_WORKSPACE), names


def test_a_command_is_completed_once() -> None:
    there = Path("my shop")
    text = "Run `safar log verify`; or `safar init FOLDER`, `safar map -w acme`, safar map."
    told = "Run `safar log verify -w 'my shop'`; or `safar init FOLDER`, `safar map -w acme`, safar map."
    assert complete_commands(text, there) == told
    assert complete_commands(told, there) == told
    assert complete_commands(text, Path()) == text


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "a shop"
    safar.create(str(folder), name="Shop")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["safar", *arguments])
    with pytest.raises(SystemExit):
        main()


def test_the_next_step_of_an_error_names_the_workspace(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "map", "-w", str(place))
    told = capsys.readouterr().err
    assert "Next:" in told
    assert f"-w {shlex.quote(str(place))}`" in told
    run(monkeypatch, "log", "info", "-w", str(place))
    assert f"safar import FILE -w {shlex.quote(str(place))}" in " ".join(capsys.readouterr().out.split())


def test_counts_agree_with_their_noun() -> None:
    assert [counted(n, "identifier") for n in (0, 1, 2, 1_200)] == [
        "0 identifiers", "1 identifier", "2 identifiers", "1,200 identifiers",
    ]  # fmt: skip
    assert counted(1, "person", "people") == "1 person"
    assert counted(3, "person", "people") == "3 people"
    assert (span(None), span(30.0), span(5_400.0), span(172_800.0)) == ("–", "30 s", "1.5 h", "2.0 d")
    assert place_option(Path("a b")) == " -w 'a b'"
