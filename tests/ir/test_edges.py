"""Every control transfer that CPython makes in real programs is an edge of our graph.

The workload is a sample of the standard library's own tests under `sys.monitoring`, in an
interpreter of 3.12 or later; bench/edges.py runs more.
"""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest
from edge_checker import Graph, check, functions_of
from hosts import monitoring_pythons

from assay.lowering.module import lower_module

COLLECTOR = Path(__file__).with_name("edge_collector.py")

WORKLOADS = {
    "contextlib": "test.test_contextlib",
    "textwrap": "test.test_textwrap",
    "asyncio.taskgroups,asyncio.timeouts,asyncio.queues": (
        "test.test_asyncio.test_taskgroups test.test_asyncio.test_queues"
    ),
}


@pytest.fixture(scope="module")
def python() -> str:
    found = monitoring_pythons()
    if not found:
        pytest.skip("no interpreter with sys.monitoring")
    return found[0]


@pytest.mark.parametrize("modules", list(WORKLOADS))
def test_observed_transfers_are_edges(modules: str, python: str, tmp_path: Path) -> None:
    output = tmp_path / "observed.json"
    command = [python, str(COLLECTOR), str(output), modules, *WORKLOADS[modules].split()]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=120, capture_output=True)
    findings = check(json.loads(output.read_text(encoding="utf-8"))["modules"])
    assert findings.unexplained == []
    assert findings.raising > 5
    assert findings.normal > 100


SOURCE = """\
def f(p):
    try:
        g(p)
        h(p)
    except KeyError:
        k(p)
    finally:
        m(p)
    return 1
"""

IMPOSSIBLE = [
    ("normal", (3, 8, 3, 12), (6, 8, 6, 12), "CALL"),  # the handler, without an exception
    ("normal", (3, 8, 3, 12), (9, 4, 9, 12), "CALL"),  # past the second call
    ("normal", (4, 8, 4, 12), (9, 4, 9, 12), "CALL"),  # past the finally
    ("raise", (3, 8, 3, 12), None, "CALL"),  # past the handlers
    ("raise", (3, 8, 3, 12), (8, 8, 8, 12), "CALL"),  # past the except clause
    ("raise", (6, 8, 6, 12), (5, 4, 6, 12), "CALL"),  # from a clause into itself
    ("raise", (9, 4, 9, 12), None, "RETURN_VALUE"),  # a constant does not raise
]
REAL = [
    ("normal", (3, 8, 3, 12), (4, 8, 4, 12), "CALL"),
    ("normal", (4, 8, 4, 12), (8, 8, 8, 12), "CALL"),
    ("raise", (3, 8, 3, 12), (5, 11, 5, 19), "CALL"),
    ("raise", (5, 11, 5, 19), (8, 8, 8, 12), "RERAISE"),
    ("raise", (6, 8, 6, 12), (8, 8, 8, 12), "CALL"),
    ("raise", (8, 8, 8, 12), None, "CALL"),
    ("raise", (8, 8, 8, 12), None, "RERAISE"),
]


def test_checker_tells_edges_from_what_is_none() -> None:
    function = functions_of(lower_module(ast.parse(SOURCE), "m"))["f", 1][0]
    graph = Graph(function)
    assert [transfer for transfer in REAL if not graph.explains(transfer)] == []
    assert [transfer for transfer in IMPOSSIBLE if graph.explains(transfer)] == []
