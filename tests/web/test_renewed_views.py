"""What is shown beside a map, and measured, follows the log while facts arrive, however long it takes to make."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.datasets import telecom
from safar.log import StagedImport
from safar.usecases.measure_ask import MeasureAsk
from safar.usecases.measured import read_measured, remembered_measured
from safar.usecases.remember import keep
from safar.usecases.workspace import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE_S = 60.0
ASK = MeasureAsk(metric="nps", by=("attribute:segment",))


def _arrive(workspace: Workspace, *, seed: int) -> None:
    with workspace.log.connect() as connection:
        staged = telecom.stage(connection, facts=1_500, seed=seed)
        workspace.log.commit(
            connection,
            StagedImport(source=staged.source, interactions=staged.interactions, feedback=staged.feedback),
            now=NOW,
        )


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    """A small company of this test's own."""
    from safar.usecases.demo import create_demo

    return create_demo(path=tmp_path / "own", facts=3_000, seed=1, now=NOW)


def test_what_took_longer_than_facts_took_to_arrive_is_kept(own: Workspace) -> None:
    from safar.usecases.measured import _files, _name

    made, name = read_measured(own, ASK), _name(own, ASK)
    _files(own).folder.joinpath(f"{name}.json").unlink()
    _arrive(own, seed=2)
    keep(own, _files(own), name, made.to_json(), version=made.origin.log_version)
    assert remembered_measured(own, ASK, newest=True) is None
    assert remembered_measured(own, ASK) == made
    own.log.undo(own.log.head().import_no, now=NOW)
    assert remembered_measured(own, ASK) is None
    _files(own).folder.joinpath(f"{name}.json").unlink()
    keep(own, _files(own), name, made.to_json(), version=made.origin.log_version)
    assert list(_files(own).folder.glob(f"*{name.partition('-')[2]}*")) == [], "something else than an import came"


@pytest.mark.usefixtures("cast")
def test_a_comparison_and_a_measurement_are_renewed(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from safar.analysis.filters import Filters
    from safar.usecases.compare_maps import comparison_view
    from safar.web import beside
    from safar.web.reading import read_map, read_measure, read_shown
    from safar.web.waiting import Waiting

    monkeypatch.setattr(beside, "SHOWN_FOR_S", 0.5)  # in place of what makes this test long
    view = comparison_view(own, a=Filters(channels=("call",)), b=Filters(channels=("app",)))

    def versions() -> set[int]:
        found = [read_map(own, filters=Filters()), read_shown(own, view), read_measure(own, ASK)]
        return {0 if isinstance(one, Waiting) else one.origin.log_version for one in found}

    for seed in (2, 3):
        end = time.monotonic() + PATIENCE_S
        while versions() != {own.log.head().number}:
            assert time.monotonic() < end, "an older version is still shown"
            time.sleep(0.2)
        _arrive(own, seed=seed)
