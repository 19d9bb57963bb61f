"""Builtins that look at the frame that calls them: `super`, `locals`, `eval` and their like.

The host's would see the interpreter's frame, so calls of them are answered here, by identity.
This module has no `from __future__ import annotations`: `exec` would hand it on.
"""

from collections.abc import Callable, Mapping
from typing import Final

from assay.ir.interpret.frame import Frame

_DELETED: Final = object()


def _super(frame: Frame, args: list[object]) -> object:
    if args:
        return super(*args)
    names = frame.function.parameters.names()
    if not names:
        raise RuntimeError("super(): no arguments")
    cell = frame.cells.get("__class__")
    if cell is None:
        raise RuntimeError("super(): __class__ cell not found")
    try:
        cls = cell.cell_contents
    except ValueError:
        cls = None
    if cls is None:
        raise RuntimeError("super(): empty __class__ cell")
    try:
        if names[0] in frame.function.cells:
            first: object = frame.cells[names[0]].cell_contents
        else:
            first = frame.locals[names[0]]
    except (KeyError, ValueError):
        first = _DELETED
    if first is _DELETED:
        raise RuntimeError("super(): arg[0] deleted")
    return super(cls, first)


def _locals(frame: Frame) -> Mapping[str, object]:
    if frame.namespace is not None:
        return frame.namespace
    return frame.globals if frame.function.kind == "module" else frame.visible()


def _call_locals(frame: Frame, args: list[object]) -> object:
    return locals(*args) if args else _locals(frame)


def _call_globals(frame: Frame, args: list[object]) -> object:
    return globals(*args) if args else frame.globals


def _call_vars(frame: Frame, args: list[object]) -> object:
    return vars(*args) if args else _locals(frame)


def _call_dir(frame: Frame, args: list[object]) -> object:
    return dir(*args) if args else sorted(_locals(frame))


def _namespaces(frame: Frame, args: list[object]) -> tuple[dict[str, object], Mapping[str, object]]:
    """The globals and locals that `eval` and `exec` take; None means the caller's."""
    given = args[1] if len(args) > 1 else None
    local = args[2] if len(args) > 2 else None
    if given is None:
        return frame.globals, _locals(frame) if local is None else local  # type: ignore[return-value]
    return given, given if local is None else local  # type: ignore[return-value]


def _call_eval(frame: Frame, args: list[object]) -> object:
    names, local = _namespaces(frame, args)
    return eval(args[0], names, local)  # type: ignore[arg-type]


def _call_exec(frame: Frame, args: list[object]) -> object:
    names, local = _namespaces(frame, args)
    exec(args[0], names, local)  # type: ignore[arg-type]
    return None


FRAME_BUILTINS: Final[dict[object, Callable[[Frame, list[object]], object]]] = {
    super: _super,
    locals: _call_locals,
    globals: _call_globals,
    vars: _call_vars,
    dir: _call_dir,
    eval: _call_eval,
    exec: _call_exec,
}
