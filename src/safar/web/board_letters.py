"""A board as a weekly letter: its figures and changes in words, in the language of whoever gets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from safar.domain.board import Board, BoardLetter
from safar.domain.person import Person
from safar.usecases.journey_map import read_journey_map
from safar.usecases.mail import Letter
from safar.usecases.measure_choices import read_measure_choices
from safar.usecases.measured import read_measured
from safar.usecases.measured_facts import published
from safar.usecases.workspace import Workspace
from safar.web import numerals
from safar.web.board_page import ChartView, OtherView, Reader, SmallRow, chart_view
from safar.web.measure_words import Values
from safar.web.preferences import calendar_spoken

_SALT = "safar.board-letter"


def weekday_names() -> list[str]:
    """Days of the week, Monday first."""
    return [
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    ]  # fmt: skip


def hour_names() -> list[str]:
    """Hours of the day."""
    return [numerals.plain_digits(f"{hour:02d}:00") for hour in range(24)]


def stop_token(letter: UUID) -> str:
    """What the link in a letter carries: it stops these letters and does nothing else."""
    return signing.Signer(salt=_SALT).sign(str(letter)).replace(":", "~")


def read_stop_token(token: str) -> UUID | None:
    """The letter that a link of ours is about; None for any other text."""
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token.replace("~", ":")))
    except (signing.BadSignature, ValueError):
        return None


def board_letter(
    board: Board,
    wish: BoardLetter,
    *,
    person: Person,
    workspace: Workspace,
    base: str,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Letter:
    """The letter. base: what the addresses in it begin with. Figures are of the newest facts, within the person's
    units. Charts that cannot be shown say why."""
    with translation.override(wish.language), timezone.override(workspace.settings.time_zone):
        reader = Reader(
            person=person,
            now=now,
            choices=read_measure_choices(workspace, units=person.units),
            time_zone=workspace.settings.time_zone,
            mirrored=False,
            calendar=calendar_spoken(wish.language),
            values=lambda journey: Values.of(published(workspace.with_journey(journey or workspace.chosen))[0]),
            measure=lambda ask, journey: read_measured(workspace.with_journey(journey or workspace.chosen), ask),
            map=lambda filters, journey: read_journey_map(
                workspace.with_journey(journey or workspace.chosen), filters=filters, now=now
            ),
        )
        lines = [_("Hello %(name)s,") % {"name": person.name}]
        figures = []
        for done, chart in enumerate(board.charts):
            progress(done, len(board.charts))
            figures.append(_told(chart_view(chart, reader)))
        if not figures:
            lines.append(_("there is nothing on this board yet."))
        stop = base + reverse("board-letter-stop", args=[stop_token(wish.id)])
        simulated = [_("The data are simulated.")] if workspace.simulated else []
        return Letter(
            to=person.email,
            subject=_("%(board)s: %(day)s") % {"board": board.title, "day": numerals.day(now)},
            lines=(*lines, *figures),
            button=(_("Open the board"), base + reverse("board", args=[board.id])),
            after=(
                *simulated,
                _("A change is named where a test says that chance alone would seldom bring it."),
                _("No more of these letters: %(address)s") % {"address": stop},
            ),
            footer=_("You get this every week because you asked for it on the board's page."),
            language=wish.language,
        )


def _told(chart: ChartView) -> str:
    """A chart in words: "NPS: 34.2 (30.1 to 38.3), 1,203 answers; +3.1 against 31.1 in …"."""
    where = " · ".join(part for part in (chart.period, chart.days, *chart.chips) if part)
    head = f"{chart.title} ({where})" if where else chart.title
    if chart.state == "problem":
        return f"{head}: {chart.problem}"
    parts = []
    groups: list[tuple[ChartView | OtherView, str]] = [(chart, f"A ({chart.told}): " if chart.other else "")]
    groups += [(chart.other, f"B ({chart.other.told}): ")] if chart.other else []
    for one, name in groups:
        if one.why_none:
            parts.append(f"{name}{one.why_none}")
        elif one.value:
            value = f"{one.value} ({one.range})" if one.range else one.value
            few = f", {_('few')}" if one.few else ""
            parts.append(f"{name}{value}, {_answers(one.n)}{few}")
    if chart.change is not None:
        told = chart.change.text + (f" ({chart.change.range})" if chart.change.range else "")
        if chart.change.before:
            words = {"before": chart.change.before, "days": chart.change.days}
            told += ", " + _("against %(before)s in %(days)s") % words
        parts.append(told)
    if chart.rows:
        parts.append(_(", ").join(f"{row.name} {_row_told(row)}" for row in chart.rows))
    return f"{head}: {'; '.join(parts)}"


def _row_told(row: SmallRow) -> str:
    own = row.why_none or row.value
    return own if row.other is None else f"{own} / {row.other.why_none or row.other.value}"


def _answers(n: int | None) -> str:
    count = n or 0
    return translation.ngettext("%(shown)s answer", "%(shown)s answers", count) % {"shown": numerals.number(count)}
