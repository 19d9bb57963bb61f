"""The errors that may leave a function: their kinds, where they are raised, and whether it returns.

An `Error` is one kind with a place; a set of them is a tuple, sorted by kind, one for each kind.
Where the same kind has several places the least one stands for all, so that a set is the same
whichever way it was put together.

    def load(path):
        with open(path) as stream:          OSError       (a row of `models/raises.toml`)
            return json.load(stream)        JSONDecodeError

`likely` is False for what only a wrong program raises (a missing key, a failed assertion): such an
error reaches the clauses of its own function and goes no further.
"""

from __future__ import annotations

from typing import Final, TypeAlias, final

from assay.domains.error_kinds import ANYTHING, Kind
from assay.program.facts import FunctionFacts
from assay.program.silence import Limit, limit

_RULES: Final = ("handler-too-narrow", "error-handling")

MOST_KINDS: Final = limit(
    "raised.most-kinds", 32, "a function is told to raise at most 32 kinds of errors", *_RULES
)
DEEPEST: Final = limit(
    "raised.deepest", 1, "errors are followed through at most 1 call into another file", *_RULES
)
MOST_BLOCKS: Final = limit(
    "raised.most-blocks", 600, "a function of more than 600 basic blocks is not asked", *_RULES
)
LONGEST_CHAIN: Final = limit(
    "raised.longest-chain", 1000, "at most 1000 calls are followed into each other", *_RULES
)

OF_THE_BLOCK: Final = "what the block under it raises"
"""The reason of an error that a context manager gets from the block under it."""


@final
class Error:
    """One kind of error that an operation may raise.

    `path` and `line` are where it arises in the end, `at` is the line of this function on the way
    there, and `through` the callee in view that it comes out of. `cut` is the limit that stands for
    ANYTHING because of it; of two such errors that are joined the join keeps one.
    """

    __slots__ = (
        "at",
        "content",
        "cut",
        "exact",
        "kind",
        "likely",
        "line",
        "path",
        "reason",
        "through",
    )

    def __init__(
        self,
        kind: Kind,
        path: str,
        line: int,
        *,
        exact: bool = False,
        likely: bool = True,
        at: int = 0,
        through: FunctionFacts | None = None,
        reason: str = "",
        content: bool = False,
        cut: Limit | None = None,
    ) -> None:
        self.kind: Final = kind
        self.path: Final = path
        self.line: Final = line
        self.exact: Final = exact  # no subclass of the kind
        self.likely: Final = likely
        self.at: Final = at or line
        self.through: Final = through
        self.content: Final = content  # tells of a file or message whose contents are broken
        self.cut: Final = cut
        self.reason: Final = reason  # of ANYTHING: what is not in view

    def _order(self) -> tuple[bool, bool, str, int, int, str]:
        through = self.through.key if self.through is not None else ""
        thrown = self.reason == OF_THE_BLOCK
        return (not thrown, not self.likely, self.path, self.line, self.at, through)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Error)
            and self.kind.key == other.kind.key
            and self.exact == other.exact
            and self.cut is other.cut
            and self._order() == other._order()
        )

    def __hash__(self) -> int:
        return hash((self.kind.key, self.line))

    def __repr__(self) -> str:
        return f"{self.kind.name}@{self.line}{'' if self.likely else '?'}"

    def passed(self, at: int, through: FunctionFacts) -> Error:
        """The same error as it comes out of a call."""
        return self._with(self.kind, self.exact, at, through, self.cut)

    def as_kind(self, kind: Kind) -> Error:
        """The same error, known to be of a narrower kind."""
        return self._with(kind, False, self.at, self.through, self.cut)

    def joined(self, other: Error) -> Error:
        """One error for two of the same kind."""
        first = self if self._order() <= other._order() else other
        exact = self.exact and other.exact
        cut = _first_limit(self.cut, other.cut)
        if first.exact == exact and first.cut is cut:
            return first
        return first._with(first.kind, exact, first.at, first.through, cut)

    def _with(
        self, kind: Kind, exact: bool, at: int, through: FunctionFacts | None, cut: Limit | None
    ) -> Error:
        return Error(
            kind,
            self.path,
            self.line,
            exact=exact,
            likely=self.likely,
            at=at,
            through=through,
            reason=self.reason,
            content=self.content,
            cut=cut,
        )


def _first_limit(first: Limit | None, second: Limit | None) -> Limit | None:
    if first is None or second is None:
        return first if second is None else second
    return first if first.ident <= second.ident else second


Errors: TypeAlias = tuple[Error, ...]
NONE: Final[Errors] = ()
_THE_REST: Final = Error(ANYTHING, "", 0, reason="too many kinds of errors", cut=MOST_KINDS)


def merge(first: Errors, second: Errors) -> Errors:
    """The least set that holds both."""
    if first == second or not second:
        return first
    if not first:
        return second
    found = {error.kind.key: error for error in first}
    for error in second:
        known = found.get(error.kind.key)
        found[error.kind.key] = error if known is None else known.joined(error)
    kept = sorted(found)
    if len(kept) > MOST_KINDS.most:  # the least keys, whichever way the set was put together
        found[ANYTHING.key] = _THE_REST
        known_kinds = [key for key in kept if key != ANYTHING.key]
        kept = sorted([ANYTHING.key, *known_kinds[: MOST_KINDS.most]])
    return tuple([found[key] for key in kept])


@final
class Raised:
    """What is known of the errors of one function.

    `returns` is False when control never comes back from it normally. `swallows`: of a generator
    under `@contextmanager` the kinds that it takes from the block under it.
    """

    __slots__ = ("errors", "returns", "swallows")

    def __init__(self, errors: Errors, returns: bool, swallows: tuple[Kind, ...] = ()) -> None:
        self.errors: Final = errors
        self.returns: Final = returns
        self.swallows: Final = swallows

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Raised)
            and self.returns == other.returns
            and self.errors == other.errors
            and self.swallows == other.swallows
        )

    def __hash__(self) -> int:
        return hash((self.returns, self.errors))

    @property
    def known(self) -> list[Error]:
        """The errors whose kind is known."""
        return [error for error in self.errors if error.kind is not ANYTHING]

    @property
    def hole(self) -> str:
        """What is not in view on which the answer depends; `""` when nothing is missing."""
        for error in self.errors:
            if error.kind is ANYTHING:
                return error.reason
        return ""


NOTHING_YET: Final = Raised(NONE, False)
