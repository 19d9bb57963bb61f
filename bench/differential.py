"""The IR interpreted against CPython: generated programs and the standard library's own tests.

    python bench/differential.py programs [COUNT]      random control flow, default 5000 programs
    python bench/differential.py modules               modules interpreted, driven by their tests
    python bench/differential.py language              CPython's tests of the language, interpreted

Each prints Markdown rows. A test counts as the same when it ends alike (ok, failure, error, skip)
with and without interpretation, in a process of its own each.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "ir"))
sys.path.insert(0, str(ROOT / "src"))

from program_generator import ProgramGenerator  # noqa: E402
from run_case import run_program  # noqa: E402

RUNS = 6
TIMEOUT = 300

MODULES = {
    "test.test_textwrap": "textwrap",
    "test.test_heapq": "heapq",
    "test.test_shlex": "shlex",
    "test.test_bisect": "bisect",
    "test.test_fnmatch": "fnmatch",
    "test.test_string": "string",
    "test.test_csv": "csv",
    "test.test_configparser": "configparser",
    "test.test_contextlib": "contextlib",
    "test.test_contextlib_async": "contextlib",
    "test.test_dataclasses": "dataclasses",
    "test.test_json": "json.decoder json.encoder json.scanner",
    "test.test_copy": "copy",
    "test.test_pprint": "pprint",
    "test.test_reprlib": "reprlib",
    "test.test_graphlib": "graphlib",
    "test.test_argparse": "argparse",
    "test.test_queue": "queue",
    "test.test_urlparse": "urllib.parse",
    "test.test_http_cookies": "http.cookies",
    "test.test_tempfile": "tempfile",
    "test.test_colorsys": "colorsys",
    "test.test_ipaddress": "ipaddress",
    "test.test_fractions": "fractions",
    "test.test_unparse": "ast",
    "test.test_asyncio.test_locks": "asyncio.locks asyncio.mixins",
    "test.test_asyncio.test_queues": "asyncio.queues",
    "test.test_asyncio.test_taskgroups": "asyncio.taskgroups",
}
"""Tests, and the modules that are interpreted while they run."""

LANGUAGE = [
    "test.test_augassign",
    "test.test_binop",
    "test.test_class",
    "test.test_compare",
    "test.test_contains",
    "test.test_coroutines",
    "test.test_decorators",
    "test.test_dictcomps",
    "test.test_except_star",
    "test.test_exception_variations",
    "test.test_extcall",
    "test.test_genexps",
    "test.test_generators",
    "test.test_generator_stop",
    "test.test_grammar",
    "test.test_iter",
    "test.test_keywordonlyarg",
    "test.test_listcomps",
    "test.test_named_expressions",
    "test.test_opcodes",
    "test.test_patma",
    "test.test_pow",
    "test.test_positional_only_arg",
    "test.test_property",
    "test.test_raise",
    "test.test_scope",
    "test.test_setcomps",
    "test.test_slice",
    "test.test_subclassinit",
    "test.test_super",
    "test.test_unary",
    "test.test_unpack",
    "test.test_unpack_ex",
    "test.test_with",
    "test.test_asyncgen",
    "test.test_fstring",
    "test.test_funcattrs",
    "test.test_global",
    "test.test_exceptions",
    "test.test_exception_group",
    "test.test_metaclass",
    "test.test_dynamicclassattribute",
    "test.test_descr",
]
"""Tests of the language, which are interpreted themselves."""

KNOWN_REASONS = {
    "test_traceback": "the interpreter's frames are in tracebacks",
    "traceback": "the interpreter's frames are in tracebacks",
    "recursion": "the recursion limit is reached sooner",
    "refleak": "temporaries live until the call ends",
    "gc": "temporaries live until the call ends",
    "frame": "frames are the interpreter's",
    "lineno": "frames are the interpreter's",
}


def outcomes(test: str, interpreted: list[str], folder: str) -> dict[str, str] | None:
    """How each test ended; None when the process did not end or failed."""
    output = Path(folder, "outcomes.json")
    output.unlink(missing_ok=True)
    runner = ROOT / "tests" / "ir" / "stdlib_runner.py"
    command = [sys.executable, str(runner), str(output), test, *interpreted]
    try:
        subprocess.run(
            command,
            check=True,
            cwd=folder,
            timeout=TIMEOUT,
            capture_output=True,
            env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    found: dict[str, str] = json.loads(output.read_text(encoding="utf-8"))["outcomes"]
    return found


def compare(title: str, work: list[tuple[str, list[str]]]) -> None:
    print(f"| {title} | interpreted | tests | same outcome | different |")
    print("|---|---|---:|---:|---:|")
    tests, alike = 0, 0
    different: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for test, interpreted in work:
            native = outcomes(test, [], folder)
            found = outcomes(test, interpreted, folder)
            shown = " ".join(interpreted)
            if native is None or found is None:
                which = "natively" if native is None else "interpreted"
                print(f"| {test} | {shown} | did not end {which} | | |", flush=True)
                continue
            wrong = sorted(name for name in native if native[name] != found.get(name))
            tests += len(native)
            alike += len(native) - len(wrong)
            different += wrong
            row = f"{len(native)} | {len(native) - len(wrong)} | {len(wrong)}"
            print(f"| {test} | {shown} | {row} |", flush=True)
    print(f"| **all** | | {tests} | {alike} | {tests - alike} |")
    for name in different:
        reasons = [reason for word, reason in KNOWN_REASONS.items() if word in name.lower()]
        print(f"- {name}{': ' + reasons[0] if reasons else ''}")


def programs(count: int) -> None:
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    start = time.perf_counter()
    wrong = []
    for seed in range(count):
        source = ProgramGenerator(seed).program(RUNS)
        expected = re.sub(r" at 0x[0-9a-f]+", "", run_program(source, interpreted=False))
        found = re.sub(r" at 0x[0-9a-f]+", "", run_program(source, interpreted=True))
        if found != expected:
            wrong.append(seed)
    seconds = time.perf_counter() - start
    print("| generated programs | runs of each | different | seconds |")
    print("|---:|---:|---:|---:|")
    print(f"| {count} | {RUNS} | {len(wrong)} | {seconds:.0f} |")
    for seed in wrong:
        print(f"- seed {seed}")


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "programs"
    if what == "programs":
        programs(int(sys.argv[2]) if len(sys.argv) > 2 else 5000)
    elif what == "modules":
        compare("tests", [(test, names.split()) for test, names in MODULES.items()])
    else:
        compare("tests of the language", [(test, [test]) for test in LANGUAGE])


if __name__ == "__main__":
    main()
