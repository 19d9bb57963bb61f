"""Whom findings are for: every row of the table means something."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from assay.checkers.registry import all_checkers
from assay.driver.personas import audience_of
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Severity
from assay.models.personas import persona_rows
from assay.review.audience import ALL_FOUND, Persona
from derived import ROOT
from fake_ledgers import SWALLOWED, observation

AUDIENCE = audience_of("regular")


def least(each: Observation) -> Persona | None:
    return AUDIENCE.least(each)


def test_every_row_is_about_something() -> None:
    rules = {checker.rule.id for checker in all_checkers()}
    families = {checker.rule.family for checker in all_checkers()}
    for row in persona_rows():
        assert set(row.rules) <= rules
        assert {Family(name) for name in row.families} <= families
        assert (row.verdict, row.persona) in (("found", "pedantic"), ("unseen", "auditor"))
        assert row.rules or row.families or row.severity


@pytest.mark.parametrize(
    ("severity", "confidence", "expected"),
    [
        (Severity.LOW, Confidence.HIGH, Persona.REGULAR),
        (Severity.LOW, Confidence.MEDIUM, Persona.PEDANTIC),
        (Severity.LOW, Confidence.LOW, Persona.PEDANTIC),
        (Severity.MEDIUM, Confidence.LOW, Persona.REGULAR),
        (Severity.INFO, Confidence.MEDIUM, Persona.REGULAR),  # rules about comments
    ],
)
def test_what_is_found_is_somebodys(
    severity: Severity, confidence: Confidence, expected: Persona
) -> None:
    assert least(observation(severity=severity, confidence=confidence)) is expected
    one = observation(SWALLOWED, severity=severity, confidence=confidence)
    assert least(one) is expected


def test_rules_that_readers_called_trifling() -> None:
    (rule,) = [each.rule for each in all_checkers() if each.rule.id == "broad-exception"]
    assert least(observation(rule, severity=Severity.LOW)) is Persona.PEDANTIC
    assert least(observation(rule, severity=Severity.MEDIUM)) is Persona.REGULAR


def test_what_is_unseen_is_an_auditors() -> None:
    (rule,) = [each.rule for each in all_checkers() if each.rule.id == "sql-injection"]
    assert least(observation(rule, Verdict.UNSEEN)) is Persona.AUDITOR
    assert least(observation(SWALLOWED, Verdict.UNSEEN)) is None
    assert least(observation(rule, Verdict.HANDLED)) is None
    assert least(observation(rule, Verdict.CLEAN)) is None


def test_each_persona_is_shown_what_those_before_it_are() -> None:
    low = observation(severity=Severity.LOW, confidence=Confidence.LOW)
    shown = [audience_of(each.value).is_finding(low) for each in Persona]
    assert shown == [False, True, True]
    assert ALL_FOUND.is_finding(low)


def test_the_readings_bear_the_table_out() -> None:
    """Most of what is held back is not wanted, and most of what is wanted is kept."""
    held: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    rules = {checker.rule.id: checker.rule for checker in all_checkers()}
    with open(ROOT / "bench" / "labels.tsv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            one = observation(
                rules[row["rule"]],
                severity=Severity(row["severity"]),
                confidence=Confidence(row["confidence"]),
            )
            (kept if least(one) is Persona.REGULAR else held)[row["label"]] += 1
    assert held["wanted"] * 3 < held.total()
    assert kept["wanted"] > 2 * held["wanted"]
