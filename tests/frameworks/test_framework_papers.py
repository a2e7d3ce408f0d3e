"""automotive, relief, b2b and platform against their papers; each count says where it was counted."""

from __future__ import annotations

import pytest

from safar import frameworks
from safar.domain.framework import Framework, Level, Place, Role

# automotive (Valinezhad et al. 2024), tables 1-6: role, main categories, subcategories, codes
TABLES = [
    ("1", Role.CAUSAL, 3, 8, 55),
    ("2", Role.STRATEGY, 2, 7, 51),
    ("3", Role.CONTEXT, 3, 7, 44),
    ("4", Role.INTERVENING, 3, 6, 46),
    ("5", Role.CONSEQUENCE, 3, 6, 41),
    ("6", Role.CENTRAL, 1, 3, 16),
]


@pytest.fixture(scope="module")
def automotive() -> Framework:
    return frameworks.load("automotive")


@pytest.fixture(scope="module")
def relief() -> Framework:
    return frameworks.load("relief")


@pytest.fixture(scope="module")
def b2b() -> Framework:
    return frameworks.load("b2b")


@pytest.fixture(scope="module")
def platform() -> Framework:
    return frameworks.load("platform")


@pytest.mark.parametrize(("table", "role", "main", "sub", "codes"), TABLES)
def test_automotive_table(*, automotive: Framework, table: str, role: Role, main: int, sub: int, codes: int) -> None:
    printed = [e for e in automotive.elements if any(place.table == table for place in e.places)]
    assert {e.role for e in printed} == {role}
    counted = [sum(e.level is level for e in printed) for level in (Level.CATEGORY, Level.SUBCATEGORY, Level.CODE)]
    assert counted == [main, sub, codes]


def test_automotive_as_a_whole(automotive: Framework) -> None:
    assert [len(automotive.at(level)) for level in Level] == [6, 15, 37, 253]
    assert automotive.printed["main_categories"] == 17, "what the abstract says; the tables print 15"
    assert len(automotive.at(Level.CATEGORY)) - 1 + 3 == 17


def test_automotive_codes_of_each_subcategory(automotive: Framework) -> None:
    """Codes counted in every cell of the column 'Codes', tables 1-6 in order."""
    cells = [6, 5, 8, 9, 9, 9, 5, 4, 10, 6, 6, 7, 10, 7, 5, 6, 4, 5, 6, 8, 7, 8]
    cells += [12, 14, 6, 5, 4, 5, 4, 12, 4, 7, 10, 4, 7, 5, 4]
    assert [len(automotive.children(e.id)) for e in automotive.at(Level.SUBCATEGORY)] == cells


def test_automotive_code_numbers_are_the_printed_ones(automotive: Framework) -> None:
    for sub in automotive.at(Level.SUBCATEGORY):
        place = sub.places[0]
        numbers = [e.places[0] for e in automotive.children(sub.id)]
        assert numbers == [Place(place.table, f"{place.row}.{n + 1}") for n in range(len(numbers))]


def test_automotive_code_printed_twice_in_one_cell(automotive: Framework) -> None:
    twice = automotive.element("outcomes.brand-equity.market-development.attracting-new-customers-2")
    assert twice.places == (Place("5", "2.11"),)
    assert len(twice.readings) == 2


def test_automotive_coder_agreement_is_two_readings(automotive: Framework) -> None:
    printed = automotive.printed
    assert round(100 * 2 * printed["coder_agreements"] / printed["coder_codes"]) == 76
    assert {c.about for c in automotive.contradictions} == {
        "Number of main categories",
        "Agreement of the two coders",
        "What table 6 shows",
    }


# relief (Eghbali et al. 2021), tables 2-7: category, role, subcategories
def test_relief_tables_2_to_7(relief: Framework) -> None:
    roles = [(e.id, e.role, len(relief.children(e.id))) for e in relief.children() if e.id != "measured"]
    assert roles == [
        ("satisfaction", Role.CAUSAL, 5),
        ("trust", Role.CONTEXT, 6),
        ("relief-support", Role.INTERVENING, 4),
        ("experience", Role.CENTRAL, 5),
        ("strategy", Role.STRATEGY, 6),
        ("loyalty", Role.CONSEQUENCE, 5),
    ]
    assert len(relief.at(Level.SUBCATEGORY)) == 31


def test_relief_measured_constructs(relief: Framework) -> None:
    """Tables 8 (K-S), 9 (mean, deviation, variance), 10 (loading, alpha) and 12 (R²)."""
    names = ("mean", "sd", "variance", "ks_significance", "loading", "alpha", "r2")
    figures = {e.id.split(".")[1]: tuple(e.figures[name] for name in names) for e in relief.children("measured")}
    assert figures == {
        "satisfaction": (4.15, 0.79, 0.63, 0.121, 0.65, 0.81, 0.635),
        "experience": (4.02, 0.80, 0.73, 0.235, 0.75, 0.81, 0.780),
        "loyalty": (4.16, 0.72, 0.52, 0.427, 0.69, 0.87, 0.823),
        "strategy": (4.10, 0.74, 0.55, 0.079, 0.82, 0.85, 0.816),
        "relief-support": (4.03, 0.80, 0.75, 0.057, 0.87, 0.89, 0.863),
    }


