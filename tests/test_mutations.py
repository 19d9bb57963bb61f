"""Mutated sources through the whole pipeline: no crash, no internal error, no silent loss.

The small twin of bench/mutations.py, which runs many more of the same cases.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from examine import CRASH, INTERNAL, LOSS, examine, minimised
from mutants import Mutant, mutant, read_all

FILES = ("bdb.py", "contextlib.py", "dataclasses.py", "subprocess.py", "typing.py", "zipfile.py")
SEED = 20
CASES = 300
CHUNK = 50


@pytest.fixture(scope="module")
def sources() -> list[bytes]:
    stdlib = Path(sysconfig.get_path("stdlib"))
    found = [stdlib / name for name in FILES]
    return read_all([path for path in found if path.exists()])  # zipfile is a folder since 3.12


@pytest.mark.parametrize("first", range(0, CASES, CHUNK))
def test_mutants_make_no_trouble(sources: list[bytes], first: int) -> None:
    troubles = [
        (number, trouble)
        for number in range(first, first + CHUNK)
        for trouble in examine(
            mutant(sources, SEED, number).data, "tests/test_a.py", reports=number % 5 == 0
        ).troubles
    ]
    assert troubles == []


def test_a_mutant_is_a_function_of_seed_and_number(sources: list[bytes]) -> None:
    def parts(case: Mutant) -> tuple[bytes, tuple[str, ...]]:
        return case.data, case.how

    assert parts(mutant(sources, 1, 7)) == parts(mutant(sources, 1, 7))
    assert parts(mutant(sources, 1, 7)) != parts(mutant(sources, 2, 7))


def test_mutants_take_both_roads(sources: list[bytes]) -> None:
    roads = [
        examine(mutant(sources, SEED, number).data, "a.py", reports=False).second_road
        for number in range(40)
    ]
    assert 5 < sum(roads) < 40


@pytest.mark.parametrize(
    "text",
    [
        b"def n(\n)\n return",
        b"def f(\n\t:\n\tpass\n__all__ ['']",
        b"(from.import*\nodata)",
        b"(from import a\n):\nclass",
        b")\n{m _ import s\nt(v) ()}",
        b"from __future__ import annotations\nx: f'{f\"{f'{1}\\n'}\"}'\n(",
    ],
)
def test_what_was_lost_or_failed_once(text: bytes) -> None:
    assert examine(text, "a.py", reports=True).troubles == ()


def test_definitions_in_nested_finally_bodies_do_not_multiply() -> None:
    lines = []
    for level in range(0, 60, 2):
        lines.append(" " * level + "def f():\n")
        lines.append(" " * (level + 1) + f"try: pass\n{' ' * (level + 1)}finally:\n")
    text = "".join(lines) + " " * 60 + "pass\n"
    assert examine(text.encode(), "a.py", reports=True).troubles == ()


def test_a_crash_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("no such node")

    monkeypatch.setattr("examine.parse_bytes", fail)
    (trouble,) = examine(b"x = 1\n", "a.py", reports=False).troubles
    assert (trouble.kind, trouble.signature) == (CRASH, "ValueError in ")


def test_an_internal_error_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("no such node")

    monkeypatch.setattr("assay.program.modules.describe", fail)
    (trouble,) = examine(b"x = 1\n", "a.py", reports=False).troubles
    assert trouble.kind == INTERNAL


def test_a_silent_loss_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examine._own_lines", lambda node: [(1, 1)])
    (trouble,) = examine(b"x = 1\nprint 2\n", "a.py", reports=False).troubles
    assert trouble.kind == LOSS
    assert trouble.text == "line 2: 'print 2'"


def test_a_case_is_made_small() -> None:
    text = b"a = 1\nb = 2\nboom(1, 2)\nc = 3\n"
    assert minimised(text, lambda part: b"boom" in part, 200) == b"boom"
