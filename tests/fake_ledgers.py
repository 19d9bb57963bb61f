"""Ledgers made by hand, for the tests of what reads them."""

from __future__ import annotations

from collections.abc import Sequence

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import (
    Evidence,
    EvidenceRole,
    Observation,
    Step,
    Suppressed,
    Verdict,
)
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.review.baseline import entries_of
from assay.review.review import Baseline, Fact, FileHead, FileReview, Review, Unread, Weakening
from assay.review.verdicts import review_of_all, review_of_file, with_known
from assay.source.file import Parsed

LEAK = Rule(
    id="resource-leak",
    cwe=772,
    related=(404,),
    title="Resource leak",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="acquisitions",
    summary="a resource is still open when control leaves the function that owns it",
    explanation="A resource is still open when control leaves the function.\n\nUse `with`.",
)
SECRET = Rule(
    id="hard-coded-credentials",
    cwe=798,
    related=(259, 321),
    title="Hard-coded credentials",
    family=Family.CREDENTIALS,
    severity=Severity.HIGH,
    precision=Confidence.MEDIUM,
    site="string literals",
    summary="a credential stands in the text",
    explanation="A credential stands in the text.",
)
SWALLOWED = Rule(
    id="swallowed-exception",
    cwe=703,
    related=(390, 391),
    title="Error handling",
    family=Family.ERRORS,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="handlers",
    summary="an exception is lost",
    explanation="An exception is lost.",
)
RULES = (SECRET, SWALLOWED, LEAK)


def observation(
    rule: Rule = LEAK,
    verdict: Verdict = Verdict.FOUND,
    *,
    path: str = "store.py",
    line: int = 12,
    function: str = "Store.load",
    message: str = "file is still open when json.load raises",
    identity: str = "f = open(path)",
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    evidence: tuple[Evidence, ...] = (),
    trace: tuple[Step, ...] = (),
    missing: tuple[str, ...] = (),
    remedy: str = "",
) -> Observation:
    return Observation(
        rule=rule,
        verdict=verdict,
        path=path,
        line=line,
        column=5,
        end_line=line,
        end_column=19,
        function=function,
        message=message,
        severity=rule.severity if severity is None else severity,
        confidence=confidence,
        evidence=evidence
        or (Evidence(path, line, line, EvidenceRole.SITE, "    f = open(path)  # \x1b[31m"),),
        trace=trace,
        missing=missing,
        remedy=remedy,
        identity=identity,
    )


def head(path: str = "store.py", parsed: Parsed = Parsed.WHOLE, problem: str = "") -> FileHead:
    return FileHead(
        path=path,
        role="library",
        lines=40,
        parsed=parsed,
        problem=problem,
        kind="storage module",
        project="Example",
        summary="a library module that reads and writes records",
        facts=(Fact("imports json", 1),),
        calls=12,
        unresolved=1,
    )


def ledger(path: str = "store.py") -> Ledger:
    """One found, one handled, one unseen and two clean sites, and a hole."""
    return Ledger(
        path,
        [
            observation(
                SWALLOWED,
                Verdict.UNSEEN,
                path=path,
                line=30,
                message="whether the callee raises is unknown",
                identity="fetch()",
                missing=("fetch",),
                remedy="review the module remote together with this file",
            ),
            observation(
                path=path,
                evidence=(
                    Evidence(path, 12, 12, EvidenceRole.SITE, "    f = open(path)"),
                    Evidence(
                        path, 13, 14, EvidenceRole.CONTEXT, "    data = json.load(f)\n    f.close()"
                    ),
                ),
                trace=(
                    Step(path, 12, "f is opened"),
                    Step(path, 13, "json.load raises [ValueError]"),
                ),
            ),
            observation(
                LEAK,
                Verdict.HANDLED,
                path=path,
                line=20,
                function="Store.save",
                message="the with statement closes the file",
                evidence=(
                    Evidence(path, 20, 20, EvidenceRole.GUARD, "    with open(path) as `f`:"),
                ),
            ),
            observation(SECRET, Verdict.CLEAN, path=path, line=3, function="", identity="'a'"),
            observation(SECRET, Verdict.CLEAN, path=path, line=4, function="", identity="'a'"),
        ],
        [
            Unseen(
                path,
                31,
                "fetch",
                "callee not in view",
                "review the module remote together with this file",
                ("swallowed-exception",),
            )
        ],
    )


def file_review(
    path: str = "store.py", made: Ledger | None = None, about: FileHead | None = None
) -> FileReview:
    return review_of_file(
        head(path) if about is None else about,
        ledger(path) if made is None else made,
        RULES,
        {12: "abc:1"},
        {},
        keep_clean=False,
    )


def review_of(
    *files: FileReview, unread: Sequence[Unread] = (), weakened: Sequence[Weakening] = ()
) -> Review:
    return review_of_all(files, (), RULES, Severity.INFO, Confidence.LOW, unread, weakened)


def weak_review() -> Review:
    """One that a configuration and an ignore file weaken, and that lacks a file."""
    return review_of(
        file_review(),
        unread=(Unread("away.py", Parsed.NOT, "a link that leads out of the root, not followed"),),
        weakened=(
            Weakening("pyproject.toml", "1 rule off (old-tls)"),
            Weakening("pyproject.toml", "exit-zero is set"),
            Weakening(".gitignore", "2 Python files left out"),
        ),
    )


def accepted_review(reason: str = "the pool closes it") -> Review:
    """One found site that a comment accepts, and one that none does."""
    comment = Suppressed(11, "assay", ("resource-leak",), reason, "2030-01-31")
    accepted = replace(observation(), suppressed=comment)
    made = Ledger("store.py", [accepted, observation(line=30, identity="open(name)")])
    said = Weakening("comments", "1 found site suppressed in 1 file (resource-leak)")
    return review_of(file_review(made=made), weakened=(said,))


def known_review() -> Review:
    """One found site that the baseline has, one that it has not, and an entry that is stale."""
    made = Ledger("store.py", [observation(), observation(line=30, identity="open(name)")])
    file = with_known(file_review(made=made), {0: True, 1: False})
    (gone,) = entries_of([replace(file.observations[0].identity, function="Store.old")])
    known = Baseline(".assay-baseline.jsonl", (gone,), 2)
    return review_of_all([file], (), RULES, Severity.INFO, Confidence.LOW, baselines=[known])


WEAK_LINES = (
    "weakened by pyproject.toml: 1 rule off (old-tls), exit-zero is set",
    "weakened by .gitignore: 2 Python files left out",
)
"""The first lines of reports about `weak_review`."""
