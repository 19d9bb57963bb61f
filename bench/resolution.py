"""Which calls of a tree are resolved, and a sample of them to read by hand.

    python bench/resolution.py TREE --seed 1 --sample 50
    python bench/resolution.py TREE --every 10

A call counts once, whichever copies of a `finally` body it stands in. It is *inside* when it
leads to code of the tree: a resolved one that has targets or makes an instance of a class in view,
and an unresolved one whose last name is the name of a function or method that the tree defines
and of no method of the types that every program uses (`COMMON`). The rest of the unresolved ones
cannot lead into the tree, as far as names tell.

Prints one row for RESULTS.md, the reasons by count, and two random samples.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from assay.ir.ops import Attr, Call, Load
from assay.program.calls import Callees
from assay.program.common import common_names
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.source.collect import collect
from assay.source.door import Door
from assay.source.file import MAX_BYTES

_RECURSION: Final = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One call, as a person reads it."""

    place: str
    spelled: str
    answer: str

    def __str__(self) -> str:
        return f"{self.place}  {self.spelled}  ->  {self.answer}"


@dataclass(slots=True)
class Counts:
    """Figures over the calls of a tree; seconds of processor time, without parsing."""

    files: int = 0
    calls: int = 0
    inside: int = 0  # resolved, to code of the tree
    guessed: int = 0  # those of `inside` that only a name tells
    partly: int = 0  # those of `inside` that may also be something else
    outside: int = 0  # resolved, to libraries
    lost_inside: list[Seen] = field(default_factory=list)
    lost_outside: int = 0
    resolved: list[Seen] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def count(root: str, every: int) -> Counts:
    """Resolves every call of every `every`th file below a folder."""
    counts = Counts()
    here = os.getcwd()
    os.chdir(root)
    try:
        door = Door.of_folder(".")
        program = Program(door)
        collected = collect(["."], door=door)
        paths = sorted(each.place for each in collected.files)
        defined = _defined(door, paths)
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(_RECURSION)
        started = time.process_time()
        for path in paths[::every]:
            module = program.read(path)
            counts.files += 1
            seen: set[int] = set()
            for function in module.facts.functions:
                for site in function.calls:
                    if id(site.op.at) not in seen:
                        seen.add(id(site.op.at))
                        _count(counts, program, function, site.op, defined)
        counts.seconds = time.process_time() - started
        sys.setrecursionlimit(before)
    finally:
        os.chdir(here)
    return counts


def _count(
    counts: Counts, program: Program, function: FunctionFacts, op: Call, defined: frozenset[str]
) -> None:
    callees = program.callees(function, op)
    counts.calls += 1
    place = f"{function.file.source.path}:{op.at.lineno}"
    seen = Seen(place, function.spelled(op.callee), _answer(callees))
    if callees.targets or callees.constructs is not None:
        counts.inside += 1
        counts.partly += bool(callees.hole)
        counts.guessed += bool(callees.targets) and all(
            target.guessed for target in callees.targets
        )
        counts.resolved.append(seen)
    elif callees.external:
        counts.outside += 1
    elif _last_name(function, op) in defined:
        counts.lost_inside.append(seen)
        counts.reasons[_kind(callees.hole)] += 1
    else:
        counts.lost_outside += 1


def _last_name(function: FunctionFacts, op: Call) -> str:
    callee = function.definitions[op.callee]
    return callee.name if isinstance(callee, (Attr, Load)) else ""


def _answer(callees: Callees) -> str:
    names = [
        f"{target.function.file.source.path}:{target.function.qualname}"
        f"{' (guessed)' if target.guessed else ''}"
        for target in callees.targets
    ]
    if callees.constructs is not None and not names:
        names = [callees.constructs.key]
    names += [f"= {path}" for path in callees.external]
    if callees.hole:
        names.append(f"? {callees.hole}")
    return ", ".join(names)


def _kind(hole: str) -> str:
    """A reason without its names."""
    words = hole.split()
    if hole.startswith("the parameter"):
        return "a parameter without a type"
    return " ".join(
        word for word in words if word.islower() and "." not in word and "(" not in word
    )


def _defined(door: Door, paths: Sequence[str]) -> frozenset[str]:
    """The names of all functions and methods of a tree, those of common types left out."""
    names: set[str] = set()
    for path in paths:
        try:
            tree = ast.parse(door.read(path, MAX_BYTES).data or b"")
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                names.add(node.name)
    return frozenset(names - common_names())


def report(counts: Counts, seed: int, sample: int) -> str:
    """The row, the reasons, and the samples."""
    lost = len(counts.lost_inside)
    inside = counts.inside + lost
    all_lost = lost + counts.lost_outside
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    row = (
        f"| {counts.files} | {counts.calls} | {_share(counts.calls - all_lost, counts.calls)} |"
        f" {inside} | {_share(counts.inside, inside)} | {_share(counts.guessed, counts.inside)} |"
        f" {_share(counts.partly, counts.inside)} | {counts.seconds:.0f} s | {peak} MiB |"
    )
    lines = [
        "| files | calls | resolved | inside | inside resolved | guessed | partly | CPU | memory |",
        "|---|---|---|---|---|---|---|---|---|",
        row,
        "",
        *(f"{number:6} {reason}" for reason, number in counts.reasons.most_common(25)),
    ]
    chosen = random.Random(seed)
    for title, found in (("unresolved", counts.lost_inside), ("resolved", counts.resolved)):
        lines += ["", f"{title}, seed {seed}:"]
        picked = chosen.sample(found, min(sample, len(found)))
        lines += [f"  {each}" for each in sorted(picked, key=str)]
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=50)
    arguments = parser.parse_args()
    print(report(count(arguments.root, arguments.every), arguments.seed, arguments.sample))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
