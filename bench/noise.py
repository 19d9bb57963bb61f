"""What a review costs its reader: findings per 1,000 lines of sixty packages, by rule.

Counted is what the default persona, *regular*, is shown.

    python bench/noise.py --packages PACKAGES

One budget for all rules: a gain on `fixes` or `blind` stands beside what it adds here. A gain that
costs more than one finding in 1,000 lines is told as such.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from figures import table
from lone import is_compiled
from packages import Reviewed, load, reviewed


def per_thousand(number: int, lines: int) -> str:
    """How many there are in 1,000 lines."""
    return f"{1000 * number / max(lines, 1):.3f}"


def lines_of(found: Sequence[Reviewed], most: int = 0) -> list[str]:
    """The Markdown of the noise; `most` rules, 0 for all."""
    rules: Counter[str] = Counter(one.rule for each in found for one in each.findings)
    lines = sum(each.lines for each in found)
    total = rules.total()
    rates = [1000 * len(each.findings) / max(each.lines, 1) for each in found]
    said = (
        f"{len(found)} packages, {lines} lines, {'compiled' if is_compiled() else 'interpreted'}: "
        f"{total} findings, {per_thousand(total, lines)} in 1,000 lines; in the median package "
        f"{statistics.median(rates):.3f}, in the loudest {max(rates):.3f}."
    )
    ranked = sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    rows = [[rule, str(number), per_thousand(number, lines)] for rule, number in ranked]
    if most and len(rows) > most:
        rest = sum(number for _, number in ranked[most:])
        rows = [*rows[:most], [f"{len(rows) - most} others", str(rest), per_thousand(rest, lines)]]
    return [said, "", *table(["rule", "findings", "in 1,000 lines"], rows)]


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Counts findings in sixty packages.")
    parser.add_argument("--packages", required=True, help="the folder of the packages")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    found = reviewed(load(), Path(str(given.packages)), int(given.jobs))
    print("\n".join(lines_of(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
