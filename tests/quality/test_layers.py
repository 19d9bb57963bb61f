"""The layers: imports only go down the list of architecture.md to what stands above it."""

from __future__ import annotations

import ast
from pathlib import Path

import assay

PACKAGE = Path(assay.__file__).parent

# Each layer with those that it may import. `models` is data that several layers read, the lowest of
# them included: what may leave the source layer is told by the same rows as what a rule finds.
ALLOWED: dict[str, frozenset[str]] = {
    "source": frozenset({"models"}),
    "ir": frozenset({"source"}),
    "models": frozenset(),
    "ledger": frozenset(),
    "lowering": frozenset({"source", "ir"}),
    "dataflow": frozenset({"ir"}),
    "program": frozenset({"source", "ir", "lowering", "dataflow", "ledger", "models"}),
    "regex": frozenset(),
    "domains": frozenset({"source", "ir", "dataflow", "program", "models"}),
    "checkers": frozenset(
        {"source", "ir", "dataflow", "program", "domains", "models", "ledger", "regex"}
    ),
    "review": frozenset({"ledger", "source"}),
    "report": frozenset({"ledger", "review"}),
    "driver": frozenset(
        {
            "source",
            "ir",
            "lowering",
            "program",
            "checkers",
            "ledger",
            "models",
            "review",
            "report",
        }
    ),
    "cli": frozenset({"driver", "ledger", "review", "report", "checkers", "source", "models"}),
}


def layer_imports() -> list[tuple[str, str, str]]:
    """(file, its layer, imported layer) for every import of the package."""
    found: list[tuple[str, str, str]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if len(parts) == 1:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                assert node.level == 0, f"{path}: relative import"
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                head = name.split(".")
                if head[0] == "assay" and len(head) > 1 and (PACKAGE / head[1]).is_dir():
                    found.append((str(path.relative_to(PACKAGE)), parts[0], head[1]))
    return found


def test_every_folder_is_a_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(ALLOWED)


def test_imports_only_go_down() -> None:
    edges = layer_imports()
    assert len(edges) > 50
    wrong = [
        f"{path}: {layer} imports {target}"
        for path, layer, target in edges
        if layer != target and target not in ALLOWED[layer]
    ]
    assert wrong == []


def test_the_list_itself_has_no_cycle() -> None:
    below: dict[str, frozenset[str]] = dict(ALLOWED)
    while below:
        free = [layer for layer, needs in below.items() if not needs & below.keys()]
        assert free, f"cycle among {sorted(below)}"
        for layer in free:
            del below[layer]
