"""What the tests compare with: a sample of all variants, and how much each operator changes.

Both files are written by `python bench/neighbours.py --renew`, of the whole; the sample is told by
hashes of names, so that it does not depend on who is asked.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from assay.ledger.rule import Family
from metamorphic.survival import Fate, Outcome, Result, Skipped, family_of

SURVIVAL: Final = Path(__file__).parent / "survival.tsv"
COVERAGE: Final = Path(__file__).parent / "coverage.tsv"
_CASES: Final = 6  # for each operator
_TIMED: Final = "regex-backtracking/"  # patterns are tried with a clock: busy machines say less

Pair = tuple[str, str]  # an operator and a case


def counted(results: Iterable[Result]) -> dict[Pair, Counter[str]]:
    """How many sites of each case have which fate, by operator and case."""
    counts: dict[Pair, Counter[str]] = {}
    for each in results:
        if isinstance(each, Outcome):
            counts.setdefault((each.operator, each.case), Counter())[each.fate.value] += 1
    return counts


def sample_of(results: Iterable[Result]) -> dict[Pair, Counter[str]]:
    """The counts of a few cases for each operator, of those that it changes."""
    known = {pair: n for pair, n in counted(results).items() if not pair[1].startswith(_TIMED)}
    ordered = sorted(known, key=lambda pair: (pair[0], _digest(pair)))
    taken: Counter[str] = Counter()
    sample: dict[Pair, Counter[str]] = {}
    for pair in ordered:
        if taken[pair[0]] < _CASES:
            sample[pair] = known[pair]
            taken[pair[0]] += 1
    return sample


def _digest(pair: Pair) -> str:
    return hashlib.sha256("\t".join(pair).encode()).hexdigest()


def survival_rows(counts: Mapping[Pair, Counter[str]]) -> str:
    """The text of survival.tsv."""
    fates = [fate.value for fate in Fate]
    rows = ["\t".join(("operator", "case", *fates))]
    for (operator, case), count in sorted(counts.items()):
        rows.append("\t".join((operator, case, *(str(count[fate]) for fate in fates))))
    return "\n".join(rows) + "\n"


def read_survival() -> dict[Pair, Counter[str]]:
    """What survival.tsv holds."""
    header, *rows = SURVIVAL.read_text(encoding="utf-8").splitlines()
    fates = header.split("\t")[2:]
    found: dict[Pair, Counter[str]] = {}
    for row in rows:
        operator, case, *numbers = row.split("\t")
        found[operator, case] = Counter(
            {fate: int(number) for fate, number in zip(fates, numbers, strict=True)}
        )
    return found


def coverage_rows(results: Iterable[Result]) -> str:
    """The text of coverage.tsv: of how many sites of each family an operator changed how many.

    Sites of rules that the operator leaves out by name are no part of it.
    """
    changed: Counter[tuple[str, Family]] = Counter()
    whole: Counter[tuple[str, Family]] = Counter()
    for each in results:
        if isinstance(each, Outcome) and each.fate is not Fate.STRAY:
            changed[each.operator, family_of(each.rule)] += 1
            whole[each.operator, family_of(each.rule)] += 1
        elif isinstance(each, Skipped) and each.why != "the rule asks for the name":
            whole[each.operator, family_of(each.rule)] += 1
    rows = ["operator\tfamily\tsites\tchanged"]
    rows += [
        f"{operator}\t{family.value}\t{number}\t{changed[operator, family]}"
        for (operator, family), number in sorted(
            whole.items(), key=lambda item: (item[0][0], item[0][1].value)
        )
    ]
    return "\n".join(rows) + "\n"


def read_coverage() -> dict[tuple[str, Family], tuple[int, int]]:
    """What coverage.tsv holds: sites and changed ones by operator and family."""
    found: dict[tuple[str, Family], tuple[int, int]] = {}
    for row in COVERAGE.read_text(encoding="utf-8").splitlines()[1:]:
        operator, family, sites, changed = row.split("\t")
        found[operator, Family(family)] = (int(sites), int(changed))
    return found
