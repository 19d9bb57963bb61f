"""The solver on demand: least fixpoints in any order, and nothing stale after errors."""

from __future__ import annotations

import random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.dataflow.demand import Demand

Equations = list[tuple[int, list[tuple[int, int]]]]
"""For each key the bits it starts with, and the keys it adds, each with a mask."""


class Sets(Demand[int, int]):
    """Sets of a few bits: each key is a union of constants and of masked other keys."""

    def __init__(self, equations: Equations, limit: int = 1_000) -> None:
        super().__init__(limit)
        self.equations: Final = equations
        self.computed = 0
        self.raise_at = -1

    def bottom(self, key: int) -> int:
        return 0

    def top(self, key: int) -> int:
        return -1

    def analyze(self, key: int, previous: int) -> int:
        self.computed += 1
        if self.computed == self.raise_at:
            raise KeyboardInterrupt
        bits, others = self.equations[key]
        self.uses.bits |= 1 << key
        for other, mask in others:
            # Asked for only when something else is there: which keys are read grows as well.
            if mask & 1 or bits:
                bits |= self.get(other) & mask
        return bits


def least(equations: Equations) -> list[int]:
    """The same by rounds over all keys."""
    values = [0] * len(equations)
    while True:
        after = []
        for bits, others in equations:
            for other, mask in others:
                if mask & 1 or bits:
                    bits |= values[other] & mask
            after.append(bits)
        if after == values:
            return values
        values = after


@st.composite
def systems(draw: st.DrawFn) -> Equations:
    size = draw(st.integers(1, 9))
    key = st.integers(0, size - 1)
    edges = st.lists(st.tuples(key, st.integers(0, 15)), max_size=4)
    return [(draw(st.sampled_from((0, 0, 1, 2, 4, 8))), draw(edges)) for _ in range(size)]


@given(systems(), st.randoms(use_true_random=False))
@settings(max_examples=600, deadline=None)
def test_the_answer_is_the_least_fixpoint_in_any_order(
    equations: Equations, chance: random.Random
) -> None:
    wanted = least(equations)
    order = list(range(len(equations)))
    chance.shuffle(order)
    solver = Sets(equations)
    assert [(key, solver.get(key)) for key in order] == [(key, wanted[key]) for key in order]


@given(systems(), st.integers(1, 30))
@settings(max_examples=400, deadline=None)
def test_an_interruption_leaves_nothing_stale(equations: Equations, moment: int) -> None:
    solver = Sets(equations)
    solver.raise_at = moment
    for key in range(len(equations)):
        try:
            solver.get(key)
        except KeyboardInterrupt:
            break
    assert [solver.get(key) for key in range(len(equations))] == least(equations)


@given(systems())
@settings(max_examples=300, deadline=None)
def test_an_answer_rests_on_all_that_it_reaches(equations: Equations) -> None:
    solver = Sets(equations)
    for key in range(len(equations)):
        solver.get(key)
    for key in range(len(equations)):
        outer = solver.uses.begin()
        solver.get(key)
        bits = solver.uses.end(outer)
        for other, mask in equations[key][1]:
            if mask & 1 or equations[key][0]:
                outer = solver.uses.begin()
                solver.get(other)
                assert bits & solver.uses.bits == solver.uses.bits
                solver.uses.end(outer)
        assert bits & (1 << key)


def test_a_circle_costs_a_few_rounds_however_it_is_nested() -> None:
    size = 60
    equations: Equations = [
        (1 << (key % 4), [((key + 1) % size, 15), (max(0, key - 1), 15), (0, 15)])
        for key in range(size)
    ]
    solver = Sets(equations)
    assert solver.get(0) == 15
    assert solver.computed <= 8 * size


def test_a_chain_inside_a_circle_is_not_computed_twice_at_every_step() -> None:
    size = 40
    equations: Equations = [(1, [((key + 1) % size, 15)]) for key in range(size)]
    solver = Sets(equations)
    assert solver.get(0) == 1
    assert solver.computed <= 3 * size


def test_too_deep_a_question_gives_top() -> None:
    equations: Equations = [(0, [(key + 1, 15)]) for key in range(30)]
    equations = [(bits, [(other, 15)]) for bits, ((other, _),) in equations]
    solver = Sets([*equations, (0, [])], limit=10)
    assert solver.get(0) == 15
    assert Sets([*equations, (0, [])]).get(0) == 0


class Climbing(Sets):
    """A value that never settles."""

    def analyze(self, key: int, previous: int) -> int:
        self.computed += 1
        return self.get(1 - key) + 1


def test_a_circle_that_does_not_settle_gives_top() -> None:
    solver = Climbing([(0, []), (0, [])])
    assert solver.get(0) == -1
    assert solver.computed < 500


class Careful(Sets):
    """One key survives what another raises."""

    def analyze(self, key: int, previous: int) -> int:
        if key == 2 and not self.get(0):
            raise ValueError
        try:
            return super().analyze(key, previous)
        except ValueError:
            return 0


def test_a_caught_error_does_not_make_an_open_value_final() -> None:
    # 0 asks 1, which asks 2, which asks 0 and fails as long as that is nothing.
    solver = Careful([(4, [(1, 15)]), (0, [(2, 15)]), (0, [(0, 15)])])
    assert solver.get(0) == 4
    assert solver.get(1) == 4


def test_what_is_kept_elsewhere_must_rest_on_finished_values() -> None:
    seen: list[bool] = []

    class Asking(Sets):
        def analyze(self, key: int, previous: int) -> int:
            outer = self.begin()
            value = super().analyze(key, previous)
            seen.append(self.is_final(outer))
            return value

    solver = Asking([(1, [(1, 15)]), (2, [(0, 15)])])
    assert solver.get(0) == 3
    assert seen
    assert not any(seen)
    outer = solver.begin()
    solver.get(1)
    assert solver.is_final(outer)


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_a_member_that_rests_on_an_inner_head_waits_for_the_outer_one(first: int) -> None:
    # 0 > 1 > 2 > 1 and 1 > 0: 2 is read again by 3, at the depth of 1, while 0 is open.
    equations: Equations = [
        (1, [(1, 15), (3, 15)]),
        (0, [(2, 15), (0, 15)]),
        (0, [(1, 15)]),
        (0, [(2, 15)]),
    ]
    wanted = least(equations)
    solver = Sets(equations)
    solver.get(first)
    assert [solver.get(key) for key in range(4)] == wanted
