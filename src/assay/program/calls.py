"""What a call calls: functions in view, things of libraries, and what is not known.

    store.save(x)     Callees(targets=(Target(Store.save, bound),), external=(), hole="")
    os.system(x)      Callees(targets=(), external=("os.system",), hole="")
    handler(x)        Callees(targets=(), external=(), hole="the parameter handler of f")

A method that classes below override is any of them, up to `TARGETS.most`; above that the hole says
so. Invariant: targets and paths are in a fixed order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import NO_TEMP, Attr, Call
from assay.program.classes import ClassInfo, is_decorated
from assay.program.facts import FunctionFacts
from assay.program.guesses import guessed_methods, implementing
from assay.program.limits import TARGETS
from assay.program.parameters import bound_arguments
from assay.program.values import (
    ClassObject,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    ModuleValue,
    Unknown,
)

if TYPE_CHECKING:
    from assay.program.program import Program


_TOO_MANY: Final = ", which too many classes may override"


@final
class Target:
    """A function in view that a call may run.

    `bound`: the first parameter is not among the arguments of the call. `receiver` is the temporary
    of the object, NO_TEMP when there is none at hand. `skipped` positional parameters and
    `keywords` are filled by `functools.partial`. `wraps`: it stands round another target, which it
    calls, because of a decorator. `guessed`: a name alone tells it (`program.guesses`).
    """

    __slots__ = ("bound", "function", "guessed", "keywords", "receiver", "skipped", "wraps")

    def __init__(
        self,
        function: FunctionFacts,
        bound: bool,
        receiver: int,
        skipped: int,
        keywords: tuple[str, ...],
        wraps: bool = False,
        guessed: bool = False,
    ) -> None:
        self.function: Final = function
        self.bound: Final = bound
        self.receiver: Final = receiver
        self.skipped: Final = skipped
        self.keywords: Final = keywords
        self.wraps: Final = wraps
        self.guessed: Final = guessed


@final
class Callees:
    """Everything that one call may run."""

    __slots__ = ("constructs", "external", "hole", "targets")

    def __init__(
        self,
        targets: tuple[Target, ...],
        external: tuple[str, ...],
        constructs: ClassInfo | None,
        hole: str,
    ) -> None:
        self.targets: Final = targets
        self.external: Final = external  # dotted paths; of methods, by the class of the object
        self.constructs: Final = constructs  # the class in view when it is a constructor call
        self.hole: Final = hole  # why (part of) it is not known; "" when all is

    @property
    def remedy(self) -> str:
        """What would bring the unknown part into view; "" when there is none."""
        if not self.hole:
            return ""
        if self.hole.startswith("the parameter "):
            return f"annotate {self.hole}"
        if self.hole.endswith(" override"):
            return "read the methods that override it by hand"
        if self.hole.startswith("its annotation"):
            return "annotate it with a class"
        return "read what it calls by hand; assay dump callgraph shows what is known"

    @property
    def is_cut(self) -> bool:
        """Whether a limit has left out methods that override the target."""
        return self.hole.endswith((" override", _TOO_MANY))

    @property
    def is_known(self) -> bool:
        """Whether all that may run has a name."""
        return not self.hole


def callees_of(program: Program, function: FunctionFacts, op: Call) -> Callees:
    """What a call of a function may run."""
    targets: dict[tuple[str, bool, int], Target] = {}
    external: dict[str, None] = {}
    constructs: ClassInfo | None = None
    holes: list[str] = []
    method = function.definitions[op.callee]
    receiver = method.owner if isinstance(method, Attr) else NO_TEMP
    for value in program.types.objects(program.types.temp(function, op.callee)):
        if isinstance(value, FunctionValue):
            for each, guessed in _overridden(program, value, holes):
                _add(targets, each, receiver if each.bound else NO_TEMP, guessed)
        elif isinstance(value, ClassObject):
            constructs = value.cls
            _constructor(program, value.cls, targets, external, holes)
        elif isinstance(value, Instance):
            called = value.cls.find_method("__call__")
            if called is not None:
                _add(targets, FunctionValue(called, True), op.callee)
            else:
                holes.append(f"a call of an instance of {value.cls.name}")
        elif isinstance(value, External):
            external[value.path] = None
        elif isinstance(value, ExternalInstance):
            external[f"{value.path}.__call__"] = None
        elif isinstance(value, Unknown):
            holes.append(value.reason)
        elif isinstance(value, ModuleValue):
            holes.append(f"a call of the module {value.module.name}")
        else:
            holes.append("a call of something that is no function")
    if not targets and not external and constructs is None:
        if not holes:
            holes.append("a value that is None as far as is known")
        if isinstance(method, Attr):
            for found in guessed_methods(program, function, method):
                _add(targets, FunctionValue(found, True), receiver, True)
    return Callees(tuple(targets.values()), tuple(external), constructs, min(holes, default=""))


def _add(
    targets: dict[tuple[str, bool, int], Target],
    value: FunctionValue,
    receiver: int,
    guessed: bool = False,
) -> None:
    key = (value.function.key, value.bound, value.skipped)
    if key not in targets:
        targets[key] = Target(
            value.function,
            value.bound,
            receiver,
            value.skipped,
            value.keywords,
            value.wraps,
            guessed,
        )


def _overridden(
    program: Program, value: FunctionValue, holes: list[str]
) -> list[tuple[FunctionValue, bool]]:
    """A method and those that override it below; those of a protocol by its names are guessed."""
    seen_from = value.seen_from
    if seen_from is None or not value.bound or value.wraps:
        return [(value, False)]
    name = value.function.ir.name
    below = program.overriding(seen_from, name)
    if below is None:
        holes.append(f"{name}{_TOO_MANY}")
        return [(value, False)]
    methods = {value.function: False}
    for cls in below:
        function = cls.method(name)
        if function is not None:
            methods.setdefault(function, False)
    owner = value.function.owner
    if owner is not None and _is_protocol(owner):
        for cls in implementing(program, owner):
            function = cls.find_method(name)
            if function is not None:
                methods.setdefault(function, True)
    if len(methods) > 1 and _is_abstract(value.function):
        del methods[value.function]
    if len(methods) > TARGETS.most:
        TARGETS.note(value.function.file, value.function.ir.first_line)
        holes.append(f"{name}, which {len(methods) - 1} classes override")
        return [(value, False)]
    return [
        (
            value
            if function is value.function
            else FunctionValue(function, True, value.skipped, value.keywords),
            guessed,
        )
        for function, guessed in methods.items()
    ]


def _is_protocol(cls: ClassInfo) -> bool:
    return any(path.rpartition(".")[2] == "Protocol" for path in cls.external_bases)


def _is_abstract(function: FunctionFacts) -> bool:
    """Whether a method only declares what classes below do, so that it never runs by itself."""
    if is_decorated(function, "abstractmethod"):
        return True
    return function.owner is not None and _is_protocol(function.owner)


def _constructor(
    program: Program,
    cls: ClassInfo,
    targets: dict[tuple[str, bool, int], Target],
    external: dict[str, None],
    holes: list[str],
) -> None:
    for name in ("__new__", "__init__"):
        method = cls.find_method(name)
        if method is not None:
            _add(targets, FunctionValue(method, True), NO_TEMP)
        elif name == "__init__":
            for path in cls.all_external_bases()[:1]:
                external[path] = None
            if cls.hole():
                holes.append(f"the constructor of {cls.name}: {cls.hole()}")


def bind(target: Target, op: Call) -> dict[str, int]:
    """Which temporary of a call each named parameter of the callee gets.

    Parameters that are filled by `*` or `**`, by defaults or by a partial are left out; the
    receiver of a method is there when it is at hand.
    """
    return bound_arguments(target.function, target.bound, target.skipped, target.receiver, op)
