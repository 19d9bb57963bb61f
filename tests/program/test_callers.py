"""Who calls a function, and what else a program is asked about its functions."""

from __future__ import annotations

from pathlib import Path

from program_probes import written

from assay.lowering.module import deep_recursion
from assay.program.callers import Callers
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.spelling import spelled_function
from places import program_in

_PROJECT = """
# file: setup.cfg
# file: store.py
class Store:
    def __init__(self, size):
        self.size = size

    def save(self, item):
        return self._check(item)

    def _check(self, item):
        pass


def make():
    return Store(1)


def handed(x):
    pass
# file: web.py
from store import Store, handed, make


class Other:
    def save(self, item):
        pass


def upload(item):
    make().save(item)
    Other().save(item)


def both(store: Store):
    store.save(1)
    register(handed)
# file: late.py
class Special(__import__("store").Store):
    pass
"""


def _function(program: Program, folder: Path, file: str, qualname: str) -> FunctionFacts:
    functions = program.read(program.door.place(folder / file)).facts.functions
    return next(each for each in functions if each.qualname == qualname)


def _said(callers: Callers) -> list[str]:
    return [f"{spelled_function(caller)}:{op.at.lineno}" for caller, op in callers.sites]


def test_callers_of_a_method_are_those_of_its_class(tmp_path: Path) -> None:
    written(_PROJECT, tmp_path)
    program = program_in(tmp_path)
    callers = program.callers(_function(program, tmp_path, "store.py", "Store.save"))
    assert _said(callers) == ["web.upload:10", "web.both:15"]
    assert callers.is_whole
    other = program.callers(_function(program, tmp_path, "web.py", "Other.save"))
    assert _said(other) == ["web.upload:11"]
    inner = program.callers(_function(program, tmp_path, "store.py", "Store._check"))
    assert _said(inner) == ["store.Store.save:6"]


def test_callers_of_a_constructor_are_those_of_the_class(tmp_path: Path) -> None:
    written(_PROJECT, tmp_path)
    program = program_in(tmp_path)
    callers = program.callers(_function(program, tmp_path, "store.py", "Store.__init__"))
    assert _said(callers) == ["store.make:13"]


def test_a_function_that_is_handed_around_may_have_other_callers(tmp_path: Path) -> None:
    written(_PROJECT, tmp_path)
    program = program_in(tmp_path)
    callers = program.callers(_function(program, tmp_path, "store.py", "handed"))
    assert _said(callers) == []
    assert callers.hole == "handed is handed around as a value in web.py"


def test_too_many_files_are_not_read(tmp_path: Path) -> None:
    files = "".join(f"# file: m{n}.py\nimport store\nstore.make()\n" for n in range(60))
    written(_PROJECT + files, tmp_path)
    program = program_in(tmp_path)
    callers = program.callers(_function(program, tmp_path, "store.py", "make"))
    assert callers.hole == "make stands in 62 files"
    assert not callers.is_whole


def test_the_function_at_a_line(tmp_path: Path) -> None:
    written(_PROJECT, tmp_path)
    program = program_in(tmp_path)
    path = program.door.place(tmp_path / "store.py")
    lines = {line: program.function_at(path, line).qualname for line in (1, 3, 6, 10, 13)}
    assert lines == {1: "Store", 3: "Store.__init__", 6: "Store.save", 10: "", 13: "make"}


def test_arguments_are_bound_to_parameters(tmp_path: Path) -> None:
    written(
        "# file: main.py\n"
        "class A:\n"
        "    def f(self, a, b=1, *rest, c, **more): pass\n"
        "A().f(1, c=2)\n"
        "A.f(A(), 1, 2, 3, c=4)\n"
        "A().f(*x, c=5)\n",
        tmp_path,
    )
    from assay.program.calls import bind

    program = program_in(tmp_path)
    body = program.read(program.door.place(tmp_path / "main.py")).facts.functions[0]
    found = []
    for site in body.calls:
        for target in program.callees(body, site.op).targets:
            bound = bind(target, site.op)
            found.append((site.op.at.lineno, sorted(bound)))
    assert found == [(3, ["a", "c", "self"]), (4, ["a", "b", "c", "self"]), (5, ["c", "self"])]


def test_a_long_chain_of_functions_is_followed(tmp_path: Path) -> None:
    size = 300
    links = "".join(f"def f{n}():\n    return f{n + 1}()\n" for n in range(size))
    written(f"# file: main.py\n{links}def f{size}():\n    return 'end'\nf0().upper()\n", tmp_path)
    program = program_in(tmp_path)
    with deep_recursion():
        body = program.read(program.door.place(tmp_path / "main.py")).facts.functions[0]
        last = body.calls[-1].op
        assert program.callees(body, last).external == ("str.upper",)
