"""What employees and managers said, asked for through the pages in every way: never of fewer than five people."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.domain.fact import Speaker
from safar.usecases.workspace import Workspace
from tests.web.web_cast import UNIT, Cast

pytestmark = pytest.mark.usefixtures("waits_for_everything")

STAFF = (Speaker.EMPLOYEE.value, Speaker.MANAGER.value)
LEAST = 5
MONTHS = ("2024-01-01", "2024-04-01", "2025-01-01", "2025-06-01", "2026-01-01")
FILTERS = st.fixed_dictionaries(
    {"speaker": st.sampled_from(STAFF)},
    optional={
        "channel": st.sampled_from(["app", "email", "store", "phone"]),
        "unit": st.sampled_from([UNIT, "north-2", "south-1"]),
        "since": st.sampled_from([*MONTHS, "2024-01-15"]),
        "until": st.sampled_from([*MONTHS, "2026-01-16"]),
        "step": st.sampled_from(["usage", "payment", "purchase"]),
        "view": st.sampled_from(["expected", "experienced"]),
    },
)
BY = st.lists(st.sampled_from(["step", "touchpoint", "channel", "unit", "month", "week", "speaker", "question"]),
              max_size=2, unique=True)  # fmt: skip
SOME = settings(
    # The pages pass on what is measured; that no requests tell of few people is attacked in tests/analysis.
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _rows(body: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body)))


@SOME
@given(who=st.sampled_from(["alice", "bob", "vera", "uma"]), filters=FILTERS, by=BY)
def test_no_table_and_no_file_tells_of_few(cast: Cast, who: str, filters: dict[str, str], by: list[str]) -> None:
    """Every base that is shown is of five people or more, and so is what two shown tables leave between them."""
    client = cast.client(who)
    pairs = [("metric", "mean"), *(("by", name) for name in by), *filters.items()]
    answer = client.get(f"/measure/table.csv?{urlencode(pairs)}")
    if answer.status_code != 200:
        assert answer.status_code in (400, 403, 404)
        return
    rows = _rows(answer.getvalue().decode() if answer.streaming else answer.content.decode())
    for row in rows:
        n = row.get("n") or ""
        assert not n or int(float(n)) == 0 or int(float(n)) >= LEAST, row
        assert n or not row.get("value"), "a figure without its base"
    # Fewer filters, same question: the difference of two bases is nobody, or enough people.
    for name in filters:
        if name in ("speaker", "view"):
            continue
        wider = [pair for pair in pairs if pair[0] != name]
        other = client.get(f"/measure/table.csv?{urlencode(wider)}")
        if other.status_code != 200:
            continue
        there = _rows(other.getvalue().decode() if other.streaming else other.content.decode())
        dims = [d for d in by if d in (rows[0] if rows else {})]
        known = {tuple(row[d] for d in dims): row.get("n") or "" for row in there}
        for row in rows:
            a, b = row.get("n") or "", known.get(tuple(row[d] for d in dims), "")
            if a and b:
                apart = abs(int(float(a)) - int(float(b)))
                assert apart == 0 or apart >= LEAST, (row, b, name)


@SOME
@given(filters=FILTERS, kind=st.sampled_from(["answers", "feedback"]), who=st.sampled_from(["alice", "uma"]))
def test_no_list_and_no_file_holds_what_staff_said(cast: Cast, filters: dict[str, str], kind: str, who: str) -> None:
    client = cast.client(who)
    query = urlencode(filters)
    for address in (f"/facts/{kind}/?{query}", f"/facts/{kind}.csv?{query}", f"/measure/answers/?metric=mean&{query}"):
        answer = client.get(address)
        assert answer.status_code in (200, 400, 403), address
        if answer.status_code == 200 and address.startswith(f"/facts/{kind}.csv"):
            assert not _rows(answer.getvalue().decode()), address
        elif answer.status_code == 200:
            assert not re.search(r'id="total">[1-9]', answer.content.decode()), address
            # Nor how many it leaves out, which filters could narrow down to who answered, and when.
            assert not re.search(r"[0-9]+ (of|by) (employees|managers)", answer.content.decode()), address


@pytest.mark.slow
@settings(SOME, max_examples=3)
@given(filters=FILTERS)
def test_the_map_its_months_and_its_places_hide_the_few(cast: Cast, filters: dict[str, str]) -> None:
    """Months of the scrubber, trends and cells: no base under five is printed, and comparing groups is refused."""
    client = cast.client("alice")
    query = urlencode({k: v for k, v in filters.items() if k != "step"})
    for address in (f"/journey/?{query}", f"/journey/steps/usage/?{query}", f"/journey/touchpoints/bill/?{query}"):
        answer = client.get(address)
        assert answer.status_code in (200, 400), address
        if answer.status_code == 200:
            for n in re.findall(r">(\d+) answers?<", answer.content.decode()):
                assert int(n) >= LEAST, (address, n)
    assert client.get(f"/journey/?{query}&vs.channel=app").status_code in (200, 400)


def test_no_sum_of_months_gives_a_month_away(cast: Cast, served: str) -> None:
    """The scrubber month after month, against the whole: what is left over is nobody, or five people."""
    client = cast.client("alice")
    found = client.get("/measure/table.csv?metric=mean&by=month&speaker=manager")
    months = _rows(found.getvalue().decode())
    shown = {row["month"]: int(float(row["n"])) for row in months if row["n"]}
    whole = client.get("/measure/table.csv?metric=mean&speaker=manager")
    total = sum(int(float(row["n"])) for row in _rows(whole.getvalue().decode()) if row["n"])
    left = total - sum(shown.values())
    assert left == 0 or left >= LEAST
    assert all(n >= LEAST for n in shown.values())


def test_a_timeline_is_of_customers_only(cast: Cast, served: str) -> None:
    """Nobody of staff has a page of their own: their answers are nobody's timeline."""
    opened = Workspace.open(served)
    with opened.log.connect() as connection:
        feedback = opened.log.tables(connection=connection).feedback
        staff = feedback.filter(feedback["speaker"].isin(STAFF) & feedback["customer"].notnull())
        keys = staff.select("customer").distinct().limit(3).to_pyarrow().column("customer").to_pylist()
    for key in keys:
        body = cast.client("alice").get(f"/customers/{key}/").content
        assert b'class="said"' not in body
