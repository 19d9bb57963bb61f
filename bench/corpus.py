"""A corpus reviewed as users review it: determinism, completeness, verdicts, time and memory.

    python bench/corpus.py DIR --name Nova --formats json,text,sarif

Runs `python -m assay review DIR` as a process of its own, once for each format with hash seeds 0
and 1 and with one and two workers, and prints a section for RESULTS.md: whether the reports are
the same bytes, the files that were not read whole and why, internal errors, verdicts by rule,
times and memory, and the processor time as a multiple of `ast.parse` over the same files. Bandit
is measured too when `--bandit` names its command.

Times of parsing and of the reviews are taken in turn in one run, on one machine. The processor
time of a process is that of itself and of its children, start-up included.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PARSE_ALL: Final = """
import ast, gc, sys, warnings
warnings.simplefilter("ignore")
gc.disable()
for path in sys.stdin.read().splitlines():
    with open(path, "rb") as stream:
        data = stream.read()
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One process: exit code, its output, seconds on the wall and of processor, peak megabytes.

    Memory is that of the largest process of its tree.
    """

    code: int
    output: bytes
    errors: str
    wall: float
    cpu: float
    peak: float

    @property
    def digest(self) -> str:
        """The first 16 digits of the output's SHA-256."""
        return hashlib.sha256(self.output).hexdigest()[:16]


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    given: bytes = b"",
    folder: str | None = None,
) -> Ran:
    """Runs a process in a folder to its end and measures it."""
    with (
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
        tempfile.TemporaryFile() as stdin,
    ):
        stdin.write(given)
        stdin.seek(0)
        before = time.monotonic()
        process = subprocess.Popen(
            list(command),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={**_base(), **environment},
            cwd=folder,
        )
        # The usage of this process and of those that it has waited for.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        return Ran(
            process.returncode,
            stdout.read(),
            stderr.read().decode("utf-8", "replace"),
            wall,
            usage.ru_utime + usage.ru_stime,
            _megabytes(usage),
        )


