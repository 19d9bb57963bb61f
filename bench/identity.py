"""What the identity of a site survives: files of public packages, changed as people change files.

    python bench/identity.py PACKAGES --files 200 --seed 7 --name "site-packages"

Takes random files below a folder in which something is found, handled or unseen, reviews each alone
before and after each change, and counts the sites that are still there by where they stand now. Of
those it counts

- fingerprints that are the same (*key*),
- sites that `ledger.matching` pairs with themselves (*matched*).

A site that the review no longer has after a change (a new statement may change what is found) is in
neither. The changes: `ruff format` with two widths, another name of the file, functions in another
order, statements put in, statements taken out, a copy of the statement of a site put in above it,
and the first of two equal sites taken out.
"""

from __future__ import annotations

import argparse
import ast
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from assay.checkers.registry import all_checkers
from assay.driver.pipeline import Detail, review_file
from assay.ledger.identity import Identity
from assay.ledger.matching import How, match
from assay.review.review import Reviewed
from assay.source.file import parse_text

DETAIL: Final = Detail(keep_clean=False, line_hashes=False, seconds=60, debug=False)
_PROBE: Final = "assay_probe = 0"


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed text. `lines[n]` is where line n stands now; None when the order of sites tells."""

    path: str
    text: str
    lines: dict[int, int] | None


@dataclass(slots=True)
class Count:
    """Sites that are still there after a change, and what they kept."""

    sites: int = 0
    keys: int = 0
    matched: int = 0
    lost: int = 0


Change = Callable[[str, str, list[Reviewed], random.Random], Changed | None]


def reviewed(path: str, text: str) -> list[Reviewed]:
    """The sites of a text, in its order."""
    return list(review_file(parse_text(path, text), all_checkers(), DETAIL).observations)


def formatted(width: int) -> Change:
    """`ruff format`, with the other style of quotes where lines are short."""

    def change(
        path: str, text: str, sites: list[Reviewed], chance: random.Random
    ) -> Changed | None:
        style = "single" if width < 80 else "double"
        config = ["--config", f"line-length={width}", "--config", f"format.quote-style='{style}'"]
        command = [sys.executable, "-m", "ruff", "format", "--isolated", *config, "-"]
        ran = subprocess.run(
            command, input=text.encode(), capture_output=True, check=False, timeout=60
        )
        return Changed(path, ran.stdout.decode(), None) if ran.returncode == 0 else None

    return change


def renamed(path: str, text: str, sites: list[Reviewed], chance: random.Random) -> Changed:
    """The file has another name in another folder; that it is a test, or no test, stays."""
    name = path.rpartition("/")[2].removesuffix(".py")
    new = f"{path.rpartition('/')[0]}/moved/{name}_2.py".lstrip("/")
    return Changed(new, text, {number: number for number in range(1, text.count("\n") + 2)})


def reordered(path: str, text: str, sites: list[Reviewed], chance: random.Random) -> Changed | None:
    """The functions of the module, and those of each class, in another order."""
    blocks = _blocks(text)
    runs: list[list[tuple[int, int]]] = []
    for block in blocks:
        run: list[tuple[int, int]] = []
        for node in block:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                decorators = [each.lineno for each in node.decorator_list]
                span = (min([node.lineno, *decorators]), node.end_lineno or node.lineno)
                if not run or run[-1][1] < span[0]:
                    run.append(span)
                continue
            runs.append(run)
            run = []
        runs.append(run)
    moves = [run for run in runs if len(run) > 1]
    chosen = [run for run in moves if not any(_inside(run, other) for other in moves)]
    if not chosen:
        return None
    order = list(range(1, len(text.split("\n")) + 1))
    for run in sorted(chosen, reverse=True):
        pieces = [order[first - 1 : last] for first, last in run]
        gaps = [order[one[1] : other[0] - 1] for one, other in pairwise(run)]
        pieces = pieces[1:] + pieces[:1]
        joined = pieces[0]
        for gap, piece in zip(gaps, pieces[1:], strict=True):
            joined = joined + gap + piece
        order[run[0][0] - 1 : run[-1][1]] = joined
    lines = text.split("\n")
    return Changed(
        path,
        "\n".join(lines[number - 1] for number in order),
        {number: place for place, number in enumerate(order, 1)},
    )


def _inside(run: list[tuple[int, int]], other: list[tuple[int, int]]) -> bool:
    return any(first < run[0][0] and run[-1][1] <= last for first, last in other)


def put_in(path: str, text: str, sites: list[Reviewed], chance: random.Random) -> Changed | None:
    """A statement without an effect before one statement in four."""
    starts = [node for block in _blocks(text) for node in block if _stands_alone(node, text)]
    chosen = [node for node in starts if chance.random() < 0.25]
    return _with_lines(path, text, [(node.lineno, node.col_offset, _PROBE) for node in chosen])


def taken_out(path: str, text: str, sites: list[Reviewed], chance: random.Random) -> Changed | None:
    """One plain statement in ten that holds no site and binds no name is gone."""
    held = {line for each in sites for line in _lines_of(each)}
    gone: set[int] = set()
    for block in _blocks(text):
        for node in block[1:]:  # a block keeps its first statement
            own = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            plain = isinstance(node, (ast.Expr, ast.Assert)) and _stands_alone(node, text)
            if plain and held.isdisjoint(own) and chance.random() < 0.1:
                gone.update(own)
    return _without_lines(path, text, gone)


def equal_before(
    path: str, text: str, sites: list[Reviewed], chance: random.Random
) -> Changed | None:
    """A copy of the statement of a site at the beginning of its block."""
    lines = text.split("\n")
    wanted = {each.observation.line for each in sites}
    added: list[tuple[int, int, str]] = []
    for block in _blocks(text):
        nodes = [node for node in block if _stands_alone(node, text)]
        hit = [
            node
            for node in nodes[2:]
            if node.lineno in wanted
            and node.lineno == node.end_lineno
            and isinstance(node, (ast.Assign, ast.Expr))
        ]
        if hit and not added:
            node = chance.choice(hit)
            first = nodes[1] if isinstance(nodes[0], ast.Expr) else nodes[0]
            if first is not node:
                added.append((first.lineno, first.col_offset, lines[node.lineno - 1].strip()))
    return _with_lines(path, text, added)


def first_of_two_out(
    path: str, text: str, sites: list[Reviewed], chance: random.Random
) -> Changed | None:
    """Of two equal statements with a site the first is gone."""
    plain = {
        node.lineno
        for block in _blocks(text)
        for node in block[1:]
        if _stands_alone(node, text) and not hasattr(node, "body")
    }
    for each in sites:
        twins = [other for other in sites if _group(other) == _group(each)]
        rows = {row for other in twins for row in [other.observation.line]}
        if len(rows) > 1 and twins[0] is each and each.observation.line in plain:
            return _without_lines(path, text, set(_lines_of(each)))
    return None


CHANGES: Final[dict[str, Change]] = {
    "ruff format, 100 columns": formatted(100),
    "ruff format, 60 columns": formatted(60),
    "another name": renamed,
    "functions in another order": reordered,
    "statements put in": put_in,
    "statements taken out": taken_out,
    "an equal statement above": equal_before,
    "the first of two taken out": first_of_two_out,
}


def count(
    path: str, text: str, before: list[Reviewed], change: Change, chance: random.Random
) -> Count:
    """What the sites of one text keep under one change."""
    found = Count()
    changed = change(path, text, before, chance)
    if changed is None:
        return found
    after = reviewed(changed.path, changed.text)
    same = _same_sites(before, after, changed.lines)
    old, new = [each.identity for each in before], [each.identity for each in after]
    partner = {pair.old: pair.new for pair in match(old, new).pairs if pair.how is not How.EDITED}
    expected = len(before)
    if changed.lines is not None:
        expected = sum(each.observation.line in changed.lines for each in before)
    found.lost = expected - len(same)
    for index, now in same.items():
        found.sites += 1
        found.keys += before[index].fingerprint == after[now].fingerprint
        found.matched += partner.get(index) == now
    return found


def _same_sites(
    before: Sequence[Reviewed], after: Sequence[Reviewed], lines: dict[int, int] | None
) -> dict[int, int]:
    """The index after the change for each index before it, by where the site stands.

    Where the lines are not known, sites of a rule in a function count in their order, if they are
    as many as before.
    """
    mine: dict[object, list[int]] = {}
    theirs: dict[object, list[int]] = {}
    for index, each in enumerate(before):
        mine.setdefault(_spot(each, lines), []).append(index)
    for index, each in enumerate(after):
        theirs.setdefault(_spot(each, {} if lines is not None else None), []).append(index)
    found: dict[int, int] = {}
    for spot, own in mine.items():
        others = theirs.get(spot, [])
        if len(own) == len(others):
            found.update(zip(own, others, strict=True))
    return found


def _spot(each: Reviewed, lines: dict[int, int] | None) -> object:
    observation = each.observation
    if lines is None:
        return observation.rule.id, observation.function
    line = lines.get(observation.line, 0) if lines else observation.line
    return observation.rule.id, line


def _group(each: Reviewed) -> tuple[str, str, str, str]:
    own: Identity = each.identity
    return own.rule, own.function, own.source, own.statement


def _lines_of(each: Reviewed) -> range:
    return range(each.observation.line, each.observation.end_line + 1)


def _blocks(text: str) -> list[list[ast.stmt]]:
    found: list[list[ast.stmt]] = []
    for node in ast.walk(ast.parse(text)):
        for name in ("body", "orelse", "finalbody"):
            block: object = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                found.append([each for each in block if isinstance(each, ast.stmt)])
    return found


def _stands_alone(node: ast.stmt, text: str) -> bool:
    """Whether nothing else stands on the lines of a statement, so that lines can come and go."""
    if getattr(node, "decorator_list", None) or isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    lines = text.split("\n")
    start = lines[node.lineno - 1]
    above = lines[node.lineno - 2] if node.lineno > 1 else ""
    last = lines[(node.end_lineno or node.lineno) - 1]
    return (
        not start[: node.col_offset].strip()
        and not start.lstrip().startswith("elif")
        and not above.endswith("\\")
        and not last.encode()[node.end_col_offset or 0 :].strip().startswith(b";")
        and "__future__" not in text[: text.find(start)][-1:]
    )


def _with_lines(path: str, text: str, added: list[tuple[int, int, str]]) -> Changed | None:
    if not added:
        return None
    by_line = {line: f"{' ' * column}{said}" for line, column, said in added}
    kept: list[str] = []
    places: dict[int, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if number in by_line:
            indent = line[: len(line) - len(line.lstrip())]
            kept.append(indent + by_line[number].lstrip())
        kept.append(line)
        places[number] = len(kept)
    return Changed(path, "\n".join(kept), places)


def _without_lines(path: str, text: str, gone: set[int]) -> Changed | None:
    if not gone:
        return None
    kept: list[str] = []
    places: dict[int, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if number not in gone:
            kept.append(line)
            places[number] = len(kept)
    return Changed(path, "\n".join(kept), places)


def chosen_files(root: Path, many: int, chance: random.Random) -> list[Path]:
    """Random files of 20 to 1500 lines that parse, as many as asked for or all there are."""
    paths = sorted(root.rglob("*.py"))
    chance.shuffle(paths)
    found: list[Path] = []
    for path in paths:
        if len(found) == many:
            break
        try:
            text = path.read_text(encoding="utf-8")
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
        if 20 <= text.count("\n") <= 1500 and "\f" not in text and "\r" not in text:
            found.append(path)
    return found


def main() -> None:
    """Prints the rows for RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--name", default="")
    parser.add_argument(
        "--verbose", action="store_true", help="name the sites that are not matched"
    )
    given = parser.parse_args()
    chance = random.Random(given.seed)
    totals = {name: Count() for name in CHANGES}
    keys: dict[tuple[str, str], int] = {}
    files = sites = 0
    for path in chosen_files(given.root, given.files * 3, chance):
        if files == given.files:
            break
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(given.root).as_posix()
        before = reviewed(name, text)
        if not before:
            continue
        files += 1
        sites += len(before)
        for each in before:
            pair = (each.fingerprint, each.identity.path_fingerprint)
            keys[pair] = keys.get(pair, 0) + 1
        for label, change in CHANGES.items():
            one = count(name, text, before, change, chance)
            if given.verbose and one.matched < one.sites:
                print(f"{label}: {name}: {one}", file=sys.stderr)
            total = totals[label]
            total.sites += one.sites
            total.keys += one.keys
            total.matched += one.matched
            total.lost += one.lost
    twice = sum(number > 1 for number in keys.values())
    print(
        f"{given.name}: {files} files, {sites} sites; pairs of keys that two sites share: {twice}\n"
    )
    print("| change | sites still there | same key | matched | no longer found |")
    print("|---|---|---|---|---|")
    for label, total in totals.items():
        kept = f"{100 * total.keys / total.sites:.2f} %" if total.sites else "-"
        pairs = f"{100 * total.matched / total.sites:.2f} %" if total.sites else "-"
        print(f"| {label} | {total.sites:,} | {kept} | {pairs} | {total.lost:,} |")


if __name__ == "__main__":
    main()
