"""How likely each operation of a function is to raise, with what is known about its callee.

Lowering gives every call the risk POSSIBLE. Most of them never raise in a correct program:
logging, string methods, constructors of plain values. An analysis that asks "is the clean-up
skipped when something in between raises" must not count those, or every function would fail it;
so must it not count assertions. A call of functions in view is as likely to raise as what they do.

    risks = Risks(function)
    risks.of(op)        NEVER, UNLIKELY or POSSIBLE, never more than `op.risk`

    program.shared(RaiseGrades).get(function)       of a whole function
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, final

from assay.dataflow.demand import Demand
from assay.domains.endings import Endings
from assay.ir.function import COROUTINE, FUNCTION, NO_BLOCK, PLAIN, Branch
from assay.ir.ops import (
    LOCAL,
    POSSIBLE,
    UNLIKELY,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Compare,
    Const,
    DelItem,
    Element,
    Enter,
    Exit,
    Import,
    ImportFrom,
    Intrinsic,
    Item,
    Iter,
    Load,
    LoadExit,
    MakeClass,
    MakeFunction,
    Matches,
    Next,
    Op,
    Raise,
    Spread,
    Truth,
    Unpack,
)
from assay.models.errors import error_words
from assay.models.resources import call_model, resource_model
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused, limit
from assay.program.values import ExternalInstance

if TYPE_CHECKING:
    from assay.program.program import Program

_RULES: Final = (
    "resource-leak",
    "temporary-file-left",
    "object-abandoned",
    "lock-not-released",
    "undo-skipped",
    "cleanup-step-skipped",
    "cleanup-after-yield",
    "masked-exception",
)

# They are noted at what does not raise, since who asks is not known here.
KNOWN_QUIET: Final = excused(
    "raises.known-quiet",
    "the call is taken not to raise in a correct program, by a row or by its name",
    *_RULES,
    "handler-too-narrow",
)
CONSTRUCTION: Final = excused(
    "raises.construction",
    "the call is taken not to raise, since its name says that it makes an object",
    *_RULES,
    "handler-too-narrow",
)
PROGRAM_ERROR: Final = excused(
    "raises.program-error", "only a wrong program raises here: a key or module is missing", *_RULES
)
PLAIN_ITERATION: Final = excused(
    "raises.plain-iteration", "what is iterated over is in memory", *_RULES
)
ASSERTION: Final = excused("raises.assertion", "it is an assertion", *_RULES)
PLAIN_ENTRY: Final = excused(
    "raises.plain-entry",
    "what the with statement enters is there, or just made of a class",
    *_RULES,
)
PLAIN_EXIT: Final = excused(
    "raises.plain-exit", "the with statement is left without an error", *_RULES
)
TAKES_ALL: Final = excused(
    "raises.takes-all", "a clause or suppress takes whatever error is to be expected", *_RULES
)
INTERRUPT: Final = excused("raises.interrupt", "a clause for interrupts is seldom entered", *_RULES)
NOT_SUPPRESSED: Final = excused(
    "raises.not-suppressed",
    "the name of the context manager does not say that it swallows errors",
    *_RULES,
)
MOST_BLOCKS: Final = limit(
    "raises.most-blocks",
    400,
    "a function of more than 400 basic blocks is taken to raise",
    *_RULES,
)

# Attributes that only hold values; iterating over what they return does not raise.
_PLAIN_ITERABLES: Final = frozenset(
    ("range", "xrange", "enumerate", "zip", "sorted", "reversed", "list", "tuple", "set", "dict")
)
_VIEWS: Final = frozenset(
    ("items", "keys", "values", "iteritems", "split", "splitlines", "copy", "infolist", "namelist")
)


# Handlers of these take whatever the operations of a resource raise. In a coroutine `Exception`
# does not: cancellation passes it by.
_TAKES_ALL: Final = frozenset(
    (
        "BaseException",
        "Exception",
        "OSError",
        "IOError",
        "EnvironmentError",
        "socket.error",
        "select.error",
    )
)

# What the names of context managers say that swallow an exception.
_SUPPRESSING: Final = (
    "suppress",
    "raises",
    "ignor",
    "swallow",
    "expect",
    "subtest",
    "stack",
    "catch",
)


@final
class Risks:
    """The graded risk of the operations of one function; computed on demand, kept."""

    __slots__ = ("_calls", "_function", "_known")

    def __init__(self, function: FunctionFacts) -> None:
        self._function: Final = function
        self._calls: Final = call_model()
        self._known: Final[dict[Op, int]] = {}

    def of(self, op: Op) -> int:
        """The risk of an operation."""
        if op.risk != POSSIBLE:
            return op.risk
        known = self._known.get(op)
        if known is None:
            known = self._grade(op)
            self._known[op] = known
        return known

    def _grade(self, op: Op) -> int:
        if isinstance(op, Call):
            if self.is_taken_as_quiet(op):
                return UNLIKELY
            return self._of_callees(op) if self.may_be_in_view(op) else POSSIBLE
        gate = self._why_unlikely(op)
        unlikely = gate is not None and gate.stops(self._function.file, op.at.lineno)
        return UNLIKELY if unlikely else POSSIBLE

    def is_taken_as_quiet(self, op: Call) -> bool:
        """Whether a call is taken not to raise, by what is known of it or by its name."""
        file, line = self._function.file, op.at.lineno
        if self.is_quiet(op) and KNOWN_QUIET.stops(file, line):
            return True
        return self.is_construction(op) and CONSTRUCTION.stops(file, line)

    def _why_unlikely(self, op: Op) -> Gate | None:
        """Why an operation other than a call hardly raises; None when it may."""
        if isinstance(op, (Item, DelItem, Import, ImportFrom, Spread, MakeClass)):
            return PROGRAM_ERROR  # a missing key or module is an error in the program
        gate: Gate | None = None
        if isinstance(op, Next):
            gate = PLAIN_ITERATION if self._is_plain(op.iterator) else None
        elif isinstance(op, Raise):
            gate = ASSERTION if self._is_assertion(op) else None
        elif isinstance(op, Await):
            awaited = self._function.definitions[op.value]
            plain = isinstance(awaited, Exit) and self._is_plain_exit(awaited)
            gate = PLAIN_EXIT if plain else None
        elif isinstance(op, Enter):
            gate = PLAIN_ENTRY if self._is_made(op) else None
        elif isinstance(op, Exit):
            gate = PLAIN_EXIT if self._is_plain_exit(op) else None
        return gate

    def may_be_in_view(self, op: Call) -> bool:
        """Whether it is worth asking which functions in view a call runs."""
        path = self._function.callee(op)
        if not path or path.startswith((":", ".")):
            return True
        root = path.partition(".")[0]
        return "." in path and "(" not in path and root not in sys.stdlib_module_names

    def _of_callees(self, op: Call) -> int:
        program = self._function.file.program
        callees = program.callees(self._function, op)
        if callees.hole or callees.external or not callees.targets:
            return POSSIBLE
        grades = program.shared(RaiseGrades)
        for target in callees.targets:
            if target.function.ir.flavour == PLAIN and grades.get(target.function) == POSSIBLE:
                return POSSIBLE
        return UNLIKELY

    def is_quiet(self, op: Call) -> bool:
        """Whether a call is known not to raise in a correct program."""
        quiet = self._calls.quiet
        path = self._function.callee(op)
        if path in quiet.functions:
            return True
        if path in quiet.literal:
            return all(self._is_fixed(temp) for temp in op.args[1:]) or self._is_fresh(op)
        module, _, name = path.rpartition(".")
        if module in quiet.paths and f"os.path.{name}" in quiet.functions:
            return True
        if module == "logging" and name in quiet.log_methods:
            return True
        if self._decorates(op) or self._counts(op):
            return True
        method = self._function.definitions[op.callee]
        if isinstance(method, Load):
            return method.name in quiet.translators
        if not isinstance(method, Attr):
            return False
        if method.name in quiet.methods or method.name.startswith("assert"):
            return True
        if method.name in quiet.container_methods:
            return self._is_container(method.owner)
        if method.name in quiet.log_methods:
            owner = self._function.spelled(method.owner).removesuffix("()")
            return owner.rpartition(".")[2] in quiet.loggers
        return False

    def _is_container(self, temp: int) -> bool:
        """Whether a value is a list, or what else says that it holds what is taken out of it."""
        values = self._function.file.program.type_of(self._function, temp)
        containers = self._calls.quiet.containers
        return bool(values) and all(
            isinstance(value, ExternalInstance) and value.path in containers for value in values
        )

    def _is_fixed(self, temp: int) -> bool:
        """Whether an argument is a literal, or a constant by the convention for their names."""
        if self._function.constant(temp) is not None:
            return True
        return self._function.spelled(temp).rpartition(".")[2].isupper()

    def _is_fresh(self, op: Call) -> bool:
        """Whether the first argument is what `tempfile.mkstemp` has opened a moment before."""
        temp = op.args[0] if op.args else -1
        for _ in range(3):
            made = self._function.definitions[temp] if temp >= 0 else None
            if isinstance(made, Load):
                stores = self._function.stores(made.name) if made.scope == LOCAL else []
                temp = stores[0].value if len(stores) == 1 else -1
            elif isinstance(made, (Element, Item)):
                temp = made.value if isinstance(made, Element) else made.owner
            elif isinstance(made, Unpack):
                temp = made.value
            else:
                break
        made = self._function.definitions[temp] if temp >= 0 else None
        return isinstance(made, Call) and self._function.callee(made) == "tempfile.mkstemp"

    def _decorates(self, op: Call) -> bool:
        """Whether a call is that of a decorator: its only argument is a function just defined."""
        made = self._function.definitions[op.args[0]] if len(op.args) == 1 else None
        if isinstance(made, Call):
            return self._decorates(made)
        if not isinstance(made, MakeFunction):
            return False
        return self._function.ir.children[made.child].kind == FUNCTION

    def _counts(self, op: Call) -> bool:
        """Whether a call is `int` of a comparison."""
        made = self._function.definitions[op.args[0]] if len(op.args) == 1 else None
        return isinstance(made, Compare) and self._function.callee(op) == "int"

    def is_construction(self, op: Call) -> bool:
        """Whether a call makes an object of a class, by the convention for the names of classes."""
        last = self._function.spelled(op.callee).rpartition(".")[2]
        return last[:1].isupper() and not last.isupper()

    def suppresses(self, op: Exit) -> bool:
        """Whether a `with` may swallow the exception that its body raised.

        Hardly any context manager does, and those that do say so in their names.
        """
        method = self._function.definitions[op.method]
        return not isinstance(method, LoadExit) or self.named_as_suppressing(method.manager)

    def named_as_suppressing(self, manager: int) -> bool:
        """Whether the name of a context manager says that it swallows errors."""
        spelled = self._function.spelled(manager).removesuffix("()")
        name = spelled.rpartition(".")[2].lower()
        return any(word in name for word in _SUPPRESSING)

    def hardly_taken(self, end: Branch, target: int) -> bool:
        """Whether an edge is one that correct programs hardly take."""
        truth = self._function.definitions[end.condition]
        result = self._function.definitions[truth.value] if isinstance(truth, Truth) else None
        if isinstance(result, Await):
            result = self._function.definitions[result.value]
        gate: Gate | None = None
        if target == end.otherwise:
            if isinstance(result, Exit):
                gate = TAKES_ALL if self._suppresses_all(result) else None
            elif self._catches(end.condition):
                gate = TAKES_ALL
        elif self._is_interrupt(end.condition):
            gate = INTERRUPT
        elif isinstance(result, Exit) and not self.suppresses(result):
            gate = NOT_SUPPRESSED
        line = truth.at.lineno if truth is not None else 0
        return gate is not None and gate.stops(self._function.file, line)

    def _suppresses_all(self, op: Exit) -> bool:
        """Whether a `with` is `contextlib.suppress` of whatever is to be expected."""
        method = self._function.definitions[op.method]
        manager = (
            self._function.definitions[method.manager] if isinstance(method, LoadExit) else None
        )
        if not isinstance(manager, Call):
            return False
        if self._function.callee(manager) != "contextlib.suppress":
            return False
        return self._takes_all([self._function.qualified(temp) for temp in manager.args])

    def _catches(self, condition: int) -> bool:
        """Whether a condition is the match of a handler that takes whatever is to be expected.

        `except OSError: sock.close(); raise` is how clean-up on failure is written; that the
        guarded code may raise something else too is not held against it.
        """
        op = self._function.definitions[condition]
        if not isinstance(op, Matches):
            return False
        types = self._function.definitions[op.types]
        temps = types.args if isinstance(types, Build) else (op.types,)
        return self._takes_all([self._function.qualified(temp) for temp in temps])

    def _is_interrupt(self, condition: int) -> bool:
        """Whether a condition is the match of `except KeyboardInterrupt`."""
        op = self._function.definitions[condition]
        return isinstance(op, Matches) and self._function.qualified(op.types) == "KeyboardInterrupt"

    def _takes_all(self, names: list[str]) -> bool:
        if self._function.ir.flavour == COROUTINE and "BaseException" not in names:
            return False
        return any(name in _TAKES_ALL for name in names)

    def exits(self, op: Call) -> bool:
        """Whether control does not come back from a call because the process ends."""
        return self._function.file.program.shared(Endings).at_call(self._function, op)

    def _is_plain(self, iterator: int) -> bool:
        """Whether an iterator is over something in memory, so that its steps do not raise."""
        definition = self._function.definitions[iterator]
        if not isinstance(definition, Iter):
            return False
        value = self._function.definitions[definition.value]
        if isinstance(value, (Build, Const, Item, Attr, Binary)):
            return True
        if isinstance(value, Call):
            method = self._function.definitions[value.callee]
            if isinstance(method, Attr) and method.name in _VIEWS:
                return True
            return self._function.callee(value) in _PLAIN_ITERABLES
        return not isinstance(value, Await)

    def _is_made(self, op: Enter) -> bool:
        """Whether a `with` enters an object that is there, or has just been made of a class."""
        manager = self._function.definitions[op.manager]
        if op.mode == "async":
            return False  # the awaited result is graded
        if isinstance(manager, Call):
            if resource_model().acquired_by(self._function.callee(manager)):
                return True
            return self.is_construction(manager) or self.is_quiet(manager)
        return isinstance(manager, (Attr, Load))

    def _is_plain_exit(self, op: Exit) -> bool:
        """Whether a `with` is left without an exception: what its exit raises then is rare."""
        return op.exception < 0 and not self.raises_again(op)

    def raises_again(self, op: Op) -> bool:
        """Whether leaving a `with` raises what is being handled: `save_and_reraise_exception`."""
        if not isinstance(op, Exit) or op.exception >= 0:
            return False
        method = self._function.definitions[op.method]
        made = self._function.definitions[method.manager] if isinstance(method, LoadExit) else None
        callee = self._function.definitions[made.callee] if isinstance(made, Call) else None
        return (
            isinstance(callee, (Attr, Load))
            and callee.name in error_words().leave.managers
            and not any(each.name == "reraise" for each in self._function.attribute_stores())
        )

    def _is_assertion(self, op: Raise) -> bool:
        error = self._function.definitions[op.exception] if op.exception >= 0 else None
        if isinstance(error, Call):
            error = self._function.definitions[error.callee]
        return isinstance(error, Intrinsic) and error.name == "AssertionError"


@final
class RaiseGrades(Demand[FunctionFacts, int]):
    """How likely each function of a program is to raise: UNLIKELY or POSSIBLE.

    A function whose own operations decide is not asked for its callees.
    """

    def __init__(self, program: Program) -> None:
        super().__init__()

    def bottom(self, key: FunctionFacts) -> int:
        return UNLIKELY

    def top(self, key: FunctionFacts) -> int:
        return POSSIBLE

    def analyze(self, key: FunctionFacts, previous: int) -> int:
        if key.ir.over_budget or len(key.ir.blocks) > MOST_BLOCKS.most:
            MOST_BLOCKS.note(key.file, key.ir.first_line)
            return POSSIBLE
        risks = Risks(key)
        if _gets_out(key, risks, False):
            return POSSIBLE
        return POSSIBLE if _gets_out(key, risks, True) else UNLIKELY


def _gets_out(function: FunctionFacts, risks: Risks, ask: bool) -> bool:
    """Whether an error that is to be expected leaves a function, with or without its callees.

    Handlers are entered from operations that are likely to raise, and not left by the edges that
    correct programs hardly take.
    """
    blocks = function.ir.blocks
    work = [0]
    seen = {0}
    while work:
        block = blocks[work.pop()]
        targets: list[int] = []
        for op in block.ops:
            if op.risk != POSSIBLE:
                continue
            if not ask and isinstance(op, Call) and risks.may_be_in_view(op):
                continue
            if risks.of(op) == POSSIBLE:
                if block.handler == NO_BLOCK:
                    return True
                targets.append(block.handler)
        end = block.terminator
        targets += [
            target
            for target in block.successors()
            if not (isinstance(end, Branch) and risks.hardly_taken(end, target))
        ]
        for target in targets:
            if target not in seen:
                seen.add(target)
                work.append(target)
    return False
