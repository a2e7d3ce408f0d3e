"""A company's own framework: what it may say, and how a slip of the pen is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar import frameworks
from safar.domain.framework import BadFramework, ElementKind, Side, UnknownElement
from safar.domain.label import Label
from safar.frameworks import UnknownFramework

OURS = """
name = "ours"
label = { en = "Our framework" }
base = "stepwise"
drop = ["background", "open", "purchase.point.kiosk"]

[add]
"purchase.point.partner" = { en = "Partner shop", fa = "فروشگاه همکار", kind = "practice", actor = "company" }
promises = { en = "Promises", fa = "وعده‌ها", level = "group", kind = "structure" }
"promises.callback" = { en = "Call back in a day", kind = "indicator", actor = "company", measured_by = ["waiting"] }

[rename]
"output.silence" = { en = "Silence" }

[change]
"attention.brand-experience" = { actor = "customer", kind = "outcome" }

[translate.de]
awareness = "Aufmerksamkeit"
"""


def test_add_rename_change_drop_translate() -> None:
    base, ours = frameworks.load("stepwise"), frameworks.load_text(OURS, where="ours.toml")
    assert ours.name == "ours"
    assert ours.base == "stepwise"
    assert ours.label.text() == "Our framework"
    assert ours.paper == base.paper
    assert ours.steps == base.steps
    assert "background.social.unrest" not in ours
    assert "purchase.point.kiosk" not in ours
    partner = ours.element("purchase.point.partner")
    assert (partner.step, partner.actor) == ("purchase", Side.COMPANY)
    assert [e.id for e in ours.children("purchase.point")] == ["purchase.point.website", "purchase.point.partner"]
    silence = ours.element("output.silence").label
    assert silence.texts == {"en": "Silence", "fa": base.element("output.silence").label.texts["fa"]}
    assert ours.element("attention.brand-experience").kind is ElementKind.OUTCOME
    assert ours.element("awareness").label.text("de") == "Aufmerksamkeit"
    assert ours.element("awareness").label.text("fa") == "آگاهی"
    assert ours.element("output.repeat.nps").measured_by == ("nps",), "what the base's elements have, they keep"


def test_the_base_is_untouched() -> None:
    frameworks.load_text(OURS, where="ours.toml")
    assert frameworks.load("stepwise").element("output.silence").label.text() == "Lack of reaction"


def test_parents_stand_before_children() -> None:
    ours = frameworks.load_text(OURS, where="ours.toml")
    order = {element.id: i for i, element in enumerate(ours.elements)}
    assert all(order[e.parent] < order[e.id] for e in ours.elements if e.parent)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('drop = ["awarenes"]', "awarenes"),
        ('[rename]\n"output.nowhere" = { en = "X" }', "output.nowhere"),
        ('drop = ["output"]\n[rename]\n"output.silence" = { en = "X" }', "is dropped by the same file"),
        ('[change]\nawareness = { kind = "metric" }', "indicator, practice, condition, outcome, structure"),
        ("[change]\nawareness = { id = 'x' }", "unknown 'id'"),
        ('[change]\nawareness = { step = "dreaming" }', "dreaming"),
        ('[add]\nawareness = { en = "X" }', "exists already"),
        ('[add]\n"nowhere.new" = { en = "X" }', "parent 'nowhere'"),
        ('[add]\nnew = { kind = "practice" }', "needs a name in English (en) or Persian (fa)"),
        ('[add]\nnew = { en = "X", measured_by = ["wishes"] }', "wishes"),
        ('[translate.de]\n"no.such" = "X"', "no.such"),
        ('[translate.german]\nawareness = "X"', "german"),
        ("extra = 1", "unknown 'extra'"),
        ('steps = ["awareness"]', "is not among the framework's steps"),
    ],
)
def test_errors_name_the_file_and_the_place(line: str, named: str) -> None:
    with pytest.raises(BadFramework) as raised:
        frameworks.load_text(f'name = "ours"\nbase = "stepwise"\n{line}\n', where="ours.toml")
    assert "ours.toml" in raised.value.message
    assert named in raised.value.message
    assert raised.value.exit_code == 2


def test_dropping_an_end_drops_the_arrow() -> None:
    ours = frameworks.load_text('name = "o"\nbase = "relief"\ndrop = ["measured.strategy"]', where="o.toml")
    assert len(ours.relations) == len(frameworks.load("relief").relations) - 1


def test_files_may_build_on_files(tmp_path: Path) -> None:
    (tmp_path / "group.toml").write_text(OURS, encoding="utf-8")
    own = tmp_path / "shop.toml"
    own.write_text('name = "shop"\nbase = "group.toml"\ndrop = ["promises"]\n', encoding="utf-8")
    shop = frameworks.load_file(own)
    assert shop.base == "ours"
    assert "promises" not in shop
    assert "purchase.point.partner" in shop


def test_bases_in_a_circle_and_bases_that_are_not_there(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('name = "one"\nbase = "two.toml"\n', encoding="utf-8")
    two.write_text('name = "two"\nbase = "one.toml"\n', encoding="utf-8")
    with pytest.raises(BadFramework, match="circle"):
        frameworks.load_file(one)
    with pytest.raises(UnknownFramework, match="gone"):
        frameworks.load_file(tmp_path / "gone.toml")
    with pytest.raises(UnknownFramework, match="packaged are stepwise"):
        frameworks.load_text('name = "x"\nbase = "other"', where="x.toml")
    with pytest.raises(UnknownFramework):
        frameworks.find("other")


def test_a_whole_framework_of_ones_own() -> None:
    text = """
