"""Reviews that careful people wrote before any tool ran: which of their statements does Assay make?

    python bench/blind.py --mirrors MIRRORS --details out.tsv
    python bench/blind.py --mirrors MIRRORS --untouched              # totals alone

The statements are in `blind/` (see its README). Each file is reviewed alone by its bare name, as a
person would hand it over. Everything that is found counts (`--persona pedantic`). Kinds of
statements, and what is said, partly said, contradicted:

    found         said: `found` of its family on these lines. Partly: `unseen` there. Contradicted:
                  `handled` or `clean` of a listed number there, or the class of the first number is
                  told to be absent although it has a site here (`_ABSENT_IS_WRONG`)
    open          a note or pinned bug. Said: `found` or `unseen`. Contradicted: as above
    handled       said: `handled` of its family, site or guard on these lines. Partly: `handled` of
                  another family, `unseen` of its own or `clean` of a listed number. Contradicted:
                  `found` of its family there, or the class is absent as above
    nothing       said: no `found` of its family in the file, or on the lines and a word of a listed
                  class there; partly: no word on the lines. Contradicted: a `found`
    not_in_view   said: at least half of the names are told as not in view; partly: one of them.
                  Contradicted: nothing is told to be out of view

The rest is missed. One line of slack at each end, unless the place belongs to another statement.
Below stands the noise that a gain has to be seen beside.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.review.review import Review
from figures import share, table
from fixes import digest
from lone import Collecting, review_alone, workers, write
from mirrors import contents, git_folder
from said import MOST_LINES
from weaknesses import same_family

SETS: Final = Path(__file__).resolve().parent / "blind"
KINDS: Final = ("found", "open", "handled", "not_in_view", "nothing")
WORDS: Final = ("said", "partly", "missed", "contradicted")
SAID, PARTLY, MISSED, CONTRADICTED = WORDS
_COLUMNS: Final = "file repo commit path id start end kind cwes names note"
_MOST_PLACES: Final = 12
_SUMMARY: Final = "error-handling"
"""This rule counts the callees that are not in view, and says nothing of its own line."""

_ABSENT_IS_WRONG: Final = {
    "found": frozenset({352, 434, 1088, 362}),
    "handled": frozenset({352, 434, 1088, 362}),
    "open": frozenset({459}),
}
"""Classes that cannot be absent where a reader speaks of one: waits, requests, views, uploads."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a reader says of some lines, 1-based and inclusive; 0 for the whole file."""

    file: str
    repo: str
    commit: str
    path: str
    id: str
    start: int
    end: int
    kind: str
    cwes: tuple[int, ...]
    names: frozenset[str]
    note: str

    @property
    def numbers(self) -> frozenset[int]:
        """The CWE numbers without their order; the first is the main one."""
        return frozenset(self.cwes)

    def is_near(self, place: tuple[int, int], slack: int = 0) -> bool:
        """Whether a place overlaps its lines."""
        return place[0] <= self.end + slack and place[1] >= self.start - slack


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the statements of one file: their words, and the noise round them."""

    words: tuple[str, ...]
    lines: int
    noise: Mapping[str, int]


def load(path: Path) -> list[Statement]:
    """The statements of a file. Raises ValueError where a row is not as the README says."""
    with path.open(encoding="utf-8", newline="") as stream:
        found: list[Statement] = []
        for each in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if list(each) != _COLUMNS.split() or each["kind"] not in KINDS:
                raise ValueError(f"{path.name}: {each['file']} {each['id']}: wrong columns or kind")
            start = int(each["start"] or 0)
            names = [name.strip().rpartition(".")[2] for name in each["names"].split(",")]
            found.append(
                Statement(
                    file=each["file"],
                    repo=each["repo"],
                    commit=each["commit"],
                    path=each["path"],
                    id=each["id"],
                    start=start,
                    end=int(each["end"] or start),
                    kind=each["kind"],
                    cwes=tuple(int(one) for one in each["cwes"].split(",") if one.strip()),
                    names=frozenset(name for name in names if name),
                    note=each["note"],
                )
            )
    return found


def _places(observation: Observation) -> list[tuple[int, int]]:
    """The lines of an observation and of its evidence; what covers a file names no line."""
    own = [(observation.line, observation.end_line)]
    own += [
        (each.line, each.end_line)
        for each in observation.evidence
        if each.role is not EvidenceRole.CONTEXT
    ]
    return [
        (first, min(last or first, first + MOST_LINES - 1)) for first, last in own[:_MOST_PLACES]
    ]


def _names_told(review: Review) -> frozenset[str]:
    """What the review says is not in view."""
    told = {each.name for each in review.unseen}
    told.update(name for each in review.observations for name in each.observation.missing)
    return frozenset(told)


def _is_told_absent(statement: Statement, review: Review) -> bool:
    main = statement.cwes[0] if statement.cwes else 0
    if main not in _ABSENT_IS_WRONG.get(statement.kind, ()):
        return False
    words = {each.verdict for each in review.classes if each.rule.cwe == main}
    return words <= {Verdict.ABSENT}


def judged(statement: Statement, review: Review, others: Sequence[Statement]) -> str:
    """One of WORDS. `others` are the other statements of the file that share a family with it."""
    if statement.kind == "not_in_view":
        return _judged_names(statement, _names_told(review))
    there = [
        each.observation
        for each in review.observations
        if each.observation.rule.id != _SUMMARY and _lies_at(statement, each.observation, others)
    ]
    wanted = statement.numbers
    same = {each.verdict for each in there if same_family(each.rule.cwe, wanted)}
    listed = {each.verdict for each in there if each.rule.cwe in wanted}
    other = {each.verdict for each in there if not same_family(each.rule.cwe, wanted)}
    reassured = bool(listed & {Verdict.HANDLED, Verdict.CLEAN})
    if statement.kind == "nothing":
        if Verdict.FOUND in same:
            return CONTRADICTED
        return SAID if not statement.start or reassured else PARTLY
    if statement.kind in ("found", "open"):
        if Verdict.FOUND in same or (statement.kind == "open" and Verdict.UNSEEN in same):
            return SAID
        if Verdict.UNSEEN in same:
            return PARTLY
        return CONTRADICTED if reassured or _is_told_absent(statement, review) else MISSED
    if Verdict.HANDLED in same:
        return SAID
    if Verdict.FOUND in same:
        return CONTRADICTED
    if Verdict.HANDLED in other or Verdict.UNSEEN in same or Verdict.CLEAN in listed:
        return PARTLY
    return CONTRADICTED if _is_told_absent(statement, review) else MISSED


def _judged_names(statement: Statement, told: frozenset[str]) -> str:
    bare = {each.rpartition(".")[2] for each in told}
    hits = len(statement.names & bare)
    if hits and hits * 2 >= len(statement.names):
        return SAID
    if hits:
        return PARTLY
    return MISSED if told else CONTRADICTED


def _lies_at(statement: Statement, observation: Observation, others: Sequence[Statement]) -> bool:
    if not statement.start:
        return True
    places = _places(observation)
    if any(statement.is_near(place) for place in places):
        return True
    if any(each.is_near(place) for place in places for each in others):
        return False
    return any(statement.is_near(place, 1) for place in places)


def sharing(statement: Statement, statements: Sequence[Statement]) -> list[Statement]:
    """The other statements of a file, with lines, that share a family with one."""
    wanted = statement.numbers
    return [
        each
        for each in statements
        if each is not statement
        and each.start
        and any(same_family(cwe, wanted) for cwe in each.cwes)
    ]


def says_both(statement: Statement, review: Review) -> bool:
    """Whether one number is `found` and `handled` on the lines of a statement."""
    words: dict[int, set[Verdict]] = {}
    for each in review.observations:
        one = each.observation
        if statement.start and statement.is_near((one.line, one.end_line or one.line)):
            words.setdefault(one.rule.cwe, set()).add(one.verdict)
    return any({Verdict.FOUND, Verdict.HANDLED} <= each for each in words.values())


def told_of(statements: Sequence[Statement], review: Review) -> Told:
    """The words on the statements of one file."""
    noise = Counter(each.observation.verdict.value for each in review.observations)
    noise["names"] = len(_names_told(review))
    noise["both"] = sum(says_both(each, review) for each in statements)
    words = tuple(judged(each, review, sharing(each, statements)) for each in statements)
    return Told(words, review.lines, noise)


def _told(mirrors: str, files: Sequence[Sequence[Statement]]) -> list[Told]:
    collecting = Collecting()
    found: list[Told] = []
    for statements in files:
        first = statements[0]
        mirror = git_folder(Path(mirrors), first.repo)
        (data,) = contents(mirror, [f"{first.commit}:{first.path}"])
        if data is None:
            raise SystemExit(f"{first.file}: not in the mirror of {first.repo}")
        with tempfile.TemporaryDirectory(prefix="blind") as folder:
            name = Path(first.path).name
            write(Path(folder), name, data)
            review = review_alone(folder, name)
        found.append(told_of(statements, review))
        collecting.next()
    return found


def scored(
    statements: Sequence[Statement], mirrors: Path, jobs: int
) -> list[tuple[list[Statement], Told]]:
    """The words on all statements, file by file."""
    files: dict[str, list[Statement]] = {}
    for each in statements:
        files.setdefault(each.file, []).append(each)
    groups = list(files.values())
    with workers(jobs) as pool:
        parts = [groups[index : index + 3] for index in range(0, len(groups), 3)]
        told = [each for part in pool.map(partial(_told, str(mirrors)), parts) for each in part]
    return list(zip(groups, told, strict=True))


def counted(found: Sequence[tuple[Sequence[Statement], Told]]) -> dict[str, Counter[str]]:
    """How often each word, by kind; silence earns every `nothing`, so the last row is without."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in (*KINDS, "all", "but nothing")}
    for statements, told in found:
        for statement, word in zip(statements, told.words, strict=True):
            counts[statement.kind][word] += 1
            counts["all"][word] += 1
            counts["but nothing"][word] += statement.kind != "nothing"
    return counts


