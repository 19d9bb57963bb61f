"""The state of one interpreted call, and what a name means in it.

Invariant: a variable lives in exactly one place: `locals`, a cell, the class namespace, or the
module's globals; an unbound local is absent from `locals`, an unbound cell is empty.
"""

from __future__ import annotations

import builtins
from collections.abc import MutableMapping
from types import CellType, CodeType, ModuleType
from typing import Final, final

from assay.ir.function import Block, FunctionIR
from assay.ir.ops import CELL, CLASS_CELL, GLOBAL, LOCAL, Delete, Load, Store


@final
class Program:
    """What the calls of one module share."""

    __slots__ = ("builtins", "codes", "filename", "globals")

    def __init__(self, module_globals: dict[str, object]) -> None:
        self.globals: Final = module_globals
        self.builtins: Final = builtins_of(module_globals)
        self.codes: Final[dict[int, CodeType]] = {}  # the host's code, by the id of the function
        place = module_globals.get("__file__")
        self.filename: Final = place if isinstance(place, str) else "<ir>"


@final
class Thrown:
    """Carries what a consumer throws to the place of the suspension.

    The `throw` of the host's generators would close those inside them before they see a
    GeneratorExit, and set `__context__` at each, though they are one generator to the program.
    """

    __slots__ = ("context", "error")

    def __init__(self, error: BaseException) -> None:
        self.error: Final = error
        self.context: Final = error.__context__


@final
class Frame:
    """One running call. `namespace` is that of a class body, None elsewhere."""

    __slots__ = (
        "block",
        "blocks",
        "builtins",
        "cells",
        "exception",
        "explicit",
        "function",
        "globals",
        "index",
        "locals",
        "namespace",
        "program",
        "result",
        "stop",
        "temps",
        "thrown",
    )

    def __init__(
        self,
        function: FunctionIR,
        program: Program,
        captured: dict[str, CellType],
        namespace: MutableMapping[str, object] | None,
    ) -> None:
        self.function: Final = function
        self.blocks: Final[list[Block]] = function.blocks
        self.program: Final = program
        self.globals: Final = program.globals
        self.builtins: Final = program.builtins
        self.namespace: Final = namespace
        self.temps: Final[list[object]] = [None] * function.temp_count
        self.locals: Final[dict[str, object]] = {}
        self.cells: Final[dict[str, CellType]] = dict(captured)
        for name in function.cells:
            self.cells[name] = CellType()
        self.block = 0
        self.index = 0
        self.exception: BaseException | None = None  # what `Caught` gives
        self.explicit: Final[list[object]] = []  # what `raise` with an operand raised
        self.stop: BaseException | None = None  # a StopIteration on its way out
        self.thrown: Thrown | None = None  # what the last suspension was resumed with
        self.result: object = None

    def bind(self, arguments: tuple[object, ...]) -> None:
        """Bind the parameters, in the order of `Parameters.names`."""
        for name, value in zip(self.function.parameters.names(), arguments, strict=True):
            cell = self.cells.get(name)
            if cell is None or name not in self.function.cells:
                self.locals[name] = value
            else:
                cell.cell_contents = value

    def visible(self) -> dict[str, object]:
        """What `locals()` gives in a function."""
        found = {name: value for name, value in self.locals.items() if "." not in name}
        for name, cell in self.cells.items():
            if "." not in name:
                try:
                    found[name] = cell.cell_contents
                except ValueError:
                    continue
        return found


def builtins_of(module_globals: dict[str, object]) -> dict[str, object]:
    """The builtins of a module's code."""
    found = module_globals.get("__builtins__", builtins)
    if isinstance(found, ModuleType):
        return found.__dict__
    if isinstance(found, dict):
        return found
    return builtins.__dict__


def _shown(name: str) -> str:
    """A variable of an inlined comprehension, by the name that the source has for it."""
    head, dot, number = name.rpartition(".")
    return head if dot and head and number.isdigit() else name


def load(frame: Frame, op: Load) -> object:
    """Read a variable. Raises NameError or UnboundLocalError."""
    name = op.name
    scope = op.scope
    if scope == LOCAL:
        try:
            return frame.locals[name]
        except KeyError:
            pass
        raise _unbound_local(name)
    if scope == CELL:
        return _cell_value(frame, name)
    if scope == GLOBAL:
        return _global(frame, name)
    if scope == CLASS_CELL:
        namespace = frame.namespace
        if namespace is not None:
            try:
                return namespace[name]
            except KeyError:
                pass
        return _cell_value(frame, name)
    return load_name(frame, name)


def load_name(frame: Frame, name: str) -> object:
    """Read a name of the class namespace, the module or the builtins. Raises NameError."""
    if frame.namespace is not None:
        try:
            return frame.namespace[name]
        except KeyError:
            pass
    return _global(frame, name)


def _unbound_local(name: str) -> UnboundLocalError:
    return UnboundLocalError(
        f"cannot access local variable '{_shown(name)}' where it is not associated with a value"
    )


def _unbound_cell(frame: Frame, name: str) -> NameError:
    if name in frame.function.cells:
        return _unbound_local(name)
    return NameError(
        f"cannot access free variable '{_shown(name)}' where it is not associated with a value "
        "in enclosing scope"
    )


def _cell_value(frame: Frame, name: str) -> object:
    try:
        value: object = frame.cells[name].cell_contents
    except ValueError:
        pass
    else:
        return value
    raise _unbound_cell(frame, name)


def _global(frame: Frame, name: str) -> object:
    try:
        return frame.globals[name]
    except KeyError:
        pass
    try:
        return frame.builtins[name]
    except KeyError:
        pass
    raise NameError(f"name '{name}' is not defined", name=name)


def store(frame: Frame, op: Store) -> None:
    """Bind a variable."""
    bind_name(frame, op.scope, op.name, frame.temps[op.value])


def bind_name(frame: Frame, scope: str, name: str, value: object) -> None:
    """Bind a variable by scope and name."""
    if scope == LOCAL:
        frame.locals[name] = value
    elif scope in (CELL, CLASS_CELL):
        frame.cells[name].cell_contents = value
    elif scope == GLOBAL:
        frame.globals[name] = value
    else:
        assert frame.namespace is not None, "NAME outside of a class body"
        frame.namespace[name] = value


def delete(frame: Frame, op: Delete) -> None:
    """Unbind a variable. Raises NameError or UnboundLocalError."""
    name, scope = op.name, op.scope
    error: NameError
    if scope in (CELL, CLASS_CELL):
        cell = frame.cells[name]
        try:
            bool(cell.cell_contents is None)
        except ValueError:
            error = _unbound_cell(frame, name)
        else:
            del cell.cell_contents
            return
    elif scope == LOCAL:
        if name in frame.locals:
            del frame.locals[name]
            return
        error = _unbound_local(name)
    else:
        where = frame.globals if scope == GLOBAL or frame.namespace is None else frame.namespace
        try:
            del where[name]
        except KeyError:
            error = NameError(f"name '{name}' is not defined", name=name)
        else:
            return
    raise error
