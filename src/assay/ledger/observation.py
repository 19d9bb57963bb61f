"""Observations: what a rule says of one site, and the lines that the word rests on.

Invariants: every `Evidence.text` is a slice of the reviewed file at its line, exact but for the
columns of secrets; no secret is in any text of an observation, its `identity` included.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from assay.frozen import frozen
from assay.ledger.rule import Confidence, Rule, Severity


class Verdict(enum.Enum):
    """The words of a review; the order is the order in which they win when folded."""

    FOUND = "found"
    UNSEEN = "unseen"
    HANDLED = "handled"
    CLEAN = "clean"
    ABSENT = "absent"

    @property
    def rank(self) -> int:
        """0 for found, which wins over everything, to 4 for absent."""
        return _RANK[self]


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def fold(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of the whole: `found > unseen > handled > clean > absent`."""
    return min(verdicts, key=_RANK.__getitem__, default=Verdict.ABSENT)


class EvidenceRole(enum.Enum):
    """What a quoted line is to the verdict."""

    SITE = "site"  # the line the verdict is about
    GUARD = "guard"  # what makes it handled
    MISSING = "missing"  # where a guard would have to stand
    CONTEXT = (
        "context"  # what a reader needs beside it: a comment, the acquiring line, the failing call
    )


@frozen
class Evidence:
    """Lines of a reviewed file: 1-based, inclusive; `text` is their text without the last line end.

    It is exact but for secrets, each of which is `***` in it.
    """

    path: str
    line: int
    end_line: int
    role: EvidenceRole
    text: str


@frozen
class Step:
    """One step of the way control or data takes to the site."""

    path: str
    line: int
    message: str


@frozen
class Suppressed:
    """A comment in the code that accepts what is found.

    `line` is the comment's, `by` is "assay", "nosec" or "noqa", `names` are the rules or codes that
    it names, none for all that the other tool looks for. `until` is its last day, "" for no end.
    """

    line: int
    by: str
    names: tuple[str, ...]
    reason: str
    until: str


@frozen
class Observation:
    """One rule's word on one site.

    Lines and columns are 1-based, columns count code points, `end_column` is exclusive.
    `function` is the qualified name round the site, `""` at module level. `message` is lower
    case without a full stop. `missing` names what is not in view when the verdict is `unseen`,
    and is empty otherwise.

    What tells the site apart (see `ledger.identity`): `identity` is a digest of the statement's
    normal form, `around` are digests of what stands round it, `source` is the kind of data that
    reaches it, "" where none does. Clean sites, which are only counted, have none of these.

    `suppressed` is the comment that accepts a found site; the verdict stays found.
    """

    rule: Rule
    verdict: Verdict
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str
    message: str
    severity: Severity
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    trace: tuple[Step, ...]
    missing: tuple[str, ...]
    remedy: str
    identity: str
    around: tuple[str, ...] = ()
    source: str = ""
    suppressed: Suppressed | None = None
