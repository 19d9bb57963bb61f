"""Which files stall: processor time per 1000 lines of each file, against the median of the corpus.

    python bench/slowest.py PACKAGES                     # each folder in it is a package
    python bench/slowest.py --name Nova NOVA --whole     # the folder itself is one

Every package is reviewed as a program of its own, file after file in one process without limit of
time; a file pays for what it is the first to ask for. The goal: no file of 100 lines and more
costs over 20 times the median of its corpus for 1000 lines, and none over 10 s. Exit code 1 where
one does.

Also counted: functions over a budget of steps, and files over the limit of time that a review
has by default, which is a last resort and must not fire.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay import __version__
from assay.checkers.registry import all_checkers
from assay.driver.options import DEFAULT_FILE_SECONDS
from assay.driver.pipeline import Detail, Reviewer
from assay.ledger.reason import BUDGET, word
from assay.source.door import Door

LINES: Final = 100
TIMES: Final = 20.0
SECONDS: Final = 10.0
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file costs: lines, seconds of processor time, and what is over a budget in it."""

    path: str
    lines: int
    seconds: float
    over: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Milliseconds for 1000 lines."""
        return 1_000_000 * self.seconds / max(self.lines, 1)


def python_files(folder: Path) -> list[str]:
    """The Python files below a folder, sorted."""
    return sorted(str(path) for path in folder.rglob("*.py") if path.is_file())


def costs_of(folder: str) -> list[Cost]:
    """The cost of each file of a package, in the order in which they are reviewed."""
    gc.disable()
    os.chdir(folder)
    detail = Detail(keep_clean=False, line_hashes=False, seconds=0, debug=False)
    door = Door.of_folder(folder)
    reviewer = Reviewer(door, all_checkers(), detail)
    found: list[Cost] = []
    for path in python_files(Path(folder)):
        before = time.process_time()
        review = reviewer.review(door.place(path), os.path.relpath(path, folder)).review
        spent = time.process_time() - before
        over = tuple(hole.name for hole in review.unseen if word(hole.reason) == BUDGET)
        name = os.path.join(os.path.basename(folder), review.head.path)
        found.append(Cost(name, review.head.lines, spent, tuple(dict.fromkeys(over))))
    return found


def rows_of(name: str, costs: Sequence[Cost]) -> tuple[list[str], bool]:
    """The section of a corpus, and whether the goal is met."""
    counted = [cost for cost in costs if cost.lines >= LINES]
    if not counted:
        raise SystemExit(f"{name}: no file of {LINES} lines")
    median = statistics.median(cost.rate for cost in counted)
    total = sum(cost.seconds for cost in costs)
    lines = sum(cost.lines for cost in costs)
    slow = [cost for cost in counted if cost.rate > TIMES * median]
    long = [cost for cost in costs if cost.seconds > SECONDS]
    limit = DEFAULT_FILE_SECONDS
    fired = sum(cost.seconds > limit for cost in costs)
    over = sum(len(cost.over) for cost in costs)
    said = [
        f"{name}: {len(costs)} files, {lines} lines, {total:.0f} s; of {len(counted)} files of "
        f"{LINES} lines and more the median is {median:.0f} ms for 1000 lines. Over {TIMES:.0f} "
        f"times that: {len(slow)}; over {SECONDS:.0f} s: {len(long)}; over the limit of time "
        f"({limit} s): {fired}; over a budget of steps: {over} functions.",
        "",
        "| file | lines | CPU | for 1000 lines | times the median | over a budget |",
        "|---|---|---|---|---|---|",
    ]
    ranked = sorted(counted, key=lambda cost: -cost.rate)[:_SHOWN]
    ranked += sorted(long, key=lambda cost: -cost.seconds)
    said += [
        f"| `{cost.path}` | {cost.lines} | {cost.seconds:.2f} s | {cost.rate:.0f} ms | "
        f"{cost.rate / median:.1f} | {', '.join(cost.over)} |"
        for cost in dict.fromkeys(ranked)
    ]
    return [*said, ""], not (slow or long)


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Measures what each file costs.")
    parser.add_argument("folder", help="a folder of packages")
    parser.add_argument("--name", default="", help="what the corpus is called")
    parser.add_argument("--whole", action="store_true", help="the folder itself is one package")
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    folder = Path(str(given.folder)).resolve()
    packages = (
        [folder] if given.whole else sorted(each for each in folder.iterdir() if each.is_dir())
    )
    print(f"assay {__version__}\n")
    with ProcessPoolExecutor(int(given.jobs), max_tasks_per_child=1) as pool:
        costs = [cost for each in pool.map(costs_of, map(str, packages)) for cost in each]
    said, is_met = rows_of(str(given.name) or folder.name, costs)
    print("\n".join(said))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
