"""What a function puts into the containers that it has under a name.

    self.jobs[key] = Job()      keys and values of the attribute `jobs`
    found.append(Row(line))     elements of the variable `found`
    [Row(x) for x in lines]     elements of the list that the comprehension makes

Flow-insensitive, like variables: a container holds whatever anything puts into it. Only the names
of methods are looked at, so the container has to be known to be one before this is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Attr, Call, Collect, Load, SetItem

if TYPE_CHECKING:
    from assay.program.facts import FunctionFacts

_FIRST: Final = frozenset(("append", "add", "appendleft", "put", "put_nowait", "push"))
_SECOND: Final = frozenset(("insert",))
_KEYED: Final = frozenset(("setdefault", "__setitem__"))
_MANY: Final = frozenset(("extend", "update", "extendleft"))


@final
class Put:
    """One thing that is put in, its key (NO_TEMP where there is none), or a whole iterable."""

    __slots__ = ("is_many", "key", "value")

    def __init__(self, key: int, value: int, is_many: bool) -> None:
        self.key: Final = key
        self.value: Final = value
        self.is_many: Final = is_many


@final
class Puts:
    """Everything that one function puts into containers."""

    __slots__ = ("attributes", "comprehensions", "variables")

    def __init__(self, function: FunctionFacts) -> None:
        self.variables: Final[dict[str, list[Put]]] = {}
        self.attributes: Final[dict[str, list[Put]]] = {}  # of whatever object
        self.comprehensions: Final[dict[int, list[Put]]] = {}  # by the temporary of the display
        for block in function.ir.blocks:
            for op in block.ops:
                if type(op) is SetItem:
                    self._add(function, op.owner, Put(op.index, op.value, False))
                elif type(op) is Collect:
                    found = self.comprehensions.setdefault(op.container, [])
                    found.append(Put(op.key, op.value, False))
        for site in function.calls:
            method = function.definitions[site.op.callee]
            if isinstance(method, Attr) and not site.op.labels:
                put = _put(method.name, site.op)
                if put is not None:
                    self._add(function, method.owner, put)

    def _add(self, function: FunctionFacts, owner: int, put: Put) -> None:
        container = function.definitions[owner]
        if isinstance(container, Load):
            self.variables.setdefault(container.name, []).append(put)
        elif isinstance(container, Attr):
            self.attributes.setdefault(container.name, []).append(put)


def _put(name: str, op: Call) -> Put | None:
    arguments = op.args
    if name in _FIRST and arguments:
        return Put(-1, arguments[0], False)
    if name in _SECOND and len(arguments) == 2:
        return Put(-1, arguments[1], False)
    if name in _KEYED and len(arguments) == 2:
        return Put(arguments[0], arguments[1], False)
    if name in _MANY and len(arguments) == 1:
        return Put(-1, arguments[0], True)
    return None
