"""CWE-1116: a comment that is to accept a finding and is written wrongly, so that it does not.

A comment that silences says which rule and why. One that does not is either a slip, and somebody
believes that a finding was dealt with, or it would silence more than was meant; so it has no
effect, and this rule says what is wrong with it. Examined is every comment that begins with
`# assay:` and one of its words; strings are no comments, and a sentence that begins so is none of
these.

- `found`: it names no rule or an unknown one, gives no reason, has a day that is none, is a
  `disable` without its `enable` or the other way round, or names one of the rules about comments.
- `clean`: it is written as it has to be.

Weak:

    cursor.execute(query)  # assay: ignore
    cursor.execute(query)  # assay: ignore[sql-injection]
    cursor.execute(query)  # assay: ignore[sql-injection] until=next-year -- old tables

Guarded:

    cursor.execute(query)  # assay: ignore[sql-injection] -- names of tables are constants
    # assay: ignore[CWE-89] until=2027-03-01 -- ticket 4711
    cursor.execute(query)

How to fix: write `# assay: ignore[RULE] -- REASON`; `assay suppress FILE:LINE --reason "..."` does.

Known limits: comments for other tools (`# nosec`, `# noqa`) are not examined.

References: CWE-1116 Inaccurate Source Code Comments.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from assay.checkers._suppressions import Comment, Coverage
from assay.checkers.base import FileChecker
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts
from assay.source.suppressions import FOREIGN

RULE: Final = Rule(
    id="malformed-suppression",
    cwe=1116,
    related=(),
    title="Malformed suppression",
    family=Family.SUPPRESSIONS,
    severity=Severity.INFO,
    precision=Confidence.HIGH,
    site="comments that accept findings",
    summary="a comment that is to accept a finding is written wrongly, and has no effect",
    explanation=__doc__ or "",
)


@final
class MalformedSuppression(FileChecker[Comment]):
    """Comments of Assay's own, each by itself."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterable[Comment]:
        return [one for one in Coverage(facts).comments if one.said.verb not in FOREIGN]

    def judge(self, site: Comment, facts: FileFacts) -> Observation:
        problem = site.problem
        function = facts.enclosing(site.said.line).qualname
        verdict = Verdict.FOUND if problem else Verdict.CLEAN
        message = f"the comment has no effect: {problem}" if problem else "written as it has to be"
        return facts.observation(RULE, verdict, site.said.span, function, message)


CHECKER: Final = MalformedSuppression()
