"""What calls return that must be given back: by rows about libraries, and by functions in view.

A function in view returns a resource when every value that it returns is one that it has acquired
and keeps nowhere else, or nothing:

    def connect(host):
        sock = socket.create_connection((host, 80))
        sock.settimeout(2)
        return sock                      connect(...) returns a socket

Calling a class in view returns a resource when a base out of view is one, as in
`class Link(HTTPConnection)`.
"""

from __future__ import annotations

import ast
import sys
from functools import lru_cache
from typing import Final, final

from assay.dataflow.demand import Demand
from assay.domains.handovers import BORROWS, RETURNS, Handovers
from assay.ir.function import COROUTINE, PLAIN, Return
from assay.ir.ops import (
    GLOBAL,
    LOCAL,
    NAME,
    Attr,
    Await,
    Build,
    Call,
    Collect,
    Const,
    Copy,
    Load,
    SetAttr,
    SetItem,
    Store,
)
from assay.models.cleanup import object_model
from assay.models.resources import Resource, call_model, resource_model
from assay.program.classes import ClassInfo
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.silence import Gate, limit, not_a_site

_LEAK: Final = ("resource-leak",)

NOTHING_RETURNED: Final = not_a_site(
    "returned.nothing", "the function returns nothing that has to be given back", *_LEAK
)
DECORATED: Final = not_a_site(
    "returned.decorated", "the function that opens it has a decorator", *_LEAK
)
RETURNS_OTHERS: Final = not_a_site(
    "returned.others", "the function that opens it returns something else on another way", *_LEAK
)
RETURNS_SEVERAL_KINDS: Final = not_a_site(
    "returned.several-kinds", "the function that opens it returns things of two kinds", *_LEAK
)
RETURNED_IN_PARTS: Final = not_a_site(
    "returned.in-parts", "it is one of several that a call gives, or depends on its options", *_LEAK
)
IN_A_CONTAINER: Final = not_a_site(
    "returned.in-a-container", "the function that opens it returns it in a tuple or list", *_LEAK
)
ASSIGNED_OTHERWISE: Final = not_a_site(
    "returned.assigned-otherwise",
    "the variable that a function returns has other values as well",
    *_LEAK,
)
KEPT_AS_WELL: Final = not_a_site(
    "returned.kept-as-well", "the function that opens it gives it to somebody else, too", *_LEAK
)
CALLEES_DIFFER: Final = not_a_site(
    "returned.callees-differ", "not all functions that may be called open it", *_LEAK
)
NAME_HANDS_NOTHING: Final = not_a_site(
    "returned.name",
    "the name of the method does not say that it hands out what it opens",
    *_LEAK,
)
LOCAL_CALLEE: Final = not_a_site(
    "returned.local-callee", "what is called is no function or method in view", *_LEAK
)
_DEEPEST: Final = limit(
    "returned.deepest", 6, "a returned value is followed through at most 6 assignments", *_LEAK
)
_PLAIN_DECORATORS: Final = frozenset(
    ("staticmethod", "classmethod", "override", "final", "abstractmethod")
)


