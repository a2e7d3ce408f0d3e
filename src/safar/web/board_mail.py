"""Weekly letters of boards as long work: put in line when they are due, written and sent by a worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from safar.domain.board import BoardLetter
from safar.usecases.board_schedule import letter_to_send, start_due_letters
from safar.usecases.job_kind import Arguments, JobKind, JobReporter, Result
from safar.usecases.jobs import start_job
from safar.usecases.mail import send_letter
from safar.usecases.workspace import Workspace
from safar.web.outside import base_address


def put_letters_in_line(workspace: Workspace, now: datetime) -> int:
    """Start a job for each letter that is due. Returns how many; none where no mail server is set."""
    if not workspace.settings.mail_host:
        return 0

    def start(wish: BoardLetter) -> None:
        start_job(
            workspace=workspace,
            kind=BOARD_LETTER.name,
            arguments={"letter": str(wish.id)},
            person=None,
            now=now,
            once=True,
            kinds={BOARD_LETTER.name: BOARD_LETTER},
        )

    return start_due_letters(workspace=workspace, now=now, start=start)


def _run(workspace: Workspace, arguments: Arguments, reporter: JobReporter) -> Result:
    from safar.web.board_letters import board_letter

    now = reporter.clock()
    found = letter_to_send(UUID(str(arguments["letter"])))
    if found is None:
        return {"sent": False}
    board, wish, person = found
    letter = board_letter(
        board,
        wish,
        person=person,
        workspace=workspace,
        base=base_address(workspace),
        now=now,
        progress=lambda done, of: reporter.progress(done, of, "Counting the charts"),
    )
    reporter.progress(len(board.charts), len(board.charts), "Sending the letter")
    send_letter(letter, settings=workspace.settings, now=now)
    return {"sent": True}


BOARD_LETTER = JobKind(name="board-letter", run=_run)
"""Nobody is harmed by a letter that comes twice, where a worker is killed between sending and saying so."""