def test_relief_arrows_of_table_11(relief: Framework) -> None:
    assert [(r.source.split(".")[1], r.target.split(".")[1], r.figures["t"]) for r in relief.relations] == [
        ("satisfaction", "experience", 14.825),
        ("experience", "loyalty", 7.372),
        ("experience", "relief-support", 152.56),
        ("relief-support", "loyalty", 3.193),
        ("strategy", "loyalty", 2.793),
    ]


def test_relief_contradicts_itself_where_we_say(relief: Framework) -> None:
    loadings = [e.figures["loading"] ** 2 for e in relief.children("measured")]
    r2 = [e.figures["r2"] for e in relief.children("measured")]
    assert round((sum(loadings) / 5 * sum(r2) / 5) ** 0.5, 2) == 0.67, "the text prints .72"
    assert relief.printed["gof"] == 0.72
    assert relief.printed["bartlett_df"] == 17 * 16 / 2, "17 items"
    for name in ("trust", "measured", "measured.satisfaction", "measured.strategy", "measured.experience"):
        assert len(relief.element(name).readings) == 2
    assert relief.element("measured.relief-support").readings
    assert len(relief.contradictions) == 8


# b2b (Enwe 2020)
def test_b2b_nine_factors_in_two_dimensions(b2b: Framework) -> None:
    """Sections 5.3 (service) and 5.4 (functional)."""
    assert [len(b2b.children(name)) for name in ("service", "functional")] == [4, 5]


def test_b2b_theme_counts_of_table_8(b2b: Framework) -> None:
    themes = {e.label.text(): e.figures["appearances"] for e in b2b.below("literature") if e.level is Level.CODE}
    assert list(themes.values()) == [15, 11, 8, 14, 25, 21, 11, 19, 18]
    assert sum(themes.values()) == b2b.element("literature").figures["appearances"] == 142
    assert b2b.element("literature.competence").figures["appearances"] == 94


def test_b2b_interview_themes_are_called_eight_and_are_nine(b2b: Framework) -> None:
    """Table 9; sub-themes counted in sections 4.3.2.2 to 4.2.3.8."""
    themes = b2b.children("interviews")
    assert len(themes) == 9
    assert len(b2b.element("interviews").readings) == 2
    assert [len(b2b.children(theme.id)) for theme in themes] == [6, 6, 6, 0, 0, 6, 5, 6, 6]


def test_b2b_journey_and_touchpoints(b2b: Framework) -> None:
    """Section 2.4.1 and table 2: three before, four during, four after."""
    assert tuple(e.step for e in b2b.children("journey")) == b2b.steps
    assert len(b2b.steps) == 5
    assert [len(b2b.children(f"touchpoints.{when}")) for when in ("before", "during", "after")] == [3, 4, 4]
    assert len(b2b.children("journey.awareness.channels")) == 13


def test_b2b_success_factors_questions_and_literature(b2b: Framework) -> None:
    """Table 3 (6) and section 6.2 (5 more); section 1.3.1 (3) with appendix 1 (3 + 2 + 3); tables 6 and 7."""
    assert len([e for e in b2b.children("success") if e.places[0].table == "3"]) == 6
    assert len(b2b.children("success.conclusion")) == 5
    assert [len(b2b.children(e.id)) for e in b2b.children("questions")] == [3, 2, 3]
    assert [len(b2b.children(e.id)) for e in b2b.children("findings")] == [3, 2, 3, 3]
    assert [len(b2b.children(e.id)) for e in b2b.children("method")] == [3, 6]


def test_b2b_contradictions(b2b: Framework) -> None:
    about = {c.about for c in b2b.contradictions}
    assert {"Themes of the interviews", "Nine factors", "Factor analysis"} <= about


# platform (Zheng, Zhou 2017)
def test_platform_counts(platform: Framework) -> None:
    """Sections 3.2 (six steps), 3.1 (three layers, four supports), 2.1 (seven traits), 4 (two levels)."""
    counted = {name: len(platform.children(name)) for name in ("path", "layers", "supports", "traits", "level")}
    assert counted == {"path": 6, "layers": 3, "supports": 4, "traits": 7, "level": 2}
    assert [len(platform.children(f"level.{level}")) for level in ("low", "high")] == [3, 2]
    assert len(platform.children("layers.operation.information")) == 5


def test_platform_swaps_steps_4_and_5(platform: Framework) -> None:
    assert [e.id for e in platform.children("path")][3:5] == ["path.gap", "path.commitment"]
    assert all(len(platform.element(name).readings) == 2 for name in ("path.gap", "path.commitment"))
    assert len(platform.contradictions) == 1
