"""Cases of several files, and what probes in them reveal.

A case is one text; `# file: PATH` lines cut it into the files of a project. Probes are calls that
no program defines; the comment on the same line says what the analysis has to know there:

    # file: app/main.py
    from app.store import Store
    reveal_type(Store())  # type: Store
    reveal_callees(Store().save(1))  # callees: app.store.Store.save

`reveal_callees` is asked of the call that it is given. What other analyses know (`reveal_raises`,
`reveal_open`, `reveal_taint`) is added by a function in `PROBES`. Invariant: every probe has an
expectation and every expectation a probe.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assay.ir.ops import Call, Load
from assay.program.callbacks import Callback
from assay.program.facts import FunctionFacts
from assay.program.spelling import spelled_callees, spelled_target, spelled_type
from places import program_in

CASES: Final = Path(__file__).parent.parent / "cases" / "program"
_FILE: Final = re.compile(r"# file: (\S+)\s*$")
_EXPECTATION: Final = re.compile(r"# (type|callees|callbacks|raises|open|taint): (.+?)\s*$")
Reveal = Callable[[FunctionFacts, Call], str]


def _type(function: FunctionFacts, op: Call) -> str:
    return spelled_type(function.file.program.type_of(function, op.args[0]))


def _callees(function: FunctionFacts, op: Call) -> str:
    inner = function.definitions[op.args[0]]
    assert isinstance(inner, Call), "reveal_callees takes a call"
    return spelled_callees(function.file.program.callees(function, inner), False)


def _callbacks(function: FunctionFacts, op: Call) -> str:
    inner = function.definitions[op.args[0]]
    assert isinstance(inner, Call), "reveal_callbacks takes a call"
    said = [
        f"{each.how} {spelled_target(each.target)}({_arguments(function, each)})"
        for each in function.file.program.callbacks(function, inner)
    ]
    return ", ".join(said) or "nothing"


def _arguments(function: FunctionFacts, callback: Callback) -> str:
    given = callback.arguments
    return ", ".join(spelled_type(function.file.program.type_of(function, temp)) for temp in given)


PROBES: Final[dict[str, tuple[str, Reveal]]] = {
    "reveal_type": ("type", _type),
    "reveal_callees": ("callees", _callees),
    "reveal_callbacks": ("callbacks", _callbacks),
}


def written(text: str, folder: Path) -> list[Path]:
    """Writes the files of a case; those before the first `# file:` line are `main.py`."""
    parts: dict[str, list[str]] = {}
    current = "main.py"
    for line in text.splitlines():
        match = _FILE.match(line)
        if match is not None:
            current = match.group(1)
            parts.setdefault(current, [])
        else:
            parts.setdefault(current, []).append(line)
    paths: list[Path] = []
    for name, lines in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if lines or not name.endswith("__init__.py"):
            paths.append(path)
    return [path for path in paths if path.suffix == ".py"]


def revealed(text: str, folder: Path) -> list[str]:
    """In what the probes of a case differ from their comments; empty when in nothing."""
    program = program_in(folder)
    problems: list[str] = []
    count = 0
    for path in written(text, folder):
        module = program.read(program.door.place(path))
        lines = path.read_text(encoding="utf-8").splitlines()
        wanted: dict[int, tuple[str, str]] = {}
        for number, line in enumerate(lines, 1):
            match = _EXPECTATION.search(line)
            if match is not None:
                wanted[number] = (match.group(1), match.group(2))
        for function in module.facts.functions:
            for site in function.calls:
                callee = function.definitions[site.op.callee]
                if not isinstance(callee, Load) or callee.name not in PROBES:
                    continue
                kind, reveal = PROBES[callee.name]
                number = site.op.at.lineno
                said = reveal(function, site.op)
                count += 1
                if wanted.pop(number, None) != (kind, said):
                    problems.append(f"{path.name}:{number}: {kind}: {said}")
        problems += [f"{path.name}:{number}: no probe" for number in wanted]
    if not count:
        problems.append("no probes")
    return problems
