"""Runs one program under CPython or under the IR interpreter, and says what it did."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import sys
from types import ModuleType

from assay.ir.interpret import execute
from assay.lowering.module import lower_module

MODULE_NAME = "case"


def parse(source: str) -> ast.Module:
    """`ast.parse`, without a collection of what earlier programs left behind: CPython 3.11 loses
    count of its recursion when a finalizer runs meanwhile (SystemError)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if enabled:
            gc.enable()


def run_program(source: str, interpreted: bool) -> str:
    """What a program prints, then the exception that it ends with, if any.

    Both runs have the same module name, and no file.
    """
    module = ModuleType(MODULE_NAME)
    output = io.StringIO()
    known = sys.modules.get(MODULE_NAME)
    sys.modules[MODULE_NAME] = module
    try:
        with contextlib.redirect_stdout(output):
            try:
                if interpreted:
                    execute(lower_module(parse(source), MODULE_NAME), module)
                else:
                    exec(compile(source, "<case>", "exec", dont_inherit=True), module.__dict__)
            except BaseException as error:
                print(f"raised {type(error).__name__}{error.args!r}")
    finally:
        if known is None:
            del sys.modules[MODULE_NAME]
        else:
            sys.modules[MODULE_NAME] = known
    return output.getvalue()
