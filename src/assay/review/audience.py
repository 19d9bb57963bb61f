"""Whom a review is for, and which of its observations are findings for them.

What is found is a finding of somebody, and so may be what is unseen: an auditor wants to know of
each query whose data is not in view. Verdicts and numbers of sites are the same for everybody.

    Audience(Persona.REGULAR, rows).is_finding(observation)
"""

from __future__ import annotations

import enum
from typing import Final

from assay.frozen import frozen
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Severity


class Persona(enum.Enum):
    """Readers, each of whom is shown what those before are, and more."""

    REGULAR = "regular"
    PEDANTIC = "pedantic"
    AUDITOR = "auditor"

    @property
    def rank(self) -> int:
        """0 for who is shown least."""
        return list(Persona).index(self)


@frozen
class Row:
    """Observations and the least persona that is shown them; empty sets take all."""

    verdict: Verdict
    persona: Persona
    rules: frozenset[str]
    families: frozenset[Family]
    severities: frozenset[Severity]
    confidences: frozenset[Confidence]

    def fits(self, each: Observation) -> bool:
        """Whether the row is about an observation."""
        return (
            each.verdict is self.verdict
            and (not self.rules or each.rule.id in self.rules)
            and (not self.families or each.rule.family in self.families)
            and (not self.severities or each.severity in self.severities)
            and (not self.confidences or each.confidence in self.confidences)
        )


@frozen
class Audience:
    """A persona, and the rows by which observations are told apart."""

    persona: Persona
    rows: tuple[Row, ...]

    def least(self, each: Observation) -> Persona | None:
        """The least persona for whom an observation is a finding; None when it is for none."""
        fitting = [row.persona for row in self.rows if row.fits(each)]
        if each.verdict is Verdict.FOUND:
            fitting.append(Persona.REGULAR)
        return max(fitting, key=_rank, default=None)

    def is_finding(self, each: Observation) -> bool:
        """Whether an observation is one of this persona's."""
        least = self.least(each)
        return least is not None and least.rank <= self.persona.rank


ALL_FOUND: Final = Audience(Persona.PEDANTIC, ())
"""Who is shown everything that is found."""


def _rank(persona: Persona) -> int:
    return persona.rank
