"""Observed control transfers of the standard library against the lowering's graphs.

    python bench/edges.py [PYTHON]

runs the tests of many modules under `sys.monitoring` in an interpreter of 3.12 or later, and
prints a Markdown row for each workload: the transfers that were checked, and how many the graphs
do not explain. The unexplained ones follow.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "ir"))
sys.path.insert(0, str(ROOT / "src"))

from edge_checker import check  # noqa: E402
from hosts import monitoring_pythons  # noqa: E402

WORKLOADS = {
    "contextlib": "test.test_contextlib test.test_contextlib_async",
    "textwrap,string": "test.test_textwrap test.test_string",
    "configparser": "test.test_configparser",
    "shlex,fnmatch,bisect": "test.test_shlex test.test_fnmatch test.test_bisect",
    "json.decoder,json.encoder,json.scanner": (
        "test.test_json.test_decode test.test_json.test_encode_basestring_ascii "
        "test.test_json.test_fail test.test_json.test_indent test.test_json.test_pass1"
    ),
    "asyncio.taskgroups,asyncio.timeouts,asyncio.locks,asyncio.queues,asyncio.runners": (
        "test.test_asyncio.test_taskgroups test.test_asyncio.test_timeouts "
        "test.test_asyncio.test_locks test.test_asyncio.test_queues "
        "test.test_asyncio.test_runners"
    ),
    "asyncio.base_events,asyncio.events": "test.test_asyncio.test_base_events",
    "dataclasses": "test.test_dataclasses",
    "csv,copy": "test.test_csv test.test_copy",
    "argparse": "test.test_argparse",
    "queue": "test.test_queue",
    "tempfile": "test.test_tempfile",
    "graphlib,reprlib,pprint": "test.test_graphlib test.test_reprlib test.test_pprint",
    "zipfile": "test.test_zipfile._path.test_path",
    "weakref,_weakrefset": "test.test_weakset",
    "http.cookies,urllib.parse": "test.test_http_cookies test.test_urlparse",
    "traceback": "test.test_traceback",
}
TIMEOUT = 200


def main() -> None:
    python = sys.argv[1] if len(sys.argv) > 1 else monitoring_pythons()[0]
    print("| modules | functions | normal transfers | exceptional transfers | unexplained |")
    print("|---|---:|---:|---:|---:|")
    unexplained: list[str] = []
    totals = [0, 0, 0, 0]
    collector = ROOT / "tests" / "ir" / "edge_collector.py"
    with tempfile.TemporaryDirectory() as folder:
        for modules, tests in WORKLOADS.items():
            output = Path(folder, "observed.json")
            command = [python, str(collector), str(output), modules, *tests.split()]
            try:
                subprocess.run(
                    command, check=True, cwd=folder, timeout=TIMEOUT, capture_output=True
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(f"| {modules} | the tests did not end: {type(error).__name__} | | | |")
                continue
            try:
                found = check(json.loads(output.read_text(encoding="utf-8"))["modules"])
            except SyntaxError:
                print(f"| {modules} | newer syntax than this host's | | | |")
                continue
            row = [found.functions, found.normal, found.raising, len(found.unexplained)]
            totals = [total + each for total, each in zip(totals, row, strict=True)]
            unexplained += found.unexplained
            print(f"| {modules} | {' | '.join([str(each) for each in row])} |", flush=True)
    print(f"| **all** | {' | '.join([str(each) for each in totals])} |")
    for line in unexplained:
        print(f"- {line}")


if __name__ == "__main__":
    main()
