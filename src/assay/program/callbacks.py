"""Functions that a call does not call itself, but hands to something that does.

    threading.Thread(target=work, args=(x,))       Callback(work, "thread", (x,))
    executor.submit(store.save, 1)                 Callback(Store.save of store, "thread", (1,))
    asyncio.create_task(serve(x))                  Callback(serve, "task", (x,))

What runs functions is told by rows (`models.callbacks`). Invariant: in the order of the arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import NO_TEMP, Attr, Build, Call
from assay.models.callbacks import CallbackRow, callback_model
from assay.program.calls import Target
from assay.program.facts import FunctionFacts
from assay.program.values import ClassObject, FunctionValue, Instance

if TYPE_CHECKING:
    from assay.program.program import Program


@final
class Callback:
    """A function in view that a call arranges to be run.

    `how` is when: `now`, `later`, `exit`, `signal`, `task` or `thread`. `arguments` are the
    temporaries that it is called with, by position behind what is bound, as far as the call says.
    """

    __slots__ = ("arguments", "how", "target")

    def __init__(self, target: Target, how: str, arguments: tuple[int, ...]) -> None:
        self.target: Final = target
        self.how: Final = how
        self.arguments: Final = arguments


def callbacks_of(program: Program, function: FunctionFacts, op: Call) -> tuple[Callback, ...]:
    """The functions that a call of a library is given to run."""
    model = callback_model()
    found: list[Callback] = []
    seen: set[str] = set()
    for path in program.callees(function, op).external:
        row = model.row(path)
        if row is not None:
            _given(program, function, op, row, found, seen)
        inherited = model.inherited(path)
        method = function.definitions[op.callee]
        if inherited is not None and isinstance(method, Attr):
            for value in program.type_of(function, method.owner):
                called = (
                    value.cls.find_method(inherited.runs) if isinstance(value, Instance) else None
                )
                if called is not None and called.key not in seen:
                    seen.add(called.key)
                    target = Target(called, True, method.owner, 0, ())
                    found.append(Callback(target, inherited.how, ()))
    return tuple(found)


def _given(
    program: Program,
    function: FunctionFacts,
    op: Call,
    row: CallbackRow,
    found: list[Callback],
    seen: set[str],
) -> None:
    if row.every:
        labels = op.labels or ("",) * len(op.args)
        temps = [temp for temp, label in zip(op.args, labels, strict=True) if label in ("", "*")]
        for each in temps[row.position :]:
            _add(program, function, each, row, (), found, seen)
        return
    handed = function.argument(op, row.position, row.keyword)
    if handed is not None:
        _add(program, function, handed, row, _arguments(function, op, row), found, seen)


def _arguments(function: FunctionFacts, op: Call, row: CallbackRow) -> tuple[int, ...]:
    if row.arguments == "rest":
        labels = op.labels or ("",) * len(op.args)
        positional: list[int] = []
        for temp, label in zip(op.args, labels, strict=True):
            if label == "*":
                break
            if label == "":
                positional.append(temp)
        return tuple(positional[row.position + 1 :])
    if row.arguments:
        packed = function.argument(op, row.position + 1, row.arguments)
        build = None if packed is None else function.definitions[packed]
        if isinstance(build, Build) and build.kind in ("tuple", "list") and not build.labels:
            return build.args
    return ()


def _add(
    program: Program,
    function: FunctionFacts,
    temp: int,
    row: CallbackRow,
    arguments: tuple[int, ...],
    found: list[Callback],
    seen: set[str],
) -> None:
    inner = function.definitions[temp]
    if isinstance(inner, Call) and row.how in ("task", "now"):
        # A coroutine: it was called already, and runs from here on.
        for target in program.callees(function, inner).targets:
            if target.function.ir.flavour == "coroutine" and target.function.key not in seen:
                seen.add(target.function.key)
                found.append(Callback(target, row.how, inner.args if not inner.labels else ()))
    receiver = inner.owner if isinstance(inner, Attr) else NO_TEMP
    for value in program.type_of(function, temp):
        if isinstance(value, ClassObject):
            method = value.cls.find_method("__init__")
            value = value if method is None else FunctionValue(method, True)
            receiver = NO_TEMP
        elif isinstance(value, Instance):
            method = value.cls.find_method("__call__")
            value = value if method is None else FunctionValue(method, True)
            receiver = temp
        if isinstance(value, FunctionValue) and value.function.key not in seen:
            seen.add(value.function.key)
            target = Target(
                value.function,
                value.bound,
                receiver if value.bound else NO_TEMP,
                value.skipped,
                value.keywords,
                value.wraps,
            )
            found.append(Callback(target, row.how, arguments))
