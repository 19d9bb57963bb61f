"""Draws findings of the default view, by seed, to be read and labelled.

    python bench/draw.py --seed 2201 --count 60 --packages PACKAGES arq khal > drawn.tsv

A row is a line of `labels.tsv` that lacks its label. What has a label already is not drawn.
Every finding has the same chance, whatever the rule and the package; the draw depends on the seed
and the findings alone.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from labels import COLUMNS, TABLE
from labels import load as load_labels
from packages import Finding, load, named, reviewed


def drawn(
    findings: Sequence[Finding],
    known: Collection[tuple[str, str, str, str]],
    seed: int,
    count: int,
) -> list[Finding]:
    """Some findings without a label, in the order in which they were drawn."""
    left = sorted(
        (each for each in findings if each.identity not in known),
        key=lambda each: (each.package, each.path, each.line, each.rule, each.fingerprint),
    )
    return random.Random(seed).sample(left, min(count, len(left)))


def row_of(finding: Finding, commit: str) -> str:
    """The finding as a line of `labels.tsv`, label, reader and note empty."""
    told = {
        "rule": finding.rule,
        "fingerprint": finding.fingerprint,
        "path": finding.path,
        "package": finding.package,
        "line": str(finding.line),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": " ".join(finding.message.split()),
        "commit": commit,
    }
    return "\t".join(told.get(column, "") for column in COLUMNS)


def commit_of(folder: Path) -> str:
    """The commit of this checkout, "" outside of one."""
    command = ["git", "-C", str(folder), "rev-parse", "--short=10", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Draws findings to be read.")
    parser.add_argument("names", nargs="+", help="packages of draws/packages.tsv")
    parser.add_argument("--packages", required=True, help="the folder of the packages")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    chosen = named(load(), [str(name) for name in given.names])
    found = reviewed(chosen, Path(str(given.packages)), int(given.jobs), "pedantic")
    findings = [finding for each in found for finding in each.findings]
    known = {label.identity for label in load_labels()} if TABLE.exists() else set()
    commit = commit_of(TABLE.parent)
    print("\t".join(COLUMNS))
    for each in drawn(findings, known, int(given.seed), int(given.count)):
        print(row_of(each, commit))
    lines = sum(each.lines for each in found)
    print(f"{len(findings)} findings in {lines} lines of {len(found)} packages", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
