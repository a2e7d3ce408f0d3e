"""The journey map as slides: what it is about, the curve, the steps, the touchpoints, pains, and what is not on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pptx.util import Emu

from safar.analysis.journey_map import StepColumn
from safar.analysis.map_parts import FELT, FLOW, NUMBERS, OWNER, PAINS, STANDARD, TOUCHPOINTS, VOICE, WAITING, MapParts
from safar.charts.drawing.experience import side_of_mean
from safar.charts.sheet.around import AroundMap
from safar.charts.sheet.words import CellWords, lane_names
from safar.charts.sheet.writing import Line, Run, one_line
from safar.charts.slides.curve_chart import Group, add_chart
from safar.charts.slides.deck import BOTTOM, INNER, LEFT, TOP, Cell, Deck, Table, cell
from safar.charts.slides.flow_charts import add_columns, contacts, fates
from safar.charts.slides.pain_slides import PainBlock, draw_pains
from safar.domain.speech import Speech

_POINT = 12_700
_STEPS_A_SLIDE = 7
_MOST_UNMAPPED = 60
_QUOTES = 3
_FLOW_HEIGHT, _CAPTION_TOP = 216.0, BOTTOM - 24


def draw_slides(parts: MapParts, speech: Speech, *, address: str = "") -> bytes:
    """The map as PPTX. address: where the same view is found as a page; empty: nowhere."""
    return _Slides(parts, speech, address).draw()


class _Slides:
    def __init__(self, parts: MapParts, speech: Speech, address: str) -> None:
        self.parts, self.speech, self.address = parts, speech, address
        self.words, self.around = CellWords(parts, speech), AroundMap(parts, speech)
        self.names = lane_names(speech)
        simulated = f"{self.around.simulated()} · " if self.around.simulated() else ""
        self.deck = Deck(speech, title=self.around.title(), footer=f"{simulated}{self.around.scope()}")

    def draw(self) -> bytes:
        self._title()
        if self.parts.shows(FELT):
            self._curve()
        if self.parts.shows(FLOW):
            self._flow()
        if self.parts.shows(PAINS):
            self._pains()
        self._map()
        draws: Sequence[tuple[str, Callable[[], None]]] = (
            (TOUCHPOINTS, self._touchpoints),
            (WAITING, self._waiting),
            (VOICE, self._voice),
            (OWNER, self._promises),
        )
        for lane, draw in draws:
            if self.parts.shows(lane) or (lane == OWNER and self.parts.shows(STANDARD)):
                draw()
        if self.parts.comparison is not None:
            self._comparison()
        self._beside()
        return self.deck.save()

    def _notes(self, text: str) -> str:
        """The notes page: how it is counted, and where to look further."""
        _ = self.speech.text
        told = [text, *self.around.narrowed(), self.around.scope()]
        if self.around.simulated():
            told.insert(0, self.around.simulated())
        if self.address:
            told.append(f"{_('This view as a page:')} {self.address}")
        origin = self.parts.map.origin
        told.append(f"{_('Journey')} {(origin.journey or '–')[:12]} · {_('rules')} {(origin.rules or '–')[:12]}")
        return "\n".join(told)

    def _title(self) -> None:
        _ = self.speech.text
        slide = self.deck.slide(
            self.around.title(),
            notes=self._notes(_("Each figure stands with what it rests on; what rests on too few is not shown.")),
        )
        lines: list[Line] = [(Run(self.around.scope(), "muted"),)]
        if self.around.simulated():
            lines.insert(0, (Run(self.around.simulated(), "few"),))
        lines += [(Run(one),) for one in self.around.narrowed()]
        top = self.deck.text(slide, lines, left=LEFT, top=TOP, width=INNER, size=14) + 14
        tiles = self.around.tiles()
        width = INNER / len(tiles)
        bottom = top
        for i, tile in enumerate(tiles):
            told: list[Line] = [(Run(tile.name, "muted"),)]
            end = self.deck.text(slide, told, left=LEFT + i * width, top=top, width=width - 8, size=12)
            end = self.deck.text(
                slide, [(Run(tile.figure, "title"),)], left=LEFT + i * width, top=end, width=width - 8, size=24
            )
            if tile.base:
                end = self.deck.text(
                    slide, [(Run(tile.base, "muted"),)], left=LEFT + i * width, top=end, width=width - 8, size=11
                )
            bottom = max(bottom, end)
        found, lines = self.parts.map, []
        if loss := self._largest_loss():
            lines.append((Run(loss),))
        if found.pains:
            worst = found.pains[0]
            lowest = {
                "name": self.words.name(self.speech.label(worst.label)),
                "index": self.speech.number(worst.experience.index, 1),
                "answers": self.words.answers(worst.experience.n),
            }
            lines.append((Run(_("Lowest experience: %(name)s, %(index)s of 100 (%(answers)s).") % lowest),))
        if lines:
            self.deck.text(slide, lines, left=LEFT, top=bottom + 14, width=INNER, size=16)

    def _groups(self) -> list[Group]:
        _ = self.speech.text
        found = self.parts.map
        own = "A" if self.parts.comparison is not None else _("Experience")
        groups: list[Group] = [(own, "own", [step.experience for step in found.steps])]
        if self.parts.other is not None:
            groups.append(("B", "other", [step.experience for step in self.parts.other.steps]))
        for i, line in enumerate(self.parts.lines.lines if self.parts.lines else (), start=1):
            groups.append((one_line(self.words.line_name(self.parts.lines, line.value), 60), f"line-{i}", line.steps))
        return groups

    def _curve(self) -> None:
        _ = self.speech.text
        method = _("Index from 0 (worst) to 100 (best) with its interval; the dotted line is the journey's mean.")
        slide = self.deck.slide(self.names[FELT], notes=self._notes(method))
        steps = [self._step_name(step, apart=False) for step in self.parts.map.steps]
        mean = self.parts.map.experience.index
        height = BOTTOM - TOP - 26
        add_chart(
            slide,
            steps or ["–"],
            self._groups(),
            mean=None if mean is None else (_("the journey's mean"), mean),
            speech=self.speech,
            box=_box(LEFT, TOP - 8, INNER, height),
        )
        self.deck.text(slide, [(Run(method, "muted"),)], left=LEFT, top=BOTTOM - 30, width=INNER, size=11)

    def _flow(self) -> None:
        """How far passages come, and how many contacts each step has: two charts over the same steps."""
        _, found = self.speech.text, self.parts.map
        if not found.steps:
            return
        method = _("Each column is all passages that reached the step or a later one, by what became of them.")
        slide = self.deck.slide(self.names[FLOW], notes=self._notes(method))
        steps = [self._step_name(step, apart=False) for step in found.steps]
        other = self.parts.other.steps if self.parts.other is not None else None
        end = self.deck.text(slide, [(Run(_("Passages"), "strong"),)], left=LEFT, top=TOP - 8, width=INNER, size=12)
        add_columns(
            slide, steps, fates(found.steps, self.speech), stacked=True, speech=self.speech,
            box=_box(LEFT, end, INNER, _FLOW_HEIGHT),
        )  # fmt: skip
        top = end + _FLOW_HEIGHT
        end = self.deck.text(slide, [(Run(_("Contacts"), "strong"),)], left=LEFT, top=top, width=INNER, size=12)
        add_columns(
            slide, steps, contacts(found.steps, other, self.speech), stacked=False, speech=self.speech,
            box=_box(LEFT, end, INNER, _CAPTION_TOP - end),
        )  # fmt: skip
        told = self._largest_loss() or method
        self.deck.text(slide, [(Run(told, "muted"),)], left=LEFT, top=_CAPTION_TOP, width=INNER, size=11)

    def _largest_loss(self) -> str:
        loss = self.parts.map.largest_loss
        if loss is None:
            return ""
        step = next((self.speech.label(one.label) for one in self.parts.map.steps if one.id == loss.step), loss.step)
        told = {"step": self.words.name(step), "points": self.speech.number(loss.points, 1)}
        return self.speech.text("Largest loss: “%(step)s”, %(points)s %% of closed passages.") % told

    def _step_name(self, step: StepColumn, *, apart: bool = True) -> str:
        text = one_line(self.speech.label(step.label), 80)
        return f"{self.speech.digits(step.number)}. {self.speech.apart(text) if apart else text}"

    def _map(self) -> None:
        """The map itself: steps across, lanes down, so many steps a slide as can be read."""
        _, steps = self.speech.text, self.parts.map.steps
        lanes = [lane for lane in (FLOW, FELT, NUMBERS) if self.parts.shows(lane)]
        if not lanes or not steps:
            return
        pages = -(-len(steps) // _STEPS_A_SLIDE)
        each = -(-len(steps) // pages)
        for page in range(pages):
            chosen = steps[page * each : (page + 1) * each]
            table = Table(
                heading=["", *(self._step_name(step) for step in chosen)],
                widths=[0.1, *([0.9 / len(chosen)] * len(chosen))],
                size=10.0,
            )
            rows: list[list[Cell]] = []
            for lane in lanes:
                rows += [
                    [cell(self.names[lane], "strong"), *([*self.words.cell(lane, step)] for step in chosen)],
                ]
            told = self.deck.paged(_("The journey, step by step"), page + 1, pages)
            self.deck.tables(
                told, table, rows, notes=self._notes(_("A column for each step; below each figure its base."))
            )

    def _touchpoints(self) -> None:
        _, speech = self.speech.text, self.speech
        table = Table(
            heading=[
                _("Step"),
                _("Touchpoint"),
                _("Experience"),
                _("Interval"),
                _("Answers"),
                _("Contacts"),
                _("Channels"),
            ],
            widths=[0.15, 0.25, 0.12, 0.12, 0.09, 0.09, 0.18],
        )
        mean = self.parts.map.experience.index
        rows: list[list[Cell]] = []
        for step in self.parts.map.steps:
            for i, place in enumerate(step.touchpoints):
                felt = place.experience
                side = side_of_mean(felt, mean)
                figure = self.words.felt(felt, mean=mean, interval=False)
                lines: list[Line] = [(Run(self.words.name(speech.label(place.label)), "name"),)]
                if place.moment_of_truth:
                    lines.append((Run(f"◆ {_('moment of truth')}", "muted"),))
                lines += list(self.words.assumed(place))
                shown: Cell = list(figure)[:1]
                if felt.index is not None:
                    sign = {"above": "▲ ", "below": "▼ "}.get(side, "")
                    kind = side if sign else "strong"
                    shown = [(Run(f"{sign}{speech.number(felt.index, 1)}", kind),)]
                    if felt.state == "few":
                        shown = [*shown, (Run(_("few"), "few"),)]
                elif felt.state == "too_few":
                    shown = [(Run(_("too few answers"), "nothing"),)]
                rows.append(
                    [
                        cell(self._step_name(step)) if i == 0 else cell(""),
                        lines,
                        shown,
                        cell(self.words.between(felt.low, felt.high) or "–", "muted"),
                        cell(speech.number(felt.n)),
                        cell(speech.number(place.volume)) if place.volume else cell(_("no data"), "nothing"),
                        cell(self.words.channels(place) or "–", "muted"),
                    ]
                )
        if rows:
            self.deck.tables(
                self.names[TOUCHPOINTS], table, rows, notes=self._notes(_("Every touchpoint of the journey."))
            )

    def _waiting(self) -> None:
        _ = self.speech.text
        table = Table(
            heading=[_("Step"), _("since the step before"), _("inside this step")], widths=[0.26, 0.37, 0.37], size=12.0
        )
        rows: list[list[Cell]] = []
        for step in self.parts.map.steps:
            lines = self.words.cell(WAITING, step)
            middle = lines.index(self._inside())
            first, second = lines[1:middle], lines[middle + 1 :]
            rows.append([cell(self._step_name(step), "name"), first, second])
        self.deck.tables(
            self.names[WAITING], table, rows, notes=self._notes(_("Median time; the long tail beside it."))
        )

    def _inside(self) -> Line:
        return (Run(self.speech.text("inside this step"), "muted"),)

    def _voice(self) -> None:
        _ = self.speech.text
        table = Table(heading=[_("Step"), self.names[VOICE]], widths=[0.24, 0.76])
        rows = [
            [cell(self._step_name(step), "name"), self.words.cell(VOICE, step)]
            for step in self.parts.map.steps
            if self.parts.voice_at("step", step.id) is not None
        ]
        if rows:
            notes = self._notes(_("Comments, and how those who wrote them rated."))
            self.deck.tables(self.names[VOICE], table, rows, notes=notes)

    def _pains(self) -> None:
        """The lowest-rated touchpoints: their figures large, and customers' words beside them."""
        steps = {step.id: self._step_name(step) for step in self.parts.map.steps}
        blocks = []
        for pain in self.parts.map.pains:
            name, (figure, *_base) = self.words.pain(pain, quotes=0)
            felt = pain.experience
            base = " · ".join(filter(None, (self.words.answers(felt.n), self.words.between(felt.low, felt.high))))
            told: list[Line] = [(Run(base, "muted"),), (Run(steps.get(pain.step, pain.step), "muted"),)]
            quotes = [list(self.words.quote(quote)) for quote in pain.quotes[:_QUOTES]]
            blocks.append(PainBlock(name=name, figure=(figure,), base=told, quotes=quotes))
        if blocks:
            notes = self._notes(self.speech.text("The lowest-rated touchpoints, with customers' words."))
            draw_pains(self.deck, blocks, title=self.names[PAINS], notes=notes)

    def _promises(self) -> None:
        _ = self.speech.text
        table = Table(heading=[_("Step"), _("Touchpoint"), _("Owner"), _("Standard")], widths=[0.2, 0.28, 0.2, 0.32])
        rows: list[list[Cell]] = [
            [
                cell(self._step_name(step)),
                cell(self.words.name(self.speech.label(place.label)), "name"),
                cell(self.words.named("owner", place.owner) if place.owner else "–"),
                cell(self.words.named("standard", place.standard) if place.standard else "–"),
            ]
            for step in self.parts.map.steps
            for place in step.touchpoints
            if place.owner or place.standard
        ]
        if rows:
            self.deck.tables(
                f"{self.names[OWNER]} · {self.names[STANDARD]}",
                table,
                rows,
                notes=self._notes(_("What is promised here.")),
            )

    def _comparison(self) -> None:
        _, found = self.speech.text, self.parts.comparison
        measures = {
            "experience": _("Experience"),
            "remaining": _("Still on the way"),
            "dropped": _("Lost here"),
            "wait": _("Waiting"),
        }
        table = Table(heading=["", *measures.values()], widths=[0.2, 0.2, 0.2, 0.2, 0.2])
        rows: list[list[Cell]] = []
        for place in found.places if found else ():
            if place.level != "step":
                continue
            row: list[Cell] = [cell(self.words.name(self.speech.label(place.label)), "name")]
            for measure in measures:
                one = place.of(measure)
                row.append(list(self.words.difference(one)) or cell("–"))
            rows.append(row)
        method = _("Differences are A less B, each with its interval.")
        self.deck.tables(_("Two groups on one map"), table, rows, notes=self._notes(method))

    def _beside(self) -> None:
        _, around = self.speech.text, self.around
        title, ways = around.ways()
        if ways:
            table = Table(heading=["", _("Passages"), _("Share")], widths=[0.6, 0.2, 0.2], size=14.0)
            rows: list[list[Cell]] = [[cell(name), cell(count, "strong"), cell(share)] for name, count, share in ways]
            self.deck.tables(title, table, rows, notes=self._notes(title))
        rows = [[cell(event), cell(channel), cell(facts, "strong")] for event, channel, facts in around.unmapped()][
            :_MOST_UNMAPPED
        ]
        if rows:
            table = Table(heading=[_("Event"), _("Channel"), _("Facts")], widths=[0.6, 0.25, 0.15])
            notes = self._notes(_("Events that no rule takes. Write a rule for them, or say why they are ignored."))
            self.deck.tables(_("Not on the map"), table, rows, notes=notes)
        empty = around.without_data()
        if empty:
            table = Table(heading=[_("Touchpoint"), _("Owner")], widths=[0.65, 0.35])
            rows = [
                [
                    cell(self.words.name(self.speech.label(one.label)), "name"),
                    cell(self.words.named("owner", one.owner) if one.owner else "–"),
                ]
                for one in empty
            ]
            self.deck.tables(_("Touchpoints without data"), table, rows, notes=self._notes(_("Nothing was seen here.")))
        method = _("Every fact is on the map, ignored by a rule, or listed as unmapped.")
        slide = self.deck.slide(_("The balance"), notes=self._notes(method))
        lines: list[Line] = [(Run(text),) for text in around.balance()]
        lines += [(Run(around.balances(), "strong"),), (), (Run(method, "muted"),)]
        if around.outside():
            lines.append((Run(around.outside(), "muted"),))
        self.deck.text(slide, lines, left=LEFT, top=TOP, width=INNER, size=16)


def _box(left: float, top: float, width: float, height: float) -> tuple[Emu, Emu, Emu, Emu]:
    return (
        Emu(round(left * _POINT)), Emu(round(top * _POINT)), Emu(round(width * _POINT)), Emu(round(height * _POINT)),
    )  # fmt: skip
