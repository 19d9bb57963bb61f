"""Every function of a standard library lowers and validates.

    python bench/lowering.py
    python bench/lowering.py --root /usr/lib/python3.13

Prints one row for RESULTS.md, and each violation and each file that could not be lowered to
stderr; exits with 1 when there was any. What the host's `ast.parse` refuses goes by the second
road, so the library of a newer Python takes it where its grammar is newer.

Times are processor time, all measured in one run over the same files, without the cyclic
collector, as reviews run: parsing is `ast.parse` alone.
"""

from __future__ import annotations

import argparse
import ast
import gc
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assay.ir.function import FunctionIR
from assay.ir.validate import validate
from assay.lowering.module import lower_module
from assay.source.file import Parsed, parse_bytes
from mutants import standard_library

_COLLECT_EVERY: Final = 100


@dataclass(slots=True)
class Counts:
    """Figures over files; times in seconds of processor time.

    `parse_seconds` and `lower_seconds` are over the files that `ast.parse` reads; `troubles` are
    violations and exceptions, each with its file.
    """

    files: int = 0
    second_road: int = 0
    not_whole: list[str] = field(default_factory=list)
    lines: int = 0
    functions: int = 0
    operations: int = 0
    blocks: int = 0
    over_budget: list[str] = field(default_factory=list)
    parse_seconds: float = 0.0
    lower_seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)


def count(paths: Sequence[Path]) -> Counts:
    """Lowers and validates every file."""
    counts = Counts()
    gc.disable()
    try:
        for number, path in enumerate(paths):
            _count_file(path, counts)
            if number % _COLLECT_EVERY == 0:
                gc.collect()
    finally:
        gc.enable()
    return counts


def _count_file(path: Path, counts: Counts) -> None:
    data = path.read_bytes()
    tree, seconds = _parsed(data)
    first_road = tree is not None
    counts.files += 1
    if tree is None:
        source = parse_bytes(path.name, data)
        if source.parsed is not Parsed.WHOLE:
            counts.not_whole.append(f"{path}: {source.problem}")
        if source.parsed is Parsed.NOT:
            return
        counts.second_road += 1
        tree = source.tree
    try:
        before = time.process_time()
        function = lower_module(tree, "")
        spent = time.process_time() - before
        violations = validate(function)
    except Exception as error:
        counts.troubles.append(f"{path}: {type(error).__name__}: {error}")
        return
    counts.troubles += [f"{path}: {each}" for each in violations]
    counts.lines += data.count(b"\n")
    if first_road:
        counts.parse_seconds += seconds
        counts.lower_seconds += spent
    _count_function(function, path, counts)


def _parsed(data: bytes) -> tuple[ast.Module | None, float]:
    """The tree, None when `ast.parse` refuses the bytes, and the time it took."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = time.process_time()
        try:
            return ast.parse(data), time.process_time() - before
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None, 0.0


def _count_function(function: FunctionIR, path: Path, counts: Counts) -> None:
    counts.functions += 1
    counts.blocks += len(function.blocks)
    counts.operations += sum([len(block.ops) for block in function.blocks])
    if function.over_budget:
        counts.over_budget.append(f"{path}: {function.qualname or 'the module'}")
    for child in function.children:
        _count_function(child, path, counts)


HEAD: Final = (
    "| library | files | second road | not whole | lines | functions | blocks | operations | "
    "over budget | violations | ast.parse | lowering | ratio |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(name: str, counts: Counts) -> str:
    """One row for RESULTS.md."""
    ratio = counts.lower_seconds / max(counts.parse_seconds, 0.001)
    return (
        f"| {name} | {counts.files} | {counts.second_road} | {len(counts.not_whole)} | "
        f"{counts.lines} | {counts.functions} | {counts.blocks} | {counts.operations} | "
        f"{len(counts.over_budget)} | {len(counts.troubles)} | {counts.parse_seconds:.1f} s | "
        f"{counts.lower_seconds:.1f} s | {ratio:.2f} |"
    )


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Lowers and validates a standard library.")
    parser.add_argument("--root", default="", help="default: the host's standard library")
    parser.add_argument("--name", default="", help="what the row calls it")
    given = parser.parse_args()
    root = str(given.root)
    counts = count(standard_library(root))
    host = "Python " + ".".join(str(part) for part in sys.version_info[:3])
    print(HEAD)
    print(row(str(given.name) or Path(root).name or host, counts))
    for title, found in (
        ("not read whole", counts.not_whole),
        ("over budget", counts.over_budget),
        ("trouble", counts.troubles),
    ):
        for each in found:
            sys.stderr.write(f"{title}: {each}\n")
    return 1 if counts.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
