"""The injector of bench/campaign on small functions: what is left is seen, what is closed is not.

It needs an interpreter of 3.12 or later, which may be another than the one that runs the tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "ir"))

from hosts import monitoring_pythons  # noqa: E402

PROGRAM: Final = """\
import logging, os, tempfile, threading
lock = threading.Lock()
def raw(path):
    fd = os.open(path, os.O_RDONLY)
    os.fstat(fd)
    os.close(fd)
def collected(path):
    file = open(path)
    os.stat(path)
    file.close()
def guarded(path):
    with open(path) as file:
        os.stat(path)
def finally_closed(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        os.stat(path)
    finally:
        os.close(fd)
def locked(path):
    lock.acquire()
    os.stat(path)
    lock.release()
def temporary(path):
    name = tempfile.mkdtemp()
    os.stat(path)
    os.rmdir(name)
def swallows(path):
    try:
        os.stat(path)
    except OSError:
        pass
def logs(path):
    try:
        os.stat(path)
    except OSError:
        logging.exception("no")
def keeps(path, errors=[]):
    try:
        os.stat(path)
    except OSError as error:
        errors.append(error)
def collected_and_swallowed(path):
    file = open(path)
    try:
        os.stat(path)
    except OSError:
        return None
    file.close()
def closing_fails(path):
    first = os.open(path, os.O_RDONLY)
    second = os.open(path, os.O_RDONLY)
    os.close(first)
    os.close(second)
"""

HOST: Final = """\
import json, os, sys
from campaign.faults import Fault
from campaign.places import Places
from campaign.watch import Watch
places = Places(sys.argv[1])
watch = Watch(places.of_frame)
watch.install()
fault = Fault(places, watch, json.loads(sys.argv[2]))
fault.start()
import made.program
watch.on = True
fault.arm()
try:
    getattr(made.program, sys.argv[3])(os.path.join(sys.argv[1], "program.py"))
except OSError:
    pass
result = fault.finish()
print(json.dumps(result))
"""

EXPECTED: Final = [
    ("raw", "os.fstat(fd)", ["descriptor stays 4 stays"], None),
    ("collected", "os.stat(path)", ["descriptor stays 8 until collected"], None),
    ("guarded", "os.stat(path)", [], None),
    ("finally_closed", "os.stat(path)", [], None),
    ("locked", "os.stat(path)", ["lock held 21 stays"], None),
    ("temporary", "os.stat(path)", ["temporary file left 25 stays"], None),
    ("swallows", "os.stat(path)", [], "made/program.py:31"),
    ("logs", "os.stat(path)", [], None),
    ("keeps", "os.stat(path)", [], None),
    (
        "collected_and_swallowed",
        "os.stat(path)",
        ["descriptor stays 44 until collected"],
        "made/program.py:47",
    ),
    ("closing_fails", "os.close(first)", ["descriptor stays 52 stays"], None),
]


@pytest.fixture(scope="module")
def python() -> str:
    found = monitoring_pythons()
    if not found:
        pytest.skip("needs an interpreter with sys.monitoring (3.12 or later)")
    return found[0]


@pytest.mark.parametrize(("function", "call", "left", "swallowed"), EXPECTED)
def test_what_one_fault_leaves(
    function: str,
    call: str,
    left: list[str],
    swallowed: str | None,
    python: str,
    tmp_path: Path,
) -> None:
    package = tmp_path / "made"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "program.py").write_text(PROGRAM)
    lines = PROGRAM.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"def {function}("))
    line = next(n for n in range(first, len(lines)) if call in lines[n])
    column = lines[line].index(call)
    site = f"made/program.py:{line + 1}:{column}:{line + 1}:{column + len(call)}:{function}"
    plan = {
        "site": site,
        "exception": "OSError",
        "after": "close" in call,
        "stack": [["made/program.py", function]],
    }
    command = [python, "-c", HOST, str(package), json.dumps(plan), function]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": f"{ROOT / 'bench'}:{tmp_path}", "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["fired"]
    said = [
        f"{row['kind']} {row['acquired'][1]} {row['status']}"
        for row in result["left"]
        if row["status"] != "closed by then"
    ]
    assert said == left
    handled = result["handled"] if not result["reports"] else None
    assert (handled and f"{handled['path']}:{handled['line']}") == swallowed
