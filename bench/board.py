"""All figures about unseen code on one page, written into RESULTS.md under the commit.

    python bench/board.py --mirrors MIRRORS --packages PACKAGES --cases CASES
    python bench/board.py --mirrors MIRRORS --packages PACKAGES --cases CASES --untouched

What has no folder is left out. The untouched thirds are opened with `--untouched` alone, and give
totals alone. Beside Assay's figures stand those that `peers.py` keeps of other tools, where they
were measured on the same rows.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import blind
import cases
import fixes
import labels
import noise
import peers
from draw import commit_of
from figures import share, table
from lone import is_compiled
from packages import Reviewed, reviewed
from packages import load as load_packages

HERE: Final = Path(__file__).resolve().parent
RESULTS: Final = HERE / "RESULTS.md"
NEIGHBOURS: Final = HERE.parent / "tests" / "metamorphic" / "survival.tsv"
HEADING: Final = "## The board"
INTRODUCTION: Final = (
    "`bench/board.py`, the newest first. How the sets were made: `bench/fixes`, `bench/blind`, "
    "`bench/draws`. Shares are with their 95 % interval (Wilson). Other tools: found strictly, and "
    "leniently in brackets, in per cent; their versions are in `bench/peers.tsv`."
)
_MOST_RULES: Final = 12


def fixes_part(mirrors: Path, untouched: bool, jobs: int) -> list[str]:
    """The real fixes of a set."""
    path = fixes.chosen(untouched)
    counts = fixes.counted(fixes.scored(fixes.load(path), mirrors, "file", jobs))
    return fixes_lines(path.stem, fixes.digest(path), counts, peers.load())


def fixes_lines(
    name: str, digest: str, counts: fixes.Counts, kept: Sequence[peers.Measured]
) -> list[str]:
    """The tables of a set of fixes, with the other tools that were measured on it."""
    others = latest(kept, name, digest)
    rows: list[list[str]] = []
    for family, own in counts.items():
        told = [share(own[each], own["rows"]) for each in ("strict", "lenient", "silent", "solved")]
        beside = [_beside(others[tool].get(family)) for tool in others]
        rows.append([family, str(own["rows"]), *told, *beside])
    head = ["family", "rows", "found strictly", "found leniently", "silent after", "solved"]
    words = fixes.WORDS[1:]
    rest = [[family, *(str(own[word]) for word in words)] for family, own in counts.items()]
    return [
        f"Real fixes, {name} rows ({digest}), each file alone:",
        "",
        *table([*head, *others], rows),
        "",
        "Those that are not found strictly: what stands on the marked lines.",
        "",
        *table(["family", *words], rest),
        "",
    ]


def latest(
    kept: Sequence[peers.Measured], on: str, digest: str
) -> dict[str, dict[str, tuple[int, int, int, int, int]]]:
    """The figures of each tool by family, of its newest version that was measured on a set."""
    found: dict[str, tuple[tuple[int, ...], dict[str, tuple[int, int, int, int, int]]]] = {}
    for each in kept:
        if (each.on, each.digest) != (on, digest):
            continue
        version = tuple(int(part) for part in re.findall(r"\d+", each.version))
        known, counts = found.get(each.tool, ((), {}))
        if version > known:
            counts = {}
        if version >= known:
            counts[each.family] = each.counts
            found[each.tool] = version, counts
    return {tool: found[tool][1] for tool in sorted(found)}


def _beside(counts: tuple[int, int, int, int, int] | None) -> str:
    if counts is None or not counts[0]:
        return ""
    return f"{100 * counts[1] / counts[0]:.1f} ({100 * counts[2] / counts[0]:.1f})"


def blind_part(mirrors: Path, untouched: bool, jobs: int) -> list[str]:
    """The statements of a set."""
    path = blind.chosen(untouched)
    return blind_lines(path, blind.lines_of(blind.scored(blind.load(path), mirrors, jobs)))


def blind_lines(path: Path, lines: Sequence[str]) -> list[str]:
    """The tables of a set of statements, with their title."""
    title = f"Statements written before any tool ran, {path.stem} files ({fixes.digest(path)}):"
    return [title, "", *lines, ""]


def packages_part(folder: Path, jobs: int) -> list[str]:
    """Labels and noise, of one review of the packages."""
    return packages_lines(reviewed(load_packages(), folder, jobs))


def packages_lines(found: Sequence[Reviewed]) -> list[str]:
    """The tables of labels and noise, with the noise of the other tools."""
    findings = [finding for each in found for finding in each.findings]
    said = ["Labels:", "", *labels.lines_of(labels.scored(labels.load(), findings)), ""]
    said += ["Noise:", "", *noise.lines_of(found, _MOST_RULES), ""]
    others = latest(peers.load(), peers.NOISE, str(len(found)))
    for tool, counts in others.items():
        total = counts["all"]
        within = sum(own[2] for family, own in counts.items() if family != "all")
        said.append(
            f"- {tool}: {noise.per_thousand(total[2], total[0])} findings in 1,000 lines, "
            f"{noise.per_thousand(within, total[0])} of them of the five families"
        )
    return [*said, ""] if others else said


def cases_part(folder: Path, jobs: int) -> list[str]:
    """The table of the small inputs."""
    return ["Small inputs:", "", *cases.lines_of(cases.scored(folder, jobs)), ""]


def neighbours_part(kept: Path) -> list[str]:
    """What becomes of rewritten spec cases, by operator, as the bench of neighbours keeps it.

    Its columns are an operator, a case, and how many sites had each fate.
    """
    if not kept.is_file():
        return []
    with kept.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
    fates = head[2:]
    sums: dict[str, list[int]] = {}
    for row in rows:
        for key in (row[0], "all"):
            own = sums.setdefault(key, [0] * len(fates))
            for index, number in enumerate(row[2:]):
                own[index] += int(number)
    sums["all"] = sums.pop("all", [0] * len(fates))  # last
    told = [[key, *map(str, own)] for key, own in sums.items()]
    return ["Neighbours made by machine, the sample:", "", *table([head[0], *fates], told), ""]


def put(text: str, title: str, body: Sequence[str]) -> str:
    """The results with a board: first of its section, in place of one of the same title."""
    before, heading, after = text.partition(f"{HEADING}\n")
    section, rest = after, ""
    following = re.search(r"^## ", after, re.MULTILINE)
    if following is not None:
        section, rest = after[: following.start()], after[following.start() :]
    boards = re.split(r"^(?=### )", section, flags=re.MULTILINE)[1:] if heading else []
    boards = [each for each in boards if each.partition("\n")[0] != f"### {title}"]
    own = "\n".join([f"### {title}", "", *body]).rstrip("\n") + "\n\n"
    whole = "".join([f"{HEADING}\n\n{INTRODUCTION}\n\n", own, *boards])
    if not heading:
        before = f"{before.rstrip(chr(10))}\n\n"
    return f"{before}{whole}{rest}".rstrip("\n") + "\n"


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Prints all figures about unseen code.")
    parser.add_argument("--mirrors", default="", help="folder of git directories")
    parser.add_argument("--packages", default="", help="the folder of packages.py")
    parser.add_argument("--cases", default="", help="a folder of folders of small inputs")
    parser.add_argument("--untouched", action="store_true", help="the untouched thirds, too")
    parser.add_argument("--commit", default="", help="what is measured, this checkout's by default")
    parser.add_argument("--no-write", action="store_true", help="leaves RESULTS.md alone")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    jobs = int(given.jobs)
    mirrors, packages, small = (
        Path(str(each)).resolve() for each in (given.mirrors, given.packages, given.cases)
    )
    parts: list[Callable[[], list[str]]] = []
    for untouched in (False, True) if given.untouched else (False,):
        if given.mirrors:
            parts.append(partial(fixes_part, mirrors, untouched, jobs))
            parts.append(partial(blind_part, mirrors, untouched, jobs))
    if given.packages:
        parts.append(partial(packages_part, packages, jobs))
    if given.cases:
        parts.append(partial(cases_part, small, jobs))
    if (HERE / "neighbours.py").exists():
        parts.append(partial(neighbours_part, NEIGHBOURS))
    commit = str(given.commit) or commit_of(HERE)
    body: list[str] = []
    began = time.monotonic()
    for part in parts:
        said = part()
        body += said
        print("\n".join(said), flush=True)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    if not given.no_write:
        how = "compiled" if is_compiled() else "interpreted"
        reach = "working and untouched" if given.untouched else "working"
        today = datetime.datetime.now(datetime.UTC).date()
        title = f"{commit}, {today}, {reach}, {how}"
        text = put(RESULTS.read_text(encoding="utf-8"), title, body)
        RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
