"""A checker that says all it can: it quotes every line, and spells every literal in its messages.

What no report shows of a file that it reviews, no rule can show.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers.base import Checker
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import EvidenceRole, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts

RULE: Final = Rule(
    id="quotes-everything",
    cwe=200,
    related=(),
    title="Everything quoted",
    family=Family.CREDENTIALS,
    severity=Severity.HIGH,
    precision=Confidence.HIGH,
    site="lines",
    summary="Every line is quoted",
    explanation="Every line is quoted.",
)


@final
class Line:
    """A line as the place of an observation."""

    def __init__(self, number: int, width: int) -> None:
        self.lineno = number
        self.col_offset = 0
        self.end_lineno = number
        self.end_col_offset = width


@final
class QuotesEverything(Checker):
    """Every line is found, with the values of its literals in all that is said of it."""

    rule = RULE

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        said: dict[int, list[str]] = {}
        for literal in facts.literals():
            said.setdefault(literal.at.lineno, []).append(repr(literal.value))
        for number, text in enumerate(facts.source.lines, 1):
            spelled = " and ".join(said.get(number, ["nothing"]))
            ledger.observations.append(
                facts.observation(
                    RULE,
                    Verdict.FOUND,
                    Line(number, len(text.encode())),
                    "",
                    f"line {number} says {spelled}",
                    evidence=(
                        facts.evidence(EvidenceRole.SITE, number, number),
                        facts.evidence(EvidenceRole.CONTEXT, number - 2, number + 2),
                    ),
                    trace=(facts.step(number, f"this is {spelled}"),),
                    remedy=f"take out {spelled}",
                )
            )
            ledger.unseen.append(
                Unseen(facts.source.path, number, spelled, f"who knows {spelled}", "", (RULE.id,))
            )


@final
class Fails(Checker):
    """An internal error whose text spells every literal of the file."""

    rule = RULE

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        raise KeyError(*[literal.value for literal in facts.literals()])
