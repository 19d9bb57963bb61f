"""Agreement of the second road with `ast.parse`, and its time.

    python bench/second_road.py [--root DIR ...] [--step N]

Reads every .py file of the running interpreter's standard library (Lib/test included, site-packages
not), or of the given folders. A file that `ast.parse` reads counts as equal when the dumps with all
positions are equal; one that it refuses counts as read whole when nothing was lost. Prints a
Markdown table with one row per folder, and then each file that differs with its first difference.
"""

import argparse
import ast
import platform
import sys
import sysconfig
import time
import tokenize
import warnings
from pathlib import Path
from typing import Final, final

from assay.source.recover import recover

_CONTEXT: Final = 60
_HEADER: Final = (
    "| folder | host | files | equal | equal but for positions | differ "
    "| refused by ast.parse | of these read whole | time / ast.parse |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@final
class Tally:
    """What was counted in one folder; times are CPU seconds over the files that both roads read."""

    __slots__ = (
        "equal",
        "equal_but_positions",
        "files",
        "notes",
        "parse_time",
        "recover_time",
        "refused",
        "refused_whole",
    )

    def __init__(self) -> None:
        self.files = 0
        self.equal = 0
        self.equal_but_positions = 0
        self.refused = 0
        self.refused_whole = 0
        self.parse_time = 0.0
        self.recover_time = 0.0
        self.notes: Final[list[str]] = []


def first_difference(expected: str, found: str) -> str:
    """Both dumps around the first character in which they differ."""
    pairs = enumerate(zip(expected, found, strict=False))
    shorter = min(len(expected), len(found))
    index = next((index for index, (left, right) in pairs if left != right), shorter)
    window = slice(max(0, index - _CONTEXT), index + _CONTEXT)
    return f"\n    expected ...{expected[window]}...\n    found    ...{found[window]}..."


def measure(path: Path, root: Path, tally: Tally) -> None:
    """Read one file on both roads."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
    except (SyntaxError, UnicodeDecodeError):
        return
    name = path.relative_to(root).as_posix()
    begin = time.process_time()
    try:
        expected: ast.Module | None = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        expected = None
    parsed = time.process_time()
    result = recover(text)
    recovered = time.process_time()
    lost = ", ".join(f"{region.first_line}-{region.last_line}" for region in result.lost)
    if expected is None:
        tally.refused += 1
        if lost:
            tally.notes.append(f"{name}: refused by ast.parse, lost lines {lost}")
        else:
            tally.refused_whole += 1
        return
    tally.files += 1
    tally.parse_time += parsed - begin
    tally.recover_time += recovered - parsed
    located = ast.dump(expected, include_attributes=True)
    found = ast.dump(result.tree, include_attributes=True)
    if located == found:
        tally.equal += 1
        return
    bare, found_bare = ast.dump(expected), ast.dump(result.tree)
    if bare == found_bare:
        tally.equal_but_positions += 1
        tally.notes.append(f"{name}: positions differ{first_difference(located, found)}")
    elif lost:
        tally.notes.append(f"{name}: lost lines {lost}")
    else:
        tally.notes.append(f"{name}: differs{first_difference(bare, found_bare)}")


def row(label: str, tally: Tally) -> str:
    """One row of the table."""
    differ = tally.files - tally.equal - tally.equal_but_positions
    ratio = tally.recover_time / max(tally.parse_time, 1e-9)
    share = 100 * tally.equal / max(tally.files, 1)
    return (
        f"| {label} | {platform.python_version()} | {tally.files} "
        f"| {tally.equal} ({share:.2f} %) | {tally.equal_but_positions} | {differ} "
        f"| {tally.refused} | {tally.refused_whole} | {ratio:.1f} |"
    )


def main() -> None:
    """Measure every folder asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, action="append", help="a folder, in place of stdlib")
    parser.add_argument("--step", type=int, default=1, help="read every n-th file only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    roots: list[Path] = options.root or [Path(sysconfig.get_path("stdlib"))]
    print(_HEADER)
    notes: list[str] = []
    for root in roots:
        paths = sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)
        tally = Tally()
        for path in paths[:: options.step]:
            measure(path, root, tally)
        label = root.name if options.root else "standard library"
        print(row(label, tally))
        notes.extend(tally.notes)
    sys.stdout.flush()
    for note in notes:
        print(f"- {note}")


if __name__ == "__main__":
    main()
