"""What each operation does, but for those that end a loop or suspend (`control`) and those that
make functions and classes (`functions`).

Each is a function of (frame, operation) that returns the value of `dest`. The host's own
operators, calls and messages are used wherever it lets us.
"""

from __future__ import annotations

import builtins
import inspect
import operator
from collections.abc import Callable, Iterable, MutableMapping
from types import BuiltinFunctionType
from typing import Final, Never, Protocol

from assay.ir.interpret import groups, patterns
from assay.ir.interpret.frame import Frame, bind_name, delete, load, load_name, store
from assay.ir.interpret.frame_builtins import FRAME_BUILTINS
from assay.ir.ops import (
    GLOBAL,
    NAME,
    NO_TEMP,
    Annotate,
    AsyncIter,
    AsyncNext,
    Attr,
    Binary,
    Build,
    Call,
    Collect,
    Compare,
    Const,
    Copy,
    DelAttr,
    Delete,
    DelItem,
    Element,
    Enter,
    Exhausted,
    Exit,
    Format,
    GroupMatch,
    GroupRest,
    GroupResult,
    Import,
    ImportFrom,
    ImportStar,
    Inplace,
    Intrinsic,
    Item,
    Iter,
    Join,
    Length,
    Load,
    LoadExit,
    MakeCell,
    MappingRest,
    MatchClass,
    Matches,
    MatchKeys,
    MatchMapping,
    MatchSequence,
    Next,
    Nop,
    Op,
    Raise,
    Reraise,
    SetAttr,
    SetItem,
    SetupAnnotations,
    Slice,
    Spread,
    Store,
    Truth,
    Unary,
    Unpack,
)

_SENTINEL: Final = object()

