"""The ready recipes: on small made-up files always, on the public data sets where these are at hand.

Expected numbers of the public data come from `facts.json` beside them (each with the SQL that gave it).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safar.files.journey import read_journey
from safar.files.recipe.ready import NoSuchRecipe, ready_beside, ready_names, ready_recipe
from safar.files.rules import read_rules
from safar.usecases.import_ import publish_beside
from safar.usecases.measure import measure
from tests.usecases.import_kit import Bench


def _facts(shared_data: Path) -> dict[str, float]:
    return {one["id"]: one["computed"] for one in json.loads((shared_data / "facts.json").read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", ready_names())
def test_every_ready_recipe_reads_and_its_journey_holds_its_rules(name: str) -> None:
    assert ready_recipe(name).about
    journey, rules = ready_beside(name, "journey"), ready_beside(name, "rules")
    assert (journey is None) == (rules is None)
    if journey is not None and rules is not None:
        known = {touchpoint.id for touchpoint in read_journey(journey).touchpoints}
        found = read_rules(rules)
        assert found.journey == read_journey(journey).id
        assert {rule.touchpoint for rule in found.rules if rule.touchpoint} <= known


def test_an_unknown_name_suggests_one() -> None:
    with pytest.raises(NoSuchRecipe, match="did you mean 'airport-survey'"):
        ready_recipe("airport-surveys")


def test_the_journey_of_a_recipe_is_published_once(bench: Bench) -> None:
    from tests.usecases.import_kit import NOW

    assert publish_beside(workspace=bench.workspace, recipe="marketplace-orders", now=NOW)
    assert not publish_beside(workspace=bench.workspace, recipe="marketplace-orders", now=NOW)
    assert bench.workspace.rules("marketplace-order")[0].journey == "marketplace-order"


def test_a_marketplace_with_other_names_and_order_of_columns(bench: Bench) -> None:
    recipe = ready_recipe("marketplace-orders").text.replace('score = ["review_score"]', 'score = ["stars"]')
    orders = bench.file(
        "export-1.csv",
        "customer_id,order_id,order_status,order_estimated_delivery_date,order_purchase_timestamp,order_approved_at,"
        "order_delivered_carrier_date,order_delivered_customer_date\n"
        "c1,o1,delivered,2018-01-10 00:00:00,2018-01-01 10:00:00,2018-01-01 10:05:00,2018-01-03 08:00:00,"
        "2018-01-12 09:00:00\n"
        "c2,o2,delivered,2018-01-10 00:00:00,2018-01-01 10:00:00,,,\n"
        "c3,o3,shipped,2018-01-10 00:00:00,2018-01-01 10:00:00,2018-01-05 10:00:00,2018-01-04 10:00:00,\n",
    )
    people = bench.file(
        "export-2.csv", "customer_unique_id,customer_id,customer_state\nann,c1,SP\nann,c2,SP\nbob,c3,RJ\n"
    )
    reviews = bench.file(
        "export-3.csv",
        "review_id,order_id,stars,review_comment_message,review_comment_title,review_creation_date,review_answer_timestamp\n"
        'r1,o1,1,"Chegou tarde, fale com maria@loja.com.br",,2018-01-13,2018-01-13 12:00:00\n'
        "r2,o1,2,,,2018-01-14,2018-01-15 12:00:00\n",
    )
    report = bench.run([reviews, orders, people], recipe)
    assert report.set_aside == 0
    assert bench.facts("interactions", "count(*), count(DISTINCT customer)", order="1") == [(12, 2)]
    assert bench.facts("feedback", "value, prop_delivery, text", order="ts, slot_no") == [
        (1.0, "late", None),
        (None, "late", "Chegou tarde, fale com [e-mail]"),
        (2.0, "late", None),
    ]
    assert bench.facts("interactions", "utc_offset_min", where="slot = 'ordered'")[0] == (-120,)


def test_marketplace_orders_of_the_public_sample(bench: Bench, shared_data: Path) -> None:
    expected = _facts(shared_data)
    folder = shared_data / "olist" / "random4k"
    names = ("orders", "order_reviews", "customers", "order_payments", "order_items")
    report = bench.run([folder / f"olist_{name}_dataset.parquet" for name in names], "marketplace-orders")
    assert (report.accepted, report.set_aside) == (4000 + 3986, 0)
    rated = bench.facts("feedback", "count(*), avg(value), avg((value = 5)::INT)", where="kind = 'csat'", order="1")[0]
    assert rated[0] == 3986
    assert rated[1] == pytest.approx(expected["olist_mean_review"], abs=1e-6)
    assert rated[2] == pytest.approx(expected["olist_share5"], abs=1e-6)
    with bench.query() as ask:
        by = dict(ask("SELECT prop_delivery, avg(value) FROM feedback WHERE kind = 'csat' GROUP BY 1"))
        late = ask(
            "SELECT avg((prop_delivery = 'late')::INT) FROM interactions "
            "WHERE slot = 'ordered' AND prop_delivery <> 'not delivered'"
        )
    assert by["late"] == pytest.approx(expected["olist_late_score"], abs=1e-6)
    assert by["on time"] == pytest.approx(expected["olist_ontime_score"], abs=1e-6)
    assert late[0][0] == pytest.approx(expected["olist_late"], abs=1e-6)


def test_airport_survey_wave_by_wave(bench: Bench, shared_data: Path) -> None:
    expected = _facts(shared_data)
    folder = shared_data / "sfo_survey"
    report = bench.run(sorted(folder.glob("sfo_*.parquet")), "airport-survey")
    assert report.set_aside == 0
    overall = {"2010": "Q6N", "2013": "Q7O_WHOLE", "2014": "Q7ALL", "2015": "Q7ALL", "2016": "Q7ALL"}
    with bench.query() as ask:
        found = ask(
            "SELECT prop_wave, count(*), avg(value), sum(value * weight) / sum(weight) FILTER (value IS NOT NULL) "
            "FROM feedback WHERE question = 'overall' GROUP BY 1 ORDER BY 1"
        )
        for wave, respondents, mean, weighted in found:
            assert respondents == expected[f"sfo_{wave}_n"]
            assert mean == pytest.approx(expected[f"sfo_{wave}_mean"], abs=1e-6)
            if wave in overall:
                path, column = folder / f"sfo_{wave}.parquet", overall[wave]
                own = ask(f"SELECT sum({column} * WEIGHT) / sum(WEIGHT) FROM '{path}' WHERE {column} BETWEEN 1 AND 5")
                assert weighted == pytest.approx(own[0][0], abs=1e-9)
            else:
                assert weighted == pytest.approx(mean, abs=1e-9)
    assert len(found) == 7


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("xes/helpdesk.xes.gz", "helpdesk_italian"),
        ("helpdesk_italian.parquet", "helpdesk_italian"),
        ("bpic2012.parquet", "bpic2012"),
        ("teleclaims.parquet", "teleclaims"),
    ],
)
def test_event_logs_give_their_cases_and_events(bench: Bench, shared_data: Path, file: str, name: str) -> None:
    expected = _facts(shared_data)
    report = bench.run(shared_data / "event_logs" / file, "event-log-xes")
    assert report.set_aside == 0
    found = bench.facts("interactions", "count(*), count(DISTINCT link_case), count(customer)", order="1")
    assert found == [(expected[f"{name}_events"], expected[f"{name}_cases"], 0)]


def test_patient_comments_have_one_as_the_best(bench: Bench, shared_data: Path) -> None:
    expected = _facts(shared_data)
    path = shared_data / "nhs_patient_feedback" / "nhs_fft_multilabel_v6.parquet"
    report = bench.run(path, "patient-comments")
    assert (report.accepted, report.set_aside) == (expected["nhs_n"], 0)
    with bench.query() as ask:
        scales = ask("SELECT DISTINCT scale_min, scale_max, scale_best FROM feedback WHERE kind IN ('csat', 'rating')")
        themes = dict(ask("SELECT option, count(*) FROM feedback WHERE question = 'theme' GROUP BY 1"))
    assert scales == [(1.0, 5.0, "low")]
    assert themes["Timeliness of care"] == expected["nhs_time"]
    assert themes["Staff manner & personal attributes"] == expected["nhs_staff"]


def test_shares_of_coded_themes(bench: Bench, shared_data: Path) -> None:
    expected = _facts(shared_data)
    path = shared_data / "nhs_patient_feedback" / "nhs_fft_multilabel_v6.parquet"
    bench.run(path, "patient-comments")
    found = measure(workspace=bench.workspace, metric="share", question="theme", repeats="all")
    known = {"Timeliness of care": expected["nhs_time"], "Staff manner & personal attributes": expected["nhs_staff"]}
    for theme, count in known.items():
        value = found.cell(theme)
        assert (value.chosen, value.n) == (count, expected["nhs_n"])
        assert value.value == pytest.approx(100 * count / expected["nhs_n"])
    assert str(found.balance) == "7,908 answers = 7,908 used"
    # Every comment of this file has a theme, so both bases are the same.
    whole = measure(workspace=bench.workspace, metric="share", question="theme", repeats="all", base="all")
    assert [cell.value.n for cell in whole.cells] == [cell.value.n for cell in found.cells]
    # By the coder's sentiment of the comment: against the file itself.
    crossed = measure(
        workspace=bench.workspace, metric="share", question="theme", option="Timeliness of care",
        by=["answer:sentiment"], repeats="all",
    )  # fmt: skip
    with bench.query() as ask:
        own = ask(f'SELECT "Comment sentiment", count("Timeliness of care"), count(*) FROM \'{path}\' GROUP BY 1')
    assert {cell.dims[0]: (cell.value.chosen, cell.value.n) for cell in crossed.cells} == {
        sentiment: (chosen, n) for sentiment, chosen, n in own
    }


def test_weighted_shares_of_a_single_choice_by_wave(bench: Bench, shared_data: Path) -> None:
    path = shared_data / "sfo_survey" / "sfo_2010.parquet"
    bench.run(path, "airport-survey")
    found = measure(workspace=bench.workspace, metric="share", question="problem", by=["wave"])
    with bench.query() as ask:
        own = ask(f"SELECT Q14, sum(WEIGHT), count(*) FROM '{path}' WHERE Q14 IN (1, 2, 3) GROUP BY 1")
    names = {1: "yes", 2: "no", 3: "do not know"}
    weights = {names[int(code)]: (float(weight), n) for code, weight, n in own}
    everything = sum(weight for weight, _ in weights.values())
    assert {cell.dims for cell in found.cells} == {("2010", name) for name in weights}
    for name, (weight, n) in weights.items():
        value = found.cell("2010", name)
        assert (value.chosen, value.n) == (n, sum(n for _, n in weights.values()))
        assert value.value == pytest.approx(100 * weight / everything)