def lines_of(found: Sequence[tuple[Sequence[Statement], Told]]) -> list[str]:
    """The Markdown table of the words, and the sentence about the noise."""
    rows: list[list[str]] = []
    for kind, words in counted(found).items():
        total = words.total()
        if total:
            rows.append([kind, str(total), *(share(words[word], total) for word in WORDS)])
    lines = sum(told.lines for _, told in found)
    noise: Counter[str] = Counter()
    for _, told in found:
        noise.update(told.noise)
    per = {
        each: f"{100 * noise[each] / max(lines, 1):.1f}" for each in ("found", "handled", "unseen")
    }
    said = (
        f"{len(found)} files, {lines} lines; in 100 lines {per['found']} found, {per['handled']} "
        f"handled, {per['unseen']} unseen; {25 * noise['names'] / max(lines, 1):.1f} names not in "
        f"view in 25 lines; both found and handled on {noise['both']} statements."
    )
    return [*table(["kind", "statements", *WORDS], rows), "", said]


def chosen(untouched: bool) -> Path:
    """The file of a set."""
    return SETS / ("untouched.tsv" if untouched else "working.tsv")


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Holds reviews against statements of readers.")
    parser.add_argument("--mirrors", required=True, help="folder of git directories")
    parser.add_argument("--untouched", action="store_true", help="the third that nobody reads")
    parser.add_argument("--only", default="", help="one file, by its name in the first column")
    parser.add_argument("--details", default="", help="a file for a line on each statement")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    if given.untouched and (given.details or given.only):
        parser.error("nobody reads single rows of the untouched third")
    path = chosen(bool(given.untouched))
    statements = [each for each in load(path) if given.only in ("", each.file)]
    found = scored(statements, Path(str(given.mirrors)).resolve(), int(given.jobs))
    print(f"{path.stem} statements ({digest(path)})\n")
    print("\n".join(lines_of(found)))
    if given.details:
        told = [
            "\t".join((each.file, each.id, each.kind, word, each.note))
            for group, one in found
            for each, word in zip(group, one.words, strict=True)
        ]
        Path(str(given.details)).write_text("\n".join([*told, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
