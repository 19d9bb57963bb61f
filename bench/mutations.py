"""Random mutations of the standard library through the whole pipeline: no crash, no hang.

    python bench/mutations.py --count 10000 --seed 1

Prints one row for RESULTS.md. The smallest text that shows a trouble is written to the folder
`--save`, one file for each kind of trouble, and its first text to stderr. Exits with 1 when there
was any.

Invariant: a case is a function of seed and number, so a run may be cut into parts and a trouble
is found again: `--seed S --first N --count 1`.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from examine import CPU_SECONDS, CRASH, HANG, KINDS, Trouble, examine, minimised
from mutants import mutant, read_all, standard_library

PATHS: Final = ("package/module.py", "tests/test_module.py", "app/settings.py", "setup.py")
_REPORTS_EVERY: Final = 10
_TRIALS: Final = 300
_WALL: Final = 5 * CPU_SECONDS
"""A worker that says nothing for so long hangs where no signal reaches it."""


@dataclass(slots=True)
class Tally:
    """What a run has seen; `smallest` holds one text for each signature."""

    cases: int = 0
    read: Counter[str] = field(default_factory=Counter)
    second_road: int = 0
    over_budget: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    troubles: Counter[str] = field(default_factory=Counter)
    signatures: Counter[str] = field(default_factory=Counter)
    smallest: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Adds the figures of another part of the run."""
        self.cases += other.cases
        self.read += other.read
        self.second_road += other.second_road
        self.over_budget += other.over_budget
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.troubles += other.troubles
        self.signatures += other.signatures
        for signature, data in other.smallest.items():
            self.smallest.setdefault(signature, data)
            self.texts.setdefault(signature, other.texts[signature])

    def trouble(self, found: Trouble, data: bytes) -> None:
        """Counts a trouble and keeps its text."""
        signature = f"{found.kind}: {found.signature}"
        self.troubles[found.kind] += 1
        self.signatures[signature] += 1
        self.smallest.setdefault(signature, data)
        self.texts.setdefault(signature, found.text)


def run(files: Sequence[bytes], seed: int, first: int, count: int) -> Tally:
    """Examines the cases `first` to `first + count - 1` in this process."""
    tally = Tally()
    for number in range(first, first + count):
        one(files, seed, number, tally)
    return tally


def one(files: Sequence[bytes], seed: int, number: int, tally: Tally) -> None:
    """Examines one case."""
    data = mutant(files, seed, number).data
    path = PATHS[number % len(PATHS)]
    reports = number % _REPORTS_EVERY == 0
    before = time.process_time()
    examined = examine(data, path, reports=reports)
    spent = time.process_time() - before
    tally.cases += 1
    tally.read[examined.parsed] += 1
    tally.second_road += examined.second_road
    tally.over_budget += examined.over_budget
    tally.seconds += spent
    tally.slowest = max(tally.slowest, spent)
    for trouble in examined.troubles:
        signature = f"{trouble.kind}: {trouble.signature}"
        small = data
        if signature not in tally.smallest and trouble.kind != HANG:
            small = _minimised(data, path, reports, trouble)
        tally.trouble(trouble, small)


def _minimised(data: bytes, path: str, reports: bool, trouble: Trouble) -> bytes:
    wanted = (trouble.kind, trouble.signature)

    def is_same(text: bytes) -> bool:
        found = examine(text, path, reports=reports).troubles
        return any((each.kind, each.signature) == wanted for each in found)

    return minimised(data, is_same, _TRIALS)


# Processes: one that dies takes one case with it, and another goes on behind it


def _work(
    connection: Connection[int | Tally, None], root: str, seed: int, first: int, count: int
) -> None:
    faulthandler.enable()
    files = read_all(standard_library(root))
    tally = Tally()
    for number in range(first, first + count):
        connection.send(number)
        one(files, seed, number, tally)
        if tally.cases % 200 == 0:
            connection.send(tally)
            tally = Tally()
    connection.send(tally)


def run_guarded(root: str, seed: int, first: int, count: int, tally: Tally) -> None:
    """Examines the cases in a process of its own, and in another one after each death."""
    context = multiprocessing.get_context("spawn")
    end = first + count
    since = first
    while since < end:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(there, root, seed, since, end - since))
        process.start()
        there.close()
        number = since
        while here.poll(_WALL):
            try:
                message = here.recv()
            except EOFError:
                break
            if isinstance(message, Tally):
                tally.add(message)
                since = number + 1
            else:
                number = message
        else:
            process.kill()
        process.join()
        here.close()
        if since >= end:
            return
        # The cases since the last tally are gone with the process; only the fatal one is skipped.
        files = read_all(standard_library(root))
        kind = HANG if process.exitcode == -9 else CRASH
        text = f"the process ended with {process.exitcode} at number {number}"
        tally.trouble(Trouble(kind, text, text), mutant(files, seed, number).data)
        if number > since:
            run_guarded(root, seed, since, number - since, tally)
        since = number + 1


def row(tally: Tally, seed: int, first: int, wall: float) -> str:
    """One row for RESULTS.md."""
    found = " | ".join(str(tally.troubles[kind]) for kind in KINDS)
    read = " / ".join(str(tally.read[word]) for word in ("whole", "partly", "not"))
    return (
        f"| {seed} | {first} | {tally.cases} | {read} | {tally.second_road} | {found} | "
        f"{tally.over_budget} | {1000 * tally.seconds / max(tally.cases, 1):.1f} ms | "
        f"{tally.slowest:.1f} s | {wall:.0f} s |"
    )


HEAD: Final = (
    "| seed | first | cases | whole / partly / not | second road | crashes | internal errors | "
    "hangs | IR violations | silent losses | over budget | CPU a case | slowest | wall |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def _save(tally: Tally, folder: Path) -> None:
    if not tally.signatures:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for index, (signature, count) in enumerate(tally.signatures.most_common()):
        data = tally.smallest[signature]
        path = folder / f"trouble{index}.py"
        path.write_bytes(data)
        sys.stderr.write(f"{count:5d} {signature}\n      {path}: {data[:200]!r}\n")
        sys.stderr.write(f"      {tally.texts[signature][-600:]}\n")


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Random mutations through the whole pipeline.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--root", default="", help="default: the host's standard library")
    default = str(Path(tempfile.gettempdir()) / "assay-mutations")
    parser.add_argument("--save", default=default, help="folder for the smallest texts")
    parser.add_argument("--no-head", action="store_true", help="print the row alone")
    given = parser.parse_args()
    count, seed, first, jobs = int(given.count), int(given.seed), int(given.first), int(given.jobs)
    started = time.monotonic()
    tally = Tally()
    if jobs < 2:
        run_guarded(str(given.root), seed, first, count, tally)
    else:
        _run_parts(str(given.root), seed, first, count, jobs, tally)
    if not given.no_head:
        print(HEAD)
    print(row(tally, seed, first, time.monotonic() - started), flush=True)
    _save(tally, Path(str(given.save)))
    return 1 if tally.troubles else 0


def _run_parts(root: str, seed: int, first: int, count: int, jobs: int, tally: Tally) -> None:
    """One thread for each process that is waited for."""
    from concurrent.futures import ThreadPoolExecutor

    parts = [Tally() for _ in range(jobs)]
    share = -(-count // jobs)
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [
            pool.submit(
                run_guarded,
                root,
                seed,
                first + index * share,
                min(share, count - index * share),
                parts[index],
            )
            for index in range(jobs)
            if count > index * share
        ]
        for each in waiting:
            each.result()
    for part in parts:
        tally.add(part)


if __name__ == "__main__":
    sys.exit(main())
