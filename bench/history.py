"""What the review of each of the last commits of a repository says, and how long it takes.

    python bench/history.py FOLDER --commits 50 --out rows.jsonl

FOLDER is a clone that may be checked out at other commits. Each commit that changes Python is
reviewed against the one before it, as its author would have with a warm cache: the state before was
reviewed by the run before. Prints the median and the 95th percentile of the time in seconds, the
start of the interpreter included, and how many verdicts became worse and better.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commits_of(folder: Path, count: int) -> list[str]:
    """The last commits with changes of Python, along first parents, the oldest first."""
    said = git(
        folder, "log", "--first-parent", "-m", "--format=%H", f"-{count}", "HEAD", "--", "*.py"
    )
    return said.split()[::-1]


def reviewed(folder: Path, commit: str, cache: str) -> tuple[float, dict[str, object]]:
    """Seconds, and the JSON report, of one commit."""
    git(folder, "checkout", "-q", "--force", commit)
    command = [sys.executable, "-P", "-m", "assay", "review", "--diff", f"{commit}~1", "-q"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "-f", "json", "--cache-dir", cache, "--isolated"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if not done.stdout:
        raise RuntimeError(f"{commit}: {done.stderr}")
    report: dict[str, object] = json.loads(done.stdout)
    return seconds, report


def main() -> int:
    """Runs over the commits and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--commits", type=int, default=50)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    commits = commits_of(given.folder, given.commits)
    times: list[float] = []
    counts = {"worse": 0, "better": 0, "other": 0}
    with tempfile.TemporaryDirectory() as cache, given.out.open("w", encoding="utf-8") as out:
        reviewed(given.folder, f"{commits[0]}~1", cache)  # fills the cache
        for commit in commits:
            seconds, report = reviewed(given.folder, commit, cache)
            times.append(seconds)
            delta = report["delta"]
            assert isinstance(delta, list)
            for each in delta:
                counts[each["change"]] += 1
            row = {"commit": commit, "seconds": seconds, "change": report["change"], "delta": delta}
            out.write(json.dumps(row) + "\n")
            out.flush()
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    print(f"{len(times)} commits, median {statistics.median(times):.2f} s, 95 % {cuts[18]:.2f} s")
    print(f"longest {max(times):.2f} s; {counts}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
