"""`assay doctor`: how much of the code the analysis sees, before anybody reads a verdict.

    entry points       where the program is entered, by kind
    unresolved calls   by reason, the most frequent ones first
    libraries          imported ones that no row of the models speaks of
    over budget        functions that were not lowered

Invariant: the text depends on the files alone, in the order of paths and lines.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Final, final

from assay.driver.outside import require_paths
from assay.lowering.module import deep_recursion
from assay.program.entry_points import EntryPoint, entry_points_of, scripts_of
from assay.program.libraries import imported_libraries, modelled_libraries
from assay.program.program import Program
from assay.program.spelling import spelled_function
from assay.program.unresolved import unresolved_calls
from assay.report.words import plural
from assay.source.collect import collect
from assay.source.door import Door
from assay.source.file import Parsed
from assay.source.reach import reach_of

_FEW: Final = 10
_PARAMETER: Final = re.compile(r"the parameter \S+ of .*")
_NAMED: Final = (
    (re.compile(r"(?:\S+), which (\S+) does not define"), "a name that its class does not define"),
    (re.compile(r"\S+ of \S+, which has a __getattr__"), "an attribute that a __getattr__ gives"),
    (re.compile(r"\S+ of \S+: .*"), "an attribute of a class with a base that is not known"),
    (
        re.compile(r"\S+, which \S+ classes (?:may )?override"),
        "a method that many classes override",
    ),
    (re.compile(r"an element of .*"), "an element of a container that is not known"),
    (re.compile(r"the name \S+.*"), "a name that nothing in view binds"),
    (re.compile(r"the variable \S+.*"), "a variable that is not known"),
    (re.compile(r"a call of an instance of \S+"), "a call of an object"),
    (re.compile(r"the attribute \S+.*"), "an attribute of a function or module"),
    (re.compile(r"an item of .*"), "an item of a value that is not known"),
)


@final
class _Places:
    """Counted places of one kind."""

    __slots__ = ("count", "shown")

    def __init__(self) -> None:
        self.count = 0
        self.shown: list[str] = []

    def add(self, place: str, most: int) -> None:
        """Counts a place and keeps it as long as few are kept."""
        self.count += 1
        if len(self.shown) < most:
            self.shown.append(place)


@final
class _Report:
    """What was counted over all files."""

    __slots__ = (
        "calls",
        "entries",
        "files",
        "libraries",
        "most",
        "over_budget",
        "reasons",
        "unread",
        "unresolved",
    )

    def __init__(self, most: int) -> None:
        self.most: Final = most
        self.files = 0
        self.calls = 0
        self.unresolved = 0
        self.unread: list[str] = []
        self.entries: Final[dict[str, _Places]] = {}
        self.reasons: Final[dict[str, _Places]] = {}
        self.libraries: Final[dict[str, _Places]] = {}
        self.over_budget: Final[list[str]] = []


def examine(paths: Sequence[str], verbose: bool) -> str:
    """The text of `assay doctor`. Raises UsageError for a path that does not exist."""
    door = Door(reach_of(paths, os.getcwd()))
    collection = collect(paths, door=door)
    require_paths(collection)
    report = _Report(sys.maxsize if verbose else _FEW)
    program = Program(door)
    with deep_recursion():
        for file in collection.files:
            _examine_file(program, file.place, file.reported, report)
    for root in door.reach.roots:
        for script in scripts_of(door, f"/{root.name}"):
            place = f"{script.name} = {script.target}"
            report.entries.setdefault("command line", _Places()).add(place, report.most)
    return _text(report)


def _examine_file(program: Program, place: str, reported: str, report: _Report) -> None:
    module = program.open(place, reported)
    report.files += 1
    if module.source.parsed is Parsed.NOT:
        report.unread.append(f"{reported}: {module.source.problem}")
        return
    for entry in entry_points_of(module):
        report.entries.setdefault(entry.kind, _Places()).add(_entry(entry), report.most)
    known = modelled_libraries()
    for library, line in imported_libraries(module).items():
        if library not in known:
            place = f"{reported}:{line}"
            report.libraries.setdefault(library, _Places()).add(place, report.most)
    for function in module.facts.functions:
        if function.ir.over_budget:
            report.over_budget.append(f"{reported}:{function.ir.first_line} {function.qualname}")
    report.calls += module.facts.count_calls()
    for call in unresolved_calls(program, module.facts):
        report.unresolved += 1
        spelled = call.function.spelled(call.op.callee)
        place = f"{call.function.file.source.path}:{call.op.at.lineno} {spelled}"
        report.reasons.setdefault(_kind(call.reason), _Places()).add(place, report.most)
    program.forget(module)


def _kind(reason: str) -> str:
    """A reason without the names in it, so that reasons can be counted."""
    if _PARAMETER.fullmatch(reason):
        return "a parameter of which no type is known"
    for pattern, kind in _NAMED:
        if pattern.fullmatch(reason):
            return kind
    return reason


def _entry(entry: EntryPoint) -> str:
    return f"{entry.path}:{entry.line} {spelled_function(entry.function)}"


def _text(report: _Report) -> str:
    lines = [f"{plural(report.files, 'file')}, {plural(report.calls, 'call')}"]
    lines += ["", f"entry points: {sum(each.count for each in report.entries.values())}"]
    for kind in sorted(report.entries):
        lines += _counted(kind, report.entries[kind], "entry points of this kind")
    share = f"{100 * report.unresolved / report.calls:.1f} %" if report.calls else "0 %"
    lines += ["", f"unresolved calls: {report.unresolved} ({share})"]
    ordered = sorted(report.reasons.items(), key=_by_count)
    for reason, places in ordered:
        lines += _counted(reason, places, "calls")
    lines += ["", f"libraries that no model speaks of: {len(report.libraries)}"]
    for library, places in sorted(report.libraries.items(), key=_by_count):
        lines += _counted(library, places, "files")
    lines += ["", f"functions over budget: {len(report.over_budget)}"]
    lines += [f"    {place}" for place in report.over_budget]
    if report.unread:
        lines += ["", f"files that were not read: {len(report.unread)}"]
        lines += [f"    {place}" for place in report.unread]
    return "\n".join(lines) + "\n"


def _by_count(item: tuple[str, _Places]) -> tuple[int, str]:
    return (-item[1].count, item[0])


def _counted(title: str, places: _Places, what: str) -> list[str]:
    lines = [f"{places.count:6}  {title}"]
    lines += [f"            {place}" for place in places.shown]
    left = places.count - len(places.shown)
    if left:
        lines.append(f"            and {left} more {what} (--verbose lists all)")
    return lines
