"""Code that `compile` refuses and `ast.parse` reads still lowers to a well-formed graph."""

from __future__ import annotations

import ast

import pytest

from assay.ir.validate import validate
from assay.lowering.module import lower_module


@pytest.mark.parametrize(
    "text",
    [
        "for i in ():\n try: r\n except* e: continue",
        "def f():\n try: a\n except* E as x:\n  try: return 1\n  finally: g()",
        "def f():\n try: a\n except* E:\n  with b: return 3",
        "break",
        "continue",
        "return 1",
        "yield 1",
        "class C:\n return 2",
        "def f():\n nonlocal x\n x = 1",
        "def f(x):\n global x",
        "await x",
        "def f():\n async with a: await b",
        "[x async for x in y]",
    ],
)
def test_refused_code_lowers(text: str) -> None:
    assert validate(lower_module(ast.parse(text), "refused")) == []
