"""CWE-1116: a comment accepts a finding that is not there.

The code was mended, or the comment stands at the wrong line, or Assay has learnt better. What is
left of it would accept the next real finding on that line before anybody has seen it. Examined is
every well-formed comment `# assay: ignore[...]`, `file-ignore[...]` and `disable[...]`.

- `found`: of a rule that it names nothing is found in what it covers.
- `unseen`: code that it covers was not looked at, so that something may be found there.
- `clean`: something is found there, or not decided, for each name.

Weak:

    with open(path) as stream:  # assay: ignore[resource-leak] -- closed by the caller
        return stream.read()

Guarded:

    with open(path) as stream:
        return stream.read()

How to fix: delete the comment, or the name of the rule in its brackets.

Known limits: rules that a run does not judge are not asked about, and comments for other tools
(`# nosec`, `# noqa`) are theirs to judge. What is found may depend on the files that are reviewed
together: review the whole project before a comment is deleted.

References: CWE-1116 Inaccurate Source Code Comments.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._suppressions import Comment, Coverage, lost_for, spelled
from assay.checkers.base import Checker
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts
from assay.source.suppressions import FOREIGN

RULE: Final = Rule(
    id="unused-suppression",
    cwe=1116,
    related=(),
    title="Unused suppression",
    family=Family.SUPPRESSIONS,
    severity=Severity.INFO,
    precision=Confidence.MEDIUM,
    site="comments that accept findings",
    summary="a comment accepts a finding that is not there",
    explanation=__doc__ or "",
)


@final
class UnusedSuppression(Checker):
    """Comments of Assay's own, against what the other rules have said."""

    rule = RULE
    closes = True

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        coverage = Coverage(facts)
        words = [
            word
            for one in coverage.comments
            if not one.problem and one.said.verb not in FOREIGN
            for word in _words(one, coverage, facts, ledger)
        ]
        ledger.observations.extend(words)


def _words(one: Comment, coverage: Coverage, facts: FileFacts, ledger: Ledger) -> list[Observation]:
    """The word on a comment; none when no rule that it names was judged."""
    judged = [name for name, ids in one.rules.items() if not ids.isdisjoint(ledger.judged)]
    idle = [name for name in judged if not coverage.accepted(one, name, ledger)]
    lost = {hole.name: None for name in idle for hole in lost_for(one.rules[name], ledger)}
    span = one.said.span
    function = facts.enclosing(span.lineno).qualname
    if idle and lost:
        message = f"whether {spelled(idle)} is found here: not everything was looked at"
        return [
            facts.observation(RULE, Verdict.UNSEEN, span, function, message, missing=tuple(lost))
        ]
    if idle:
        message = f"the comment accepts {spelled(idle)}, and nothing of that is found here"
        return [facts.observation(RULE, Verdict.FOUND, span, function, message)]
    message = "what it accepts is found"
    return [facts.observation(RULE, Verdict.CLEAN, span, function, message)] * bool(judged)


CHECKER: Final = UnusedSuppression()
