"""The IR, interpreted, does what CPython does: same output, same exception."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from program_generator import ProgramGenerator
from run_case import run_program

CASES = sorted((Path(__file__).parent.parent / "cases" / "differential").glob("*.py"))
PROGRAMS = 200
RUNS = 6

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::SyntaxWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if source.startswith("# needs 3.12") and sys.version_info < (3, 12):
        pytest.skip("syntax of 3.12")
    expected = run_program(source, interpreted=False)
    assert "raised SyntaxError" not in expected
    assert run_program(source, interpreted=True) == expected


@pytest.mark.parametrize("start", range(0, PROGRAMS, 20))
def test_generated_control_flow(start: int) -> None:
    for seed in range(start, start + 20):
        source = ProgramGenerator(seed).program(RUNS)
        expected = _without_addresses(run_program(source, interpreted=False))
        assert "raised SyntaxError" not in expected, f"seed {seed}"
        found = _without_addresses(run_program(source, interpreted=True))
        assert found == expected, f"seed {seed}"


def _without_addresses(text: str) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", text)
