"""What constructs are called in verdicts, doubts and sentences; the doubt of a path that its constructs only have."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import safar
from safar.analysis.path_model.comparison import find_comparison
from safar.analysis.path_model.groups_result import GroupsResult
from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.naming import called, called_with_key, labels_of
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.parts import Stand
from safar.analysis.path_model.result import PathResult
from safar.analysis.thaw import thaw
from safar.domain.label import Label
from safar.files.path_model import read_path_model
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated

LABELED = (
    CHAIN.replace('items = ["care1"', 'label = { en = "Care on the road", fa = "مراقبت" }\nitems = ["care1"')
    .replace('items = ["trust1"', 'label = { en = "Confidence", fa = "اعتماد" }\nitems = ["trust1"')
    .replace('items = ["loyal1", "loyal2"', 'label = { en = "Loyalty" }\nitems = ["loyal1", "loyal2"')
)
PAIR = """
name = "pair"
[[constructs]]
name = "care"
label = { en = "Care", fa = "مراقبت" }
items = ["care1", "care2", "care3"]
[[constructs]]
name = "trust"
items = ["trust1", "trust2", "trust3"]
[[paths]]
from = "care"
to = "trust"
sign = "+"
"""


def test_a_name_is_the_label_and_the_key_only_where_it_helps() -> None:
    labels = {"a": Label({"en": "Care", "fa": "مراقبت"}), "b": Label({"en": "Care"}), "c": Label({"en": "C"})}
    assert [called(one, labels) for one in ("a", "b", "c", "d")] == ["Care (a)", "Care (b)", "C", "d"]
    assert called("a", labels, "fa") == "مراقبت"
    assert called("a*c", labels, "fa") == "مراقبت × C"
    assert called("d*e", labels) == "d*e"
    assert [called_with_key(one, labels) for one in ("a", "c", "d")] == ["Care (a)", "C", "d"]
    assert called_with_key("a", labels, "fa") == "مراقبت (a)"
    assert labels_of(read_path_model(PAIR)) == {"care": Label({"en": "Care", "fa": "مراقبت"})}


def test_verdicts_doubts_and_tables_tell_labels() -> None:
    model = safar.PathModel(LABELED)
    found = model.bootstrap(simulated(60, loading=0.45), resamples=60)
    told = [one.says for one in found.verdicts]
    assert told[0].startswith("H1: Care on the road → Confidence ")
    doubts = " ".join(doubt.says for one in found.verdicts for doubt in one.doubts)
    assert "Care on the road" in doubts
    assert "Care " not in doubts.replace("Care on the road", "")
    assert "Trust" not in doubts
    persian = found.in_language("fa")
    assert "\u2068مراقبت\u2069 ← \u2068اعتماد\u2069" in persian.verdicts[0].says
    tables = {one.name: one for one in paper_tables(persian)}
    assert tables["constructs"].head[:2] == ("سازه", "نام")
    assert tables["constructs"].rows[0][:2] == ("Care", "مراقبت")
    assert any("اعتماد" in cell for row in tables["verdicts"].rows for cell in row)
    # Figures in tables of data keep the keys.
    assert found.rows()[0]["source"] == "Care"
    plain = safar.PathModel(CHAIN).bootstrap(simulated(60), resamples=20)
    assert plain.verdicts[0].says.startswith("H1: Care → Trust ")
    assert {one.name: one for one in paper_tables(plain)}["constructs"].head[:2] == ("Construct", "Items")


def test_further_results_tell_labels_and_are_read_back_from_before() -> None:
    model, rows = safar.PathModel(LABELED), likert(simulated(150))
    importance = model.importance(rows, "Trust", scale=(1, 7))
    assert importance.title == "What moves Confidence"
    assert importance.sentences[0].startswith("Confidence stands at")
    assert importance.tables()[0].rows[0][0] == "Care on the road (Care)"
    groups = model.groups({**rows, "by": ["a", "b"] * 75}, "by", resamples=99)
    assert groups.labels["Care"].text("fa") == "مراقبت"
    for kind, found in ((ImportanceResult, importance), (GroupsResult, groups)):
        assert thaw(kind, found.to_json()) == found
        before = json.loads(found.to_json())
        del before["labels"]
        assert thaw(kind, json.dumps(before)).in_language("fa").labels == {}
    assert "Begin with Care on the road:" in " ".join(model.importance(rows, scale=(1, 7)).sentences)


def test_every_table_for_people_tells_labels_and_every_figure_for_machines_keys() -> None:
    model, rows = safar.PathModel(LABELED), likert(simulated(150))
    grouped = model.groups({**rows, "by": ["a", "b"] * 75}, "by", resamples=99)
    segments = model.segments(rows, most=2, show=2)
    found = model.bootstrap(rows, resamples=60)
    arrow, persian = "Care on the road → Confidence", "\u2068مراقبت\u2069 ← \u2068اعتماد\u2069"
    for result, table, column in (
        (grouped, "group-paths", 1), (segments, "segment-paths", 1), (model.sample(0.3, rows=[60]), "power", 0)
    ):  # fmt: skip
        for told, path in ((result, arrow), (result.in_language("fa"), persian)):
            (one,) = (one for one in told.tables() if one.name == table)
            assert one.rows[0][column] == path
        assert result.part("simulation" if table == "power" else "paths")[0]["source"] == "Care"
    invariance = next(one for one in grouped.tables() if one.name == "invariance")
    assert invariance.rows[0][1] == "Care on the road (Care)"
    assert {row["construct"] for row in grouped.part("invariance")} == {"Care", "Trust", "Loyalty"}
    tables = {one.name: one for one in paper_tables(found)}
    assert tables["paths"].rows[0][1] == arrow
    assert tables["htmt"].rows[0][0] == "Care on the road – Confidence"
    assert tables["ways"].rows[0][0] == f"{arrow} → Loyalty"
    # The heads of square tables are keys, which their rows explain.
    assert tables["correlations"].head == ("Construct", "Care", "Trust", "Loyalty")
    assert tables["correlations"].rows[0][0] == tables["items"].rows[0][0] == "Care on the road (Care)"
    assert {one.name: one for one in paper_tables(found.in_language("fa"))}["paths"].rows[0][1] == persian
    assert arrow in found.text()
    assert persian in found.in_language("fa").text()
    assert model.predict(rows, repeats=1).tables()[0].rows[0][0] == "Confidence (Trust)"
    assert model.screen(rows, confirmatory=False).tables()[0].rows[0][0] == "Care on the road (Care)"
    pair = find_comparison([found, safar.PathModel(CHAIN).fit(rows)], called_so=("one", "other"))
    assert pair.told().rows[0]["Path"] == arrow
    assert pair.rows()[0]["source"] == "Care"
    assert pair.called("Trust", "fa") == "اعتماد"


def test_what_must_be_there_must_be_there() -> None:
    told = json.loads(safar.PathModel(LABELED).importance(likert(simulated(150)), scale=(1, 7)).to_json())
    del told["places"]
    with pytest.raises(KeyError):
        thaw(ImportanceResult, json.dumps(told))


def pair(*, consistent: bool, text: str = PAIR, resamples: int = 60) -> PathResult:
    return safar.PathModel(text).bootstrap(simulated(250), consistent=consistent, resamples=resamples)


def only_path(found: PathResult) -> list[str]:
    return [doubt.says for one in found.verdicts for doubt in one.doubts if doubt.reason == "only-path"]


def test_a_consistent_path_that_both_only_have_is_doubted_in_both_languages() -> None:
    found = pair(consistent=True)
    assert found.verdicts[0].stand is Stand.SUPPORTED
    (told,) = only_path(found)
    t = found.paths[0].figure.t
    assert t is not None
    assert told.startswith("Care → trust is the only path of both its constructs")
    assert "10% to 14% of samples" in told
    assert "not in 5%" in told
    assert f"it finds the path too (t = {t:.2f}; 1.96 is asked for)" in told
    assert "reason to doubt it" in found.verdicts[0].says or "reasons to doubt it" in found.verdicts[0].says
    (persian,) = only_path(found.in_language("fa"))
    assert "تنها مسیر هر دو سازه است" in persian
    assert "۱۰٪ تا ۱۴٪" in persian
    assert not any(sign in persian for sign in "0123456789")


def test_it_is_doubted_only_there() -> None:
    assert only_path(pair(consistent=False)) == []
    several = safar.PathModel(CHAIN).bootstrap(simulated(250), consistent=True, resamples=60)
    assert only_path(several) == []
    composites = PAIR.replace('items = ["', 'measured = "composite"\nitems = ["')
    assert only_path(pair(consistent=True, text=composites)) == []
    single = PAIR.replace('["care1", "care2", "care3"]', '["care1"]').replace(
        '["trust1", "trust2", "trust3"]', '["trust1"]'
    )
    assert only_path(pair(consistent=True, text=single)) == []


def test_where_t_does_not_find_the_path_that_is_said() -> None:
    found = pair(consistent=True)
    (path,) = found.paths
    unsure = replace(found, paths=(replace(path, figure=replace(path.figure, t=1.5)),))
    (told,) = only_path(unsure.in_language("en"))
    assert "it does not find the path (t = 1.50; 1.96 is asked for)" in told
    # What is not claimed needs no such doubt.
    chance = replace(found, paths=(replace(path, figure=replace(path.figure, low=-0.1)),))
    assert only_path(chance.in_language("en")) == []
