"""Small inputs whose first line says the right word: how many does Assay get right?

    python bench/cases.py CASES            # each folder in it is a table of its own line

The first line of a case is one of

    # right: found CWE-362 at 18
    # right: handled            (or: clean, handled or clean; nothing may be found)

A found one counts when a finding of the same kind lies within two lines of the place, whoever is
shown it (`--persona pedantic`). Of those that
are not found it is told what they get instead: a reassuring word there is the worst; and of the
twins, which are guarded, how many say `handled` and how many are merely silent.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from assay.ledger.observation import Verdict
from assay.review.review import Review
from figures import table
from lone import Collecting, review_alone, workers
from weaknesses import FAMILY_OF

SLACK: Final = 2
RIGHT: Final = "right"
REASSURED: Final = "reassured"
UNSEEN: Final = "unseen"
SILENT: Final = "without a word"
ALARMED: Final = "with a finding"
HANDLED: Final = "handled"
QUIET: Final = "merely silent"
_FOUND: Final = re.compile(r"# right: found CWE-(\d+) at (\d+)")
_TWIN: Final = "# right:"
_KIN: Final = {
    "race": {"race", "cleanup"},
    "cleanup": {"cleanup", "race", "errors"},
    "errors": {"errors", "cleanup"},
}
"""Families between which a reader and a rule may differ on one defect."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    RIGHT, REASSURED, UNSEEN or SILENT of what is to be found; of a twin ALARMED, HANDLED, QUIET.
    """

    name: str
    is_twin: bool
    word: str


def _is_of_kind(wanted: int, cwe: int) -> bool:
    family = FAMILY_OF.get(wanted, "")
    return cwe == wanted or bool(family and FAMILY_OF.get(cwe) in _KIN.get(family, {family}))


def judged(name: str, first_line: str, review: Review) -> Outcome:
    """What a review makes of a case."""
    words = [each.observation for each in review.observations]
    found = [each for each in words if each.verdict is Verdict.FOUND]
    wanted = _FOUND.match(first_line)
    if wanted is None:
        if found:
            return Outcome(name, True, ALARMED)
        handled = any(each.verdict is Verdict.HANDLED for each in words)
        return Outcome(name, True, HANDLED if handled else QUIET)
    cwe, line = int(wanted[1]), int(wanted[2])
    near = [each for each in words if abs(each.line - line) <= SLACK]
    if any(each.verdict is Verdict.FOUND and _is_of_kind(cwe, each.rule.cwe) for each in near):
        return Outcome(name, False, RIGHT)
    here = {each.verdict for each in near if each.rule.cwe == cwe}
    if Verdict.UNSEEN in here:
        return Outcome(name, False, UNSEEN)
    reassured = bool(here & {Verdict.HANDLED, Verdict.CLEAN})
    return Outcome(name, False, REASSURED if reassured else SILENT)


def _scored(paths: Sequence[str]) -> list[Outcome]:
    collecting = Collecting()
    found: list[Outcome] = []
    for path in map(Path, paths):
        first = path.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
        if first.startswith(_TWIN):
            found.append(judged(path.name, first, review_alone(str(path.parent), path.name)))
            collecting.next()
    return found


def scored(folder: Path, jobs: int) -> dict[str, list[Outcome]]:
    """The outcomes by folder; folders without cases are left out."""
    folders = sorted(each for each in folder.iterdir() if each.is_dir()) or [folder]
    parts = {each.name: [str(path) for path in sorted(each.rglob("*.py"))] for each in folders}
    with workers(jobs) as pool:
        found = dict(zip(parts, pool.map(partial(_scored), parts.values()), strict=True))
    return {name: outcomes for name, outcomes in found.items() if outcomes}


def lines_of(found: dict[str, list[Outcome]]) -> list[str]:
    """The Markdown table."""
    rows: list[list[str]] = []
    for name, outcomes in found.items():
        own = [each.word for each in outcomes if not each.is_twin]
        twins = [each.word for each in outcomes if each.is_twin]
        told = [str(own.count(word)) for word in (RIGHT, REASSURED, UNSEEN, SILENT)]
        told += [str(len(twins)), *(str(twins.count(word)) for word in (ALARMED, HANDLED, QUIET))]
        rows.append([name, str(len(own)), *told])
    head = ["folder", "faults", "found", REASSURED, UNSEEN, SILENT]
    return table([*head, "guarded twins", ALARMED, HANDLED, QUIET], rows)


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Holds Assay against small inputs.")
    parser.add_argument("folder", help="a folder of folders of cases")
    parser.add_argument("--details", action="store_true", help="each case that falls short")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    found = scored(Path(str(given.folder)).resolve(), int(given.jobs))
    if given.details:
        for name, outcomes in found.items():
            for each in outcomes:
                if each.word not in (RIGHT, HANDLED, QUIET):
                    print(f"{name}/{each.name}: {each.word}")
    print("\n".join(lines_of(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
