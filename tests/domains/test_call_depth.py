"""How deep calls are followed does not depend on what was asked before."""

from __future__ import annotations

import random
from pathlib import Path

from assay.domains.taint.limits import DEPTH
from assay.domains.taint.summary import Summaries
from assay.program.facts import FunctionFacts
from places import module_in

CALLS = DEPTH.most
LENGTH = CALLS + 2


def chain(folder: Path) -> list[FunctionFacts]:
    """Functions that each call the next one, of a program of their own; the last runs a command."""
    lines = ["import os"]
    for number in range(LENGTH):
        called = f"f{number + 1}(x)" if number < LENGTH - 1 else "os.system(x)"
        lines += [f"def f{number}(x):", f"    return {called}"]
    file = folder / "chain.py"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return module_in(folder, file).facts.functions[1:]


def answers(functions: list[FunctionFacts], order: list[int]) -> dict[int, tuple[int, int]]:
    """For each function how many sinks its summary names, and its height."""
    summaries = functions[0].file.program.shared(Summaries)
    found: dict[int, tuple[int, int]] = {}
    for number in order:
        summary = summaries.of(functions[number])
        found[number] = (len(summary.hits), summary.height)
    return found


def test_the_order_of_questions_does_not_matter(tmp_path: Path) -> None:
    order = list(range(LENGTH))
    expected = answers(chain(tmp_path), order)
    assert expected[LENGTH - 1] == (1, 0)
    assert expected[LENGTH - CALLS] == (1, CALLS - 1)
    assert expected[LENGTH - CALLS - 1][0] == 0  # too far
    chance = random.Random(3)
    for _ in range(10):
        chance.shuffle(order)
        assert answers(chain(tmp_path), order) == expected
