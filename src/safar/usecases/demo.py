"""Make a workspace and fill it with the simulated company."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from safar.datasets import telecom
from safar.log import StagedImport
from safar.usecases.workspace import Workspace

FACTS = 200_000
TIME_ZONE = "Asia/Tehran"


def create_demo(
    *,
    path: Path | str,
    now: datetime,
    facts: int = FACTS,
    seed: int = telecom.SEED,
    start: date = telecom.START,
    environ: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Workspace:
    """A workspace, marked `simulated`, with the journey, rules and about `facts` facts of Safar Telecom.

    The same `facts`, `seed` and `start` give the same facts. `progress` is told what is being done. When it
    fails, the folder is as it was before. Raises: WorkspaceExists, BadSize, BadSetting, WriteFailed.
    """
    told = progress or _silent
    telecom.check_size(facts)
    existed = Path(path).exists()
    workspace = Workspace.create(
        path,
        name=telecom.read_truth().table["company"]["name"],
        now=now,
        simulated=True,
        settings={"time_zone": TIME_ZONE},
        environ=environ,
    )
    try:
        workspace.publish_journey(telecom.journey_text(), now=now, note="simulated company")
        workspace.publish_rules(telecom.rules_text(), now=now, note="simulated company")
        with workspace.log.connect() as connection:
            staged = telecom.stage(
                connection,
                facts=facts,
                seed=seed,
                start=start,
                progress=lambda done, wanted: told(f"{done:,} of {wanted:,} facts simulated"),
            )
            workspace.log.commit(
                connection,
                StagedImport(
                    source=staged.source,
                    interactions=staged.interactions,
                    feedback=staged.feedback,
                    attributes=staged.attributes,
                ),
                now=now,
                progress=told,
            )
    except BaseException:
        shutil.rmtree(workspace.path)
        if existed:
            workspace.path.mkdir()
        raise
    return workspace


def _silent(_message: str) -> None:
    """Nobody listens."""
