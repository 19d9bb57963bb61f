"""What a review says, as values: reports read these and nothing else.

A `FileReview` is made from one file's ledger by `verdicts.review_of_file`, a `Review` from all of
them by `verdicts.review_of_all`.

Invariants: `FileReview.classes` holds one entry for each rule of the run, in the order of the run;
observations are in the order of path, line, column, CWE, fingerprint; nothing depends on the order
in which files were given or workers finished.
"""

from __future__ import annotations

from assay.frozen import frozen
from assay.ledger.identity import Identity
from assay.ledger.ledger import Unseen
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Rule
from assay.review.audience import Persona
from assay.review.baseline import Entry
from assay.source.file import Parsed as Parsed  # a word of the review too


@frozen
class Fact:
    """Something that the text of a file says of it; `line` is 1-based, 0 for the whole file."""

    text: str
    line: int


@frozen
class SiteCounts:
    """How many sites a rule gave each word to.

    `suppressed` are found, too, and accepted by a comment, `baselined` are found and in the
    baseline; `found` are the others.
    """

    found: int
    handled: int
    clean: int
    unseen: int
    suppressed: int = 0
    baselined: int = 0

    @property
    def total(self) -> int:
        """All sites that were examined."""
        accepted = self.suppressed + self.baselined
        return self.found + self.handled + self.clean + self.unseen + accepted

    def of(self, verdict: Verdict) -> int:
        """The sites with that verdict; no site is absent."""
        if verdict is Verdict.FOUND:
            return self.found
        if verdict is Verdict.HANDLED:
            return self.handled
        if verdict is Verdict.CLEAN:
            return self.clean
        if verdict is Verdict.UNSEEN:
            return self.unseen
        return 0


@frozen
class ClassReview:
    """One weakness class in one file, or in the whole review.

    `sites` counts sites alone: a class is unseen with no unseen site when code in which a site
    could stand was not read. `files` counts the files for each verdict, in the order of `Verdict`.
    `clean_lines` are the lines of the clean sites of a lone file, when they are few.
    """

    rule: Rule
    verdict: Verdict
    sites: SiteCounts
    files: tuple[int, ...]
    clean_lines: tuple[int, ...]


@frozen
class Cell:
    """A place in a notebook: the number of the code cell and the line in it, both from 1."""

    number: int
    line: int


@frozen
class Reviewed:
    """An observation with its identity.

    `line_hash` is the hash that code-scanning services compute of the text from its line on; empty
    when no report asks for it. `cell` is None outside of notebooks. `known` says whether the
    baseline has a finding; it is None where there is no baseline, and for what is no finding.
    """

    observation: Observation
    identity: Identity
    line_hash: str
    cell: Cell | None
    known: bool | None = None

    @property
    def fingerprint(self) -> str:
        """The key that does not depend on the file."""
        return self.identity.fingerprint


@frozen
class FunctionReview:
    """One rule's verdict on one function, `""` for code at module level."""

    function: str
    rule: Rule
    verdict: Verdict
    sites: SiteCounts


@frozen
class FileHead:
    """What is known of a file before any rule looks at it.

    `path` is what reports print, with forward slashes, `inner` the way to the file in its project,
    "" when it is the same. `problem` says why it was not read whole,
    `""` if it was. `kind` is a short noun phrase ("functional test"), `project` the project it
    belongs to or `""`, `summary` one sentence of what it is. `calls` counts call expressions,
    `unresolved` those of them that nothing is known to answer, as `assay doctor` does. `digest`
    tells its text apart, without the values of secrets, 32 hexadecimal digits; "" when it was not
    read.
    """

    path: str
    role: str
    lines: int
    parsed: Parsed
    problem: str
    kind: str
    project: str
    summary: str
    facts: tuple[Fact, ...]
    calls: int
    unresolved: int = 0
    inner: str = ""
    digest: str = ""


@frozen
class FileReview:
    """One file: what it is, a verdict for each rule, and what the verdicts rest on.

    `observations` holds found, handled and unseen sites, and clean ones when the run keeps them.
    `unseen` holds what was not in view, in the order of line, name and reason.
    """

    head: FileHead
    classes: tuple[ClassReview, ...]
    observations: tuple[Reviewed, ...]
    unseen: tuple[Unseen, ...]


@frozen
class UnseenName:
    """A name that is not in view, over the whole review.

    `path` is the file of code that was not analysed, empty for a name that is not in view.
    `sites` counts the places whose answer depends on it, `rules` are the ids of the rules it
    matters to, sorted, empty for all; `places` are (path, line) of those places, sorted.
    """

    name: str
    reason: str
    path: str
    sites: int
    remedy: str
    rules: tuple[str, ...]
    places: tuple[tuple[str, int], ...]


@frozen
class Unread:
    """A path that was to be read and was not, or not whole; `reason` is a clause."""

    path: str
    parsed: Parsed
    reason: str


@frozen
class Weakening:
    """Something that came with what is reviewed and makes the review say less.

    `where` names the file that it stands in, or "comments" for those that accept findings, `what`
    says it in a few words.
    """

    where: str
    what: str


@frozen
class Baseline:
    """A baseline that the review was compared with.

    `where` is its file, as reports call it. `stale` are entries of what is not found any more, with
    the number of such sites; `others` counts the entries of another version of the identity.
    """

    where: str
    stale: tuple[Entry, ...]
    others: int


@frozen
class Review:
    """The whole review. `hidden` counts found observations that the options leave out.

    `suppressed` are found, and accepted by comments in the code; `baselined` are found, and in one
    of the `baselines`; `observations` are the others.
    `audited` are those of them that are unseen and that `persona` is shown as findings, and
    `for_others` counts what is shown to other personas alone.
    `unread` is in the order of the paths, `weakened` in that in which it is to be told.
    """

    files: tuple[FileReview, ...]
    classes: tuple[ClassReview, ...]
    observations: tuple[Reviewed, ...]
    unseen: tuple[UnseenName, ...]
    hidden: int
    unread: tuple[Unread, ...] = ()
    weakened: tuple[Weakening, ...] = ()
    suppressed: tuple[Reviewed, ...] = ()
    baselined: tuple[Reviewed, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    persona: Persona = Persona.PEDANTIC
    audited: tuple[Reviewed, ...] = ()
    for_others: tuple[tuple[Persona, int], ...] = ()

    @property
    def lines(self) -> int:
        """Lines of all files."""
        return sum(file.head.lines for file in self.files)

    @property
    def found(self) -> tuple[Reviewed, ...]:
        """The observations that say found, in the order of the review."""
        return self.with_verdict(Verdict.FOUND)

    @property
    def findings(self) -> tuple[Reviewed, ...]:
        """What is found, and what is unseen and a finding for this persona."""
        return (*self.found, *self.audited)

    def with_verdict(self, verdict: Verdict) -> tuple[Reviewed, ...]:
        """The observations of one verdict, in the order of the review."""
        return tuple(each for each in self.observations if each.observation.verdict is verdict)

    @property
    def sites(self) -> SiteCounts:
        """The sites of all classes."""
        each = [one.sites for one in self.classes]
        return SiteCounts(
            sum(one.found for one in each),
            sum(one.handled for one in each),
            sum(one.clean for one in each),
            sum(one.unseen for one in each),
            sum(one.suppressed for one in each),
            sum(one.baselined for one in each),
        )

    @property
    def not_whole(self) -> tuple[FileReview, ...]:
        """The files of which not everything was read."""
        return tuple(file for file in self.files if file.head.parsed is not Parsed.WHOLE)
