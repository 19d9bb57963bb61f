"""The automaton that a backtracking matcher walks: one state for each place that reads a character.

Built as by Glushkov (1961) over a program like Thompson's (1968), with the ways between two
characters counted: an edge knows for which characters there is more than one way to take it,
since a matcher tries them all. A repeat whose body matched nothing is not begun again, as in
`re`. What has to stand before or behind a place (`^`, `\\b`, a look at one character) narrows the
edges; a look ahead at a few characters promises something of those behind the next, too.

    (a|a)*b       one loop over `a`, taken twice for each character
    \\bx          states are split by whether the last character was part of a word

A search starts anew at each character: an automaton for it has a state that reads everything and
from which the expression can begin. Invariant: the automaton accepts every text that the expression
matches in this mode; what makes it accept more is named in `rough`.
"""

from __future__ import annotations

from typing import Final, TypeAlias, final

from assay.regex.charset import NEWLINE, Alphabet, Intervals, normal, union
from assay.regex.tree import Atomic, Chars, Choice, Edge, Look, Node, Repeat, Sequence, Tree

MATCH: Final = "match"
"""Anchored at the start, free at the end."""

FULLMATCH: Final = "fullmatch"
"""Anchored at both ends."""

SEARCH: Final = "search"
"""From every place of the text: `search`, `sub`, `split`, `findall`, `finditer`."""

MODES: Final = (MATCH, FULLMATCH, SEARCH)

_CHAR: Final = 0
_SPLIT: Final = 1
_LOOP: Final = 2
_GUARD: Final = 3
_ACCEPT: Final = 4
_SINK: Final = 5
_AHEAD: Final = 6

_MOST_INSTRUCTIONS: Final = 3000
_MOST_STATES: Final = 3000
_MOST_EDGES: Final = 30_000
_MOST_WAYS: Final = 4000
"""Steps between two characters after which an expression is given up."""

_NARROW: Final = 8
"""A bounded repeat with a higher bound becomes an unbounded one where the exact form is too big."""

_FARTHEST: Final = 6
"""Characters that a look ahead is followed exactly through."""

_Guard: TypeAlias = tuple[int, int]
_Later: TypeAlias = tuple[int, ...]
"""What the next characters may be, one mask for each; empty when anything may come."""


class TooLargeError(Exception):
    """The expression is over budget; the text says of what."""


@final
class Arc:
    """A way from one state to another for the characters of `mask`, several for those of `many`."""

    __slots__ = ("many", "mask", "target")

    def __init__(self, target: int, mask: int, many: int) -> None:
        self.target: Final = target
        self.mask: Final = mask
        self.many: Final = many


@final
class Automaton:
    """States from 0, which is the start. `accepts[s]` is the mask of what may come next when the
    expression has matched in state s; `beyond` in it stands for the end of the text.

    `looping` are the states in which a search waits for the expression to begin.
    """

    __slots__ = ("accepts", "alphabet", "arcs", "looping", "mode", "rough")

    def __init__(
        self,
        alphabet: Alphabet,
        mode: str,
        arcs: list[list[Arc]],
        accepts: list[int],
        looping: frozenset[int],
        rough: tuple[str, ...],
    ) -> None:
        self.alphabet: Final = alphabet
        self.mode: Final = mode
        self.arcs: Final = arcs
        self.accepts: Final = accepts
        self.looping: Final = looping
        self.rough: Final = rough


def build(tree: Tree, mode: str, is_widened: bool = False) -> Automaton:
    """The automaton of an expression. Raises TooLargeError.

    When `is_widened`, high bounds of repeats are dropped: the automaton accepts more and has more
    ways, so that an expression which is harmless then is harmless.
    """
    program = _Program(tree, is_widened)
    return _States(program, mode).automaton()