name = "mine"
label = { en = "Mine" }
steps = ["one"]
[elements]
one = { en = "One", level = "group", step = "one", actor = "company" }
"one.two" = { fa = "دو", kind = "practice", at = "1:2 s3" }
"""
    mine = frameworks.load_text(text, where="mine.toml")
    two = mine.element("one.two")
    assert (two.step, two.actor, two.parent) == ("one", Side.COMPANY, "one")
    assert list(map(str, two.places)) == ["table 1, row 2", "section 3"]
    assert [e.id for e in mine.path("one.two")] == ["one", "one.two"]
    with pytest.raises(UnknownElement):
        mine.element("three")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = ", "not valid TOML"),
        ('[elements]\na = { en = "A" }', "name"),
        ('name = "x"\nlabel = { en = "X" }', "names no element"),
        ('name = "x"\nlabel = "X"\n[elements]\na = { en = "A" }', "must be a table"),
        ('name = "x"\nlabel = { en = "X" }\n[elements]\na = "A"', "element 'a'"),
        ('name = "x"\nlabel = { en = "X" }\n[elements]\na = { en = "" }', "element 'a'"),
        ('name = "x"\nlabel = { en = "X" }\n[elements]\na = { en = "A", actr = "company" }', "actr"),
        ('name = "x"\nlabel = { en = "X" }\n[elements]\n"a..b" = { en = "A" }', "a..b"),
        ('name = "x"\nlabel = { en = "X" }\n[elements]\na = { en = "A", at = ":3" }', "element 'a': at"),
        ('name = "x"\nlabel = { en = "X" }\n[elements]\na = { en = "A", figures = { n = "1" } }', "must be a number"),
        (
            'name = "x"\nlabel = { en = "X" }\n[elements]\na = { en = "A", readings = [{ where = "t", says = "s" }] }',
            "two at least",
        ),
        (
            'name = "x"\nlabel = { en = "X" }\n[[relations]]\nfrom = "a"\nto = "b"\n[elements]\na = { en = "A" }',
            "'b', which does not exist",
        ),
        ('name = "x"\nlabel = { en = "X" }\nsteps = "one"\n[elements]\na = { en = "A" }', "must be a list"),
        (
            'name = "x"\nlabel = { en = "X" }\npaper = { title = "t", year = "old" }\n[elements]\na = { en = "A" }',
            "year",
        ),
        ('name = "x"\nlabel = { en = "X" }\nrelations = 3\n[elements]\na = { en = "A" }', "[[relations]]"),
        ('name = "x"\nbase = 3', "base must be"),
    ],
)
def test_what_a_whole_file_may_not_say(text: str, named: str) -> None:
    with pytest.raises(BadFramework) as raised:
        frameworks.load_text(text, where="x.toml")
    assert raised.value.message.startswith("x.toml")
    assert named in raised.value.message


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadFramework, match="UTF-8"):
        frameworks.load_file(path)


def test_the_starter_file_derives_and_changes_nothing() -> None:
    for name in frameworks.names():
        base = frameworks.load(name)
        ours = frameworks.load_text(frameworks.starter_text(base, name="ours"), where="ours.toml")
        assert ours.elements == base.elements
        assert ours.base == name


IDS = [element.id for element in frameworks.load("platform").elements]


@given(st.lists(st.sampled_from(IDS), max_size=6))
def test_dropping_any_elements_leaves_a_framework_that_stands(dropped: list[str]) -> None:
    base = frameworks.load("platform")
    told = ", ".join(f'"{name}"' for name in dropped)
    ours = frameworks.load_text(f'name = "o"\nbase = "platform"\ndrop = [{told}]', where="o.toml")
    gone = {i for i in IDS if any(i == name or i.startswith(f"{name}.") for name in dropped)}
    assert [e.id for e in ours.elements] == [e.id for e in base.elements if e.id not in gone]
    compared = frameworks.compare(base, ours)
    assert {e.id for e in compared.only_left} == gone
    assert compared.only_right == ()


@given(st.dictionaries(st.sampled_from(IDS), st.text(min_size=1).filter(lambda t: bool(t.strip())), max_size=5))
def test_any_name_survives_writing_and_reading(names: dict[str, str]) -> None:
    base = frameworks.load("platform")
    renamed = replace(
        base,
        elements=tuple(replace(e, label=Label({"en": names[e.id]})) if e.id in names else e for e in base.elements),
    )
    assert frameworks.load_text(frameworks.framework_text(renamed), where="again.toml") == renamed
