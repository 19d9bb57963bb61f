"""What a review costs: against `ast.parse` and Bandit, warm, after an edit, and as a corpus grows.

    python bench/speed.py NOVA FLASK DJANGO --bandit PATH/bandit --assay PATH/assay

For each folder prints a section for RESULTS.md. Everything is measured in one run and in turn:
`ast.parse` over the files of the review, the review with nothing kept from before and one process,
with two, the same again with everything kept, and after one file was edited. Then `ast.parse` and
the cold review over an eighth, a quarter and a half of the files, as a check that cost grows
with the number of lines and no faster.

The folder itself is not touched: its Python files are copied to a temporary folder, where the
reviews run. Processor time is that of a process and its children, start-up included. Without
the option `--cache-dir` of a version that keeps reviews, every review is a cold one.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus import PARSE_ALL, Ran, run

PARTS: Final = (8, 4, 2, 1)
_EDIT: Final = "\n\ndef edited_{number}(path):\n    return open(path).read()\n"
_PROJECT: Final = ("pyproject.toml", "setup.cfg", "tox.ini", "requirements.txt")


@dataclass(frozen=True, slots=True)
class Tools:
    """The commands: Assay's, Bandit's ("" for none), and whether Assay keeps reviews."""

    assay: tuple[str, ...]
    bandit: tuple[str, ...]
    keeps: bool


def tools_of(assay: str, bandit: str) -> Tools:
    """The commands as they were given."""
    command = tuple(shlex.split(assay)) if assay else (sys.executable, "-m", "assay")
    told = run([*command, "review", "--help"], {}).output
    return Tools(command, tuple(shlex.split(bandit)), b"--cache-dir" in told)


def python_files(folder: Path) -> list[Path]:
    """The Python files below a folder, relative to it, sorted."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*.py") if path.is_file())


def copied(source: Path, target: Path, part: int) -> list[Path]:
    """Copies every `part`-th Python file of a folder to the same place below another.

    What marks the folder as a project goes with them. Returns the places of the files.
    """
    chosen = python_files(source)[::part]
    marks = [Path(name) for name in _PROJECT if (source / name).is_file()]
    for path in [*chosen, *marks]:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target / path)
    return chosen


def lines_in(folder: Path, files: Sequence[Path]) -> int:
    """The lines of the files."""
    return sum((folder / path).read_bytes().count(b"\n") for path in files)


def parse(folder: Path, files: Sequence[Path]) -> Ran:
    """`ast.parse` over the files."""
    given = "\n".join(map(str, files)).encode("utf-8", "surrogateescape")
    return run([sys.executable, "-c", PARSE_ALL], {}, given, str(folder))


def review(tools: Tools, folder: Path, jobs: int, cache: Path | None) -> Ran:
    """A review of the folder, with what the cache holds."""
    command = [*tools.assay, "review", ".", "--output-format", "json", "--quiet", "--isolated"]
    command += ["-j", str(jobs), "--exit-zero"]
    if tools.keeps:
        command += ["--no-cache"] if cache is None else ["--cache-dir", str(cache)]
    ran = run(command, {}, b"", str(folder))
    if ran.code not in (0, 3):
        raise SystemExit(f"{shlex.join(command)}: exit code {ran.code}\n{ran.errors[-2000:]}")
    return ran


