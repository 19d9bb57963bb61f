"""Suspension, context managers and exceptions."""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops.base import NEVER, NO_TEMP, POSSIBLE, UNLIKELY, Located, Op, present


@final
class Yield(Op):
    """Hand out a value; raises what the consumer throws, `GeneratorExit` among it."""

    __slots__ = ("value",)
    MNEMONIC = "yield"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class YieldFrom(Op):
    """Delegate to an iterable; the result is its return value."""

    __slots__ = ("value",)
    MNEMONIC = "yield_from"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Await(Op):
    """Wait; raises what the awaitable raises, and `CancelledError`."""

    __slots__ = ("value",)
    MNEMONIC = "await"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class LoadExit(Op):
    """The bound `__exit__` (mode `sync`) or `__aexit__` (`async`), looked up before the block is
    entered.
    """

    __slots__ = ("manager", "mode")
    MNEMONIC = "load_exit"
    FIELDS = (("manager", "temp"), ("mode", "word"))

    def __init__(self, dest: int, manager: int, mode: str, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.manager: Final = manager
        self.mode: Final = mode

    def uses(self) -> tuple[int, ...]:
        return (self.manager,)


@final
class Enter(Op):
    """Call `__enter__`; in `async` mode the result is an awaitable."""

    __slots__ = ("manager", "mode")
    MNEMONIC = "enter"
    FIELDS = (("manager", "temp"), ("mode", "word"))

    def __init__(self, dest: int, manager: int, mode: str, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.manager: Final = manager
        self.mode: Final = mode

    def uses(self) -> tuple[int, ...]:
        return (self.manager,)


@final
class Exit(Op):
    """Call the exit method, with None or with the exception; the result says whether it is
    suppressed, in `async` mode as an awaitable.
    """

    __slots__ = ("exception", "method", "mode")
    MNEMONIC = "exit"
    FIELDS = (("method", "temp"), ("exception", "temp?"), ("mode", "word"))

    def __init__(self, dest: int, method: int, exception: int, mode: str, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.method: Final = method
        self.exception: Final = exception
        self.mode: Final = mode

    def uses(self) -> tuple[int, ...]:
        return (self.method, *present(self.exception))


@final
class Caught(Op):
    """Start of a handler: the exception that led here, which is being handled from now on."""

    __slots__ = ()
    MNEMONIC = "caught"

    def __init__(self, dest: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)


@final
class EndCatch(Op):
    """The innermost caught exception is no longer being handled."""

    __slots__ = ()
    MNEMONIC = "end_catch"

    def __init__(self, at: Located) -> None:
        super().__init__(NO_TEMP, at, NEVER)


@final
class Matches(Op):
    """Whether `except types` takes the exception."""

    __slots__ = ("exception", "types")
    MNEMONIC = "matches"
    FIELDS = (("exception", "temp"), ("types", "temp"))

    def __init__(self, dest: int, exception: int, types: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.exception: Final = exception
        self.types: Final = types

    def uses(self) -> tuple[int, ...]:
        return (self.exception, self.types)


@final
class GroupMatch(Op):
    """The part of an exception group that `except* types` takes, or None."""

    __slots__ = ("exception", "types")
    MNEMONIC = "group_match"
    FIELDS = (("exception", "temp"), ("types", "temp"))

    def __init__(self, dest: int, exception: int, types: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.exception: Final = exception
        self.types: Final = types

    def uses(self) -> tuple[int, ...]:
        return (self.exception, self.types)


@final
class GroupRest(Op):
    """The part that `except* types` leaves, or None."""

    __slots__ = ("exception", "types")
    MNEMONIC = "group_rest"
    FIELDS = (("exception", "temp"), ("types", "temp"))

    def __init__(self, dest: int, exception: int, types: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.exception: Final = exception
        self.types: Final = types

    def uses(self) -> tuple[int, ...]:
        return (self.exception, self.types)


@final
class GroupResult(Op):
    """What is left to raise after all `except*` clauses: of the caught exception and a list of
    what the clauses raised or left; or None.
    """

    __slots__ = ("exception", "raised")
    MNEMONIC = "group_result"
    FIELDS = (("exception", "temp"), ("raised", "temp"))

    def __init__(self, dest: int, exception: int, raised: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.exception: Final = exception
        self.raised: Final = raised

    def uses(self) -> tuple[int, ...]:
        return (self.exception, self.raised)


@final
class Raise(Op):
    """Always raises; without operand, the exception that is being handled."""

    __slots__ = ("cause", "exception")
    MNEMONIC = "raise"
    FIELDS = (("exception", "temp?"), ("cause", "temp?"))

    def __init__(self, exception: int, cause: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, POSSIBLE)
        self.exception: Final = exception
        self.cause: Final = cause

    def uses(self) -> tuple[int, ...]:
        return (*present(self.exception), *present(self.cause))


@final
class Reraise(Op):
    """Always raises: goes on with an exception as if it had not been caught."""

    __slots__ = ("exception",)
    MNEMONIC = "reraise"
    FIELDS = (("exception", "temp"),)

    def __init__(self, exception: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, POSSIBLE)
        self.exception: Final = exception

    def uses(self) -> tuple[int, ...]:
        return (self.exception,)
