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

MOST_KINDS: Final = 32

OF_THE_BLOCK: Final = "what the block under it raises"
"""The reason of an error that a context manager gets from the block under it."""


@final
class Error:
    """One kind of error that an operation may raise.

    `path` and `line` are where it arises in the end, `at` is the line of this function on the way
    there, and `through` the callee in view that it comes out of.
    """

    __slots__ = ("at", "content", "exact", "kind", "likely", "line", "path", "reason", "through")

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
    ) -> None:
        self.kind: Final = kind
        self.path: Final = path
        self.line: Final = line
        self.exact: Final = exact  # no subclass of the kind
        self.likely: Final = likely
        self.at: Final = at or line
        self.through: Final = through
        self.content: Final = content  # tells of a file or message whose contents are broken
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
            and self._order() == other._order()
        )

    def __hash__(self) -> int:
        return hash((self.kind.key, self.line))

    def __repr__(self) -> str:
        return f"{self.kind.name}@{self.line}{'' if self.likely else '?'}"

    def passed(self, at: int, through: FunctionFacts) -> Error:
        """The same error as it comes out of a call."""
        return Error(
            self.kind,
            self.path,
            self.line,
            exact=self.exact,
            likely=self.likely,
            at=at,
            through=through,
            reason=self.reason,
            content=self.content,
        )

    def as_kind(self, kind: Kind) -> Error:
        """The same error, known to be of a narrower kind."""
        return Error(
            kind,
            self.path,
            self.line,
            likely=self.likely,
            at=self.at,
            through=self.through,
            reason=self.reason,
            content=self.content,
        )

    def joined(self, other: Error) -> Error:
        """One error for two of the same kind."""
        first = self if self._order() <= other._order() else other
        if first.exact and not (self.exact and other.exact):
            return first.as_kind(first.kind)
        return first


Errors: TypeAlias = tuple[Error, ...]
NONE: Final[Errors] = ()
_THE_REST: Final = Error(ANYTHING, "", 0, reason="too many kinds of errors")


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
    if len(kept) > MOST_KINDS:  # the least keys, whichever way the set was put together
        found[ANYTHING.key] = _THE_REST
        kept = sorted([ANYTHING.key, *[key for key in kept if key != ANYTHING.key][:MOST_KINDS]])
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
