"""Rules files: reading, the canonical form, and errors that name their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.rules import MATCHABLE, BadRules, Rule, RuleSet
from safar.files.rules import read_rules, write_rules

EXAMPLE = """
journey = "shop"

[[rule]]
match = { event = ["order_*", "basket"], channel = "web" }
touchpoint = "order"

[[rule]]
match = { event = "*_test" }
ignore = "made by our own staff"
"""


def test_reads_rules_in_order() -> None:
    rules = read_rules(EXAMPLE)
    assert rules.journey == "shop"
    assert rules.columns == ("event", "channel")
    assert rules.rules == (
        Rule(match={"event": ("order_*", "basket"), "channel": ("web",)}, touchpoint="order"),
        Rule(match={"event": ("*_test",)}, touchpoint=None, reason="made by our own staff"),
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('journey = "shop"', "", "journey: is missing"),
        ('touchpoint = "order"', "", "rule[1].touchpoint: say either"),
        ('touchpoint = "order"', 'touchpoint = "order"\nignore = "no"', "rule[1].touchpoint: say either"),
        ('touchpoint = "order"', 'touch = "order"', "rule[1].touchpoint: say either"),
        ('ignore = "made', 'why = "x"\nignore = "made', "rule[2].why: is not known here"),
        ('channel = "web"', 'customer = "7"', "rule[1].match: A rule cannot look at column 'customer'"),
        ('channel = "web"', "channel = []", "rule[1].match.channel: must name at least one pattern"),
        ('channel = "web"', "channel = 3", "rule[1].match.channel: must be a text or a list of texts"),
        ('match = { event = "*_test" }', "match = {}", "rule[2].match: A rule without a match"),
        ("[[rule]]", "[rule", "This is not TOML"),
    ],
)
def test_errors_name_the_place(old: str, new: str, place: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(BadRules) as caught:
        read_rules(EXAMPLE.replace(old, new, 1))
    assert place in caught.value.message
    assert "docs/reference/rules-file.md" in caught.value.next_step


_names = st.text(min_size=1, max_size=8).filter(lambda text: bool(text.strip()))
_columns = st.sampled_from([*MATCHABLE, "prop_plan"])
_matches = st.dictionaries(_columns, st.lists(_names, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)
_rules = st.one_of(
    st.builds(Rule, match=_matches, touchpoint=_names, reason=st.none() | _names),
    st.builds(Rule, match=_matches, touchpoint=st.none(), reason=_names),
)


@given(st.builds(RuleSet, journey=_names, rules=st.lists(_rules, max_size=4).map(tuple)))
def test_round_trip(rules: RuleSet) -> None:
    text = write_rules(rules)
    again = read_rules(text)
    assert again == rules
    assert again.columns == rules.columns
    assert write_rules(again) == text
