"""Real fixes: is the defect found before its fix, on lines that the fix touches, and not after?

    python bench/fixes.py --mirrors MIRRORS --details out.tsv
    python bench/fixes.py --mirrors MIRRORS --untouched              # totals alone
    python bench/fixes.py --mirrors MIRRORS --name Ruff --command 'ruff check --isolated --exit-zero
        --output-format sarif --select S,B,BLE,TRY,SIM115,ASYNC,PLW,PLE .'

The rows are in `fixes/` (see its README). Each file lies alone at its path in the repository, as it
was before the fix, and as it is after it where something was found. With `--context focus` the
whole tree of the commit lies round it.

    lenient   a finding of the row's family in the faulty function, or within 5 lines of the range
    strict    one of these whose lines, guard or steps touch a line that the fix changes
    silent    lenient, and no finding of the family in that function after the fix
    solved    strict and silent

Each is told as a share of all rows. Everything that is found counts (`--persona pedantic`).

What is not found leniently is told by the best word of the family on the marked lines: unseen,
handled, clean, or no site. "elsewhere" is what is found leniently and not strictly.

With `--command` another tool runs once, in a folder in which all files lie, and prints SARIF or
pylint's `json2`. Mirrors are git directories, see `mirrors.py`.
"""

from __future__ import annotations

import argparse
import ast
import csv
import hashlib
import shlex
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from figures import share, table
from lone import Collecting, review_alone, workers, write
from mirrors import Hunk, MirrorError, contents, git_folder, hunks, moved, tree
from said import FOUND, Said, of_reviewed, parsed_report
from weaknesses import FAMILIES

SETS: Final = Path(__file__).resolve().parent / "fixes"
NEAR: Final = 5  # lines round the range in which a finding still belongs to it
SIDES: Final = ("before", "after")
STRICT: Final = "strict"
ELSEWHERE: Final = "elsewhere"
NO_SITE: Final = "no site"
NOT_READ: Final = "not read"
WORDS: Final = (STRICT, ELSEWHERE, "unseen", "handled", "clean", NO_SITE, NOT_READ)
_COLUMNS: Final = (
    "id repo fix_commit path pre_start pre_end function family cwe scope mechanism fixed doubtful"
)

Reader: TypeAlias = Callable[["Pair", str], Sequence[Said]]
"""What a tool says of one side of a pair."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fix: where the defect is in the parent of the commit, and what it is."""

    id: str
    repo: str
    commit: str
    path: str
    start: int
    end: int
    function: str
    family: str
    cwe: int
    scope: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A row with the file on both sides; `after` is empty where the fix deletes the file."""

    row: Row
    before: bytes
    after: bytes
    changes: tuple[Hunk, ...]

    def text(self, side: str) -> bytes:
        """The file of a side."""
        return self.before if side == SIDES[0] else self.after


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one row; `word` is one of WORDS, `rules` those that found it."""

    row: Row
    word: str
    silent: bool = False
    rules: tuple[str, ...] = ()

    @property
    def lenient(self) -> bool:
        """Whether it is found at all."""
        return self.word in (STRICT, ELSEWHERE)

    @property
    def strict(self) -> bool:
        """Whether it is found where the fix is."""
        return self.word == STRICT


def load(path: Path) -> list[Row]:
    """The rows of a file. Raises ValueError where a row is not as the README says."""
    with path.open(encoding="utf-8", newline="") as stream:
        found: list[Row] = []
        for each in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if list(each) != _COLUMNS.split() or each["family"] not in FAMILIES:
                raise ValueError(f"{path.name}: {each['id']}: wrong columns or family")
            found.append(
                Row(
                    id=each["id"],
                    repo=each["repo"],
                    commit=each["fix_commit"],
                    path=each["path"],
                    start=int(each["pre_start"]),
                    end=int(each["pre_end"]),
                    function=each["function"],
                    family=each["family"],
                    cwe=int(each["cwe"]),
                    scope=each["scope"],
                    doubtful=each["doubtful"] == "yes",
                )
            )
    return found


def digest(path: Path) -> str:
    """Which set it is: changes with every row."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def pairs_of(mirrors: Path, rows: Sequence[Row]) -> list[Pair | None]:
    """The rows of one repository with their files; None where the mirror does not hold them."""
    folder = git_folder(mirrors, rows[0].repo)
    names = [f"{row.commit}{mark}:{row.path}" for row in rows for mark in ("^", "")]
    texts = contents(folder, names)
    found: list[Pair | None] = []
    for row, before, after in zip(rows, texts[::2], texts[1::2], strict=True):
        if before is None:
            found.append(None)
            continue
        changes = hunks(folder, f"{row.commit}^", row.commit, row.path)
        found.append(Pair(row, before, after or b"", changes))
    return found


def function_lines(source: bytes, name: str, near: int) -> tuple[int, int] | None:
    """The lines of a function by its dotted name, with its decorators; of several the nearest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    found: list[tuple[int, int]] = []
    waiting: list[tuple[ast.AST, str]] = [(module, "")]
    while waiting:
        node, prefix = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                waiting.append((child, prefix))
                continue
            own = f"{prefix}.{child.name}" if prefix else child.name
            if own == name and not isinstance(child, ast.ClassDef):
                first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
                found.append((first, child.end_lineno or first))
            waiting.append((child, own))

    def distance(lines: tuple[int, int]) -> tuple[int, int]:
        first, last = lines
        return max(first - near, near - last, 0), first

    return min(found, key=distance, default=None)


