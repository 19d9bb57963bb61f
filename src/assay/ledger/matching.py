"""Which site of one review is which of another: for baselines and for the review of a change.

Sites are paired in rounds, from the surest to the least. Those of one round are equal in some
parts of their identity; where several are, what stands round them decides which is which, with the
order of the text between equals (an alignment as of sequences, after Needleman and Wunsch, J. Mol.
Biol. 48, 1970).

    match(old, new).pairs       (Pair(old=0, new=1, how=How.SAME), ...)

Invariants: each site is in one pair at the most; a site with an equal fingerprint on the other side
is never without a partner in the same file for want of a better one; the answer does not depend on
the order in which files were reviewed.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Sequence
from typing import Final, TypeAlias

from assay.frozen import frozen
from assay.ledger.identity import Identity


class How(enum.Enum):
    """What two sites have in common besides their rule, from the surest on."""

    SAME = "same"  # file, function, statement and kind of data
    OTHER_DATA = "other data"  # another kind of data reaches it
    MOVED = "moved"  # the same statement and neighbours in another function of the file
    OTHER_FILE = "other file"  # the same function and statement in another file
    EDITED = "edited"  # another statement, in the same place between its neighbours


@frozen
class Pair:
    """Two sites that are one, by their indices."""

    old: int
    new: int
    how: How


@frozen
class Matching:
    """The pairs by `new`, and the indices that are in none, in their order."""

    pairs: tuple[Pair, ...]
    gone: tuple[int, ...]
    added: tuple[int, ...]


_Key: TypeAlias = Callable[[Identity], Hashable]

_MOST_CELLS: Final = 1_000_000
"""Comparisons of one group; a larger one is paired in the order of the text."""

_NEXT: Final = 3
_NEARBY: Final = 1
_ENCLOSING: Final = 2
_WHOLE: Final = _ENCLOSING + 2 * _NEXT


def match(old: Sequence[Identity], new: Sequence[Identity]) -> Matching:
    """Pairs the sites of two reviews. The sites of each file are in the order of its text."""
    work = _Work(old, new)
    # An equal statement is the same site or as good as that: so many were there, so many are.
    work.round(_same, How.SAME, 0)
    work.round(_whatever_data, How.OTHER_DATA, 0)
    work.round(_in_file, How.MOVED, _NEXT)
    work.round(_in_any_file, How.OTHER_FILE, _NEXT)
    work.round(_any_statement, How.EDITED, _NEXT)
    paired = {pair.old for pair in work.pairs}
    found = {pair.new for pair in work.pairs}
    return Matching(
        tuple(sorted(work.pairs, key=_new)),
        tuple(index for index in range(len(old)) if index not in paired),
        tuple(index for index in range(len(new)) if index not in found),
    )


def likeness(one: Identity, other: Identity) -> int:
    """How much of what stands round two sites is the same; 0 for nothing."""
    if len(one.around) != 5 or len(other.around) != 5:
        return 0
    points = _ENCLOSING if one.around[0] == other.around[0] else 0
    for side in (slice(1, 3), slice(3, 5)):
        mine, theirs = one.around[side], other.around[side]
        if mine[0] == theirs[0]:
            points += _NEXT
        elif mine[0] in theirs[1:] or theirs[0] in mine[1:]:
            points += _NEARBY
    return points


class _Work:
    """What is left to be paired, and the pairs."""

    def __init__(self, old: Sequence[Identity], new: Sequence[Identity]) -> None:
        self._old: Final = old
        self._new: Final = new
        self._left_old: list[int] = list(range(len(old)))
        self._left_new: list[int] = list(range(len(new)))
        self.pairs: Final[list[Pair]] = []

    def round(self, key: _Key, how: How, least: int) -> None:
        """Pairs what has one key. `least` is the likeness that the nearest neighbours must have."""
        groups: dict[Hashable, tuple[list[int], list[int]]] = {}
        for index in self._left_old:
            groups.setdefault(key(self._old[index]), ([], []))[0].append(index)
        for index in self._left_new:
            group = groups.get(key(self._new[index]))
            if group is not None:
                group[1].append(index)
        for mine, theirs in groups.values():
            if mine and theirs:
                mine.sort(key=self._order_of_old)
                theirs.sort(key=self._order_of_new)
                self.pairs.extend(
                    [Pair(old, new, how) for old, new in self._aligned(mine, theirs, least)]
                )
        paired = {pair.old for pair in self.pairs}
        found = {pair.new for pair in self.pairs}
        self._left_old = [index for index in self._left_old if index not in paired]
        self._left_new = [index for index in self._left_new if index not in found]

    def _order_of_old(self, index: int) -> tuple[str, int]:
        return self._old[index].path, index

    def _order_of_new(self, index: int) -> tuple[str, int]:
        return self._new[index].path, index

    def _aligned(
        self, mine: Sequence[int], theirs: Sequence[int], least: int
    ) -> list[tuple[int, int]]:
        """The pairs of most likeness that keep the order of both sides."""
        rows, columns = len(mine), len(theirs)
        if rows * columns > _MOST_CELLS:
            return list(zip(mine, theirs, strict=False)) if not least else []
        # Of alignments with as many pairs the one of most likeness: a pair is worth more than any.
        bonus = (_WHOLE + 1) * min(rows, columns) if not least else 1
        best = [[0] * (columns + 1) for _ in range(rows + 1)]
        worth = [[self._worth(one, other, least, bonus) for other in theirs] for one in mine]
        for row in range(rows - 1, -1, -1):
            for column in range(columns - 1, -1, -1):
                best[row][column] = max(
                    best[row + 1][column + 1] + worth[row][column],
                    best[row + 1][column],
                    best[row][column + 1],
                )
        pairs: list[tuple[int, int]] = []
        row = column = 0
        while row < rows and column < columns:
            here = best[row][column]
            if worth[row][column] and here == best[row + 1][column + 1] + worth[row][column]:
                pairs.append((mine[row], theirs[column]))
                row += 1
                column += 1
            elif here == best[row + 1][column]:
                row += 1
            else:
                column += 1
        return pairs

    def _worth(self, old: int, new: int, least: int, bonus: int) -> int:
        points = likeness(self._old[old], self._new[new])
        enclosing = _ENCLOSING if _enclosed_alike(self._old[old], self._new[new]) else 0
        return points + bonus if points - enclosing >= least else 0


def _enclosed_alike(one: Identity, other: Identity) -> bool:
    return bool(one.around and other.around) and one.around[0] == other.around[0]


def _same(each: Identity) -> Hashable:
    return each.rule, each.path, each.function, each.statement, each.source


def _whatever_data(each: Identity) -> Hashable:
    return each.rule, each.path, each.function, each.statement


def _in_file(each: Identity) -> Hashable:
    return each.rule, each.path, each.statement


def _in_any_file(each: Identity) -> Hashable:
    return each.rule, each.function, each.statement


def _any_statement(each: Identity) -> Hashable:
    return each.rule, each.path, each.function


def _new(pair: Pair) -> int:
    return pair.new
