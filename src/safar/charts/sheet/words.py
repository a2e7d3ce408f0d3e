"""What each cell of a journey map says, in a reader's language: the drawing and the slides write the same lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safar.analysis.journey_lines import JourneyLines
from safar.analysis.journey_map import Experience, Pain, Quote, Spell, StepColumn, TouchpointCell
from safar.analysis.map_comparison import Difference
from safar.analysis.map_parts import (
    FELT,
    FLOW,
    NUMBERS,
    OWNER,
    PAINS,
    STANDARD,
    TOUCHPOINTS,
    VOICE,
    WAITING,
    MapParts,
)
from safar.analysis.voice import PlaceVoice
from safar.charts.drawing.experience import side_of_mean
from safar.charts.sheet.differences import difference_words
from safar.charts.sheet.writing import Line, Run, one_line
from safar.domain.fact import Actor
from safar.domain.speech import Speech

MOST_CHANNELS = 3
SIGNS = {"above": "▲", "below": "▼", "near": "●", "none": "●"}
_STEP, _TOUCHPOINT = "step", "touchpoint"


def lane_names(speech: Speech) -> dict[str, str]:
    """Every lane's name."""
    _ = speech.text
    return {
        FLOW: _("Flow"),
        FELT: _("Experience"),
        TOUCHPOINTS: _("Touchpoints"),
        NUMBERS: _("Numbers"),
        WAITING: _("Waiting"),
        VOICE: _("Voice"),
        PAINS: _("Pains"),
        OWNER: _("Owner"),
        STANDARD: _("Standard"),
    }


