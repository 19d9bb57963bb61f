"""The files of a program that a file has at hand: itself and those that it imports.

from shop import store            shop/store.py is at hand, and shop/__init__.py
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assay.domains.taint.limits import NEAR
from assay.ir.ops import Import
from assay.program.values import ModuleValue

if TYPE_CHECKING:
    from assay.program.modules import Module
    from assay.program.program import Program


def files_at_hand(program: Program, module: Module) -> list[Module]:
    """A file and the files that it imports, imports inside of functions included."""
    names: dict[str, None] = {}
    for each in module.names.imports.values():
        names[each.target] = None
        if isinstance(each.node, ast.ImportFrom):
            names["." * each.node.level + (each.node.module or "")] = None
    for function in module.facts.functions[1:]:
        for op in function.definitions:
            if isinstance(op, Import):
                names["." * op.level + op.module] = None
    found: dict[str, Module] = {module.path: module}
    for name in names:
        for value in program.imported(module, name) if name else ():
            if isinstance(value, ModuleValue):
                found.setdefault(value.module.path, value.module)
    if len(found) > NEAR.most:
        NEAR.note(module.facts, 1)
    return list(found.values())[: NEAR.most]
