"""CWE-1333: a regular expression that takes exponential or polynomial time to fail.

The engine of `re` tries every way to match before it says no. An expression that can read one
text in many ways lets whoever writes the text choose how long that takes: seconds for a few dozen
characters when the ways are exponentially many, minutes for some hundred kilobytes when they are
polynomially many.

Weak:

    LIST = re.compile(r"(\\w+,?)+$")
    LIST.match(request.args["names"])

Guarded:

    LIST = re.compile(r"\\w+(,\\w+)*,?$")
    LIST.match(request.args["names"])

What it examines: expressions that `re` and `regex` compile or use, with texts that are put together
from constants, names, classes and other modules; patterns that Django, WTForms, marshmallow,
pydantic and Werkzeug are given. Each is parsed by the parser of the running Python and turned into
an automaton; the automaton is searched for texts with many ways and for an ending on which all of
them fail. Before anything is found, the text is tried: in a process of its own, which runs
nothing but `re` on the pattern, the match has to exceed a CPU time that no linear match comes near.

What it says:

- `found`: exponential or polynomial, and matched against outside data: a source that the taint
  engine knows, a field that a framework validates, or (low confidence) a parameter of a public
  function whose name or class says so, like `html`, `url`, `response`. The message has the text.
- `handled`: the length of what is matched is limited before, the engine `regex` is given a
  `timeout`, or atomic groups or possessive repeats take the ways away.
- `clean`: there are few ways, or every text matches, or only constants and what the machine says
  are matched, or the engine is one like `re2`, or it is a test.
- `unseen`: the text is not constant; the expression is too large or has parts that the automaton
  holds only roughly, and the run did not confirm it; or callers that are not in view decide what
  is matched, as those of a public function do whose parameter could be anything.

How to fix: make sure that what a repeat reads cannot be read by what follows it or by itself in
another way (`[^"]*"` in place of `.*"`); give repeats a high bound; from Python 3.11 on use
possessive repeats (`\\s*+`) or atomic groups; limit the length of the text; or take the text
apart with string methods.

Known limits: references to groups, looks at more than one character and choices by a group are
approximated, which can hide a slow text but makes none up. The ways of one attempt and those of a
search are counted, not those of a loop in the code round it. What reaches a pattern that is held
in an attribute is told by the parameters of the method. Patterns of the module `regex` are
read as far as `re` has the same syntax and never found, since its engine is another.

References: https://cwe.mitre.org/data/definitions/1333.html, CWE-730, CWE-400; Weber and Seidl, "On
the degree of ambiguity of finite automata", 1991; Wuestholz et al., "Static detection of DoS
vulnerabilities in programs that use regular expressions", 2017.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers import _regex_gates as gates
from assay.checkers.base import Checker, over_budget
from assay.domains.exposure import (
    CALLERS,
    CONSTANT,
    INSIDE,
    NAMED,
    OUTSIDE,
    SHORT,
    Exposure,
    exposure_of,
)
from assay.domains.regexes import Expression, Use, expressions, holder_of
from assay.domains.subjects import UNKNOWN_LIMIT, Limit, limit_of
from assay.domains.taint.flows import way_of
from assay.ir.ops import Call
from assay.ledger.ledger import Ledger
from assay.ledger.observation import EvidenceRole, Observation, Step, Verdict
from assay.ledger.reason import BUDGET
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.regexes import LINEAR as NEVER_BACKTRACKS
from assay.models.regexes import RE, REGEX, regex_rows
from assay.program.facts import FileFacts
from assay.program.silence import Gate
from assay.regex.analysis import (
    EXPONENTIAL,
    LINEAR,
    MATCH,
    POLYNOMIAL,
    UNKNOWN,
    Answer,
    analyse,
)
from assay.regex.trial import ANSWERED, COSTLY, is_costly
from assay.regex.witness import Witness
from assay.source.roles import Role

RULE: Final = Rule(
    id="regex-backtracking",
    cwe=1333,
    related=(730, 400),
    title="Slow regular expression",
    family=Family.INJECTION,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="regular expressions",
    summary="An expression takes exponential or polynomial time on some texts from outside",
    explanation=__doc__ or "",
)

_HARMLESS_LENGTH: Final = {2: 20_000, 3: 1_500}
"""Characters up to which a polynomial of that degree costs less than a second."""

_HARMLESS_DOUBLINGS: Final = 24
_SHOWN: Final = 24
_OWN_DATA: Final = (
    Role.SCRIPT,
    Role.CONFIG,
    Role.MIGRATION,
    Role.EXAMPLE,
    Role.NOTEBOOK,
    Role.STUB,
)


@final
class _Word:
    """What is said of one use of an expression."""

    __slots__ = ("confidence", "exposure", "guard", "message", "missing", "remedy", "severity",
                 "use", "verdict")  # fmt: skip

    def __init__(
        self,
        verdict: Verdict,
        message: str,
        use: Use | None,
        *,
        exposure: Exposure | None = None,
        guard: int = 0,
        missing: str = "",
        remedy: str = "",
        severity: Severity | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        self.verdict: Final = verdict
        self.message: Final = message
        self.use: Final = use
        self.exposure: Final = exposure
        self.guard: Final = guard
        self.missing: Final = missing
        self.remedy: Final = remedy
        self.severity: Final = severity
        self.confidence: Final = confidence


@final
class RegexBacktracking(Checker):
    """Expressions, how they are used, and what that costs."""

    rule = RULE

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        if not _may_have_patterns(facts):
            return
        for function in facts.functions:
            if function.ir.over_budget:
                ledger.unseen.append(over_budget(function, function.ir.limit, RULE))
        for expression in expressions(facts):
            ledger.observations.append(_observation(facts, expression, _judge(facts, expression)))


def _may_have_patterns(facts: FileFacts) -> bool:
    rows = regex_rows()
    return not facts.mentioned.isdisjoint(rows.keys)


def _judge(facts: FileFacts, expression: Expression) -> _Word:
    """The worst word on the uses of an expression; one that is used nowhere here has one too."""
    if expression.text is None:
        return _without_text(expression)
    worst: _Word | None = None
    for use in expression.uses or (None,):
        word = _use(facts, expression, use)
        if worst is None or word.verdict.rank < worst.verdict.rank:
            worst = word
    assert worst is not None
    return worst


def _without_text(expression: Expression) -> _Word:
    if expression.engine == NEVER_BACKTRACKS:
        return _Word(Verdict.CLEAN, "the engine that matches it never backtracks", None)
    words = regex_rows().subjects
    kinds = {exposure_of(use, words, is_local=True).kind for use in expression.uses}
    if kinds and kinds <= {CONSTANT, INSIDE} and (INSIDE not in kinds or _is_inside(expression)):
        return _Word(Verdict.CLEAN, "it is not matched against outside data", None)
    gates.TEXT_NOT_KNOWN.note(expression.function.file, expression.at.lineno)
    return _Word(
        Verdict.UNSEEN,
        "the text of the expression is not constant",
        None,
        missing=expression.hole,
        remedy="review the whole repository",
    )


def _is_inside(expression: Expression) -> bool:
    return _stops(gates.FROM_INSIDE, expression)


def _stops(gate: Gate, expression: Expression) -> bool:
    return gate.stops(expression.function.file, expression.at.lineno)


def _use(facts: FileFacts, expression: Expression, use: Use | None) -> _Word:
    assert expression.text is not None
    if expression.engine == NEVER_BACKTRACKS:
        return _Word(Verdict.CLEAN, "the engine that matches it never backtracks", use)
    mode = MATCH if use is None else use.mode
    answer = analyse(expression.text, expression.flags, mode)
    if answer.kind == LINEAR:
        if answer.is_atomic:
            message = "atomic groups or possessive repeats leave one way through it"
            return _Word(Verdict.HANDLED, message, use, guard=expression.at.lineno)
        return _Word(Verdict.CLEAN, "there are few ways to read a text", use)
    if answer.kind == UNKNOWN:
        return _unknown(expression, use, answer)
    if facts.source.role is Role.TEST and _stops(gates.IN_A_TEST, expression):
        return _Word(Verdict.CLEAN, "a test matches texts of its own", use)
    return _ambiguous(facts, expression, use, answer)


def _unknown(expression: Expression, use: Use | None, answer: Answer) -> _Word:
    reason, _, detail = answer.reason.partition(": ")
    if use is not None:
        kind = exposure_of(use, regex_rows().subjects).kind
        if kind == CONSTANT or (kind == INSIDE and _is_inside(expression)):
            return _Word(Verdict.CLEAN, "it is not matched against outside data", use)
    gates.TOO_LARGE.note(expression.function.file, expression.at.lineno)
    if reason == "budget":
        return _Word(
            Verdict.UNSEEN,
            f"the expression is too large to examine: {detail}",
            use,
            missing=f"{BUDGET}: {detail}",
            remedy="split the expression",
        )
    return _Word(
        Verdict.UNSEEN,
        "the expression is not one that this Python reads",
        use,
        missing="the syntax of the pattern",
        remedy=f"see what re.compile says: {_shown(expression, detail)}"[:120].rstrip(". "),
    )


def _ambiguous(facts: FileFacts, expression: Expression, use: Use | None, answer: Answer) -> _Word:
    witness = answer.witnesses[0]
    words = regex_rows().subjects
    if expression.engine == REGEX and use is not None and _is_timed(use):
        return _Word(
            Verdict.HANDLED,
            f"{_cost(expression, witness)}, and the engine stops after its timeout",
            use,
            guard=use.at.lineno,
        )
    exposure = None if use is None else exposure_of(use, words)
    if exposure is not None and (
        exposure.kind == CONSTANT or (exposure.kind == INSIDE and _is_inside(expression))
    ):
        return _Word(Verdict.CLEAN, "it is not matched against outside data", use)
    limit = _limit(use)
    if (
        limit is not None
        and _is_short_enough(limit.most, answer)
        and (limit.most != UNKNOWN_LIMIT or _stops(gates.BOUND_BY_NAME, expression))
    ):
        message = f"{_cost(expression, witness)}, and the length of the text is limited"
        return _Word(Verdict.HANDLED, message, use, guard=limit.line)
    if use is not None and use.limit and _is_short_enough(use.limit, answer):
        message = f"{use.what} is not longer than {use.limit} characters"
        return _Word(Verdict.CLEAN, message, use)
    is_exponential = answer.kind == EXPONENTIAL
    if not _matters(facts, expression, exposure, is_exponential) and not (
        facts.source.role not in _OWN_DATA and not _stops(gates.NOT_OUTSIDE, expression)
    ):
        return _callers_decide(facts, expression, use, exposure, witness)
    if expression.engine != RE and _stops(gates.OTHER_ENGINE, expression):
        return _Word(
            Verdict.UNSEEN,
            f"{_cost(expression, witness)} in an engine like that of re",
            use,
            missing=f"the engine of {expression.engine}",
            remedy="try the text on it",
        )
    return _tried(expression, use, exposure, answer)


def _is_timed(use: Use) -> bool:
    return isinstance(use.op, Call) and "timeout" in (use.op.labels or ())


def _matters(
    facts: FileFacts, expression: Expression, exposure: Exposure | None, is_exponential: bool
) -> bool:
    """Whether the time is worth a finding where the subject comes from there.

    In a short text the restarts of a search cost nothing that anybody would notice.
    """
    if exposure is None or expression.text is None:
        return False
    if exposure.kind == OUTSIDE:
        return True
    if exposure.kind not in (NAMED, SHORT) or (
        facts.source.role in _OWN_DATA and _stops(gates.OWN_DATA, expression)
    ):
        return False
    if exposure.kind == NAMED or is_exponential:
        return True
    anchored = analyse(expression.text, expression.flags, MATCH)
    slow = anchored.kind == POLYNOMIAL and not anchored.witnesses[0].is_masked
    return slow or not _stops(gates.SHORT_TEXT, expression)


def _callers_decide(
    facts: FileFacts,
    expression: Expression,
    use: Use | None,
    exposure: Exposure | None,
    witness: Witness,
) -> _Word:
    if facts.source.role in _OWN_DATA and _stops(gates.OWN_DATA, expression):
        return _Word(Verdict.CLEAN, "it is not matched against outside data", use)
    if exposure is None:
        missing = f"who uses {holder_of(expression) or 'it'}"
    else:
        missing = exposure.what
    who = "its callers decide" if exposure and exposure.kind == CALLERS else "it is not in view"
    return _Word(
        Verdict.UNSEEN,
        f"{_cost(expression, witness)}, and {who} what is matched",
        use,
        missing=missing,
        remedy="review the whole repository",
    )


def _tried(
    expression: Expression, use: Use | None, exposure: Exposure | None, answer: Answer
) -> _Word:
    assert expression.text is not None
    mode = MATCH if use is None else use.mode
    ran = False
    for witness in answer.witnesses:
        if answer.kind == EXPONENTIAL and witness.degree:
            continue  # the rest is another question, and a slower one
        said = is_costly(expression.text, expression.flags, mode, witness)
        ran = ran or said == ANSWERED
        if said == COSTLY:
            return _found(expression, use, exposure, witness)
    if ran and not answer.rough and all(each.is_masked for each in answer.witnesses):
        return _Word(Verdict.CLEAN, "another alternative matches before the slow one", use)
    if not _stops(gates.NOT_CONFIRMED, expression):
        return _found(expression, use, exposure, answer.witnesses[0])
    missing = answer.rough[0] if answer.rough else "a run of the text"
    return _Word(
        Verdict.UNSEEN,
        f"{_cost(expression, answer.witnesses[0])} by its automaton, and a run did not confirm it",
        use,
        missing=missing,
        remedy="try the text on it",
    )


def _found(
    expression: Expression, use: Use | None, exposure: Exposure | None, witness: Witness
) -> _Word:
    message = _cost(expression, witness)
    kind = "" if exposure is None else exposure.kind
    if kind == OUTSIDE and exposure is not None:
        message += f", and {exposure.what} is matched"
    elif kind in (NAMED, SHORT) and exposure is not None:
        message += f", and {exposure.what} brings what somebody else wrote"
    if not witness.degree:
        sure = Confidence.HIGH if kind == OUTSIDE else Confidence.MEDIUM
        severity = Severity.HIGH if kind in (OUTSIDE, NAMED, SHORT) else Severity.MEDIUM
    else:
        sure = Confidence.MEDIUM if kind == OUTSIDE else Confidence.LOW
        severity = Severity.MEDIUM if witness.degree > 2 or kind == OUTSIDE else Severity.LOW
    return _Word(Verdict.FOUND, message, use, exposure=exposure, severity=severity, confidence=sure)


def _limit(use: Use | None) -> Limit | None:
    if use is None or use.subject < 0 or use.op is None:
        return None
    function = use.function
    for block in function.ir.blocks:
        if use.op in block.ops:
            return limit_of(function, use.subject, block.ident, regex_rows().subjects)
    return None


def _is_short_enough(most: int, answer: Answer) -> bool:
    if answer.kind == EXPONENTIAL:
        return 0 < most <= _HARMLESS_DOUBLINGS
    return most == UNKNOWN_LIMIT or most <= _HARMLESS_LENGTH.get(answer.degree, 300)


def _cost(expression: Expression, witness: Witness) -> str:
    """What a witness costs, and the witness, as a phrase."""
    growth = f"time n**{witness.degree}" if witness.degree else "exponential time"
    if not _may_be_shown(expression):
        return f"takes {growth} to fail on a text that is not shown"
    pieces: list[str] = []
    for text, is_pumped in witness.pieces:
        shown = ascii(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
        pieces.append(f"{shown} * n" if is_pumped else shown)
    return f"takes {growth} to fail on {' + '.join(pieces)}"


def _shown(expression: Expression, said: str) -> str:
    """What was said of an expression, without secrets: before it is cut."""
    return expression.function.file.source.redaction.said(said)


def _may_be_shown(expression: Expression) -> bool:
    """Whether an expression holds no secret, of which a witness would spell pieces."""
    redaction = expression.function.file.source.redaction
    text = expression.text
    said = text.decode("latin-1") if isinstance(text, bytes) else text or ""
    return redaction.said(said) == said


def _observation(facts: FileFacts, expression: Expression, word: _Word) -> Observation:
    at = expression.at
    evidence = facts.guard(word.guard)
    use = word.use
    trace: tuple[Step, ...] = ()
    if word.verdict in (Verdict.FOUND, Verdict.UNSEEN) and use is not None:
        line = use.at.lineno
        if line != at.lineno:
            evidence = (*evidence, facts.evidence(EvidenceRole.CONTEXT, line, line))
    if word.verdict is Verdict.FOUND and word.exposure is not None and use is not None:
        trace = _trace(facts, word.exposure, use)
    return facts.observation(
        RULE,
        word.verdict,
        at,
        expression.function.qualname,
        word.message,
        evidence=evidence,
        trace=trace,
        missing=(word.missing,) if word.missing else (),
        remedy=word.remedy,
        severity=word.severity,
        confidence=word.confidence,
    )


def _trace(facts: FileFacts, exposure: Exposure, use: Use) -> tuple[Step, ...]:
    last = facts.step(use.at, "is matched here")
    if exposure.flow is not None and exposure.flow.taint is not None:
        steps = way_of(exposure.flow.taint)
        return (*(Step(step.path, step.line, step.words) for step in steps), last)
    if exposure.line:
        return (facts.step(exposure.line, f"{exposure.what} comes in"), last)
    return ()


CHECKER: Final = RegexBacktracking()
