"""What was found at one use of a sink, and what a function does as its callers see it.

Invariant: a hit stands at the sink's own expression, in whatever function the data came in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.domains.taint.limits import TOLD
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import Access, Taint, Taints, join_taints
from assay.domains.taint.values import Effect, Value

if TYPE_CHECKING:
    from assay.ir.ops import Located
    from assay.models.taint import Sink
    from assay.program.facts import FunctionFacts

HitKey: TypeAlias = tuple[str, int, int, int, int, str]
Handled: TypeAlias = tuple[tuple[Taint, str], ...]
Values: TypeAlias = tuple[tuple[str, Value], ...]


@final
class Hit:
    """One use of a sink: the data that can do harm there, and the data that cannot and why."""

    __slots__ = (
        "at",
        "constant",
        "dangers",
        "formatted",
        "function",
        "handled",
        "is_cut",
        "is_open",
        "key",
        "row",
        "values",
    )

    def __init__(
        self,
        key: HitKey,
        row: Sink,
        function: FunctionFacts,
        at: Located,
        dangers: Taints,
        handled: Handled,
        constant: bool,
        formatted: bool,
        is_open: bool,
        values: Values,
        is_cut: bool = False,
    ) -> None:
        self.is_cut: Final = is_cut  # whether there are more of these values
        self.values: Final = values  # what reaches it as parameters tell, each with its context
        self.is_open: Final = is_open  # whether it is a sink depends on what callers pass
        self.formatted: Final = formatted  # data stands in a constant text
        self.key: Final = key
        self.row: Final = row
        self.function: Final = function
        self.at: Final = at
        self.dangers: Final = dangers
        self.handled: Final = handled
        self.constant: Final = constant  # only constants reach it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hit) and (
            self.key == other.key
            and self.dangers == other.dangers
            and self.constant == other.constant
            and self.is_open == other.is_open
            and self.is_cut == other.is_cut
            and len(self.handled) == len(other.handled)
        )

    __hash__ = None  # type: ignore[assignment]

    def joined(self, other: Hit) -> Hit:
        """What two ways to one sink bring."""
        handled = list(self.handled)
        for taint, reason in other.handled:
            if all(taint.origin != old.origin for old, _ in handled):
                handled.append((taint, reason))
        values = _both_values(self.values, other.values)
        return Hit(
            self.key,
            other.row if _weight(other) > _weight(self) else self.row,
            self.function,
            self.at,
            join_taints(self.dangers, other.dangers),
            tuple(handled),
            self.constant and other.constant,
            self.formatted or other.formatted,
            self.is_open and other.is_open,
            values[: TOLD.most],
            self.is_cut or other.is_cut or len(values) > TOLD.most,
        )


def _both_values(first: Values, second: Values) -> Values:
    more = [(context, value) for context, value in second if (context, value) not in first]
    return (*first, *more)


def _weight(hit: Hit) -> tuple[bool, bool]:
    return bool(hit.dangers), bool(hit.handled)


Gained: TypeAlias = tuple[tuple[int, Access, Effect], ...]
Writes: TypeAlias = tuple[tuple[int, Access, "str | int", Value], ...]


@final
class Summary:
    """What a function does, in terms of its parameters.

    `returns` is None when it never returns. `when_true`, `when_false` and `always` are what is
    known of parameters when it returns something true, something false, and at all.
    """

    __slots__ = (
        "always",
        "heap",
        "height",
        "hits",
        "idents",
        "is_cut",
        "limit",
        "names",
        "returns",
        "when_false",
        "when_true",
        "writes",
    )

    def __init__(
        self,
        returns: Value | None,
        heap: dict[int, Obj],
        idents: dict[int, tuple[int, Access]],
        writes: Writes,
        hits: tuple[Hit, ...],
        when_true: Gained,
        when_false: Gained,
        always: Gained,
        names: dict[str, Value],
        limit: str,
        height: int,
        is_cut: bool = False,
    ) -> None:
        self.is_cut: Final = is_cut  # whether sinks of callees are not among the hits
        self.height: Final = height  # how deep the calls inside it go
        self.returns: Final = returns
        self.heap: Final = heap
        self.idents: Final = idents
        self.writes: Final = writes
        self.hits: Final = hits
        self.when_true: Final = when_true
        self.when_false: Final = when_false
        self.always: Final = always
        self.names: Final = names  # global variables at the end of a module's body
        self.limit: Final = limit  # the one that was reached, in words; nothing is known then

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Summary)
            and self.returns == other.returns
            and self.hits == other.hits
            and self.writes == other.writes
            and self.when_true == other.when_true
            and self.when_false == other.when_false
            and self.always == other.always
            and self.names == other.names
            and self.heap == other.heap
            and self.limit == other.limit
            and self.height == other.height
            and self.is_cut == other.is_cut
        )

    __hash__ = None  # type: ignore[assignment]


NOTHING_KNOWN: Final = Summary(None, {}, {}, (), (), (), (), (), {}, "", 0)
