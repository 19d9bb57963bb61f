"""The audience of a run: the rows of `models/personas.toml` in the words of a review."""

from __future__ import annotations

from assay.ledger.observation import Verdict
from assay.ledger.rule import Confidence, Family, Severity
from assay.models.personas import persona_rows
from assay.review.audience import Audience, Persona, Row


def audience_of(persona: str) -> Audience:
    """The audience that the setting names."""
    return Audience(
        Persona(persona),
        tuple(
            Row(
                Verdict(each.verdict),
                Persona(each.persona),
                frozenset(each.rules),
                frozenset(Family(name) for name in each.families),
                frozenset(Severity(name) for name in each.severity),
                frozenset(Confidence(name) for name in each.confidence),
            )
            for each in persona_rows()
        ),
    )
