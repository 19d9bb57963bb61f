"""What calls call and what values are, across the modules of small projects."""

from __future__ import annotations

from pathlib import Path

import pytest
from program_probes import CASES, revealed, written

from assay.program.facts import CallSite, FunctionFacts
from assay.program.program import Program
from assay.program.spelling import spelled_callees, spelled_type
from places import program_in

Place = tuple[str, int]

_FILES = sorted(CASES.glob("*.py"))


@pytest.mark.parametrize("case", _FILES, ids=lambda path: path.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    assert revealed(case.read_text(encoding="utf-8"), tmp_path) == []


@pytest.mark.parametrize("case", _FILES, ids=lambda path: path.stem)
def test_answers_do_not_depend_on_the_order_of_questions(case: Path, tmp_path: Path) -> None:
    paths = written(case.read_text(encoding="utf-8"), tmp_path)
    assert _answers(tmp_path, paths, 1) == _answers(tmp_path, paths, -1)
    assert _answers(tmp_path, paths, 1) == _alone(tmp_path, paths)


def _answers(folder: Path, paths: list[Path], step: int) -> dict[Place, str]:
    """What each call of the files calls, asked for forwards or backwards in one program."""
    program = program_in(folder)
    found: dict[Place, str] = {}
    for path in paths[::step]:
        for function in program.read(program.door.place(path)).facts.functions[::step]:
            for site in function.calls[::step]:
                _ask(program, function, site, found)
    return found


def _alone(folder: Path, paths: list[Path]) -> dict[Place, str]:
    """The same with a program of its own for each file."""
    found: dict[Place, str] = {}
    for path in paths:
        found |= _answers(folder, [path], 1)
    return found


def _ask(
    program: Program,
    function: FunctionFacts,
    site: CallSite,
    found: dict[Place, str],
) -> None:
    callees = program.callees(function, site.op)
    key = (function.key, site.op.dest)
    given = spelled_type(program.type_of(function, site.op.dest))
    found[key] = f"{spelled_callees(callees, True)}; {given}"
