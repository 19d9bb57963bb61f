"""CWE-1116: the last day of a comment that accepts a finding has passed.

Who accepts a finding for a time says until when: `until=2027-03-01`. After that day the comment has
no effect, and what it accepted is found again; this rule names the comment. The day of a run is
that of the clock, in UTC, or that of `SOURCE_DATE_EPOCH` where it is set. Examined is every
well-formed comment with `until=`.

- `found`: its day lies before that of the run, and something is found in what it covers.
- `clean`: its day has not passed, or nothing is found there any more, as `unused-suppression` says.

Weak:

    # assay: ignore[sql-injection] until=2021-06-30 -- goes with the old tables
    cursor.execute("DELETE FROM " + name)

Guarded:

    cursor.execute("DELETE FROM jobs WHERE name = ?", (name,))

How to fix: mend the finding and delete the comment, or give it another day if it still holds.

Known limits: only comments of Assay's own have a last day.

References: CWE-1116 Inaccurate Source Code Comments.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._suppressions import Comment, Coverage
from assay.checkers.base import Checker
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts

RULE: Final = Rule(
    id="expired-suppression",
    cwe=1116,
    related=(),
    title="Expired suppression",
    family=Family.SUPPRESSIONS,
    severity=Severity.INFO,
    precision=Confidence.HIGH,
    site="comments with a last day",
    summary="the last day of a comment that accepts a finding has passed",
    explanation=__doc__ or "",
)


@final
class ExpiredSuppression(Checker):
    """Comments of Assay's own that hold for a time."""

    rule = RULE
    closes = True

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        coverage = Coverage(facts)
        ledger.observations.extend(
            [
                _word(one, coverage, facts, ledger)
                for one in coverage.comments
                if one.said.until and not one.problem
            ]
        )


def _word(one: Comment, coverage: Coverage, facts: FileFacts, ledger: Ledger) -> Observation:
    said = one.said
    covered = [site for name in one.rules for site in coverage.accepted(one, name, ledger)]
    function = facts.enclosing(said.line).qualname
    if said.is_expired(facts.program.day) and covered:
        message = f"the comment accepted this until {said.until} and has no effect any more"
        return facts.observation(RULE, Verdict.FOUND, said.span, function, message)
    message = f"accepted until {said.until}"
    return facts.observation(RULE, Verdict.CLEAN, said.span, function, message)


CHECKER: Final = ExpiredSuppression()
