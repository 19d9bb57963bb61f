"""The identity of an observation, and what it survives."""

from __future__ import annotations

from assay.frozen import replace
from assay.ledger.fingerprint import fingerprint, fingerprints, in_order
from assay.ledger.observation import Verdict
from fake_ledgers import LEAK, SECRET, observation


def test_is_sixteen_hexadecimal_digits_and_always_the_same() -> None:
    value = fingerprint("resource-leak", "Store.load", "f = open(path)", 0)
    assert value == "7497efe9f19d0766"


def test_parts_do_not_run_into_each_other() -> None:
    assert fingerprint("a", "bc", "d", 0) != fingerprint("ab", "c", "d", 0)
    assert fingerprint("a", "b", "c1", 0) != fingerprint("a", "b", "c", 10)


def test_survives_path_line_column_and_verdict() -> None:
    here = observation()
    there = replace(here, path="other.py", line=99, column=1, verdict=Verdict.HANDLED, message="m")
    assert fingerprints([here]) == fingerprints([there])


def test_tells_rule_function_and_statement_apart() -> None:
    several = [
        observation(),
        observation(SECRET),
        observation(function="Store.save"),
        observation(identity="g = open(path)"),
    ]
    assert len(set(fingerprints(several))) == 4


def test_equals_get_ordinals_in_the_order_of_the_file() -> None:
    first, second = observation(line=3), observation(line=8)
    ordered = in_order([second, first])
    assert [each.line for each in ordered] == [3, 8]
    identities = fingerprints(ordered)
    assert len(set(identities)) == 2
    assert fingerprints(in_order([first, second])) == identities


def test_a_new_equal_behind_the_old_ones_changes_none_of_them() -> None:
    old = [observation(line=3), observation(line=8)]
    assert fingerprints([*old, observation(line=20)])[:2] == fingerprints(old)


def test_another_function_with_the_same_statement_changes_nothing() -> None:
    other = observation(LEAK, line=1, function="first")
    mine = observation(line=5)
    assert fingerprints([other, mine])[1] == fingerprints([mine])[0]


def test_lone_surrogates_are_accepted() -> None:
    assert len(fingerprint("r", "f", "\udc80", 0)) == 16
