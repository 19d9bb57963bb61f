"""CWE-755: the code goes on after some errors, and the likeliest other one ends it.

Where a `try` is there so that the program goes on without a file or an item, the next error of the
same place is one of its contents: the file is there and is broken, for instance because the program
was stopped while it wrote it. A clause that names only the error of opening lets that one through,
and a program that starts well without its file does not start at all with half of it.

Weak: `save` may be interrupted, and `load` then raises JSONDecodeError for ever.

    class Roster:
        def load(self):
            try:
                with open(self.path) as stream:
                    return json.load(stream)
            except OSError:
                return {}

        def save(self, data):
            with open(self.path, "w") as stream:
                json.dump(data, stream)

Guarded:

            except (OSError, ValueError):
                return {}

The site is every `try` whose clauses all name errors, one of which goes on, where going on is meant
for more than them: the same class or module writes the file that it reads; or it stands in a loop
and its clauses report each item that is left out; or its only call is also made before it, with the
same arguments and without the guard.

- `found`: a call in it raises an error of broken contents that no clause takes, so that a file once
  broken stays so, or one broken item ends the loop for all that follow. Or the call is made without
  the guard.
- `handled`: a clause takes such an error, or a comment says that others are raised.
- `unseen`: what a call runs is followed no further, since it leads through several files or is too
  large.
- `clean`: no such call is known.

What a call raises is told by rows about libraries (`models/raises.toml`) and by what the callees in
view raise, some files deep.

How to fix: name the error of broken contents beside the other; write files beside themselves and
move them into place.

Known limits: of other errors than those of contents nothing is said, since most of them are meant
to go on to the caller.

References: https://cwe.mitre.org/data/definitions/755.html, CWE-703
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.narrow import (
    ARISES_DEEPER,
    NO_REASON,
    RECOVERS_FROM_NO_OTHER,
    SAID_ABOVE,
    Passing,
    Recovery,
    passing,
    recoveries,
    recovers_from_another,
    said_above,
)
from assay.domains.raise_summaries import RaiseSummaries
from assay.ir.ops import Call
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, Limit

RULE: Final = Rule(
    id="handler-too-narrow",
    cwe=755,
    related=(703, 754),
    title="Handler too narrow to recover",
    family=Family.ERRORS,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="try statements that go on after named errors",
    summary="code goes on when a file is missing, and ends when it is broken",
    explanation=__doc__ or "",
)


@final
class HandlerTooNarrow(FunctionChecker[Recovery]):
    """Asks of each point of recovery what else its calls raise."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Recovery]:
        return recoveries(function)

    def judge(self, site: Recovery, function: FunctionFacts) -> Observation:
        answer = passing(site)
        comment = said_above(site) if answer.missed else None
        if comment is not None and SAID_ABOVE.stops(function.file, site.clauses[0].node.lineno):
            text = f"the comment at {comment.line} says that other errors are raised"
            return self._say(site, Verdict.HANDLED, text, function.file.guard(comment.line))
        for each in answer.missed:
            found = self._missed(site, each)
            if isinstance(found, Observation):
                return found
        if site.twin is not None:
            return self._twin(site, site.twin)
        if answer.cut:
            return self._cut(site, *answer.cut[0])
        if answer.taken:
            error, clause = answer.taken[0]
            line = clause.node.lineno
            text = f"the clause at {line} takes {error.kind.name}, which broken contents raise"
            return self._say(site, Verdict.HANDLED, text, function.file.guard(line))
        return self._say(site, Verdict.CLEAN, "no call is known to raise another such error")

    def _missed(self, site: Recovery, missed: Passing) -> Observation | Gate:
        """A found, when something tells that the error was to be recovered from as well."""
        function = site.function
        file = function.file
        writer, loop = site.writer, site.loop
        clause = site.clauses[0]
        at = clause.node.lineno
        if writer is None:
            if loop is None and NO_REASON.stops(file, at):
                return NO_REASON
            if not missed.is_near and ARISES_DEEPER.stops(file, at):
                return ARISES_DEEPER
            if not recovers_from_another(site) and RECOVERS_FROM_NO_OTHER.stops(file, at):
                return RECOVERS_FROM_NO_OTHER
        name = missed.name
        line = missed.call.at.lineno
        evidence = [file.evidence(EvidenceRole.CONTEXT, line, line)]
        if writer is not None:
            evidence.append(file.evidence(EvidenceRole.CONTEXT, writer.lineno, writer.lineno))
            why = f"when the file, which is written in place at {writer.lineno}, is broken"
        elif loop is not None:
            evidence.append(file.evidence(EvidenceRole.CONTEXT, loop.lineno, loop.lineno))
            why = f"and ends the loop at {loop.lineno} for all items that follow"
        else:
            why = "and ends what is meant to go on"
        evidence.append(file.evidence(EvidenceRole.MISSING, at, at))
        way = self._way(site, missed)
        evidence += [
            Evidence(step.path, step.line, step.line, EvidenceRole.CONTEXT, text)
            for step, text in way[1:]
        ]
        return file.observation(
            RULE,
            Verdict.FOUND,
            clause.header,
            function.qualname,
            f"{name} of the call at {line} passes by {_named(site)} {why}",
            evidence=tuple(evidence),
            trace=(
                *[step for step, _ in way],
                file.step(at, f"{_named(site)} does not take {name}"),
            ),
        )

    def _way(self, site: Recovery, missed: Passing) -> list[tuple[Step, str]]:
        """Where the error comes from: steps, and the texts of their lines."""
        summaries = site.function.file.program.shared(RaiseSummaries)
        found: list[tuple[Step, str]] = []
        for function, line in summaries.way(site.function, missed.error):
            source = function.file.source
            text = f"{missed.name} comes from here"
            found.append((Step(source.path, line, text), source.quote(line, line)))
        return found

    def _twin(self, site: Recovery, twin: ast.Call) -> Observation:
        function = site.function
        file = function.file
        guarded = site.statement.body[0].lineno
        return file.observation(
            RULE,
            Verdict.FOUND,
            twin,
            function.qualname,
            f"the call that {_named(site)} guards at {guarded} is made here without the guard: its"
            " error skips what follows",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, guarded, guarded),
                file.evidence(EvidenceRole.MISSING, twin.lineno, twin.end_lineno or twin.lineno),
            ),
            trace=(
                file.step(twin, "the call raises"),
                file.step(site.clauses[0].node, f"{_named(site)} would go on"),
            ),
        )

    def _cut(self, site: Recovery, call: Call, limit: Limit) -> Observation:
        """Unseen, as what a call runs is followed no further."""
        function = site.function
        file = function.file
        line = call.at.lineno
        return file.observation(
            RULE,
            Verdict.UNSEEN,
            site.clauses[0].header,
            function.qualname,
            f"not all that the call at {line} raises is known: {limit.sentence}",
            evidence=(file.evidence(EvidenceRole.CONTEXT, line, line),),
            missing=(f"what {function.spelled(call.callee)}() raises",),
            remedy="look whether an error of broken contents comes out of the call",
        )

    def _say(
        self, site: Recovery, verdict: Verdict, text: str, evidence: tuple[Evidence, ...] = ()
    ) -> Observation:
        function = site.function
        return function.file.observation(
            RULE, verdict, site.clauses[0].header, function.qualname, text, evidence=evidence
        )


def _named(site: Recovery) -> str:
    names = [name.rpartition(".")[2] for clause in site.clauses for name in clause.caught]
    return f"except {', '.join(dict.fromkeys(names))}"


CHECKER: Final = HandlerTooNarrow()
