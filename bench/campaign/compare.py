"""What the campaign found beside what Assay says of the same lines: facts.tsv and missed.tsv.

    python bench/campaign/compare.py --work FOLDER [--out bench/campaign]

FOLDER is that of `run.py`. Each package is reviewed as one program with an account of its silence
(docs/decisions/0015-silence.md). A fact is what two runs with the same fault left, and the run
without it did not. Nothing of the reviewed packages is executed here.

    facts.tsv    a row for each fact: what was left where, and what Assay says of the line (`said`)
    missed.tsv   those that no rule reports, by place; `reading` and `why` are written by a reader
                 and kept when the table is made anew
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

BENCH: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCH))
sys.path.insert(0, str(BENCH.parent / "src"))

from assay.checkers.registry import all_checkers  # noqa: E402
from assay.driver.pipeline import Detail, review_module  # noqa: E402
from assay.ledger.observation import Observation, Verdict  # noqa: E402
from assay.program.program import Program  # noqa: E402
from assay.program.silence import Account, gates, limits  # noqa: E402
from assay.source.door import Door  # noqa: E402
from assay.source.reach import reach_of  # noqa: E402
from campaign.run import Package, packages  # noqa: E402
from campaign.sites import Plan  # noqa: E402

_CLEANUP: Final = (
    "resource-leak",
    "object-abandoned",
    "undo-skipped",
    "cleanup-step-skipped",
    "cleanup-after-yield",
)
_ERRORS: Final = (
    "swallowed-exception",
    "broad-exception",
    "error-handling",
    "handler-too-narrow",
    "return-in-finally",
    "swallowed-cancellation",
)
_LOCKS: Final = (*_CLEANUP, "lock-not-released")
_FILES: Final = ("temporary-file-left", "object-abandoned", "undo-skipped", "cleanup-step-skipped")
FAMILY: Final[Mapping[str, tuple[str, ...]]] = {
    "descriptor stays": _LOCKS,  # a lock file is both
    "file lock held": _LOCKS,
    "lock held": _LOCKS,
    "thread left": _CLEANUP,
    "child left": _CLEANUP,
    "temporary file left": _FILES,
    "file left": _FILES,
    "transaction open": _CLEANUP,
    "state changed": _CLEANUP,
    "error swallowed": _ERRORS,
}
"""The rules that could speak of a kind of fact."""

_RANDOM: Final = re.compile(r"(^|/)(tmp|[\w.]+[-_])[a-z0-9_]{8}(?=[./]|$)")
"""What tempfile names, of which eight letters differ from run to run."""

WORDS: Final = (Verdict.FOUND, Verdict.UNSEEN, Verdict.HANDLED, Verdict.CLEAN)
NOT_YET: Final = "unread"


Place = tuple[str, str, str, str, str]
"""Package, path:line, function, kind and what: a row of missed.tsv."""


class Left(TypedDict):
    """A thing that was left."""

    kind: str
    what: str
    acquired: list[object] | None
    frame: list[object]
    status: str


class Handled(TypedDict):
    """The handler that ended the error."""

    path: str
    line: int
    function: str
    gives: str
    visited: list[int]


class Row(TypedDict):
    """What the plugin wrote down of one run."""

    fired: bool
    left: list[Left]
    handled: Handled | None
    reports: list[str]
    end: list[Left]
    outcome: str


@dataclass(frozen=True, order=True)
class Fact:
    """What one fault left: `path` and `line` are where it was acquired or handled."""

    package: str
    path: str
    line: int
    function: str
    kind: str
    what: str
    status: str
    raised_path: str
    raised_line: int
    raised_function: str
    raised: str
    test: str


@dataclass(frozen=True)
class Trial:
    """One injection that ran: the plan, the row, and its facts."""

    plan: Plan
    row: Row | None
    facts: tuple[Fact, ...]
    problem: str


class Source:
    """One file of a package: its statements and handlers."""

    def __init__(self, text: str) -> None:
        self.tree: Final = ast.parse(text)

    def statement(self, line: int) -> tuple[int, int]:
        """The lines of the smallest statement round a line; of a compound one its head."""
        best, size = (line, line), sys.maxsize
        for node in ast.walk(self.tree):
            if not isinstance(node, (ast.stmt, ast.ExceptHandler)):
                continue
            last = node.end_lineno or node.lineno
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                last = max(node.lineno, body[0].lineno - 1)
            if node.lineno <= line <= last and last - node.lineno < size:
                best, size = (node.lineno, last), last - node.lineno
        return best

    def handler(self, visited: Sequence[int], line: int) -> int:
        """The line of the except clause that the lines visited from a handler on lead into."""
        for each in visited:
            best: ast.ExceptHandler | None = None
            for node in ast.walk(self.tree):
                if isinstance(node, ast.ExceptHandler) and (
                    node.body[0].lineno <= each <= (node.end_lineno or 0)
                ):
                    best = node
            if best is not None:
                return best.lineno
        return line


def trials(package: Package, work: Path, sources: Mapping[str, Source]) -> list[Trial]:
    """All injections of a package with what they show."""
    text = (work / "results" / f"{package.name}.jsonl").read_text(encoding="utf-8")
    found: list[Trial] = []
    for line in text.splitlines()[1:]:
        data = json.loads(line)
        told = data["plan"]
        stack = tuple((path, function) for path, function in told["stack"])
        plan = Plan(**{**told, "stack": stack})
        rows = data["rows"]
        if isinstance(rows, str):
            found.append(Trial(plan, None, (), rows.splitlines()[0][:60]))
        elif not rows or not rows[0]["fired"]:
            found.append(Trial(plan, None, (), "not reached again" if rows else "no row"))
        else:
            again = data.get("again", [])
            clean = data.get("clean", [])
            facts: list[Fact] = []
            if again and not isinstance(again, str) and again[0]["fired"]:
                first = _facts(package, plan, rows[0], clean, sources)
                second = set(_facts(package, plan, again[0], clean, sources))
                facts = sorted(each for each in set(first) if each in second)
            found.append(Trial(plan, rows[0], tuple(facts), ""))
    return found


def _facts(
    package: Package, plan: Plan, row: Row, clean: list[Row] | str, sources: Mapping[str, Source]
) -> Iterator[Fact]:
    """What one run shows, less what the run without the fault leaves as well."""
    if isinstance(clean, str) or not clean:
        return
    usual = Counter((each["kind"], each["what"]) for each in clean[0]["end"])
    name = f"{package.name}@{package.version}"
    raised = f"{plan.exception} {'after' if plan.after else 'at'} {plan.callee}"
    where = (plan.path, plan.line, plan.function, raised, plan.test)
    for left in row["left"]:
        if not _is_left(left):
            continue
        if left["status"] == "stays" and usual[left["kind"], left["what"]]:
            continue
        place = left["acquired"] or left["frame"]
        what = _RANDOM.sub(r"\1\2*", left["what"])
        path, line, function = str(place[0]), int(str(place[1])), str(place[2])
        yield Fact(name, path, line, function, left["kind"], what, left["status"], *where)
    handled = row["handled"]
    if handled is not None and not row["reports"]:
        path = handled["path"]
        line = sources[path].handler(handled["visited"], handled["line"])
        what = f"{plan.exception}; the function returns {handled['gives']}"
        yield Fact(name, path, line, handled["function"], "error swallowed", what, "", *where)


def _is_left(left: Left) -> bool:
    """Whether something that was held at the edge counts, by what became of it."""
    if left["kind"] in ("lock held", "transaction open", "state changed"):
        return left["status"] in ("stays", "held till the test ended")
    if left["kind"] in ("descriptor stays", "temporary file left"):
        return left["status"] in ("stays", "until collected")
    return left["status"] == "stays"


class Review:
    """What Assay says of a package, line by line."""

    def __init__(self, package: Package, work: Path) -> None:
        root = package.folder(work) / package.package
        self.account: Final = Account()
        self.sources: Final[dict[str, Source]] = {}
        self.observations: Final[dict[str, list[Observation]]] = {}
        door = Door(reach_of([str(root)], os.getcwd()))
        program = Program(door, account=self.account)
        detail = Detail(keep_clean=True, line_hashes=False, seconds=0, debug=False)
        for file in sorted(root.rglob("*.py")):
            path = file.relative_to(root.parent).as_posix()
            if any(part in path for part in package.skip):
                continue
            self.sources[path] = Source(file.read_text(encoding="utf-8"))
            module = program.open(door.place(str(file)), path)
            review = review_module(module, all_checkers(), detail)
            self.observations[path] = [each.observation for each in review.observations]

    def said(self, fact: Fact) -> str:
        """The word on a fact's lines of the rules that could speak of it, or why there is none.

        `found`, `unseen`, `handled` or `clean` with the rule; `nothing` with the gates and limits
        that those rules met on the statement.
        """
        family = FAMILY[fact.kind]
        first, last = self.sources[fact.path].statement(fact.line)
        for word in WORDS:
            for at_site in (True, False):
                for each in self.observations[fact.path]:
                    speaks = each.verdict is word and each.rule.id in family
                    if speaks and _touches(each, fact, first, last, at_site):
                        return f"{word.value} {each.rule.id}:{each.line}"
        names = gates()
        bounds = limits()
        met: dict[str, None] = {}
        for silence in self.account.silences(fact.path):
            if first <= silence.line <= last:
                gate = names.get(silence.ident)
                rules = gate.rules if gate is not None else bounds[silence.ident].rules
                if any(rule in family for rule in rules):
                    met[silence.ident] = None
        return " ".join(["nothing", *([f"[{', '.join(met)}]"] if met else [])])


def _touches(each: Observation, fact: Fact, first: int, last: int, at_site: bool) -> bool:
    """Whether an observation speaks of a statement: as its site, or among what it rests on."""
    if at_site:
        return each.line <= last and max(each.line, each.end_line) >= first
    lines = [(part.path, part.line, part.end_line) for part in each.evidence]
    lines += [(step.path, step.line, step.line) for step in each.trace]
    return any(path == fact.path and low <= last and high >= first for path, low, high in lines)


def reassured(review: Review, package: Package, tried: Sequence[Trial]) -> list[list[str]]:
    """Each `handled` and `clean` of a clean-up or error rule that faults tried: rows of a table.

    A clean-up is tried by a fault behind its site in the same function; it is refuted when what was
    acquired on the lines of the site was left. A handler is tried by a fault that ended in it.
    """
    found: list[list[str]] = []
    for path, observations in review.observations.items():
        for each in observations:
            if each.verdict not in (Verdict.HANDLED, Verdict.CLEAN):
                continue
            cleanup = each.rule.id in _CLEANUP or each.rule.id in (
                "lock-not-released",
                "temporary-file-left",
            )
            if not cleanup and each.rule.id not in _ERRORS:
                continue
            first, last = review.sources[path].statement(each.line)
            last = max(last, each.end_line)
            count, against = 0, []
            for trial in tried:
                if trial.row is None:
                    continue
                facts = [
                    fact
                    for fact in trial.facts
                    if fact.path == path
                    and first <= fact.line <= last
                    and each.rule.id in FAMILY[fact.kind]
                ]
                if cleanup:
                    plan = trial.plan
                    same = plan.path == path and plan.function == each.function
                    ran = bool(facts) or (same and plan.line > last)
                else:
                    handled = trial.row["handled"]
                    ran = handled is not None and handled["path"] == path
                    if ran and handled is not None:
                        source = review.sources[path]
                        line = source.handler(handled["visited"], handled["line"])
                        ran = first <= line <= last
                count += ran
                against += facts
            if count:
                word = "refuted" if against else "not contradicted"
                by = against[0] if against else None
                what = "" if by is None else f"{by.kind} {by.status} ({by.raised}:{by.raised_line})"
                where = f"{path}:{each.line}"
                name = f"{package.name}@{package.version}"
                row = [name, where, each.rule.id, each.verdict.value, str(count), word, what]
                found.append([*row, each.message])
    return found


def write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A table as tab-separated text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(rows)


def _read(path: Path) -> dict[Place, tuple[str, str]]:
    """What a reader wrote in missed.tsv, by the key of the row."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    return {(row[0], row[1], row[2], row[3], row[4]): (row[8], row[9]) for row in rows[1:]}


