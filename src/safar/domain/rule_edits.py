"""Changes of rules, each a function from rules to rules. Places count from 0."""

from __future__ import annotations

from dataclasses import replace

from safar.domain.rules import BadRules, Rule, RuleSet

MOST_RULES = 2_000


def put_rule(rules: RuleSet, rule: Rule, *, place: int | None = None, instead: bool = False) -> RuleSet:
    """Add a rule before the one at a place (None: last), or put it `instead` of that one. Raises: BadRules."""
    listed = list(rules.rules)
    if instead and place is not None:
        listed[_there(rules, place)] = rule
    else:
        if len(listed) >= MOST_RULES:
            raise BadRules(f"A journey has {MOST_RULES:,} rules at most.", next_step="Use patterns: one rule for many.")
        listed.insert(len(listed) if place is None else max(0, min(place, len(listed))), rule)
    return replace_rules(rules, listed)


def remove_rule(rules: RuleSet, place: int) -> RuleSet:
    """Take a rule away. Raises: BadRules."""
    there = _there(rules, place)
    return replace_rules(rules, [rule for i, rule in enumerate(rules.rules) if i != there])


def move_rule(rules: RuleSet, place: int, *, to: int) -> RuleSet:
    """Take a rule out and put it back so that it stands at `to`. Raises: BadRules."""
    listed = list(rules.rules)
    rule = listed.pop(_there(rules, place))
    listed.insert(max(0, min(to, len(listed))), rule)
    return replace_rules(rules, listed)


def switch_rule(rules: RuleSet, place: int) -> RuleSet:
    """Disable a rule, or enable it again. Raises: BadRules."""
    rule = rules.rules[_there(rules, place)]
    return put_rule(rules, replace(rule, disabled=not rule.disabled), place=place, instead=True)


def lead_elsewhere(rules: RuleSet, touchpoint: str, *, to: str | None) -> RuleSet:
    """Let the rules that lead to a touchpoint lead to another; None: take them away."""
    if to is None:
        return replace_rules(rules, [rule for rule in rules.rules if rule.touchpoint != touchpoint])
    return replace_rules(
        rules, [replace(rule, touchpoint=to) if rule.touchpoint == touchpoint else rule for rule in rules.rules]
    )


def replace_rules(rules: RuleSet, listed: list[Rule]) -> RuleSet:
    """The same journey's rules, others listed."""
    return RuleSet(journey=rules.journey, rules=tuple(listed))


def _there(rules: RuleSet, place: int) -> int:
    if not 0 <= place < len(rules.rules):
        raise BadRules(f"There is no rule {place + 1}.", next_step="Reload the page: the rules have changed since.")
    return place
