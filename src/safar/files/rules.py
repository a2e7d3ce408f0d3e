"""Rules as TOML: read, check, write in one canonical form (docs/reference/rules-file.md)."""

from __future__ import annotations

from safar.domain.rules import BadRules, Rule, RuleSet
from safar.files.toml_place import Table, parse_toml, toml_name, toml_text, toml_texts


def read_rules(text: str) -> RuleSet:
    """The rules that a TOML text describes, in the order of the file.

    Unknown keys are errors. Raises: BadRules (code `rules.invalid`), naming the place in the file.
    """
    top = parse_toml(text, complain=BadRules)
    rules = RuleSet(
        journey=top.text("journey"),
        rules=tuple(_rule(item) for item in top.tables("rule", required=False)),
    )
    top.value("rule", required=False)
    top.finish()
    return rules


def write_rules(rules: RuleSet) -> str:
    """The canonical TOML of rules: equal rules give equal text, and reading it back gives the rules."""
    lines = [f"journey = {toml_text(rules.journey)}"]
    for rule in rules.rules:
        lines += ["", "[[rule]]", f"match = {_match_text(rule)}"]
        if rule.touchpoint is not None:
            lines.append(f"touchpoint = {toml_text(rule.touchpoint)}")
        if rule.reason is not None:
            lines.append(f"{'ignore' if rule.touchpoint is None else 'reason'} = {toml_text(rule.reason)}")
        if rule.disabled:
            lines.append("disabled = true")
    return "\n".join(lines) + "\n"


def _rule(table: Table) -> Rule:
    match = table.table("match")
    touchpoint = table.optional_text("touchpoint")
    ignore = table.optional_text("ignore")
    reason = table.optional_text("reason")
    if (touchpoint is None) == (ignore is None):
        raise table.wrong("touchpoint", 'say either touchpoint = "…" or ignore = "the reason", one of the two.')
    if ignore is not None and reason is not None:
        raise table.wrong("reason", "belongs to a rule with a touchpoint; ignore already says its reason.")
    patterns = {column: match.texts(column, required=True) for column in match.names()}
    for column, listed in patterns.items():
        if not listed:
            raise match.wrong(column, "must name at least one pattern.")
    disabled = table.flag("disabled")
    table.finish()
    try:
        return Rule(match=patterns, touchpoint=touchpoint, reason=ignore or reason, disabled=disabled)
    except BadRules as cause:
        raise table.wrong("match", cause.message) from cause


def _match_text(rule: Rule) -> str:
    parts = [
        f"{toml_name(column)} = {toml_text(patterns[0]) if len(patterns) == 1 else toml_texts(patterns)}"
        for column, patterns in rule.match.items()
    ]
    return "{ " + ", ".join(parts) + " }"
