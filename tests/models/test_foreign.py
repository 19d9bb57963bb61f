"""Codes of other tools stand for rules that exist."""

from __future__ import annotations

import re

from assay.checkers.registry import all_checkers
from assay.models.foreign import codes, rules_of_bandit, rules_of_ruff


def test_every_code_stands_for_rules_that_exist() -> None:
    known = {checker.rule.id for checker in all_checkers()}
    for row in codes():
        assert row.rules
        assert set(row.rules) <= known, row
        assert row.bandit or row.ruff
        assert bool(row.bandit) == bool(row.test)


def test_the_numbers_of_bandit_and_of_ruff_are_the_same() -> None:
    for row in codes():
        if row.bandit:
            assert re.fullmatch(r"B[1-7]\d\d", row.bandit)
            assert row.ruff == (f"S{row.bandit[1:]}",)


def test_no_code_stands_twice() -> None:
    several = [row.bandit for row in codes() if row.bandit]
    several += [code for row in codes() for code in row.ruff]
    assert len(several) == len(set(several))


def test_codes_and_names() -> None:
    assert rules_of_bandit()["B602"] == ("command-injection",)
    assert rules_of_bandit()["subprocess_popen_with_shell_equals_true"] == ("command-injection",)
    assert rules_of_ruff()["S602"] == ("command-injection",)
    assert "B602" not in rules_of_ruff()
