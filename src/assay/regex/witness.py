"""A text on which an ambiguous expression fails, and so walks all of its ways.

A chain says how to make many ways; a matcher walks them only when none of them ends well. What
follows the pumps is looked for among the sets of states that the automaton can be in, so that no
attempt which began before it can succeed (Wuestholz, Olivo, Heule and Dillig, "Static detection of
DoS vulnerabilities in programs that use regular expressions", TACAS 2017, call it the suffix).

    (a|a)*b     pump "a", suffix ""          (a|a)*       no suffix: it always matches
    \\s*$        searched: pump " ", suffix "a"; that the empty end matches later helps nobody

Invariant: on `prefix + pump * n + suffix`, and so on for each pump, the automaton accepts nothing
that begins before the suffix. When `is_masked`, only the way through the last pump is known to
fail: another alternative may match, tried earlier or later.
"""

from __future__ import annotations

from typing import Final, final

from assay.regex.ambiguity import Chain, Text
from assay.regex.automaton import Automaton

_MOST_SETS: Final = 300
_MOST_ROUNDS: Final = 40
"""Pumps after which the set of states has to come back to one that was there."""


@final
class Witness:
    """Pieces of text, each with whether it is pumped, and the degree of what it costs.

    `degree` is that of the chain: 0 when the cost is exponential.
    """

    __slots__ = ("degree", "is_masked", "pieces")

    def __init__(self, degree: int, pieces: tuple[tuple[str, bool], ...], is_masked: bool) -> None:
        self.degree: Final = degree
        self.pieces: Final = pieces
        self.is_masked: Final = is_masked

    @property
    def pump(self) -> str:
        """The last pump."""
        return next(text for text, is_pumped in reversed(self.pieces) if is_pumped)

    @property
    def prefix(self) -> str:
        """What stands before the last pump; pumps in it stand once."""
        texts = [text for text, _ in self.pieces]
        last = max(place for place, piece in enumerate(self.pieces) if piece[1])
        return "".join(texts[:last])

    @property
    def suffix(self) -> str:
        """What stands behind the last pump."""
        last = max(place for place, piece in enumerate(self.pieces) if piece[1])
        return "".join(text for text, _ in self.pieces[last + 1 :])

    def text(self, times: int) -> str:
        """The whole text with each pump so many times."""
        return "".join(text * times if is_pumped else text for text, is_pumped in self.pieces)


def witness_of(automaton: Automaton, chain: Chain) -> Witness | None:
    """A text on which the ways of a chain are walked; None when whatever follows matches."""
    run = _Run(automaton)
    states: set[int] = {0}
    for step in chain.steps:
        states = run.read(states, step.lead)
        states = run.pumped(states, step.pump)
    suffix = None if run.accepted else run.suffix(states - automaton.looping)
    is_masked = suffix is None
    if suffix is None:
        # Only the ways through the last pump: what is tried before or instead may still match.
        run = _Run(automaton)
        last = chain.steps[-1]
        states = run.pumped({last.state}, last.pump)
        suffix = None if run.accepted else run.suffix(states - automaton.looping)
    if suffix is None:
        return None
    pieces: list[tuple[str, bool]] = []
    for step in chain.steps:
        if step.lead:
            pieces.append((_spelled(automaton, step.lead), False))
        pieces.append((_spelled(automaton, step.pump), True))
    if suffix:
        pieces.append((_spelled(automaton, suffix), False))
    return Witness(chain.degree, tuple(pieces), is_masked)


def _spelled(automaton: Automaton, text: Text) -> str:
    return "".join(automaton.alphabet.samples[each] for each in text)


@final
class _Run:
    """Walks sets of states; `accepted` once one of them has accepted on the way."""

    __slots__ = ("_automaton", "accepted")

    def __init__(self, automaton: Automaton) -> None:
        self._automaton: Final = automaton
        self.accepted = False

    def read(self, states: set[int], text: Text) -> set[int]:
        """The states after a text."""
        for each in text:
            states = self._step(states, each)
        return states

    def _step(self, states: set[int], char: int) -> set[int]:
        automaton = self._automaton
        bit = 1 << char
        after: set[int] = set()
        for state in states:
            if automaton.accepts[state] & bit:
                self.accepted = True
            for arc in automaton.arcs[state]:
                if arc.mask & bit:
                    after.add(arc.target)
        return after

    def pumped(self, states: set[int], pump: Text) -> set[int]:
        """The states after any number of pumps from some number on."""
        seen: dict[frozenset[int], int] = {}
        history: list[set[int]] = []
        for number in range(_MOST_ROUNDS):
            key = frozenset(states)
            if key in seen:
                return set().union(*history[seen[key] :])
            seen[key] = number
            history.append(states)
            states = self.read(states, pump)
        return set().union(*history[-2:])

    def suffix(self, states: set[int]) -> Text | None:
        """A shortest text after which nothing has matched, whatever the text before ended in."""
        automaton = self._automaton
        alphabet = automaton.alphabet
        start = frozenset(states)
        texts: dict[frozenset[int], Text] = {start: ()}
        work = [start]
        for here in work:  # grows while it is walked
            accepted = 0
            for state in here:
                accepted |= automaton.accepts[state]
            if not accepted & alphabet.beyond:
                return texts[here]
            if len(texts) > _MOST_SETS:
                return None
            for char in range(alphabet.count):
                if accepted >> char & 1:
                    continue
                after = frozenset(self._step(set(here), char))
                if after not in texts:
                    texts[after] = (*texts[here], char)
                    work.append(after)
        return None
