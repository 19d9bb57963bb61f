"""Rules: what a checker looks for, as data that reports can print.

The id is the identity and reads after "ignore"; the CWE number is data. Example:
`Rule(id="resource-leak", cwe=772, related=(404,), title="Resource leak", ...)`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from typing import Final

from assay.frozen import frozen

_NUMBER: Final = re.compile(r"(?:cwe-?)?0*([0-9]+)", re.IGNORECASE)


class Severity(enum.Enum):
    """How bad a finding is when it is real; ordered from bad to harmless by `rank`."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, growing as the harm shrinks."""
        return list(Severity).index(self)


class Confidence(enum.Enum):
    """How sure the analysis is that a maintainer would agree."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high, growing as the trust shrinks."""
        return list(Confidence).index(self)


class Family(enum.Enum):
    """The families of weaknesses that a review speaks of, in the order in which it does."""

    CREDENTIALS = "hard-coded credentials"
    ERRORS = "error handling"
    RACES = "race conditions"
    CLEANUP = "resource clean-up"
    CONFIGURATION = "configuration"
    CRYPTOGRAPHY = "cryptography"
    TRANSPORT = "transport and exposure"
    ACCESS = "access"
    INJECTION = "injection"
    SUPPRESSIONS = "suppressions"


@frozen
class Rule:
    """One weakness class that Assay judges.

    `cwe` is the number that reports lead with, `related` the others that the rule also answers for.
    `title` is a noun phrase ("Resource leak"); `site` names in the plural what the rule examines
    ("acquisitions"), so that "4 acquisitions examined" is a sentence. `explanation` is the
    checker's documentation (its module docstring): what, why, weak and guarded example, fix,
    limits.
    """

    id: str
    cwe: int
    related: tuple[int, ...]
    title: str
    family: Family
    severity: Severity
    precision: Confidence
    site: str
    summary: str
    explanation: str

    def __hash__(self) -> int:
        return hash(self.id)


def named(rules: Sequence[Rule], name: str) -> tuple[Rule, ...]:
    """The rules that a name stands for: an id, or a CWE number; empty for an unknown one."""
    number = cwe_number(name)
    if number is not None:
        return tuple(rule for rule in rules if number == rule.cwe or number in rule.related)
    wanted = name.strip().lower()
    return tuple(rule for rule in rules if rule.id == wanted)


def cwe_number(name: str) -> int | None:
    """The number of `CWE-89`, `cwe-089` and `89`; None for anything else."""
    match = _NUMBER.fullmatch(name.strip())
    return None if match is None else int(match.group(1))
