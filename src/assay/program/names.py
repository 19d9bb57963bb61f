"""What a name in a module refers to, as a dotted path: `socket.create_connection`, `.helpers.run`.

Imports are taken flow-insensitively, the first binding of a name wins (`try: import json / except
ImportError: import simplejson as json` means `json`). A builtin is its bare name, a definition
of the module itself has a leading colon (`:Client.close`), and what is not known is `""`.

    import os.path as p          p.join  ->  os.path.join
    from .helpers import run     run     ->  .helpers.run
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import Final, final

# Builtins of Python 2 that the host does not have.
_OLD_BUILTINS: Final = ("basestring", "execfile", "file", "long", "raw_input", "reduce", "unicode")
BUILTINS: Final = frozenset((*dir(builtins), *_OLD_BUILTINS))


@final
class ImportedName:
    """One name that an import statement binds."""

    __slots__ = ("name", "node", "target")

    def __init__(self, name: str, target: str, node: ast.Import | ast.ImportFrom) -> None:
        self.name: Final = name
        self.target: Final = target  # dotted path; leading dots for relative imports
        self.node: Final = node


def imported_names(node: ast.Import | ast.ImportFrom) -> list[ImportedName]:
    """The names that one import statement binds; star imports bind none that is known."""
    if isinstance(node, ast.Import):
        return [
            ImportedName(
                alias.asname or alias.name.partition(".")[0],
                alias.name if alias.asname else alias.name.partition(".")[0],
                node,
            )
            for alias in node.names
        ]
    prefix = "." * node.level + (node.module or "")
    joint = "" if not prefix or prefix.endswith(".") else "."
    return [
        ImportedName(alias.asname or alias.name, f"{prefix}{joint}{alias.name}", node)
        for alias in node.names
        if alias.name != "*"
    ]


@final
class ModuleNames:
    """The names that a module binds at its top level, and what they refer to."""

    __slots__ = ("bound", "imports", "rebound", "roots", "star_imports")

    def __init__(self, tree: ast.Module) -> None:
        self.imports: Final[dict[str, ImportedName]] = {}
        self.bound: Final[dict[str, ast.stmt]] = {}
        self.star_imports: Final[list[str]] = []
        self.rebound: Final[set[str]] = set()  # bound by more than one statement
        self._collect(tree.body)
        self.roots: Final = frozenset(
            [found.target.partition(".")[0] for found in self.imports.values()]
        )  # the packages that are imported; "" for relative imports

    def _collect(self, body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for found in imported_names(node):
                    self._again(found.name, found.target)
                    self.imports.setdefault(found.name, found)
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    self.star_imports.append("." * node.level + (node.module or ""))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._again(node.name, "")
                self.bound.setdefault(node.name, node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                self._assigned(node)
            else:
                for field in ("body", "orelse", "finalbody", "handlers"):
                    for part in getattr(node, field, []):
                        self._collect(part.body if isinstance(part, ast.ExceptHandler) else [part])

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                if isinstance(part, ast.Name):
                    self._again(part.id, "")
                    self.bound.setdefault(part.id, node)

    def _again(self, name: str, target: str) -> None:
        known = self.imports.get(name)
        if name in self.bound or (known is not None and (not target or known.target != target)):
            self.rebound.add(name)

    def resolve(self, name: str) -> str:
        """What a global name refers to; `""` when it is not known."""
        found = self.imports.get(name)
        if found is not None:
            return found.target
        if name in self.bound:
            return f":{name}"
        if name in BUILTINS:
            return name
        # A snippet without its imports: `json.load` can hardly mean another module.
        return name if name in sys.stdlib_module_names else ""
