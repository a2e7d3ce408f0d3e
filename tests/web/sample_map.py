"""A journey map made by hand, with every state that a cell can be in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from safar.analysis.journey_map import (
    ChannelShare,
    Experience,
    JourneyMap,
    Loss,
    Pain,
    Quote,
    Spell,
    StepColumn,
    TableBalance,
    TouchpointCell,
    WaysOut,
)
from safar.analysis.mapping import UnmappedEvent
from safar.analysis.metric import MixPart
from safar.analysis.result import Origin
from safar.domain.fact import Actor
from safar.domain.label import Label

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)
DAY = 86_400.0
PASSAGES = 12_000
CLOSED = 10_500
_STEPS = (
    # id, English, Persian, phase, remaining, dropped, open, completed, index, answers, touchpoints
    (
        "awareness",
        "Awareness",
        "آگاهی",
        "Before",
        12_000,
        1_100,
        40,
        0,
        66.1,
        812,
        ("Advert", "Word of mouth", "Shop window"),
    ),
    (
        "attention",
        "Attention",
        "توجه",
        "Before",
        10_860,
        1_300,
        60,
        0,
        69.4,
        455,
        ("Campaign mail", "Social media page"),
    ),
    (
        "evaluation",
        "Evaluation",
        "ارزیابی",
        "Before",
        9_500,
        2_200,
        110,
        0,
        61.2,
        1_240,
        ("Web shop", "Comparison page", "Coverage check", "Call to sales"),
    ),
    ("decision", "Decision", "تصمیم", "Purchase", 7_190, 500, 90, 0, 71.0, 24, ("Offer", "Invoice preview")),
    ("purchase", "Purchase", "خرید", "Purchase", 6_600, 420, 70, 0, 74.8, 2_031, ("Online order", "Payment", "Kiosk")),
    ("usage", "Usage", "استفاده", "Use", 6_110, 300, 510, 0, 78.9, 3_300, ("Delivery", "Activation", "App", "Bill")),
    (
        "output",
        "Output",
        "نتیجه",
        "Use",
        5_300,
        1_900,
        320,
        0,
        48.3,
        1_902,
        ("Renewal", "Complaint", "Call-centre queue", "Recovery call"),
    ),
    ("loyalty", "Loyalty", "وفاداری", "After", 3_080, 380, 100, 0, None, 3, ("Club", "Survey")),
    ("advocacy", "Advocacy", "حمایت", "After", 2_600, 0, 200, 2_400, 83.5, 190, ("Referral",)),
)


def felt(index: float | None, n: int) -> Experience:
    """An experience figure in the state that its base calls for."""
    if index is None:
        return Experience(state="too_few" if n else "none", n=n)
    half = 90 / n**0.5
    return Experience(
        state="few" if n < 30 else "ok",
        n=n,
        index=index,
        low=index - half,
        high=index + half,
        n_effective=float(n),
        promoters=int(n * 0.4),
        passives=int(n * 0.35),
        detractors=int(n * 0.2),
        pleased=int(n * 0.6),
        displeased=int(n * 0.15),
    )


def cell(step: str, i: int, name: str, *, volume: int, index: float | None, n: int) -> TouchpointCell:
    """A touchpoint; the third of a step has never seen anybody."""
    quiet = i == 2
    return TouchpointCell(
        id=f"{step}-{i}",
        label=Label({"en": name, "fa": f"{name} (fa)"}),
        step=step,
        moment=None,
        actor=Actor.CUSTOMER if i % 2 == 0 else Actor.COMPANY,
        owner="Sales",
        standard="Answer within a day" if i == 0 else None,
        moment_of_truth=i == 1,
        declared_channels=("web",),
        channels=()
        if quiet
        else (
            ChannelShare(channel="web", volume=volume // 2, share=0.5),
            ChannelShare(channel="app", volume=volume // 4, share=0.25),
            ChannelShare(channel="call", volume=volume // 5, share=0.2),
            ChannelShare(channel=None, volume=volume // 20, share=0.05),
        ),
        volume=0 if quiet else volume,
        customers=0 if quiet else volume // 2,
        passages=0 if quiet else volume // 2,
        entries=0,
        exits=volume // 10,
        lost=volume // 20,
        since_previous=Spell(
            n=0 if quiet else volume, median_s=None if quiet else 3_700.0, p90_s=None if quiet else 2 * DAY
        ),
        experience=felt(None, 0) if quiet else felt(index, n),
        last_ts=datetime(2026, 2, 1, tzinfo=UTC) if quiet and step == "awareness" else None if quiet else AS_OF,
    )


def step_column(number: int, row: tuple[object, ...]) -> StepColumn:
    """One step of the sample."""
    name, english, persian, phase, remaining, dropped, still, completed, index, n, touchpoints = row
    assert isinstance(remaining, int)
    assert isinstance(n, int)
    assert isinstance(touchpoints, tuple)
    assert index is None or isinstance(index, float)
    volume = remaining * 2
    return StepColumn(
        id=str(name),
        label=Label({"en": str(english), "fa": str(persian)}),
        number=number,
        phase=str(phase),
        touchpoints=tuple(
            cell(str(name), i, title, volume=volume // len(touchpoints), index=index, n=n // len(touchpoints))
            for i, title in enumerate(touchpoints)
        ),
        channels=(ChannelShare(channel="web", volume=volume, share=1.0),),
        volume=volume,
        customers=remaining - 100,
        passages=remaining,
        entries=PASSAGES if number == 1 else 0,
        exits=int(str(dropped)),
        lost=int(str(dropped)),
        remaining=remaining,
        closed_remaining=remaining * CLOSED // PASSAGES,
        remaining_share=remaining / PASSAGES,
        dropped=int(str(dropped)),
        open=int(str(still)),
        completed=int(str(completed)),
        returns=(0, 120, 640, 0, 45, 0, 900, 0, 0)[number - 1],
        time_since_previous_step=Spell(n=0)
        if number == 1
        else Spell(n=remaining, median_s=number * 0.6 * DAY, p90_s=number * 4 * DAY),
        dwell=Spell(n=remaining, median_s=1_800.0 * number, p90_s=DAY * number),
        experience=felt(index, n),
        last_ts=AS_OF,
    )


def _thin(step: StepColumn, *, left_out: str = "", thinnest: str = "") -> StepColumn:
    """A step whose index is few because of one question."""
    mix = (
        MixPart(question="service", weight=1.0 if left_out else 0.5, n=500, index=70.0),
        MixPart(question=left_out or thinnest, weight=0.0 if left_out else 0.5, n=3 if left_out else 12, index=None),
    )
    return replace(step, experience=replace(step.experience, state="few", reason="one question is thin", mix=mix))


def sample_map(*, simulated: bool = True) -> JourneyMap:
    """The sample."""
    steps = tuple(step_column(i, row) for i, row in enumerate(_STEPS, start=1))
    steps = (_thin(steps[0], left_out="waiting_room"), _thin(steps[1], thinnest="parking"), *steps[2:])
    queue = steps[6].touchpoints[2]
    return JourneyMap(
        journey="telecom",
        label=Label({"en": "Mobile customer journey", "fa": "سفر مشتری تلفن همراه"}),
        steps=steps,
        experience=felt(68.4, 9_954),
        passages=PASSAGES,
        customers=9_870,
        complete=2_400,
        lost=8_100,
        open=1_500,
        closed=CLOSED,
        completion_share=2_400 / CLOSED,
        moves=sum(step.volume for step in steps),
        outside_passages=321,
        largest_loss=Loss(step="evaluation", dropped=2_200, points=18.3),
        ways_out=WaysOut(
            step="output",
            window_s=30 * 86_400,
            reached=5_300,
            repeat=2_300,
            recovered=500,
            complaint_lost=700,
            silence=1_480,
            open=320,
        ),
        pains=(
            Pain(
                touchpoint=queue.id,
                label=queue.label,
                step="output",
                experience=felt(31.2, 640),
                quotes=(
                    Quote(text="Forty minutes of music, then the line went dead.", ts=AS_OF, language="en", index=0.0),
                    Quote(text="بعد از نیم ساعت انتظار کسی جواب نداد.", ts=AS_OF, language="fa", index=10.0),
                    Quote(text="<script>alert(1)</script> & so on", ts=AS_OF, language=None, index=None),
                ),
            ),
            Pain(
                touchpoint="evaluation-2",
                label=Label({"en": "Coverage check"}),
                step="evaluation",
                experience=felt(44.0, 90),
                quotes=(),
            ),
        ),
        unmapped=(
            UnmappedEvent(
                table="interactions", event="chatbot_opened", channel="web", facts=1_204, first_ts=AS_OF, last_ts=AS_OF
            ),
            UnmappedEvent(table="feedback", event="forum_post", channel=None, facts=77, first_ts=AS_OF, last_ts=AS_OF),
        ),
        balance=(
            TableBalance(table="interactions", facts=130_000, mapped=127_496, ignored=1_300, unmapped=1_204),
            TableBalance(table="feedback", facts=12_100, mapped=12_000, ignored=23, unmapped=77),
        ),
        filters={},
        first_ts=datetime(2025, 1, 1, tzinfo=UTC),
        last_ts=AS_OF,
        origin=Origin(log_version=7, journey="a" * 64, rules="b" * 64, as_of=AS_OF, simulated=simulated),
    )