@final
class _Program:
    """The expression as instructions, each with the number of the next one."""

    __slots__ = (
        "aheads","alphabet", "entry", "guards", "is_widened", "kinds", "last", "masks", "nexts",
                 "rough")  # fmt: skip

    def __init__(self, tree: Tree, is_widened: bool) -> None:
        self.last: Final = tree.last
        self.is_widened: Final = is_widened
        self.rough: Final = dict.fromkeys(tree.rough)
        sets: list[Intervals] = [NEWLINE]
        _collect(tree.root, tree.last, sets)
        self.alphabet: Final = Alphabet(sets, tree.last)
        self.kinds: Final[list[int]] = []
        self.masks: Final[list[int]] = []
        self.nexts: Final[list[list[int]]] = []
        self.guards: Final[list[list[_Guard]]] = []
        self.aheads: Final[dict[int, list[_Later]]] = {}
        accept = self._add(_ACCEPT, 0, [], [])
        self.entry: Final = self._emit(tree.root, accept)

    def _add(self, kind: int, mask: int, nexts: list[int], guards: list[_Guard]) -> int:
        if len(self.kinds) >= _MOST_INSTRUCTIONS:
            raise TooLargeError(f"more than {_MOST_INSTRUCTIONS:,} parts")
        self.kinds.append(kind)
        self.masks.append(mask)
        self.nexts.append(nexts)
        self.guards.append(guards)
        return len(self.kinds) - 1

    def _emit(self, node: Node, after: int) -> int:
        """Adds a part that is followed by instruction `after`; gives its first instruction."""
        if isinstance(node, Chars):
            return self._add(_CHAR, self.alphabet.mask(node.chars), [after], [])
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                after = self._emit(part, after)
            return after
        if isinstance(node, Choice):
            return self._add(_SPLIT, 0, [self._emit(part, after) for part in node.parts], [])
        if isinstance(node, Repeat):
            return self._repeat(node, after)
        if isinstance(node, Edge):
            return self._add(_GUARD, 0, [after], self._places(node))
        if isinstance(node, Look):
            return self._look(node, after)
        assert isinstance(node, Atomic)
        inner = node.body
        if isinstance(inner, Repeat) and not inner.is_lazy and isinstance(inner.body, Chars):
            kept = Repeat(inner.body, inner.low, inner.high, False, True)
            return self._repeat(kept, after)
        if not _is_straight(inner):
            self.rough["an atomic group"] = None
        return self._emit(inner, after)

    def _places(self, node: Edge) -> list[_Guard]:
        end = self.alphabet.beyond
        late = self.alphabet.last_line if node.is_last_line else 0
        return [
            (
                self._mask(before) | (end if may_start else 0),
                self._mask(behind) | (end if may_end else 0) | late,
            )
            for before, may_start, behind, may_end in node.alternatives
        ]

    def _mask(self, chars: Intervals) -> int:
        """The mask of what may stand at a place; a newline may be the last one of the text."""
        mask = self.alphabet.mask(chars)
        return mask | self.alphabet.last_line if mask & self.alphabet.newline else mask

    @property
    def anything(self) -> int:
        """The mask that rules nothing out."""
        alphabet = self.alphabet
        return alphabet.everything | alphabet.beyond | alphabet.last_line

    def _repeat(self, node: Repeat, after: int) -> int:
        high = node.high
        low = node.low
        if self.is_widened and (high or low) > _NARROW:
            self.rough["a repeat with a high bound"] = None
            high, low = None, min(low, 1)
        leave = after
        if node.is_possessive and isinstance(node.body, Chars):
            rest = self.anything & ~self._mask(node.body.chars)
            leave = self._add(_GUARD, 0, [after], [(self.anything, rest)])
        elif node.is_possessive:
            self.rough["a possessive repeat"] = None
        if high is None:
            loop = self._add(_LOOP, 0, [], [])
            body = self._emit(node.body, loop)
            self.nexts[loop].extend((leave, body) if node.is_lazy else (body, leave))
            self.masks[loop] = body
            entry = body if low else loop
            copies = low - 1
        else:
            entry = after
            for _ in range(high - low):
                inner = self._emit(node.body, entry)
                both = [leave, inner] if node.is_lazy else [inner, leave]
                entry = self._add(_SPLIT, 0, both, [])
            copies = low
        for _ in range(copies):
            entry = self._emit(node.body, entry)
        return entry

    def _look(self, node: Look, after: int) -> int:
        anything = self.anything
        one = _one(node.body)
        if one is not None:
            chars, at_edge, is_late = one
            mask = self._mask(chars) | (self.alphabet.beyond if at_edge else 0)
            if is_late:
                mask |= self.alphabet.last_line
            if node.is_negative:
                mask = anything & ~mask
            guard = (anything, mask) if node.is_ahead else (mask, anything)
            return self._add(_GUARD, 0, [after], [guard])
        if not node.is_ahead:
            self.rough["a look-behind"] = None
            return after
        if node.is_negative and isinstance(node.body, Choice):
            for part in node.body.parts:
                after = self._look(Look(part, True, True), after)
            return after
        several = _fixed(node.body)
        if several is not None:
            masks = tuple(self._mask(chars) for chars in several)
            at = self._add(_AHEAD, 0, [after], [])
            # The first character that differs may be any of them, and only one is the first.
            self.aheads[at] = (
                [(*masks[:place], anything & ~mask) for place, mask in enumerate(masks)]
                if node.is_negative
                else [masks]
            )
            return at
        self.rough["a look-ahead"] = None
        if not node.is_negative:
            chars, may_be_empty = _first(node.body)
            if not may_be_empty:
                after = self._add(_GUARD, 0, [after], [(anything, self._mask(chars))])
        sink = self._add(_SINK, 0, [], [])
        return self._add(_SPLIT, 0, [self._emit(node.body, sink), after], [])


