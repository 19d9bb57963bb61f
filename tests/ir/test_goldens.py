"""The lowering of small cases, in text form. `update_goldens.py` writes them anew."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from update_goldens import CASES, golden

from assay.ir.pretty import format_function
from assay.ir.textform import parse_function
from assay.ir.validate import validate
from assay.lowering.module import lower_module

PATHS = sorted(CASES.glob("*.py"))


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_golden(path: Path) -> None:
    expected = path.with_suffix(".ir").read_text(encoding="utf-8")
    assert golden(path) == expected
    assert validate(lower_module(ast.parse(path.read_bytes()), path.stem)) == []
    assert format_function(parse_function(expected), with_positions=False) == expected


def test_no_golden_without_a_case() -> None:
    assert {path.stem for path in CASES.glob("*.ir")} == {path.stem for path in PATHS}
