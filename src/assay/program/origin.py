"""Which imports of a file lead into its own project, and which file they name.

A project's own roots are told by its relative imports, by the folders that the file lies in, and by
a base class that comes out of a package's own tests: such a class is used inside of its project.

Invariant: an origin is a dotted path as `program.names` gives it, with leading dots when relative.

    from shop.tests import base          own_roots: ("shop",) for class T(base.ShopCase)
    module_path("shop.tests.base.ShopCase", "test_a.py")      "shop/tests/base.py"
"""

from __future__ import annotations

from typing import Final

from assay.program.facts import FileFacts

_TEST_PARTS: Final = frozenset({"test", "tests", "testing"})


def own_roots(file: FileFacts) -> tuple[str, ...]:
    """The import roots that belong to the file's own project, in order of appearance."""
    roots: dict[str, None] = {}
    folders = file.source.inner.split("/")[:-1]
    for imported in file.names.imports.values():
        root = imported.target.partition(".")[0]
        if root and root in folders and root not in _TEST_PARTS:
            roots[root] = None
    for base in file.description.bases:
        parts = base.origin.split(".")
        if parts[0] and parts[0] not in _TEST_PARTS and _TEST_PARTS.intersection(parts[1:-1]):
            roots[parts[0]] = None
    return tuple(roots)


def is_own(origin: str, roots: tuple[str, ...]) -> bool:
    """Whether a dotted path leads into the project."""
    return origin.startswith(".") or origin.partition(".")[0] in roots


def module_path(origin: str, path: str) -> str:
    """The file that most likely defines a function or class; `path` is the importing file.

    Classes are told by their capital: `a.b.Case` and `a.b.run` are both in `a/b.py`.
    """
    dots = len(origin) - len(origin.lstrip("."))
    parts = [part for part in origin.lstrip(".").split(".") if part]
    for index, part in enumerate(parts):
        if part.lstrip("_")[:1].isupper():
            parts = parts[:index]
            break
    else:
        parts = parts[:-1]
    folders = path.split("/")[:-1]
    if dots:
        kept = folders[: len(folders) - (dots - 1)] if dots > 1 else folders
        parts = [*kept, *parts]
    return "/".join(parts) + ".py" if parts else "__init__.py"
