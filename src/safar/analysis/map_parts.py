"""A journey map with everything that is shown beside it: what a page, a drawing or a file of it holds."""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis.journey_lines import JourneyLines
from safar.analysis.journey_map import JourneyMap
from safar.analysis.map_comparison import Difference, MapComparison
from safar.analysis.moments import MomentEffect, Moments
from safar.analysis.result import Frozen
from safar.analysis.voice import PlaceVoice, Voice

FLOW, FELT, TOUCHPOINTS, NUMBERS, WAITING, VOICE, PAINS, OWNER, STANDARD = (
    "flow", "felt", "touchpoints", "numbers", "waiting", "voice", "pains", "owner", "standard"
)  # fmt: skip
LANES = (FLOW, FELT, TOUCHPOINTS, NUMBERS, WAITING, VOICE, PAINS, OWNER, STANDARD)
"""Every lane, from top to bottom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapParts(Frozen):
    """One map and what stands beside it; each part may be missing.

    other: the map of the group that it is compared with; filters, other_filters: what either is restricted to, in the
    reader's words; bounded: for somebody who sees some units only, who is not told what filters leave out.
    """

    map: JourneyMap
    lanes: tuple[str, ...] = LANES
    comparison: MapComparison | None = None
    other: JourneyMap | None = None
    lines: JourneyLines | None = None
    voice: Voice | None = None
    moments: Moments | None = None
    filters: tuple[str, ...] = ()
    other_filters: tuple[str, ...] = ()
    bounded: bool = False

    def shows(self, lane: str) -> bool:
        """Whether a lane is on."""
        return lane in self.lanes

    def voice_at(self, level: str, place: str) -> PlaceVoice | None:
        """What was written at a place."""
        return self.voice.at(level, place) if self.voice else None

    def moment_at(self, touchpoint: str) -> MomentEffect | None:
        """The measured weight of a touchpoint."""
        return self.moments.at(touchpoint) if self.moments else None

    def difference(self, level: str, place: str | None, measure: str) -> Difference | None:
        """A difference of the two groups."""
        found = self.comparison.at(level, place) if self.comparison else None
        return found.of(measure) if found else None
