"""Writes the text form of every case in tests/cases/lowering next to it.

Run it after a wanted change of the lowering or of the text form, and read the difference:

    python tests/ir/update_goldens.py
"""

from __future__ import annotations

import ast
from pathlib import Path

from assay.ir.pretty import format_function
from assay.lowering.module import lower_module

CASES = Path(__file__).parent.parent / "cases" / "lowering"


def golden(path: Path) -> str:
    """The text form of a case."""
    tree = ast.parse(path.read_bytes())
    return format_function(lower_module(tree, path.stem), with_positions=False)


def main() -> None:
    for path in sorted(CASES.glob("*.py")):
        path.with_suffix(".ir").write_text(golden(path), encoding="utf-8")


if __name__ == "__main__":
    main()
