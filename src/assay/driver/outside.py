"""The user's rows about outside data: as options of a run, and where they match.

check(["."], rows).lines     what `assay models check` prints
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Final

from assay.driver.options import Options, UsageError
from assay.frozen import frozen
from assay.ir.ops import Attr, Load
from assay.lowering.module import deep_recursion
from assay.models.outside import OutsideData, UserRow
from assay.program.declared import Declared
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.program import Program
from assay.report.words import plural
from assay.source.collect import Collection, collect
from assay.source.door import Door
from assay.source.file import Parsed
from assay.source.reach import reach_of

_FEW: Final = 20


def outside_data(options: Options) -> OutsideData:
    """What counts as outside data with these options."""
    return OutsideData(options.threat_model, options.model)


def shown_rows(texts: Sequence[str]) -> str:
    """The setting `model` as TOML."""
    rows: list[str] = []
    for text in texts:
        row: dict[str, object] = json.loads(text)[1]
        pairs = [f"{key} = {json.dumps(row[key], ensure_ascii=False)}" for key in row]
        rows.append(f"{{ {', '.join(pairs)} }}")
    return f"[{', '.join(rows)}]"


@frozen
class Matches:
    """The text about all rows, and the rows that match nothing, as messages name them."""

    text: str
    idle: tuple[str, ...]


def check(paths: Sequence[str], outside: OutsideData) -> Matches:
    """Where each row matches in the files of some paths. Raises UsageError for a missing path."""
    door = Door(reach_of(paths, os.getcwd()))
    collection = collect(paths, door=door)
    require_paths(collection)
    places: dict[UserRow, dict[str, None]] = {row: {} for row in outside.rows}
    program = Program(door, outside)
    declared = program.shared(Declared)
    with deep_recursion():
        for file in collection.files:
            module = program.open(file.place, file.reported)
            if module.source.parsed is not Parsed.NOT:
                _look(declared, module, file.reported, places)
            program.forget(module)
    lines: list[str] = []
    for row, found in places.items():
        shown = list(found)
        lines.append(f"{row.title}: {plural(len(shown), 'place') if shown else 'no place'}")
        lines += [f"    {place}" for place in shown[:_FEW]]
        if len(shown) > _FEW:
            lines.append(f"    and {len(shown) - _FEW} more")
    idle = tuple(row.title for row, found in places.items() if not found)
    return Matches("".join(f"{line}\n" for line in lines), idle)


def require_paths(collection: Collection) -> None:
    """Raises UsageError where a named path does not exist or is nothing to review."""
    for problem in collection.problems:
        if problem.wrong:
            raise UsageError(f"{problem.path}: {problem.reason}")


def _look(
    declared: Declared, module: Module, reported: str, places: dict[UserRow, dict[str, None]]
) -> None:
    for function in module.facts.functions:
        for row in declared.of_function(function):
            places[row].setdefault(f"{reported}:{function.ir.first_line} {function.qualname}")
        for line, name, rows in _uses(declared, function):
            for row in rows:
                places[row].setdefault(f"{reported}:{line} {name}")


def _uses(
    declared: Declared, function: FunctionFacts
) -> list[tuple[int, str, tuple[UserRow, ...]]]:
    found: list[tuple[int, str, tuple[UserRow, ...]]] = []
    for site in function.calls:
        rows = declared.at_call(function, site.op)
        if rows:
            found.append((site.op.at.lineno, f"{function.spelled(site.op.callee)}()", rows))
    for each in function.sites():
        if isinstance(each.op, (Attr, Load)):
            rows = declared.at_read(function, each.op)
            if rows:
                found.append((each.op.at.lineno, function.spelled(each.op.dest), rows))
    return sorted(found, key=_line)


def _line(found: tuple[int, str, tuple[UserRow, ...]]) -> tuple[int, str]:
    return found[0], found[1]
