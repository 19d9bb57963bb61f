"""What a value of the reviewed program may be: the members of a type, and unions of them.

A type is a tuple of values, sorted by their keys and without repetition: `()` is nothing known
yet (bottom), more than `VALUES.most` are `ANYTHING` (top). An `Unknown` among others says that the
value may also be something that is not in view, and why.

Things in view are referred to as they are (a function, a class), things of libraries by their
dotted path, whether or not stubs tell more about them:

    Instance(depot.Store)    ExternalInstance("socket.socket")    External("os.path.join")

Invariant: two values are the same exactly when their keys are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.program.limits import VALUES

if TYPE_CHECKING:
    from assay.program.classes import ClassInfo
    from assay.program.facts import FunctionFacts
    from assay.program.modules import Module


class Value:
    """One thing that a value may be."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key: Final = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key


class Unknown(Value):
    """Something that is not in view; `reason` says why, as a phrase."""

    __slots__ = ("reason",)

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(key or f"? {reason}")
        self.reason: Final = reason


@final
class Parameter(Unknown):
    """What a caller gives for a parameter, or (`is_called`) what calling that gives.

    It is filled in where the call is known.
    """

    __slots__ = ("function", "is_called", "name")

    def __init__(self, function: FunctionFacts, name: str, is_called: bool = False) -> None:
        shown = function.ir.qualname or function.ir.name
        mark = "()" if is_called else ""
        super().__init__(
            f"the parameter {name} of {shown}", f"?parameter {function.key} {name}{mark}"
        )
        self.function: Final = function
        self.name: Final = name
        self.is_called: Final = is_called


@final
class NoneValue(Value):
    """`None`."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("None")


@final
class Instance(Value):
    """An instance of a class in view."""

    __slots__ = ("cls",)

    def __init__(self, cls: ClassInfo) -> None:
        super().__init__(cls.key)
        self.cls: Final = cls


@final
class ClassObject(Value):
    """A class in view itself."""

    __slots__ = ("cls",)

    def __init__(self, cls: ClassInfo) -> None:
        super().__init__(f"type[{cls.key}]")
        self.cls: Final = cls


@final
class FunctionValue(Value):
    """A function in view; `bound` says that its first parameter is filled already.

    `skipped` counts further positional parameters that are filled (`functools.partial`), `keywords`
    names those filled by name. `seen_from` is the class through which a method was looked up;
    `wraps`: it was put round another function, which it calls, by a decorator.
    """

    __slots__ = ("bound", "function", "keywords", "seen_from", "skipped", "wraps")

    def __init__(
        self,
        function: FunctionFacts,
        bound: bool,
        skipped: int = 0,
        keywords: tuple[str, ...] = (),
        seen_from: ClassInfo | None = None,
        wraps: bool = False,
    ) -> None:
        filled = f" +{skipped} {','.join(keywords)}" if skipped or keywords else ""
        through = f" of {seen_from.key}" if seen_from is not None else ""
        kept = " round another" if wraps else ""
        super().__init__(f"{function.key}{' bound' if bound else ''}{filled}{through}{kept}")
        self.function: Final = function
        self.bound: Final = bound
        self.skipped: Final = skipped
        self.keywords: Final = keywords
        self.seen_from: Final = seen_from
        self.wraps: Final = wraps

    def bind(self, seen_from: ClassInfo | None) -> FunctionValue:
        """The same as a method of an object of a class."""
        return FunctionValue(
            self.function, True, self.skipped, self.keywords, seen_from, self.wraps
        )


@final
class ModuleValue(Value):
    """A module in view."""

    __slots__ = ("module",)

    def __init__(self, module: Module) -> None:
        super().__init__(f"module {module.name} {module.path}")
        self.module: Final = module


@final
class External(Value):
    """A module, class, function or object of a library, by its dotted path."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        super().__init__(f"= {path}")
        self.path: Final = path


@final
class ExternalInstance(Value):
    """An instance of a class of a library; `arguments` are those of a generic one: `list[str]`."""

    __slots__ = ("arguments", "path")

    def __init__(self, path: str, arguments: tuple[Type, ...] = ()) -> None:
        inner = ", ".join(spelled(argument) for argument in arguments)
        super().__init__(f"{path}[{inner}]" if inner else path)
        self.path: Final = path
        self.arguments: Final = arguments


@final
class TupleValue(Value):
    """A tuple of known length."""

    __slots__ = ("elements",)

    def __init__(self, elements: tuple[Type, ...]) -> None:
        super().__init__(f"({', '.join(spelled(element) for element in elements)})")
        self.elements: Final = elements


@final
class SuperValue(Value):
    """`super()` in a class: what comes behind it in the order of its methods."""

    __slots__ = ("after", "of")

    def __init__(self, after: ClassInfo, of: ClassInfo) -> None:
        super().__init__(f"super({after.key}, {of.key})")
        self.after: Final = after
        self.of: Final = of


Type: TypeAlias = tuple[Value, ...]

NOTHING: Final[Type] = ()
NONE: Final[Type] = (NoneValue(),)


def unknown(reason: str) -> Type:
    """A value of which nothing is known, and why."""
    return (Unknown(reason),)


ANYTHING: Final = unknown("too many kinds of values")


def union(first: Type, second: Type) -> Type:
    """The least type that holds both."""
    if first == second or not second:
        return first
    if not first:
        return second
    found = {value.key: value for value in first}
    for value in second:
        found.setdefault(value.key, value)
    if len(found) == len(first):
        return first
    return _normal(found)


def _normal(found: dict[str, Value]) -> Type:
    reasons = [key for key in found if key.startswith("? ")]
    for key in sorted(reasons)[1:]:  # one reason is enough, whichever way it was reached
        del found[key]
    if len(found) > VALUES.most or ANYTHING[0].key in found:
        return ANYTHING
    return tuple(found[key] for key in sorted(found))


def union_of(types: list[Type]) -> Type:
    """The least type that holds all."""
    result = NOTHING
    for each in types:
        result = union(result, each)
    return result


def spelled(values: Type) -> str:
    """A type as probes and dumps print it: `Store | None`."""
    return " | ".join(value.key for value in values) if values else "nothing"


def opaque(values: Type) -> Type:
    """A type in which parameters are things that are not known: for what is made of them."""
    if not any(isinstance(value, Parameter) for value in values):
        return values
    result = NOTHING
    for value in values:
        if isinstance(value, Parameter):
            result = union(result, unknown(value.reason))
        else:
            result = union(result, (value,))
    return result


def known(values: Type) -> Type:
    """The part of a type that is in view or has a name."""
    if any(isinstance(value, Unknown) for value in values):
        return tuple(value for value in values if not isinstance(value, Unknown))
    return values


def hole(values: Type) -> str:
    """Why a type is not known whole; `""` when it is."""
    for value in values:
        if isinstance(value, Unknown):
            return value.reason
    return ""


def without_none(values: Type) -> Type:
    """The type of a value that is used as an object: None would have raised."""
    if any(isinstance(value, NoneValue) for value in values):
        return tuple(value for value in values if not isinstance(value, NoneValue))
    return values
