"""Spec cases: annotated sources, and what a rule must say of each of their sites.

An expectation is a comment on its own line, directly above the first line of the site; several may
stand below each other. They are taken out of the text before it is analysed, so that they are no
comments of the reviewed code, and `Case.shown` gives the line of the case file back.

    # path: app/store.py            the path that the file is reviewed under (first lines only)
    # role: application             asserts the role of the file
    # only: resource-leak           the rules to run, instead of the one that the folder names
    # threat-model: local           whose data is not trusted
    # model: { sink = "a.b", rule = "sql-injection" }    a row of the user's; may be repeated
    # file: app/base.py             what follows is another file, which lies in the same project

    # found: CWE-772
    stream = open(path)
    # unseen: CWE-772 make_stream
    stream = make_stream(path)

`found`, `handled` and `clean` name the CWE number that the rule leads with; `unseen` also one of
the names that are missing. `missed` is a site that ought to be found and is not, `spurious` one
that is found and ought not to be: both fail when the answer is mended, and are then rewritten.

Invariant: every FOUND, HANDLED and UNSEEN observation meets exactly one expectation, and every
expectation is met.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.checkers.base import Checker
from assay.checkers.registry import all_checkers
from assay.ledger.ledger import Ledger
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.reason import INTERNAL_ERROR
from assay.models.outside import AUTO, OutsideData, UserRow, user_row
from assay.program.facts import FileFacts
from assay.program.program import Program
from assay.program.silence import Account
from assay.source.door import Door
from assay.source.file import SourceFile, parse_text

SPECS: Final = Path(__file__).parent.parent / "cases" / "specs"
_EXPECTATION: Final = re.compile(
    r"\s*# (found|handled|clean|unseen|missed|spurious): CWE-(\d+)(?: (\S.*?))?\s*$"
)
_DIRECTIVE: Final = re.compile(r"# (path|role|only|threat-model|model): (.+?)\s*$")
_USUAL: Final = OutsideData()
_FILE: Final = re.compile(r"# file: (\S+)\s*$")
_TITLE_WORD: Final = re.compile(r"[A-Z][a-z]+\b(?![.(_])")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the case says of one line; `line` counts in the text without expectations."""

    word: str
    cwe: int
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.word}: CWE-{self.cwe}{' ' if self.name else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Case:
    """A case file without its annotations; `shown[n - 1]` is where line n stands in the file."""

    name: str
    path: str
    role: str
    rules: tuple[str, ...]
    text: str
    expectations: tuple[Expectation, ...]
    shown: tuple[int, ...]
    others: tuple[tuple[str, str], ...] = ()  # further files: their paths and texts
    outside: OutsideData = _USUAL


def split_files(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text of the reviewed file, and the paths and texts of the files round it."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        named = _FILE.match(line)
        if named is not None:
            parts.append((named.group(1), []))
        else:
            parts[-1][1].append(line)
    texts = [(path, "".join(f"{line}\n" for line in lines)) for path, lines in parts]
    return texts[0][1], tuple(texts[1:])


def read_case(file: Path) -> Case:
    """Reads a case; its folder names the rule unless the case does."""
    path, role = file.name, ""
    rules: tuple[str, ...] = (file.parent.name,)
    kept: list[str] = []
    shown: list[int] = []
    expectations: list[Expectation] = []
    threat_model = AUTO
    rows: list[UserRow] = []
    own, others = split_files(file.read_text(encoding="utf-8"))
    for number, line in enumerate(own.splitlines(), 1):
        directive = _DIRECTIVE.match(line)
        if directive is not None and not kept:
            key, value = directive.groups()
            if key == "path":
                path = value
            elif key == "role":
                role = value
            elif key == "threat-model":
                threat_model = value
            elif key == "model":
                rows.append(user_row(file.name, tomllib.loads(f"row = {value}")["row"]))
            else:
                rules = tuple(value.replace(",", " ").split())
            continue
        said = _EXPECTATION.match(line)
        if said is not None:
            word, cwe, name = said.groups()
            expectations.append(Expectation(word, int(cwe), name or "", len(kept) + 1))
            continue
        kept.append(line)
        shown.append(number)
    label = f"{file.parent.name}/{file.name}"
    text = "".join(f"{line}\n" for line in kept)
    outside = OutsideData(threat_model, tuple(rows))
    return Case(label, path, role, rules, text, tuple(expectations), tuple(shown), others, outside)


def checker_of(rule_id: str) -> Checker:
    """The checker of a rule."""
    return next(checker for checker in all_checkers() if checker.rule.id == rule_id)


def facts_of(
    path: str, text: str, outside: OutsideData = _USUAL, account: Account | None = None
) -> FileFacts:
    """A text as checkers see it."""
    source = parse_text(path, text)
    return Program(None, outside, account).add(source, "").facts


@contextmanager
def in_view(
    path: str,
    text: str,
    others: tuple[tuple[str, str], ...] = (),
    outside: OutsideData = _USUAL,
    account: Account | None = None,
) -> Iterator[FileFacts]:
    """A text as checkers see it, with other files of its project beside it while this lasts."""
    if not others:
        yield facts_of(path, text, outside, account)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.realpath(folder)
        for name, content in ((".git/HEAD", ""), *others, (path, text)):
            place = Path(root, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        program = Program(Door.of_folder(root), outside, account)
        yield program.read(program.door.place(os.path.join(root, path))).facts


def review(facts: FileFacts, rules: tuple[str, ...]) -> Ledger:
    """Runs the checkers of these rules over one file."""
    ledger = Ledger(facts.source.path)
    for rule_id in rules:
        checker_of(rule_id).review(facts, ledger)
        ledger.judged.add(rule_id)
    return ledger


def problems(case: Case) -> list[str]:
    """Everything in which the answer differs from the case; empty when it is as expected."""
    with in_view(case.path, case.text, case.others, case.outside) as facts:
        return _problems(case, facts)


def _problems(case: Case, facts: FileFacts) -> list[str]:
    found: list[str] = []
    if facts.source.problem:
        found.append(f"not parsed whole: {facts.source.problem}")
    if case.role and facts.source.role.value != case.role:
        evidence = facts.source.role_evidence
        found.append(f"role is {evidence.role.value} ({evidence.text}), expected {case.role}")
    ledger = review(facts, case.rules)
    found += [hole.reason for hole in ledger.unseen if hole.reason.startswith(INTERNAL_ERROR)]
    for observation in ledger.observations:
        found += [f"{_at(case, observation.line)}: {each}" for each in malformed(observation)]
        found += _inexact(case, observation, facts.source)
    return found + _differences(case, ledger)


def _differences(case: Case, ledger: Ledger) -> list[str]:
    left = list(ledger.observations)
    found: list[str] = []
    for wanted in case.expectations:
        met = next((each for each in left if _meets(each, wanted)), None)
        if wanted.word == "missed":
            if met is not None:
                found.append(f"{_at(case, wanted.line)}: mended, write found: {met.message}")
            continue
        if met is None:
            here = [
                f"{each.verdict.value}: {each.message}"
                for each in ledger.observations
                if each.line == wanted.line
            ]
            said = "; ".join(dict.fromkeys(here)) or "nothing"
            word = "mended" if wanted.word == "spurious" else "not met"
            found.append(f"{_at(case, wanted.line)}: {word}: {wanted} (the rule says: {said})")
        else:
            left.remove(met)
    found += [
        f"{_at(case, each.line)}: not expected: {each.verdict.value}: CWE-{each.rule.cwe}"
        f" {each.message}"
        for each in left
        if each.verdict is not Verdict.CLEAN
    ]
    return found


def _meets(observation: Observation, wanted: Expectation) -> bool:
    if observation.line != wanted.line or observation.rule.cwe != wanted.cwe:
        return False
    word = "found" if wanted.word in ("missed", "spurious") else wanted.word
    if observation.verdict.value != word:
        return False
    return not wanted.name or word != "unseen" or wanted.name in observation.missing


def _at(case: Case, line: int) -> str:
    return f"{case.name}:{case.shown[line - 1] if 0 < line <= len(case.shown) else line}"


def malformed(observation: Observation) -> list[str]:
    """In what an observation breaks the rules that hold for all of them."""
    found: list[str] = []
    message = observation.message
    if not message or message != message.strip() or message.endswith("."):
        found.append(f"a message is a phrase without a full stop: {message!r}")
    if _TITLE_WORD.match(message):
        found.append(f"a message starts in lower case: {message!r}")
    roles = [item.role for item in observation.evidence]
    if observation.verdict is Verdict.HANDLED and EvidenceRole.GUARD not in roles:
        found.append(f"handled without the line of a guard: {message!r}")
    if observation.verdict is Verdict.FOUND and not roles:
        found.append(f"found without evidence: {message!r}")
    unseen = observation.verdict is Verdict.UNSEEN
    if unseen != bool(observation.missing) or (unseen and not observation.remedy):
        found.append(f"unseen names what is missing and a remedy, nothing else does: {message!r}")
    return found


def _inexact(case: Case, observation: Observation, source: SourceFile) -> list[str]:
    lines = {path: text.splitlines() for path, text in case.others}
    found: list[str] = []
    for item in observation.evidence:
        if item.path == case.path:
            exact = source.quote(item.line, item.end_line)
        else:
            exact = "\n".join(lines[item.path][item.line - 1 : item.end_line])
        if item.text != exact:
            at = _at(case, item.line)
            found.append(f"{at}: evidence is not a slice of {item.path}: {item.text!r}")
    return found