_FACTS: Final = "package|path|line|function|kind|what|acquired|status|raised|test|said"
_MISSED: Final = "package|place|function|kind|what|raised_at|faults|said|reading|why"
_REASSURED: Final = "package|place|rule|word|faults|result|by|message"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BENCH / "campaign")
    chosen = parser.parse_args()
    facts_rows: list[list[str]] = []
    missed: dict[Place, list[tuple[Fact, str]]] = {}
    reassurances: list[list[str]] = []
    print("| package | sites reached | injected | fired | facts | reported | places | missed |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    kinds: Counter[tuple[str, str]] = Counter()
    for package in packages():
        results = chosen.work / "results" / f"{package.name}.jsonl"
        if not results.exists() or (chosen.packages and package.name not in chosen.packages):
            continue
        review = Review(package, chosen.work)
        tried = trials(package, chosen.work, review.sources)
        facts = [fact for trial in tried for fact in trial.facts]
        places: dict[Place, bool] = {}
        reported = 0
        for fact in sorted(facts):
            said = review.said(fact)
            acquired = f"{fact.path}:{fact.line}"
            row = [fact.package, fact.raised_path, str(fact.raised_line), fact.raised_function]
            row += [fact.kind, fact.what, acquired, fact.status, fact.raised, fact.test, said]
            facts_rows.append(row)
            key = (fact.package, acquired, fact.function, fact.kind, _kept(fact))
            places[key] = said.startswith("found")
            reported += places[key]
            if not places[key]:
                missed.setdefault(key, []).append((fact, said))
        for key, is_found in places.items():
            kinds[key[3], "found" if is_found else "missed"] += 1
        head = json.loads(results.read_text(encoding="utf-8").split("\n", 1)[0])
        fired = sum(trial.row is not None for trial in tried)
        unreported = sum(not each for each in places.values())
        figures = [head["reached"], len(tried), fired, len(facts), reported]
        figures += [len(places), unreported]
        print(f"| {package.name} {package.version} | {' | '.join(map(str, figures))} |")
        reassurances += reassured(review, package, tried)
    known = _read(chosen.out / "missed.tsv")
    missed_rows: list[list[str]] = []
    for place, members in missed.items():
        lines = sorted({f"{fact.raised_path}:{fact.raised_line}" for fact, _ in members})
        saying = Counter(said for _, said in members).most_common(1)[0][0]
        reading = known.get(place, (NOT_YET, ""))
        missed_rows.append([*place, " ".join(lines[:4]), str(len(members)), saying, *reading])
    write(chosen.out / "facts.tsv", [_FACTS.split("|"), *facts_rows])
    write(chosen.out / "missed.tsv", [_MISSED.split("|"), *missed_rows])
    write(chosen.out / "reassured.tsv", [_REASSURED.split("|"), *reassurances])
    print("\n| kind | places reported | places missed |")
    print("|---|---:|---:|")
    for kind in FAMILY:
        print(f"| {kind} | {kinds[kind, 'found']} | {kinds[kind, 'missed']} |")
    results_of = Counter((row[2], row[3], row[5]) for row in reassurances)
    print("\n| rule | word | not contradicted | refuted |")
    print("|---|---|---:|---:|")
    for rule, word in sorted({(rule, word) for rule, word, _ in results_of}):
        both = [results_of[rule, word, each] for each in ("not contradicted", "refuted")]
        print(f"| {rule} | {word} | {both[0]} | {both[1]} |")


def _kept(fact: Fact) -> str:
    """What is said of a fact where places are counted: without what differs by test."""
    if fact.kind in ("descriptor stays", "file lock held", "temporary file left", "file left"):
        return "socket" if fact.what == "socket" else fact.status
    return fact.what


if __name__ == "__main__":
    main()