def edit(folder: Path, files: Sequence[Path], number: int) -> None:
    """Adds a function to the file of median size."""
    sizes = sorted((folder / path).stat().st_size for path in files)
    chosen = next(
        path for path in files if (folder / path).stat().st_size == sizes[len(sizes) // 2]
    )
    with (folder / chosen).open("a", encoding="utf-8") as stream:
        stream.write(_EDIT.format(number=number))


def rounds_of(
    tools: Tools, source: Path, folder: Path, files: Sequence[Path], rounds: int
) -> dict[str, list[Ran]]:
    """What was measured, by name, in the order of the rows."""
    measured: dict[str, list[Ran]] = {}

    def add(name: str, ran: Ran) -> None:
        measured.setdefault(name, []).append(ran)

    for number in range(rounds):
        with tempfile.TemporaryDirectory() as kept:
            cache = Path(kept)
            add("ast.parse", parse(folder, files))
            add("assay, cold, -j 1", review(tools, folder, 1, cache / "one"))
            add("assay, cold, -j 2", review(tools, folder, 2, cache / "two"))
            if tools.keeps:
                add("assay, nothing kept, -j 1", review(tools, folder, 1, None))
                add("assay, warm", review(tools, folder, 1, cache / "one"))
                edit(folder, files, number)
                add("assay, one file edited", review(tools, folder, 1, cache / "one"))
                copied(source, folder, 1)  # as it was
        if tools.bandit:
            command = [*tools.bandit, "-q", "-f", "json", *map(str, files)]
            add("bandit", run(command, {}, b"", str(folder)))
    return measured


def rows_of(measured: dict[str, list[Ran]]) -> list[str]:
    """One row for each thing that was measured: medians, and the largest peak."""
    floor = statistics.median([each.cpu for each in measured["ast.parse"]])
    rows = ["| what | wall | CPU | peak memory | CPU : ast.parse |", "|---|---|---|---|---|"]
    for name, runs in measured.items():
        wall = statistics.median([each.wall for each in runs])
        cpu = statistics.median([each.cpu for each in runs])
        peak = max(each.peak for each in runs)
        rows.append(f"| {name} | {wall:.2f} s | {cpu:.2f} s | {peak:.0f} MB | {cpu / floor:.2f} |")
    return rows


def growth_of(tools: Tools, source: Path, rounds: int) -> list[str]:
    """Rows of the cold review over parts of the files."""
    rows = [
        "| part | files | lines | ast.parse | assay, -j 1 | ratio | per 1000 lines | peak memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part in PARTS:
        with tempfile.TemporaryDirectory() as folder:
            files = copied(source, Path(folder), part)
            lines = lines_in(Path(folder), files)
            floors: list[float] = []
            runs: list[Ran] = []
            for _ in range(rounds):
                floors.append(parse(Path(folder), files).cpu)
                runs.append(review(tools, Path(folder), 1, None))
            floor = statistics.median(floors)
            cpu = statistics.median([each.cpu for each in runs])
            peak = max(each.peak for each in runs)
            rows.append(
                f"| 1/{part} | {len(files)} | {lines} | {floor:.2f} s | {cpu:.2f} s | "
                f"{cpu / floor:.2f} | {1_000_000 * cpu / lines:.1f} ms | {peak:.0f} MB |"
            )
    return rows


def section(tools: Tools, source: Path, rounds: int, growth: bool) -> list[str]:
    """All that is printed of one folder."""
    with tempfile.TemporaryDirectory() as folder:
        files = copied(source, Path(folder), 1)
        if not files:
            raise SystemExit(f"no Python file below {source}")
        lines = lines_in(Path(folder), files)
        measured = rounds_of(tools, source, Path(folder), files, rounds)
    said = [f"### {source.name}: {len(files)} files, {lines} lines", "", *rows_of(measured), ""]
    return [*said, *growth_of(tools, source, rounds), ""] if growth else said


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Measures what a review costs.")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--assay", default="", help="Assay's command, another than this Python's")
    parser.add_argument("--bandit", default="", help="Bandit's command, to measure it too")
    parser.add_argument("--no-growth", action="store_true", help="the whole folders alone")
    given = parser.parse_args()
    tools = tools_of(str(given.assay), str(given.bandit))
    told = run([*tools.assay, "--version"], {}).output.decode().strip()
    print(f"{told}; medians of {given.rounds} rounds\n")
    for folder in given.folders:
        source = Path(str(folder)).resolve()
        print("\n".join(section(tools, source, int(given.rounds), not given.no_growth)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
