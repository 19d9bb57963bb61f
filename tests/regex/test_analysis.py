"""What single expressions cost, and the texts that show it."""

from __future__ import annotations

import re

import pytest

from assay.regex.ambiguity import chains
from assay.regex.analysis import (
    EXPONENTIAL,
    FULLMATCH,
    LINEAR,
    MATCH,
    POLYNOMIAL,
    SEARCH,
    UNKNOWN,
    analyse,
)
from assay.regex.automaton import build
from assay.regex.charset import Alphabet, complement, folded, normal, of_range
from assay.regex.tree import NotReadableError, parse


@pytest.mark.parametrize(
    ("pattern", "flags", "mode", "kind", "degree"),
    [
        (r"(a+)+$", 0, MATCH, EXPONENTIAL, 0),
        (r"(a|a)*b", 0, MATCH, EXPONENTIAL, 0),
        (r"(?:a?){1,}b", 0, MATCH, LINEAR, 1),  # an empty turn is not begun again
        (r"(\w+\s?)*$", 0, MATCH, EXPONENTIAL, 0),
        (r"(\w+\s)*$", 0, MATCH, LINEAR, 1),
        (r"(?:ab|AB)*$", 0, MATCH, LINEAR, 1),
        (r"(?:ab|AB)*$", re.I, MATCH, EXPONENTIAL, 0),
        (r"(?i:(?:ab|AB)*)$", 0, MATCH, EXPONENTIAL, 0),
        (r"(?: \d* | [#] )+ !", re.X, MATCH, EXPONENTIAL, 0),
        (r"(a+)+", 0, MATCH, LINEAR, 1),  # it always matches
        (r"(a+)+", 0, FULLMATCH, EXPONENTIAL, 0),
        (r"a*a*b", 0, MATCH, POLYNOMIAL, 2),
        (r"a*a*a*b", 0, MATCH, POLYNOMIAL, 3),
        (r"a*b*a*c", 0, MATCH, POLYNOMIAL, 2),
        (r"a*b+a*c", 0, MATCH, LINEAR, 1),
        (r"\s+$", 0, SEARCH, POLYNOMIAL, 2),
        (r"\s+$", 0, MATCH, LINEAR, 1),
        (r"^\s+$", 0, SEARCH, LINEAR, 1),
        (r"^\s+$", re.M, SEARCH, LINEAR, 1),  # it matches before a line break
        (r"^\s+x", re.M, SEARCH, POLYNOMIAL, 2),
        (r"\b\w+\b!", 0, SEARCH, LINEAR, 1),
        (r"(?<!\w)\w+!", 0, SEARCH, LINEAR, 1),
        (r"\w+!", 0, SEARCH, POLYNOMIAL, 2),
        (r"a{1,3}b", 0, SEARCH, LINEAR, 1),
        (r"(?:x{1,4})+y", 0, MATCH, EXPONENTIAL, 0),
        (r"(?:x{3})+y", 0, MATCH, LINEAR, 1),
        (r"(?:/\*(?:(?!\*/).)*\*/)*!", 0, MATCH, LINEAR, 1),
        (r"(?:\s*/\*(?:(?!\*/).)*\*/\s*)*!", 0, MATCH, EXPONENTIAL, 0),
        (r"(?:(?!ab|c)[abc]|ab|c)*!", 0, MATCH, LINEAR, 1),
        (r"(?:(?=ab)a|b)*!", 0, MATCH, LINEAR, 1),
        (r"(?:(?=ab)a|b|ab)*!", 0, MATCH, EXPONENTIAL, 0),
        (rb"(?:\x00b|[\x00-\x02]b)*\xff", 0, MATCH, EXPONENTIAL, 0),
    ],
)
def test_kind(pattern: str | bytes, flags: int, mode: str, kind: str, degree: int) -> None:
    answer = analyse(pattern, flags, mode)
    assert (answer.kind, answer.degree) == (kind, degree)


@pytest.mark.parametrize("pattern", ["a*+a*b", "(?>a*)a*b", r"\w++\w*!"])
def test_what_gives_nothing_back_takes_ways_away(pattern: str) -> None:
    answer = analyse(pattern, 0, MATCH)
    assert answer.kind == LINEAR
    assert answer.is_atomic


def test_a_witness_has_prefix_pump_and_suffix() -> None:
    (witness, *_) = analyse(r"x(a|a)*b", 0, MATCH).witnesses
    assert witness.prefix.startswith("x")
    assert set(witness.pump) == {"a"}
    assert re.match(r"x(a|a)*b", witness.text(4)) is None


@pytest.mark.parametrize("pattern", ["(+", "a**", "[z-a]+", "(?P<n>a)(?P=m)+", r"\p{L}+"])
def test_what_cannot_be_read_is_unknown(pattern: str) -> None:
    answer = analyse(pattern, 0, MATCH)
    assert answer.kind == UNKNOWN
    assert answer.reason.startswith("not readable: ")


def test_what_is_too_large_is_unknown_and_says_so() -> None:
    assert analyse("a" * 30_000 + "+", 0, MATCH).reason == "budget: the pattern is long"
    nested = "(?:" * 60 + "a+" + "b?){1,9}" * 60 + "c"
    assert analyse(nested, 0, MATCH).kind == UNKNOWN


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r"(a)\1+", "a reference to a group"),
        (r"(a)?(?(1)b|c)+", "a choice by a group"),
        (r"(?<=ab)c+", "a look-behind"),
        (r"(?=a+b)c+", "a look-ahead"),
        (r"(?:a+b)++c", "a possessive repeat"),
        (r"(?>a+b?)+c", "an atomic group"),
    ],
)
def test_what_is_kept_roughly_has_a_name(pattern: str, name: str) -> None:
    assert name in build(parse(pattern, 0), MATCH).rough


def test_sets_of_characters() -> None:
    assert normal([(5, 6), (1, 2), (3, 3)]) == ((1, 3), (5, 6))
    assert complement(((1, 3),), 5) == ((0, 0), (4, 5))
    assert folded(of_range(107, 107), is_ascii=True) == ((75, 75), (107, 107))


def test_an_alphabet_splits_what_its_sets_tell_apart() -> None:
    digits, most = of_range(48, 57), of_range(40, 90)
    alphabet = Alphabet([digits, most], 255)
    assert alphabet.count == 3
    assert alphabet.mask(digits) & alphabet.mask(most) == alphabet.mask(digits)
    assert all(ord(sample) < 256 for sample in alphabet.samples)


def test_a_pattern_that_warns_is_read_in_silence() -> None:
    with pytest.raises(NotReadableError):
        parse("[[a]++*", 0)
    assert next(chains(build(parse("[[a]+[[]+b", 0), MATCH)), None) is not None
