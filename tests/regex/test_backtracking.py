"""The step-counting matcher of these tests says what `re` says."""

from __future__ import annotations

import re

import pytest
from backtracking import steps_of
from hypothesis import given, settings
from hypothesis import strategies as st
from random_patterns import patterns

TEXTS = st.text(alphabet="ab1 \n-", max_size=7)


@settings(max_examples=300, deadline=None)
@given(patterns(), TEXTS, st.sampled_from(("match", "fullmatch", "search")))
def test_it_matches_what_re_matches(pattern: str, text: str, mode: str) -> None:
    compiled = re.compile(pattern)
    wanted = {
        "match": compiled.match, "fullmatch": compiled.fullmatch, "search": compiled.search
    }[mode](text)  # fmt: skip
    steps, matched = steps_of(pattern, mode, text)
    if steps < 200_000:
        assert matched == (wanted is not None), (pattern, text, mode)


@pytest.mark.parametrize(
    ("pattern", "text", "low", "high"),
    [("(a|a)*b", "a" * 10, 2**10, 2**14), ("a*b", "a" * 10, 10, 60), ("a*a*b", "a" * 10, 60, 400)],
)
def test_its_steps_are_those_of_the_textbook(pattern: str, text: str, low: int, high: int) -> None:
    assert low <= steps_of(pattern, "match", text)[0] <= high
