"""Type parameters (PEP 695, 696): bounds, defaults and aliases have scopes of their own."""

from __future__ import annotations

import ast
import sys

import pytest

from assay.ir.validate import validate
from assay.lowering.module import lower_module


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the host has no type parameters")
@pytest.mark.parametrize(
    "text",
    [
        "def f[T: [T for T in (1,)]](): pass",
        "type X[T] = [T for T in (1, 2)]",
        "type Y = lambda: (lambda: Y)",
        "type Z = (a for a in Z)",
        "class C[T](make([T for T in (1, 2, 3)])):\n def f[U: T](self, x: U = T) -> T: return U",
    ],
)
def test_lazy_values_have_their_own_scope(text: str) -> None:
    assert validate(lower_module(ast.parse(text), "generic")) == []
