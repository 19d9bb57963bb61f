"""Which rules a run judges, by `--select`, `--extend-select` and `--ignore`.

A name is a rule's id, or a CWE number as `CWE-89`, `cwe-089` or `89`; a number stands for every
rule that answers for it. Nothing selected means all rules.

    chosen(rules, ["CWE-404"], [], ["resource-leak"])
"""

from __future__ import annotations

from collections.abc import Sequence

from assay.driver.options import UsageError, suggestion
from assay.ledger.rule import Rule, cwe_number
from assay.ledger.rule import named as named  # the word of the options, too


def chosen(
    rules: Sequence[Rule], select: Sequence[str], extend: Sequence[str], ignore: Sequence[str]
) -> tuple[Rule, ...]:
    """The rules that are left, in their order. Raises UsageError for a name that fits no rule."""
    kept = all_named(rules, select, "select") if select else frozenset(rule.id for rule in rules)
    kept |= all_named(rules, extend, "extend-select")
    kept -= all_named(rules, ignore, "ignore")
    left = tuple(rule for rule in rules if rule.id in kept)
    if rules and not left:
        raise UsageError("no rule is left: select and ignore leave nothing to look for")
    return left


def unknown(rules: Sequence[Rule], name: str) -> str:
    """What to say of a name that fits no rule."""
    words = [rule.id for rule in rules]
    words += [f"CWE-{cwe}" for rule in rules for cwe in (rule.cwe, *rule.related)]
    number = cwe_number(name)
    asked = name if number is None else f"CWE-{number}"
    return (
        f"no rule '{name}'{suggestion(asked, dict.fromkeys(words))} (`assay rules` lists all rules)"
    )


def all_named(rules: Sequence[Rule], names: Sequence[str], option: str) -> frozenset[str]:
    """The ids that names stand for. Raises UsageError for a name that fits no rule."""
    found: set[str] = set()
    for name in names:
        matching = named(rules, name)
        if not matching:
            raise UsageError(f"{option}: {unknown(rules, name)}")
        found.update(rule.id for rule in matching)
    return frozenset(found)
