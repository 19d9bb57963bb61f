"""Runs one of the host's own test modules, with some modules interpreted, and says how each test
ended.

    python stdlib_runner.py OUTPUT.json test.test_textwrap textwrap ...

The modules after the first are lowered and interpreted when they are imported; the test module
itself is, too, when it is among them. OUTPUT.json maps the name of each test to `ok`, `fail`,
`error` or `skip`.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import sys
import types
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from assay.ir.interpret import execute
from assay.lowering.module import lower_module

RECURSION_LIMIT: Final = 8000


class InterpretingLoader(importlib.abc.Loader):
    """Executes a module's IR in place of its bytecode."""

    def __init__(self, path: str) -> None:
        self.path: Final = path

    def exec_module(self, module: types.ModuleType) -> None:
        source = Path(self.path).read_bytes()
        execute(lower_module(ast.parse(source), module.__name__), module)

    def get_source(self, name: str) -> str:
        return Path(self.path).read_text(encoding="utf-8")


class InterpretingFinder(importlib.abc.MetaPathFinder):
    """Finds the modules that are to be interpreted."""

    def __init__(self, names: list[str]) -> None:
        self.names: Final = frozenset(names)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.names:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        spec.loader = InterpretingLoader(spec.origin)
        return spec


class Outcomes(unittest.TestResult):
    """Collects how each test ended; a failed subtest fails its test."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Final[dict[str, str]] = {}

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().stopTest(test)
        self.found.setdefault(test.id(), "ok")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        super().addSkip(test, reason)
        self.found[test.id()] = "skip"

    def collect(self) -> dict[str, str]:
        for word, items in (("fail", self.failures), ("error", self.errors)):
            for test, _ in items:
                owner = getattr(test, "test_case", test)
                self.found[owner.id()] = word
        return dict(sorted(self.found.items()))


def main() -> None:
    output, test_module, *interpreted = sys.argv[1:]
    sys.setrecursionlimit(RECURSION_LIMIT)
    for name in interpreted:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, InterpretingFinder(interpreted))
    for name in interpreted:
        importlib.import_module(name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, sys.modules[name])
    result = Outcomes()
    result.buffer = True
    saved = sys.stdout
    sys.stdout = io.StringIO()
    suite = unittest.defaultTestLoader.loadTestsFromName(test_module)
    suite.run(result)
    sys.stdout = saved
    report = {"outcomes": result.collect(), "details": {}}
    for items in (result.failures, result.errors):
        for test, text in items:
            report["details"][test.id()] = text[-2500:]
    Path(output).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