def _collect(node: Node, last: int, sets: list[Intervals]) -> None:
    """The sets of characters that the masks of a program are made of."""
    if isinstance(node, Chars):
        sets.append(node.chars)
    elif isinstance(node, (Sequence, Choice)):
        for part in node.parts:
            _collect(part, last, sets)
    elif isinstance(node, (Repeat, Atomic)):
        _collect(node.body, last, sets)
    elif isinstance(node, Edge):
        for before, _, behind, _ in node.alternatives:
            sets.extend((before, behind))
    elif isinstance(node, Look):
        _collect(node.body, last, sets)
        one = _one(node.body)
        sets.append(_first(node.body)[0] if one is None else one[0])


def _is_straight(node: Node) -> bool:
    """Whether there is only one way through it."""
    if isinstance(node, Sequence):
        return all(isinstance(part, Chars) for part in node.parts)
    return isinstance(node, Chars)


def _one(node: Node) -> tuple[Intervals, bool, bool] | None:
    """The characters when it matches exactly one, whether it matches at the edge of the text, and
    whether before a newline with which the text ends.

    None for what is longer or may be empty.
    """
    if isinstance(node, Chars):
        return node.chars, False, False
    if isinstance(node, Choice):
        chars: Intervals = ()
        at_edge = is_late = False
        for part in node.parts:
            one = _one(part)
            if one is None:
                return None
            chars = union(chars, one[0])
            at_edge = at_edge or one[1]
            is_late = is_late or one[2]
        return chars, at_edge, is_late
    if isinstance(node, Edge) and len(node.alternatives) == 1:
        before, _, behind, _ = node.alternatives[0]
        if not behind or not before:  # the very end, or the very start
            return (), True, node.is_last_line
    return None


def _fixed(node: Node) -> list[Intervals] | None:
    """The sets of a part that is always as long; None when it is not, or long, or empty."""
    found: list[Intervals] = []
    work = [node]
    while work:
        part = work.pop()
        if isinstance(part, Chars):
            found.append(part.chars)
        elif isinstance(part, Sequence):
            work.extend(reversed(part.parts))
        elif isinstance(part, Repeat) and part.low == part.high and part.low <= _FARTHEST:
            work.extend([part.body] * part.low)
        else:
            return None
        if len(found) + len(work) > _FARTHEST:
            return None
    return found or None


def _both(first: _Later, second: _Later) -> _Later:
    """What both say of the next characters."""
    if len(first) < len(second):
        first, second = second, first
    return (*(one & other for one, other in zip(first, second, strict=False)),
            *first[len(second) :])  # fmt: skip


