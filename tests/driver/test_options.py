"""Settings: kinds, precedence, selection of rules."""

from __future__ import annotations

import pytest

from assay.driver.options import (
    SETTINGS,
    Layer,
    Settled,
    UsageError,
    checked,
    options_of,
    settle,
    suggestion,
)
from assay.driver.selection import chosen, named, unknown
from assay.ledger.rule import Severity
from fake_ledgers import LEAK, RULES, SECRET, SWALLOWED


def test_the_table_is_sorted_and_its_defaults_are_valid() -> None:
    keys = [each.key for each in SETTINGS]
    assert keys == sorted(keys)
    for each in SETTINGS:
        assert checked(each.key, each.default, "default") == each.default


def test_later_layers_win_and_origins_are_kept() -> None:
    settled = settle(
        [
            Layer("a.toml", {"jobs": 2, "fail-on": "low"}),
            Layer("command line", {"fail-on": "high"}),
        ]
    )
    assert settled["jobs"] == Settled(2, "a.toml")
    assert settled["fail-on"] == Settled("high", "command line")
    assert settled["strict"] == Settled(False, "default")
    assert options_of(settled).fail_on is Severity.HIGH


def test_extending_options_add_up() -> None:
    settled = settle(
        [
            Layer("a.toml", {"extend-exclude": ("one",), "exclude": ("x",)}),
            Layer("command line", {"extend-exclude": ("two",), "exclude": ("y",)}),
        ]
    )
    added = settled["extend-exclude"]
    assert (added.value, added.origin) == (("one", "two"), "a.toml, command line")
    assert [each.origin for each in added.sources] == ["a.toml", "command line"]
    assert settled["exclude"].value == ("y",)


@pytest.mark.parametrize(
    ("key", "raw", "message"),
    [
        ("slect", [], "a.toml: unknown key 'slect', did you mean 'select'?"),
        ("jobs", -1, "a.toml: jobs must be a whole number, not -1"),
        ("jobs", True, "a.toml: jobs must be a whole number, not True"),
        ("strict", 1, "a.toml: strict must be true or false, not 1"),
        (
            "select",
            ["a", 1],
            "select must be a list of strings, not a list",
        ),
        ("select", "a", "a.toml: select must be a list of strings, not a string"),
        ("fail-on", "hihg", "not 'hihg', did you mean 'high'?"),
        ("color", 3, "a.toml: color must be one of auto, always, never, not 3"),
    ],
)
def test_wrong_values_are_refused(key: str, raw: object, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        checked(key, raw, "a.toml")


def test_suggestions() -> None:
    assert suggestion("reviw", ["review", "rules"]) == ", did you mean 'review'?"
    assert suggestion("zzz", ["review"]) == ""


@pytest.mark.parametrize("name", ["CWE-404", "cwe-404", "404", "CWE404", "CWE-0404", "772"])
def test_numbers_stand_for_every_rule_that_answers_for_them(name: str) -> None:
    assert named(RULES, name) == (LEAK,)


def test_selection() -> None:
    assert chosen(RULES, [], [], []) == RULES
    assert chosen(RULES, ["resource-leak"], ["CWE-703"], []) == (SWALLOWED, LEAK)
    assert chosen(RULES, [], [], ["798"]) == (SWALLOWED, LEAK)
    assert chosen((), [], [], []) == ()
    assert named(RULES, "Hard-Coded-Credentials") == (SECRET,)


def test_unknown_rules_are_refused_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="select: no rule 'resource-leek', did you mean"):
        chosen(RULES, ["resource-leek"], [], [])
    assert "did you mean 'CWE-772'?" in unknown(RULES, "77")
    with pytest.raises(UsageError, match="no rule is left"):
        chosen(RULES, ["772"], [], ["404"])