def judged(pair: Pair, said: Reader) -> Outcome:
    """What a tool makes of one pair; it is asked for the fixed file where something is found."""
    row = pair.row
    marked = (row.start, row.end)
    near = (row.start - NEAR, row.end + NEAR)
    function = function_lines(pair.before, row.function, row.start)
    own = [each for each in said(pair, SIDES[0]) if each.is_of(row.family, row.cwe)]
    hits = [
        each
        for each in own
        if each.word == FOUND and (each.starts_in(near) or each.starts_in(function))
    ]
    if not hits:
        there = {each.word for each in own if each.touches(marked)}
        word = next((each for each in WORDS[2:5] if each in there), NO_SITE)
        return Outcome(row, word)
    changed = [each.touched for each in pair.changes]
    strict = [
        each
        for each in hits
        if any(a <= y and b >= x for a, b in each.places() for x, y in changed)
    ]
    start, end = moved(pair.changes, row.start, row.end)
    later = function_lines(pair.after, row.function, start) or (start - NEAR, end + NEAR)
    after = said(pair, SIDES[1]) if pair.after else ()
    silent = not any(
        each.word == FOUND and each.is_of(row.family, row.cwe) and each.starts_in(later)
        for each in after
    )
    rules = tuple(sorted({each.rule for each in strict or hits}))
    return Outcome(row, STRICT if strict else ELSEWHERE, silent, rules)


def _alone(pair: Pair, side: str) -> list[Said]:
    """Assay's words on a file that lies alone at its path."""
    with tempfile.TemporaryDirectory(prefix="fix") as folder:
        write(Path(folder), pair.row.path, pair.text(side))
        review = review_alone(folder, pair.row.path)
    return [each for each in of_reviewed(review.observations) if each.path == pair.row.path]


def _in_tree(mirrors: Path, pair: Pair, side: str) -> list[Said]:
    """Assay's words on a file with the tree of the commit round it."""
    commit = pair.row.commit + ("^" if side == SIDES[0] else "")
    mirror = git_folder(mirrors, pair.row.repo)
    paths = tree(mirror, commit)
    with tempfile.TemporaryDirectory(prefix="fix") as folder:
        texts = contents(mirror, [f"{commit}:{path}" for path in paths])
        for path, data in zip(paths, texts, strict=True):
            if data is not None:
                write(Path(folder), path, data)
        review = review_alone(folder, pair.row.path)
    return [each for each in of_reviewed(review.observations) if each.path == pair.row.path]


def _scored(mirrors: str, context: str, rows: Sequence[Row]) -> list[Outcome]:
    """The outcomes of some rows of one repository, in a process of its own."""
    collecting = Collecting()
    known: dict[tuple[str, str, str], Sequence[Said]] = {}
    read: Reader = _alone if context == "file" else partial(_in_tree, Path(mirrors))

    def said(pair: Pair, side: str) -> Sequence[Said]:
        key = (pair.row.commit, pair.row.path, side)
        if key not in known:
            known[key] = read(pair, side)
            collecting.next()
        return known[key]

    try:
        pairs = pairs_of(Path(mirrors), rows)
    except MirrorError:
        return [Outcome(row, NOT_READ) for row in rows]
    return [
        Outcome(row, NOT_READ) if pair is None else judged(pair, said)
        for row, pair in zip(rows, pairs, strict=True)
    ]


