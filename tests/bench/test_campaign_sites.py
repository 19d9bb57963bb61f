"""Which calls of the campaign raise: what holds things first, functions in turn."""

from __future__ import annotations

import ast
from typing import Final

from campaign.compare import Source
from campaign.sites import Reached, calls_of, choose, fastest_tests

TEXT: Final = """\
async def waits(other):
    await other.read()
def plain(a):
    return a.one() + a.two() + a.three()
def holds(path):
    file = open(path)
    file.close()
"""


def _sites() -> dict[str, Reached]:
    """Every call of the text, as the recorder writes it down."""
    found: dict[str, Reached] = {}
    for function in ast.parse(TEXT).body:
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                ends = f"{node.end_lineno}:{node.end_col_offset}"
                site = f"m.py:{node.lineno}:{node.col_offset}:{ends}:{function.name}"
                called = ast.unparse(node.func)
                found[site] = Reached(
                    callee=called,
                    io=called in ("open", "file.close"),
                    can=True,
                    stack=[("m.py", function.name)],
                    own=None,
                    releases=called.endswith("close"),
                )
    return found


def test_functions_that_hold_something_come_first_and_take_turns() -> None:
    sites = _sites()
    fastest = dict.fromkeys(sites, "t")
    chosen = choose(sites, frozenset(), fastest, {"m.py": TEXT}, 4)
    assert [plan.function for plan in chosen[:2]] == ["holds", "holds"]
    assert {plan.function for plan in chosen[2:]} == {"plain", "waits"}
    assert choose(dict(reversed(sites.items())), frozenset(), fastest, {"m.py": TEXT}, 4) == chosen


def test_each_call_fails_as_it_may() -> None:
    sites = _sites()
    fastest = dict.fromkeys(sites, "t")
    chosen = choose(sites, frozenset(), fastest, {"m.py": TEXT}, 99)
    ways = {(plan.callee, plan.exception, plan.after) for plan in chosen}
    assert ("open", "OSError", False) in ways
    assert ("file.close", "OSError", True) in ways
    assert ("a.one", "RuntimeError", False) in ways
    assert ("other.read", "RuntimeError", False) in ways
    assert ("other.read", "CancelledError", False) in ways


def test_what_is_no_call_of_the_text_or_cannot_fail_is_not_chosen() -> None:
    sites = _sites()
    decorator = "m.py:5:0:5:3:holds"
    sites[decorator] = next(iter(sites.values()))
    for site in sites.values():
        site["can"] = site["callee"] != "open"
    fastest = dict.fromkeys(sites, "t")
    chosen = choose(sites, frozenset(), fastest, {"m.py": TEXT}, 99)
    assert decorator not in {plan.site for plan in chosen}
    assert "open" not in {plan.callee for plan in chosen}


def test_the_fastest_test_that_passed_is_taken() -> None:
    rows = [("slow", 2.0, "passed", ["s"]), ("quick", 1.0, "passed", ["s"])]
    rows.append(("failed", 0.1, "call", ["s", "other"]))
    assert fastest_tests(rows) == {"s": "quick"}


def test_a_function_holds_by_what_it_does_itself() -> None:
    calls = calls_of(TEXT)
    assert calls.holds(6)
    assert not calls.holds(4)
    inner = calls_of("def outer():\n    def inner():\n        with a: pass\n    return inner\n")
    assert inner.holds(3)
    assert not inner.holds(4)


def test_the_clause_that_ran_is_told_by_the_lines_of_its_body() -> None:
    text = "try:\n    f()\nexcept KeyError:\n    pass\nexcept OSError:\n    g()\n"
    assert Source(text).handler([3, 5, 6], 3) == 5
    assert Source("with suppress(OSError):\n    f()\n").handler([], 1) == 1
