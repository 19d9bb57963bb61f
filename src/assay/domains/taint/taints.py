"""Taints: where data comes from, and what is known to have been done to it on every way here.

Of each origin a value has one taint: the characters that cannot be in it any more, the tokens of
sanitisers and guards, and the values that it passed through.

Invariant: what a join says of an origin holds on both ways; the taints of a value are in the order
of their origins, those from outside before those of parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypeAlias, final

from assay.domains.taint.limits import TAINTS, THROUGH
from assay.domains.taint.steps import Step

Access: TypeAlias = tuple[str, ...]

CLOSURE: Final = 1000  # added to the number of a parameter of a function round this one


@final
class Origin:
    """Where data comes from: a source, or (`index` >= 0) a parameter and what is read from it."""

    __slots__ = ("_hash", "access", "index", "key", "kind", "line", "order", "path", "what")

    def __init__(
        self, path: str, line: int, column: int, kind: str, what: str, index: int, access: Access
    ) -> None:
        self.path: Final = path
        self.line: Final = line
        self.kind: Final = kind
        self.what: Final = what
        self.index: Final = index
        self.access: Final = access
        self.key: Final = (path, line, column, what, index, access)
        self.order: Final = (index >= 0, self.key)  # data from outside comes before parameters
        self._hash: Final = hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Origin) and self.key == other.key)

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_parameter(self) -> bool:
        """Whether the caller decides what it is."""
        return self.index >= 0


@lru_cache(maxsize=4096)  # equal ones are then the same, and quick to compare
def parameter_origin(index: int, access: Access, name: str) -> Origin:
    """The origin of a parameter's value, or of what is read from it."""
    what = ".".join((name, *access))
    return Origin("", 0, 0, "parameter", what, index, access)


@final
class Mark:
    """A guard or sanitiser that was applied, or one that is not enough and why (`weak`).

    `bounds`: a check that a path stays in its folder, which says that the data is not trusted.
    """

    __slots__ = ("bounds", "line", "path", "weak", "words")

    def __init__(self, path: str, line: int, words: str, weak: bool, bounds: bool = False) -> None:
        self.bounds: Final = bounds
        self.path: Final = path
        self.line: Final = line
        self.words: Final = words
        self.weak: Final = weak


@final
class Taint:
    """Data of one origin, and what was done to it."""

    __slots__ = ("absent", "doubt", "marks", "origin", "step", "through", "tokens")

    def __init__(
        self,
        origin: Origin,
        absent: int,
        tokens: frozenset[str],
        through: frozenset[int],
        doubt: str,
        step: Step | None,
        marks: tuple[Mark, ...],
    ) -> None:
        self.origin: Final = origin
        self.absent: Final = absent
        self.tokens: Final = tokens
        self.through: Final = through
        self.doubt: Final = doubt  # a callee out of view that it passed through; "" for none
        self.step: Final = step
        self.marks: Final = marks

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Taint)
            and self.origin == other.origin
            and self.absent == other.absent
            and self.tokens == other.tokens
            and self.through == other.through
            and self.doubt == other.doubt
        )

    __hash__ = None  # type: ignore[assignment]

    def changed(
        self,
        *,
        absent: int = 0,
        tokens: Iterable[str] = (),
        mark: Mark | None = None,
        doubt: str = "",
        through: int = 0,
        step: Step | None = None,
    ) -> Taint:
        """With more known of it."""
        more = self.tokens.union(tokens) if tokens else self.tokens
        passed = self.through
        if through and through not in passed and len(passed) < THROUGH.most:
            passed = passed | {through}
        marks = self.marks
        if mark is not None and all(
            mark.line != old.line or mark.words != old.words for old in marks
        ):
            marks = (*marks, mark)
        return Taint(
            self.origin,
            self.absent | absent,
            more,
            passed,
            self.doubt or doubt,
            step or self.step,
            marks,
        )

    def without(self, *tokens: str) -> Taint:
        """After something undid what a guard had established."""
        kept = self.tokens.difference(tokens)
        return Taint(self.origin, 0, kept, frozenset(), self.doubt, self.step, self.marks)


Taints: TypeAlias = tuple[Taint, ...]

_BEYOND: Final = "what is beyond the limits of the analysis"
CUT: Final = Taint(
    Origin("", 0, 0, "limit", _BEYOND, -1, ()),
    0,
    frozenset(),
    frozenset(),
    _BEYOND,
    None,
    (),
)
"""Data that may have been in what a limit has cut off: nothing else is known of it."""


def is_cut(taint: Taint) -> bool:
    """Whether a taint stands for what a limit has cut off."""
    return taint.origin == CUT.origin


def known_taints(taints: Taints) -> Taints:
    """Those of data that is known to come from somewhere."""
    return tuple(taint for taint in taints if not is_cut(taint))


def join_taints(first: Taints, second: Taints) -> Taints:
    """The taints of a value that is one of two: of each origin what holds on both ways."""
    if first is second or not second:
        return first
    if not first:
        return second
    found = {taint.origin: taint for taint in first}
    if not add_taints(found, second):
        return first
    return ordered(found)


def gathered(taints: Iterable[Taint]) -> Taints:
    """Any taints, as those of one value."""
    found: dict[Origin, Taint] = {}
    add_taints(found, taints)
    return ordered(found)


def add_taints(found: dict[Origin, Taint], taints: Iterable[Taint]) -> bool:
    """Joins taints into those that were found; whether that changed anything."""
    changed = False
    for taint in taints:
        known = found.get(taint.origin)
        if known is taint:
            continue
        both = taint if known is None else _joined(known, taint)
        if both is not known:
            found[taint.origin] = both
            changed = True
    return changed


def ordered(found: dict[Origin, Taint]) -> Taints:
    """The taints of a value in the order of their origins, as many as are kept."""
    if len(found) < 2:
        return tuple(found.values())
    kept = sorted(found.values(), key=_order)
    if len(kept) > TAINTS.most:
        others = [taint for taint in kept if not is_cut(taint)]
        if len(others) > TAINTS.most:
            return (CUT, *others[: TAINTS.most])
    return tuple(kept)


def _order(taint: Taint) -> tuple[bool, tuple[str, int, int, str, int, Access]]:
    return taint.origin.order


def _joined(first: Taint, second: Taint) -> Taint:
    if first == second:
        return first
    marks = first.marks
    for mark in second.marks:
        if all(mark.line != old.line or mark.words != old.words for old in marks):
            marks = (*marks, mark)
    doubt = "" if not first.doubt or not second.doubt else min(first.doubt, second.doubt)
    step = first.step
    if (not second.doubt and first.doubt) or (
        second.step is not None and (step is None or second.step.length < step.length)
    ):
        step = second.step
    return Taint(
        first.origin,
        first.absent & second.absent,
        first.tokens & second.tokens,
        first.through & second.through,
        doubt,
        step,
        marks,
    )


def union_of_taints(many: Iterable[Taints]) -> Taints:
    """The taints of everything that goes into one value."""
    result: Taints = ()
    for taints in many:
        result = join_taints(result, taints)
    return result
