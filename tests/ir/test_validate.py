"""The validator finds what is wrong, and nothing in what the lowering makes."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from program_generator import ProgramGenerator

from assay.ir.textform import parse_function
from assay.ir.validate import validate
from assay.lowering.module import lower_module

CASES = Path(__file__).parent.parent / "cases"
MODULES = [
    "ast",
    "argparse",
    "asyncio/base_events",
    "asyncio/taskgroups",
    "contextlib",
    "dataclasses",
    "subprocess",
    "tarfile",
    "threading",
    "typing",
]


@pytest.mark.parametrize("name", MODULES)
def test_standard_library_is_well_formed(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib"), f"{name}.py")
    assert validate(lower_module(ast.parse(path.read_bytes()), name)) == []


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_cases_are_well_formed() -> None:
    for path in sorted(CASES.glob("differential/*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except SyntaxError:
            continue  # newer syntax than the host's
        assert validate(lower_module(tree, "case")) == [], path.name


def test_generated_programs_are_well_formed() -> None:
    for seed in range(100):
        tree = ast.parse(ProgramGenerator(seed).program(1))
        assert validate(lower_module(tree, "case")) == [], f"seed {seed}"


HEAD = "function f plain line 1\n  locals x\n"

BROKEN = [
    ("  b1:\n    %0 = const 1\n    return %0\n", "b1: number: it stands at place 0"),
    ("  b0:\n    nop\n", "b0: terminator: there is none"),
    ("  b0:\n    goto b1\n", "b0: terminator: there is no b1"),
    ("  b0: handler b5\n    %0 = const 1\n    return %0\n", "b0: handler: there is no b5"),
    ("  b0:\n    return %0\n", "b0: return: %0 is not assigned on every way"),
    ("  b0:\n    goto b0\n  b1:\n    goto b0\n", "b1: block: control never comes here"),
    (
        "  b0:\n    %0 = const 1\n    %1 = load local y\n    return %0\n",
        "b0: load: y is no local variable here",
    ),
    ("  b0:\n    %0 = load name x\n    return %0\n", "b0: load: x is no name variable here"),
    ("  b0:\n    %0 = load cell x\n    return %0\n", "b0: load: x is no cell variable here"),
    ("  b0:\n    make_cell x\n    goto b0\n", "b0: make_cell: x is no cell of this function"),
    (
        "  b0:\n    %0 = make_function 0 ()\n    return %0\n",
        "b0: make_function: there is no child 0",
    ),
    ("  b0:\n    nop\n    unreachable\n", "b0: unreachable: the operation before it does not"),
    ("  b0:\n    raise - - !out\n    goto b0\n", "b0: raise: it is not last before unreachable"),
    ("  b0:\n    raise - -\n    unreachable\n", "b0: raise: it has no exceptional edge"),
    ("  b0:\n    end_catch\n    goto b0\n", "b0: end_catch: no exception is being handled"),
    ("  b0:\n    %0 = caught\n    return %0\n", "b0: caught: no block names this one"),
    (
        "  b0: handler b1\n    raise - - !b1\n    unreachable\n  b1:\n    nop\n    goto b0\n",
        "b1: handler: it does not start with caught",
    ),
    (
        "  b0: handler b1\n    raise - - !b1\n    unreachable\n"
        "  b1:\n    %0 = caught\n    return %0\n",
        "b1: return: 1 exceptions are still being handled",
    ),
    (
        "  b0: handler b1\n    %1 = load global x ?b1\n    goto b1\n"
        "  b1:\n    %0 = caught\n    end_catch\n    goto b0\n",
        "b0: terminator: it enters the handler b1",
    ),
    (
        "  b0: handler b1\n    raise - - !b1\n    unreachable\n"
        "  b1: caught 1\n    %0 = caught\n    end_catch\n    goto b0\n",
        "b0: handler: b1 is deeper than an operation here",
    ),
    (
        "  b0: handler b1\n    raise - - !b1\n    unreachable\n  b1:\n    %0 = caught\n"
        "    goto b2\n  b2:\n    raise - - !out\n    unreachable\n",
        "b1: terminator: 1 exceptions are being handled, b2 expects 0",
    ),
    (
        "  b0: caught 1\n    end_catch\n    %0 = const 1\n    return %0\n",
        "b0: caught: an exception",
    ),
    (  # the result of an operation that raises is not assigned in the handler
        "  b0: handler b1\n    %0 = load global g ?b1\n    return %0\n"
        "  b1:\n    %1 = caught\n    end_catch\n    goto b2\n  b2:\n    return %0\n",
        "b2: return: %0 is not assigned on every way",
    ),
    (  # assigned in one branch only
        "  b0:\n    %0 = const 1\n    branch %0 b1 b2\n  b1:\n    %1 = const 2\n    goto b2\n"
        "  b2:\n    return %1\n",
        "b2: return: %1 is not assigned on every way",
    ),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_violation(text: str, message: str) -> None:
    found = validate(parse_function(HEAD + text))
    assert any(each.startswith(f"f: {message}") for each in found), found


def test_assigned_before_the_edge_counts_in_the_handler() -> None:
    text = (
        "  b0: handler b1\n    %0 = const 1\n    %1 = load global g ?b1\n    return %1\n"
        "  b1:\n    %2 = caught\n    end_catch\n    goto b2\n  b2:\n    return %0\n"
    )
    assert validate(parse_function(HEAD + text)) == []


def test_positions_are_within_the_function() -> None:
    tree = ast.parse("def f():\n    return 1\n\nx = 2\n")
    function = lower_module(tree, "m").children[0]
    other = lower_module(ast.parse("\n\n\ndef f():\n    return 1\n"), "m").children[0]
    function.blocks = other.blocks
    assert any("position: line 5 is outside of lines 1 to 2" in each for each in validate(function))