@final
class Returned(Demand[FunctionFacts, Resource | Gate]):
    """The resource that calling a function gives, for one program; or why it counts as none."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program: Final = program

    def bottom(self, key: FunctionFacts) -> Resource | Gate:
        return NOTHING_RETURNED

    def top(self, key: FunctionFacts) -> Resource | Gate:
        return NOTHING_RETURNED

    def analyze(self, key: FunctionFacts, previous: Resource | Gate) -> Resource | Gate:
        if key.ir.over_budget or key.ir.flavour not in (PLAIN, COROUTINE):
            return NOTHING_RETURNED
        found: list[Resource] = []
        others = False
        why = NOTHING_RETURNED
        for block in key.ir.blocks:
            end = block.terminator
            if not isinstance(end, Return):
                continue
            returned = self._made(key, end.value, 0)
            if isinstance(returned, Resource):
                found.append(returned)
            elif not _is_nothing(key, end.value):
                others = True
                why = returned if why is NOTHING_RETURNED else why
        if not found:
            return why
        first = key.ir.first_line
        if others and RETURNS_OTHERS.stops(key.file, first):
            return RETURNS_OTHERS
        several = any(each is not found[0] for each in found)
        if several and RETURNS_SEVERAL_KINDS.stops(key.file, first):
            return RETURNS_SEVERAL_KINDS
        if _is_wrapped(key) and DECORATED.stops(key.file, first):
            return DECORATED
        return found[-1]

    def _made(self, function: FunctionFacts, temp: int, depth: int) -> Resource | Gate:
        """The resource that a temporary holds and nothing else keeps; a gate for anything else."""
        op = function.definitions[temp]
        if op is None or depth > _DEEPEST.most:
            return NOTHING_RETURNED
        if isinstance(op, Await):
            return self._made(function, op.value, depth + 1)
        if isinstance(op, Call):
            path = function.callee(op)
            if path in call_model().wraps.functions and op.args:
                return self._made(function, op.args[0], depth + 1)
            rows = [row for row in rows_of_call(function, op) if row.cwe != 459]
            if not rows:
                return NOTHING_RETURNED
            special = bool(rows[0].elements or rows[0].only_with)
            if special and RETURNED_IN_PARTS.stops(function.file, op.at.lineno):
                return RETURNED_IN_PARTS
            return rows[0]
        if isinstance(op, Load) and op.scope == LOCAL:
            stores = function.stores(op.name)
            made = [self._made(function, store.value, depth + 1) for store in stores]
            real = [row for row in made if isinstance(row, Resource)]
            others = [
                store
                for store, row in zip(stores, made, strict=True)
                if isinstance(row, Gate) and not _is_nothing(function, store.value)
            ]
            if not real:
                return next((row for row in made if isinstance(row, Gate)), NOTHING_RETURNED)
            line = op.at.lineno
            mixed = bool(others) or op.name in function.ir.parameters.names()
            if mixed and ASSIGNED_OTHERWISE.stops(function.file, line):
                return ASSIGNED_OTHERWISE
            if self._is_kept(function, op.name) and KEPT_AS_WELL.stops(function.file, line):
                return KEPT_AS_WELL
            return real[0]
        if isinstance(op, Build):
            inside = [self._made(function, each, depth + 1) for each in op.args]
            if any(isinstance(each, Resource) for each in inside):
                return IN_A_CONTAINER
        return NOTHING_RETURNED

    def _is_kept(self, function: FunctionFacts, name: str) -> bool:
        """Whether anything but the caller may get what a local variable holds."""
        temps = {
            site.op.dest
            for site in function.sites()
            if isinstance(site.op, Load) and site.op.name == name
        }
        handovers = self._program.shared(Handovers)
        for site in function.sites():
            op = site.op
            if isinstance(op, (SetAttr, SetItem, Collect)) and op.value in temps:
                return True
            if isinstance(op, Store) and op.value in temps and op.scope != LOCAL:
                return True
            if isinstance(op, Build) and any(temp in temps for temp in op.args):
                return True
            if isinstance(op, Call):
                for temp in op.args:
                    if temp in temps and handovers.of_argument(function, op, temp) not in (
                        BORROWS,
                        RETURNS,
                    ):
                        return True
        return False


def _is_wrapped(function: FunctionFacts) -> bool:
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    for decorator in node.decorator_list:
        name = decorator.attr if isinstance(decorator, ast.Attribute) else ""
        name = decorator.id if isinstance(decorator, ast.Name) else name
        if name not in _PLAIN_DECORATORS:
            return True
    return False


def _is_nothing(function: FunctionFacts, temp: int) -> bool:
    op = function.definitions[temp]
    if isinstance(op, Copy):
        return all(_is_nothing(function, each) for each in function.joined(temp))
    return isinstance(op, Const)


def rows_of_call(function: FunctionFacts, op: Call) -> list[Resource]:
    """The kinds of resources that a call returns; none for most calls."""
    model = resource_model()
    path = function.callee(op)
    rows = model.acquired_by(path) if path else []
    if rows:
        return rows
    method = function.definitions[op.callee]
    if isinstance(method, Attr) and method.name in model.named_methods:
        rows = model.named(named_call(function, op))
    if rows:
        return rows
    asked = _may_be_in_view(function, op, path)
    if isinstance(asked, Gate):
        return []
    callees = function.file.program.callees(function, op)
    if callees.constructs is not None:
        return _of_class(callees.constructs)
    for external in callees.external:
        rows = model.acquired_by(external)
        if rows:
            return rows
    if callees.hole or not callees.targets:
        return []
    returned = function.file.program.shared(Returned)
    found = [returned.get(target.function) for target in callees.targets]
    real = [row for row in found if isinstance(row, Resource)]
    for row in found:
        if isinstance(row, Gate) and row is not NOTHING_RETURNED:
            row.note(function.file, op.at.lineno)
    if not real:
        return []
    alike = len(real) == len(found) and all(row is real[0] for row in real)
    if not alike and CALLEES_DIFFER.stops(function.file, op.at.lineno):
        return []
    return real[:1]


def _of_class(cls: ClassInfo) -> list[Resource]:
    for base in cls.all_external_bases():
        rows = resource_model().acquired_by(base)
        if rows:
            return [row for row in rows if not row.only_with and not row.elements]
    return []


def _may_be_in_view(function: FunctionFacts, op: Call, path: str) -> bool | Gate:
    """Whether it is worth asking for the callee: a function or method of the reviewed code."""
    callee = function.definitions[op.callee]
    if isinstance(callee, Load):
        if callee.scope not in (GLOBAL, NAME) or not path:
            return LOCAL_CALLEE
        return True if path.startswith((":", ".")) or _is_foreign(path) else LOCAL_CALLEE
    if not isinstance(callee, Attr):
        return LOCAL_CALLEE
    if path:
        return True if path.startswith((":", ".")) or _is_foreign(path) else LOCAL_CALLEE
    if not _hands(callee.name) and NAME_HANDS_NOTHING.stops(function.file, op.at.lineno):
        return NAME_HANDS_NOTHING
    return True


@lru_cache(maxsize=16384)  # the names of a program repeat
def _hands(name: str) -> bool:
    low = name.lower()
    return any(word in low for word in object_model().handing_words)


def _is_foreign(path: str) -> bool:
    """Whether a path is of neither the standard library nor the builtins."""
    root, dot, _ = path.partition(".")
    return bool(dot) and root.removesuffix("()") not in sys.stdlib_module_names


def named_call(function: FunctionFacts, op: Call) -> str:
    """`loop.create_server` for `self._loop.create_server()`: method and what it is called on.

    The receiver is named as its last part without underscores; `""` for a plain function.
    """
    method = function.definitions[op.callee]
    if not isinstance(method, Attr):
        return ""
    owner = function.spelled(method.owner).rpartition(".")[2].strip("_()[]")
    return f"{owner}.{method.name}"
