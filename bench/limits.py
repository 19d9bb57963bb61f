"""Each limit of the analyses set to 1 in turn: every word of a spec case that changes.

    python bench/limits.py [LIMIT ...]

prints a Markdown row for each limit: how many spec cases its rules have, and how many words turn
into anything but `unseen`, which they may not (tests/checkers/test_limits.py). These words follow.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "checkers"))
sys.path.insert(0, str(ROOT / "src"))

from smaller_limits import cases_of, changes  # noqa: E402
from spec import SPECS  # noqa: E402

from assay.checkers.registry import all_checkers  # noqa: E402
from assay.program.silence import limits  # noqa: E402


def main() -> None:
    all_checkers()
    wanted = sys.argv[1:] or list(limits())
    print("| limit | usual | cases | words that change |")
    print("|---|---:|---:|---:|")
    told: list[str] = []
    for ident in wanted:
        limit = limits()[ident]
        cases = cases_of(limit, SPECS)
        changed = changes(limit, 1, cases)
        told += [f"{ident}: {each}" for each in changed]
        print(f"| {ident} | {limit.most} | {len(cases)} | {len(changed)} |", flush=True)
    print("", *told, sep="\n")


if __name__ == "__main__":
    main()