_BINARY: Final[dict[str, Callable[[Never, Never], object]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "@": operator.matmul,
    "/": operator.truediv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "//": operator.floordiv,
}
_INPLACE: Final[dict[str, Callable[[Never, Never], object]]] = {
    "+": operator.iadd,
    "-": operator.isub,
    "*": operator.imul,
    "@": operator.imatmul,
    "/": operator.itruediv,
    "%": operator.imod,
    "**": operator.ipow,
    "<<": operator.ilshift,
    ">>": operator.irshift,
    "|": operator.ior,
    "^": operator.ixor,
    "&": operator.iand,
    "//": operator.ifloordiv,
}
_COMPARE: Final[dict[str, Callable[[Never, Never], object]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.is_,
    "is-not": operator.is_not,
    "in": lambda left, right: operator.contains(right, left),
    "not-in": lambda left, right: not operator.contains(right, left),
}
_UNARY: Final[dict[str, Callable[[Never], object]]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
    "not": operator.not_,
}
_CONVERSIONS: Final[dict[str, Callable[[object], object]]] = {
    "s": str,
    "r": repr,
    "a": ascii,
}


class _Method(Protocol):
    def __call__(self, *args: object) -> object: ...


# Values and variables


def _const(frame: Frame, op: Const) -> object:
    return op.value


def _intrinsic(frame: Frame, op: Intrinsic) -> object:
    return getattr(builtins, op.name)


def _make_cell(frame: Frame, op: MakeCell) -> None:
    frame.cells[op.name] = type(frame.cells[op.name])()


def _copy(frame: Frame, op: Copy) -> object:
    return frame.temps[op.value]


def _attr(frame: Frame, op: Attr) -> object:
    return getattr(frame.temps[op.owner], op.name)


def _set_attr(frame: Frame, op: SetAttr) -> None:
    setattr(frame.temps[op.owner], op.name, frame.temps[op.value])


def _del_attr(frame: Frame, op: DelAttr) -> None:
    delattr(frame.temps[op.owner], op.name)


def _item(frame: Frame, op: Item) -> object:
    return frame.temps[op.owner][frame.temps[op.index]]  # type: ignore[index]


def _set_item(frame: Frame, op: SetItem) -> None:
    frame.temps[op.owner][frame.temps[op.index]] = frame.temps[op.value]  # type: ignore[index]


def _del_item(frame: Frame, op: DelItem) -> None:
    del frame.temps[op.owner][frame.temps[op.index]]  # type: ignore[attr-defined]


def _slice(frame: Frame, op: Slice) -> object:
    bounds = [
        None if bound == NO_TEMP else frame.temps[bound] for bound in (op.lower, op.upper, op.step)
    ]
    return slice(*bounds)


def _unary(frame: Frame, op: Unary) -> object:
    return _UNARY[op.operator](frame.temps[op.operand])  # type: ignore[arg-type]


def _binary(frame: Frame, op: Binary) -> object:
    return _BINARY[op.operator](frame.temps[op.left], frame.temps[op.right])  # type: ignore[arg-type]


def _inplace(frame: Frame, op: Inplace) -> object:
    return _INPLACE[op.operator](frame.temps[op.left], frame.temps[op.right])  # type: ignore[arg-type]


def _compare(frame: Frame, op: Compare) -> object:
    return _COMPARE[op.operator](frame.temps[op.left], frame.temps[op.right])  # type: ignore[arg-type]


def _truth(frame: Frame, op: Truth) -> object:
    return bool(frame.temps[op.value])


# Calls and displays


def _call(frame: Frame, op: Call) -> object:
    temps = frame.temps
    callee = temps[op.callee]
    if not op.labels:
        args = [temps[arg] for arg in op.args]
        if type(callee) is BuiltinFunctionType or callee is super:
            special = FRAME_BUILTINS.get(callee)
            if special is not None:
                return special(frame, args)
        return callee(*args)  # type: ignore[operator]
    positional, keywords = arguments(frame, op.args, op.labels)
    if len(keywords) == 1:
        return callee(*positional, **keywords[0])  # type: ignore[operator]
    return _call_merged(callee, positional, keywords)


def arguments(
    frame: Frame, args: tuple[int, ...], labels: tuple[str, ...]
) -> tuple[list[object], list[dict[str, object]]]:
    """Positional arguments, and the keyword ones in pieces that may share names."""
    positional: list[object] = []
    keywords: list[dict[str, object]] = [{}]
    for index, arg in enumerate(args):
        label = labels[index] if labels else ""
        value = frame.temps[arg]
        if label == "":
            positional.append(value)
        elif label == "*":
            assert isinstance(value, tuple)
            positional.extend(value)
        elif label == "**":
            assert isinstance(value, dict)
            if keywords[-1].keys().isdisjoint(value):
                keywords[-1].update(value)
            else:
                keywords.append(value)
        elif label in keywords[-1]:
            keywords.append({label: value})
        else:
            keywords[-1][label] = value
    return positional, keywords


def _call_merged(
    callee: object, positional: list[object], keywords: list[dict[str, object]]
) -> object:
    """A call that gives a keyword twice, so that the host says so."""
    return callee(*positional, **keywords[0], **keywords[1])  # type: ignore[operator]


def _build(frame: Frame, op: Build) -> object:
    temps = frame.temps
    if op.kind == "dict":
        return _build_dict(frame, op)
    if not op.labels:
        values = [temps[arg] for arg in op.args]
    else:
        values = []
        for arg, label in zip(op.args, op.labels, strict=True):
            value = temps[arg]
            if label == "*":
                assert isinstance(value, tuple)
                values.extend(value)
            else:
                values.append(value)
    if op.kind == "list":
        return values
    return tuple(values) if op.kind == "tuple" else set(values)


def _build_dict(frame: Frame, op: Build) -> object:
    temps = frame.temps
    made: dict[object, object] = {}
    index = 0
    while index < len(op.args):
        if op.labels and op.labels[index] == "**":
            made.update(temps[op.args[index]])  # type: ignore[call-overload]
            index += 1
        else:
            made[temps[op.args[index]]] = temps[op.args[index + 1]]
            index += 2
    return made


def _spread(frame: Frame, op: Spread) -> object:
    value = frame.temps[op.value]
    if op.kind == "*":
        if not hasattr(type(value), "__iter__") and not hasattr(type(value), "__getitem__"):
            raise TypeError(f"Value after * must be an iterable, not {type(value).__name__}")
        return (*value,)  # type: ignore[misc]
    return {**value}  # type: ignore[dict-item]


def _collect(frame: Frame, op: Collect) -> None:
    container, value = frame.temps[op.container], frame.temps[op.value]
    if isinstance(container, list):
        container.append(value)
    elif isinstance(container, set):
        container.add(value)
    elif isinstance(container, dict):
        container[frame.temps[op.key]] = value


def _format(frame: Frame, op: Format) -> object:
    value = frame.temps[op.value]
    if op.conversion != "-":
        value = _CONVERSIONS[op.conversion](value)
    spec = "" if op.spec == NO_TEMP else frame.temps[op.spec]
    return format(value, spec)  # type: ignore[arg-type]


def _join(frame: Frame, op: Join) -> object:
    return "".join([str(frame.temps[part]) for part in op.parts])


# Iteration


def _iter(frame: Frame, op: Iter) -> object:
    return iter(frame.temps[op.value])  # type: ignore[call-overload]


def _next(frame: Frame, op: Next) -> object:
    return next(frame.temps[op.iterator], _SENTINEL)  # type: ignore[call-overload]


def _exhausted(frame: Frame, op: Exhausted) -> object:
    return frame.temps[op.value] is _SENTINEL


def _async_iter(frame: Frame, op: AsyncIter) -> object:
    value = frame.temps[op.value]
    method = _special(value, "__aiter__")
    if method is None:
        raise TypeError(
            f"'async for' requires an object with __aiter__ method, got {type(value).__name__}"
        )
    iterator = method()
    if not hasattr(type(iterator), "__anext__"):
        raise TypeError(
            "'async for' received an object from __aiter__ that does not implement __anext__: "
            f"{type(iterator).__name__}"
        )
    return iterator


def _async_next(frame: Frame, op: AsyncNext) -> object:
    method = _special(frame.temps[op.iterator], "__anext__")
    assert method is not None
    awaitable = method()
    if not hasattr(type(awaitable), "__await__") and not inspect.isawaitable(awaitable):
        raise TypeError(
            f"'async for' received an invalid object from __anext__: {type(awaitable).__name__}"
        )
    return awaitable


def _unpack(frame: Frame, op: Unpack) -> object:
    value = frame.temps[op.value]
    try:
        iterator = iter(value)  # type: ignore[call-overload]
    except TypeError:
        if hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__"):
            raise
        message = f"cannot unpack non-iterable {type(value).__name__} object"
    else:
        return _unpack_iterator(iterator, op.before, op.after)
    raise TypeError(message)


def _unpack_iterator(iterator: Iterable[object], before: int, after: int) -> object:
    found: list[object] = []
    source = iter(iterator)
    for _ in range(before):
        value = next(source, _SENTINEL)
        if value is _SENTINEL:
            least = "at least " if after >= 0 else ""
            wanted = before + max(after, 0)
            raise ValueError(
                f"not enough values to unpack (expected {least}{wanted}, got {len(found)})"
            )
        found.append(value)
    if after < 0:
        if next(source, _SENTINEL) is not _SENTINEL:
            raise ValueError(f"too many values to unpack (expected {before})")
        return tuple(found)
    rest = list(source)
    if len(rest) < after:
        raise ValueError(
            f"not enough values to unpack (expected at least {before + after}, "
            f"got {before + len(rest)})"
        )
    cut = len(rest) - after
    return (*found, rest[:cut], *rest[cut:])


def _element(frame: Frame, op: Element) -> object:
    value = frame.temps[op.value]
    assert isinstance(value, tuple)
    return value[op.index]


def _length(frame: Frame, op: Length) -> object:
    return len(frame.temps[op.value])  # type: ignore[arg-type]


# Context managers and exceptions


def _special(value: object, name: str) -> _Method | None:
    """A method that is looked up on the type, bound."""
    for cls in type(value).__mro__:
        if name in cls.__dict__:
            found: object = cls.__dict__[name]
            getter = getattr(type(found), "__get__", None)
            bound: object = found if getter is None else getter(found, value, type(value))
            return bound  # type: ignore[return-value]
    return None


def _load_exit(frame: Frame, op: LoadExit) -> object:
    manager = frame.temps[op.manager]
    prefix = "a" if op.mode == "async" else ""
    kind = "asynchronous context manager" if prefix else "context manager"
    complaint = f"'{type(manager).__name__}' object does not support the {kind} protocol"
    if _special(manager, f"__{prefix}enter__") is None:
        raise TypeError(complaint)
    method = _special(manager, f"__{prefix}exit__")
    if method is None:
        raise TypeError(f"{complaint} (missed __{prefix}exit__ method)")
    return method


def _enter(frame: Frame, op: Enter) -> object:
    method = _special(frame.temps[op.manager], "__aenter__" if op.mode == "async" else "__enter__")
    assert method is not None
    return method()


def _exit(frame: Frame, op: Exit) -> object:
    method = frame.temps[op.method]
    if op.exception == NO_TEMP:
        return method(None, None, None)  # type: ignore[operator]
    error = frame.temps[op.exception]
    assert isinstance(error, BaseException)
    return method(type(error), error, error.__traceback__)  # type: ignore[operator]


def _matches(frame: Frame, op: Matches) -> object:
    error = frame.temps[op.exception]
    assert isinstance(error, BaseException)
    types = frame.temps[op.types]
    classes = types if isinstance(types, tuple) else (types,)
    for one in classes:
        if not (isinstance(one, type) and issubclass(one, BaseException)):
            raise TypeError(
                "catching classes that do not inherit from BaseException is not allowed"
            )
    return groups.takes(error, classes)


def _group_match(frame: Frame, op: GroupMatch) -> object:
    return groups.split(frame.temps[op.exception], frame.temps[op.types])[0]


def _group_rest(frame: Frame, op: GroupRest) -> object:
    return groups.split(frame.temps[op.exception], frame.temps[op.types])[1]


def _group_result(frame: Frame, op: GroupResult) -> object:
    return groups.result(frame.temps[op.exception], frame.temps[op.raised], frame.explicit)


def _raise(frame: Frame, op: Raise) -> None:
    if op.exception == NO_TEMP:
        raise
    frame.explicit.append(frame.temps[op.exception])
    if op.cause == NO_TEMP:
        raise frame.temps[op.exception]  # type: ignore[misc]
    raise frame.temps[op.exception] from frame.temps[op.cause]  # type: ignore[misc]


def _reraise(frame: Frame, op: Reraise) -> None:
    error = frame.temps[op.exception]
    assert isinstance(error, BaseException)
    context = error.__context__
    try:
        raise error
    finally:
        error.__context__ = context


# Imports and annotations


def _import(frame: Frame, op: Import) -> object:
    importer = frame.builtins.get("__import__")
    if importer is None:
        raise ImportError("__import__ not found")
    return importer(op.module, frame.globals, None, op.names or None, op.level)  # type: ignore[operator]


def _import_from(frame: Frame, op: ImportFrom) -> object:
    """A name of an imported module, else a submodule that is loaded already."""
    module = frame.temps[op.module]
    try:
        return getattr(module, op.name)
    except AttributeError:
        pass
    return patterns.submodule(module, op.name)


def _import_star(frame: Frame, op: ImportStar) -> None:
    module = frame.temps[op.module]
    names: object = getattr(module, "__all__", None)
    if names is None:
        names = [name for name in module.__dict__ if not name.startswith("_")]
    assert isinstance(names, (list, tuple))
    scope = GLOBAL if frame.namespace is None else NAME
    for name in names:
        bind_name(frame, scope, str(name), getattr(module, name))


def _annotated(frame: Frame) -> MutableMapping[str, object]:
    return frame.globals if frame.namespace is None else frame.namespace


def _setup_annotations(frame: Frame, op: SetupAnnotations) -> None:
    where = _annotated(frame)
    if "__annotations__" not in where:
        where["__annotations__"] = {}


def _annotate(frame: Frame, op: Annotate) -> None:
    where = load_name(frame, "__annotations__")
    where[op.name] = frame.temps[op.value]  # type: ignore[index]


# Patterns


def _match_class(frame: Frame, op: MatchClass) -> object:
    return patterns.match_class(
        frame.temps[op.subject], frame.temps[op.cls], op.positional, op.names
    )


def _match_mapping(frame: Frame, op: MatchMapping) -> object:
    return patterns.is_mapping(frame.temps[op.subject])


def _match_sequence(frame: Frame, op: MatchSequence) -> object:
    return patterns.is_sequence(frame.temps[op.subject])


def _match_keys(frame: Frame, op: MatchKeys) -> object:
    return patterns.values_of(frame.temps[op.subject], [frame.temps[key] for key in op.keys])


def _mapping_rest(frame: Frame, op: MappingRest) -> object:
    subject = frame.temps[op.subject]
    rest: dict[object, object] = {**subject}  # type: ignore[dict-item]
    for key in op.keys:
        del rest[frame.temps[key]]
    return rest


def _nop(frame: Frame, op: Nop) -> None:
    pass


OPERATIONS: Final[dict[type[Op], Callable[[Frame, Never], object]]] = {
    Const: _const,
    Intrinsic: _intrinsic,
    Load: load,
    Store: store,
    Delete: delete,
    MakeCell: _make_cell,
    Copy: _copy,
    Attr: _attr,
    SetAttr: _set_attr,
    DelAttr: _del_attr,
    Item: _item,
    SetItem: _set_item,
    DelItem: _del_item,
    Slice: _slice,
    Unary: _unary,
    Binary: _binary,
    Inplace: _inplace,
    Compare: _compare,
    Truth: _truth,
    Call: _call,
    Build: _build,
    Spread: _spread,
    Collect: _collect,
    Format: _format,
    Join: _join,
    Iter: _iter,
    Next: _next,
    Exhausted: _exhausted,
    AsyncIter: _async_iter,
    AsyncNext: _async_next,
    Unpack: _unpack,
    Element: _element,
    Length: _length,
    LoadExit: _load_exit,
    Enter: _enter,
    Exit: _exit,
    Matches: _matches,
    GroupMatch: _group_match,
    GroupRest: _group_rest,
    GroupResult: _group_result,
    Raise: _raise,
    Reraise: _reraise,
    Import: _import,
    ImportFrom: _import_from,
    ImportStar: _import_star,
    SetupAnnotations: _setup_annotations,
    Annotate: _annotate,
    MatchClass: _match_class,
    MatchMapping: _match_mapping,
    MatchSequence: _match_sequence,
    MatchKeys: _match_keys,
    MappingRest: _mapping_rest,
    Nop: _nop,
}
