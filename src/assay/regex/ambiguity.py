"""How many ways an automaton has to read one text: exponentially many, polynomially many, or few.

A backtracking matcher tries all of them before it fails, so this is what failing costs. The
criteria are those of Weber and Seidl, "On the degree of ambiguity of finite automata" (TCS 88,
1991), with the constructions of Allauzen, Mohri and Rastogi, "General algorithms for testing the
ambiguity of finite automata" (DLT 2008):

    EDA   a state q and a text y with two different ways from q to q that read y: exponential.
    IDA   states p, q and a text y that leads from p to p, from p to q and from q to q: each such
          step, one after the other, multiplies the number of ways by the length of the text.

    (a|a)*b          EDA: q = a, y = "a"
    a*a*b            IDA: p, q = the two a, y = "a"; so n ways, and n * n steps
    \\s+$, searched   IDA: p = waiting for a beginning, q = \\s

All states count as final, since ways are walked whether or not they end well. Deviation: what is
looked for is a text for each step, so of several only some are tried (`_MOST_TRIES`).

Invariant: every `Chain` names ways that the automaton has; no answer is given beyond `budget`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.regex.automaton import Arc, Automaton, TooLargeError

Text: TypeAlias = tuple[int, ...]
"""A text as classes of the automaton's alphabet."""

_BUDGET: Final = 150_000
_MOST_TRIES: Final = 6
"""Pumps looked for in one component."""


@final
class Step:
    """A text `lead` that leads to a state where `pump` can be read again and again.

    `state` is where one is after any number of pumps.
    """

    __slots__ = ("lead", "pump", "state")

    def __init__(self, lead: Text, pump: Text, state: int) -> None:
        self.lead: Final = lead
        self.pump: Final = pump
        self.state: Final = state


@final
class Chain:
    """Texts with many ways: each step multiplies them.

    `degree` is 0 when there are exponentially many, else the exponent of the number of steps that
    a matcher takes on a text of length n: 2 for n * n.
    """

    __slots__ = ("degree", "steps")

    def __init__(self, degree: int, steps: tuple[Step, ...]) -> None:
        self.degree: Final = degree
        self.steps: Final = steps


@final
class _Budget:
    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _BUDGET

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooLargeError("pairs of states")


def chains(automaton: Automaton) -> Iterator[Chain]:
    """The texts with the most ways, worst first; none when a matcher needs linear time.

    Raises TooLargeError.
    """
    search = _Search(automaton)
    yield from search.exponential()
    yield from search.polynomial()