def _first(node: Node) -> tuple[Intervals, bool]:
    """What a part may begin with, and whether it may match without reading anything."""
    if isinstance(node, Chars):
        return node.chars, False
    if isinstance(node, Sequence):
        parts: list[tuple[int, int]] = []
        for part in node.parts:
            chars, may_be_empty = _first(part)
            parts.extend(chars)
            if not may_be_empty:
                return normal(parts), False
        return normal(parts), True
    if isinstance(node, Choice):
        firsts = [_first(part) for part in node.parts]
        return normal([each for chars, _ in firsts for each in chars]), any(e for _, e in firsts)
    if isinstance(node, Repeat):
        chars, may_be_empty = _first(node.body)
        return chars, may_be_empty or node.low == 0
    if isinstance(node, Atomic):
        return _first(node.body)
    return (), True


@final
class _Ways:
    """Where one can get to from an instruction without reading a character.

    `chars`: (instruction that reads, what may stand before, what it may read here, what may come
    behind that), one for each way; `ends`: (what may stand before, what may come next) for each
    way to the end.
    """

    __slots__ = ("chars", "ends")

    def __init__(self) -> None:
        self.chars: Final[list[tuple[int, int, int, _Later]]] = []
        self.ends: Final[list[_Guard]] = []


def _ways(program: _Program, start: int, coming: _Later) -> _Ways:
    anything = program.anything
    found = _Ways()
    # A third way to the same place teaches nothing new, so the work is bounded by the places.
    seen: dict[tuple[int, int, int, _Later, frozenset[int]], int] = {}
    behind = coming[0] if coming else anything
    work: list[tuple[int, int, int, _Later, frozenset[int]]] = [
        (start, anything, behind, coming[1:], frozenset())
    ]
    steps = 0
    while work:
        state = work.pop()
        times = seen.get(state, 0)
        if times >= 2:
            continue
        seen[state] = times + 1
        steps += 1
        if steps > _MOST_WAYS:
            raise TooLargeError(f"more than {_MOST_WAYS:,} ways between two characters")
        at, before, behind, later, begun = state
        kind = program.kinds[at]
        if kind == _CHAR:
            # Where only a last newline may come, what reads it is left out: no way goes on there.
            mask = program.masks[at] & behind
            if mask:
                found.chars.append((at, before, mask, later))
        elif kind == _ACCEPT:
            if later:
                program.rough["a look-ahead"] = None
            found.ends.append((before, behind))
        elif kind == _GUARD:
            target = program.nexts[at][0]
            for one, other in reversed(program.guards[at]):
                if before & one and behind & other:
                    work.append((target, before & one, behind & other, later, begun))
        elif kind == _AHEAD:
            target = program.nexts[at][0]
            for first, *rest in reversed(program.aheads[at]):
                after = _both(later, tuple(rest))
                if behind & first and all(after):
                    work.append((target, before, behind & first, after, begun))
        elif kind == _LOOP:
            body = program.masks[at]
            for target in reversed(program.nexts[at]):
                if target != body:
                    work.append((target, before, behind, later, begun))
                elif at not in begun:
                    work.append((target, before, behind, later, begun | {at}))
        else:
            work.extend(
                (target, before, behind, later, begun) for target in reversed(program.nexts[at])
            )
    return found


