"""What tests say of things that are open: whether they are closed, there, or of some kind.

    if stream.closed: ...               in the branch taken there is nothing to give back
    if os.path.exists(path): ...        in the other one there is nothing to remove
    if stream is not given: ...         what was acquired here is no parameter
    if descriptor < 0: ...              an open descriptor is not

Invariant: an answer is given only for what a world holds; `None` where the test tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from assay.domains.acquisitions import Acquisition
from assay.domains.worlds import FALSE, NONE, TRUE, holds, site_of
from assay.ir.ops import NO_TEMP, Attr, Call, Compare, Load, Truth
from assay.program.facts import FunctionFacts

# What no resource is an instance of.
PLAIN_TYPES: Final = frozenset(
    ("str", "bytes", "bytearray", "int", "list", "dict", "tuple", "unicode", "basestring")
)

# Tests of whether there is still something to give back.
_CLOSED: Final = frozenset(("closed", "_closed", "is_closed"))
_EXISTS: Final = frozenset(
    ("os.path.exists", "os.path.lexists", "os.path.isfile", "os.path.isdir", "os.path.islink")
)
_ALIVE: Final = frozenset(("exists", "is_file", "is_dir", "is_open", "is_alive"))


def asked_about(function: FunctionFacts, condition: int, taken: bool) -> int:
    """The temporary of which a branch says that nothing is to be given back, or `NO_TEMP`."""
    op = function.definitions[condition]
    if isinstance(op, Truth):
        op = function.definitions[op.value]
    if isinstance(op, Attr):
        return op.owner if op.name in _CLOSED and taken else op.dest
    if not isinstance(op, Call):
        return NO_TEMP
    method = function.definitions[op.callee]
    if taken:
        closed = isinstance(method, Attr) and method.name in _CLOSED
        return method.owner if closed and isinstance(method, Attr) else NO_TEMP
    if function.callee(op) in _EXISTS and op.args:
        return op.args[0]
    return method.owner if isinstance(method, Attr) and method.name in _ALIVE else NO_TEMP


def compared(
    function: FunctionFacts,
    sites: Sequence[Acquisition],
    op: Compare,
    values: Mapping[str | int, int],
) -> int | None:
    """What a comparison with something open gives, None when that does not follow."""
    left, right = values.get(op.left, NONE), values.get(op.right, NONE)
    if op.operator in ("==", "!=", "is", "is-not"):
        if (holds(left) and _is_given(function, op.right)) or (
            holds(right) and _is_given(function, op.left)
        ):
            return FALSE if op.operator in ("==", "is") else TRUE
    elif op.operator in ("<", ">=") and holds(left):
        zero = function.constant(op.right)
        if sites[site_of(left)].resource.cwe == 775 and zero is not None and zero.value == 0:
            return FALSE if op.operator == "<" else TRUE
    return None


def _is_given(function: FunctionFacts, temp: int) -> bool:
    """Whether a value is a parameter as the caller gave it: never what was acquired here."""
    op = function.definitions[temp]
    return (
        isinstance(op, Load)
        and op.name in function.ir.parameters.names()
        and not function.stores(op.name)
    )
