"""What a user would take instead: Ruff, Bandit and pylint on the same fixes and packages.

    python bench/peers.py --mirrors MIRRORS --packages PACKAGES --bin VENV/bin ruff bandit pylint

Their figures do not change with Assay's commit, so they are measured once for each version and set
and kept in `peers.tsv`, where `board.py` finds them. A row is a tool, its version, what it was
measured on (a set of fixes with its digest, or the packages), the family, and the figures. Of
the untouched third there are totals alone, too.
"""

from __future__ import annotations

import argparse
import csv
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fixes
from packages import load as load_packages
from weaknesses import FAMILIES, families

TABLE: Final = Path(__file__).resolve().parent / "peers.tsv"
NOISE: Final = "packages"
_COLUMNS: Final = (
    "tool",
    "version",
    "on",
    "digest",
    "family",
    "rows",
    "strict",
    "lenient",
    "silent",
    "solved",
)
_PYLINT: Final = (
    "broad-exception-caught,broad-exception-raised,bare-except,lost-exception,try-except-raise,"
    "raise-missing-from,catching-non-exception,duplicate-except,bad-except-order,"
    "subprocess-run-check,not-context-manager,return-in-finally,useless-with-lock,eval-used,"
    "exec-used,consider-using-with"
)
"""The messages that tell of a family; the others change no figure and cost most of the time."""

TOOLS: Final = {
    "ruff": (
        "check --isolated --no-cache --exit-zero --output-format sarif --config exclude=[] "
        "--select S,B,BLE,TRY,SIM115,ASYNC,PLW,PLE ."
    ),
    "bandit": "-q -r . -f sarif --exit-zero",
    "pylint": (
        f"--rcfile=/dev/null --exit-zero --output-format=json2 --recursive=y -j 2 "
        f"--ignore-patterns= --disable=all --enable={_PYLINT} ."
    ),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One row: for packages `rows` are lines, `strict` is 0 and `lenient` counts findings."""

    tool: str
    version: str
    on: str
    digest: str
    family: str
    counts: tuple[int, int, int, int, int]


def load() -> list[Measured]:
    """What is kept."""
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return [
            Measured(
                each["tool"],
                each["version"],
                each["on"],
                each["digest"],
                each["family"],
                (
                    int(each["rows"]),
                    int(each["strict"]),
                    int(each["lenient"]),
                    int(each["silent"]),
                    int(each["solved"]),
                ),
            )
            for each in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def save(rows: Sequence[Measured]) -> None:
    """Keeps rows, in order; later ones replace those of the same tool, version and set."""
    kept = {(each.on, each.digest, each.tool, each.version, each.family): each for each in rows}
    order = (*FAMILIES, "all")
    lines = ["\t".join(_COLUMNS)]
    for key in sorted(kept, key=lambda key: (*key[:4], order.index(key[4]))):
        each = kept[key]
        told = (each.tool, each.version, each.on, each.digest, each.family)
        lines.append("\t".join((*told, *map(str, each.counts))))
    TABLE.write_text("\n".join([*lines, ""]), encoding="utf-8")


def version_of(command: Path) -> str:
    """The version that a tool tells."""
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+[\w.]*", done.stdout)
    if found is None:
        raise RuntimeError(f"{command} --version tells none")
    return found.group()


def on_fixes(command: str, mirrors: Path, untouched: bool) -> dict[str, tuple[int, ...]]:
    """The figures of a tool by family."""
    rows = fixes.load(fixes.chosen(untouched))
    counts = fixes.counted(fixes.scored_by_command(rows, mirrors, command))
    keys = ("rows", "strict", "lenient", "silent", "solved")
    return {family: tuple(own[key] for key in keys) for family, own in counts.items()}


def on_packages(command: str, packages: Path) -> dict[str, tuple[int, ...]]:
    """How many findings of a tool are of each family, and all of them, in how many lines."""
    lines = 0
    for each in load_packages():
        files = sorted((packages / each.folder).rglob("*.py"))
        lines += sum(file.read_bytes().count(b"\n") for file in files)
    said = fixes.run_tool(command, str(packages))
    found = {
        family: sum(family in families(each.rule, each.cwes) for each in said)
        for family in FAMILIES
    }
    found["all"] = len(said)
    return {family: (lines, 0, number, 0, 0) for family, number in found.items()}


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Measures other tools on the same sets.")
    parser.add_argument("tools", nargs="+", choices=sorted(TOOLS))
    parser.add_argument("--bin", required=True, help="the folder of their commands")
    parser.add_argument("--mirrors", default="", help="for the fixes")
    parser.add_argument("--packages", default="", help="for the noise; of nothing but the packages")
    given = parser.parse_args()
    folder = Path(str(given.bin)).resolve()
    for tool in [str(each) for each in given.tools]:
        version = version_of(folder / tool)
        command = f"{shlex.quote(str(folder / tool))} {TOOLS[tool]}"
        measured: dict[tuple[str, str], dict[str, tuple[int, ...]]] = {}
        if given.mirrors:
            for untouched in (False, True):
                path = fixes.chosen(untouched)
                found = on_fixes(command, Path(str(given.mirrors)).resolve(), untouched)
                measured[path.stem, fixes.digest(path)] = found
        if given.packages:
            found = on_packages(command, Path(str(given.packages)).resolve())
            measured[NOISE, str(len(load_packages()))] = found
        rows = [
            Measured(tool, version, on, digest, family, (own[0], own[1], own[2], own[3], own[4]))
            for (on, digest), counts in measured.items()
            for family, own in counts.items()
        ]
        save([*load(), *rows])
        print(f"{tool} {version}: {len(rows)} rows", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