def _base() -> dict[str, str]:
    """This process's environment, without what keeps byte code from being written."""
    kept = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    if "PYTHONPATH" in kept:  # processes may run in other folders
        folders = kept["PYTHONPATH"].split(os.pathsep)
        kept["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, folders))
    return kept


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def review(folder: str, form: str, seed: int, jobs: int, extra: Sequence[str]) -> Ran:
    """One review of the folder."""
    command = [sys.executable, "-m", "assay", "review", folder, "--output-format", form]
    command += ["-j", str(jobs), "--quiet", "--isolated", *extra]
    return run(command, {"PYTHONHASHSEED": str(seed)})


def files_of(folder: str, extra: Sequence[str]) -> list[str]:
    """The Python files that the review reads."""
    command = [sys.executable, "-m", "assay", "review", folder, "--show-files", "--isolated"]
    listed = run([*command, *extra], {}).output.decode("utf-8", "surrogateescape")
    return [path for path in listed.splitlines() if path.endswith((".py", ".pyi"))]


# The JSON report, read without trust in its shape


def _items(data: object, key: str) -> list[Mapping[str, object]]:
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise TypeError(f"the report has no list '{key}'")
    return [each for each in found if isinstance(each, dict)]


def _number(data: Mapping[str, object], key: str) -> int:
    value = data.get(key)
    return value if isinstance(value, int) else 0


def summary(report: bytes) -> list[str]:
    """What the JSON report says, as lines of Markdown."""
    data: object = json.loads(report)
    files = _items(data, "files")
    lines = sum(_number(file, "lines") for file in files)
    words = [str(file.get("parsed")) for file in files]
    unseen = _items(data, "unseen")
    internal = [each for each in unseen if str(each.get("reason")).startswith("internal error")]
    said = [
        f"{len(files)} files, {lines} lines; read whole {words.count('whole')}, partly "
        f"{words.count('partly')}, not {words.count('not')}; internal errors: {len(internal)}.",
        "",
        *[f"- INTERNAL ERROR: {each.get('name')}: {each.get('reason')}" for each in internal],
        *_not_whole(files),
        "",
        "| rule | CWE | verdict | found | handled | clean | unseen |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in _items(data, "classes"):
        sites = each.get("sites")
        counts = sites if isinstance(sites, dict) else {}
        cells = [str(counts.get(word, 0)) for word in ("found", "handled", "clean", "unseen")]
        said.append(
            f"| {each.get('rule')} | {each.get('cwe')} | {each.get('verdict')} | "
            f"{' | '.join(cells)} |"
        )
    return said


def _not_whole(files: Sequence[Mapping[str, object]]) -> list[str]:
    """Each file that was not read whole, with the reason."""
    return [
        f"- `{file.get('path')}` ({file.get('parsed')}): {file.get('problem', 'NO REASON')}"
        for file in files
        if file.get("parsed") != "whole"
    ]


def _identity(folder: str, formats: Sequence[str], extra: Sequence[str]) -> tuple[list[str], bytes]:
    """Rows that compare the bytes of reports; and the JSON report if it is among them."""
    rows = [
        "| format | bytes | seed 0, 1 process | seed 1, 1 process | seed 0, 2 processes | same |",
        "|---|---|---|---|---|---|",
    ]
    json_report = b""
    for form in formats:
        runs = [review(folder, form, seed, jobs, extra) for seed, jobs in ((0, 1), (1, 1), (0, 2))]
        digests = [each.digest for each in runs]
        same = "yes" if len(set(digests)) == 1 else "NO"
        rows.append(f"| {form} | {len(runs[0].output)} | {' | '.join(digests)} | {same} |")
        if form.startswith("json"):
            json_report = runs[0].output
        rows += [
            f"exit code {each.code}: {each.errors[-500:]}"
            for each in runs
            if each.code not in (0, 1, 3) or "Traceback" in each.errors
        ]
    return rows, json_report


def _times(
    folder: str, files: Sequence[str], bandit: str, extra: Sequence[str], rounds: int
) -> list[str]:
    """Rows of times, each the median of some rounds in which all take turns."""
    given = "\n".join(files).encode("utf-8", "surrogateescape")
    measured: dict[str, list[Ran]] = {}
    for _ in range(rounds):
        parse = run([sys.executable, "-c", PARSE_ALL], {}, given)
        measured.setdefault("ast.parse", []).append(parse)
        measured.setdefault("assay -j 1", []).append(review(folder, "json", 0, 1, extra))
        measured.setdefault("assay -j 2", []).append(review(folder, "json", 0, 2, extra))
        if bandit:
            command = [*shlex.split(bandit), "-q", "-f", "json", *files]
            measured.setdefault("bandit", []).append(run(command, {}))
    floor = statistics.median([each.cpu for each in measured["ast.parse"]])
    rows = ["| what | wall | CPU | peak memory | CPU : ast.parse |", "|---|---|---|---|---|"]
    for name, runs in measured.items():
        wall = statistics.median([each.wall for each in runs])
        cpu = statistics.median([each.cpu for each in runs])
        peak = max(each.peak for each in runs)
        rows.append(f"| {name} | {wall:.1f} s | {cpu:.1f} s | {peak:.0f} MB | {cpu / floor:.2f} |")
    return rows


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Reviews a corpus and measures it.")
    parser.add_argument("folder")
    parser.add_argument("--name", default="", help="the section's title")
    parser.add_argument("--formats", default="json,text,sarif")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the times; 0 for none")
    parser.add_argument("--bandit", default="", help="Bandit's command, to measure it too")
    parser.add_argument("--extend-exclude", default="", help="as for `assay review`")
    given = parser.parse_args()
    folder = str(given.folder)
    extra = ["--extend-exclude", str(given.extend_exclude)] if given.extend_exclude else []
    formats = [form for form in str(given.formats).split(",") if form]
    print(f"### {given.name or Path(folder).name}\n")
    rows, report = _identity(folder, formats, extra)
    if report:
        print("\n".join([*summary(report), ""]))
    print("\n".join([*rows, ""]))
    if int(given.rounds) > 0:
        files = files_of(folder, extra)
        print("\n".join(_times(folder, files, str(given.bandit), extra, int(given.rounds))))
    failed = "NO |" in "".join(rows) or b'"internal error' in report
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