@dataclass(frozen=True, slots=True)
class CellWords:
    """The words of one map's cells."""

    parts: MapParts
    speech: Speech

    @property
    def filtered(self) -> bool:
        """Whether the map is narrowed: then nobody answering means something else."""
        return bool(self.parts.map.filters)

    def name(self, text: str) -> str:
        """A name or a text from the data: on one line, and with its own direction."""
        return self.speech.apart(one_line(text, 160))

    def named(self, kind: str, key: str) -> str:
        """What a key of the data is called, with its own direction."""
        return self.name(self.speech.key(kind, key))

    def cell(self, lane: str, step: StepColumn) -> list[Line]:
        """One lane of a step."""
        match lane:
            case "flow":
                return list(self._flow(step))
            case "felt":
                return list(self._felt_of_step(step))
            case "touchpoints":
                return [line for cell in step.touchpoints for line in (*self.touchpoint(cell), ())]
            case "numbers":
                return list(self._numbers(step))
            case "waiting":
                return list(self._waiting(step))
            case "voice":
                return list(self._voice(step))
            case "pains":
                pains = [pain for pain in self.parts.map.pains if pain.step == step.id]
                return [line for pain in pains for line in (*self.pain(pain), ())] or [_nothing("–")]
            case "owner":
                return list(self._owners(step))
        return list(self._standards(step))

    def answers(self, n: int) -> str:
        """How many answers."""
        ngettext = self.speech.plural
        return ngettext("%(shown)s answer", "%(shown)s answers", n) % {"shown": self.speech.number(n)}

    def contacts(self, n: int) -> str:
        """How many contacts."""
        ngettext = self.speech.plural
        return ngettext("%(shown)s contact", "%(shown)s contacts", n) % {"shown": self.speech.number(n)}

    def passages(self, n: int) -> str:
        """How many passages."""
        ngettext = self.speech.plural
        return ngettext("%(shown)s passage", "%(shown)s passages", n) % {"shown": self.speech.number(n)}

    def between(self, low: float | None, high: float | None) -> str:
        """An interval; nothing where there is none."""
        _, number = self.speech.text, self.speech.number
        if low is None or high is None:
            return ""
        return _("%(low)s – %(high)s") % {"low": number(low, 1), "high": number(high, 1)}

    def felt(self, felt: Experience, *, mean: float | None, interval: bool = True) -> Iterator[Line]:
        """An experience figure, or why there is none."""
        _, ngettext = self.speech.text, self.speech.plural
        if felt.index is None:
            if felt.state == "too_few":
                yield (Run(_("too few answers"), "nothing"), Run(f" · {self.answers(felt.n)}", "muted"))
            else:
                none = _("no answers under these filters") if self.filtered else _("nobody was asked here")
                yield _nothing(none)
            return
        side = side_of_mean(felt, mean)
        told = [Run(f"{SIGNS[side]} {self.speech.number(felt.index, 1)}", side if side != "near" else "strong")]
        base = [Run(self.answers(felt.n), "muted")]
        if felt.state == "few":
            base.append(Run(f" · {_('few')}", "few"))
        if interval and felt.low is not None:
            yield (*told, Run(f"  {self.between(felt.low, felt.high)}", "muted"))
            yield tuple(base)
        else:
            yield (*told, Run("  ", "muted"), *base)
        if felt.left_out:
            names = ", ".join(self.name(one) for one in felt.left_out)
            yield (Run(f"{_('left out, with too few answers:')} {names}", "muted"),)
        elif felt.thinnest is not None:
            n = felt.thinnest.n
            only = ngettext("only %(shown)s answer to", "only %(shown)s answers to", n)
            only %= {"shown": self.speech.number(n)}
            yield (Run(f"{only} {self.named('question', felt.thinnest.question)}", "muted"),)

    def assumed(self, place: StepColumn | TouchpointCell) -> Iterator[Line]:
        """What the author believes where there is no figure."""
        _ = self.speech.text
        held = place.assumed
        if held is not None and place.experience.index is None:
            told = {"index": self.speech.number(held.index), "by": self.name(held.by), "day": self.speech.day(held.on)}
            yield (Run(f"○ {_('assumed %(index)s (%(by)s, %(day)s)') % told}", "muted"),)

    def difference(self, one: Difference | None) -> Iterator[Line]:
        """What the other group has, and how far they differ."""
        _ = self.speech.text
        if one is None:
            return
        words = difference_words(one, self.speech)
        if one.difference is None:
            other = f"B: {words.b} – " if one.b is not None else ""
            yield (Run(other, "muted"), Run(words.why_not, "nothing"))
            return
        sign = {"up": "▲", "down": "▼", "level": "●"}[words.direction]
        kind = {"better": "above", "worse": "below"}.get(words.sense, "strong")
        unit = f" {words.unit}" if words.unit else ""
        yield (Run(f"{sign} {words.difference}", kind), Run(f"{unit}  B: {words.b}", "muted"))
        notes = []
        if one.holds:
            notes.append(f"✓ {_('holds')}")
        if one.low is not None:
            notes.append(_("%(low)s to %(high)s") % {"low": words.low, "high": words.high})
        if one.state == "few":
            notes.append(_("few"))
        if notes:
            yield (Run(" · ".join(notes), "muted"),)

    def line_name(self, lines: JourneyLines | None, value: str) -> str:
        """What a further line of the curve is called."""
        return self.speech.key("channel", value) if lines is not None and lines.by == "channel" else value

    def lines_of(self, lines: JourneyLines | None, position: int) -> Iterator[Line]:
        """What every further line says at a step."""
        _ = self.speech.text
        for i, line in enumerate(lines.lines if lines else (), start=1):
            felt = line.steps[position]
            shown = self.speech.number(felt.index, 1) if felt.index is not None else _("too few") if felt.n else "–"
            base = f" n {self.speech.number(felt.n)}" if felt.n else ""
            yield (
                Run(f"{self.name(self.line_name(lines, line.value))}: ", f"line-{i}"),
                Run(shown, "strong"),
                Run(base, "muted"),
            )

    def touchpoint(self, cell: TouchpointCell) -> Iterator[Line]:
        """A touchpoint in its cell."""
        _ = self.speech.text
        yield (Run(self.name(self.speech.label(cell.label)), "name"),)
        acts = {Actor.CUSTOMER: _("customer acts"), Actor.COMPANY: _("company acts")}.get(cell.actor or Actor.CUSTOMER)
        marks = [f"◆ {_('moment of truth')}"] if cell.moment_of_truth else []
        if cell.actor and acts:
            marks.append(acts)
        if marks:
            yield (Run(" · ".join(marks), "muted"),)
        moment = self.parts.moment_at(cell.id)
        if moment is not None and moment.holds:
            told = {
                "effect": self.speech.signed(moment.effect, 2),
                "low": self.speech.signed(moment.low, 2),
                "high": self.speech.signed(moment.high, 2),
                "reach": self.speech.share(moment.reach),
            }
            measured = _("measured: %(effect)s per 10 points better (%(low)s to %(high)s), met by %(reach)s") % told
            yield (Run(f"◇ {measured}", "muted"),)
        yield from self.assumed(cell)
        differs = self.parts.difference(_TOUCHPOINT, cell.id, "experience")
        if differs is not None and differs.state != "none":
            yield from self.difference(differs)
        words = self.parts.voice_at(_TOUCHPOINT, cell.id)
        if cell.experience.state == "none" and words is not None:
            yield from self._only_words(words)
        elif cell.experience.state != "none" or cell.volume:
            yield from self.felt(cell.experience, mean=self.parts.map.experience.index, interval=False)
        if cell.volume:
            yield (Run(f"{self.contacts(cell.volume)} · {self.channels(cell)}", "muted"),)
        elif self.filtered:
            yield _nothing(_("no contacts under these filters"))
        elif cell.experience.state != "none" or words is not None:
            yield _nothing(_("no contacts"))
        elif cell.last_ts:
            yield _nothing(_("no data since %(day)s") % {"day": self.speech.day(cell.last_ts)})
        else:
            yield _nothing(_("no data yet"))

    def _only_words(self, voice: PlaceVoice) -> Iterator[Line]:
        """Where customers wrote and nobody rated."""
        _, ngettext, n = self.speech.text, self.speech.plural, voice.comments
        comments = f"{self.speech.number(n)} {ngettext('comment', 'comments', n)}"
        yield (Run(comments, "strong"), Run(f" · {_('words, but no ratings')}", "nothing"))

    def channels(self, cell: TouchpointCell) -> str:
        """The largest channels of a touchpoint."""
        _, ngettext = self.speech.text, self.speech.plural
        ranked = sorted(cell.channels, key=lambda one: (-one.volume, one.channel or "~"))
        told = [
            f"{name} {self.speech.share(one.share)}"
            for one in ranked[:MOST_CHANNELS]
            for name in [self.named("channel", one.channel) if one.channel else _("channel unknown")]
        ]
        more = len(ranked) - MOST_CHANNELS
        if more > 0:
            told.append(ngettext("%(shown)s more", "%(shown)s more", more) % {"shown": self.speech.number(more)})
        return " · ".join(told)

    def spell(self, spell: Spell) -> Line:
        """A waiting: its median, its long tail, how many."""
        _, ngettext = self.speech.text, self.speech.plural
        if not spell.n:
            return _nothing(_("no data"))
        times = ngettext("%(shown)s time", "%(shown)s times", spell.n) % {"shown": self.speech.number(spell.n)}
        told = [times]
        if spell.p90_s:
            told.insert(0, _("9 of 10 within %(long)s") % {"long": self.speech.duration(spell.p90_s)})
        return Run(self.speech.duration(spell.median_s), "strong"), Run(f"  {' · '.join(told)}", "muted")

    def quote(self, quote: Quote) -> Iterator[Line]:
        """A customer's words, with when and how they rated."""
        _ = self.speech.text
        yield (Run(self.speech.apart(f"“{one_line(quote.text, 280)}”"), "quote"),)
        told = self.speech.day(quote.ts)
        if quote.index is not None:
            told += f" · {_('rated %(index)s of 100') % {'index': self.speech.number(quote.index)}}"
        yield (Run(told, "muted"),)

    def pain(self, pain: Pain, *, quotes: int = 1) -> Iterator[Line]:
        """A pain with its figure and words."""
        yield (Run(self.name(self.speech.label(pain.label)), "name"),)
        index = self.speech.number(pain.experience.index, 1)
        yield (Run(f"▼ {index}", "below"), Run(f"  {self.answers(pain.experience.n)}", "muted"))
        for quote in pain.quotes[:quotes]:
            yield from self.quote(quote)

    def lost(self, step: StepColumn) -> str:
        """What was lost after a step."""
        _ = self.speech.text
        share = self.speech.share(self.parts.map.loss_share(step), 1)
        return _("%(shown)s lost here (%(share)s)") % {"shown": self.speech.number(step.dropped), "share": share}

    def _flow(self, step: StepColumn) -> Iterator[Line]:
        _ = self.speech.text
        share = self.speech.share(step.remaining_share)
        yield (Run(share, "strong"), Run(f"  {self.passages(step.remaining)}", "muted"))
        if step.dropped:
            yield (Run(f"▼ {self.lost(step)}", "loss"),)
        if step.returns:
            yield (Run(f"↩ {_('%(shown)s came back') % {'shown': self.speech.number(step.returns)}}", "muted"),)
        yield from self.difference(self.parts.difference(_STEP, step.id, "remaining"))
        lost = list(self.difference(self.parts.difference(_STEP, step.id, "dropped")))
        if lost:
            yield (Run(_("lost here:"), "muted"),)
            yield from lost

    def _felt_of_step(self, step: StepColumn) -> Iterator[Line]:
        yield from self.felt(step.experience, mean=self.parts.map.experience.index)
        yield from self.assumed(step)
        yield from self.difference(self.parts.difference(_STEP, step.id, "experience"))
        yield from self.lines_of(self.parts.lines, step.number - 1)

    def _numbers(self, step: StepColumn) -> Iterator[Line]:
        for name, shown, base in self.counts(step):
            yield (Run(shown, "strong"), Run(f"  {name}", "plain"), Run(f" · {base}" if base else "", "muted"))

    def counts(self, step: StepColumn) -> list[tuple[str, str, str]]:
        """The counts and scores of a step: name, figure, base."""
        _, number = self.speech.text, self.speech.number
        found = [(_("contacts"), number(step.volume), ""), (_("customers"), number(step.customers), "")]
        for score in step.experience.scores:
            base = self.answers(score.n) + (f" · {_('few')}" if score.state == "few" else "")
            shown = _("too few")
            if score.value is not None:
                shown = number(score.value, 1 if score.metric == "ces" else 0)
                if score.metric == "csat":
                    shown = self.speech.share(score.value / 100)
            found.append((score.metric.upper(), shown, base))
        names = {
            "promoters": _("promoters"),
            "passives": _("passives"),
            "detractors": _("detractors"),
            "pleased": _("pleased"),
            "displeased": _("displeased"),
        }
        for key, name in names.items():
            count = getattr(step.experience, key)
            if count is not None:
                found.append((name, number(count), ""))
        return found

    def _waiting(self, step: StepColumn) -> Iterator[Line]:
        _ = self.speech.text
        yield (Run(_("since the step before"), "muted"),)
        if step.number == 1:
            yield _nothing(_("the first step"))
        else:
            yield self.spell(step.time_since_previous_step)
            yield from self.difference(self.parts.difference(_STEP, step.id, "wait"))
        yield (Run(_("inside this step"), "muted"),)
        yield self.spell(step.dwell)
        yield from self.difference(self.parts.difference(_STEP, step.id, "dwell"))

    def _voice(self, step: StepColumn) -> Iterator[Line]:
        _, ngettext, number = self.speech.text, self.speech.plural, self.speech.number
        here = self.parts.voice_at(_STEP, step.id)
        if here is None:
            yield _nothing(_("nobody wrote here") if self.parts.voice else "–")
            return
        yield (
            Run(number(here.comments), "strong"),
            Run(f"  {ngettext('comment', 'comments', here.comments)}", "muted"),
        )
        pleased = _("%(shown)s pleased") % {"shown": number(here.pleased)}
        displeased = _("%(shown)s displeased") % {"shown": number(here.displeased)}
        yield (Run(f"+ {pleased}  ", "muted"), Run(f"− {displeased}", "muted"))
        for quote in (here.worst, here.best):
            if quote is not None:
                yield from self.quote(quote)

    def _owners(self, step: StepColumn) -> Iterator[Line]:
        _ = self.speech.text
        owners = dict.fromkeys(cell.owner for cell in step.touchpoints if cell.owner)
        for owner in owners:
            yield (Run(self.named("owner", owner)),)
        if not owners:
            yield _nothing(_("nobody named"))

    def _standards(self, step: StepColumn) -> Iterator[Line]:
        _ = self.speech.text
        promised = [cell for cell in step.touchpoints if cell.standard]
        for cell in promised:
            yield (Run(self.name(self.speech.label(cell.label)), "name"),)
            yield (Run(self.named("standard", cell.standard or "")),)
        if not promised:
            yield _nothing(_("nothing promised"))


def _nothing(text: str) -> Line:
    return (Run(text, "nothing"),)
