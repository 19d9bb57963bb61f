"""The keys of an observation, and what they survive."""

from __future__ import annotations

from assay.frozen import replace
from assay.ledger.identity import Identity, fingerprint, form_digest, identities, in_order
from assay.ledger.observation import Observation, Verdict
from fake_ledgers import LEAK, SECRET, observation


def fingerprints(observations: list[Observation], path: str = "store.py") -> list[str]:
    return [each.fingerprint for each in identities(in_order(observations), path)]


def test_is_sixteen_hexadecimal_digits_and_always_the_same() -> None:
    value = fingerprint("resource-leak", "Store.load", "", form_digest("f = open(path)"), 0)
    assert value == "eaaaee52e5d1d69a"


def test_parts_do_not_run_into_each_other() -> None:
    assert fingerprint("a", "bc", "", "d", 0) != fingerprint("ab", "c", "", "d", 0)
    assert fingerprint("a", "b", "", "c1", 0) != fingerprint("a", "b", "", "c", 10)
    assert fingerprint("a", "b", "c", "", 0) != fingerprint("a", "b", "", "c", 0)


def test_survives_path_line_column_and_verdict() -> None:
    here = observation()
    there = replace(here, path="other.py", line=99, column=1, verdict=Verdict.HANDLED, message="m")
    assert fingerprints([here]) == fingerprints([there], "other.py")


def test_tells_rule_function_statement_and_kind_of_data_apart() -> None:
    several = [
        observation(),
        observation(SECRET),
        observation(function="Store.save"),
        observation(identity="g = open(path)"),
        replace(observation(), source="web"),
    ]
    assert len(set(fingerprints(several))) == 5


def test_the_second_key_tells_files_apart() -> None:
    one, other = (identities([observation()], path)[0] for path in ("a.py", "b.py"))
    assert one.fingerprint == other.fingerprint
    assert one.path_fingerprint != other.path_fingerprint


def test_equals_get_ordinals_in_the_order_of_the_file() -> None:
    first, second = observation(line=3), observation(line=8)
    ordered = in_order([second, first])
    assert [each.line for each in ordered] == [3, 8]
    assert len(set(fingerprints([first, second]))) == 2
    assert fingerprints([second, first]) == fingerprints([first, second])


def test_a_new_equal_behind_the_old_ones_changes_none_of_them() -> None:
    old = [observation(line=3), observation(line=8)]
    assert fingerprints([*old, observation(line=20)])[:2] == fingerprints(old)


def test_another_function_with_the_same_statement_changes_nothing() -> None:
    other = observation(LEAK, line=1, function="first")
    mine = observation(line=5)
    assert fingerprints([other, mine])[1] == fingerprints([mine])[0]


def test_lone_surrogates_are_accepted() -> None:
    strange = Identity("r", "\udc80.py", "f", "", "\udc80", 0, ())
    assert len(strange.fingerprint) == len(strange.path_fingerprint) == 16
