"""Which libraries a module imports, and which of them the models know.

    imported_libraries(module)      {"requests": 3, "os": 1}     name and line of the import
    modelled_libraries()            {"requests", "os", ...}

A library is the first part of a dotted path. Invariant: files of the project are no libraries.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Final

from assay.models.loader import all_texts
from assay.program.modules import Module
from assay.program.values import External

_IMPORT_KEYS: Final = frozenset(("imports", "roots", "modules", "libraries"))


@cache
def modelled_libraries() -> frozenset[str]:
    """The first parts of all paths that a row of the models speaks of."""
    found: set[str] = set()
    for key, text in all_texts():
        root, dot, _ = text.partition(".")
        if root.isidentifier() and (dot or key in _IMPORT_KEYS):
            found.add(root)
    return frozenset(found)


def imported_libraries(module: Module) -> dict[str, int]:
    """The libraries that a module imports at its top level, each with the line."""
    found: dict[str, int] = {}
    for imported in module.names.imports.values():
        for value in module.program.imported(module, imported.target):
            if isinstance(value, External) and not value.path.startswith("."):
                root = value.path.partition(".")[0]
                if root not in sys.stdlib_module_names:
                    found.setdefault(root, imported.node.lineno)
    return found
