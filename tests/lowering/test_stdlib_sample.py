"""Every function of a sample of the standard library lowers and validates.

The small twin of bench/lowering.py, which takes all files.
"""

from __future__ import annotations

from lowering import count
from mutants import standard_library

EVERY = 25


def test_every_function_of_the_sample_lowers_and_validates() -> None:
    paths = standard_library("")[::EVERY]
    counts = count(paths)
    assert counts.troubles == []
    assert counts.over_budget == []
    assert counts.files == len(paths)
    assert counts.functions > 1000
    assert counts.operations > 10 * counts.functions
