"""What is left open or on disk on purpose: results that the user is told, and standard streams.

    descriptor, path = tempfile.mkstemp(suffix=".dot")
    draw(descriptor)
    print("graph written to %s" % path)      who reads that wants the file

A line of a log is no such promise: it is for whoever looks for the cause of something.

    os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdout.fileno())      a daemon, until it ends
"""

from __future__ import annotations

import ast
from typing import Final

from assay.domains.events import ADOPTED, RELEASED
from assay.domains.outcomes import Leak, Outcome
from assay.ir.ops import (
    LOCAL,
    Attr,
    Binary,
    Build,
    Call,
    Element,
    Format,
    Item,
    Join,
    Load,
    Op,
    Unpack,
)
from assay.models.resources import call_model
from assay.program.facts import FunctionFacts
from assay.source.roles import dotted

_STANDARD: Final = frozenset(
    [
        f"sys.{name}.fileno"
        for stream in ("stdin", "stdout", "stderr")
        for name in (stream, f"__{stream}__")
    ]
)


def is_shown(site: Outcome) -> bool:
    """Whether the path of a temporary file is printed, and the file removed nowhere."""
    if site.of(RELEASED):
        return False
    shows = call_model().shows.functions
    return any(
        site.function.callee(call.op) in shows
        and any(_leads_to(site, temp) for temp in call.op.args)
        for call in site.function.calls
    )


def becomes_standard(site: Outcome, leaks: list[Leak]) -> bool:
    """Whether it lives on as a standard stream of the process, which nobody puts back.

    Where that takes a stream over, what raises before leaves a process that does not start.
    """
    if any(event.detail == "os.dup2" for event in site.of(ADOPTED)):
        return all(leak.raiser for leak in leaks)
    function = site.function
    if site.of(RELEASED) or any(function.callee(call.op) == "os.dup" for call in function.calls):
        return False
    return any(
        function.callee(call.op) == "os.dup2"
        and len(call.op.args) > 1
        and _leads_to(site, call.op.args[0])
        and _is_standard(function, call.op.args[1])
        for call in function.calls
    )


def is_expected_to_fail(site: Outcome) -> bool:
    """Whether a test expects an exception: in a `with assertRaises`, or called to be caught."""
    at = site.acquisition.op.at
    node = site.function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    for part in ast.walk(node):
        if isinstance(part, ast.With) and part.lineno <= at.lineno <= (part.end_lineno or 0):
            managers = [item.context_expr for item in part.items]
            calls = [each.func for each in managers if isinstance(each, ast.Call)]
            if any("raises" in dotted(each).rpartition(".")[2].lower() for each in calls):
                return True
        elif isinstance(part, ast.Try) and any(
            isinstance(each, ast.Expr) and each.value is at for each in part.body
        ):
            return True
    return False


def _is_standard(function: FunctionFacts, temp: int) -> bool:
    """Whether a descriptor is that of a standard stream: 0, 1, 2, or `sys.stdout.fileno()`."""
    known = function.constant(temp)
    if known is not None:
        return known.value in (0, 1, 2)
    made = function.definitions[temp]
    return isinstance(made, Call) and function.callee(made) in _STANDARD


def _leads_to(site: Outcome, temp: int) -> bool:
    """Whether a value is made of the path that an acquisition returned."""
    work = [temp]
    seen = {temp}
    while work:
        op = site.function.definitions[work.pop()]
        if op is site.acquisition.op:
            return True
        if op is not None:
            fresh = [each for each in _sources(site, op) if each >= 0 and each not in seen]
            seen.update(fresh)
            work += fresh
    return False


def _sources(site: Outcome, op: Op) -> tuple[int, ...]:
    """What a value is made of, as far as a path is still in it."""
    if isinstance(op, Load):
        stores = site.function.stores(op.name) if op.scope == LOCAL else []
        return tuple([store.value for store in stores])
    if isinstance(op, Element) and op.index != site.acquisition.element >= 0:
        return ()  # the descriptor, not the path
    if isinstance(op, (Attr, Binary, Build, Element, Format, Item, Join, Unpack)):
        return op.uses()
    if isinstance(op, Call):
        method = site.function.definitions[op.callee]
        formats = isinstance(method, Attr) and method.name == "format"
        return (op.callee, *op.args) if formats or site.function.callee(op) == "str" else ()
    return ()
