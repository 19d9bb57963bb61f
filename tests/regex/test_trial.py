"""The run of a witness confirms what the engine does, and only that."""

from __future__ import annotations

import sys

import pytest

from assay.regex.analysis import FULLMATCH, MATCH, SEARCH, analyse
from assay.regex.trial import ANSWERED, COSTLY, NOT_RUN, is_costly
from assay.regex.witness import Witness


def _witness(degree: int, *pieces: tuple[str, bool]) -> Witness:
    return Witness(degree, pieces, False)


@pytest.mark.parametrize(
    ("pattern", "mode"),
    [
        (r"(a+)+$", MATCH),
        (r"(\w+\s?)*$", FULLMATCH),
        (rb"(?:x|xx)*y", MATCH),
        (r"\s+$", SEARCH),
        (r"<!--.*?-->", SEARCH),
        (r"^a*a*b", MATCH),
        (r"^a*a*a*b", MATCH),
        (r"^(?:(.*)@)?([^/]*)(?::([0-9]{0,5}))?$", MATCH),
    ],
)
def test_what_the_automaton_predicts_is_confirmed(pattern: str | bytes, mode: str) -> None:
    answer = analyse(pattern, 0, mode)
    assert is_costly(pattern, 0, mode, answer.witnesses[0]) == COSTLY


@pytest.mark.parametrize(
    ("pattern", "mode", "witness"),
    [
        # Linear: what is claimed of it is wrong.
        (r"a*b", MATCH, _witness(2, ("a", True))),
        (r"a*b", MATCH, _witness(0, ("a", True))),
        (r"(?:ab)*c", MATCH, _witness(2, ("abababababababababab", True))),
        # Quadratic, and claimed to be cubic or exponential.
        (r"a*a*b", MATCH, _witness(3, ("a", True))),
        (r"a*a*b", MATCH, _witness(0, ("a", True))),
        # Possessive: the ways are taken away.
        (r"a*+a*b", MATCH, _witness(2, ("a", True))),
    ],
)
def test_what_is_wrong_is_answered(pattern: str, mode: str, witness: Witness) -> None:
    assert is_costly(pattern, 0, mode, witness) == ANSWERED


def test_a_pattern_that_does_not_compile_is_not_run() -> None:
    assert is_costly("(", 0, MATCH, _witness(0, ("a", True))) == NOT_RUN


def test_bytes_that_no_byte_spells_are_not_run() -> None:
    assert is_costly(b"a+", 0, MATCH, _witness(0, ("\u0660", True))) == NOT_RUN


def test_without_an_interpreter_it_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    assert is_costly("(a|a)+c", 0, MATCH, _witness(0, ("a", True))) == NOT_RUN


def test_an_interpreter_that_cannot_be_started_is_not_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert is_costly("(a|a)+d", 0, MATCH, _witness(0, ("a", True))) == NOT_RUN
