"""A process that writes to a log, for tests that kill it. Run as `python -m tests.log.log_worker`.

usage: python -m tests.log.log_worker FOLDER WRITER ROUNDS STOP_AT [COMPACT]

Each round commits a few facts, every third round a correction of the round before, and prints the round when the
commit was acknowledged. STOP_AT: the name of a step at which the process ends at once, as by a power cut, in its
last round; or "never". COMPACT: after each round everything is cleared away but the last versions.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from tests.log.log_staging import NOW, interaction, open_log, stage

FACTS = 4
SHORT = {"keep_versions_days": 0, "keep_undo_days": 0, "keep_undo_versions": 3}


def main(folder: str, writer: str, rounds: str, stop_at: str, compact: str = "") -> None:
    log = open_log(Path(folder), writer_wait_s=120.0, **SHORT)
    con = log.connect()
    for number in range(int(rounds)):
        last = number == int(rounds) - 1

        def step(name: str, *, last: bool = last) -> None:
            if last and name == stop_at:
                os._exit(9)

        base = number * 10
        facts = [interaction(base + k, source=writer, person=f"{writer}-{base + k}") for k in range(FACTS)]
        if number % 3 == 2:
            facts.append(
                interaction(base - 10, source=writer, person=f"{writer}-{base - 10}", status=f"round {number}")
            )
        log.commit(
            con, stage(con, source=writer, interactions=facts), now=NOW + timedelta(seconds=number), progress=step
        )
        if compact:
            log.compact(now=NOW + timedelta(days=1), progress=step)
        print(number, flush=True)  # noqa: T201 - the acknowledgement that the test reads


if __name__ == "__main__":
    main(*sys.argv[1:])
