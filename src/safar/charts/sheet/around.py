"""What stands around a map's cells, in words: its head, the ways out, what is not on it, and the balance."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.journey_map import TableBalance, TouchpointCell
from safar.analysis.map_parts import MapParts
from safar.charts.sheet.writing import one_line
from safar.domain.speech import Speech


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the whole journey."""

    name: str
    figure: str
    base: str


@dataclass(frozen=True, slots=True)
class AroundMap:
    """The words of one map's surroundings."""

    parts: MapParts
    speech: Speech

    def title(self) -> str:
        """The journey's name."""
        return one_line(self.speech.label(self.parts.map.label), 200)

    def simulated(self) -> str:
        """That the data are made up; empty where they are not."""
        return self.speech.text("Simulated data") if self.parts.map.origin.simulated else ""

    def scope(self) -> str:
        """Which days, as of when, which version."""
        _, found = self.speech.text, self.parts.map
        told = []
        if found.first_ts:
            told.append(f"{self.speech.day(found.first_ts)} – {self.speech.day(found.last_ts)}")
        told.append(_("as of %(day)s") % {"day": self.speech.moment(found.origin.as_of)})
        told.append(_("log version %(version)s") % {"version": self.speech.digits(found.origin.log_version)})
        return " · ".join(told)

    def narrowed(self) -> list[str]:
        """The filters in words: one line, or two where two groups are compared."""
        _, compared = self.speech.text, self.parts.comparison
        own, other = (
            " · ".join(self.speech.apart(one_line(text)) for text in texts) or _("everything")
            for texts in (self.parts.filters, self.parts.other_filters)
        )
        if compared is None:
            return [f"{_('Filters')}: {own}"]
        return [
            f"A: {own} ({self.passages(compared.a.passages)})",
            f"B: {other} ({self.passages(compared.b.passages)})",
        ]

    def passages(self, n: int) -> str:
        """How many passages."""
        ngettext = self.speech.plural
        return ngettext("%(shown)s passage", "%(shown)s passages", n) % {"shown": self.speech.number(n)}

    def tiles(self) -> list[Tile]:
        """The figures of the whole journey, each with its base."""
        _, ngettext, number, found = self.speech.text, self.speech.plural, self.speech.number, self.parts.map
        felt = found.experience
        answers = ngettext("%(shown)s answer", "%(shown)s answers", felt.n) % {"shown": number(felt.n)}
        shown, base = _("no figure"), answers
        if felt.index is not None:
            shown = number(felt.index, 1)
            between = {"low": number(felt.low, 1), "high": number(felt.high, 1)}
            base = f"{_('%(low)s – %(high)s') % between} {_('of 100')} · {answers}"
            base += f" · {_('few')}" if felt.state == "few" else ""
        elif felt.state == "too_few":
            shown = _("too few")
        opened = _("%(open)s still open") % {"open": number(found.open)}
        running = ngettext("%(running)s window still open", "%(running)s windows still open", found.running)
        base_of_shares = " · ".join(
            (
                _("of %(closed)s whose window has closed") % {"closed": number(found.closed)},
                running % {"running": number(found.running)},
            )
        )
        return [
            Tile(_("Experience"), shown, base),
            Tile(_("Reach the goal"), _("too early to say"), "")
            if found.too_early
            else Tile(_("Reach the goal"), self.speech.share(found.completion_share), base_of_shares),
            Tile(_("Passages"), number(found.passages), opened),
            Tile(_("Customers"), number(found.customers), ""),
            Tile(_("Contacts"), number(found.moves), ""),
        ]

    def ways(self) -> tuple[str, list[tuple[str, str, str]]]:
        """A heading, and each way out: name, count, share."""
        _, number, ways = self.speech.text, self.speech.number, self.parts.map.ways_out
        if ways is None:
            return "", []
        step = next((self.speech.label(one.label) for one in self.parts.map.steps if one.id == ways.step), ways.step)
        names = {
            "repeat": _("bought again"),
            "recovered": _("complained, and was won back"),
            "complaint_lost": _("complained, and was lost"),
            "silence": _("silence"),
            "open": _("still open"),
        }
        rows = []
        for key, name in names.items():
            count: int = getattr(ways, key)
            rows.append((name, number(count), self.speech.share(ways.share(key), 1) if key != "open" else ""))
        return _("Three ways out of “%(step)s”") % {"step": self.speech.apart(one_line(step))}, rows

    def _channel(self, channel: str | None) -> str:
        return self.speech.apart(one_line(self.speech.key("channel", channel), 60)) if channel else "–"

    def unmapped(self) -> list[tuple[str, str, str]]:
        """What no rule takes: event, channel, facts."""
        return [
            (self.speech.apart(one_line(e.event, 120)), self._channel(e.channel),
             self.speech.number(e.facts))
            for e in self.parts.map.unmapped
        ]  # fmt: skip

    def without_data(self) -> list[TouchpointCell]:
        """The touchpoints that nothing was seen of, neither contacts nor answers nor words."""
        return [
            cell
            for step in self.parts.map.steps
            for cell in step.touchpoints
            if not cell.volume
            and cell.experience.state == "none"
            and self.parts.voice_at("touchpoint", cell.id) is None
        ]

    def outside(self) -> str:
        """How many contacts belong to no passage; empty for none."""
        ngettext, n = self.speech.plural, self.parts.map.outside_passages
        told = ngettext(
            "%(shown)s contact belongs to no passage: nobody is known, or the link is missing.",
            "%(shown)s contacts belong to no passage: nobody is known, or the link is missing.",
            n,
        )
        return told % {"shown": self.speech.number(n)} if n else ""

    def balance(self) -> list[str]:
        """One line a table: its facts and their parts."""
        return [self._balance(row) for row in self.parts.map.balance]

    def _balance(self, row: TableBalance) -> str:
        _, number = self.speech.text, self.speech.number
        name = _("Feedback") if row.table == "feedback" else _("Contacts")
        out = 0 if self.parts.bounded else row.filtered_out
        pieces = [
            (row.mapped, _("mapped")), (row.ignored, _("ignored")), (row.unmapped, _("unmapped")),
            *(((out, _("filtered out")),) if out else ()),
        ]  # fmt: skip
        told = " + ".join(f"{number(count)} {part}" for count, part in pieces)
        return f"{name}: {number(row.facts + out)} = {told}"

    def balances(self) -> str:
        """Whether every fact is accounted for."""
        _ = self.speech.text
        whole = all(row.facts == row.mapped + row.ignored + row.unmapped for row in self.parts.map.balance)
        return f"✓ {_('It balances.')}" if whole else _("It does not balance: report this.")
