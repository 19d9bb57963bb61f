"""Which rules a run judges, by `--select`, `--extend-select` and `--ignore`.

A name is a rule's id, or a CWE number as `CWE-89`, `cwe-089` or `89`; a number stands for every
rule that answers for it. Nothing selected means all rules.

    chosen(rules, ["CWE-404"], [], ["resource-leak"])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assay.driver.options import UsageError, suggestion
from assay.ledger.rule import Rule

_NUMBER: Final = re.compile(r"(?:cwe-?)?0*([0-9]+)", re.IGNORECASE)


def chosen(
    rules: Sequence[Rule], select: Sequence[str], extend: Sequence[str], ignore: Sequence[str]
) -> tuple[Rule, ...]:
    """The rules that are left, in their order. Raises UsageError for a name that fits no rule."""
    kept = _all_named(rules, select, "select") if select else frozenset(rule.id for rule in rules)
    kept |= _all_named(rules, extend, "extend-select")
    kept -= _all_named(rules, ignore, "ignore")
    left = tuple(rule for rule in rules if rule.id in kept)
    if rules and not left:
        raise UsageError("no rule is left: select and ignore leave nothing to look for")
    return left


def named(rules: Sequence[Rule], name: str) -> tuple[Rule, ...]:
    """The rules that a name stands for; empty for an unknown one."""
    match = _NUMBER.fullmatch(name.strip())
    if match is not None:
        number = int(match.group(1))
        return tuple(rule for rule in rules if number == rule.cwe or number in rule.related)
    wanted = name.strip().lower()
    return tuple(rule for rule in rules if rule.id == wanted)


def unknown(rules: Sequence[Rule], name: str) -> str:
    """What to say of a name that fits no rule."""
    words = [rule.id for rule in rules]
    words += [f"CWE-{cwe}" for rule in rules for cwe in (rule.cwe, *rule.related)]
    match = _NUMBER.fullmatch(name.strip())
    asked = f"CWE-{match.group(1)}" if match is not None else name
    return (
        f"no rule '{name}'{suggestion(asked, dict.fromkeys(words))} (`assay rules` lists all rules)"
    )


def _all_named(rules: Sequence[Rule], names: Sequence[str], option: str) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        matching = named(rules, name)
        if not matching:
            raise UsageError(f"{option}: {unknown(rules, name)}")
        found.update(rule.id for rule in matching)
    return frozenset(found)
