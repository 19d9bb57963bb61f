"""Whether a value becomes part of what a client is sent, and where.

    return jsonify(error=text)              a callable that makes a response
    self.write(text)                        in a class of handlers
    context["error"] = text                 when the table is handed to one of these later
    return failed(text)                     by what `failed` does, when it is in view

Invariant: an answer that rests on a call out of view names that call.
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.domains.uses import ARGUMENT, ATTRIBUTE, CALLEE, ITEM, RESULT, Use, uses_of
from assay.ir.ops import Attr, Call, Load, Op, SetAttr, SetItem
from assay.models.purposes import response_words
from assay.program.calls import bind
from assay.program.classes import is_self
from assay.program.facts import FunctionFacts
from assay.program.silence import limit, not_a_site
from assay.source.words import words_of

DEEPEST: Final = limit(
    "shown.deepest", 2, "an error is followed through at most 2 calls", "exception-in-response"
)
NARROWED: Final = not_a_site(
    "shown.narrowed",
    "a test has shown that the error is of one class, which is meant for users",
    "exception-in-response",
)
_ALL: Final = ("Exception", "BaseException")
_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch"})


@final
class Deeper:
    """A call with a value that is not followed into it, and the function that makes it.

    `start` is the call of the function that was asked about, on the way to it.
    """

    __slots__ = ("call", "function", "start")

    def __init__(self, function: FunctionFacts, call: Call, start: Call) -> None:
        self.function: Final = function
        self.call: Final = call
        self.start: Final = start


@final
class Shown:
    """Where a value becomes part of a response; `open_call`: a call out of view decides it.

    `cut` is a call in view that may decide it, behind as many others as are followed.
    """

    __slots__ = ("cut", "open_call", "use")

    def __init__(self, use: Use | None, open_call: Call | None, cut: Deeper | None) -> None:
        self.use: Final = use
        self.open_call: Final = open_call
        self.cut: Final = cut


def shown(function: FunctionFacts, temps: list[int], depth: int = 0) -> Shown:
    """What becomes of a value that temporaries of a function hold."""
    open_call: Call | None = None
    cut: Deeper | None = None
    work = list(temps)
    seen = set(work)
    for temp in work:  # grows while it is walked
        for use in uses_of(function, temp):
            if _is_response(use):
                return Shown(use, None, None)
            more: list[int] = []
            if use.function is not function:
                continue
            if use.kind == ITEM and isinstance(use.op, SetItem):
                more = _same_variable(function, use.op.owner)
            elif use.kind == CALLEE and isinstance(use.op, Call):
                inside = _in_callee(function, use.op, seen, depth)
                if inside.shows:
                    return Shown(use, None, None)
                if cut is None and inside.cut is not None:
                    cut = Deeper(inside.cut.function, inside.cut.call, use.op)
                if inside.returns is None and _is_answer(function, use.op):
                    open_call = open_call or use.op
                elif inside.returns:
                    more = [use.op.dest]
            for each in more:
                if each not in seen:
                    seen.add(each)
                    work.append(each)
    return Shown(None, open_call, cut)


@final
class _Inside:
    """What callees in view do with an argument: show it, give it back, or hand it on too deep.

    `returns` is None when they are not in view.
    """

    __slots__ = ("cut", "returns", "shows")

    def __init__(self, shows: bool, returns: bool | None, cut: Deeper | None) -> None:
        self.shows: Final = shows
        self.returns: Final = returns
        self.cut: Final = cut


def _in_callee(function: FunctionFacts, op: Call, held: set[int], depth: int) -> _Inside:
    """What the callees of a call do with a value that is held."""
    callees = function.file.program.callees(function, op)
    if not callees.targets:
        return _Inside(False, None, None)
    returns = False
    cut: Deeper | None = None
    for target in callees.targets:
        for name, temp in bind(target, op).items():
            if not _leads_back(function, temp, held):
                continue
            if depth >= DEEPEST.most:
                DEEPEST.note(function.file, op.at.lineno)
                return _Inside(False, False, Deeper(function, op, op))
            loads = [
                each.dest
                for each in target.function.definitions
                if isinstance(each, Load)
                and each.name == name
                and not is_narrowed(target.function, each)
            ]
            inner = shown(target.function, loads, depth + 1)
            if inner.use is not None:
                return _Inside(True, False, None)
            cut = cut or inner.cut
            returns = returns or any(
                use.kind == RESULT and use.function is target.function
                for load in loads
                for use in uses_of(target.function, load)
            )
    return _Inside(False, returns, cut)


def is_narrowed(function: FunctionFacts, load: Load) -> bool:
    """Whether an error is read where a test has shown that it is of one class, meant for users."""
    node = function.ir.node
    if node is None:
        return False
    for each in ast.walk(node):
        if (
            isinstance(each, ast.If)
            and isinstance(each.test, ast.Call)
            and isinstance(each.test.func, ast.Name)
            and each.test.func.id == "isinstance"
            and len(each.test.args) == 2
            and isinstance(each.test.args[0], ast.Name)
            and each.test.args[0].id == load.name
            and getattr(each.test.args[1], "id", "") not in _ALL
            and each.body[0].lineno <= load.at.lineno <= (each.body[-1].end_lineno or 0)
        ):
            return NARROWED.stops(function.file, load.at.lineno)
    return False


def _leads_back(function: FunctionFacts, temp: int, held: set[int]) -> bool:
    """Whether a value is computed from one of some others."""
    work = [temp]
    seen = set(work)
    while work:
        each = work.pop()
        if each in held:
            return True
        op = function.definitions[each]
        if op is None:
            continue
        inner = list(op.uses())
        if isinstance(op, Load):
            inner += [store.value for store in function.stores(op.name)]
        for value in inner:
            if value >= 0 and value not in seen:
                seen.add(value)
                work.append(value)
    return False


def _same_variable(function: FunctionFacts, temp: int) -> list[int]:
    """The loads of the variable that a table is in."""
    owner = function.definitions[temp]
    if not isinstance(owner, Load):
        return []
    return [
        op.dest
        for op in function.definitions
        if isinstance(op, Load) and op.name == owner.name and op.scope == owner.scope
    ]


def _is_answer(function: FunctionFacts, op: Call) -> bool:
    """Whether a view returns what a call gives."""
    return is_view(function) and any(
        use.kind == RESULT and use.function is function for use in uses_of(function, op.dest)
    )


def _is_response(use: Use) -> bool:
    known = response_words()
    function = use.function
    if use.kind == CALLEE:
        return use.name in known.makers or _is_sent(function, use.op)
    if use.kind == ARGUMENT:
        return use.name in known.arguments
    if use.kind == ATTRIBUTE and isinstance(use.op, SetAttr):
        owner = words_of(function.spelled(use.op.owner))
        return use.name in known.attributes and bool(owner) and owner[-1] in known.holders
    return use.kind == RESULT and is_view(function)


def _is_sent(function: FunctionFacts, op: Op) -> bool:
    """Whether a call is a method that sends: `self.write` of a handler, `websocket.send_text`."""
    callee = function.definitions[op.callee] if isinstance(op, Call) else None
    if not isinstance(callee, Attr):
        return False
    known = response_words()
    if callee.name in known.own_methods and is_self(function, callee.owner):
        owner = function.owner
        bases = () if owner is None else owner.all_external_bases()
        named = [base.rpartition(".")[2] for base in bases]
        return any("handler" in words_of(name) for name in named)
    last = function.spelled(callee.owner).removesuffix("()").rpartition(".")[2]
    return f"{last.lower()}.{callee.name}" in known.methods


def is_view(function: FunctionFacts) -> bool:
    """Whether what a function returns is a response: by its route, or as a method of a resource."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    known = response_words()
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in known.routes or "route" in words_of(str(name)):
            return True
    owner = function.owner
    return (
        owner is not None
        and node.name in _VERBS
        and any(base.rpartition(".")[2] in known.views for base in owner.all_external_bases())
    )
