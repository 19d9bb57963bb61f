"""The calls of a function that acquire something which must be given back."""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops import LOCAL, Attr, Call, Load
from assay.models.resources import Resource, resource_model
from assay.program.facts import FunctionFacts


@final
class Acquisition:
    """One call that acquires a resource, or one element of the tuple that it returns."""

    __slots__ = ("element", "number", "op", "resource")

    def __init__(self, number: int, op: Call, resource: Resource, element: int) -> None:
        self.number: Final = number
        self.op: Final = op
        self.resource: Final = resource
        self.element: Final = element  # -1 when the call returns the resource itself

    @property
    def bit(self) -> int:
        """Its bit in a set of acquisitions."""
        return 1 << self.number


def acquisitions(function: FunctionFacts, cwes: frozenset[int]) -> list[Acquisition]:
    """The acquisitions of resources of these CWE numbers, in order of the blocks."""
    model = resource_model()
    found: list[Acquisition] = []
    for site in function.calls:
        callee = function.callee(site.op)
        rows = model.acquired_by(callee) if callee else []
        if not rows:
            rows = model.named(named_call(function, site.op))
        for resource in rows:
            if resource.cwe not in cwes or not _is_acquired(function, site.op, resource):
                continue
            for element in resource.elements or (-1,):
                found.append(Acquisition(len(found), site.op, resource, element))
    return found


def named_call(function: FunctionFacts, op: Call) -> str:
    """`loop.create_server` for `self._loop.create_server()`: method and what it is called on.

    The receiver is named as its last part without underscores; `""` for a plain function.
    """
    method = function.definitions[op.callee]
    if not isinstance(method, Attr):
        return ""
    owner = function.spelled(method.owner).rpartition(".")[2].strip("_()[]")
    return f"{owner}.{method.name}"


def _is_acquired(function: FunctionFacts, op: Call, resource: Resource) -> bool:
    if not resource.only_with:
        return True
    for keyword, wanted in resource.only_with:
        value = function.argument(op, -1, keyword)
        if value is None:
            continue
        if any(_is(function, part, wanted) for part in _possible(function, value)):
            return True
    return False


def _possible(function: FunctionFacts, temp: int) -> list[int]:
    """The temporaries that a variable may have been assigned from; the temporary itself, else."""
    loaded = function.definitions[temp]
    if isinstance(loaded, Load) and loaded.scope == LOCAL:
        return [temp, *[store.value for store in function.stores(loaded.name)]]
    return [temp]


def _is(function: FunctionFacts, temp: int, wanted: str) -> bool:
    constant = function.constant(temp)
    return function.qualified(temp) == wanted or (
        constant is not None and repr(constant.value) == wanted
    )