@final
class _States:
    """Numbers the states and joins them."""

    __slots__ = ("_groups", "_mode", "_numbers", "_program", "_queue", "_ways")

    def __init__(self, program: _Program, mode: str) -> None:
        self._program: Final = program
        self._mode: Final = mode
        self._ways: Final[dict[tuple[int, _Later], _Ways]] = {}
        self._reach(program.entry)
        self._groups: Final = self._split()
        # A state is (instruction, group of the character that it has read, what may come); -1 waits
        # in a search.
        self._numbers: Final[dict[tuple[int, int, _Later], int]] = {}
        self._queue: Final[list[tuple[int, int, _Later]]] = []

    def _reach(self, entry: int) -> None:
        """The ways from every instruction that can come after a character."""
        work: list[tuple[int, _Later]] = [(entry, ())]
        while work:
            start = work.pop()
            if start in self._ways:
                continue
            if len(self._ways) > _MOST_STATES:
                raise TooLargeError(f"more than {_MOST_STATES:,} states")
            ways = _ways(self._program, *start)
            self._ways[start] = ways
            work.extend((self._program.nexts[at][0], later) for at, _, _, later in ways.chars)

    def _split(self) -> list[int]:
        """The characters in groups that no condition on what stands before can tell apart."""
        alphabet = self._program.alphabet
        conditions: dict[int, None] = {}
        for ways in self._ways.values():
            for _, before, _, _ in ways.chars:
                conditions[before & alphabet.everything] = None
            for before, _ in ways.ends:
                conditions[before & alphabet.everything] = None
        groups = [alphabet.everything]
        for condition in conditions:
            parts: list[int] = []
            for group in groups:
                parts.extend(part for part in (group & condition, group & ~condition) if part)
            groups = parts
        return groups

    def automaton(self) -> Automaton:
        alphabet = self._program.alphabet
        entry = self._program.entry
        is_search = self._mode == SEARCH
        arcs: list[list[Arc]] = []
        accepts: list[int] = []
        edges = 0
        # The start: nothing stands before it. Its group has the bit of the edge.
        self._numbers[(-2, -1, ())] = 0
        self._queue.append((-2, -1, ()))
        for at, group, coming in self._queue:  # grows while it is walked
            if len(self._queue) > _MOST_STATES or edges > _MOST_EDGES:
                raise TooLargeError(f"more than {_MOST_STATES:,} states or {_MOST_EDGES:,} edges")
            stands = alphabet.beyond if group < 0 else self._groups[group]
            ways = self._ways[(entry if at < 0 else self._program.nexts[at][0], coming)]
            once: dict[int, int] = {}
            many: dict[int, int] = {}
            if is_search and at < 0:
                for number, mask in enumerate(self._groups):
                    once[self._number(-1, number, ())] = mask
            for target, before, mask, later in ways.chars:
                if stands & before:
                    for number, part in enumerate(self._groups):
                        both = mask & part
                        if both:
                            state = self._number(target, number, later)
                            old = once.get(state, 0)
                            if old & both:
                                many[state] = many.get(state, 0) | (old & both)
                            once[state] = old | both
            arcs.append([Arc(state, mask, many.get(state, 0)) for state, mask in once.items()])
            edges += len(once)
            accepted = 0
            for before, behind in ways.ends:
                if stands & before:
                    accepted |= behind
            if accepted & alphabet.last_line:
                accepted |= alphabet.newline
            accepts.append(accepted & alphabet.beyond if self._mode == FULLMATCH else accepted)
        looping = frozenset(number for (at, _, _), number in self._numbers.items() if at == -1)
        return Automaton(alphabet, self._mode, arcs, accepts, looping, tuple(self._program.rough))

    def _number(self, at: int, group: int, later: _Later) -> int:
        key = (at, group, later)
        known = self._numbers.get(key)
        if known is None:
            known = len(self._numbers)
            self._numbers[key] = known
            self._queue.append(key)
        return known


def relaxed(tree: Tree) -> Tree:
    """The expression with atomic groups and possessive repeats made plain ones."""
    return Tree(_relaxed(tree.root), tree.last, tree.rough)


def _relaxed(node: Node) -> Node:
    if isinstance(node, Sequence):
        return Sequence(tuple(_relaxed(part) for part in node.parts))
    if isinstance(node, Choice):
        return Choice(tuple(_relaxed(part) for part in node.parts))
    if isinstance(node, Repeat):
        return Repeat(_relaxed(node.body), node.low, node.high, node.is_lazy, False)
    if isinstance(node, Look):
        return Look(_relaxed(node.body), node.is_ahead, node.is_negative)
    return _relaxed(node.body) if isinstance(node, Atomic) else node
