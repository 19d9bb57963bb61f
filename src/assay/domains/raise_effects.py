"""What single operations raise, by what they call: functions in view, rows about libraries, holes.

An effect is a set of errors and whether control may go on behind the operation. What a coroutine or
generator raises comes out where it is awaited or asked for its next value, not where it is called.

    effects.of(op).errors        (OSError@3,)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final, final

from assay.domains.error_kinds import ANYTHING, THROWN, ErrorKinds, Kind
from assay.domains.managers import Manager, is_generator_manager, managed, manager_of
from assay.domains.raised import NONE, OF_THE_BLOCK, Error, Errors, Raised, merge
from assay.domains.raises import Risks
from assay.ir.function import COROUTINE, GENERATOR_EXPRESSION, PLAIN
from assay.ir.ops import (
    AsyncNext,
    Await,
    Call,
    DelItem,
    Enter,
    Exit,
    Import,
    ImportFrom,
    Item,
    Iter,
    Join,
    Load,
    Next,
    Op,
    Yield,
    YieldFrom,
)
from assay.models.errors import error_words
from assay.models.raises import COMPUTED, TEXT, CallErrors, raise_model
from assay.program.facts import FunctionFacts
from assay.program.silence import not_known
from assay.program.stubs import dotted
from assay.program.values import ExternalInstance, without_none

NO_ROW: Final = not_known(
    "effects.no-row",
    "no row says what the library function raises, and its name or its stub tells of nothing",
    "handler-too-narrow",
)

_NUMBERS: Final = frozenset(("int", "float", "bool", "complex", "decimal.Decimal"))
_NEVER: Final = ("NoReturn", "Never")
_RUNS_AWAITABLES: Final = ("asyncio.", "anyio.", "trio.")


class Summaries(ABC):
    """Who knows what functions in view raise."""

    @abstractmethod
    def of_callee(self, function: FunctionFacts) -> Raised:
        """What a callee raises, as far as the budget allows to look."""


@final
class Effect:
    """What one operation raises, and whether control may go on behind it."""

    __slots__ = ("errors", "goes_on")

    def __init__(self, errors: Errors, goes_on: bool) -> None:
        self.errors: Final = errors
        self.goes_on: Final = goes_on


_NOTHING: Final = Effect(NONE, True)


@final
class Effects:
    """The effects of the operations of one function, each computed once."""

    __slots__ = (
        "_callees",
        "_function",
        "_is_manager",
        "_kinds",
        "_known",
        "_managers",
        "_path",
        "_program",
        "_risks",
    )

    def __init__(self, function: FunctionFacts, kinds: ErrorKinds, callees: Summaries) -> None:
        self._function: Final = function
        self._program: Final = function.file.program
        self._path: Final = function.file.source.path
        self._kinds: Final = kinds
        self._callees: Final = callees
        self._risks: Final = Risks(function)
        self._is_manager: Final = is_generator_manager(function)
        self._known: Final[dict[Op, Effect]] = {}
        self._managers: Final[dict[int, Manager]] = {}

    def of(self, op: Op) -> Effect:
        """The effect of an operation that does not depend on the error being handled."""
        known = self._known.get(op)
        if known is None:
            known = self._compute(op)
            self._known[op] = known
        return known

    def manager(self, temp: int) -> Manager:
        """What is known of the context manager in a temporary."""
        known = self._managers.get(temp)
        if known is None:
            known = manager_of(self._function, temp, self._kinds, self._risks)
            self._managers[temp] = known
        return known

    def raises_again(self, op: Op) -> bool:
        """Whether an operation raises the error again that is being handled."""
        if isinstance(op, Call):
            return self._function.callee(op) in raise_model().again
        if isinstance(op, Exit) and op.exception < 0:
            temp = managed(self._function, op.method)
            return temp >= 0 and self.manager(temp).again
        return False

    def _compute(self, op: Op) -> Effect:
        if isinstance(op, Call):
            return self._call(op)
        if isinstance(op, Await):
            return self._await(op)
        if isinstance(op, (Next, AsyncNext)):
            return self._next(op, op.iterator)
        if isinstance(op, YieldFrom):
            return self._next(op, op.value)
        if isinstance(op, Yield):
            if not self._is_manager:
                return self._own(op, "GeneratorExit", True)
            return Effect((Error(THROWN, self._path, op.at.lineno, reason=OF_THE_BLOCK),), True)
        if isinstance(op, Enter):
            return self._entered(op, op.manager)
        if isinstance(op, Exit):
            return self._left(op)
        if isinstance(op, (Import, ImportFrom)):
            return self._own(op, "ImportError", False)
        if isinstance(op, (Item, DelItem)):
            return self._item(op)
        return _NOTHING

    def _own(self, op: Op, path: str, likely: bool) -> Effect:
        error = Error(self._kinds.of_path(path), self._path, op.at.lineno, likely=likely)
        return Effect((error,), True)

    def _anything(self, op: Op, reason: str) -> Errors:
        return (Error(ANYTHING, self._path, op.at.lineno, reason=reason),)

    # Calls

    def _call(self, op: Call) -> Effect:
        callees = self._program.callees(self._function, op)
        errors = NONE
        goes_on = not callees.targets and not callees.external
        for target in callees.targets:
            callee = target.function
            runs_later = callee.ir.flavour != PLAIN
            if runs_later and callee.ir.kind != GENERATOR_EXPRESSION:
                goes_on = True
                continue
            raised = self._callees.of_callee(callee)
            errors = merge(errors, self._out_of(op, callee, raised))
            goes_on = goes_on or raised.returns or runs_later
        for path in callees.external:
            errors = merge(errors, self._library(op, path))
            goes_on = goes_on or not self._ends(path)
        if callees.hole:
            goes_on = True
            if not self._risks.is_taken_as_quiet(op):
                errors = merge(errors, self._anything(op, callees.hole))
        return Effect(errors, goes_on)

    def _out_of(self, op: Op, callee: FunctionFacts, raised: Raised) -> Errors:
        line = op.at.lineno
        found = NONE
        for error in raised.errors:
            if error.likely and error.reason != OF_THE_BLOCK and error.kind.key != "GeneratorExit":
                found = merge(found, (error.passed(line, callee),))
        return found

    def _library(self, op: Call, path: str) -> Errors:
        """What a library function raises."""
        model = raise_model()
        stubs = self._program.library.stubs
        rows = model.errors.get(path) or model.ends.get(path)
        item = None
        if rows is None:
            item = stubs.find(path)
            if item is not None:
                rows = model.errors.get(item.path) or model.ends.get(item.path)
        if rows is not None:
            found = NONE
            for row in rows:
                if self._applies(op, row):
                    for name in row.raises:
                        kind = self._kinds.of_path(name)
                        content = row.content and name not in ("OSError", "EOFError")
                        error = Error(kind, self._path, op.at.lineno, content=content)
                        found = merge(found, (error,))
            return found
        last = path.rpartition(".")[2]
        known = (
            item is not None
            or last.lstrip("_")[:1].isupper()
            or self._risks.is_quiet(op)
            or last in error_words().leave.managers
        )
        if known and NO_ROW.stops(self._function.file, op.at.lineno):
            return NONE
        return self._anything(op, f"{path} is not in view")

    def _applies(self, op: Call, row: CallErrors) -> bool:
        function = self._function
        if row.keyword:
            given = function.argument(op, -1, row.keyword)
            constant = function.constant(given) if given is not None else None
            if given is None or (constant is not None and not constant.value):
                return False
        if not row.argument:
            return True
        if not op.args:
            return False
        first = op.args[0]
        if function.constant(first) is not None:
            return False
        if row.argument == COMPUTED:
            value = function.definitions[first]
            is_parameter = isinstance(value, Load) and value.name in function.ir.parameters.names()
            return is_parameter or isinstance(value, Join)
        assert row.argument == TEXT
        values = without_none(self._program.type_of(function, first))
        return not values or not all(
            isinstance(value, ExternalInstance) and value.path in _NUMBERS for value in values
        )

    def _ends(self, path: str) -> bool:
        """Whether control does not go on behind a library function."""
        ends = raise_model().ends
        if path in ends:
            return True
        item = self._program.library.stubs.find(path)
        if item is None:
            return False
        returns = getattr(item.node, "returns", None)
        return item.path in ends or (
            returns is not None and dotted(returns).rpartition(".")[2] in _NEVER
        )

    # What runs later

    def _await(self, op: Await) -> Effect:
        cancelled = Error(self._kinds.of_path("asyncio.CancelledError"), self._path, op.at.lineno)
        errors: Errors = (cancelled,)
        value = self._function.definitions[op.value]
        if isinstance(value, (Enter, Exit)):
            return Effect(errors, True)  # what the methods raise is told there
        if not isinstance(value, Call):
            return Effect(merge(errors, self._anything(op, "what is awaited")), True)
        goes_on = True
        callees = self._program.callees(self._function, value)
        for target in callees.targets:
            if target.function.ir.flavour == COROUTINE:
                raised = self._callees.of_callee(target.function)
                errors = merge(errors, self._out_of(op, target.function, raised))
                goes_on = raised.returns or len(callees.targets) > 1 or bool(callees.hole)
        if any(path.startswith(_RUNS_AWAITABLES) for path in callees.external):
            errors = merge(errors, self._awaited_arguments(op, value))
        return Effect(errors, goes_on)

    def _awaited_arguments(self, op: Op, call: Call) -> Errors:
        """What the coroutines raise that a call like `asyncio.wait_for` waits for."""
        found = NONE
        for temp in call.args:
            argument = self._function.definitions[temp]
            if isinstance(argument, Call):
                for target in self._program.callees(self._function, argument).targets:
                    if target.function.ir.flavour == COROUTINE:
                        raised = self._callees.of_callee(target.function)
                        found = merge(found, self._out_of(op, target.function, raised))
        return found

    def _next(self, op: Op, temp: int) -> Effect:
        """What asking a generator for its next value raises."""
        value = self._function.definitions[temp]
        if isinstance(value, Iter):
            value = self._function.definitions[value.value]
        errors = NONE
        if isinstance(value, Call):
            for target in self._program.callees(self._function, value).targets:
                if target.function.ir.flavour not in (PLAIN, COROUTINE):
                    raised = self._callees.of_callee(target.function)
                    errors = merge(errors, self._out_of(op, target.function, raised))
        return Effect(errors, True)

    # Context managers and items

    def _entered(self, op: Op, temp: int) -> Effect:
        manager = self.manager(temp)
        errors = NONE
        goes_on = True
        for method in manager.runs:
            if manager.yields or method.ir.name in ("__enter__", "__aenter__"):
                raised = self._callees.of_callee(method)
                errors = merge(errors, self._out_of(op, method, raised))
                goes_on = goes_on and (raised.returns or manager.yields)
        return Effect(errors, goes_on)

    def _left(self, op: Exit) -> Effect:
        temp = managed(self._function, op.method)
        errors = NONE
        if temp >= 0 and not self.manager(temp).yields:
            for method in self.manager(temp).runs:
                if method.ir.name in ("__exit__", "__aexit__"):
                    errors = merge(
                        errors, self._out_of(op, method, self._callees.of_callee(method))
                    )
        return Effect(errors, True)

    def swallowed(self, op: Exit) -> tuple[Kind, ...]:
        """The kinds that leaving a `with` by an error swallows."""
        temp = managed(self._function, op.method)
        if temp < 0:
            return (ANYTHING,)
        manager = self.manager(temp)
        if not manager.yields:
            return manager.swallows
        found: dict[str, Kind] = {}
        for generator in manager.runs:
            for kind in self._callees.of_callee(generator).swallows:
                found.setdefault(kind.key, kind)
        return tuple([found[key] for key in sorted(found)])

    def _item(self, op: Item | DelItem) -> Effect:
        if self._function.qualified(op.owner) == "os.environ":
            return self._own(op, "KeyError", True)
        return self._own(op, "LookupError", False)


def is_thrown(error: Error) -> bool:
    """Whether an error is one that the block under a context manager raises."""
    return error.reason == OF_THE_BLOCK
