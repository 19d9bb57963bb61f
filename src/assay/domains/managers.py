"""What context managers do with errors: what they raise, what they swallow, what they raise again.

    with suppress(OSError):                     swallows OSError
    with excutils.save_and_reraise_exception():     raises again, when left, what is being handled
    with self._rolled_back():                   a generator in view: what its handlers take

Hardly any manager swallows; one that is not in view does when its name says so.
"""

from __future__ import annotations

from typing import Final, final

from assay.domains.error_kinds import ANYTHING, ErrorKinds, Kind
from assay.domains.handling import last_part
from assay.domains.raises import Risks
from assay.ir.function import Return
from assay.ir.ops import Attr, Call, Const, LoadExit, SetAttr
from assay.models.errors import error_words
from assay.models.raises import raise_model
from assay.program.classes import is_decorated
from assay.program.facts import FunctionFacts
from assay.program.silence import excused
from assay.program.values import Instance, without_none


@final
class Manager:
    """One `with` item; `runs` are the functions in view that entering and leaving it runs."""

    __slots__ = ("again", "runs", "swallows", "yields")

    def __init__(
        self,
        runs: tuple[FunctionFacts, ...],
        swallows: tuple[Kind, ...],
        *,
        again: bool = False,
        yields: bool = False,
    ) -> None:
        self.runs: Final = runs
        self.swallows: Final = swallows
        self.again: Final = again  # raises again what is being handled, when it is left
        self.yields: Final = yields  # `runs` are generators under `@contextmanager`


_PLAIN: Final = Manager((), ())

SWALLOWS_BY_NAME: Final = excused(
    "managers.swallows-by-name",
    "the name of the context manager says that it swallows errors",
    "handler-too-narrow",
)


def manager_of(function: FunctionFacts, temp: int, kinds: ErrorKinds, risks: Risks) -> Manager:
    """What is known of the context manager that a temporary holds."""
    program = function.file.program
    call = function.definitions[temp]
    if isinstance(call, Call):
        if last_part(function, call) in error_words().leave.managers:
            return Manager((), (), again=not _may_be_told_not_to(function))
        given = _given(function, call, kinds)
        if given:
            return Manager((), given)
        targets = [target.function for target in program.callees(function, call).targets]
        generators = [each for each in targets if is_generator_manager(each)]
        if generators:
            return Manager(tuple(generators), (), yields=True)
    runs: list[FunctionFacts] = []
    swallows: dict[str, Kind] = {}
    for value in without_none(program.type_of(function, temp)):
        if isinstance(value, Instance):
            for name in ("__enter__", "__aenter__", "__exit__", "__aexit__"):
                method = value.cls.find_method(name)
                if method is not None:
                    runs.append(method)
                    if name in ("__exit__", "__aexit__"):
                        for kind in _swallowed(method, kinds):
                            swallows[kind.key] = kind
    if runs:
        return Manager(tuple(runs), tuple(swallows.values()))
    line = call.at.lineno if call is not None else function.ir.first_line
    by_name = risks.named_as_suppressing(temp) and SWALLOWS_BY_NAME.stops(function.file, line)
    return Manager((), (ANYTHING,)) if by_name else _PLAIN


def is_generator_manager(function: FunctionFacts) -> bool:
    """Whether a function is a generator that `contextlib` makes a context manager of."""
    return is_decorated(function, "contextmanager") or is_decorated(function, "asynccontextmanager")


def managed(function: FunctionFacts, method: int) -> int:
    """The temporary of the manager whose exit method this is; -1 when it is not known."""
    op = function.definitions[method]
    return op.manager if isinstance(op, LoadExit) else -1


def _may_be_told_not_to(function: FunctionFacts) -> bool:
    """Whether some `ctxt.reraise = ...` stands in the function."""
    return any(
        isinstance(op, SetAttr) and op.name == "reraise" for op in function.attribute_stores()
    )


def _given(function: FunctionFacts, call: Call, kinds: ErrorKinds) -> tuple[Kind, ...]:
    """The kinds that `suppress(...)` or `assertRaises(...)` is given."""
    model = raise_model().swallowing
    program = function.file.program
    method = function.definitions[call.callee]
    named = isinstance(method, Attr) and method.name in model.given_methods
    if not named and function.callee(call) not in model.given:
        external = program.callees(function, call).external
        if not any(path in model.given for path in external):
            return ()
    found: dict[str, Kind] = {}
    labels = call.labels or ("",) * len(call.args)
    for temp, label in zip(call.args, labels, strict=True):
        if label == "":
            for kind in kinds.of_type(program.type_of(function, temp)):
                found.setdefault(kind.key, kind)
    return tuple(found.values()) or (ANYTHING,)


def _swallowed(method: FunctionFacts, kinds: ErrorKinds) -> tuple[Kind, ...]:
    """What an `__exit__` in view swallows, told by what it returns."""
    never, always = True, True
    for block in method.ir.blocks:
        end = block.terminator
        if isinstance(end, Return):
            value = method.definitions[end.value]
            if isinstance(value, Const):
                never = never and not value.value
                always = always and bool(value.value)
            else:
                never = always = False
    if never:
        return ()
    return (kinds.of_path("Exception"),) if always else (ANYTHING,)
