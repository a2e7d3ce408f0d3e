"""A command prints in one form."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from safar.cli import app

RUN = CliRunner()


@pytest.mark.parametrize(
    "words",
    [
        ["map", "--json", "--csv"],
        ["log", "info", "--csv", "--json"],
        ["import", "--list-recipes", "--csv", "--json"],
        ["frameworks", "list", "--json", "--csv"],
    ],
)
def test_json_and_csv_at_once_are_refused(words: list[str]) -> None:
    done = RUN.invoke(app, words)
    assert done.exit_code == 2
    assert "Say one of --json and --csv" in " ".join(done.output.replace("│", " ").split())
    assert RUN.invoke(app, ["import", "--list-recipes", "--json", "--json"]).exit_code == 0