@final
class _Search:
    """One automaton, its components, and what is left of the budget."""

    __slots__ = ("_arcs", "_budget", "_components", "_inner", "_looping")

    def __init__(self, automaton: Automaton) -> None:
        self._arcs: Final = automaton.arcs
        self._looping: Final = automaton.looping
        self._budget: Final = _Budget()
        self._components: Final[list[list[int]]] = []  # those with a loop, in order of the ways
        self._inner: Final[dict[int, list[Arc]]] = {}
        for states in _components(automaton.arcs):
            inside = set(states)
            loops = len(states) > 1 or any(a.target == states[0] for a in self._arcs[states[0]])
            if loops:
                for state in states:
                    self._inner[state] = [a for a in self._arcs[state] if a.target in inside]
                self._components.append(states)

    # Exponentially many

    def exponential(self) -> Iterator[Chain]:
        for states in self._components:
            for state, pump in self._double_ways(states):
                lead = self._path(0, state)
                if lead is not None:
                    yield Chain(0, (Step(lead, pump, state),))

    def _double_ways(self, states: list[int]) -> Iterator[tuple[int, Text]]:
        """States of a component and texts that lead back to them in two ways."""
        found = 0
        seen: set[tuple[int, int]] = set()
        work: list[tuple[int, int, int, Text]] = []  # begun at, two states, text since
        for begin in states:
            arcs = self._inner[begin]
            for place, one in enumerate(arcs):
                if one.many and found < _MOST_TRIES:
                    back = self._path(one.target, begin, self._inner)
                    if back is not None:
                        found += 1
                        yield begin, (_lowest(one.many), *back)
                for other in arcs[place + 1 :]:
                    both = one.mask & other.mask
                    if both:
                        pair = _ordered(one.target, other.target)
                        if pair not in seen:
                            seen.add(pair)
                            work.append((begin, *pair, (_lowest(both),)))
            self._budget.spend(len(arcs) * len(arcs) + 1)
        for begin, first, second, text in work:  # grows while it is walked
            if found >= _MOST_TRIES:
                return
            ways = self._inner[first]
            others = self._inner[second]
            self._budget.spend(len(ways) * len(others) + 1)
            for one in ways:
                for other in others:
                    both = one.mask & other.mask
                    if not both:
                        continue
                    if one.target == other.target:
                        back = self._path(one.target, begin, self._inner)
                        if back is not None and found < _MOST_TRIES:
                            found += 1
                            yield begin, (*text, _lowest(both), *back)
                        continue
                    pair = _ordered(one.target, other.target)
                    if pair not in seen:
                        seen.add(pair)
                        work.append((begin, *pair, (*text, _lowest(both))))

    # Polynomially many

    def polynomial(self) -> Iterator[Chain]:
        count = len(self._components)
        reaches = [self._reachable(states) for states in self._components]
        # For each component the longest chain of steps that ends in it; the components come in
        # an order in which ways only lead forward.
        best: list[list[tuple[int, Text, int]]] = []  # (state where it begins, pump, where it ends)
        ends: list[tuple[list[tuple[int, Text, int]], int]] = []
        for here in range(count):
            longest: list[tuple[int, Text, int]] = []
            for before in range(here):
                if not reaches[before] >> self._components[here][0] & 1:
                    continue
                if len(best[before]) >= len(longest):
                    link = self._link(before, here, reaches[before])
                    if link is not None:
                        longest = [*best[before], link]
                    elif len(best[before]) > len(longest):
                        longest = best[before]
            best.append(longest)
            if longest:
                ends.append((longest, here))
        ends.sort(key=lambda each: (-len(each[0]), each[1]))
        for links, _ in ends[:_MOST_TRIES]:
            steps = self._steps(links)
            if steps:
                yield Chain(len(steps) + 1, steps)

    def _steps(self, links: list[tuple[int, Text, int]]) -> tuple[Step, ...]:
        steps: list[Step] = []
        at = 0
        for begin, pump, end in links:
            # A search that waits gets anywhere by the pump itself.
            lead = () if at == 0 and begin in self._looping else self._path(at, begin)
            if lead is None:
                return ()
            steps.append(Step(lead, pump, end))
            at = end
        return tuple(steps)

    def _link(self, before: int, here: int, reached: int) -> tuple[int, Text, int] | None:
        """States p and q of two components and a text from p to p, from p to q, from q to q."""
        for p in self._components[before]:
            for q in self._components[here]:
                pump = self._pump(p, q, reached)
                if pump is not None:
                    return p, pump, q
        return None

    def _pump(self, p: int, q: int, reached: int) -> Text | None:
        start = (p, p, q)
        goal = (p, q, q)
        texts: dict[tuple[int, int, int], Text] = {start: ()}
        work = [start]
        for place in work:  # grows while it is walked
            first, middle, last = place
            text = texts[place]
            for one in self._inner[first]:
                for other in self._inner[last]:
                    outer = one.mask & other.mask
                    if not outer:
                        continue
                    self._budget.spend(len(self._arcs[middle]))
                    for inner in self._arcs[middle]:
                        every = outer & inner.mask
                        if not every or not (reached >> inner.target & 1):
                            continue
                        after = (one.target, inner.target, other.target)
                        if after not in texts:
                            texts[after] = (*text, _lowest(every))
                            if after == goal:
                                return texts[after]
                            work.append(after)
        return None

    def _reachable(self, states: list[int]) -> int:
        """The states that one can get to from a component, as bits."""
        found = 0
        for state in states:
            found |= 1 << state
        work = list(states)
        while work:
            for arc in self._arcs[work.pop()]:
                if not found >> arc.target & 1:
                    found |= 1 << arc.target
                    work.append(arc.target)
            self._budget.spend(1)
        return found

    def _path(
        self, start: int, goal: int, within: dict[int, list[Arc]] | None = None
    ) -> Text | None:
        """A shortest text from one state to another."""
        if start == goal:
            return ()
        texts: dict[int, Text] = {start: ()}
        work = [start]
        for state in work:  # grows while it is walked
            self._budget.spend(1)
            for arc in self._arcs[state] if within is None else within[state]:
                if arc.target not in texts:
                    texts[arc.target] = (*texts[state], _lowest(arc.mask))
                    if arc.target == goal:
                        return texts[arc.target]
                    work.append(arc.target)
        return None


def _ordered(first: int, second: int) -> tuple[int, int]:
    return (first, second) if first < second else (second, first)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _components(arcs: list[list[Arc]]) -> list[list[int]]:
    """Strongly connected components (Tarjan 1972), in an order in which ways lead forward."""
    index = [-1] * len(arcs)
    low = [0] * len(arcs)
    on_stack = [False] * len(arcs)
    stack: list[int] = []
    found: list[list[int]] = []
    counter = 0
    for root in range(len(arcs)):
        if index[root] >= 0:
            continue
        calls = [(root, 0)]
        while calls:
            state, place = calls.pop()
            if place == 0:
                index[state] = low[state] = counter
                counter += 1
                stack.append(state)
                on_stack[state] = True
            descended = False
            for number in range(place, len(arcs[state])):
                target = arcs[state][number].target
                if index[target] < 0:
                    calls.append((state, number + 1))
                    calls.append((target, 0))
                    descended = True
                    break
                if on_stack[target]:
                    low[state] = min(low[state], index[target])
            if descended:
                continue
            if low[state] == index[state]:
                component: list[int] = []
                while True:
                    member = stack.pop()
                    on_stack[member] = False
                    component.append(member)
                    if member == state:
                        break
                found.append(sorted(component))
            if calls:
                above = calls[-1][0]
                low[above] = min(low[above], low[state])
    found.reverse()
    return found