def by_repository(rows: Sequence[Row], most: int) -> list[list[Row]]:
    """The rows in parts of one repository each, those of one commit together."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.repo, row.commit), []).append(row)
    parts: list[list[Row]] = []
    for _, group in sorted(groups.items()):
        if parts and parts[-1][0].repo == group[0].repo and len(parts[-1]) < most:
            parts[-1].extend(group)
        else:
            parts.append(list(group))
    return parts


def scored(rows: Sequence[Row], mirrors: Path, context: str, jobs: int) -> list[Outcome]:
    """What Assay makes of the rows, in their order."""
    parts = by_repository(rows, 8)
    with workers(jobs) as pool:
        found = list(pool.map(partial(_scored, str(mirrors), context), parts))
    outcomes = {each.row.id: each for part in found for each in part}
    return [outcomes[row.id] for row in rows]


def scored_by_command(rows: Sequence[Row], mirrors: Path, command: str) -> list[Outcome]:
    """What another tool makes of the rows, in their order. Raises RuntimeError without a report."""
    pairs: dict[str, Pair] = {}
    for part in by_repository(rows, len(rows)):
        try:
            found = pairs_of(mirrors, part)
        except MirrorError:
            continue
        pairs.update((pair.row.id, pair) for pair in found if pair is not None)
    with tempfile.TemporaryDirectory(prefix="fixes") as folder:
        for name, pair in pairs.items():
            for side in SIDES:
                write(Path(folder, name, side), pair.row.path, pair.text(side))
        said = by_place(run_tool(command, folder), folder)

    def read(pair: Pair, side: str) -> Sequence[Said]:
        return said.get(f"{pair.row.id}/{side}/{pair.row.path}", ())

    return [
        judged(pairs[row.id], read) if row.id in pairs else Outcome(row, NOT_READ) for row in rows
    ]


def run_tool(command: str, folder: str) -> list[Said]:
    """What a tool reports that runs in a folder. Raises RuntimeError without a report."""
    done = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, check=False)
    text = done.stdout.decode("utf-8", "replace")
    try:
        return parsed_report(text[text.index("{") :])
    except ValueError as error:
        told = done.stderr.decode("utf-8", "replace")[-500:]
        raise RuntimeError(f"{command}: no report ({error})\n{told}") from error


def by_place(said: Sequence[Said], folder: str) -> Mapping[str, list[Said]]:
    """What was said, by the path below a folder, however the tool writes paths."""
    found: dict[str, list[Said]] = {}
    tops = {f"{Path(folder)}/", f"{Path(folder).resolve()}/", "./"}
    for each in said:
        path = each.path
        for top in tops:
            path = path.removeprefix(top)
        found.setdefault(path, []).append(each)
    return found


Counts: TypeAlias = dict[str, dict[str, int]]
"""By family, "all" included: rows, lenient, strict, silent, solved, and each of WORDS."""


def counted(outcomes: Sequence[Outcome]) -> Counts:
    """The figures by family."""
    counts: Counts = {}
    for family in (*FAMILIES, "all"):
        own = [each for each in outcomes if family in (each.row.family, "all")]
        counts[family] = {
            "rows": len(own),
            "strict": sum(each.strict for each in own),
            "lenient": sum(each.lenient for each in own),
            "silent": sum(each.lenient and each.silent for each in own),
            "solved": sum(each.strict and each.silent for each in own),
        }
        for word in WORDS[1:]:
            counts[family][word] = sum(each.word == word for each in own)
    return counts


def lines_of(counts: Counts) -> list[str]:
    """The Markdown table of the figures."""
    rows: list[list[str]] = []
    for family, own in counts.items():
        shares = [share(own[each], own["rows"]) for each in ("strict", "lenient")]
        told = [str(own[each]) for each in ("silent", "solved", *WORDS[1:])]
        rows.append([family, str(own["rows"]), *shares, *told])
    head = ["family", "rows", "found strictly", "found leniently", "silent after", "solved"]
    return table([*head, *WORDS[1:]], rows)


def chosen(untouched: bool) -> Path:
    """The file of a set."""
    return SETS / ("untouched.tsv" if untouched else "working.tsv")


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Scores a tool on real fixes.")
    parser.add_argument("--mirrors", required=True, help="folder of git directories")
    parser.add_argument("--untouched", action="store_true", help="the third that nobody reads")
    parser.add_argument("--certain", action="store_true", help="without the doubtful rows")
    parser.add_argument("--family", default="", choices=("", *FAMILIES))
    parser.add_argument("--context", default="file", choices=("file", "focus"))
    parser.add_argument("--command", default="", help="another tool, which prints SARIF or json2")
    parser.add_argument("--name", default="assay", help="what the tool is called")
    parser.add_argument("--details", default="", help="a file for a line on each row")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    if given.untouched and given.details:
        parser.error("nobody reads single rows of the untouched third")
    path = chosen(bool(given.untouched))
    rows = [
        row
        for row in load(path)
        if given.family in ("", row.family) and not (given.certain and row.doubtful)
    ]
    mirrors = Path(str(given.mirrors)).resolve()
    if given.command:
        outcomes = scored_by_command(rows, mirrors, str(given.command))
    else:
        outcomes = scored(rows, mirrors, str(given.context), int(given.jobs))
    print(f"{given.name}: {path.stem} rows ({digest(path)}), context {given.context}\n")
    print("\n".join(lines_of(counted(outcomes))))
    if given.details:
        told = [
            "\t".join(
                (
                    each.row.id,
                    each.row.family,
                    str(each.row.cwe),
                    each.row.scope,
                    each.word,
                    "silent" if each.silent else "",
                    ",".join(each.rules),
                    f"{each.row.repo}@{each.row.commit[:10]}^:{each.row.path}:{each.row.start}",
                )
            )
            for each in outcomes
        ]
        Path(str(given.details)).write_text("\n".join([*told, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
